/// VIšekriterijumsko KOmpromisno Rangiranje; Opricovic, Tzeng, "Compromise solution by MCDM methods", European Journal
/// of Operational Research 156 (2004).
public enum VIKOR {
    public struct Regrets: Sendable, Hashable {
        /// S: the weighted regrets of all criteria together, 0 to 1; one for each alternative.
        public let all: [Double]
        /// R: the greatest weighted regret of a single criterion.
        public let greatest: [Double]
        /// By Q, which lies between 0, least regret in both senses, and 1; the lowest is best.
        public let ranking: Ranking
    }

    /// A regret is (best − x) / (best − worst); a criterion on which all are alike gives none.
    /// - Parameter v: what S counts beside R, 0 to 1.
    public static func regrets(
        _ matrix: DecisionMatrix, _ weights: Weights, v: Double
    ) throws(MethodFlaw) -> Regrets {
        guard (0...1).contains(v) else { throw .coefficient(v) }
        let extents = try matrix.extents(weights)
        let scales = extents.enumerated().map { column, extent in
            if extent.isPoint { return Scale.nothing }
            let isCost = matrix.directions[column] == .cost
            let (best, worst) = isCost ? (extent.low, extent.high) : (extent.high, extent.low)
            return Scale.share(origin: best, span: worst - best)
        }
        var all = [Double](repeating: 0, count: matrix.rows)
        var greatest = all
        all.withUnsafeMutableBufferPointer { all in
            greatest.withUnsafeMutableBufferPointer { greatest in
                matrix.eachBlock { rows, column, values in
                    let weight = weights[column]
                    let sums = UnsafeMutableBufferPointer(rebasing: all[rows])
                    let tops = UnsafeMutableBufferPointer(rebasing: greatest[rows])
                    scales[column].each(values, rows.count) { place, value in
                        let regret = value * weight
                        sums[place] += regret
                        tops[place] = regret > tops[place] ? regret : tops[place]
                    }
                }
            }
        }
        let scores = compromise(all, greatest, v)
        let ranking = Ranking(scores: scores, best: .lowest, alike: extents.alike)
        return Regrets(all: all, greatest: greatest, ranking: ranking)
    }

    /// Q. Where all have the same S, or the same R, that half separates nobody.
    private static func compromise(_ all: [Double], _ greatest: [Double], _ v: Double) -> [Double] {
        let (s, r) = (all.withUnsafeBufferPointer { Extent($0) }, greatest.withUnsafeBufferPointer { Extent($0) })
        let spans = (s: s.isPoint ? 1 : s.high - s.low, r: r.isPoint ? 1 : r.high - r.low)
        return zip(all, greatest).map { v * ($0 - s.low) / spans.s + (1 - v) * ($1 - r.low) / spans.r }
    }
}
