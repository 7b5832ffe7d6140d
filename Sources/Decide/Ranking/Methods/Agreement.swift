/// How far two rankings of the same alternatives agree. Places are as `Ranks.averaged` gives them.
public enum Agreement {
    /// Spearman's ρ, −1 to 1: the correlation of the places.
    /// - Returns: nil for lists of unequal length, and where one has all alternatives in one place.
    public static func spearman(_ first: [Double], _ second: [Double]) -> Double? {
        guard first.count == second.count else { return nil }
        // Places average to this, ties or none.
        let mean = Double(first.count + 1) / 2
        var (common, own, others) = (0.0, 0.0, 0.0)
        for (one, other) in zip(first, second) {
            common += (one - mean) * (other - mean)
            own += (one - mean) * (one - mean)
            others += (other - mean) * (other - mean)
        }
        guard own > 0, others > 0 else { return nil }
        return common / (own * others).squareRoot()
    }

    /// Kendall's τ-b, −1 to 1: pairs in the same order less pairs in opposite orders, of those that could be either;
    /// Knight, Journal of the American Statistical Association 61 (1966), in O(n log n).
    /// - Returns: nil as for `spearman`.
    public static func kendall(_ first: [Double], _ second: [Double]) -> Double? {
        guard first.count == second.count else { return nil }
        let pairs = zip(first, second).sorted { $0 < $1 }
        let all = tied([pairs.count])
        let inFirst = tied(runs(pairs) { $0.0 == $1.0 })
        let inBoth = tied(runs(pairs) { $0 == $1 })
        var seconds = pairs.map(\.1)
        let opposite = mergeSort(&seconds)
        let inSecond = tied(runs(seconds) { $0 == $1 })
        guard all > inFirst, all > inSecond else { return nil }
        let same = all - inFirst - inSecond + inBoth - 2 * opposite
        return Double(same) / (Double(all - inFirst) * Double(all - inSecond)).squareRoot()
    }

    /// The share of the first k places that both give to the same alternatives, 0 to 1. Alternatives that share places
    /// across the cut have each an equal part of those within it.
    /// - Returns: nil for lists of unequal length and for k out of range.
    public static func overlap(_ first: [Double], _ second: [Double], first k: Int) -> Double? {
        guard first.count == second.count, (1...max(1, first.count)).contains(k), !first.isEmpty else { return nil }
        let common = zip(parts(first, within: k), parts(second, within: k)).reduce(0) { $0 + min($1.0, $1.1) }
        return common / Double(k)
    }

    /// How much of each alternative is among the first k: 1, 0, or a part for those that share places across the cut.
    private static func parts(_ ranks: [Double], within k: Int) -> [Double] {
        let sorted = ranks.withUnsafeBufferPointer { Sorted($0) }
        var parts = [Double](repeating: 0, count: ranks.count)
        var place = 0
        for count in sorted.counts {
            let part = Double(min(max(0, k - place), count)) / Double(count)
            for _ in 0..<count {
                parts[Int(sorted.order[place])] = part
                place += 1
            }
        }
        return parts
    }

    /// Pairs within runs of equals.
    private static func tied(_ runs: [Int]) -> Int { runs.reduce(0) { $0 + $1 * ($1 - 1) / 2 } }

    private static func runs<Element>(_ sorted: [Element], _ isSame: (Element, Element) -> Bool) -> [Int] {
        var (lengths, start) = ([Int](), 0)
        for end in sorted.indices.dropFirst() where !isSame(sorted[end - 1], sorted[end]) {
            lengths.append(end - start)
            start = end
        }
        return lengths + [sorted.count - start]
    }

    /// Sorts, and answers how many pairs stood in the wrong order.
    private static func mergeSort(_ list: inout [Double]) -> Int {
        var (merged, wrong, width) = (list, 0, 1)
        while width < list.count {
            for start in stride(from: 0, to: list.count, by: 2 * width) {
                let (middle, end) = (min(start + width, list.count), min(start + 2 * width, list.count))
                var (left, right) = (start, middle)
                for place in start..<end {
                    if right == end || left < middle && list[left] <= list[right] {
                        merged[place] = list[left]
                        left += 1
                    } else {
                        merged[place] = list[right]
                        wrong += middle - left
                        right += 1
                    }
                }
            }
            swap(&list, &merged)
            width *= 2
        }
        return wrong
    }
}
