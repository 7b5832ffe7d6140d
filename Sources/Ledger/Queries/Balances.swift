public import Kernel
public import Store

/// What is asked of the balances.
public struct BalanceQuestion: Sendable {
    /// Sums by these; nil for every cell by its own key.
    public var by: Dimensions?
    /// Entries that count up to this day.
    public var asOf: Day?
    /// What was recorded by the end of this day.
    public var known: Day?

    public init(by: Dimensions? = nil, asOf: Day? = nil, known: Day? = nil) {
        (self.by, self.asOf, self.known) = (by, asOf, known)
    }
}

/// One sum: turnovers since the beginning, and what is held by reservations. In the measure's minor unit.
public struct Balance: Sendable, Hashable {
    public let stage: LedgerStage
    public let measure: LedgerMeasure
    /// With the dimensions asked for, or those of the stage's key.
    public let slice: Slice
    public let debit: Int64
    public let credit: Int64
    public let held: Int64

    public var balance: Int64 { credit - debit }
}

extension Ledger {
    /// The balances within the reader's places: cells in the order in which they came to be, sums in that of their
    /// codes. What belongs to no project is shown to readers of the whole city.
    /// - Throws: `Refusal` `right.missing`.
    public func balances(_ question: BalanceQuestion = .init(), for reader: Actor, in tx: Tx) throws -> [Balance] {
        try reader.require(.readLedger)
        let within = try Self.within(reader, tx)
        if let by = question.by { return try Self.sums(by, question, within, tx) }
        if question.asOf != nil || question.known != nil { return try Self.past(question, within, tx) }
        return try tx.map(
            """
            SELECT c.stage, c.measure, \(BookReading.sliceColumns), c.debit, c.credit, c.held
            FROM cell c JOIN slice s ON s.id = c.slice
            WHERE c.is_total = 0 AND (c.debit <> 0 OR c.credit <> 0 OR c.held <> 0) AND \(within)
            ORDER BY c.id
            """, Self.balance)
    }

    /// Balances of every cell as they would have been read then.
    private static func past(_ question: BalanceQuestion, _ within: SQL, _ tx: Tx) throws -> [Balance] {
        try tx.map(
            """
            SELECT c.stage, c.measure, \(BookReading.sliceColumns), t.debit, t.credit, t.held
            FROM (SELECT cell, \(turnovers) FROM posting p WHERE \(try counted(question, tx)) GROUP BY cell) AS t
            JOIN cell c ON c.id = t.cell JOIN slice s ON s.id = c.slice
            WHERE (t.debit <> 0 OR t.credit <> 0 OR t.held <> 0) AND \(within)
            ORDER BY c.id
            """, balance)
    }

    /// Sums over the postings, which carry all dimensions that were given.
    private static func sums(
        _ by: Dimensions, _ question: BalanceQuestion, _ within: SQL, _ tx: Tx
    ) throws -> [Balance] {
        let columns: [SQL] = [
            by.contains(.source) ? "s.source" : "''", by.contains(.project) ? "s.project" : "''",
            by.contains(.area) ? "s.area" : "''", by.contains(.item) ? "s.item" : "''",
            by.contains(.party) ? "s.party" : "''", by.contains(.contract) ? "s.contract" : "''",
            by.contains(.year) ? "s.year" : "CAST(0 AS BIGINT)",
        ]
        let groups = zip(columns, Dimensions.named).filter { by.contains($0.1.dimension) }.map(\.0)
        let lines = try tx.map(
            """
            SELECT c.stage, c.measure, \(SQL.joined(columns, by: ", ")), \(turnovers)
            FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = p.slice
            WHERE \(try counted(question, tx)) AND \(within)
            GROUP BY \(SQL.joined(["c.stage", "c.measure"] + groups, by: ", "))
            ORDER BY \(SQL.joined(["c.stage", "c.measure"] + groups, by: ", "))
            """, balance)
        return lines.filter { $0.debit != 0 || $0.credit != 0 || $0.held != 0 }
    }

    /// Odd lines are debits. A reversal lowers the side on which its entry stood.
    private static let turnovers: SQL = """
        CAST(sum(CASE WHEN p.line % 2 = 1 THEN -p.amount ELSE 0 END) AS BIGINT) AS debit,
        CAST(sum(CASE WHEN p.line % 2 = 0 THEN p.amount ELSE 0 END) AS BIGINT) AS credit,
        CAST(sum(p.held) AS BIGINT) AS held
        """

    static func counted(_ question: BalanceQuestion, _ tx: Tx) throws -> SQL {
        var conditions: [SQL] = []
        if let day = question.asOf { conditions.append("p.effective <= \(day)") }
        if let known = question.known {
            let last = try lastEntry(before: known.adding(days: 1).startInChina, tx)
            conditions.append("p.entry <= \(last)")
        }
        return SQL.all(conditions)
    }

    /// Numbers count from 1 without a gap and recorded times never go back, so that halving finds it.
    static func lastEntry(before instant: Instant, _ tx: Tx) throws -> Int64 {
        var (low, high): (Int64, Int64) = (0, try JournalState.read(tx).last)
        while low < high {
            let middle = low + (high - low + 1) / 2
            let at: Int64? = try tx.value("SELECT recorded FROM journal_entry WHERE number = \(middle)")
            if (at ?? .max) < instant.milliseconds { low = middle } else { high = middle - 1 }
        }
        return low
    }

    static func within(_ reader: Actor, _ tx: Tx) throws -> SQL {
        let scope = reader.scope(.readLedger)
        let city: PlaceCode = try tx.value("SELECT code FROM city LIMIT 1") ?? .country
        if scope.contains(city) { return "TRUE" }
        return "s.project IN (SELECT number FROM project WHERE \(scope, contains: "place"))"
    }

    private static func balance(_ row: Row) throws -> Balance {
        guard let stage = LedgerStage(code: try row[0]), let measure = LedgerMeasure(rawValue: try row[1]) else {
            throw LedgerFault.unreadable("cell")
        }
        return Balance(
            stage: stage, measure: measure, slice: try BookReading.slice(row, from: 2), debit: try row[9],
            credit: try row[10], held: try row[11])
    }
}
