/// Places of alternatives: 1 is best.
public enum Ranks {
    /// Alternatives of equal score share the mean of the places that they take together.
    /// - Parameter scores: finite.
    public static func averaged(_ scores: [Double], best: Best) -> [Double] {
        let sorted = scores.withUnsafeBufferPointer { Sorted($0) }
        var ranks = [Double](repeating: 0, count: scores.count)
        var first = 0
        for count in sorted.counts {
            // Counted from the lowest score; from the highest it is as far from the other end.
            let fromLowest = Double(first + 1 + first + count) / 2
            let shared = best == .lowest ? fromLowest : Double(scores.count + 1) - fromLowest
            for place in first..<first + count { ranks[Int(sorted.order[place])] = shared }
            first += count
        }
        return ranks
    }

    /// Which score wins: VIKOR and SPOTIS measure distances.
    public enum Best: Sendable, Hashable {
        case highest, lowest
    }
}
