import Glibc

/// Weights that people set, and how they are brought together. Points given directly are scaled by `Weights(points)`.
extension Weights {
    /// More than sit in a session or answer a survey.
    public static let mostExperts = 100_000

    /// Swing weighting: the swing from worst to best that matters most has 100 points, the others what they matter
    /// beside it; w_j = points_j / Σ points (von Winterfeldt & Edwards 1986, "Decision Analysis and Behavioral
    /// Research", section 8.3).
    /// - Parameter points: 0...100, at least once 100.
    /// - Throws: `.points`, `.noFullSwing`.
    public static func swing(_ points: [Double]) throws(JudgementFlaw) -> Weights {
        if let wrong = points.firstIndex(where: { !(0...100).contains($0) }) { throw .points(criterion: wrong) }
        guard points.contains(100) else { throw .noFullSwing }
        return Weights(positive: points)
    }

    /// The group's weights: the geometric mean of the experts', scaled to one ("AIP", Forman & Peniwati 1998,
    /// "Aggregating individual judgments and priorities with the analytic hierarchy process").
    /// - Throws: `.experts`, `.differentCounts`; `.zero`, because one expert alone would strike a criterion out.
    public init(aggregating experts: [Weights]) throws(WeightFlaw) {
        guard let first = experts.first, experts.count <= Self.mostExperts else { throw .experts(experts.count) }
        for (index, expert) in experts.enumerated() {
            guard expert.count == first.count else { throw .differentCounts(first.count, expert.count) }
            if let zero = expert.values.firstIndex(of: 0) { throw .zero(expert: index, criterion: zero) }
        }
        let means = (0..<first.count).map { criterion in
            exp(experts.reduce(0) { $0 + log($1[criterion]) } / Double(experts.count))
        }
        self.init(positive: means)
    }

    /// w_j = e_j d_j / Σ_k e_k d_k: what both sides find important; a zero of either side stays zero (Hwang & Yoon
    /// 1981, "Multiple Attribute Decision Making", 3.1.4, there of prior weights and entropy).
    /// - Throws: `.differentCounts`, `.nothingInCommon`.
    public func multiplied(by data: Weights) throws(WeightFlaw) -> Weights {
        guard count == data.count else { throw .differentCounts(count, data.count) }
        let products = zip(values, data.values).map { $0 * $1 }
        guard products.contains(where: { $0 > 0 }) else { throw .nothingInCommon }
        return Weights(positive: products)
    }

    /// w_j = (1 − α) e_j + α d_j.
    /// - Parameter share: α, the part of `data` in the result, 0...1.
    /// - Throws: `.differentCounts`, `.share`.
    public func blended(with data: Weights, share: Double) throws(WeightFlaw) -> Weights {
        guard count == data.count else { throw .differentCounts(count, data.count) }
        guard (0...1).contains(share) else { throw .share(share) }
        return Weights(positive: zip(values, data.values).map { (1 - share) * $0 + share * $1 })
    }
}
