public import Identity
public import Kernel
public import Store

/// A bank's statement that somebody brought, from its preview to what was recorded of it.
public struct BankStatement: Sendable, Hashable {
    public typealias State = LedgerImport.State

    public let id: ID<BankStatement>
    public let state: State
    public let account: String
    /// SHA-256 of its bytes, which are kept while it waits.
    public let file: String
    public let fileName: String
    /// Name of the sheet that was asked for; empty for the first visible one.
    public let sheet: String
    /// What would become of its rows, or, once it is applied, became of them.
    public let counts: BankCounts
    /// Nil where no person brought it; then `by` says who.
    public let person: ID<PersonTag>?
    public let by: String
    public let at: Instant

    static let listLimit = 50

    fileprivate static let columns: SQL = "id, state, account, file, file_name, sheet, counts, by_person, by_label, at"

    fileprivate init(_ row: Row) throws {
        guard let state = State(rawValue: try row[1]) else { throw LedgerFault.unreadable("bank_statement") }
        self.state = state
        (id, account, file, fileName, sheet) = (try row[0], try row[2], try row[3], try row[4], try row[5])
        counts = BankCounts(json: try JSON(parsing: try row[6] as String))
        (person, by, at) = (try row[7], try row[8], try row[9])
    }
}

extension Ledger {
    /// Keeps a statement that waits for a decision.
    /// - Parameters:
    ///   - sheet: the name that was asked for.
    ///   - file: SHA-256 of its bytes, which the caller stores.
    /// - Throws: `Refusal` `right.missing`; the right to post entries in the whole city is needed.
    public func keepStatement(
        _ statement: BankSheet, sheet: String, file: String, in deed: Deed
    ) throws -> ID<BankStatement> {
        let city = try Self.city(deed.tx)
        try deed.actor.require(.postEntries, at: city)
        let counts = try BankDesk(statement, deed.tx).report([]).counts
        let id = ID<BankStatement>(at: deed.now)
        try deed.tx.run(
            """
            INSERT INTO bank_statement (\(BankStatement.columns))
            VALUES (\(id), 'previewed', \(statement.account), \(file), \(statement.fileName), \(sheet),
                \(counts.json.text), \(deed.actor.person), \(deed.actor.person == nil ? deed.actor.label : ""),
                \(deed.now))
            """)
        try deed.record(
            "ledger.bank.upload", on: Subject("bankStatement", id), at: city,
            after: JSON.object(["file": .string(statement.fileName), "sha256": .string(file)]).text)
        return id
    }

    /// Records a waiting statement with the matches that were seen as sure and those that are chosen.
    /// - Parameter seen: `BankReport.certain` of the report that was looked at.
    /// - Throws: as `recordBank`; `bank.statement.none`, `bank.statement.done`.
    public func applyStatement(
        _ id: ID<BankStatement>, _ statement: BankSheet, answers: [BankAnswer], seen: String, in deed: Deed
    ) throws -> BankReport {
        let waiting = try waitingStatement(id, in: deed)
        let report = try recordBank(statement, answers: answers, seen: seen, in: deed)
        try deed.tx.run(
            """
            UPDATE bank_statement SET state = 'applied', counts = \(report.counts.json.text), at = \(deed.now)
            WHERE id = \(waiting.id)
            """)
        try deed.record(
            "ledger.bank.apply", on: Subject("bankStatement", id), at: try Self.city(deed.tx),
            after: JSON.object([
                "file": .string(waiting.fileName), "rows": .integer(Int64(report.recorded)),
                "refused": .integer(Int64(report.refused.count)),
            ]).text)
        return report
    }

    /// Puts a waiting statement aside; nothing of it is recorded.
    public func discardStatement(_ id: ID<BankStatement>, in deed: Deed) throws {
        let waiting = try waitingStatement(id, in: deed)
        try deed.tx.run("UPDATE bank_statement SET state = 'discarded' WHERE id = \(waiting.id)")
        try deed.record(
            "ledger.bank.discard", on: Subject("bankStatement", id), at: try Self.city(deed.tx),
            after: JSON.object(["file": .string(waiting.fileName)]).text)
    }

    /// The latest, at most 50.
    /// - Throws: `Refusal` `right.missing`: a statement is of the whole city.
    public func bankStatements(for reader: Actor, in tx: Tx) throws -> [BankStatement] {
        try reader.require(.readLedger, at: try Self.city(tx))
        return try tx.map(
            """
            SELECT \(BankStatement.columns) FROM bank_statement ORDER BY at DESC, id DESC
            LIMIT \(literal: BankStatement.listLimit)
            """, BankStatement.init)
    }

    /// - Throws: `Refusal` `right.missing`, `bank.statement.none`.
    public func bankStatement(_ id: ID<BankStatement>, for reader: Actor, in tx: Tx) throws -> BankStatement {
        try reader.require(.readLedger, at: try Self.city(tx))
        let found = try tx.first("SELECT \(BankStatement.columns) FROM bank_statement WHERE id = \(id)")
        guard let found else {
            throw Refusal(.notFound, "bank.statement.none", zh: "没有这个对账单。", en: "There is no such statement.")
        }
        return try BankStatement(found)
    }

    /// Whether the bytes with this digest are still needed: by a statement that waits, by another table that was
    /// brought, by a photo, or as evidence. A statement names residents, so it is forgotten once it is dealt with.
    public func needsFile(_ digest: String, in tx: Tx) throws -> Bool {
        let cited = SQL.containing(digest)
        let needed: Int? = try tx.value(
            """
            SELECT CASE WHEN EXISTS (SELECT 1 FROM bank_statement WHERE file = \(digest) AND state = 'previewed')
                OR EXISTS (SELECT 1 FROM ledger_import WHERE file = \(digest))
                OR EXISTS (SELECT 1 FROM import_batch WHERE state <> 'discarded' AND file = \(digest)
                    OR report LIKE \(cited))
                OR EXISTS (SELECT 1 FROM photo WHERE digest = \(digest) OR thumb_digest = \(digest))
                OR EXISTS (SELECT 1 FROM clearance WHERE digest = \(digest))
                OR EXISTS (SELECT 1 FROM journal_entry WHERE evidence LIKE \(cited)) THEN 1 ELSE 0 END
            """)
        return needed != 0
    }

    private func waitingStatement(_ id: ID<BankStatement>, in deed: Deed) throws -> BankStatement {
        try deed.actor.require(.postEntries, at: try Self.city(deed.tx))
        let found = try bankStatement(id, for: deed.actor, in: deed.tx)
        guard found.state == .previewed else {
            throw Refusal(
                .conflict, "bank.statement.done", zh: "这个对账单已经处理过；需要时请重新上传，已记录的行不变。",
                en: "This statement is dealt with already; upload it again if it is needed: what is recorded stays.")
        }
        return found
    }
}
