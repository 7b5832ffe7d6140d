/// A cost shared to the last unit (fen), with what each part goes by.
public struct ShareSplit: Sendable, Hashable {
    /// One reason for a household's part: its weight of all weights, of a pot.
    public struct Part: Sendable, Hashable {
        public let basis: ShareRule.Basis
        /// What the households pay together on this basis.
        public let pot: Int64
        public let weight: Int64
        public let weights: Int64
        public let amount: Int64
    }

    public struct Line: Sendable, Hashable {
        public let household: ShareHousehold
        public let parts: [Part]
        /// Before relief: the sum of the parts.
        public let gross: Int64
        /// Taken off for hardship.
        public fileprivate(set) var relief: Int64 = 0
        /// Taken on of what was taken off others.
        public fileprivate(set) var takenOn: Int64 = 0

        /// What the household pays.
        public var amount: Int64 { gross - relief + takenOn }
    }

    public struct Bearer: Sendable, Hashable {
        public let code: String
        /// Its fixed part.
        public let fixed: Int64
        /// What it bears of hardship relief.
        public fileprivate(set) var relief: Int64 = 0

        public var amount: Int64 { fixed + relief }
    }

    public let rule: ShareRule
    public let total: Int64
    /// In the rule's order.
    public let bearers: [Bearer]
    /// In the order of the ids.
    public let lines: [Line]

    /// What one household pays and why; nil for one that is not there.
    public subscript(_ id: String) -> Line? {
        var (low, high) = (0, lines.count)
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].household.id < id { low = middle + 1 } else { high = middle }
        }
        return low < lines.count && lines[low].household.id == id ? lines[low] : nil
    }

    /// Shares a cost; all parts sum to it exactly.
    /// - Parameters:
    ///   - total: fen, 0…10¹⁵.
    ///   - households: at least one, in any order; the result does not depend on it.
    /// - Throws: `ShareFlaw`.
    public init(_ total: Int64, by rule: ShareRule, among households: [ShareHousehold]) throws(ShareFlaw) {
        try rule.check()
        guard (0...1_000_000_000_000_000).contains(total) else { throw .total(total) }
        let households = households.sorted { $0.id < $1.id }
        try Self.check(households, rule)
        let fixed = rule.bearers.reduce(0) { $0 + $1.part }
        let rest = "\u{10FFFF}"
        let parts = try LargestRemainder.split(
            total, by: rule.bearers.map(\.part) + [ShareRule.whole - fixed], keys: rule.bearers.map(\.code) + [rest])
        let ids = households.map(\.id)
        let pots = try LargestRemainder.split(
            parts[parts.count - 1], by: rule.keys.map(\.part), keys: rule.keys.map(\.basis.rawValue))
        var all = [[Part]](repeating: [], count: households.count)
        for (key, pot) in zip(rule.keys, pots) where key.part > 0 {
            let weights = households.map { Self.weight(of: $0, on: key.basis, rule) }
            guard let sum = LargestRemainder.sum(weights), sum > 0 else { throw .nobody(key.basis) }
            let amounts = try LargestRemainder.split(pot, by: weights, keys: ids)
            for index in households.indices {
                all[index].append(
                    Part(basis: key.basis, pot: pot, weight: weights[index], weights: sum, amount: amounts[index]))
            }
        }
        self.rule = rule
        self.total = total
        var bearers = zip(rule.bearers, parts).map { Bearer(code: $0.code, fixed: $1) }
        var lines = zip(households, all).map { household, parts in
            Line(household: household, parts: parts, gross: parts.reduce(0) { $0 + $1.amount })
        }
        try Self.relieve(&lines, &bearers, rule)
        (self.bearers, self.lines) = (bearers, lines)
    }

    private static func check(_ households: [ShareHousehold], _ rule: ShareRule) throws(ShareFlaw) {
        var last: String?
        for household in households {
            guard household.id != last, (0...1_000_000_000).contains(household.area),
                (0...1_000_000).contains(household.benefit), household.floor <= 1_000,
                household.relief.map({ code in rule.reliefs.contains { $0.code == code } }) ?? true
            else { throw .household(household.id) }
            last = household.id
        }
    }

    private static func weight(of household: ShareHousehold, on basis: ShareRule.Basis, _ rule: ShareRule) -> Int64 {
        switch basis {
        case .area: household.area
        case .household: 1
        case .floor: rule.floors[min(max(household.floor, 1), rule.floors.count) - 1]
        case .benefit: household.benefit
        }
    }

    /// Takes the relief off, rounded down, and lets its bearer or the other households take it on.
    private static func relieve(
        _ lines: inout [Line], _ bearers: inout [Bearer], _ rule: ShareRule
    ) throws(ShareFlaw) {
        var off: Int64 = 0
        for index in lines.indices {
            guard let code = lines[index].household.relief,
                let relief = rule.reliefs.first(where: { $0.code == code })
            else { continue }
            lines[index].relief = lines[index].gross / ShareRule.whole * relief.part
            lines[index].relief += lines[index].gross % ShareRule.whole * relief.part / ShareRule.whole
            off += lines[index].relief
        }
        guard off > 0 else { return }
        if let index = bearers.firstIndex(where: { $0.code == rule.reliefBearer }) {
            bearers[index].relief = off
            return
        }
        let others = lines.indices.filter { lines[$0].household.relief == nil && lines[$0].gross > 0 }
        guard !others.isEmpty else { throw .nobodyBears }
        let parts = try LargestRemainder.split(
            off, by: others.map { lines[$0].gross }, keys: others.map { lines[$0].household.id })
        for (index, part) in zip(others, parts) { lines[index].takenOn = part }
    }
}
