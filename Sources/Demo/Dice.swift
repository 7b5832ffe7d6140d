import Kernel

/// Seeded draws by sums, products and roots alone, so that they are the same on every machine and with every version of
/// the standard library. Points on the ground come of sines, which another C library may round otherwise in the last
/// digit; they are kept to a tenth of a metre.
struct Dice {
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// Dice of their own for one subject: what others draw does not change it.
    init(seed: UInt64, subject: Int) {
        var mixer = SeededRandom(seed: seed ^ UInt64(truncatingIfNeeded: subject) &* 0xD6E8_FEB8_6659_FD93)
        random = SeededRandom(seed: mixer.next())
    }

    mutating func seed() -> UInt64 { random.next() }

    /// From 0 up to but not including 1.
    mutating func unit() -> Double { Double(random.next() >> 11) / 9_007_199_254_740_992 }

    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    mutating func whole(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(random.next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    mutating func real(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }

    /// Nearly normal: mean 0, deviation 1, never beyond ±3.5.
    mutating func normal() -> Double {
        (unit() + unit() + unit() + unit() - 2) * 1.732_050_807_568_877_2
    }

    /// Mean 0, mostly within ±1.5, now and then several times as far: how a town thins out.
    mutating func longTailed() -> Double { normal() / (0.06 + 0.94 * unit()).squareRoot() }

    /// A factor around 1, as often twice as half; `width` 0.3 seldom leaves 0.5 to 2.
    mutating func factor(_ width: Double) -> Double {
        let draw = normal() * width
        return draw >= 0 ? 1 + draw : 1 / (1 - draw)
    }

    /// - Precondition: there is something to pick.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(random.next() % UInt64(elements.count))]
    }

    /// - Precondition: there is something to pick, and not every weight is zero.
    mutating func pick<Element>(_ weighted: KeyValuePairs<Element, Double>) -> Element {
        var rest = unit() * weighted.reduce(0) { $0 + $1.value }
        for (element, weight) in weighted {
            rest -= weight
            if rest < 0 { return element }
        }
        return weighted[weighted.count - 1].key
    }

    mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for index in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(index, whole(0...index))
        }
    }

    mutating func id<Subject>(_: Subject.Type, at instant: Instant) -> ID<Subject> {
        ID(at: instant, using: &random)
    }
}

/// Splits `total` into whole parts in proportion to `weights`, each at least its minimum, by largest remainders.
/// - Precondition: the minimums fit into the total, and there is a part unless the total is zero.
func apportion(_ total: Int, by weights: [Double], atLeast minimums: [Int]) -> [Int] {
    let floor = minimums.reduce(0, +)
    precondition(floor <= total && (total == 0 || !weights.isEmpty), "the minimums exceed the total")
    let sum = weights.reduce(0, +)
    let wanted = zip(weights, minimums).map { max(0, $0 / sum * Double(total) - Double($1)) }
    let wantedSum = wanted.reduce(0, +)
    let shares = wanted.map { wantedSum > 0 ? $0 / wantedSum * Double(total - floor) : 0 }
    var parts = zip(shares, minimums).map { Int($0) + $1 }
    let byRemainder = shares.indices.sorted {
        let (left, right) = (shares[$0] - Double(Int(shares[$0])), shares[$1] - Double(Int(shares[$1])))
        return left == right ? $0 < $1 : left > right
    }
    var rest = total - parts.reduce(0, +)
    var next = 0
    while rest > 0 {
        parts[byRemainder[next % byRemainder.count]] += 1
        next += 1
        rest -= 1
    }
    return parts
}

func apportion(_ total: Int, by weights: [Double], atLeast minimum: Int = 0) -> [Int] {
    apportion(total, by: weights, atLeast: Array(repeating: minimum, count: weights.count))
}
