/// What a measurement is worth, 0...1, on a scale that people decreed: nothing of it is taken from the data, so that an
/// estate's value does not change when another one is measured (von Winterfeldt & Edwards 1986, chapter 7).
public struct ValueFunction: Sendable, Hashable {
    /// Whether the value rises or falls along the scale; nil for one that does both, such as a best middle.
    public let direction: Direction?
    private let shape: Shape

    public static let mostParts = 1_000

    /// A place on the scale and its value; values between two points lie on the straight line.
    public struct Point: Sendable, Hashable {
        public let at: Double
        public let value: Double

        public init(_ at: Double, _ value: Double) {
            self.at = at
            self.value = value
        }
    }

    /// All numbers of `from` up to, but without, `to` have the same value. Nil is without end, and only at the ends.
    public struct Band: Sendable, Hashable {
        public let from: Double?
        public let to: Double?
        public let value: Double

        public init(from: Double?, to: Double?, value: Double) {
            self.from = from
            self.to = to
            self.value = value
        }
    }

    /// One answer of a list and its value.
    public struct Category: Sendable, Hashable {
        public let code: String
        public let value: Double

        public init(_ code: String, _ value: Double) {
            self.code = code
            self.value = value
        }
    }

    private enum Shape: Hashable {
        case linear([Point])
        /// `values[i]` from `starts[i]` on; `values[0]` also before.
        case steps(starts: [Double], values: [Double])
        case categories([String: Double], values: [Double])
    }

    /// Piecewise linear. The first and the last point are the decreed bounds: outside, their values hold.
    /// - Parameter points: two or more, strictly increasing.
    /// - Throws: `ValueFlaw`, which names the point.
    public init(points: [Point], direction: Direction?) throws(ValueFlaw) {
        try Self.check(points.map(\.value), least: 2, direction)
        for (index, point) in points.enumerated() {
            guard point.at.isFinite, (point.at - points[0].at).isFinite else { throw .notFinite(index) }
            guard index > 0 else { continue }
            guard point.at != points[index - 1].at else { throw .duplicate(index) }
            guard point.at > points[index - 1].at else { throw .unordered(index) }
        }
        shape = .linear(points)
        self.direction = direction
    }

    /// Thresholds: steps from band to band.
    /// - Parameter bands: in order, each beginning where the one before ends. Outside, the outer ones hold.
    /// - Throws: `ValueFlaw`, which names the band.
    public init(bands: [Band], direction: Direction?) throws(ValueFlaw) {
        try Self.check(bands.map(\.value), least: 1, direction)
        for (index, band) in bands.enumerated() {
            guard band.from?.isFinite != false, band.to?.isFinite != false else { throw .notFinite(index) }
            if let from = band.from, let to = band.to, from >= to { throw .unordered(index) }
            guard index > 0 else { continue }
            guard let end = bands[index - 1].to, let from = band.from, from >= end else {
                throw .overlap(after: index - 1)
            }
            guard from == end else { throw .gap(after: index - 1) }
        }
        shape = .steps(starts: bands.map { $0.from ?? -.infinity }, values: bands.map(\.value))
        self.direction = direction
    }

    /// - Parameter categories: in their order, which the direction speaks of.
    /// - Throws: `ValueFlaw`, which names the category.
    public init(categories: [Category], direction: Direction?) throws(ValueFlaw) {
        try Self.check(categories.map(\.value), least: 1, direction)
        var values: [String: Double] = [:]
        for (index, category) in categories.enumerated() {
            guard values.updateValue(category.value, forKey: category.code) == nil else { throw .duplicate(index) }
        }
        shape = .categories(values, values: categories.map(\.value))
        self.direction = direction
    }

    private static func check(_ values: [Double], least: Int, _ direction: Direction?) throws(ValueFlaw) {
        guard (least...mostParts).contains(values.count) else { throw .parts(values.count) }
        for (index, value) in values.enumerated() {
            guard value.isFinite else { throw .notFinite(index) }
            guard (0...1).contains(value) else { throw .outside(index, value: value) }
            guard index > 0, let direction else { continue }
            let rise = value - values[index - 1]
            guard direction == .benefit ? rise >= 0 : rise <= 0 else { throw .upsideDown(index) }
        }
    }
}

extension ValueFunction {
    /// The value of a number; nil for NaN and for functions of categories.
    public func value(of number: Double) -> Double? {
        if number.isNaN { return nil }
        switch shape {
        case .linear(let points): return Self.value(of: number, on: points)
        case .steps(let starts, let values): return values[max(1, starts.firstPlace(above: number)) - 1]
        case .categories: return nil
        }
    }

    /// The value of an answer; nil for unknown ones and for functions of numbers.
    public func value(of code: String) -> Double? {
        guard case .categories(let values, _) = shape else { return nil }
        return values[code]
    }

    /// Least and greatest value of the numbers of an interval, exactly, also where the function rises and falls; both
    /// are reached. Infinite ends are without end. Nil for functions of categories.
    public func values(of interval: ClosedRange<Double>) -> ClosedRange<Double>? {
        guard let first = value(of: interval.lowerBound), let last = value(of: interval.upperBound) else { return nil }
        let between: ArraySlice<Double>
        switch shape {
        case .linear(let points):
            // Between its points a line is nowhere higher or lower than at them.
            between = points.filter { interval.contains($0.at) }.map(\.value)[...]
        case .steps(let starts, let values):
            let (low, high) = (interval.lowerBound, interval.upperBound)
            between = values[starts.firstPlace(above: low)..<starts.firstPlace(above: high)]
        case .categories: return nil
        }
        return between.reduce(min(first, last)...max(first, last)) { span, value in
            min(span.lowerBound, value)...max(span.upperBound, value)
        }
    }

    /// Least and greatest value of several answers; nil when one is unknown, or none is given.
    public func values(of codes: [String]) -> ClosedRange<Double>? {
        let values = codes.compactMap { value(of: $0) }
        guard values.count == codes.count, let least = values.min(), let most = values.max() else { return nil }
        return least...most
    }

    /// Least and greatest value of all: what is known when nothing was measured.
    public var span: ClosedRange<Double> {
        let all =
            switch shape {
            case .linear(let points): points.map(\.value)
            case .steps(_, let values), .categories(_, let values): values
            }
        return (all.min() ?? 0)...(all.max() ?? 1)
    }

    /// The answers of a question that have no value here: the gaps of a function of categories.
    public func missing(of codes: [String]) -> [String] { codes.filter { value(of: $0) == nil } }

    private static func value(of number: Double, on points: [Point]) -> Double {
        let next = points.firstPlace { $0.at > number }
        if next == 0 { return points[0].value }
        if next == points.count { return points[next - 1].value }
        let (left, right) = (points[next - 1], points[next])
        let value = left.value + (right.value - left.value) * ((number - left.at) / (right.at - left.at))
        // Rounding must not lead beyond the points, whose values bound intervals.
        return min(max(left.value, right.value), max(min(left.value, right.value), value))
    }
}

extension [Double] {
    fileprivate func firstPlace(above number: Double) -> Int { firstPlace { $0 > number } }
}

extension Array {
    /// The first place from which on the condition holds, by halving; `count` when nowhere.
    fileprivate func firstPlace(where isBeyond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
