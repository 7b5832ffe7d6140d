import Common
import Components
import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Ledger
import Registry
import Sheets
import Store

/// What was brought to the ledger, and the form that brings the next table.
struct LedgerImportsPage {
    let imports: [LedgerImport]
    let people: PersonNames
    let mayImport: Bool
    let kind: LedgerSheet.Kind
    let sheet: String
    let csrf: String
    let refusals: [Refusal]

    init(
        _ visit: Visit, kind: LedgerSheet.Kind, sheet: String = "", refusals: [Refusal] = [], in tx: Tx
    ) throws {
        imports = try visit.hall.ledger.imports(for: visit.actor, in: tx)
        people = try PersonNames(
            of: Set(imports.compactMap(\.person)), reader: visit.actor, vault: visit.hall.vault, tx: tx)
        mayImport = visit.actor.may(.postEntries)
        csrf = visit.csrf
        (self.kind, self.sheet, self.refusals) = (kind, sheet, refusals)
    }

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let kind = LedgerSheet.Kind(rawValue: visit.query.text("kind")) ?? .payments
        return try LedgerImportsPage(visit, kind: kind, in: tx).answer(visit)
    }

    static func upload(_ visit: Visit, _ upload: Upload) async throws -> Frame.Answer {
        let kind = LedgerSheet.Kind(rawValue: upload.form.text("kind")) ?? .payments
        let sheet = String(upload.form.text("sheet").prefix(100))
        do {
            return .see("/ledger/import/\(try await LedgerImportActs.take(upload, kind, sheet: sheet, visit))")
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                try LedgerImportsPage(visit, kind: kind, sheet: sheet, refusals: refusals, in: tx).answer(visit)
            }
        }
    }
}

/// One table: what would become of its rows while it waits, what became of them afterwards.
struct LedgerImportPage {
    static let shown = 200

    let brought: LedgerImport
    let person: String
    let mayImport: Bool
    let csrf: String
    let exports: [Html]

    init(_ visit: Visit, in tx: Tx) throws {
        let brought = try visit.hall.ledger.ledgerImport(try visit.id("import"), for: visit.actor, in: tx)
        self.brought = brought
        let people = try PersonNames(
            of: Set([brought.person].compactMap(\.self)), reader: visit.actor, vault: visit.hall.vault, tx: tx)
        person = brought.who(people)(visit.language)
        mayImport = visit.actor.may(.postEntries, at: brought.place)
        csrf = visit.csrf
        exports = visit.tableButtons { format in "/ledger/import/\(brought.id)/remarks.\(format)" }
    }

    /// The rows that were refused or flagged, a line for each reason.
    static func file(_ visit: Visit, _ reader: Actor, _ tx: Tx) throws -> TableFile {
        let t = visit.language
        let brought = try visit.hall.ledger.ledgerImport(try visit.id("import"), for: reader, in: tx)
        func rows(_ remarks: [LedgerImportSummary.Remark], _ outcome: String) -> [[OutputCell]] {
            remarks.map { remark in
                [
                    .integer(remark.row), .text(outcome), .text(remark.title),
                    .text(LedgerSheet.Kind.heading(remark.field)(t)), .text(remark.words(t)),
                ]
            }
        }
        return TableFile(
            title: t("台账导入说明", "remarks on an import"),
            columns: [
                SheetColumn(t("行", "Row"), .integer), SheetColumn(t("结果", "Outcome"), .text),
                SheetColumn(t("内容", "About"), .text, width: 40), SheetColumn(t("列", "Column"), .text),
                SheetColumn(t("原因", "Reason"), .note, width: 70),
            ],
            rows: rows(brought.summary.refusals, t("拒绝", "refused")) + rows(brought.summary.flags, t("注明", "flagged")),
            conditions: [JSON.Member("import", .string(brought.id.description))])
    }
}

extension LedgerImport {
    /// Who brought it, as the reader may be told.
    func who(_ people: PersonNames) -> Phrase {
        person.map { ActorWords.person(people.name($0, at: place)) } ?? Phrase(zh: by, en: by)
    }
}

