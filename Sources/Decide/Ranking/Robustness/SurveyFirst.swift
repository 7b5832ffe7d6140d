/// One unknown value, and what its survey would tell.
public struct SurveyWish: Sendable, Hashable {
    public let row: Int
    public let column: Int
    /// By how many places the alternative's rank interval narrows when this one value becomes known at its middle and
    /// all else stays as it is. The intervals of those that it no longer overlaps narrow as well, by one each.
    public let places: Int
    /// Weight × (high − low): by how much its score interval narrows.
    public let width: Double
}

extension ValueTable {
    /// The unknown values whose survey would make most places certain, the most useful first: most places, then the
    /// widest, then in the order of the table. Each is judged alone; after a survey ask again.
    ///
    /// Places and not chances: the measure is exact, told in a sentence, and guesses no distribution.
    /// - Parameters:
    ///   - most: how many at most.
    ///   - first: when given, only alternatives of which it is open whether they are among the first so many.
    public func surveyFirst(
        _ most: Int, _ weights: Weights, first: Int? = nil
    ) throws(RobustnessFlaw) -> [SurveyWish] {
        if let first, !(1...rows).contains(first) { throw .place(first) }
        let scores = try scores(weights)
        let field = Field(scores)
        var wishes: [SurveyWish] = []
        for row in 0..<rows where scores.low[row] < scores.high[row] {
            let now = field.interval(of: row)
            if let first, now.worst <= first || now.best > first { continue }
            for column in 0..<columns {
                let (least, most) = (low[column * rows + row], high[column * rows + row])
                guard least < most else { continue }
                let middle = Self.between(least, most, 0.5)
                let then = field.interval(
                    of: row, low: sum(row, of: low, weights, with: middle, at: column),
                    high: sum(row, of: high, weights, with: middle, at: column))
                wishes.append(
                    SurveyWish(
                        row: row, column: column, places: now.width - then.width,
                        width: weights[column] * (most - least)))
            }
        }
        wishes.sort { ($1.places, $1.width, $0.row, $0.column) < ($0.places, $0.width, $1.row, $1.column) }
        return Array(wishes.prefix(max(0, most)))
    }
}
