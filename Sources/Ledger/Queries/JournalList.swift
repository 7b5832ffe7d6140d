public import Kernel
import Registry
public import Store

/// What the journal is asked for.
public struct JournalFilter: Sendable, Hashable {
    public enum Sort: String, Sendable, CaseIterable {
        case day, number
    }

    /// What is counted of the postings at a stage.
    public enum Value: String, Sendable, CaseIterable {
        /// What reached it in all, less what was taken back: the sums of `FundSums`, and certificates in all.
        case reached
        /// What came, what went, what stands there, as `LedgerQuestion.Value` has it.
        case arrived = "in"
        case left = "out"
        case balance
    }

    public var part = LedgerPart()
    public var moment = LedgerMoment.now
    /// Entries that count from this day on; up to which day, the moment says.
    public var from: Day?
    /// Only postings at these stages; empty for whole moves.
    public var stages: [LedgerStage] = []
    public var value = Value.reached
    /// Empty for all.
    public var moves: [Move] = []
    /// Words of keys, authorities, memos, reasons, parties and contracts; a number also finds its entry.
    public var text = ""
    /// SHA-256 of a file: entries that name it, or whose clearance does.
    public var evidence = ""
    public var sort = Sort.day
    public var descending = true

    static let words = 5

    public init(_ part: LedgerPart = .init(), at moment: LedgerMoment = .now) {
        (self.part, self.moment) = (part, moment)
    }
}

/// An entry as the journal lists it: what of it meets the conditions.
public struct JournalLine: Sendable, Hashable {
    public let number: Int64
    public let day: Day
    /// In the order of the table of moves.
    public internal(set) var moves: [Move] = []
    /// Along each dimension the value of all that is counted; empty where there is none or there are several.
    public internal(set) var slice = Slice()
    /// Dimensions with several values.
    public internal(set) var several = Dimensions()
    /// Signed.
    public let fen: Int64
    /// Hundredths of m²·year.
    public let use: Int64
    public internal(set) var authority = EntryDraft.Authority(kind: "", reference: "")
    public internal(set) var memo = ""
    /// "ordinary", "fact", "override".
    public internal(set) var manner = ""
    /// "post", "reserve", "capture", "release", "expire", "reverse".
    public internal(set) var kind = ""
    /// Rules that it broke.
    public internal(set) var findings = 0
}

/// A page of the journal, and the sums of all of its pages.
public struct JournalPage: Sendable, Hashable {
    public let lines: [JournalLine]
    /// Entries.
    public let total: Int
    public let fen: Int64
    /// Hundredths of m²·year.
    public let use: Int64
}

extension Ledger {
    /// The entries that meet the conditions, within the reader's places.
    /// - Parameters:
    ///   - page: from 1.
    ///   - size: entries, at most 1,000.
    /// - Throws: `Refusal` `right.missing`.
    public func journal(
        _ filter: JournalFilter = .init(), page: Int = 1, size: Int = 50, for reader: Actor, in tx: Tx
    ) throws -> JournalPage {
        try reader.require(.readLedger)
        let found = try filter.postings(within: try Self.within(reader, tx), classes, tx)
        let sums = try tx.first("SELECT count(DISTINCT p.entry), \(filter.amounts) \(found)")
        guard let sums else { throw LedgerFault.unreadable("posting") }
        let size = min(max(size, 1), Self.told)
        let lines = try Self.lines(filter, found, size, offset: (max(page, 1) - 1) * size, tx)
        return JournalPage(lines: lines, total: try sums[0], fen: try sums[1], use: try sums[2])
    }

    /// The same entries without pages.
    /// - Parameter limit: of lines.
    /// - Throws: `Refusal` `right.missing`.
    public func journalLines(
        _ filter: JournalFilter, limit: Int, for reader: Actor, in tx: Tx
    ) throws -> [JournalLine] {
        try reader.require(.readLedger)
        let found = try filter.postings(within: try Self.within(reader, tx), classes, tx)
        return try Self.lines(filter, found, max(limit, 0), offset: 0, tx)
    }

    /// Lines that are told of at once.
    private static let told = 1_000

    private static func lines(
        _ filter: JournalFilter, _ found: SQL, _ limit: Int, offset: Int, _ tx: Tx
    ) throws -> [JournalLine] {
        let order: SQL =
            switch (filter.sort, filter.descending) {
            case (.day, true): "p.effective DESC, p.entry DESC"
            case (.day, false): "p.effective, p.entry"
            case (.number, true): "p.entry DESC"
            case (.number, false): "p.entry"
            }
        let lines = try tx.map(
            """
            SELECT p.entry, p.effective, \(filter.amounts) \(found) GROUP BY p.entry, p.effective
            ORDER BY \(order) LIMIT \(literal: limit) OFFSET \(literal: offset)
            """
        ) { JournalLine(number: try $0[0], day: try $0[1], fen: try $0[2], use: try $0[3]) }
        return try stride(from: 0, to: lines.count, by: told).flatMap { start in
            var some = Array(lines[start..<min(start + told, lines.count)])
            try tell(&some, found, tx)
            return some
        }
    }

    /// The number of the entry with this key; nil where there is none. What it holds, `entry` tells whom it may.
    public func entryNumber(of key: String, in tx: Tx) throws -> Int64? {
        try tx.value("SELECT number FROM journal_entry WHERE key = \(key)")
    }

