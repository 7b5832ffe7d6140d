public import Identity
public import Kernel
public import Store

/// A table of budget documents, receipts or payments that somebody brought, from its preview to the journal.
public struct LedgerImport: Sendable, Hashable {
    public enum State: String, Sendable, CaseIterable {
        case previewed, applied, discarded
    }

    public let id: ID<LedgerImport>
    public let kind: LedgerSheet.Kind
    public let state: State
    public let place: PlaceCode
    /// SHA-256 of its bytes.
    public let file: String
    public let fileName: String
    /// Name of the sheet that was asked for; empty for the first visible one.
    public let sheet: String
    /// What would become of its rows, or, once it is applied, became of them.
    public let summary: LedgerImportSummary
    /// Nil where no person brought it; then `by` says who.
    public let person: ID<PersonTag>?
    public let by: String
    public let at: Instant

    static let listLimit = 50

    fileprivate static let columns: SQL =
        "id, kind, state, place, file, file_name, sheet, report, by_person, by_label, at"

    fileprivate init(_ row: Row) throws {
        guard let kind = LedgerSheet.Kind(rawValue: try row[1]), let state = State(rawValue: try row[2]) else {
            throw LedgerFault.unreadable("ledger_import")
        }
        (self.kind, self.state) = (kind, state)
        (id, place, file, fileName, sheet) = (try row[0], try row[3], try row[4], try row[5], try row[6])
        let report: String = try row[7]
        summary = try LedgerImportSummary(json: JSON(parsing: report))
        (person, by, at) = (try row[8], try row[9], try row[10])
    }
}

extension Ledger {
    /// What would become of a table's rows, all of them; nothing is posted. Others' writes wait meanwhile.
    /// - Throws: `Refusal` `right.missing`.
    public func preview(
        _ sheet: LedgerSheet, as actor: Actor, clock: any Clock, in database: Database
    ) async throws -> LedgerImportReport {
        do {
            return try await database.writeAlone { tx in
                throw Previewed(
                    report: try self.importSheet(
                        sheet, acceptGood: true, in: Deed(actor: actor, now: clock.now, tx: tx)))
            }
        } catch let previewed as Previewed {
            return previewed.report
        }
    }

    /// Undoes what was posted to be shown.
    private struct Previewed: Error {
        let report: LedgerImportReport
    }

    /// Keeps a table that waits for a decision.
    /// - Parameter file: SHA-256 of its bytes, which the caller stores.
    public func keepImport(
        _ report: LedgerImportReport, sheet: String, file: String, in deed: Deed
    ) throws -> ID<LedgerImport> {
        try deed.actor.require(.postEntries)
        let city: PlaceCode = try deed.tx.value("SELECT code FROM city LIMIT 1") ?? .country
        let scope = deed.actor.scope(.postEntries)
        let place = scope.contains(city) ? city : scope.places.first ?? city
        let id = ID<LedgerImport>(at: deed.now)
        try deed.tx.run(
            """
            INSERT INTO ledger_import (\(LedgerImport.columns))
            VALUES (\(id), \(report.kind.rawValue), 'previewed', \(place), \(file), \(report.fileName), \(sheet),
                \(LedgerImportSummary(report).json.text), \(deed.actor.person),
                \(deed.actor.person == nil ? deed.actor.label : ""), \(deed.now))
            """)
        try deed.record(
            "ledger.import.upload", on: Subject("ledgerImport", id), at: place,
            after: JSON.object(["file": .string(report.fileName), "sha256": .string(file)]).text)
        return id
    }

    /// A waiting table's rows as they would fare now.
    public func renewPreview(_ id: ID<LedgerImport>, _ report: LedgerImportReport, in deed: Deed) throws {
        let waiting = try waitingImport(id, for: deed.actor, in: deed.tx)
        try deed.tx.run(
            "UPDATE ledger_import SET report = \(LedgerImportSummary(report).json.text) WHERE id = \(waiting.id)")
    }

    /// Posts a waiting table's rows.
    /// - Throws: `LedgerImportHindered` where rows are refused and the others are not to be posted.
    public func applyImport(
        _ id: ID<LedgerImport>, _ sheet: LedgerSheet, acceptGood: Bool, in deed: Deed
    ) throws {
        let waiting = try waitingImport(id, for: deed.actor, in: deed.tx)
        let summary = LedgerImportSummary(try importSheet(sheet, acceptGood: acceptGood, in: deed))
        try deed.tx.run(
            """
            UPDATE ledger_import SET state = 'applied', report = \(summary.json.text), at = \(deed.now)
            WHERE id = \(waiting.id)
            """)
        try deed.record(
            "ledger.import.apply", on: Subject("ledgerImport", id), at: waiting.place,
            after: JSON.object([JSON.Member("file", .string(waiting.fileName))] + summary.counts).text)
    }

    /// Puts a waiting table aside; nothing of it is posted.
    /// - Returns: the SHA-256 of its file, which goes where no room names it any more.
    @discardableResult
    public func discardImport(_ id: ID<LedgerImport>, in deed: Deed) throws -> String {
        let waiting = try waitingImport(id, for: deed.actor, in: deed.tx)
        try deed.tx.run("UPDATE ledger_import SET state = 'discarded' WHERE id = \(waiting.id)")
        try deed.record("ledger.import.discard", on: Subject("ledgerImport", id), at: waiting.place)
        return waiting.file
    }

    /// The latest within the reader's places, at most 50.
    public func imports(for reader: Actor, in tx: Tx) throws -> [LedgerImport] {
        try reader.require(.readLedger)
        return try tx.map(
            """
            SELECT \(LedgerImport.columns) FROM ledger_import WHERE \(reader.scope(.readLedger), contains: "place")
            ORDER BY at DESC, id DESC LIMIT \(literal: LedgerImport.listLimit)
            """, LedgerImport.init)
    }

