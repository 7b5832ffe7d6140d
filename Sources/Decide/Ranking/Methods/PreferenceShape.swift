/// A preference function with its thresholds, and how it meets all pairs of a criterion at once.
enum PreferenceShape {
    case usual
    /// ½ for d > q, ½ more for d > p.
    case steps(q: Double, p: Double)
    /// 0 up to q, 1 from p; q < p.
    case ramp(q: Double, p: Double)
    case gaussian(width: Double)

    /// Nil for thresholds that the function cannot have. A slope of no width is a step.
    init?(_ preference: Preference, _ thresholds: Preference.Thresholds) {
        let (q, p) = (thresholds.q, thresholds.p)
        let (isQ, isP) = (q >= 0 && q.isFinite, p >= 0 && p.isFinite)
        switch preference {
        case .usual: self = .usual
        case .ushape where isQ: self = .steps(q: q, p: q)
        case .vshape where isP: self = p > 0 ? .ramp(q: 0, p: p) : .usual
        case .level where isQ && isP && q <= p: self = .steps(q: q, p: p)
        case .vshape2 where isQ && isP && q <= p: self = p > q ? .ramp(q: q, p: p) : .steps(q: q, p: q)
        case .gaussian where isP: self = p > 0 ? .gaussian(width: p) : .usual
        default: return nil
        }
    }

    /// For each of ascending distinct values, `counts` of each: the sum of its preferences over all smaller ones, less
    /// that of the larger ones over it.
    func net(_ values: [Double], _ counts: [Int]) -> [Double] {
        switch self {
        case .usual: Self.smallerLessLarger(counts)
        case .steps(let q, let p):
            Self.bothWays(values, counts) { values, counts in
                var (first, second) = (Passed(by: q), Passed(by: p))
                return values.map { value in
                    first.move(to: value, values, counts)
                    second.move(to: value, values, counts)
                    return 0.5 * Double(first.count) + 0.5 * Double(second.count)
                }
            }
        case .ramp(let q, let p):
            Self.bothWays(values, counts) { values, counts in
                var ramp = Ramp(q: q, p: p)
                return values.indices.map { ramp.move(to: $0, values, counts) }
            }
        case .gaussian(let width):
            zip(Self.smallerLessLarger(counts), GaussSums(width: width).net(values, counts)).map { $0 - $1 }
        }
    }

    private static func smallerLessLarger(_ counts: [Int]) -> [Double] {
        let all = counts.reduce(0, +)
        var smaller = 0
        return counts.map { count in
            defer { smaller += count }
            return Double(smaller - (all - smaller - count))
        }
    }

    /// Turned round, the larger values are the smaller ones.
    private static func bothWays(
        _ values: [Double], _ counts: [Int], _ overSmaller: ([Double], [Int]) -> [Double]
    ) -> [Double] {
        let below = overSmaller(values, counts)
        let above = overSmaller(values.reversed().map { -$0 }, counts.reversed())
        return zip(below, above.reversed()).map { $0 - $1 }
    }
}

/// How many lie more than a distance below a value that only grows.
private struct Passed {
    let distance: Double
    private(set) var count = 0
    private var next = 0

    init(by distance: Double) { self.distance = distance }

    mutating func move(to value: Double, _ values: [Double], _ counts: [Int]) {
        while value - values[next] > distance {
            count += counts[next]
            next += 1
        }
    }
}

/// Σ (d − q) / (p − q) over those that a growing value leaves behind by q < d ≤ p, and 1 for each beyond p.
///
/// The sum slides along: it grows by each gap times those on the slope, whatever offset the values have, and its
/// rounding errors are carried in a second number, so that 200,000 steps lose nothing.
private struct Ramp {
    let q: Double
    let p: Double
    /// Those from `firstOn` to `firstBelow`, the latter not included, are on the slope.
    private var firstOn = 0
    private var firstBelow = 0
    private var onSlope = 0
    private var beyond = 0
    private var sum = 0.0
    private var lost = 0.0

    init(q: Double, p: Double) { (self.q, self.p) = (q, p) }

    mutating func move(to index: Int, _ values: [Double], _ counts: [Int]) -> Double {
        let value = values[index]
        if onSlope > 0 { add(Double(onSlope) * (value - values[index - 1])) }
        while value - values[firstOn] > p {
            if firstOn < firstBelow { put(-counts[firstOn], at: value - values[firstOn]) }
            beyond += counts[firstOn]
            firstOn += 1
        }
        while value - values[firstBelow] > q {
            if firstBelow >= firstOn { put(counts[firstBelow], at: value - values[firstBelow]) }
            firstBelow += 1
        }
        if onSlope == 0 { (sum, lost) = (0, 0) }
        return Double(beyond) + (sum + lost) / (p - q)
    }

    private mutating func put(_ count: Int, at difference: Double) {
        onSlope += count
        add(Double(count) * (difference - q))
    }

    /// Knuth's two-sum: `lost` takes exactly what `sum` cannot hold.
    private mutating func add(_ term: Double) {
        let next = sum + term
        let part = next - sum
        lost += (sum - (next - part)) + (term - part)
        sum = next
    }
}
