import Decide
public import Kernel
public import Registry
public import Store

/// Where an estate stands over the weightings that a run thought possible.
public struct EstateWeightings: Sendable, Hashable {
    /// How many weightings were drawn, and with what.
    public let samples: Int
    public let seed: UInt64
    public let mean: Double
    /// The places of nine weightings in ten.
    public let usual: ClosedRange<Int>
    /// Rank acceptability in steps, from the first place to the last.
    public let steps: [Step]

    public struct Step: Sendable, Hashable {
        public let places: ClosedRange<Int>
        /// 0…1 of the weightings.
        public let share: Double
    }
}

extension Evaluations {
    private static let steps = 20

    /// Drawn anew as the run drew them: the same weightings. Nil for an estate that is not ranked, and where the scheme
    /// draws none.
    /// - Throws: as `line(of:in:for:in:)`.
    public func weightings(
        of estate: ID<Estate>, in run: EvaluationRun, for actor: Actor, in tx: Tx
    ) throws -> EstateWeightings? {
        let line = try line(of: estate, in: run, for: actor, in: tx)
        guard line.rank != nil, let matrix = try matrix(of: run, for: actor, in: tx),
            let row = matrix.lines.firstIndex(where: { $0?.estate == estate })
        else { return nil }
        let robust = matrix.scheme.robustness
        guard robust.samples > 0 else { return nil }
        let drawn = try WeightSpace.around(matrix.weights, concentration: robust.concentration)
            .samples(robust.samples, seed: robust.seed)
        let count = matrix.table.rows
        let parts = min(Self.steps, count)
        let ends = (1...parts).map { $0 * count / parts }
        let analysis = try SMAA(matrix.table.settled(), drawn, firsts: ends)
        var (start, before, steps): (Int, Double, [EstateWeightings.Step]) = (1, 0, [])
        for end in ends {
            let share = analysis.share(of: row, amongFirst: end) ?? before
            steps.append(.init(places: start...end, share: share - before))
            (start, before) = (end + 1, share)
        }
        let usual = analysis.places(of: row)
        return EstateWeightings(
            samples: robust.samples, seed: robust.seed, mean: analysis.meanPlace(of: row),
            usual: usual.best...usual.worst,
            steps: steps)
    }
}