    /// - Throws: `Refusal` `import.none` where there is none for this reader.
    public func ledgerImport(_ id: ID<LedgerImport>, for reader: Actor, in tx: Tx) throws -> LedgerImport {
        let found = try tx.first("SELECT \(LedgerImport.columns) FROM ledger_import WHERE id = \(id)")
        guard let found = try found.map(LedgerImport.init), reader.may(.readLedger, at: found.place) else {
            throw Refusal(.notFound, "import.none", zh: "没有这个导入文件。", en: "There is no such import.")
        }
        return found
    }

    /// One that waits for this actor's decision.
    /// - Throws: `Refusal` `import.none`; `import.done` where it was applied or discarded; `right.missing`.
    public func waitingImport(_ id: ID<LedgerImport>, for actor: Actor, in tx: Tx) throws -> LedgerImport {
        let found = try ledgerImport(id, for: actor, in: tx)
        try actor.require(.postEntries, at: found.place)
        guard found.state == .previewed else {
            throw Refusal(
                .conflict, "import.done", zh: "这个文件已经处理过；需要时请重新上传。",
                en: "This file is dealt with already; upload it again if it is needed.")
        }
        return found
    }
}

/// What a report keeps of itself: its counts, and the rows that people must look at.
public struct LedgerImportSummary: Sendable, Hashable {
    public struct Remark: Sendable, Hashable {
        public let row: Int
        /// Project, source and amount.
        public let title: String
        /// The column; empty where none is meant.
        public let field: String
        public let words: Phrase
    }

    public let posted: Int
    public let unchanged: Int
    /// Rows.
    public let refused: Int
    /// Facts that broke a rule.
    public let flagged: Int
    /// Fen.
    public let amount: Int64
    /// One for each reason, the first `remarkLimit`.
    public let refusals: [Remark]
    public let flags: [Remark]

    public static let remarkLimit = 2_000

    init(_ report: LedgerImportReport) {
        (posted, unchanged, amount) = (report.posted, report.unchanged, report.amount)
        (refused, flagged) = (report.refused.count, report.flagged.count)
        let refusals = report.refused.lazy.flatMap { row in
            row.refusals.map { Remark(row: row.row, title: row.title, field: $0.field ?? "", words: $0.message) }
        }
        self.refusals = Array(refusals.prefix(Self.remarkLimit))
        let flags = report.flagged.lazy.flatMap { row in
            row.findings.map { Remark(row: row.row, title: row.title, field: "", words: $0.words) }
        }
        self.flags = Array(flags.prefix(Self.remarkLimit))
    }

    fileprivate init(json: JSON) throws {
        func count(_ name: String) -> Int { Int(json[name]?.integer ?? 0) }
        (posted, unchanged, refused, flagged) = (
            count("posted"), count("unchanged"), count("refused"), count("flagged")
        )
        amount = json["amount"]?.integer ?? 0
        refusals = (json["refusals"]?.elements ?? []).map(Self.remark)
        flags = (json["flags"]?.elements ?? []).map(Self.remark)
    }

    fileprivate var counts: [JSON.Member] {
        [
            JSON.Member("posted", .integer(Int64(posted))), JSON.Member("unchanged", .integer(Int64(unchanged))),
            JSON.Member("refused", .integer(Int64(refused))), JSON.Member("flagged", .integer(Int64(flagged))),
            JSON.Member("amount", .integer(amount)),
        ]
    }

    fileprivate var json: JSON {
        .object(
            counts + [
                JSON.Member("refusals", .array(refusals.map(Self.json))),
                JSON.Member("flags", .array(flags.map(Self.json))),
            ])
    }

    private static func json(_ remark: Remark) -> JSON {
        .array([
            .integer(Int64(remark.row)), .string(remark.title), .string(remark.field), .string(remark.words.zh),
            .string(remark.words.en),
        ])
    }

    private static func remark(_ json: JSON) -> Remark {
        let parts = json.elements
        func text(_ index: Int) -> String { index < parts.count ? parts[index].string ?? "" : "" }
        return Remark(
            row: Int(parts.first?.integer ?? 0), title: text(1), field: text(2), words: Phrase(zh: text(3), en: text(4))
        )
    }
}

extension Finding {
    /// What was broken, by how much.
    fileprivate var words: Phrase {
        let (words, _) = rule.words
        let (asked, allowed) = (Money.yuan(asked), Money.yuan(allowed))
        return Phrase(
            zh: "\(words.zh)（\(about)）：\(asked) 元，最多 \(allowed) 元",
            en: "\(words.en) (\(about)): \(asked) yuan, at most \(allowed)")
    }
}

extension LedgerSheet.Kind {
    public var name: Phrase {
        switch self {
        case .budget: Phrase(zh: "指标文件", en: "budget documents")
        case .receipts: Phrase(zh: "到账", en: "receipts")
        case .payments: Phrase(zh: "国库支付", en: "payments")
        }
    }

    /// The headings that a table must have, then those that it may have.
    public var headings: (needed: [Phrase], optional: [Phrase]) {
        let optional: [LedgerColumns.Field] =
            self == .payments ? [.item, .party, .area, .wages] : [.party, .area]
        return (LedgerColumns.needed(self).map(\.heading), optional.map(\.heading))
    }

    /// What a column is called in the file; empty where no column is meant.
    public static func heading(_ field: String) -> Phrase {
        LedgerColumns.Field(rawValue: field)?.heading ?? Phrase(zh: "", en: "")
    }
}

extension LedgerColumns.Field {
    fileprivate var heading: Phrase { Phrase(zh: LedgerColumns.words(self)[0], en: rawValue) }
}
