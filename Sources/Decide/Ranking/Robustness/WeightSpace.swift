/// Which weightings are thought possible. All are non-negative and sum to one.
public enum WeightSpace: Sendable, Hashable {
    /// Any: uniform on the simplex.
    case any(columns: Int)
    /// Uniform where each chain of columns weighs less and less: `[[2, 0], [1, 4, 3]]` says w2 ≥ w0 and w1 ≥ w4 ≥ w3.
    /// A column stands in one chain at most.
    case ordered(columns: Int, chains: [[Int]])
    /// Uniform where each weight keeps its bounds.
    case between([ClosedRange<Double>])
    /// Dirichlet with these means. The larger the concentration the closer: a weight w has the deviation
    /// √(w (1 − w) / (concentration + 1)). A weight of 0 stays 0.
    case around(Weights, concentration: Double)

    public var columns: Int {
        switch self {
        case .any(let columns), .ordered(let columns, _): columns
        case .between(let bounds): bounds.count
        case .around(let means, _): means.count
        }
    }

    /// Draws weightings: the same for the same seed, on every machine; more of them begin with the fewer.
    /// - Parameter count: 1...1,000,000, with columns at most 50,000,000 numbers.
    public func samples(_ count: Int, seed: UInt64) throws(RobustnessFlaw) -> WeightSamples {
        try WeightSamples.check(count: count, columns: columns)
        try check()
        var values: [Double] = []
        values.reserveCapacity(count * columns)
        if case .between(let bounds) = self {
            var walk = BoundedWalk(bounds, seed: seed)
            for _ in 0..<count { values += walk.next() }
        } else {
            for sample in 0..<count {
                var random = SampleRandom(seed: seed, sample: sample)
                values += draw(&random)
            }
        }
        return WeightSamples(columns: columns, drawn: values, seed: seed)
    }

    private func check() throws(RobustnessFlaw) {
        switch self {
        case .any: break
        case .ordered(let columns, let chains):
            var seen: Set<Int> = []
            for column in chains.joined() where !(0..<columns).contains(column) || !seen.insert(column).inserted {
                throw .weightBound(column: column)
            }
        case .between(let bounds):
            if let wrong = bounds.firstIndex(where: { !($0.lowerBound >= 0 && $0.upperBound <= 1) }) {
                throw .weightBound(column: wrong)
            }
            let least = bounds.reduce(0) { $0 + $1.lowerBound }
            let most = bounds.reduce(0) { $0 + $1.upperBound }
            guard least <= 1 + 1e-9, most >= 1 - 1e-9 else { throw .noWeighting(leastSum: least, mostSum: most) }
        case .around(_, let concentration):
            guard (1...1_000_000).contains(concentration) else { throw .concentration(concentration) }
        }
    }

    private func draw(_ random: inout SampleRandom) -> [Double] {
        switch self {
        case .ordered(let columns, let chains):
            // Every order of a weighting is as likely: putting the chain in order keeps it uniform.
            var weights = Self.gaps(columns, &random)
            for chain in chains {
                for (column, weight) in zip(chain, chain.map { weights[$0] }.sorted(by: >)) { weights[column] = weight }
            }
            return weights
        case .around(let means, let concentration):
            let logs = means.values.map { $0 > 0 ? random.logGamma(shape: concentration * $0) : -.infinity }
            let most = logs.max() ?? 0
            let parts = logs.map { PlainMath.exp($0 - most) }
            let sum = parts.reduce(0, +)
            return parts.map { $0 / sum }
        case .any, .between:
            return Self.gaps(columns, &random)
        }
    }

    /// The gaps that columns − 1 random points leave between 0 and 1: uniform on the simplex (Rubinstein 1982).
    private static func gaps(_ columns: Int, _ random: inout SampleRandom) -> [Double] {
        let points = [0] + (1..<columns).map { _ in random.unit() }.sorted() + [1]
        return zip(points.dropFirst(), points).map(-)
    }
}

/// Weightings, one after the other.
public struct WeightSamples: Sendable, Hashable {
    public let count: Int
    public let columns: Int
    /// The first weighting, then the second …; each sums to one.
    public let values: [Double]
    /// What they were drawn with; none when they were given.
    public let seed: UInt64?

    /// Given weightings: none negative, each with a sum of one (within 0.0001, as files round), kept as they are.
    public init(_ samples: [[Double]]) throws(RobustnessFlaw) {
        let columns = samples.first?.count ?? 0
        try Self.check(count: samples.count, columns: columns)
        for (number, sample) in samples.enumerated() {
            guard sample.count == columns else { throw .weightCount(weights: sample.count, columns: columns) }
            guard sample.allSatisfy({ $0 >= 0 }), abs(sample.reduce(0, +) - 1) <= 1e-4 else {
                throw .weightSample(sample: number)
            }
        }
        self.init(columns: columns, drawn: samples.flatMap { $0 }, seed: nil)
    }

    init(columns: Int, drawn values: [Double], seed: UInt64?) {
        count = values.count / columns
        self.columns = columns
        self.values = values
        self.seed = seed
    }

    /// One weighting.
    public subscript(sample: Int) -> ArraySlice<Double> { values[sample * columns..<(sample + 1) * columns] }

    static let mostSamples = 1_000_000
    static let mostValues = 50_000_000

    static func check(count: Int, columns: Int) throws(RobustnessFlaw) {
        guard (1...DecisionMatrix.mostColumns).contains(columns) else {
            throw .count(asked: columns, most: DecisionMatrix.mostColumns)
        }
        let most = min(mostSamples, mostValues / columns)
        guard (1...most).contains(count) else { throw .count(asked: count, most: most) }
    }
}
