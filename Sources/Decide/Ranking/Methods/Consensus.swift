/// One ranking out of several of the same alternatives.
public enum Consensus {
    /// Each alternative meets each other: 12.5 million duels at most.
    public static let mostDuelled = 5_000

    /// Borda's count: how many alternatives each leaves behind, ties half, over all rankings; the highest is best.
    /// - Parameter rankings: places as `Ranks.averaged` gives them.
    /// - Returns: nil when there is no ranking, or when they are not equally long.
    public static func borda(_ rankings: [[Double]]) -> Ranking? {
        guard let count = commonCount(rankings) else { return nil }
        let scores = (0..<count).map { alternative in
            rankings.reduce(0) { $0 + Double(count) - $1[alternative] }
        }
        return Ranking(scores: scores, best: .highest)
    }

    /// Copeland's score: duels won less duels lost, where a duel goes to whom more rankings place before the other.
    /// - Returns: nil as for `borda`, and above `mostDuelled` alternatives.
    public static func copeland(_ rankings: [[Double]]) -> Ranking? {
        guard let count = commonCount(rankings), count <= mostDuelled else { return nil }
        var scores = [Double](repeating: 0, count: count)
        for one in 0..<count {
            for other in one + 1..<count {
                let votes = rankings.reduce(0) { votes, ranks in
                    votes + (ranks[one] < ranks[other] ? 1 : ranks[one] > ranks[other] ? -1 : 0)
                }
                scores[one] += Double(votes.signum())
                scores[other] -= Double(votes.signum())
            }
        }
        return Ranking(scores: scores, best: .highest)
    }

    private static func commonCount(_ rankings: [[Double]]) -> Int? {
        guard let count = rankings.first?.count, rankings.allSatisfy({ $0.count == count }) else { return nil }
        return count
    }
}