/// What is done with a table on its way to the journal.
enum LedgerImportActs {
    static let routes: [Route] =
        [
            .page("/ledger/import", .right(.readLedger), LedgerImportsPage.answer),
            .upload("/ledger/import", .right(.postEntries), LedgerImportsPage.upload),
            .page("/ledger/import/{import}", .right(.readLedger)) { visit, tx in
                try LedgerImportPage(visit, in: tx).answer(visit)
            },
            .act("/ledger/import/{import}/preview", .right(.postEntries), preview),
            .act("/ledger/import/{import}/apply", .right(.postEntries), apply),
            .act("/ledger/import/{import}/discard", .right(.postEntries), discard),
        ] + TableFile.routes("/ledger/import/{import}/remarks", LedgerImportPage.file)

    /// Keeps the table with what would become of its rows.
    static func take(
        _ upload: Upload, _ kind: LedgerSheet.Kind, sheet: String, _ visit: Visit
    ) async throws -> ID<LedgerImport> {
        let brought = try BroughtFile(upload)
        let report = try await visit.hall.ledger.preview(
            try read(brought.path, brought.name, kind, sheet, visit.hall.menu), as: visit.actor,
            clock: visit.hall.clock, in: visit.hall.database)
        let content = try await brought.store(in: visit.hall.files)
        let ledger = visit.hall.ledger
        return try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try brought.keep(content, in: deed)
            return try ledger.keepImport(report, sheet: sheet, file: content.digest.hex, in: deed)
        }
    }

    private static func read(
        _ path: String, _ name: String, _ kind: LedgerSheet.Kind, _ sheet: String, _ menu: WorksMenu
    ) throws -> LedgerSheet {
        let items = Dictionary(menu.items.map { ($0.zh, $0.code) }, uniquingKeysWith: { first, _ in first })
        return try LedgerSheet(
            path: path, fileName: name, kind: kind, sheet: sheet.isEmpty ? nil : sheet, menu: items)
    }

    private static func find(_ visit: Visit) async throws -> LedgerImport {
        let (id, ledger, actor): (ID<LedgerImport>, Ledger, Actor) = (
            try visit.id("import"), visit.hall.ledger, visit.actor
        )
        return try await visit.hall.database.read { try ledger.ledgerImport(id, for: actor, in: $0) }
    }

    /// The table that was brought, from its bytes in the store.
    private static func sheet(of brought: LedgerImport, _ visit: Visit) async throws -> LedgerSheet {
        let menu = visit.hall.menu
        return try await BroughtFile.read(brought.file, from: visit.hall.files) { path in
            try read(path, brought.fileName, brought.kind, brought.sheet, menu)
        }
    }

    private static func preview(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let brought = try await find(visit)
        try visit.actor.require(.postEntries, at: brought.place)
        let (hall, table) = (visit.hall, try await sheet(of: brought, visit))
        let report = try await hall.ledger.preview(table, as: visit.actor, clock: hall.clock, in: hall.database)
        try await renew(brought, report, visit)
        return .see("/ledger/import/\(brought.id)")
    }

    private static func renew(
        _ brought: LedgerImport, _ report: LedgerImportReport, _ visit: Visit
    ) async throws {
        let ledger = visit.hall.ledger
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try ledger.renewPreview(brought.id, report, in: deed)
        }
    }

    /// Posts in one transaction of its own, so that small acts of others do not wait in its commit.
    private static func apply(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let brought = try await find(visit)
        try visit.actor.require(.postEntries, at: brought.place)
        let (table, acceptGood) = (try await sheet(of: brought, visit), form["take"] == "good")
        let (hall, actor) = (visit.hall, visit.actor)
        do {
            try await hall.database.writeAlone { tx in
                let deed = Deed(actor: actor, now: hall.clock.now, tx: tx)
                try hall.ledger.applyImport(brought.id, table, acceptGood: acceptGood, in: deed)
            }
        } catch let hindered as LedgerImportHindered {
            // The journal moved on since the preview: its page tells which rows are refused now.
            try await renew(brought, hindered.report, visit)
        }
        return .see("/ledger/import/\(brought.id)")
    }

    private static func discard(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let brought = try await find(visit)
        let ledger = visit.hall.ledger
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try ledger.discardImport(brought.id, in: deed)
        }
        return .see("/ledger/import")
    }
}
