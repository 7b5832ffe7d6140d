/// Σ exp(−(x − y)² / 2w²) over all smaller y, less that over all larger, for every x of a sorted list, in O(m).
///
/// The list is cut into stretches of at most 2w. In a stretch with centre c let u = (x − c) / w, |u| ≤ 1, and
/// v = (y − c) / w. Then exp(−(u − v)² / 2) = exp(−u² / 2) · Σₖ uᵏ/k! · vᵏ exp(−v² / 2): what the y contribute no
/// longer depends on x, and is gathered once for the stretch. An error of 2e-14 a pair at most comes of two things:
/// - y farther than 9w from c are left out: they lie farther than 8w from x, and exp(−32) < 1.3e-14;
/// - the series ends at k = 31: its rest is below |v|³²/32! · exp(−(|v| − 1)² / 2) < 2e-16, greatest at |v| = 6.2.
/// Nothing cancels: the terms' magnitudes sum to exp(−(|u| − |v|)² / 2) ≤ 1.
struct GaussSums {
    let width: Double
    private static let reach = 9.0

    func net(_ values: [Double], _ counts: [Int]) -> [Double] {
        var result = [Double](repeating: 0, count: values.count)
        Elementary.withExponential { exponential in
            var (start, firstNear, endNear) = (0, 0, 0)
            while start < values.count {
                var end = start + 1
                while end < values.count, values[end] - values[start] <= 2 * width { end += 1 }
                let centre = values[start] + width
                let moments = { (place: Int) in
                    Moments((values[place] - centre) / width, counts[place], exponential)
                }
                while centre - values[firstNear] > Self.reach * width { firstNear += 1 }
                while endNear < values.count, values[endNear] - centre <= Self.reach * width { endNear += 1 }
                var sum = Moments()
                for place in firstNear..<start { sum += moments(place) }
                for place in start..<endNear { sum -= moments(place) }
                for place in start..<end {
                    // The value itself is neither smaller nor larger; then it is one of the smaller.
                    let own = moments(place)
                    sum += own
                    result[place] = sum.series((values[place] - centre) / width, exponential)
                    sum += own
                }
                start = end
            }
        }
        return result
    }
}

/// Σ count · vᵏ exp(−v² / 2) for k = 0 … 31.
private struct Moments {
    private typealias Eight = SIMD8<Double>

    private var parts: (Eight, Eight, Eight, Eight)

    init() { parts = (.zero, .zero, .zero, .zero) }

    init(_ v: Double, _ count: Int, _ exponential: Elementary.Exponential) {
        let first = Self.powers(of: v) * (exponential(-0.5 * v * v) * Double(count))
        let eighth = (v * v) * (v * v) * ((v * v) * (v * v))
        let second = first * eighth
        let third = second * eighth
        parts = (first, second, third, third * eighth)
    }

    /// 1, v, … v⁷
    @inline(__always)
    private static func powers(of v: Double) -> Eight {
        let (square, cube) = (v * v, v * v * v)
        let fourth = square * square
        return Eight(1, v, square, cube, fourth, fourth * v, fourth * square, fourth * cube)
    }

    static func += (sum: inout Moments, other: Moments) {
        sum.parts.0 += other.parts.0
        sum.parts.1 += other.parts.1
        sum.parts.2 += other.parts.2
        sum.parts.3 += other.parts.3
    }

    static func -= (sum: inout Moments, other: Moments) {
        sum.parts.0 -= other.parts.0
        sum.parts.1 -= other.parts.1
        sum.parts.2 -= other.parts.2
        sum.parts.3 -= other.parts.3
    }

    /// exp(−u² / 2) · Σₖ uᵏ/k! · moment k
    func series(_ u: Double, _ exponential: Elementary.Exponential) -> Double {
        let powers = Self.powers(of: u)
        let eighth = (u * u) * (u * u) * ((u * u) * (u * u))
        let (first, second, third, fourth) = Self.inverseFactorials
        // The later terms are smaller by far: from the last to the first.
        let sums = ((parts.3 * fourth * eighth + parts.2 * third) * eighth + parts.1 * second) * eighth
        return exponential(-0.5 * u * u) * ((sums + parts.0 * first) * powers).sum()
    }

    /// 1 / k!
    private static let inverseFactorials: (Eight, Eight, Eight, Eight) = {
        var (parts, inverse) = ([Eight](repeating: .zero, count: 4), 1.0)
        for k in 0..<32 {
            if k > 0 { inverse /= Double(k) }
            parts[k / 8][k % 8] = inverse
        }
        return (parts[0], parts[1], parts[2], parts[3])
    }()
}
