/// How much of an output's variance comes from each group of inputs.
public struct Sensitivity: Sendable, Hashable {
    public let mean: Double
    public let variance: Double
    /// A group's own share of the variance, alone; 0 when nothing varies. Estimated: may be a little under 0.
    public let first: [Double]
    /// Its share together with all that it interacts with.
    public let total: [Double]

    /// First-order (Saltelli 2010) and total (Jansen 1999) Sobol' indices of groups of inputs, uniform in 0..<1.
    /// - Parameters:
    ///   - groups: of inputs, counted from zero; every input in one group.
    ///   - samples: 2...1,000,000; the model is asked samples × (groups + 2) times.
    ///   - model: one output for one point.
    public static func sobol(
        groups: [[Int]], samples: Int, seed: UInt64, model: ([Double]) throws -> Double
    ) throws -> Sensitivity { preconditionFailure() }

    /// The same for several outputs of one model at once (the scores of all estates).
    public static func sobol(
        groups: [[Int]], samples: Int, seed: UInt64, outputs: Int, model: ([Double]) throws -> [Double]
    ) throws -> [Sensitivity] { preconditionFailure() }
}
