/// Weightings within bounds, by hit and run along pairs: two weights are drawn anew between what their bounds allow
/// while their sum stays. In the long run uniform; so many steps lie between two weightings that one hardly tells of
/// the next.
struct BoundedWalk {
    private let bounds: [ClosedRange<Double>]
    /// The columns that can move, and their widths summed up so far.
    private let free: [Int]
    private let reach: [Double]
    private var weights: [Double]
    private var random: SampleRandom

    private static let stepsForEach = 10
    private static let roundsAtFirst = 20

    /// - Parameter bounds: 0...1, with a weighting between them.
    init(_ bounds: [ClosedRange<Double>], seed: UInt64) {
        self.bounds = bounds
        random = SampleRandom(seed: seed, sample: 0)
        free = bounds.indices.filter { bounds[$0].lowerBound < bounds[$0].upperBound }
        var sum = 0.0
        var reach: [Double] = []
        for column in free {
            sum += bounds[column].upperBound - bounds[column].lowerBound
            reach.append(sum)
        }
        self.reach = reach
        let least = bounds.reduce(0) { $0 + $1.lowerBound }
        let share = sum > 0 ? min(1, max(0, (1 - least) / sum)) : 0
        weights = bounds.map { ValueTable.between($0.lowerBound, $0.upperBound, share) }
        for _ in 0..<Self.roundsAtFirst { _ = next() }
    }

    mutating func next() -> [Double] {
        guard free.count > 1 else { return weights }
        for _ in 0..<Self.stepsForEach * free.count {
            // One by chance, the other by its width: a wide one among narrow ones must meet others that are wide.
            step(free[random.whole(below: free.count)], free[wide()])
        }
        return weights
    }

    private mutating func step(_ one: Int, _ other: Int) {
        guard one != other else { return }
        let sum = weights[one] + weights[other]
        let least = max(bounds[one].lowerBound, sum - bounds[other].upperBound)
        let most = min(bounds[one].upperBound, sum - bounds[other].lowerBound)
        guard least < most else { return }
        weights[one] = least + random.unit() * (most - least)
        weights[other] = min(bounds[other].upperBound, max(bounds[other].lowerBound, sum - weights[one]))
    }

    private mutating func wide() -> Int {
        let mark = random.unit() * (reach.last ?? 0)
        var (low, high) = (0, reach.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if reach[middle] > mark { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
