/// TOPSIS as a picture: each alternative by its two distances, and the line behind the first k.
public struct DistancePlane: Sendable, Hashable {
    /// Distance of each alternative to the ideal: the horizontal coordinate.
    public let toIdeal: [Double]
    /// Distance to the worst: the vertical coordinate.
    public let toWorst: [Double]
    /// toWorst / (toIdeal + toWorst), 1 best; one half for what is ideal and worst at once, as when all are equal.
    public let closeness: [Double]
    /// The closeness of the k-th best.
    public let cutOff: Double
    /// Points of equal closeness lie on a ray from the origin: where the one at the cut-off leaves the picture.
    public let isolineEnd: Point

    public struct Point: Sendable, Hashable {
        public let toIdeal: Double
        public let toWorst: Double
    }

    /// - Parameters:
    ///   - toIdeal: finite, none negative.
    ///   - toWorst: as many.
    ///   - first: k, how many are helped; 1...alternatives.
    public init(toIdeal: [Double], toWorst: [Double], first: Int) throws(RobustnessFlaw) {
        guard toIdeal.count == toWorst.count else {
            throw .shape(rows: toIdeal.count, columns: 2, values: toIdeal.count + toWorst.count)
        }
        for row in toIdeal.indices {
            // Comparisons with NaN are false: it is refused here too.
            guard toIdeal[row] >= 0, toWorst[row] >= 0, (toIdeal[row] + toWorst[row]).isFinite else {
                throw .output(row)
            }
        }
        self.toIdeal = toIdeal
        self.toWorst = toWorst
        closeness = zip(toIdeal, toWorst).map { $0 + $1 > 0 ? $1 / ($0 + $1) : 0.5 }
        cutOff = try CutOff(closeness, first: first).last
        isolineEnd = Self.end(of: cutOff, width: toIdeal.max() ?? 0, height: toWorst.max() ?? 0)
    }

    /// Euclidean distances of the weighted values; ideal and worst are the best and the worst of each aspect among the
    /// alternatives (Hwang and Yoon 1981).
    /// - Parameter table: all values known.
    public init(_ table: ValueTable, _ weights: Weights, first: Int) throws(RobustnessFlaw) {
        try table.check(weights)
        if let place = table.firstUnknown { throw .unknown(row: place.row, column: place.column) }
        var toIdeal = [Double](repeating: 0, count: table.rows)
        var toWorst = toIdeal
        for column in 0..<table.columns {
            let values = table.low[column * table.rows..<(column + 1) * table.rows].map { weights[column] * $0 }
            let (worst, ideal) = (values.min() ?? 0, values.max() ?? 0)
            for row in 0..<table.rows {
                toIdeal[row] += (ideal - values[row]) * (ideal - values[row])
                toWorst[row] += (values[row] - worst) * (values[row] - worst)
            }
        }
        try self.init(
            toIdeal: toIdeal.map { $0.squareRoot() }, toWorst: toWorst.map { $0.squareRoot() }, first: first)
    }

    private static func end(of closeness: Double, width: Double, height: Double) -> Point {
        let across = closeness < 1 ? width / (1 - closeness) : .infinity
        let up = closeness > 0 ? height / closeness : .infinity
        let length = min(across, up)
        return Point(toIdeal: length * (1 - closeness), toWorst: length * closeness)
    }
}
