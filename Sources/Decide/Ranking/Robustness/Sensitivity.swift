/// How much of an output's variance comes from each group of inputs, for instance weights, value functions and method.
public struct Sensitivity: Sendable, Hashable {
    public let mean: Double
    public let variance: Double
    /// A group's own share of the variance, alone; 0 when nothing varies. Estimated: may be a little under 0.
    public let first: [Double]
    /// Its share together with all that it interacts with.
    public let total: [Double]

    public static let mostSamples = 1_000_000
    static let mostNumbers = 50_000_000

    /// First-order (Saltelli et al. 2010, estimator b) and total (Jansen 1999) Sobol' indices of groups of inputs that
    /// are independent and uniform in 0..<1, from two seeded Latin hypercubes.
    ///
    /// Anything can be an input: a weighting is `samples[Int(u * Double(samples.count))]`, a method is chosen alike.
    /// - Parameters:
    ///   - groups: of inputs, counted from zero; every input in one group.
    ///   - samples: 2...1,000,000; the model is asked samples × (groups + 2) times.
    ///   - model: one finite output for one point.
    /// - Throws: `RobustnessFlaw`, and what the model throws.
    public static func sobol(
        groups: [[Int]], samples: Int, seed: UInt64, model: ([Double]) throws -> Double
    ) throws -> Sensitivity {
        try sobol(groups: groups, samples: samples, seed: seed, outputs: 1) { [try model($0)] }[0]
    }

    /// The same for several outputs of one model at once, for instance the scores of all estates.
    public static func sobol(
        groups: [[Int]], samples: Int, seed: UInt64, outputs: Int, model: ([Double]) throws -> [Double]
    ) throws -> [Sensitivity] {
        let inputs = groups.reduce(0) { $0 + $1.count }
        guard inputs > 0, Set(groups.joined()) == Set(0..<inputs) else {
            throw RobustnessFlaw.shape(rows: groups.count, columns: inputs, values: Set(groups.joined()).count)
        }
        let most = min(mostSamples, mostNumbers / (2 * inputs))
        guard (2...max(2, most)).contains(samples) else { throw RobustnessFlaw.count(asked: samples, most: most) }
        func ask(_ point: [Double]) throws -> [Double] {
            let answer = try model(point)
            guard answer.count == outputs else { throw RobustnessFlaw.output(answer.count) }
            if let wrong = answer.firstIndex(where: { !$0.isFinite }) { throw RobustnessFlaw.output(wrong) }
            return answer
        }
        let cube = (0..<2 * inputs).map { column(samples, SampleRandom(seed: seed, sample: $0)) }
        var sums: [VarianceSums] = []
        for sample in 0..<samples {
            let one = (0..<inputs).map { cube[$0][sample] }
            let other = (0..<inputs).map { cube[inputs + $0][sample] }
            let (atOne, atOther) = (try ask(one), try ask(other))
            if sums.isEmpty { sums = atOne.map { VarianceSums(groups: groups.count, origin: $0) } }
            for output in 0..<outputs { sums[output].add(atOne[output], atOther[output]) }
            for (group, columns) in groups.enumerated() {
                var mixed = one
                for column in columns { mixed[column] = other[column] }
                let between = try ask(mixed)
                for output in 0..<outputs { sums[output].add(group, atOne[output], atOther[output], between[output]) }
            }
        }
        return sums.map { $0.sensitivity(samples: samples) }
    }

    /// One point in each of equal steps between 0 and 1, in random order.
    private static func column(_ samples: Int, _ random: SampleRandom) -> [Double] {
        var random = random
        var points = (0..<samples).map { (Double($0) + random.unit()) / Double(samples) }
        for index in stride(from: samples - 1, to: 0, by: -1) { points.swapAt(index, random.whole(below: index + 1)) }
        return points
    }
}

/// Sums over the samples, measured from the first output so that a large mean costs no digits.
private struct VarianceSums {
    let origin: Double
    var sum = 0.0
    var squares = 0.0
    var steps: [Double]
    var products: [Double]
    var squaredSteps: [Double]

    init(groups: Int, origin: Double) {
        self.origin = origin
        steps = Array(repeating: 0, count: groups)
        products = steps
        squaredSteps = steps
    }

    mutating func add(_ one: Double, _ other: Double) {
        let (one, other) = (one - origin, other - origin)
        sum += one + other
        squares += one * one + other * other
    }

    mutating func add(_ group: Int, _ one: Double, _ other: Double, _ between: Double) {
        let step = between - one
        steps[group] += step
        products[group] += (other - origin) * step
        squaredSteps[group] += step * step
    }

    func sensitivity(samples: Int) -> Sensitivity {
        let count = Double(samples)
        let mean = sum / (2 * count)
        let variance = max(0, squares / (2 * count) - mean * mean)
        func share(_ part: Double) -> Double { variance > 0 ? part / variance : 0 }
        return Sensitivity(
            mean: origin + mean, variance: variance,
            // The steps' mean is zero in the long run: measuring outputs from their mean takes its noise away.
            first: zip(products, steps).map { share(($0 - mean * $1) / count) },
            total: squaredSteps.map { share($0 / (2 * count)) })
    }
}
