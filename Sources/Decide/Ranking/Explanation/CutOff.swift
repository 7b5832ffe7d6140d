/// The line behind the first k: who is before it, and what would bring somebody across.
public struct CutOff: Sendable, Hashable {
    /// How many are helped; equal scores at the line are all before it.
    public let first: Int
    /// The k-th best score.
    public let last: Double
    /// The best score that follows it in order; equal to `last` where two share the line, none when all are helped.
    public let next: Double?
    private let scores: [Double]

    /// One aspect, and how far it alone is from the line.
    public struct Change: Sendable, Hashable {
        public let column: Int
        public let from: Double
        /// The value 0...1 at which the score is level with the threshold: with it one gets in, under it one drops out.
        /// None when it is out of reach.
        public let to: Double?
    }

    /// - Parameters:
    ///   - scores: of all alternatives, finite; higher is before.
    ///   - first: k, 1...alternatives.
    public init(_ scores: [Double], first: Int) throws(RobustnessFlaw) {
        guard first >= 1, first <= scores.count else { throw .place(first) }
        if let wrong = scores.firstIndex(where: { !$0.isFinite }) { throw .output(wrong) }
        let sorted = scores.sorted(by: >)
        self.first = first
        last = sorted[first - 1]
        next = first < sorted.count ? sorted[first] : nil
        self.scores = scores
    }

    /// True when fewer than k score more.
    public func isBefore(_ row: Int) -> Bool { scores[row] >= last }

    /// The k-th best score of the others: who is level with it is before the line, who is under it is not. None when
    /// there are fewer others than k.
    public func threshold(of row: Int) -> Double? { isBefore(row) ? next : last }

    /// The smallest change of each aspect alone that brings an alternative to its threshold, one for each aspect.
    /// - Parameter values: the alternative's, 0...1, of which its score is the weighted sum.
    public func changes(of row: Int, values: [Double], _ weights: Weights) throws(RobustnessFlaw) -> [Change] {
        guard scores.indices.contains(row) else { throw .row(row) }
        guard values.count == weights.count else {
            throw .weightCount(weights: weights.count, columns: values.count)
        }
        return values.indices.map { column in
            Change(column: column, from: values[column], to: reached(row, from: values[column], weights[column]))
        }
    }

    /// Slightly beyond the scale by rounding alone is still within.
    private func reached(_ row: Int, from value: Double, _ weight: Double) -> Double? {
        guard let threshold = threshold(of: row), weight > 0 else { return nil }
        let reached = value + (threshold - scores[row]) / weight
        return (-1e-12...1 + 1e-12).contains(reached) ? min(1, max(0, reached)) : nil
    }
}
