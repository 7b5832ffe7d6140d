/// The additive score of each alternative: sum of weight × value, 0...1, an interval where values are.
public struct ScoreIntervals: Sendable, Hashable {
    /// Every unknown value at its low end.
    public let low: [Double]
    /// Every unknown value at its high end.
    public let high: [Double]
}

/// The places that an alternative can take, 1 best. Equal scores share the best of their places, as in sport.
public struct RankInterval: Sendable, Hashable {
    public let best: Int
    public let worst: Int

    /// Places between the best and the worst; 0 when the place is certain.
    public var width: Int { worst - best }
}

extension ValueTable {
    /// Sums in the order of the aspects, so that equal rows score equally to the last bit.
    public func scores(_ weights: Weights) throws(RobustnessFlaw) -> ScoreIntervals {
        preconditionFailure()
    }

    /// Exact for values that vary independently: the best place of an alternative is the one that it takes at its high
    /// end while all others are at their low end. O(m log m).
    public func rankIntervals(_ weights: Weights) throws(RobustnessFlaw) -> [RankInterval] {
        preconditionFailure()
    }

    /// What each aspect adds to the width of one alternative's score: weight × (high − low), 0 where known.
    public func widths(of row: Int, _ weights: Weights) throws(RobustnessFlaw) -> [Double] {
        preconditionFailure()
    }

    /// The unknown values whose survey would make most places certain, the most useful first.
    /// - Parameters:
    ///   - most: how many at most.
    ///   - first: when given, only alternatives of which it is open whether they are among the first so many.
    public func surveyFirst(
        _ most: Int, _ weights: Weights, first: Int? = nil
    ) throws(RobustnessFlaw) -> [SurveyWish] {
        preconditionFailure()
    }
}

/// One unknown value, and what it would tell.
public struct SurveyWish: Sendable, Hashable {
    public let row: Int
    public let column: Int
    /// By how many places the alternative's rank interval narrows when this one value becomes known at its middle and all
    /// else stays as it is.
    public let places: Int
    /// Weight × (high − low): by how much its score interval narrows.
    public let width: Double
}
