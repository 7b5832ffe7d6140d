public import Kernel
import Registry
public import Store

/// A line of a bank's statement as it is kept: of counterparty and memo its id alone tells.
public struct KeptBankLine: Sendable, Hashable {
    public struct Match: Sendable, Hashable {
        /// Number of the entry.
        public let entry: Int64
        public let part: CashItem.Part
        public let at: Instant
        /// The entry was reversed: the bank moved what the journal says never moved.
        public let isReversed: Bool
    }

    /// SHA-256, as of `BankLine`.
    public let id: String
    public let account: String
    public let day: Day
    /// Fen; above zero what came in, below zero what went out.
    public let amount: Int64
    public let reference: String
    public let match: Match?
    /// A match was taken back, and none made since.
    public let isTakenBack: Bool

    fileprivate static let columns: SQL = """
        b.id, b.account, b.day, b.amount, b.reference, b.entry, b.part, b.matched_at, b.doubt,
            CASE WHEN \(isReversed) THEN 1 ELSE 0 END
        """

    fileprivate static let isReversed: SQL = """
        EXISTS (SELECT 1 FROM journal_entry e JOIN journal_entry r ON r.refers = e.key
            WHERE e.number = b.entry AND r.kind = 'reverse')
        """

    fileprivate init(_ row: Row) throws {
        (id, account, day, amount) = (try row[0], try row[1], try row[2], try row[3])
        reference = try row[4]
        let (entry, part, at): (Int64?, String?, Instant?) = (try row[5], try row[6], try row[7])
        if let entry, let at {
            guard let part = part.flatMap(CashItem.Part.init) else { throw LedgerFault.unreadable("bank_line") }
            match = Match(entry: entry, part: part, at: at, isReversed: (try row[9] as Int) == 1)
        } else {
            match = nil
        }
        let doubt: String = try row[8]
        isTakenBack = match == nil && doubt == BankDoubt.takenBack.rawValue
    }
}

/// What the lines of statements are asked for.
public struct BankLineFilter: Sendable, Hashable {
    public enum State: String, Sendable, CaseIterable {
        case matched, unmatched
        /// Matched with an entry that was reversed.
        case reversed
    }

    public enum Sort: String, Sendable, CaseIterable {
        case day, account, amount, entry
    }

    /// Empty for all.
    public var account = ""
    public var state: State?
    public var from: Day?
    public var to: Day?
    /// Words of accounts and references; a number also finds its entry and its amount in yuan.
    public var text = ""
    public var sort = Sort.day
    public var descending = true

    static let words = 5

    public init() {}
}

/// A page of lines, and the sums of all of its pages.
public struct BankLinePage: Sendable, Hashable {
    public let lines: [KeptBankLine]
    public let total: Int
    /// Fen that came in and that went out, neither below zero.
    public let cameIn: Int64
    public let wentOut: Int64
}

/// An account whose statements were brought.
public struct BankAccount: Sendable, Hashable {
    public let name: String
    public let lines: Int
    public let unmatched: Int
    public let first: Day
    public let last: Day
}

extension Ledger {
    /// Lines of statements that meet the conditions. Who does not read the whole city's ledger sees those that are
    /// matched with entries they may read.
    /// - Parameters:
    ///   - page: from 1.
    ///   - size: lines, at most `LedgerLimits.lines`.
    /// - Throws: `Refusal` `right.missing`.
    public func bankLines(
        _ filter: BankLineFilter = .init(), page: Int = 1, size: Int = 50, for reader: Actor, in tx: Tx
    ) throws -> BankLinePage {
        try reader.require(.readLedger)
        let found: SQL = "FROM bank_line b WHERE \(SQL.all([try Self.visible(reader, tx)] + filter.conditions))"
        let sums = try tx.first(
            """
            SELECT count(*), CAST(coalesce(sum(CASE WHEN b.amount > 0 THEN b.amount ELSE 0 END), 0) AS BIGINT),
                CAST(coalesce(sum(CASE WHEN b.amount < 0 THEN -b.amount ELSE 0 END), 0) AS BIGINT) \(found)
            """)
        guard let sums else { throw LedgerFault.unreadable("bank_line") }
        let size = min(max(size, 1), LedgerLimits.lines)
        let lines = try tx.map(
            """
            SELECT \(KeptBankLine.columns) \(found) ORDER BY \(filter.order)
            LIMIT \(literal: size) OFFSET \(literal: (max(page, 1) - 1) * size)
            """, KeptBankLine.init)
        return BankLinePage(lines: lines, total: try sums[0], cameIn: try sums[1], wentOut: try sums[2])
    }

