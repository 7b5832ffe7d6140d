import Foundation
import Geo
public import Kernel
public import Sheets

/// The formats a list leaves in.
public enum ExportFormat: String, Sendable, CaseIterable {
    case xlsx, csv, geojson

    public var mediaType: String {
        switch self {
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .csv: "text/csv; charset=utf-8"
        case .geojson: "application/geo+json"
        }
    }
}

/// A column of a list that leaves as a file.
public struct ListColumn: Sendable {
    /// The property's name in GeoJSON.
    let key: String
    let title: Phrase
    let format: SheetColumn.Format

    public init(_ key: String, _ title: Phrase, _ format: SheetColumn.Format = .general) {
        self.key = key
        self.title = title
        self.format = format
    }

    public init(_ key: String, zh: String, en: String, _ format: SheetColumn.Format = .general) {
        self.init(key, Phrase(zh: zh, en: en), format)
    }

    /// Rows made by the demo city say so wherever they go; the import passes the column over.
    public static let generated = ListColumn("generated", zh: "生成数据", en: "Generated data")
}

/// Writes the rows of any list one at a time: into a workbook, a text table, or GeoJSON, whose properties are the
/// columns.
public final class ListFile {
    /// More belong to a backup, not to a spreadsheet.
    public static let rowLimit = 1_000_000

    private enum Sink {
        case workbook(WorkbookWriter)
        case csv(CSVWriter, FileHandle)
        case geo(FeatureCollectionWriter, FileHandle)
    }

    private var sink: Sink
    private let columns: [ListColumn]
    private let limit: Int
    public private(set) var rows = 0

    /// - Parameters:
    ///   - name: of the sheet.
    ///   - path: of the file, which is made or replaced.
    ///   - limit: of rows.
    /// - Throws: a refusal when the file cannot be written.
    public init(
        _ name: String, _ columns: [ListColumn], as format: ExportFormat, to path: String, in language: Language,
        limit: Int = ListFile.rowLimit
    ) throws {
        self.columns = columns
        self.limit = limit
        switch format {
        case .xlsx:
            let writer = try WorkbookWriter(path: path)
            try writer.beginSheet(name, columns: columns.map { SheetColumn($0.title(language), $0.format) })
            sink = .workbook(writer)
        case .csv:
            let file = try Self.create(path)
            var writer = CSVWriter { try file.write(contentsOf: Data($0)) }
            try writer.append(columns.map { .text($0.title(language)) })
            sink = .csv(writer, file)
        case .geojson: sink = .geo(FeatureCollectionWriter(), try Self.create(path))
        }
    }

    private static func create(_ path: String) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw Refusal(
                .unavailable, "export.file", zh: "无法写入导出文件“\(path)”。", en: "The export cannot be written to “\(path)”.")
        }
        return try FileHandle(forWritingTo: URL(filePath: path))
    }

    /// - Throws: a refusal when the list is longer than the limit, or the file cannot be written.
    public func append(_ cells: [OutputCell], id: String? = nil, at location: Coordinate? = nil) throws {
        guard rows < limit else {
            throw Refusal(
                .tooLarge, "export.rows", zh: "导出超过 \(limit) 行；请先用筛选缩小范围。",
                en: "The export has more than \(limit) rows; narrow the list by its filters first.")
        }
        rows += 1
        switch sink {
        case .workbook(let writer): try writer.append(cells)
        case .csv(var writer, let file):
            try writer.append(cells)
            sink = .csv(writer, file)
        case .geo(var writer, let file):
            let properties = zip(columns, cells).map { JSON.Member($0.key, $1.json) }
            writer.append(location.map { .point($0) }, id: id, properties: properties)
            try file.write(contentsOf: Data(writer.drain()))
            sink = .geo(writer, file)
        }
    }

    /// Completes the file: before, it is none.
    public func finish() throws {
        switch sink {
        case .workbook(let writer): try writer.finish()
        case .csv(var writer, let file):
            try writer.finish()
            try file.close()
        case .geo(let writer, let file):
            try file.write(contentsOf: Data(writer.finish()))
            try file.close()
        }
    }
}

extension OutputCell {
    fileprivate var json: JSON {
        switch self {
        case .empty: .null
        case .text(let text): .string(text)
        case .number(let number): .number(number)
        case .integer(let number): .integer(Int64(number))
        case .area(let area): .number(area.m2)
        case .date(let day): .string(day.description)
        case .bool(let value): .bool(value)
        }
    }

    /// Empty for nil.
    public init(_ number: Double?) { self = number.map { .number($0) } ?? .empty }

    /// "是" or "yes"; empty for no, so that the exception stands out.
    public static func mark(_ isSo: Bool, _ language: Language) -> OutputCell {
        isSo ? .text(language("是", "yes")) : .empty
    }
}
