/// What each criterion counts: none negative, together one.
public struct Weights: Sendable, Hashable {
    public let values: [Double]

    /// Scales any non-negative numbers, of which one at least is positive, to the sum of one.
    public init(_ raw: [Double]) throws(MatrixFlaw) {
        if let wrong = raw.firstIndex(where: { !$0.isFinite || $0 < 0 }) { throw .weight(column: wrong) }
        let sum = raw.reduce(0, +)
        guard sum > 0, sum.isFinite else { throw .noWeight }
        values = raw.map { $0 / sum }
    }

    public var count: Int { values.count }
    public subscript(column: Int) -> Double { values[column] }
}
