/// Places of alternatives: 1 is best.
public enum Ranks {
    /// Alternatives of equal score share the mean of the places that they take together.
    /// - Parameter scores: finite.
    public static func averaged(_ scores: [Double], best: Best) -> [Double] {
        let order =
            best == .highest
            ? scores.indices.sorted { scores[$0] > scores[$1] } : scores.indices.sorted { scores[$0] < scores[$1] }
        var ranks = [Double](repeating: 0, count: scores.count)
        var first = 0
        while first < order.count {
            var end = first + 1
            while end < order.count, scores[order[end]] == scores[order[first]] { end += 1 }
            let shared = Double(first + 1 + end) / 2
            for place in first..<end { ranks[order[place]] = shared }
            first = end
        }
        return ranks
    }

    /// Which score wins: VIKOR and SPOTIS measure distances.
    public enum Best: Sendable, Hashable {
        case highest, lowest
    }
}
