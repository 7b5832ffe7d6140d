/// PROMETHEE's preference P(d) for one alternative over another that is worse by d on a criterion: nothing for d ≤ 0.
/// Brans, Vincke, "A preference ranking organisation method", Management Science 31 (1985).
public enum Preference: String, Sendable, Hashable, CaseIterable {
    /// 1 for d > 0.
    case usual
    /// 1 for d > q.
    case ushape
    /// d / p up to p, then 1.
    case vshape
    /// ½ for q < d ≤ p, then 1.
    case level
    /// 0 up to q, rising to 1 at p.
    case vshape2
    /// 1 − exp(−d² / 2p²).
    case gaussian

    /// Of one criterion, in its unit.
    public struct Thresholds: Sendable, Hashable {
        /// A difference up to it counts nothing. From zero to `p`; the functions without q take no notice of it.
        public let q: Double
        /// A difference above it counts in full; of the Gaussian function the point of inflection. The functions
        /// without p take no notice of it.
        public let p: Double

        public init(q: Double, p: Double) { (self.q, self.p) = (q, p) }
    }
}

/// Brans, Mareschal, "PROMETHEE methods", in Figueira, Greco, Ehrgott (2005). Where the definition compares all pairs,
/// each criterion is sorted and every alternative meets those below it together: O(m log m) instead of O(m²).
enum PrometheeII {
    /// Scores are net flows, −1 to 1: of what is preferred to the others, less what the others are preferred by.
    static func rank(
        _ matrix: DecisionMatrix, _ weights: Weights, _ preference: Preference, _ thresholds: [Preference.Thresholds]
    ) throws(MethodFlaw) -> Ranking {
        let extents = try matrix.extents(weights)
        let shapes = try shapes(preference, thresholds, matrix.columns)
        var flows = [Double](repeating: 0, count: matrix.rows)
        for (column, shape) in shapes.enumerated() where !extents[column].isPoint {
            let sorted = matrix.withColumn(column) { Sorted($0) }
            let net = shape.net(sorted.values, sorted.counts)
            let sign = Double(matrix.directions[column].rawValue)
            let share = sign * weights[column] / Double(matrix.rows - 1)
            var place = 0
            for (flow, count) in zip(net, sorted.counts) {
                for _ in 0..<count {
                    flows[Int(sorted.order[place])] += flow * share
                    place += 1
                }
            }
        }
        return Ranking(scores: flows, best: .highest, alike: extents.alike)
    }

    private static func shapes(
        _ preference: Preference, _ thresholds: [Preference.Thresholds], _ columns: Int
    ) throws(MethodFlaw) -> [PreferenceShape] {
        if preference == .usual { return [PreferenceShape](repeating: .usual, count: columns) }
        guard thresholds.count == columns else { throw .parameters(count: thresholds.count, columns: columns) }
        var shapes: [PreferenceShape] = []
        for (column, threshold) in thresholds.enumerated() {
            guard let shape = PreferenceShape(preference, threshold) else { throw .thresholds(column: column) }
            shapes.append(shape)
        }
        return shapes
    }
}
