/// Technique for order preference by similarity to ideal solution; Hwang, Yoon, "Multiple Attribute Decision Making"
/// (1981).
public enum TOPSIS {
    /// Where each alternative lies in the plane of the two distances.
    public struct Distances: Sendable, Hashable {
        /// From the point that has the best value of every criterion; one for each alternative.
        public let fromBest: [Double]
        /// From the point that has the worst.
        public let fromWorst: [Double]
        /// By fromWorst / (fromWorst + fromBest), ½ where all are alike in everything.
        public let ranking: Ranking
    }

    /// Euclidean distances of weighted normalised values.
    public static func distances(
        _ matrix: DecisionMatrix, _ weights: Weights, _ normalisation: Normalisation
    ) throws(MethodFlaw) -> Distances {
        let extents = try matrix.extents(weights)
        let scales = try normalisation.scales(matrix, extents)
        let ends = zip(scales, extents).enumerated().map { column, scaled in
            let ends = [scaled.0(scaled.1.low) * weights[column], scaled.0(scaled.1.high) * weights[column]].sorted()
            return (worst: ends[0], best: ends[1])
        }
        var fromBest = [Double](repeating: 0, count: matrix.rows)
        var fromWorst = fromBest
        fromBest.withUnsafeMutableBufferPointer { fromBest in
            fromWorst.withUnsafeMutableBufferPointer { fromWorst in
                matrix.eachBlock { rows, column, values in
                    let (weight, (worst, best)) = (weights[column], ends[column])
                    let toBest = UnsafeMutableBufferPointer(rebasing: fromBest[rows])
                    let toWorst = UnsafeMutableBufferPointer(rebasing: fromWorst[rows])
                    scales[column].each(values, rows.count) { place, value in
                        let weighted = value * weight
                        toBest[place] += (weighted - best) * (weighted - best)
                        toWorst[place] += (weighted - worst) * (weighted - worst)
                    }
                }
                for row in 0..<matrix.rows {
                    fromBest[row] = fromBest[row].squareRoot()
                    fromWorst[row] = fromWorst[row].squareRoot()
                }
            }
        }
        let scores = zip(fromBest, fromWorst).map { best, worst in best + worst > 0 ? worst / (worst + best) : 0.5 }
        let ranking = Ranking(scores: scores, best: .highest, alike: extents.alike)
        return Distances(fromBest: fromBest, fromWorst: fromWorst, ranking: ranking)
    }
}
