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
        try check(weights)
        return ScoreIntervals(low: sums(low, weights), high: sums(high, weights))
    }

    /// Exact for values that vary independently: the best place of an alternative is the one that it takes at its high
    /// end while all others are at their low end. O(m log m).
    public func rankIntervals(_ weights: Weights) throws(RobustnessFlaw) -> [RankInterval] {
        let field = Field(try scores(weights))
        return (0..<rows).map { field.interval(of: $0) }
    }

    /// What each aspect adds to the width of one alternative's score: weight × (high − low), 0 where known.
    public func widths(of row: Int, _ weights: Weights) throws(RobustnessFlaw) -> [Double] {
        try check(weights)
        return (0..<columns).map { weights[$0] * (high[$0 * rows + row] - low[$0 * rows + row]) }
    }

    func check(_ weights: Weights) throws(RobustnessFlaw) {
        guard weights.count == columns else { throw .weightCount(weights: weights.count, columns: columns) }
    }

    private func sums(_ values: [Double], _ weights: Weights) -> [Double] {
        var sums = [Double](repeating: 0, count: rows)
        for column in 0..<columns {
            for row in 0..<rows { sums[row] += weights[column] * values[column * rows + row] }
        }
        return sums
    }

    /// One alternative's sum over some ends of its values, in the order of `sums`.
    func sum(_ row: Int, of values: [Double], _ weights: Weights, with value: Double, at changed: Int) -> Double {
        var sum = 0.0
        for column in 0..<columns {
            sum += weights[column] * (column == changed ? value : values[column * rows + row])
        }
        return sum
    }
}

/// Everybody's score interval, ready to count who stands above.
struct Field {
    private let scores: ScoreIntervals
    private let lows: [Double]
    private let highs: [Double]

    init(_ scores: ScoreIntervals) {
        self.scores = scores
        lows = scores.low.sorted()
        highs = scores.high.sorted()
    }

    func interval(of row: Int) -> RankInterval { interval(of: row, low: scores.low[row], high: scores.high[row]) }

    /// The interval that the alternative has if its score lies within narrower ends than now.
    func interval(of row: Int, low: Double, high: Double) -> RankInterval {
        // Its own low end is never above its high end; its own high end may be above the low one, and does not count.
        let itself = scores.high[row] > low ? 1 : 0
        return RankInterval(best: 1 + above(high, in: lows), worst: 1 + above(low, in: highs) - itself)
    }

    private func above(_ score: Double, in sorted: [Double]) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] > score { high = middle } else { low = middle + 1 }
        }
        return sorted.count - low
    }
}
