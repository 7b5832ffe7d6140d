/// Stochastic multicriteria acceptability analysis (SMAA-2; Lahdelma and Salminen 2001) of the additive score: which places
/// an alternative takes over all weightings that are thought possible.
public struct SMAA: Sendable, Hashable {
    /// Up to so many alternatives every place is counted and pairs can be compared.
    public static let mostInFull = 5_000

    public let alternatives: Int
    public let samples: Int
    /// What the weightings were drawn with; none when they were given.
    public let seed: UInt64?
    /// The last place of each band, rising; the last is `alternatives`. A band for every place up to `mostInFull`
    /// alternatives: `[1, 2, 3, …]`; above, `[1, 2, 5, 10, 20, 50, …]` and the places that were asked for.
    public let bands: [Int]
    /// Alternatives × bands, row by row: in how many weightings the alternative's place lies in the band.
    public let counts: [UInt32]
    /// Each alternative's places summed over the weightings.
    public let placeSums: [Int]
    /// Row by row, alternatives × alternatives: in how many weightings the first stands before the second; only if asked.
    public let wins: [UInt32]?
    /// The mean of the weightings in which the alternative comes first; none if it never does.
    public let centralWeights: [[Double]?]

    /// Equal scores take their places in the order of the alternatives. The same bits on any number of threads.
    /// - Parameters:
    ///   - table: all values known.
    ///   - firsts: places k of which "among the first k" shall be known; needed above `mostInFull` alternatives only.
    ///   - pairs: also counts `wins`; up to `mostInFull` alternatives.
    ///   - threads: 1...64.
    public init(
        _ table: ValueTable, _ samples: WeightSamples, firsts: [Int] = [], pairs: Bool = false, threads: Int = 2
    ) throws(RobustnessFlaw) {
        preconditionFailure()
    }

    /// The share of weightings in which the alternative has this place; counted in full only.
    public func acceptability(of row: Int, place: Int) -> Double? { preconditionFailure() }

    /// The share of weightings in which the alternative is among the first `k`; none when `k` ends no band.
    public func share(of row: Int, amongFirst k: Int) -> Double? { preconditionFailure() }

    /// The share of weightings in which one stands before the other; only if pairs were asked for.
    public func share(of row: Int, before other: Int) -> Double? { preconditionFailure() }

    public func meanPlace(of row: Int) -> Double { Double(placeSums[row]) / Double(samples) }

    /// The places that are left when the best and the worst `tail` of weightings are set aside; up to bands' ends.
    public func places(of row: Int, tail: Double = 0.05) -> RankInterval { preconditionFailure() }
}
