import Kernel
import Store

/// Whether each line of a bank's statement is the cash it is matched with, and matched as the record says.
struct BankCheck {
    let tx: Tx

    /// The first wrong line first, with the entry it is about.
    func problems() throws -> [(entry: Int64?, words: Phrase)] {
        var problems: [(entry: Int64?, words: Phrase)] = []
        var told = try recorded()
        var shown: (entry: Int64, parts: [CashItem.Part]) = (0, [])
        try tx.each(
            """
            SELECT b.id, b.account, b.day, b.amount, b.entry, b.part, e.kind,
                CAST((SELECT coalesce(sum(p.amount), 0) FROM posting p JOIN cell c ON c.id = p.cell
                    WHERE p.entry = b.entry AND c.stage = 'received' AND c.measure = 'fen' AND (b.part = 'all'
                        OR b.part = CASE p.move WHEN 'payWages' THEN 'wages' ELSE 'cash' END)) AS BIGINT)
            FROM bank_line b LEFT JOIN journal_entry e ON e.number = b.entry WHERE b.entry IS NOT NULL
            ORDER BY b.entry, b.part, b.id
            """
        ) { row in
            let (id, entry, amount): (String, Int64, Int64) = (try row[0], try row[4], try row[3])
            let (kind, cash): (String?, Int64) = (try row[6], try row[7])
            guard let part = CashItem.Part(rawValue: try row[5]) else { throw LedgerFault.unreadable("bank_line") }
            let line = BankLineName(account: try row[1], day: try row[2], amount: amount)
            if kind != "post" && kind != "capture" {
                problems.append((entry, line.says("对上的分录不存在或没有收付", "it is matched with no entry that moves cash")))
            } else if cash != amount {
                let words = line.says(
                    "与分录的收付 \(Money.yuan(cash)) 不符", "its entry moved \(Money.yuan(cash))")
                problems.append((entry, words))
            }
            if shown.entry != entry { shown = (entry, []) }
            if shown.parts.contains(where: { $0.overlaps(part) }) {
                problems.append((entry, line.says("同一笔收付对上了两行流水", "another line shows the same cash")))
            }
            shown.parts.append(part)
            let match = BankRecord.match(id, entry, part)
            if told[match] != 1 {
                problems.append((entry, line.says("核对与操作记录不符", "its match is not what the record says")))
            }
            told[match] = nil
        }
        // What the record still says is matched is stored as something else.
        for match in told.filter({ $0.value != 0 }).keys.sorted() {
            problems.append((nil, Phrase(zh: "操作记录中的核对 \(match) 不见了", en: "the match \(match) of the record is gone")))
        }
        return problems
    }

    /// How often a match was made, less how often it was taken back.
    private func recorded() throws -> [String: Int] {
        var told: [String: Int] = [:]
        try tx.each(
            """
            SELECT act, value_before, value_after FROM record_line
            WHERE subject_kind = 'bank' AND act IN ('ledger.bank', 'ledger.bank.takeBack')
            """
        ) { row in
            let isMade = (try row[0] as String) == "ledger.bank"
            let text: String? = isMade ? try row[2] : try row[1]
            let values = text.flatMap { try? JSON(parsing: $0) }?["matched"]?.elements ?? []
            for match in values.compactMap(\.string) { told[match, default: 0] += isMade ? 1 : -1 }
        }
        return told
    }

    private struct BankLineName {
        let account: String
        let day: Day
        let amount: Int64

        func says(_ zh: String, _ en: String) -> Phrase {
            let name = "\(account) \(day) \(Money.yuan(amount))"
            return Phrase(zh: "银行流水 \(name)：\(zh)", en: "the bank's line \(name): \(en)")
        }
    }
}