    /// Adds what the entries say of themselves, and along which dimensions their postings agree.
    private static func tell(_ lines: inout [JournalLine], _ found: SQL, _ tx: Tx) throws {
        guard !lines.isEmpty else { return }
        let numbers = lines.map(\.number)
        let places = Dictionary(numbers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        try tx.each(
            """
            SELECT number, kind, manner, authority_kind, authority_ref, memo,
                (SELECT count(*) FROM finding f WHERE f.entry = number)
            FROM journal_entry WHERE number IN \(list: numbers)
            """
        ) { row in
            guard let index = places[try row[0]] else { return }
            (lines[index].kind, lines[index].manner) = (try row[1], try row[2])
            lines[index].authority = EntryDraft.Authority(kind: try row[3], reference: try row[4])
            (lines[index].memo, lines[index].findings) = (try row[5], try row[6])
        }
        try tx.each(
            "SELECT DISTINCT p.entry, p.move, \(BookReading.sliceColumns) \(found) AND p.entry IN \(list: numbers)"
        ) { row in
            guard let index = places[try row[0]], let move = Move(code: try row[1]) else { return }
            lines[index].take(move, try BookReading.slice(row, from: 2))
        }
    }
}

extension JournalFilter {
    /// Fen and use.
    fileprivate var amounts: SQL {
        let amount: SQL =
            switch (stages.isEmpty, value) {
            case (true, _): "CASE p.move WHEN 'unplan' THEN -p.amount ELSE p.amount END"
            case (false, .left): "-p.amount"
            case (false, _): "p.amount"
            }
        return """
            CAST(coalesce(sum(CASE c.measure WHEN 'fen' THEN \(amount) ELSE 0 END), 0) AS BIGINT),
            CAST(coalesce(sum(CASE c.measure WHEN 'use' THEN \(amount) ELSE 0 END), 0) AS BIGINT)
            """
    }

    /// From where, and under which conditions.
    fileprivate func postings(within: SQL, _ classes: [String: String], _ tx: Tx) throws -> SQL {
        var conditions: [SQL] = [within, part.conditions(classes), try moment.counted(tx)]
        conditions.append(stages.isEmpty ? Ledger.firstLegs : atStages)
        if !moves.isEmpty { conditions.append("p.move IN \(list: moves.map(\.code))") }
        if let from { conditions.append("p.effective >= \(from)") }
        for word in text.split(separator: " ").prefix(Self.words) { conditions.append(Self.says(String(word))) }
        if !evidence.isEmpty { conditions.append(Self.cites(evidence)) }
        return """
            FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = p.slice WHERE \(SQL.all(conditions))
            """
    }

    /// Odd lines leave a stage, even ones come to it.
    private var atStages: SQL {
        let at: SQL = "c.stage IN \(list: stages.map(\.code))"
        switch value {
        case .balance: return at
        case .arrived: return at + " AND p.line % 2 = 0"
        case .left: return at + " AND p.line % 2 = 1"
        case .reached: return "(" + SQL.joined(stages.map(Self.reached), by: " OR ") + ")"
        }
    }

    /// Moves on from a stage do not count, moves back do.
    private static func reached(_ stage: LedgerStage) -> SQL {
        let moves: [Move]
        switch stage {
        case .planned: moves = [.plan, .unplan]
        case .pledged: moves = [.pledge, .withdraw]
        case .allotted: moves = [.allot, .rescind]
        case .called: moves = [.call, .draw]
        case .received: moves = [.receive]
        case .approved: moves = [.approve, .disapprove]
        case .committed: moves = [.commit, .decommit]
        case .advanced: moves = [.advance]
        case .wages, .retained: moves = [.certify]
        case .discharged: moves = [.pay, .payWages, .recover, .repay]
        // What is certified is due, wages or retained.
        case .certified:
            return """
                (p.line % 2 = 0 AND (p.move = 'certify' OR p.move = 'recover' AND c.stage = 'certified'))
                """
        case .open, .unapproved, .paid, .returned, .settled: return "c.stage = \(stage.code)"
        }
        return "(c.stage = \(stage.code) AND p.move IN \(list: moves.map(\.code)))"
    }

    private static func says(_ word: String) -> SQL {
        let pattern = SQL.containing(word)
        return """
            (s.party LIKE \(pattern) ESCAPE '\\' OR s.contract LIKE \(pattern) ESCAPE '\\' OR p.entry IN (
                SELECT e.number FROM journal_entry e WHERE e.number = \(Int64(word) ?? 0)
                    OR e.key LIKE \(pattern) ESCAPE '\\' OR e.authority_ref LIKE \(pattern) ESCAPE '\\'
                    OR e.memo LIKE \(pattern) ESCAPE '\\' OR e.reason LIKE \(pattern) ESCAPE '\\'))
            """
    }

    private static func cites(_ digest: String) -> SQL {
        """
        p.entry IN (SELECT e.number FROM journal_entry e
            WHERE e.evidence LIKE \(SQL.containing(digest)) ESCAPE '\\'
                OR e.clearance IN (SELECT id FROM clearance WHERE digest = \(digest)))
        """
    }
}

extension JournalLine {
    fileprivate mutating func take(_ move: Move, _ other: Slice) {
        if !moves.contains(move) {
            moves.append(move)
            moves.sort { $0.rawValue < $1.rawValue }
        }
        for (_, dimension) in Dimensions.named {
            let text = other.text(dimension)
            guard !text.isEmpty, !several.contains(dimension), slice.text(dimension) != text else { continue }
            if slice.text(dimension).isEmpty {
                slice.set(dimension, other)
            } else {
                several.insert(dimension)
                slice.set(dimension, Slice())
            }
        }
    }
}

extension Slice {
    /// Takes one dimension's value from another slice.
    fileprivate mutating func set(_ dimension: Dimensions, _ other: Slice) {
        switch dimension {
        case .source: source = other.source
        case .project: project = other.project
        case .area: area = other.area
        case .item: item = other.item
        case .party: party = other.party
        case .contract: contract = other.contract
        default: year = other.year
        }
    }
}
