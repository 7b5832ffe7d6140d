/// One ranking out of several of the same alternatives.
public enum Consensus {
    /// Borda's count: how many alternatives each leaves behind, ties half, over all rankings; the highest is best.
    /// - Parameter rankings: places as `Ranks.averaged` gives them.
    /// - Returns: nil when there is no ranking, or when they are not equally long.
    public static func borda(_ rankings: [[Double]]) -> Ranking? { nil }

    /// Copeland's score: duels won less duels lost, where a duel goes to whom most rankings place before the other.
    /// - Returns: nil as for `borda`, and above `mostDuelled` alternatives.
    public static func copeland(_ rankings: [[Double]]) -> Ranking? { nil }

    /// Each alternative meets each other: 12.5 million duels.
    public static let mostDuelled = 5_000
}
