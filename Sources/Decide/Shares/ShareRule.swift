/// How a cost is shared: who bears a fixed part of it, and by what the households bear the rest. Data with a version,
/// so that an old share can be explained by the rule of its day. All parts are in ten-thousandths.
public struct ShareRule: Sendable, Hashable {
    /// What a household's part depends on.
    public enum Basis: String, Sendable, CaseIterable {
        /// Floor area.
        case area
        /// One part for each household.
        case household
        /// The floor's coefficient: who lives higher has more of a lift.
        case floor
        /// What a measure is worth to the household, stated for each.
        case benefit
    }

    /// One who bears a fixed part of the whole: an owner unit, the district.
    public struct Bearer: Sendable, Hashable {
        public var code: String
        public var part: Int64

        public init(code: String, part: Int64) {
            (self.code, self.part) = (code, part)
        }
    }

    /// A part of the households' cost and what it goes by.
    public struct Key: Sendable, Hashable {
        public var basis: Basis
        public var part: Int64

        public init(basis: Basis, part: Int64) {
            (self.basis, self.part) = (basis, part)
        }
    }

    /// What is taken off a household in hardship.
    public struct Relief: Sendable, Hashable {
        /// 低保, 特困, 残疾: a code of the city.
        public var code: String
        /// Of its own part.
        public var part: Int64

        public init(code: String, part: Int64) {
            (self.code, self.part) = (code, part)
        }
    }

    public var version: Int
    public var day: String
    public var source: String
    public var bearers: [Bearer]
    /// Their parts sum to 10,000.
    public var keys: [Key]
    /// Coefficient by floor: the first is that of floor 1; higher floors have the last one's.
    public var floors: [Int64]
    public var reliefs: [Relief]
    /// Bears what is taken off; nil where the other households do.
    public var reliefBearer: String?

    public init(
        version: Int, day: String, source: String, bearers: [Bearer], keys: [Key], floors: [Int64] = [],
        reliefs: [Relief] = [], reliefBearer: String? = nil
    ) {
        (self.version, self.day, self.source, self.bearers) = (version, day, source, bearers)
        (self.keys, self.floors, self.reliefs, self.reliefBearer) = (keys, floors, reliefs, reliefBearer)
    }

    /// "What if the owner units pay 30 %": the same rule with another part for one bearer.
    public func with(_ code: String, bearing part: Int64) -> ShareRule {
        var rule = self
        rule.bearers.removeAll { $0.code == code }
        rule.bearers.append(Bearer(code: code, part: part))
        return rule
    }

    static let whole: Int64 = 10_000

    func check() throws(ShareFlaw) {
        let bearers = self.bearers.map(\.part)
        guard bearers.allSatisfy({ (0...Self.whole).contains($0) }), bearers.reduce(0, +) <= Self.whole,
            Set(self.bearers.map(\.code)).count == bearers.count
        else { throw .bearers }
        guard !keys.isEmpty, keys.allSatisfy({ (0...Self.whole).contains($0.part) }),
            keys.reduce(0, { $0 + $1.part }) == Self.whole, Set(keys.map(\.basis)).count == keys.count
        else { throw .keys }
        guard reliefs.allSatisfy({ (0...Self.whole).contains($0.part) }),
            Set(reliefs.map(\.code)).count == reliefs.count,
            reliefBearer.map({ code in self.bearers.contains { $0.code == code } }) ?? true
        else { throw .reliefs }
        guard floors.allSatisfy({ (0...1_000_000).contains($0) }),
            !floors.isEmpty || !keys.contains(where: { $0.basis == .floor })
        else { throw .floors }
    }
}

/// A household as far as its share depends on it.
public struct ShareHousehold: Sendable, Hashable {
    /// Tells it apart: "3-2-501".
    public var id: String
    /// Hundredths of a square metre.
    public var area: Int64
    /// From 1; below 1 counts as 1.
    public var floor: Int
    /// Of a measure's benefit; 100 for one who has all of it.
    public var benefit: Int64
    /// Code of a relief of the rule; nil without hardship.
    public var relief: String?

    public init(id: String, area: Int64, floor: Int = 1, benefit: Int64 = 100, relief: String? = nil) {
        (self.id, self.area, self.floor, self.benefit, self.relief) = (id, area, floor, benefit, relief)
    }
}

/// Why a cost cannot be shared.
public enum ShareFlaw: Error, Sendable, Hashable {
    /// Weights are negative, all zero, too large, or not as many as keys.
    case weights
    /// Bearers' parts are outside 0…10,000, more than the whole together, or name one twice.
    case bearers
    /// The keys' parts do not sum to 10,000, or name a basis twice.
    case keys
    case reliefs
    /// A rule by floors has no coefficients, or some outside 0…1,000,000.
    case floors
    /// A household's figures are out of range, its relief is unknown, or its id is there twice.
    case household(String)
    /// No household has any weight on this basis.
    case nobody(ShareRule.Basis)
    /// Nobody is left to bear what was taken off.
    case nobodyBears
    /// Below zero, or beyond 10¹⁵.
    case total(Int64)
}
