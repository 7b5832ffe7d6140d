/// Weights in groups, of any depth: groups › aspects › indicators. Each share is set among its siblings only.
public struct WeightTree: Sendable, Hashable {
    public let name: String
    /// Of its group; siblings together one.
    public let share: Double
    /// None: a leaf, which is what gets a weight.
    public let parts: [WeightTree]

    public init(_ name: String, share: Double, parts: [WeightTree] = []) {
        self.name = name
        self.share = share
        self.parts = parts
    }

    /// A leaf with the names that lead to it and its global weight.
    public struct Leaf: Sendable, Hashable {
        public let path: [String]
        public let weight: Double
    }

    public static let mostLevels = 8
    public static let mostLeaves = DecisionMatrix.mostColumns
    /// What shares of siblings may miss one by: rounding, not a mistake.
    static let rounding = 1e-9

    /// All leaves in the order written. Global weight = the product of the shares on the way (Saaty 1980, "The Analytic
    /// Hierarchy Process", chapter 4); together one.
    /// - Parameter groups: the topmost level.
    /// - Throws: `TreeFlaw`, which names the place.
    public static func leaves(of groups: [WeightTree]) throws(TreeFlaw) -> [Leaf] {
        var leaves: [Leaf] = []
        try descend(into: groups, path: [], weight: 1, leaves: &leaves)
        return leaves
    }

    private static func descend(
        into siblings: [WeightTree], path: [String], weight: Double, leaves: inout [Leaf]
    ) throws(TreeFlaw) {
        guard !siblings.isEmpty else { throw .empty }
        guard path.count < mostLevels else { throw .tooDeep(path) }
        guard siblings.count + leaves.count <= mostLeaves else { throw .tooMany(path) }
        var names: Set<String> = []
        var sum = 0.0
        for sibling in siblings {
            let place = path + [sibling.name]
            guard names.insert(sibling.name).inserted else { throw .duplicate(place) }
            guard sibling.share >= 0, sibling.share.isFinite else { throw .share(place, sibling.share) }
            sum += sibling.share
        }
        guard abs(sum - 1) <= rounding else { throw .sum(path, sum) }
        for sibling in siblings {
            let place = path + [sibling.name]
            if sibling.parts.isEmpty {
                leaves.append(Leaf(path: place, weight: weight * sibling.share))
            } else {
                try descend(into: sibling.parts, path: place, weight: weight * sibling.share, leaves: &leaves)
            }
        }
    }
}

/// Why a tree of weights cannot be taken; the names lead to the place, none of them mean the topmost level.
public enum TreeFlaw: Error, Sendable, Hashable {
    case empty
    case share([String], Double)
    /// The shares below this place do not come to one but to this.
    case sum([String], Double)
    case duplicate([String])
    case tooDeep([String])
    case tooMany([String])
}
