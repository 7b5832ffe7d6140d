public import Kernel
public import Store

/// One posted move as lists show it.
public struct EntryLine: Sendable, Hashable {
    public let number: Int64
    public let key: String
    public let day: Day
    public let move: Move
    public let slice: Slice
    public let measure: LedgerMeasure
    /// Signed: a reversal takes away.
    public let amount: Int64
    public let memo: String
    /// "ordinary", "fact", "override".
    public let manner: String
}

/// One entry, whole.
public struct EntrySheet: Sendable, Hashable {
    public struct Posting: Sendable, Hashable {
        public let line: Int
        public let move: Move
        public let stage: LedgerStage
        public let measure: LedgerMeasure
        public let slice: Slice
        public let amount: Int64
        public let held: Int64
    }

    /// A later entry that says of this one what it does to it.
    public struct Sequel: Sendable, Hashable {
        public enum Kind: String, Sendable, CaseIterable {
            case corrects, reverse, capture, release, expire
        }

        public let number: Int64
        public let kind: Kind
        public let day: Day
        public let memo: String
    }

    public let number: Int64
    public let key: String
    /// "post", "reserve", "capture", "release", "expire", "reverse".
    public let kind: String
    /// The day that was stated, and the one on which it counts: a fact of a closed period counts in the open one.
    public let stated: Day
    public let effective: Day
    public let recorded: Instant
    public let actorKind: String
    /// Who posted it; nil for the system.
    public let person: ID<PersonTag>?
    public let authority: EntryDraft.Authority
    public let clearance: Clearance?
    /// SHA-256 digests of files.
    public let evidence: [String]
    public let memo: String
    public let manner: String
    public let reason: String
    /// Key of the entry that it reverses, captures or releases.
    public let refers: String?
    /// Key of the entry that it corrects.
    public let corrects: String?
    /// What later became of it, the oldest first, at most 200.
    public let sequels: [Sequel]
    public let postings: [Posting]
    public let findings: [Finding]

    /// Number of the entry that reversed it.
    public var reversedBy: Int64? { sequels.first { $0.kind == .reverse }?.number }
}

extension Ledger {
    /// The moves behind a number, the newest first. Two legs of one move are one line.
    /// - Parameters:
    ///   - moves: only these; nil for all.
    ///   - before: entries before this number; for paging.
    ///   - limit: lines, at most 1,000.
    /// - Throws: `Refusal` `right.missing`.
    public func entries(
        _ moves: [Move]? = nil, of part: LedgerPart = .init(), at moment: LedgerMoment = .now, before: Int64? = nil,
        limit: Int = 100, for reader: Actor, in tx: Tx
    ) throws -> [EntryLine] {
        try reader.require(.readLedger)
        var conditions: [SQL] = [try Self.within(reader, tx), part.conditions(classes), try moment.counted(tx)]
        if let moves { conditions.append("p.move IN \(list: moves.map(\.code))") }
        if let before { conditions.append("p.entry < \(before)") }
        return try Self.lines(SQL.all(conditions), limit: limit, tx)
    }

    /// The moves whose postings meet the conditions, whoever asks, the newest first.
    static func lines(_ conditions: SQL, limit: Int, _ tx: Tx) throws -> [EntryLine] {
        // Legs that share an amount follow one another; of legs that each carry it, the first one counts.
        try tx.map(
            """
            SELECT e.number, e.key, e.effective, p.move, \(BookReading.sliceColumns), c.measure,
                CAST(sum(CASE p.move WHEN 'unplan' THEN -p.amount ELSE p.amount END) AS BIGINT), e.memo, e.manner
            FROM posting p JOIN journal_entry e ON e.number = p.entry JOIN cell c ON c.id = p.cell
            JOIN slice s ON s.id = p.slice
            WHERE \(firstLegs) AND \(conditions)
            GROUP BY e.number, e.key, e.effective, p.move, \(BookReading.sliceColumns), c.measure, e.memo, e.manner
            ORDER BY e.number DESC, p.move, \(BookReading.sliceColumns) LIMIT \(literal: min(max(limit, 0), 1_000))
            """
        ) { row in
            guard let move = Move(code: try row[3]), let measure = LedgerMeasure(rawValue: try row[11]) else {
                throw LedgerFault.unreadable("posting")
            }
            return EntryLine(
                number: try row[0], key: try row[1], day: try row[2], move: move,
                slice: try BookReading.slice(row, from: 4), measure: measure, amount: try row[12], memo: try row[13],
                manner: try row[14])
        }
    }

