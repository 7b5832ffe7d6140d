import Glibc

/// Comparisons of criteria in pairs: how many times as important the first is as the second, from 1/9 to 9
/// (Saaty 1977, "A scaling method for priorities in hierarchical structures").
public struct AHP: Sendable, Hashable {
    public let size: Int
    /// By rows; a_ji = 1 / a_ij.
    private let entries: [Double]

    /// As far as Saaty published his random index; more criteria belong into groups (`WeightTree`).
    public static let mostCriteria = 15
    static let scale = 9.0
    /// What "0.111111" for 1/9 may be wrong by: half of the last digit, nine times.
    private static let writing = 5e-6

    /// - Parameter judgements: the whole matrix, one array a row.
    /// - Throws: `JudgementFlaw`, which names the place.
    public init(judgements: [[Double]]) throws(JudgementFlaw) {
        let size = judgements.count
        guard (1...Self.mostCriteria).contains(size) else { throw .criteria(size) }
        if let uneven = judgements.first(where: { $0.count != size }) { throw .count(uneven.count, expected: size) }
        var pairs: [Double] = []
        for row in 0..<size {
            guard judgements[row][row] == 1 else { throw .diagonal(row) }
            for column in 0..<size where column > row {
                let judged = judgements[row][column]
                guard abs(judged * judgements[column][row] - 1) <= Self.writing else {
                    throw .notReciprocal(row: row, column: column)
                }
                // The side that is not a fraction is the one that was written without rounding.
                pairs.append(judged < 1 ? 1 / judgements[column][row] : judged)
            }
        }
        try self.init(size: size, pairs: pairs)
    }

    /// - Parameter pairs: above the diagonal, by rows: 0 over 1, 0 over 2, …, 1 over 2, ….
    public init(size: Int, pairs: [Double]) throws(JudgementFlaw) {
        guard (1...Self.mostCriteria).contains(size) else { throw .criteria(size) }
        let expected = size * (size - 1) / 2
        guard pairs.count == expected else { throw .count(pairs.count, expected: expected) }
        var next = pairs.makeIterator()
        var entries = [Double](repeating: 1, count: size * size)
        for row in 0..<size {
            for column in 0..<size where column > row {
                let judged = next.next() ?? 1
                guard judged.isFinite, judged > 0, max(judged, 1 / judged) <= Self.scale * (1 + Self.writing) else {
                    throw .outsideScale(row: row, column: column)
                }
                entries[row * size + column] = judged
                entries[column * size + row] = 1 / judged
            }
        }
        self.size = size
        self.entries = entries
    }

    /// The group's judgement: the geometric mean of the experts' for each pair, the only mean that keeps the two sides
    /// of a pair reciprocal (Aczél & Saaty 1983; "AIJ" in Forman & Peniwati 1998). For the mean of priorities, "AIP",
    /// see `Weights.init(aggregating:)`.
    public init(aggregating experts: [AHP]) throws(JudgementFlaw) {
        guard let first = experts.first, experts.count <= Weights.mostExperts else { throw .experts(experts.count) }
        if let other = experts.firstIndex(where: { $0.size != first.size }) { throw .differentCriteria(expert: other) }
        var pairs: [Double] = []
        for row in 0..<first.size {
            for column in 0..<first.size where column > row {
                let logarithms = experts.reduce(0) { $0 + log($1[row, column]) }
                pairs.append(exp(logarithms / Double(experts.count)))
            }
        }
        try self.init(size: first.size, pairs: pairs)
    }

    public subscript(row: Int, column: Int) -> Double { entries[row * size + column] }

    /// How weights are read from the comparisons.
    public enum Method: Sendable, Hashable, CaseIterable {
        /// The principal eigenvector: A w = λ_max w (Saaty 1977).
        case eigenvector
        /// w_i ∝ (Π_j a_ij)^(1/n), least squares of the logarithms (Crawford & Williams 1985).
        case geometricMean
    }

