/// The smallest and the largest value of a criterion.
struct Extent {
    let low: Double
    let high: Double

    var isPoint: Bool { low == high }

    /// Eight lanes at once: a single chain of comparisons would wait for itself.
    init(_ column: UnsafeBufferPointer<Double>) {
        let first = column.first ?? 0
        var (lows, highs) = (SIMD8(repeating: first), SIMD8(repeating: first))
        let whole = column.count & ~7
        for start in stride(from: 0, to: whole, by: 8) {
            let values = SIMD8(column, at: start)
            lows.replace(with: values, where: values .< lows)
            highs.replace(with: values, where: values .> highs)
        }
        var (low, high) = (lows.min(), highs.max())
        for value in column[whole...] {
            low = Swift.min(low, value)
            high = Swift.max(high, value)
        }
        (self.low, self.high) = (low, high)
    }
}

extension DecisionMatrix {
    /// The extents of all criteria, for weights that are one for each.
    func extents(_ weights: Weights) throws(MethodFlaw) -> [Extent] {
        guard weights.count == columns else { throw .weights(count: weights.count, columns: columns) }
        return try extents()
    }

    func extents() throws(MethodFlaw) -> [Extent] {
        let extents = (0..<columns).map { column in withColumn(column) { Extent($0) } }
        // All sums of differences, squares excepted, then stay numbers.
        let isExtreme = { (extent: Extent) in !((extent.high - extent.low) * Double(rows)).isFinite }
        if let column = extents.firstIndex(where: isExtreme) { throw .extreme(column: column) }
        return extents
    }

    func withColumn<Value>(_ column: Int, _ body: (UnsafeBufferPointer<Double>) -> Value) -> Value {
        values.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[column * rows..<(column + 1) * rows])) }
    }

    /// The first row of a criterion of which `isWrong`; only asked for when there is one.
    func row(_ column: Int, _ isWrong: (Double) -> Bool) -> Int {
        withColumn(column) { $0.firstIndex(where: isWrong) } ?? 0
    }

    /// A block's sums and values fit the processor's first cache.
    static let blockRows = 1_024

    /// Visits the matrix so that what is added up per row stays near the processor: some rows, all their criteria in
    /// order, the next rows.
    @inline(__always)
    func eachBlock(_ body: (_ rows: Range<Int>, _ column: Int, _ values: UnsafePointer<Double>) -> Void) {
        values.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { return }
            for start in stride(from: 0, to: rows, by: Self.blockRows) {
                let block = start..<Swift.min(start + Self.blockRows, rows)
                for column in 0..<columns { body(block, column, base + column * rows + start) }
            }
        }
    }
}

extension [Extent] {
    /// Criteria on which all alternatives are alike.
    var alike: [Int] { indices.filter { self[$0].isPoint } }
}

extension SIMD8<Double> {
    init(_ values: UnsafeBufferPointer<Double>, at start: Int) {
        self.init(
            values[start], values[start + 1], values[start + 2], values[start + 3],
            values[start + 4], values[start + 5], values[start + 6], values[start + 7])
    }
}
