public import Kernel
import Sheets

/// The rows that were not imported, as a workbook for the district: its own columns, and the reason in the last.
public final class RefusedWorkbook: RefusedRows {
    private let writer: WorkbookWriter
    private var width = 0
    public private(set) var count = 0

    public init(path: String) throws {
        writer = try WorkbookWriter(path: path)
    }

    /// The titles of the file's columns, before the first row; the row's number and the reason stand around them.
    public func header(_ titles: [String]) throws {
        width = titles.count
        let columns = [SheetColumn("原行号 Row")] + titles.map { SheetColumn($0) } + [SheetColumn("未导入原因 Reason", .note)]
        try writer.beginSheet("未导入 Not imported", columns: columns)
    }

    public func row(_ number: Int, _ cells: [String], reason: Phrase) throws {
        let padded = (0..<width).map { OutputCell.text($0 < cells.count ? String(cells[$0].prefix(32_000)) : "") }
        try writer.append([.integer(number)] + padded + [.text(reason.both)])
        count += 1
    }

    public func finish() throws {
        try writer.finish()
    }
}
