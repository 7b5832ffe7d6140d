/// Scores all alternatives of a matrix; higher is better.
public typealias Scoring = (DecisionMatrix, Weights) throws -> [Double]

/// What changes in the order of the others when one alternative or one criterion is taken away or made worse.
///
/// Scores that differ by less than a billionth of the greatest count as equal: rounding is no reversal.
public struct Disturbance: Sendable, Hashable {
    /// The alternative or the criterion that was touched.
    public let touched: Int
    /// Pairs of others of which the better became the worse; equal scores do not count.
    public let reversedPairs: Int
    /// The alternative whose place among the others changed most, if any did.
    public let mostMoved: Move?
    /// Who gets among the first k of the others by that, and who drops out; by rising row.
    public let enters: [Int]
    public let leaves: [Int]

    /// Places among the others, equal scores sharing the mean of theirs.
    public struct Move: Sendable, Hashable {
        public let row: Int
        public let from: Double
        public let to: Double
    }

    /// Nobody else's place changed.
    public var isNone: Bool { mostMoved == nil }
}

/// Tests of a ranking method on one matrix: does the order of some depend on others that are none of their concern?
public enum LeaveOut {
    /// Each test scores the whole matrix once for each alternative.
    public static let mostAlternatives = 5_000

    /// Takes each alternative away in turn. A method whose scores do not depend on the others (the additive value)
    /// never reverses a pair; TOPSIS, VIKOR and PROMETHEE may.
    /// - Parameter first: k, how many are helped; 1...alternatives.
    /// - Throws: `RobustnessFlaw`, and what `scoring` throws.
    public static func alternatives(
        _ matrix: DecisionMatrix, _ weights: Weights, first: Int, scoring: Scoring
    ) throws -> [Disturbance] {
        let before = try checked(scoring(matrix, weights), of: matrix, first: first)
        guard matrix.rows > 1 else { return [] }
        return try (0..<matrix.rows).map { row in
            let others = (0..<matrix.rows).filter { $0 != row }
            let values = (0..<matrix.columns).flatMap { column in others.map { matrix[$0, column] } }
            let rest = try DecisionMatrix(rows: others.count, values: values, directions: matrix.directions)
            let after = try checked(scoring(rest, weights), of: rest, first: 1)
            return compare(row, others, before: others.map { before[$0] }, after: after, first: first)
        }
    }

    /// Makes each alternative worse in turn, halfway to the worst of each column: the others should keep their order
    /// (after Wang and Triantaphyllou 2008, test 1).
    /// - Parameter first: k, how many are helped; 1...alternatives.
    /// - Throws: `RobustnessFlaw`, and what `scoring` throws.
    public static func worsened(
        _ matrix: DecisionMatrix, _ weights: Weights, first: Int, scoring: Scoring
    ) throws -> [Disturbance] {
        let before = try checked(scoring(matrix, weights), of: matrix, first: first)
        let worst = matrix.directions.enumerated().map { column, direction in
            let values = matrix[column: column]
            return (direction == .benefit ? values.min() : values.max()) ?? 0
        }
        return try (0..<matrix.rows).map { row in
            var values = matrix.values
            for column in 0..<matrix.columns {
                let place = column * matrix.rows + row
                values[place] = values[place] / 2 + worst[column] / 2
            }
            let worse = try DecisionMatrix(rows: matrix.rows, values: values, directions: matrix.directions)
            let after = try checked(scoring(worse, weights), of: worse, first: first)
            let others = (0..<matrix.rows).filter { $0 != row }
            return compare(
                row, others, before: others.map { before[$0] }, after: others.map { after[$0] }, first: first)
        }
    }

