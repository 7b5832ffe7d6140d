/// Why a matrix gives no weights, or weights cannot be brought together. Rows and columns count from zero.
public enum WeightFlaw: Error, Sendable, Hashable {
    /// Entropy takes shares of a column's sum: nothing may be below zero.
    case negative(row: Int, column: Int)
    /// MEREC takes logarithms: everything must be above zero.
    case notPositive(row: Int, column: Int)
    /// The column's numbers are too large to be added or squared.
    case tooLarge(column: Int)
    /// No criterion tells one alternative from another.
    case nothingVaries
    /// The weights to be combined are of different criteria.
    case differentCounts(Int, Int)
    /// A blend's share is outside 0...1.
    case share(Double)
    /// Every criterion has a zero on one side, so that the products are all zero.
    case nothingInCommon
    /// None, or more than `Weights.mostExperts`.
    case experts(Int)
    /// A geometric mean would let this one expert strike the criterion out.
    case zero(expert: Int, criterion: Int)
}

extension Weights {
    /// Raw numbers that are known to be non-negative, to the sum of one.
    static func sharing(_ raw: [Double]) throws(WeightFlaw) -> Weights {
        if let column = raw.firstIndex(where: { !$0.isFinite }) { throw .tooLarge(column: column) }
        guard raw.contains(where: { $0 > 0 }) else { throw .nothingVaries }
        return Weights(positive: raw)
    }

    /// - Parameter raw: finite, none negative, one at least positive, of a finite sum.
    init(positive raw: [Double]) {
        let sum = raw.reduce(0, +)
        values = raw.map { $0 / sum }
    }
}
