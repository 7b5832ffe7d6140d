/// Weighted aggregated sum product assessment; Zavadskas, Turskis, Antucheviciene, Zakarevicius, Elektronika ir
/// Elektrotechnika 122 (2012), with λ = ½. Positive values only.
enum WASPAS {
    static func rank(_ matrix: DecisionMatrix, _ weights: Weights) throws(MethodFlaw) -> Ranking {
        let extents = try matrix.extents(weights)
        let scales = try Normalisation.linear.scales(matrix, extents)
        if let column = extents.firstIndex(where: { !($0.low / $0.high).isNormal }) { throw .extreme(column: column) }
        var scores = [Double](repeating: 0, count: matrix.rows)
        // Σ w · log share, eight alternatives together.
        var logarithms = [SIMD8<Double>](repeating: .zero, count: (matrix.rows + 7) / 8)
        addUp(matrix, weights, scales, &scores, &logarithms)
        Elementary.withExponential { exponential in
            for (place, sums) in logarithms.enumerated() {
                for row in 8 * place..<min(8 * place + 8, matrix.rows) {
                    // Π shareʷ = exp Σ w · log share
                    scores[row] = 0.5 * scores[row] + 0.5 * exponential(sums[row & 7])
                }
            }
        }
        return Ranking(scores: scores, best: .highest, alike: extents.alike)
    }

    private static func addUp(
        _ matrix: DecisionMatrix, _ weights: Weights, _ scales: [Scale], _ sums: inout [Double],
        _ logarithms: inout [SIMD8<Double>]
    ) {
        var shares = [Double](repeating: 1, count: DecisionMatrix.blockRows)
        sums.withUnsafeMutableBufferPointer { sums in
            logarithms.withUnsafeMutableBufferPointer { logarithms in
                shares.withUnsafeMutableBufferPointer { shares in
                    Elementary.withLogarithm { logarithm in
                        matrix.eachBlock { rows, column, values in
                            let weight = weights[column]
                            let block = UnsafeMutableBufferPointer(rebasing: sums[rows])
                            scales[column].each(values, rows.count) { place, share in
                                shares[place] = share
                                block[place] += share * weight
                            }
                            let (eights, first) = (UnsafeRawBufferPointer(shares), rows.lowerBound / 8)
                            for place in 0..<(rows.count + 7) / 8 {
                                let eight = eights.loadUnaligned(fromByteOffset: place * 64, as: SIMD8<Double>.self)
                                logarithms[first + place] += logarithm(eight) * weight
                            }
                        }
                    }
                }
            }
        }
    }
}
