import Components
import Frame
import Html
import Identity
import Kernel
import Ledger
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
    static let rowLimit = LedgerLimits.lines - 1

    /// The addresses of a table as XLSX and CSV. `body` reads for an actor who sees only where it may export as well.
    static func routes(
        _ path: String, _ body: @escaping @Sendable (Visit, Actor, Tx) throws -> TableFile
    ) -> [Route] {
        [ExportFormat.xlsx, .csv].map { format in
            .look("\(path).\(format.rawValue)", .right(.exportLists)) { visit in
                try await send(visit, as: format, body)
            }
        }
    }

    private static func send(
        _ visit: Visit, as format: ExportFormat, _ body: @escaping @Sendable (Visit, Actor, Tx) throws -> TableFile
    ) async throws -> Frame.Answer {
        let reader = reader(visit)
        return try await visit.send(as: format) { path, tx in
            let file = try body(visit, reader, tx)
            try file.write(to: path, as: format, in: visit.language)
            return leaving(visit, file.title, rows: file.rows.count, file.conditions, as: format)
        }
    }

    /// What a file of the ledger is called, and what the record says of its leaving.
    static func leaving(
        _ visit: Visit, _ title: String, rows: Int, _ conditions: [JSON.Member], as format: ExportFormat
    ) -> LeavingFile {
        let city = visit.hall.city
        let place = reader(visit).scope(.readLedger).places.first ?? city.code
        let name = "\(visit.language(city.name.zh, city.name.en + " ")) \(title) \(visit.today)"
        return LeavingFile(name: name) { deed in
            let told = [
                JSON.Member("format", .string(format.rawValue)), JSON.Member("rows", .integer(Int64(rows))),
                JSON.Member("title", .string(title)),
            ]
            try deed.record(
                "list.export", on: Subject("list", "ledger"), at: place, after: JSON.object(told + conditions).text)
        }
    }

    /// Who sees only where they may export as well.
    static func reader(_ visit: Visit) -> Actor { visit.actor.holding(.readLedger, onlyWhere: .exportLists) }

    private func write(to path: String, as format: ExportFormat, in language: Language) throws {
        let titled = columns.map { ListColumn($0.title, Phrase(zh: $0.title, en: $0.title), $0.format) }
        let list = try ListFile(
            Self.sheetName(title), titled, as: format, to: path, in: language, limit: Self.rowLimit)
        for row in rows { try list.append(row) }
        try list.finish()
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
