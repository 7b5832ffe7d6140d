public import Kernel
import Registry
public import Store

/// Cash in the book that stands on no statement.
public struct UnseenCash: Sendable, Hashable {
    /// Number of the entry.
    public let entry: Int64
    /// Its wages, or the rest.
    public let part: CashItem.Part
    public let key: String
    public let day: Day
    /// Fen; above zero what came in, below zero what went out.
    public let amount: Int64
    /// On whose word: "合同第 12 条".
    public let authority: String
    public let memo: String
    /// Number of a project that it is of, and of how many.
    public let project: String
    public let projects: Int
}

/// What the book is asked for.
public struct UnseenCashFilter: Sendable, Hashable {
    public enum Sort: String, Sendable, CaseIterable {
        case day, amount, entry
    }

    public var from: Day?
    public var to: Day?
    /// Words of keys, authorities, memos and projects; a number also finds its entry and its amount in yuan.
    public var text = ""
    public var sort = Sort.day
    public var descending = true

    public init() {}
}

/// A page of cash, and the sums of all of its pages.
public struct UnseenCashList: Sendable, Hashable {
    public let items: [UnseenCash]
    public let total: Int
    /// Fen that came in and that went out, neither below zero.
    public let cameIn: Int64
    public let wentOut: Int64
}

extension Ledger {
    /// Cash of the period that no line of a statement is matched with, within the reader's places. What was reversed
    /// never moved.
    /// - Parameters:
    ///   - page: from 1.
    ///   - size: items, at most `LedgerLimits.lines`.
    /// - Throws: `Refusal` `right.missing`.
    public func unseenCash(
        _ filter: UnseenCashFilter = .init(), page: Int = 1, size: Int = 50, for reader: Actor, in tx: Tx
    ) throws -> UnseenCashList {
        try reader.require(.readLedger)
        let found = filter.cash(within: try Self.within(reader, tx))
        let sums = try tx.first(
            """
            SELECT count(*), CAST(coalesce(sum(CASE WHEN f.amount > 0 THEN f.amount ELSE 0 END), 0) AS BIGINT),
                CAST(coalesce(sum(CASE WHEN f.amount < 0 THEN -f.amount ELSE 0 END), 0) AS BIGINT) FROM (\(found)) f
            """)
        guard let sums else { throw LedgerFault.unreadable("posting") }
        let size = min(max(size, 1), LedgerLimits.lines)
        let items = try tx.map(
            """
            SELECT f.entry, f.part, f.number_key, f.day, f.amount, f.authority, f.memo, f.project, f.projects
            FROM (\(found)) f ORDER BY \(filter.order)
            LIMIT \(literal: size) OFFSET \(literal: (max(page, 1) - 1) * size)
            """
        ) { row in
            guard let part = CashItem.Part(rawValue: try row[1]) else { throw LedgerFault.unreadable("posting") }
            return UnseenCash(
                entry: try row[0], part: part, key: try row[2], day: try row[3], amount: try row[4],
                authority: try row[5], memo: try row[6], project: try row[7], projects: try row[8])
        }
        return UnseenCashList(items: items, total: try sums[0], cameIn: try sums[1], wentOut: try sums[2])
    }
}

extension UnseenCashFilter {
    /// One row for each entry and part, as `CashReading` has them.
    fileprivate func cash(within: SQL) -> SQL {
        var posted: [SQL] = ["c.stage = 'received' AND c.measure = 'fen' AND p.amount <> 0", within]
        if let from { posted.append("p.effective >= \(from)") }
        if let to { posted.append("p.effective <= \(to)") }
        let said = text.split(separator: " ").prefix(BankLineFilter.words).map { Self.says(String($0)) }
        let told = said.isEmpty ? "TRUE" : SQL.all(said)
        return """
            SELECT m.entry AS entry, m.part AS part, m.day AS day, e.key AS number_key, e.authority_ref AS authority,
                e.memo AS memo, CAST(sum(m.amount) AS BIGINT) AS amount, min(m.project) AS project,
                count(DISTINCT m.project) AS projects
            FROM (
                SELECT p.entry AS entry, p.effective AS day, s.project AS project, p.amount AS amount,
                    CASE p.move WHEN 'payWages' THEN 'wages' ELSE 'cash' END AS part
                FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = p.slice WHERE \(SQL.all(posted))
            ) m JOIN journal_entry e ON e.number = m.entry
            WHERE e.kind IN ('post', 'capture')
                AND NOT EXISTS (SELECT 1 FROM journal_entry r WHERE r.kind = 'reverse' AND r.refers = e.key)
                AND NOT EXISTS (SELECT 1 FROM bank_line b WHERE b.entry = m.entry AND b.part IN ('all', m.part))
            GROUP BY m.entry, m.part, m.day, e.key, e.authority_ref, e.memo
            HAVING sum(m.amount) <> 0 AND \(told)
            """
    }

    private static func says(_ word: String) -> SQL {
        let pattern = SQL.containing(word)
        return """
            (e.key LIKE \(pattern) ESCAPE '\\' OR e.authority_ref LIKE \(pattern) ESCAPE '\\'
                OR e.memo LIKE \(pattern) ESCAPE '\\' OR min(m.project) LIKE \(pattern) ESCAPE '\\'
                OR m.entry = \(Int64(word) ?? 0) OR \(BankLineFilter.amount(word, "CAST(sum(m.amount) AS BIGINT)")))
            """
    }

    fileprivate var order: SQL {
        let key: SQL =
            switch sort {
            case .day: "f.day"
            case .amount: "f.amount"
            case .entry: "f.entry"
            }
        return descending ? "\(key) DESC, f.entry DESC, f.part" : "\(key), f.entry, f.part"
    }
}
