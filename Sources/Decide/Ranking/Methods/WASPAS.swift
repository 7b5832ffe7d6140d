/// Weighted aggregated sum product assessment; Zavadskas, Turskis, Antucheviciene, Zakarevicius, Elektronika ir
/// Elektrotechnika 122 (2012), with λ = ½. Positive values only.
enum WASPAS {
    static func rank(_ matrix: DecisionMatrix, _ weights: Weights) throws(MethodFlaw) -> Ranking {
        let extents = try matrix.extents(weights)
        let scales = try Normalisation.linear.scales(matrix, extents)
        var scores = [Double](repeating: 0, count: matrix.rows)
        var logarithms = scores
        scores.withUnsafeMutableBufferPointer { scores in
            logarithms.withUnsafeMutableBufferPointer { logarithms in
                Elementary.withLogarithm { logarithm in
                    matrix.eachBlock { rows, column, values in
                        let weight = weights[column]
                        let sums = UnsafeMutableBufferPointer(rebasing: scores[rows])
                        let logs = UnsafeMutableBufferPointer(rebasing: logarithms[rows])
                        scales[column].each(values, rows.count) { place, share in
                            sums[place] += share * weight
                            logs[place] += logarithm(share) * weight
                        }
                    }
                }
                Elementary.withExponential { exponential in
                    // Π shareʷ = exp Σ w · log share
                    for row in 0..<matrix.rows {
                        scores[row] = 0.5 * scores[row] + 0.5 * exponential(logarithms[row])
                    }
                }
            }
        }
        return Ranking(scores: scores, best: .highest, alike: extents.alike)
    }
}
