/// Which weightings are thought possible. All are non-negative and sum to one.
public enum WeightSpace: Sendable, Hashable {
    /// Any: uniform on the simplex.
    case any(columns: Int)
    /// Uniform where each chain of columns weighs less and less: `[[2, 0], [1, 4, 3]]` says w2 ≥ w0 and w1 ≥ w4 ≥ w3.
    /// A column stands in one chain at most.
    case ordered(columns: Int, chains: [[Int]])
    /// Uniform where each weight keeps its bounds.
    case between([ClosedRange<Double>])
    /// Dirichlet with these means. The larger the concentration the closer: a weight w has the deviation
    /// √(w (1 − w) / (concentration + 1)).
    case around(Weights, concentration: Double)

    /// Draws weightings: the same for the same seed, on every machine; more of them begin with the fewer.
    /// - Parameter count: 1...1,000,000, with columns at most 50,000,000 numbers.
    public func samples(_ count: Int, seed: UInt64) throws(RobustnessFlaw) -> WeightSamples {
        preconditionFailure()
    }
}

/// Weightings, one after the other.
public struct WeightSamples: Sendable, Hashable {
    public let count: Int
    public let columns: Int
    /// The first weighting, then the second …; each sums to one.
    public let values: [Double]
    /// What they were drawn with; none when they were given.
    public let seed: UInt64?

    /// Given weightings: finite, none negative, each with a sum of one (within 0.00001, as files round) that is kept as it is.
    public init(_ samples: [[Double]]) throws(RobustnessFlaw) {
        preconditionFailure()
    }

    public subscript(sample: Int) -> ArraySlice<Double> { values[sample * columns..<(sample + 1) * columns] }
}
