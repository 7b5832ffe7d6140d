/// The weighted sum; MacCrimmon, "Decisionmaking among multiple-attribute alternatives", RAND RM-4823 (1968).
enum Additive {
    static func rank(
        _ matrix: DecisionMatrix, _ weights: Weights, _ normalisation: Normalisation
    ) throws(MethodFlaw) -> Ranking {
        let extents = try matrix.extents(weights)
        let scores = sums(matrix, weights, try normalisation.scales(matrix, extents))
        return Ranking(scores: scores, best: .highest, alike: extents.alike)
    }

    /// Σ weight · normalised value, criteria in order.
    static func sums(_ matrix: DecisionMatrix, _ weights: Weights, _ scales: [Scale]) -> [Double] {
        var sums = [Double](repeating: 0, count: matrix.rows)
        sums.withUnsafeMutableBufferPointer { sums in
            matrix.eachBlock { rows, column, values in
                let weight = weights[column]
                let block = UnsafeMutableBufferPointer(rebasing: sums[rows])
                scales[column].each(values, rows.count) { block[$0] += $1 * weight }
            }
        }
        return sums
    }
}

/// The stable preference ordering towards ideal solution; Dezert, Tchamova, Han, Tacnet, "The SPOTIS rank reversal free
/// method", FUSION 2020. With decreed bounds an alternative more or less changes nobody else's score.
public enum SPOTIS {
    /// The values that a criterion can take, by decree: not those that happen to occur.
    public struct Bounds: Sendable, Hashable {
        public let lower: Double
        public let upper: Double

        public init(lower: Double, upper: Double) { (self.lower, self.upper) = (lower, upper) }
    }

    static func rank(_ matrix: DecisionMatrix, _ weights: Weights, _ bounds: [Bounds]) throws(MethodFlaw) -> Ranking {
        let extents = try matrix.extents(weights)
        guard bounds.count == matrix.columns else { throw .parameters(count: bounds.count, columns: matrix.columns) }
        var scales: [Scale] = []
        for (column, (bound, extent)) in zip(bounds, extents).enumerated() {
            let (lower, upper) = (bound.lower, bound.upper)
            guard lower < upper, (upper - lower).isFinite else { throw .bounds(column: column) }
            guard extent.low >= lower, extent.high <= upper else {
                throw .outOfBounds(row: matrix.row(column) { $0 < lower || $0 > upper }, column: column)
            }
            scales.append(
                matrix.directions[column] == .benefit
                    ? .share(origin: upper, span: lower - upper) : .share(origin: lower, span: upper - lower))
        }
        return Ranking(scores: Additive.sums(matrix, weights, scales), best: .lowest, alike: extents.alike)
    }
}

/// Measurement of alternatives and ranking according to compromise solution; Stević, Pamučar, Puška, Chatterjee,
/// Computers & Industrial Engineering 140 (2020). Positive values only.
enum MARCOS {
    static func rank(_ matrix: DecisionMatrix, _ weights: Weights) throws(MethodFlaw) -> Ranking {
        let extents = try matrix.extents(weights)
        let sums = Additive.sums(matrix, weights, try Normalisation.linear.scales(matrix, extents))
        // The sums of the two points between which all lie: the best value has the share 1, the worst lo / hi.
        var (ideal, antiIdeal) = (0.0, 0.0)
        for (column, extent) in extents.enumerated() {
            ideal += weights[column]
            antiIdeal += extent.low / extent.high * weights[column]
        }
        let scores = sums.map { sum in
            let (toAnti, toIdeal) = (sum / antiIdeal, sum / ideal)
            let (ofIdeal, ofAnti) = (toAnti / (toIdeal + toAnti), toIdeal / (toIdeal + toAnti))
            return (toIdeal + toAnti) / (1 + (1 - ofIdeal) / ofIdeal + (1 - ofAnti) / ofAnti)
        }
        return Ranking(scores: scores, best: .highest, alike: extents.alike)
    }
}