    /// The line that carries the amount: the second of the first leg, since the second leg of a payment or of a
    /// recovery repeats it. What is unplanned goes to a stage that is kept for no project, so its first line is taken.
    static let firstLegs: SQL = """
        p.line % 2 = CASE p.move WHEN 'unplan' THEN 1 ELSE 0 END
            AND NOT (p.move IN ('pay', 'payWages', 'advance', 'recover') AND c.stage IN ('discharged', 'advanced'))
            AND NOT (p.move = 'repay' AND c.stage = 'certified')
        """

    /// - Throws: `Refusal` `entry.none` where there is no such entry for this reader.
    public func entry(_ number: Int64, for reader: Actor, in tx: Tx) throws -> EntrySheet {
        try reader.require(.readLedger)
        let within = try Self.within(reader, tx)
        let postings = try tx.map(
            """
            SELECT p.line, p.move, c.stage, c.measure, \(BookReading.sliceColumns), p.amount, p.held
            FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = p.slice
            WHERE p.entry = \(number) AND \(within) ORDER BY p.line
            """, Self.sheetPosting)
        guard !postings.isEmpty,
            let row = try tx.first("SELECT \(JournalRows.entries) FROM journal_entry WHERE number = \(number)")
        else {
            throw Refusal(
                .notFound, "entry.none", zh: "没有第 \(number) 号分录。", en: "There is no entry \(number).", field: "entry")
        }
        let (key, evidence): (String, String) = (try row[2], try row[12])
        let clearance: ID<Clearance>? = try row[11]
        return EntrySheet(
            number: number, key: key, kind: try row[3], stated: try row[4], effective: try row[5],
            recorded: try row[6], actorKind: try row[7], person: try row[8],
            authority: .init(kind: try row[9], reference: try row[10]),
            clearance: try clearance.flatMap { id in
                try tx.first("SELECT \(TermColumns.clearance) FROM clearance WHERE id = \(id)").map(
                    TermColumns.clearance)
            },
            evidence: evidence.split(separator: " ").map(String.init), memo: try row[13], manner: try row[14],
            reason: try row[15], refers: try row[16], corrects: try row[18],
            sequels: try Self.sequels(of: key, within, tx), postings: postings,
            findings: try Self.findings(of: number, tx))
    }

    /// - Throws: `Refusal` `entry.none`.
    public func entry(key: String, for reader: Actor, in tx: Tx) throws -> EntrySheet {
        let number: Int64? = try tx.value("SELECT number FROM journal_entry WHERE key = \(key)")
        return try entry(number ?? 0, for: reader, in: tx)
    }

    private static func sheetPosting(_ row: Row) throws -> EntrySheet.Posting {
        guard let move = Move(code: try row[1]), let stage = LedgerStage(code: try row[2]),
            let measure = LedgerMeasure(rawValue: try row[3])
        else { throw LedgerFault.unreadable("posting") }
        return EntrySheet.Posting(
            line: try row[0], move: move, stage: stage, measure: measure, slice: try BookReading.slice(row, from: 4),
            amount: try row[11], held: try row[12])
    }

    /// One that both reverses and corrects is told as both.
    private static func sequels(of key: String, _ within: SQL, _ tx: Tx) throws -> [EntrySheet.Sequel] {
        let visible: SQL = """
            EXISTS (SELECT 1 FROM posting p JOIN slice s ON s.id = p.slice WHERE p.entry = e.number AND \(within))
            """
        return try tx.map(
            """
            SELECT e.number, e.kind, e.effective, e.memo FROM journal_entry e WHERE e.refers = \(key) AND \(visible)
            UNION ALL
            SELECT e.number, 'corrects', e.effective, e.memo FROM journal_entry e
            WHERE e.corrects = \(key) AND \(visible)
            ORDER BY 1, 2 LIMIT 200
            """
        ) { row in
            guard let kind = EntrySheet.Sequel.Kind(rawValue: try row[1]) else {
                throw LedgerFault.unreadable("journal_entry")
            }
            return EntrySheet.Sequel(number: try row[0], kind: kind, day: try row[2], memo: try row[3])
        }
    }

    static func findings(of number: Int64, _ tx: Tx) throws -> [Finding] {
        try tx.map(
            "SELECT rule, move, asked, allowed, about FROM finding WHERE entry = \(number) ORDER BY position"
        ) { row in
            guard let rule = Rule(rawValue: try row[0]) else { throw LedgerFault.unreadable("finding") }
            return Finding(rule, move: try row[1], asked: try row[2], allowed: try row[3], about: try row[4])
        }
    }
}