    /// The judgements' weights, with how consistent they are.
    public func priorities(_ method: Method = .eigenvector) -> Priorities {
        let weights = method == .eigenvector ? eigenvector() : rowMeans()
        return Priorities(of: self, weights: weights)
    }

    private func rowMeans() -> [Double] {
        let means = (0..<size).map { row in
            exp((0..<size).reduce(0) { $0 + log(self[row, $1]) } / Double(size))
        }
        return Weights(positive: means).values
    }

    /// Power iteration. With entries from 1/9 to 9 each step shrinks Hilbert's distance to the eigenvector by
    /// tanh(ln(9⁴) / 4) < 0.976 (Birkhoff 1957): 1e-14 is reached within 1,500 steps, whatever was judged.
    private func eigenvector() -> [Double] {
        var weights = rowMeans()
        for _ in 0..<2_000 {
            let next = Weights(positive: times(weights)).values
            let change = zip(next, weights).reduce(0) { max($0, abs($1.0 - $1.1)) }
            weights = next
            if change <= 1e-14 { break }
        }
        return weights
    }

    func times(_ vector: [Double]) -> [Double] {
        (0..<size).map { row in (0..<size).reduce(0) { $0 + self[row, $1] * vector[$1] } }
    }
}

/// Weights from comparisons in pairs, and how far the comparisons contradict each other.
public struct Priorities: Sendable, Hashable {
    public let weights: Weights
    /// The mean of (A w)_i / w_i, which for the eigenvector is its eigenvalue; the number of criteria when consistent.
    public let lambdaMax: Double
    /// (λ_max − n) / (n − 1).
    public let consistencyIndex: Double
    /// The index over that of random judgements; above 0.1 Saaty has the judgements looked at again.
    public let consistencyRatio: Double
    /// The judgement to look at first; none when all fit.
    public let misfit: Misfit?

    /// The pair whose judgement a_ij departs most, as a ratio, from w_i / w_j; of equals the first.
    public struct Misfit: Sendable, Hashable {
        public let row: Int
        public let column: Int
        public let judged: Double
        /// What the weights say, w_i / w_j, within 1/9...9.
        public let fitting: Double
    }

    /// Mean consistency index of random reciprocal matrices of 1 to 15 criteria (Saaty 1980, "The Analytic Hierarchy
    /// Process", p. 21: 500 matrices each, from 12 criteria 100). The fall at 12 is in the original; later tables,
    /// among them Saaty's own of 1994, differ by up to 0.06.
    public static let randomIndex = [
        0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
    ]
    /// Saaty 1977: judgements up to this ratio may stand.
    public static let tolerableRatio = 0.1

    init(of judgements: AHP, weights: [Double]) {
        let size = judgements.size
        let image = judgements.times(weights)
        let mean = weights.indices.reduce(0) { $0 + image[$1] / weights[$1] } / Double(size)
        // Never below n but by rounding (Saaty 1977); two criteria cannot contradict each other.
        lambdaMax = size < 3 ? Double(size) : max(Double(size), mean)
        consistencyIndex = size < 3 ? 0 : (lambdaMax - Double(size)) / Double(size - 1)
        consistencyRatio = size < 3 ? 0 : consistencyIndex / Self.randomIndex[size - 1]
        misfit = Self.misfit(of: judgements, weights: weights)
        self.weights = Weights(positive: weights)
    }

    private static func misfit(of judgements: AHP, weights: [Double]) -> Misfit? {
        var worst: Misfit?
        // Departures of rounding name nobody.
        var greatest = 1e-9
        for row in weights.indices {
            for column in weights.indices where column > row {
                let (judged, said) = (judgements[row, column], weights[row] / weights[column])
                let departure = abs(log(judged / said))
                // Equal departures, which rounding makes unequal, name the first.
                if departure > greatest * (1 + 1e-9) {
                    greatest = departure
                    let fitting = min(AHP.scale, max(1 / AHP.scale, said))
                    worst = Misfit(row: row, column: column, judged: judged, fitting: fitting)
                }
            }
        }
        return worst
    }
}
