public import Kernel
import Store

/// Cash that an entry moved, as a bank sees it: wages go to an account of their own (保障农民工工资支付条例 26), so an
/// entry that pays both may stand on a statement as one line or as two.
public struct CashItem: Sendable, Hashable {
    /// Which part of an entry's cash.
    public enum Part: String, Sendable, CaseIterable {
        case all, cash, wages

        func overlaps(_ other: Part) -> Bool { self == other || self == .all || other == .all }
    }

    /// Number of the entry.
    public let entry: Int64
    public let part: Part
    public let key: String
    public let day: Day
    /// Fen; above zero what came in, below zero what went out.
    public internal(set) var amount: Int64
    /// Who may stand on the statement: parties of contracts, who paid in, names of sources.
    public internal(set) var parties: Set<String>
    /// What may stand there: key, authority, memo, contract.
    public internal(set) var references: Set<String>
}

/// Reads the journal's cash.
struct CashReading {
    let tx: Tx

    /// Cash that moved on these days and is not matched yet, in the order of entries; of entries with wages and other
    /// cash the parts and the whole. What was taken back never moved.
    func items(from first: Day, to last: Day) throws -> [CashItem] {
        let (parties, names) = (try contractParties(), try sourceNames())
        let taken = try matched()
        var items: [CashItem] = []
        var entry: [CashItem] = []
        func close() {
            if entry.count == 2 { entry.append(Self.whole(entry[0], entry[1])) }
            items += entry.filter { item in !(taken[item.entry] ?? []).contains { $0.overlaps(item.part) } }
            entry = []
        }
        try tx.each(
            """
            SELECT p.entry, p.move, p.amount, e.key, e.effective, e.authority_ref, e.memo, s.source, s.party, s.contract
            FROM posting p JOIN cell c ON c.id = p.cell JOIN journal_entry e ON e.number = p.entry
                JOIN slice s ON s.id = p.slice
            WHERE c.stage = 'received' AND c.measure = 'fen' AND p.amount <> 0 AND e.kind IN ('post', 'capture')
                AND p.effective >= \(first) AND p.effective <= \(last)
                AND NOT EXISTS (SELECT 1 FROM journal_entry r WHERE r.kind = 'reverse' AND r.refers = e.key)
            ORDER BY p.entry, p.line
            """
        ) { row in
            let (number, code): (Int64, String) = (try row[0], try row[1])
            if let open = entry.first, open.entry != number { close() }
            let part: CashItem.Part = code == Move.payWages.code ? .wages : .cash
            let (source, party, contract): (String, String, String) = (try row[7], try row[8], try row[9])
            let found = entry.firstIndex { $0.part == part }
            let index = found ?? entry.count
            if found == nil {
                entry.append(
                    CashItem(
                        entry: number, part: part, key: try row[3], day: try row[4], amount: 0, parties: [],
                        references: [try row[3], try row[5], try row[6]]))
            }
            entry[index].amount &+= try row[2]
            entry[index].parties.formUnion([party, parties[contract] ?? ""] + (names[source] ?? []))
            entry[index].references.insert(contract)
        }
        close()
        return items.filter { $0.amount != 0 }
    }

    private static func whole(_ one: CashItem, _ other: CashItem) -> CashItem {
        CashItem(
            entry: one.entry, part: .all, key: one.key, day: one.day, amount: one.amount &+ other.amount,
            parties: one.parties.union(other.parties), references: one.references.union(other.references))
    }

    private func contractParties() throws -> [String: String] {
        var parties: [String: String] = [:]
        try tx.each("SELECT code, party FROM contract ORDER BY code, version") { parties[try $0[0]] = try $0[1] }
        return parties
    }

    private func sourceNames() throws -> [String: [String]] {
        var names: [String: [String]] = [:]
        try tx.each("SELECT code, zh, en FROM fund_source ORDER BY code, version") {
            names[try $0[0]] = [try $0[1], try $0[2]]
        }
        return names
    }

    /// Parts of entries that stand on a statement already.
    func matched() throws -> [Int64: [CashItem.Part]] {
        var taken: [Int64: [CashItem.Part]] = [:]
        try tx.each("SELECT entry, part FROM bank_line WHERE entry IS NOT NULL") { row in
            guard let part = CashItem.Part(rawValue: try row[1]) else { throw LedgerFault.unreadable("bank_line") }
            taken[try row[0], default: []].append(part)
        }
        return taken
    }
}