    /// Takes each criterion away in turn, the other weights scaled to the sum of one. A criterion without which there
    /// is no weight left is passed over.
    /// - Parameter first: k, how many are helped; 1...alternatives.
    /// - Throws: `RobustnessFlaw`, and what `scoring` throws.
    public static func criteria(
        _ matrix: DecisionMatrix, _ weights: Weights, first: Int, scoring: Scoring
    ) throws -> [Disturbance] {
        let before = try checked(scoring(matrix, weights), of: matrix, first: first)
        return try (0..<matrix.columns).compactMap { column in
            let kept = (0..<matrix.columns).filter { $0 != column }
            let remaining = kept.map { weights[$0] }
            guard remaining.contains(where: { $0 > 0 }) else { return nil }
            let rest = try DecisionMatrix(
                rows: matrix.rows, values: kept.flatMap { matrix[column: $0] },
                directions: kept.map { matrix.directions[$0] })
            let after = try checked(scoring(rest, Weights(remaining)), of: rest, first: first)
            return compare(column, Array(0..<matrix.rows), before: before, after: after, first: first)
        }
    }

    private static func checked(_ scores: [Double], of matrix: DecisionMatrix, first: Int) throws -> [Double] {
        guard matrix.rows <= mostAlternatives else {
            throw RobustnessFlaw.count(asked: matrix.rows, most: mostAlternatives)
        }
        guard (1...matrix.rows).contains(first) else { throw RobustnessFlaw.place(first) }
        guard scores.count == matrix.rows else { throw RobustnessFlaw.output(scores.count) }
        if let wrong = scores.firstIndex(where: { !$0.isFinite }) { throw RobustnessFlaw.output(wrong) }
        return scores
    }
}

extension LeaveOut {
    private static func compare(
        _ touched: Int, _ rows: [Int], before: [Double], after: [Double], first: Int
    ) -> Disturbance {
        let (before, after) = (steps(before), steps(after))
        let (from, to) = (Ranks.averaged(before, best: .highest), Ranks.averaged(after, best: .highest))
        var most: Int?
        for place in rows.indices where from[place] != to[place] {
            if abs(to[place] - from[place]) > most.map({ abs(to[$0] - from[$0]) }) ?? 0 { most = place }
        }
        let (inside, insideAfter) = (members(before, first), members(after, first))
        return Disturbance(
            touched: touched,
            reversedPairs: reversals(before, after),
            mostMoved: most.map { Disturbance.Move(row: rows[$0], from: from[$0], to: to[$0]) },
            enters: rows.indices.filter { insideAfter[$0] && !inside[$0] }.map { rows[$0] },
            leaves: rows.indices.filter { inside[$0] && !insideAfter[$0] }.map { rows[$0] })
    }

    /// Whole steps of a billionth of the greatest score.
    private static func steps(_ scores: [Double]) -> [Double] {
        let greatest = scores.reduce(0) { max($0, abs($1)) }
        return greatest > 0 ? scores.map { ($0 / greatest * 1e9).rounded() } : scores
    }

    private static func members(_ scores: [Double], _ first: Int) -> [Bool] {
        guard first < scores.count else { return scores.map { _ in true } }
        let last = scores.sorted(by: >)[first - 1]
        return scores.map { $0 >= last }
    }

    /// Pairs strictly in one order before and strictly in the other after, counted while merging. O(m log m).
    private static func reversals(_ before: [Double], _ after: [Double]) -> Int {
        let order = before.indices.sorted { (before[$1], after[$1]) < (before[$0], after[$0]) }
        var sorted = order.map { after[$0] }
        var (merged, count, width) = (sorted, 0, 1)
        while width < sorted.count {
            for start in stride(from: 0, to: sorted.count, by: 2 * width) {
                let (middle, end) = (min(start + width, sorted.count), min(start + 2 * width, sorted.count))
                var (left, right) = (start, middle)
                for place in start..<end {
                    if right == end || (left < middle && sorted[left] >= sorted[right]) {
                        merged[place] = sorted[left]
                        left += 1
                    } else {
                        merged[place] = sorted[right]
                        right += 1
                        count += middle - left
                    }
                }
            }
            swap(&sorted, &merged)
            width *= 2
        }
        return count
    }
}
