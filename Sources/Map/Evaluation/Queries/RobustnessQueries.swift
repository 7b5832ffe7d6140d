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
    /// Rank acceptability in at most twenty steps, from the best place that any weighting gives to the worst.
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
        let analysis = try SMAA(matrix.table.settled(), drawn)
        let times = (0..<analysis.bands.count).map { Int(analysis.counts[row * analysis.bands.count + $0]) }
        let first = times.firstIndex { $0 > 0 } ?? 0
        let last = times.lastIndex { $0 > 0 } ?? first
        let width = (last - first) / Self.steps + 1
        let steps = stride(from: first, through: last, by: width).map { start in
            let end = min(start + width - 1, last)
            let best = start == 0 ? 1 : analysis.bands[start - 1] + 1
            return EstateWeightings.Step(
                places: best...analysis.bands[end],
                share: Double(times[start...end].reduce(0, +)) / Double(robust.samples))
        }
        let usual = analysis.places(of: row)
        return EstateWeightings(
            samples: robust.samples, seed: robust.seed, mean: analysis.meanPlace(of: row),
            usual: usual.best...usual.worst,
            steps: steps)
    }
}
