import Glibc

extension DecisionMatrix {
    /// Criteria that are equal for all alternatives: they tell nothing apart, and reports flag them.
    public var constantColumns: [Int] { (0..<columns).filter(isConstant) }

    func isConstant(_ column: Int) -> Bool {
        let values = self[column: column]
        return values.allSatisfy { $0 == values.first }
    }
}

/// Weights from the data alone. Sums run down each column in the rows' order, so that the same matrix gives the same
/// bits.
extension Weights {
    /// 1 / n each.
    /// - Parameter count: at least one.
    public static func equal(_ count: Int) -> Weights {
        Weights(positive: [Double](repeating: 1, count: count))
    }

    /// Shannon's entropy: the more unequal a column, the more it weighs (Hwang & Yoon 1981, "Multiple Attribute
    /// Decision Making", 3.1.4; Shannon 1948).
    ///
    /// p_ij = x_ij / Σ_i x_ij; E_j = −Σ_i p_ij ln p_ij / ln m, where 0 ln 0 = 0; w_j = (1 − E_j) / Σ_k (1 − E_k).
    /// Directions do not count. Unchanged when a column is measured in another unit, not when its zero is moved.
    /// - Throws: `.negative`, `.tooLarge`, `.nothingVaries`.
    public static func entropy(_ matrix: DecisionMatrix) throws(WeightFlaw) -> Weights {
        if let place = matrix.values.firstIndex(where: { $0 < 0 }) {
            throw .negative(row: place % matrix.rows, column: place / matrix.rows)
        }
        return try sharing(
            (0..<matrix.columns).map { column in
                if matrix.isConstant(column) { return 0 }
                let values = matrix[column: column]
                let sum = values.reduce(0, +)
                guard sum.isFinite else { return .infinity }
                let spread = values.reduce(0) { spread, value in
                    let share = value / sum
                    return share > 0 ? spread - share * log(share) : spread
                }
                return max(0, 1 - spread / log(Double(matrix.rows)))
            })
    }

    /// Contrast times conflict (Diakoulaki, Mavrotas & Papayannakis 1995, "Determining objective weights in multiple
    /// criteria problems: the CRITIC method", equations 2 to 6).
    ///
    /// x_ij = (f_ij − worst_j) / (best_j − worst_j); σ_j = the deviation of x_j; r_jk = Pearson's correlation of x_j
    /// and x_k; C_j = σ_j Σ_k (1 − r_jk); w_j = C_j / Σ_k C_k. Unchanged when a column is measured in another unit.
    ///
    /// Constant columns are no one's opposite: they are left out of the sums. Where no two criteria differ at all,
    /// which one criterion alone never does, contrast alone decides.
    /// - Parameter directed: as published, best and worst are those of each criterion's direction; false takes every
    ///   greatest value for the best, which turns the sign of correlations with costs.
    /// - Throws: `.tooLarge`, `.nothingVaries`.
    public static func critic(_ matrix: DecisionMatrix, directed: Bool = true) throws(WeightFlaw) -> Weights {
        let columns = (0..<matrix.columns).map { column in
            scaledDeviations(of: matrix, column: column, turned: directed && matrix.directions[column] == .cost)
        }
        let lengths = columns.map { column in column.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        var conflicts = [Double](repeating: 0, count: columns.count)
        for j in columns.indices where lengths[j] > 0 {
            for k in columns.indices where k > j && lengths[k] > 0 {
                var product = 0.0
                for row in 0..<matrix.rows { product += columns[j][row] * columns[k][row] }
                let conflict = 1 - min(1, max(-1, product / (lengths[j] * lengths[k])))
                conflicts[j] += conflict
                conflicts[k] += conflict
            }
        }
        // Below this, what is left of 1 − r is rounding.
        let agreed = conflicts.allSatisfy { $0 < 1e-12 }
        return try sharing(columns.indices.map { lengths[$0] * (agreed ? 1 : conflicts[$0]) })
    }

    /// What removing a criterion does to all performances (Keshavarz-Ghorabaee, Amiri, Zavadskas, Turskis &
    /// Antucheviciene 2021, "Determination of objective weights using a new method based on the removal effects of
    /// criteria (MEREC)", equations 1 to 5).
    ///
    /// n_ij = min_i x_ij / x_ij for benefits, x_ij / max_i x_ij for costs; S_i = ln(1 + Σ_j |ln n_ij| / n); S′_ij the
    /// same without j, still divided by n; E_j = Σ_i |S′_ij − S_i|; w_j = E_j / Σ_k E_k. Unchanged by units.
    /// - Throws: `.notPositive`, `.nothingVaries`.
    public static func merec(_ matrix: DecisionMatrix) throws(WeightFlaw) -> Weights {
        if let place = matrix.values.firstIndex(where: { $0 <= 0 }) {
            throw .notPositive(row: place % matrix.rows, column: place / matrix.rows)
        }
        var sums = [Double](repeating: 0, count: matrix.rows)
        // Differences of logarithms: a quotient of the smallest and the largest number would be zero.
        let distances = (0..<matrix.columns).map { column in
            let values = matrix[column: column]
            let extreme = matrix.directions[column] == .benefit ? values.min() : values.max()
            let origin = log(extreme ?? 1)
            return values.map { abs(log($0) - origin) }
        }
        for distance in distances { for row in sums.indices { sums[row] += distance[row] } }
        let count = Double(matrix.columns)
        let whole = sums.map { log(1 + $0 / count) }
        return try sharing(
            distances.map { distance in
                sums.indices.reduce(0) { effect, row in
                    guard distance[row] > 0 else { return effect }
                    return effect + abs(log(1 + (sums[row] - distance[row]) / count) - whole[row])
                }
            })
    }

    /// The deviations of the columns, as measured: w_j = σ_j / Σ_k σ_k.
    ///
    /// A column in other units weighs otherwise, so that this is for columns of one scale, such as values in 0...1
    /// (Diakoulaki, Mavrotas & Papayannakis 1995, which compares CRITIC with it, scales first).
    /// - Throws: `.tooLarge`, `.nothingVaries`.
    public static func standardDeviation(_ matrix: DecisionMatrix) throws(WeightFlaw) -> Weights {
        try sharing(
            (0..<matrix.columns).map { column in
                if matrix.isConstant(column) { return 0 }
                let values = matrix[column: column]
                let mean = values.reduce(0, +) / Double(matrix.rows)
                let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                return squares.isFinite ? (squares / Double(matrix.rows)).squareRoot() : .infinity
            })
    }

    /// The column from its worst, 0, to its best, 1, less the mean of that; zeros where it is constant.
    private static func scaledDeviations(of matrix: DecisionMatrix, column: Int, turned: Bool) -> [Double] {
        let values = matrix[column: column]
        // Halves, because the distance of the two largest numbers is not finite.
        guard let lowest = values.min(), let highest = values.max(), lowest < highest else {
            return [Double](repeating: 0, count: matrix.rows)
        }
        let range = highest / 2 - lowest / 2
        let scaled = values.map { turned ? (highest / 2 - $0 / 2) / range : ($0 / 2 - lowest / 2) / range }
        let mean = scaled.reduce(0, +) / Double(matrix.rows)
        return scaled.map { $0 - mean }
    }
}