    /// The lines that show an entry's cash: one, or one of its wages and one of the rest.
    /// - Throws: `Refusal` `right.missing`.
    public func bankLines(of entry: Int64, for reader: Actor, in tx: Tx) throws -> [KeptBankLine] {
        try reader.require(.readLedger)
        let visible = try Self.visible(reader, tx)
        return try tx.map(
            "SELECT \(KeptBankLine.columns) FROM bank_line b WHERE b.entry = \(entry) AND \(visible) ORDER BY b.part",
            KeptBankLine.init)
    }

    /// - Throws: `Refusal` `bank.line.none` where there is none for this reader.
    public func bankLine(_ id: String, for reader: Actor, in tx: Tx) throws -> KeptBankLine {
        try reader.require(.readLedger)
        let visible = try Self.visible(reader, tx)
        let row = try tx.first("SELECT \(KeptBankLine.columns) FROM bank_line b WHERE b.id = \(id) AND \(visible)")
        guard let row else {
            throw Refusal(
                .notFound, "bank.line.none", zh: "没有这行银行流水；请从列表中选择。",
                en: "There is no such line of a bank's statement; choose one from the list.")
        }
        return try KeptBankLine(row)
    }

    /// The accounts in the order of their names.
    /// - Throws: `Refusal` `right.missing`.
    public func bankAccounts(for reader: Actor, in tx: Tx) throws -> [BankAccount] {
        try reader.require(.readLedger)
        return try tx.map(
            """
            SELECT b.account, count(*), count(*) - count(b.entry), min(b.day), max(b.day) FROM bank_line b
            WHERE \(try Self.visible(reader, tx)) GROUP BY b.account ORDER BY b.account
            """
        ) {
            BankAccount(name: try $0[0], lines: try $0[1], unmatched: try $0[2], first: try $0[3], last: try $0[4])
        }
    }

    private static func visible(_ reader: Actor, _ tx: Tx) throws -> SQL {
        if reader.may(.readLedger, at: try city(tx)) { return "TRUE" }
        let within = try within(reader, tx)
        return "b.entry IN (SELECT p.entry FROM posting p JOIN slice s ON s.id = p.slice WHERE \(within))"
    }
}

extension BankLineFilter {
    fileprivate var conditions: [SQL] {
        var conditions: [SQL] = []
        if !account.isEmpty { conditions.append("b.account = \(account)") }
        switch state {
        case .matched: conditions.append("b.entry IS NOT NULL")
        case .unmatched: conditions.append("b.entry IS NULL")
        case .reversed: conditions.append(KeptBankLine.isReversed)
        case nil: break
        }
        if let from { conditions.append("b.day >= \(from)") }
        if let to { conditions.append("b.day <= \(to)") }
        for word in text.split(separator: " ").prefix(Self.words) { conditions.append(Self.says(String(word))) }
        return conditions
    }

    private static func says(_ word: String) -> SQL {
        let pattern = SQL.containing(word)
        return """
            (b.account LIKE \(pattern) ESCAPE '\\' OR b.reference LIKE \(pattern) ESCAPE '\\'
                OR b.entry = \(Int64(word) ?? 0) OR \(amount(word, "b.amount")))
            """
    }

    /// Whether a number of yuan is what came or went.
    static func amount(_ word: String, _ column: SQL) -> SQL {
        let digits = word.hasPrefix("-") ? String(word.dropFirst()) : word
        guard let fen = try? MoneyCell.fen(digits, tenThousands: false, field: "q") else { return "FALSE" }
        return "\(column) IN (\(fen), \(-fen))"
    }

    fileprivate var order: SQL {
        let key: SQL =
            switch sort {
            case .day: "b.day"
            case .account: "b.account"
            case .amount: "b.amount"
            case .entry: "coalesce(b.entry, 0)"
            }
        return descending ? "\(key) DESC, b.id" : "\(key), b.id"
    }
}
