/// How the values of a criterion become numbers without a unit of which more is better; x is a value, lo and hi are the
/// smallest and largest of the column.
public enum Normalisation: String, Sendable, Hashable, CaseIterable {
    /// (x − lo) / (hi − lo); cost (hi − x) / (hi − lo); 0 where all are alike.
    case minmax
    /// x / √Σx²; cost 1 − x / √Σx².
    case vector
    /// x / Σx; cost (1/x) / Σ(1/x). Positive values only.
    case sum
    /// x / hi; cost 1 − x / hi. No negative values.
    case max
    /// x / hi; cost lo / x. Positive values only.
    case linear

    /// All values of a matrix, by columns.
    public func values(of matrix: DecisionMatrix) throws(MethodFlaw) -> [Double] {
        let scales = try scales(matrix, matrix.extents())
        return [Double](unsafeUninitializedCapacity: matrix.values.count) { values, count in
            matrix.eachBlock { rows, column, raw in
                let start = column * matrix.rows + rows.lowerBound
                scales[column].each(raw, rows.count) { values[start + $0] = $1 }
            }
            count = matrix.values.count
        }
    }

    func scales(_ matrix: DecisionMatrix, _ extents: [Extent]) throws(MethodFlaw) -> [Scale] {
        var scales: [Scale] = []
        for column in extents.indices { scales.append(try scale(matrix, column, extents[column])) }
        return scales
    }

    private func scale(_ matrix: DecisionMatrix, _ column: Int, _ extent: Extent) throws(MethodFlaw) -> Scale {
        let (low, high) = (extent.low, extent.high)
        let isCost = matrix.directions[column] == .cost
        switch self {
        case .minmax:
            if extent.isPoint { return .nothing }
            return isCost ? .share(origin: high, span: low - high) : .share(origin: low, span: high - low)
        case .vector:
            if low == 0, high == 0 { return .nothing }
            let squares = matrix.withColumn(column) { Self.sum($0) { $0 * $0 } }
            return try ratio(squares.squareRoot(), isCost, column)
        case .max:
            if low < 0 { throw .negative(row: matrix.row(column) { $0 < 0 }, column: column) }
            if high == 0 { return .nothing }
            return try ratio(high, isCost, column)
        case .sum:
            if low <= 0 { throw .notPositive(row: matrix.row(column) { $0 <= 0 }, column: column) }
            let sum = matrix.withColumn(column) { isCost ? Self.sum($0) { 1 / $0 } : Self.sum($0) { $0 } }
            guard sum.isFinite else { throw .extreme(column: column) }
            return isCost ? .inverse(numerator: 1, sum: sum) : .share(origin: 0, span: sum)
        case .linear:
            if low <= 0 { throw .notPositive(row: matrix.row(column) { $0 <= 0 }, column: column) }
            return isCost ? .inverse(numerator: low, sum: 1) : .share(origin: 0, span: high)
        }
    }

    private func ratio(_ whole: Double, _ isCost: Bool, _ column: Int) throws(MethodFlaw) -> Scale {
        guard whole.isFinite, whole.isNormal else { throw .extreme(column: column) }
        return isCost ? .rest(whole: whole) : .share(origin: 0, span: whole)
    }

    /// Eight sums side by side, then those together: always in this order.
    @inline(__always)
    private static func sum(_ column: UnsafeBufferPointer<Double>, _ term: (Double) -> Double) -> Double {
        var lanes = SIMD8<Double>(repeating: 0)
        let whole = column.count & ~7
        for start in stride(from: 0, to: whole, by: 8) {
            for lane in 0..<8 { lanes[lane] += term(column[start + lane]) }
        }
        return column[whole...].reduce(lanes.sum()) { $0 + term($1) }
    }
}

/// A normalisation made ready for one criterion. Each is monotone in x, rounding included: the best value of a column
/// has the best number.
enum Scale {
    /// (x − origin) / span
    case share(origin: Double, span: Double)
    /// 1 − x / whole
    case rest(whole: Double)
    /// (numerator / x) / sum
    case inverse(numerator: Double, sum: Double)
    /// 0 for all: they are alike.
    case nothing

    /// Hands on the normalised values with their places. The loops are here, so that each compiles to a tight one.
    @inline(__always)
    func each(_ values: UnsafePointer<Double>, _ count: Int, _ use: (Int, Double) -> Void) {
        switch self {
        case .share(let origin, let span):
            for place in 0..<count { use(place, (values[place] - origin) / span) }
        case .rest(let whole):
            for place in 0..<count { use(place, 1 - values[place] / whole) }
        case .inverse(let numerator, let sum):
            for place in 0..<count { use(place, numerator / values[place] / sum) }
        case .nothing:
            for place in 0..<count { use(place, 0) }
        }
    }

    /// The normalised value of one number.
    func callAsFunction(_ value: Double) -> Double {
        var result = 0.0
        withUnsafePointer(to: value) { each($0, 1) { result = $1 } }
        return result
    }
}
