/// Which end of a criterion is the good one.
public enum Direction: Int, Sendable, Hashable {
    /// More is better.
    case benefit = 1
    /// Less is better.
    case cost = -1
}

/// Alternatives × criteria: what each alternative measures on each criterion.
///
/// Kept by columns, one after the other: nearly every method works a criterion at a time.
public struct DecisionMatrix: Sendable, Hashable {
    /// Alternatives; at least one.
    public let rows: Int
    /// Criteria; at least one. The first has the values `[0..<rows]`, the second `[rows..<2 * rows]`.
    public let columns: Int
    public let values: [Double]
    public let directions: [Direction]

    /// More than any city or country has, and than memory should be asked for.
    public static let mostRows = 2_000_000
    public static let mostColumns = 1_000
    static let mostValues = 200_000_000

    /// - Parameter values: by columns; all finite.
    /// - Throws: `MatrixFlaw`, which names the place.
    public init(rows: Int, values: [Double], directions: [Direction]) throws(MatrixFlaw) {
        guard (1...Self.mostRows).contains(rows), (1...Self.mostColumns).contains(directions.count),
            rows * directions.count <= Self.mostValues, values.count == rows * directions.count
        else { throw .shape(rows: rows, columns: directions.count, values: values.count) }
        if let place = values.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(row: place % rows, column: place / rows)
        }
        self.rows = rows
        self.columns = directions.count
        self.values = values
        self.directions = directions
    }

    /// - Parameter rows: one array of values for each alternative.
    public init(rows: [[Double]], directions: [Direction]) throws(MatrixFlaw) {
        if let uneven = rows.firstIndex(where: { $0.count != directions.count }) {
            throw .uneven(row: uneven, values: rows[uneven].count, columns: directions.count)
        }
        let values = directions.indices.flatMap { column in rows.map { $0[column] } }
        try self.init(rows: rows.count, values: values, directions: directions)
    }

    public subscript(row: Int, column: Int) -> Double { values[column * rows + row] }

    /// The values of one criterion.
    public subscript(column column: Int) -> ArraySlice<Double> { values[column * rows..<(column + 1) * rows] }
}

/// Why something cannot be a decision matrix or its weights. Rows and columns count from zero.
public enum MatrixFlaw: Error, Sendable, Hashable {
    case shape(rows: Int, columns: Int, values: Int)
    case uneven(row: Int, values: Int, columns: Int)
    case notFinite(row: Int, column: Int)
    case weightCount(weights: Int, columns: Int)
    case weight(column: Int)
    case noWeight
}
