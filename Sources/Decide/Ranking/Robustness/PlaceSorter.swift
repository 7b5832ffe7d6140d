/// Orders scores, the highest first and equal ones by index, again and again in the same memory.
///
/// A comparing sort would take most of the time of an analysis: scores are laid into buckets of equal width, more
/// buckets than scores, and what shares a bucket is put right by insertion.
struct PlaceSorter {
    /// The alternatives from the first place to the last.
    private(set) var order: [UInt32]
    private var keys: [Double]
    private var buckets: [UInt32]
    private var starts: [UInt32]

    /// Steps of insertion for a score, on average, after which comparing is quicker: insertion takes a bucket's square.
    private static let steps = 16

    init(count: Int) {
        order = Array(repeating: 0, count: count)
        keys = Array(repeating: 0, count: count)
        buckets = Array(repeating: 0, count: count)
        var width = 64
        while width < 2 * count { width *= 2 }
        starts = Array(repeating: 0, count: width + 1)
    }

    /// - Parameter scores: as many as places; finite.
    mutating func sort(_ scores: UnsafeBufferPointer<Double>) {
        let (least, most) = Self.ends(scores)
        let scale = Double(starts.count - 1) / (most - least)
        guard scale.isFinite else { return sortByComparing(scores) }
        fill(scores, most: most, scale: scale)
        spread(scores)
        if !insert() { sortByComparing(scores) }
    }

    /// Eight at a time: one after the other would wait for each comparison.
    private static func ends(_ scores: UnsafeBufferPointer<Double>) -> (least: Double, most: Double) {
        var least = SIMD8(repeating: scores[0])
        var most = least
        for first in stride(from: 0, to: scores.count &- 7, by: 8) {
            var lanes = SIMD8<Double>()
            for lane in 0..<8 { lanes[lane] = scores[first &+ lane] }
            least.replace(with: lanes, where: lanes .< least)
            most.replace(with: lanes, where: lanes .> most)
        }
        let rest = scores[(scores.count / 8 * 8)...]
        return (rest.reduce(least.min(), min), rest.reduce(most.max(), max))
    }

    /// Lays each score into its bucket and leaves where every bucket starts.
    private mutating func fill(_ scores: UnsafeBufferPointer<Double>, most: Double, scale: Double) {
        buckets.withUnsafeMutableBufferPointer { buckets in
            starts.withUnsafeMutableBufferPointer { starts in
                starts.update(repeating: 0)
                for row in scores.indices {
                    // Added to 2^52, a number's last bits are its nearest whole: conversion without a branch.
                    let bits = ((most - scores[row]) * scale + 4_503_599_627_370_496).bitPattern
                    buckets[row] = UInt32(truncatingIfNeeded: bits)
                }
                for bucket in buckets { starts[Int(bucket)] &+= 1 }
                var sum: UInt32 = 0
                for bucket in starts.indices {
                    let count = starts[bucket]
                    starts[bucket] = sum
                    sum &+= count
                }
            }
        }
    }

    private mutating func spread(_ scores: UnsafeBufferPointer<Double>) {
        keys.withUnsafeMutableBufferPointer { keys in
            order.withUnsafeMutableBufferPointer { order in
                starts.withUnsafeMutableBufferPointer { starts in
                    buckets.withUnsafeBufferPointer { buckets in
                        for row in scores.indices {
                            let bucket = Int(buckets[row])
                            let place = Int(starts[bucket])
                            starts[bucket] &+= 1
                            keys[place] = scores[row]
                            order[place] = UInt32(truncatingIfNeeded: row)
                        }
                    }
                }
            }
        }
    }

    /// - Returns: false when it gave up, because too many share buckets.
    private mutating func insert() -> Bool {
        keys.withUnsafeMutableBufferPointer { keys in
            order.withUnsafeMutableBufferPointer { order in
                var budget = Self.steps * keys.count
                for place in 1..<max(1, keys.count) where keys[place - 1] < keys[place] {
                    let (key, row) = (keys[place], order[place])
                    var free = place
                    while free > 0, keys[free - 1] < key {
                        keys[free] = keys[free - 1]
                        order[free] = order[free - 1]
                        free -= 1
                    }
                    keys[free] = key
                    order[free] = row
                    budget -= place - free
                    if budget < 0 { return false }
                }
                return true
            }
        }
    }

    private mutating func sortByComparing(_ scores: UnsafeBufferPointer<Double>) {
        for place in order.indices { order[place] = UInt32(truncatingIfNeeded: place) }
        order.sort { one, other in
            let (left, right) = (scores[Int(one)], scores[Int(other)])
            return left == right ? one < other : left > right
        }
    }
}
