/// What a method says of all alternatives together.
public struct Ranking: Sendable, Hashable {
    /// One for each alternative, in the order of the matrix; finite. Alternatives of equal values have equal bits.
    public let scores: [Double]
    /// Which end of the scores wins.
    public let best: Ranks.Best
    /// Criteria on which all alternatives are alike, counted from zero: they separate nobody, and people are told so.
    public let alike: [Int]

    public init(scores: [Double], best: Ranks.Best, alike: [Int] = []) {
        (self.scores, self.best, self.alike) = (scores, best, alike)
    }

    /// Places: 1 is best, equals share the mean of theirs. Sorted at each call: keep what is needed twice.
    public var ranks: [Double] { Ranks.averaged(scores, best: best) }
}

/// Why a method cannot rank a matrix. Rows and columns count from zero.
public enum MethodFlaw: Error, Sendable, Hashable {
    /// Not one weight for each criterion.
    case weights(count: Int, columns: Int)
    /// The method divides by such a value, or takes its logarithm: it must be positive.
    case notPositive(row: Int, column: Int)
    /// The normalisation measures this value against the largest of its column: none may be negative.
    case negative(row: Int, column: Int)
    /// Values so large or so small that their sum, difference or ratio is no number any more.
    case extreme(column: Int)
    /// Not one pair of thresholds, or of bounds, for each criterion.
    case parameters(count: Int, columns: Int)
    /// A threshold that is no number from zero up, or q above p.
    case thresholds(column: Int)
    /// Bounds that are no numbers, or of which the lower is not below the upper.
    case bounds(column: Int)
    /// The value lies outside the decreed bounds.
    case outOfBounds(row: Int, column: Int)
    /// VIKOR's v is not from 0 to 1.
    case coefficient(Double)
}
