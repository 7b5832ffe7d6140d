/// Why an alternative scores more or less than a reference: the additive score taken apart, exactly.
public struct Contributions: Sendable, Hashable {
    /// Score of the alternative − score of the reference; the sum of the parts.
    public let difference: Double
    /// One for each aspect, in the order of the aspects.
    public let parts: [Part]

    public struct Part: Sendable, Hashable {
        public let column: Int
        /// Weight × (value − reference).
        public let difference: Double
    }

    /// - Parameters:
    ///   - values: of the alternative, an aspect each; finite.
    ///   - reference: of a neighbour in rank, the alternative at the cut-off, or the medians of a district.
    public init(_ values: [Double], against reference: [Double], _ weights: Weights) throws(RobustnessFlaw) {
        for numbers in [values, reference] {
            guard numbers.count == weights.count else {
                throw .weightCount(weights: weights.count, columns: numbers.count)
            }
            if let wrong = numbers.firstIndex(where: { !$0.isFinite }) { throw .value(row: 0, column: wrong) }
        }
        parts = values.indices.map {
            Part(column: $0, difference: weights[$0] * (values[$0] - reference[$0]))
        }
        difference = parts.reduce(0) { $0 + $1.difference }
    }

    /// The few parts that matter, the largest first, and all others as one: their sum is still `difference`.
    /// - Parameter share: 0...1 of the sum of absolute differences that the few must cover; no fewer do.
    public func few(covering share: Double = 0.8) -> (parts: [Part], rest: Double) {
        let sizes = parts.sorted { (abs($1.difference), $0.column) < (abs($0.difference), $1.column) }
        let wanted = share * sizes.reduce(0) { $0 + abs($1.difference) }
        var (covered, count) = (0.0, 0)
        while count < sizes.count, sizes[count].difference != 0, covered < wanted {
            covered += abs(sizes[count].difference)
            count += 1
        }
        let rest = sizes[count...].reduce(0) { $0 + $1.difference }
        return (Array(sizes[..<count]), rest)
    }

    /// Rounds amounts to whole numbers that sum to the rounded sum, so that a column that people add up is right: the
    /// largest remainders go up. For thousandths multiply by a thousand before.
    public static func whole(_ amounts: [Double]) -> [Int] {
        var whole = amounts.map { Int($0.rounded(.down)) }
        let missing = Int(amounts.reduce(0, +).rounded()) - whole.reduce(0, +)
        let byRemainder = amounts.indices.sorted {
            let (left, right) = (amounts[$0] - amounts[$0].rounded(.down), amounts[$1] - amounts[$1].rounded(.down))
            return left == right ? $0 < $1 : left > right
        }
        for index in byRemainder.prefix(max(0, missing)) { whole[index] += 1 }
        return whole
    }
}

extension ValueTable {
    /// The middle value of each aspect over some alternatives (of intervals their middles): a district's profile.
    /// - Parameter rows: at least one; each in the table.
    public func medians(of rows: [Int]) throws(RobustnessFlaw) -> [Double] {
        guard !rows.isEmpty else { throw .count(asked: 0, most: self.rows) }
        if let wrong = rows.first(where: { !(0..<self.rows).contains($0) }) { throw .row(wrong) }
        return (0..<columns).map { column in
            let sorted = rows.map { row in
                Self.between(low[column * self.rows + row], high[column * self.rows + row], 0.5)
            }.sorted()
            return Self.between(sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2], 0.5)
        }
    }
}
