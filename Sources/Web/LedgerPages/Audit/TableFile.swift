import Components
import Foundation
import Frame
import Html
import Kernel
import Registry
import Sheets
import Store

/// A table of the ledger on its way out: its columns and rows, and what the record says of its leaving.
struct TableFile: Sendable {
    /// Of the sheet and of the file: "资金到位率低的项目".
    let title: String
    let columns: [SheetColumn]
    let rows: [[OutputCell]]
    /// What it was narrowed by.
    let conditions: [JSON.Member]

    /// More belong to a backup, not to a spreadsheet.
    static let rowLimit = 100_000

    /// The addresses of a table as XLSX and CSV. `body` reads for an actor who sees only where it may export as well.
    static func routes(
        _ path: String, _ body: @escaping @Sendable (Visit, Actor, Tx) throws -> TableFile
    ) -> [Route] {
        [ExportFormat.xlsx, .csv].map { format in
            .look("\(path).\(format.rawValue)", .right(.exportLists)) { visit in
                try await LedgerFile.send(visit, as: format) { visit, reader, tx in
                    let table = try body(visit, reader, tx)
                    return LedgerFile(title: table.title, rows: table.rows.count, conditions: table.conditions) {
                        try table.write(to: $0, as: format)
                    }
                }
            }
        }
    }

    private func write(to path: String, as format: ExportFormat) throws {
        guard rows.count <= Self.rowLimit else {
            throw Refusal(
                .tooLarge, "export.rows", zh: "导出超过 \(Self.rowLimit) 行；请先用筛选缩小范围。",
                en: "The export has more than \(Self.rowLimit) rows; narrow it by its filters first.")
        }
        if format == .xlsx {
            let book = try WorkbookWriter(path: path)
            try book.beginSheet(Self.sheetName(title), columns: columns)
            for row in rows { try book.append(row) }
            try book.finish()
            return
        }
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw Refusal(
                .unavailable, "export.file", zh: "无法写入临时文件；请联系管理员检查磁盘空间。",
                en: "A temporary file cannot be written; ask an administrator to check the disk.")
        }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        var text = CSVWriter { try file.write(contentsOf: Data($0)) }
        try text.append(columns.map { .text($0.title) })
        for row in rows { try text.append(row) }
        try text.finish()
        try file.close()
    }

    /// Excel allows 31 characters, and not these.
    private static func sheetName(_ title: String) -> String {
        let kept = title.filter { !"[]:*?/\\'".contains($0) }
        return String(String.UnicodeScalarView(kept.unicodeScalars.prefix(28)))
    }

    /// Yuan as a spreadsheet counts them.
    static func yuan(_ fen: Int64) -> OutputCell { .number(Double(fen) / 100) }
}

extension Visit {
    /// The ways out of a table, for those who may take it along; `link` makes the address from "xlsx".
    func tableButtons(_ link: (String) -> Link) -> [Html] {
        guard actor.may(.exportLists), actor.may(.readLedger) else { return [] }
        return [
            linkButton(language("导出 XLSX", "Export XLSX"), link("xlsx")), linkButton("CSV", link("csv")),
        ]
    }
}
