/// The line behind the first k, as one alternative meets it.
public struct CutOff: Sendable, Hashable {
    /// True when fewer than k alternatives score more.
    public let isAmongFirst: Bool
    /// The k-th best score of the others: level with it is among the first, under it is not. None when there are fewer.
    public let threshold: Double?
    /// For each aspect, the smallest change of it alone that brings the alternative to the line.
    public let changes: [Change]

    public struct Change: Sendable, Hashable {
        public let column: Int
        public let from: Double
        /// The value 0...1 at which the score is level with the threshold: reached, it gets in; under it, it drops out.
        /// None when it is out of reach.
        public let to: Double?
    }

    /// - Parameters:
    ///   - row: whose changes are asked.
    ///   - first: how many are helped; 1...alternatives.
    public init(_ table: ValueTable, _ weights: Weights, row: Int, first: Int) throws(RobustnessFlaw) {
        preconditionFailure()
    }
}
