/// Why an alternative scores more or less than a reference: the additive score taken apart, exactly.
public struct Contributions: Sendable, Hashable {
    /// Score of the alternative − score of the reference; the sum of the parts.
    public let difference: Double
    /// One for each aspect, in the order of the aspects.
    public let parts: [Part]

    public struct Part: Sendable, Hashable {
        public let column: Int
        /// Weight × (value − reference).
        public let difference: Double
    }

    /// - Parameters:
    ///   - values: of the alternative, 0...1, an aspect each.
    ///   - reference: of a neighbour in rank, the alternative at the cut-off, or the medians of a district.
    public init(_ values: [Double], against reference: [Double], _ weights: Weights) throws(RobustnessFlaw) {
        preconditionFailure()
    }

    /// The few parts that matter, the largest first, and all others as one: their sum is still `difference`.
    /// - Parameter share: 0...1 of the sum of absolute differences that the few must cover.
    public func few(covering share: Double = 0.8) -> (parts: [Part], rest: Double) { preconditionFailure() }
}

extension ValueTable {
    /// The middle value of each aspect over some alternatives (of intervals the middle): a district's profile.
    public func medians(of rows: [Int]) throws(RobustnessFlaw) -> [Double] { preconditionFailure() }
}
