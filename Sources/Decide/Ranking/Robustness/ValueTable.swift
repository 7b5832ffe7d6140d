/// Alternatives × aspects of values 0...1, where 1 is the greatest need. What is not known is an interval.
///
/// Kept by columns like `DecisionMatrix`: the first aspect has `[0..<rows]`, the second `[rows..<2 * rows]`.
public struct ValueTable: Sendable, Hashable {
    /// Alternatives; at least one.
    public let rows: Int
    /// Aspects; at least one.
    public let columns: Int
    /// The least that each value can be, by columns; 0...1.
    public let low: [Double]
    /// The most that each value can be, by columns; equal to `low` where the value is known.
    public let high: [Double]

    /// - Parameters:
    ///   - low: by columns, 0...1.
    ///   - high: by columns, 0...1 and nowhere under `low`.
    /// - Throws: `RobustnessFlaw`, which names the place.
    public init(rows: Int, columns: Int, low: [Double], high: [Double]) throws(RobustnessFlaw) {
        guard (1...DecisionMatrix.mostRows).contains(rows), (1...DecisionMatrix.mostColumns).contains(columns),
            rows * columns <= DecisionMatrix.mostValues, low.count == rows * columns, high.count == low.count
        else { throw .shape(rows: rows, columns: columns, values: min(low.count, high.count)) }
        for place in low.indices {
            // Comparisons with NaN are false: it is refused here too.
            guard low[place] >= 0, low[place] <= high[place], high[place] <= 1 else {
                throw .value(row: place % rows, column: place / rows)
            }
        }
        self.rows = rows
        self.columns = columns
        self.low = low
        self.high = high
    }

    /// Every value is known.
    /// - Parameter values: by columns, 0...1.
    public init(rows: Int, columns: Int, values: [Double]) throws(RobustnessFlaw) {
        try self.init(rows: rows, columns: columns, low: values, high: values)
    }

    /// - Parameter rows: one array of intervals for each alternative; a known value is `x...x`.
    public init(_ rows: [[ClosedRange<Double>]]) throws(RobustnessFlaw) {
        let columns = rows.first?.count ?? 0
        if let uneven = rows.first(where: { $0.count != columns }) {
            throw .shape(rows: rows.count, columns: columns, values: uneven.count)
        }
        try self.init(
            rows: rows.count, columns: columns,
            low: (0..<columns).flatMap { column in rows.map { $0[column].lowerBound } },
            high: (0..<columns).flatMap { column in rows.map { $0[column].upperBound } })
    }

    /// What is known of one value.
    public subscript(row: Int, column: Int) -> ClosedRange<Double> {
        low[column * rows + row]...high[column * rows + row]
    }

    /// True when no value is an interval.
    public var isKnown: Bool { low == high }

    /// The table with every interval replaced by one number of it: 0 its low end, 0.5 its middle, 1 its high end.
    public func settled(at share: Double = 0.5) -> ValueTable {
        let values = zip(low, high).map { Self.between($0, $1, share) }
        return ValueTable(rows: rows, columns: columns, checked: values)
    }

    /// The values of one alternative in a settled table, an aspect each; of intervals the middle.
    public func middles(of row: Int) -> [Double] {
        (0..<columns).map { Self.between(low[$0 * rows + row], high[$0 * rows + row], 0.5) }
    }

    /// The first value that is an interval, by columns.
    var firstUnknown: (row: Int, column: Int)? {
        low.indices.first { low[$0] != high[$0] }.map { ($0 % rows, $0 / rows) }
    }

    private init(rows: Int, columns: Int, checked values: [Double]) {
        self.rows = rows
        self.columns = columns
        low = values
        high = values
    }

    /// Stays within the ends whatever is rounded, and is exact where they are equal.
    static func between(_ low: Double, _ high: Double, _ share: Double) -> Double {
        min(high, low + (high - low) * share)
    }
}

/// Why a question about robustness cannot be answered. Rows, columns and samples count from zero.
public enum RobustnessFlaw: Error, Sendable, Hashable {
    case shape(rows: Int, columns: Int, values: Int)
    /// Outside 0...1, not a number, or a low end over the high one.
    case value(row: Int, column: Int)
    /// An interval where the question needs a number: settle the table first.
    case unknown(row: Int, column: Int)
    case weightCount(weights: Int, columns: Int)
    /// A weighting that is not finite, is negative or does not sum to one.
    case weightSample(sample: Int)
    /// A bound of a weight outside 0...1 or not a number, or a column of an order that is none or comes twice.
    case weightBound(column: Int)
    /// No weighting keeps the bounds: the low ends sum to more than one, or the high ends to less.
    case noWeighting(leastSum: Double, mostSum: Double)
    /// Outside 1...1,000,000.
    case concentration(Double)
    /// More samples, alternatives or evaluations than there is room for, or none; the most that are allowed here.
    case count(asked: Int, most: Int)
    /// A place that is none: outside 1...alternatives.
    case place(Int)
    /// A row that is none.
    case row(Int)
    /// A score or an output of a model that is not finite, or too few of them.
    case output(Int)
}
