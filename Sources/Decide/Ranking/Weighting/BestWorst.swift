/// The best-worst method in its linear form (Rezaei 2016, "Best-worst multi-criteria decision-making method: some
/// properties and a linear model"): how many times as important the best criterion is as each, and each as the worst.
///
/// The least ξ with |w_B − a_Bj w_j| ≤ ξ and |w_j − a_jW w_W| ≤ ξ for all j, Σ w = 1, w ≥ 0, is found in closed form:
///
/// 1. Divided by ξ, the question is for the greatest Σ w where every difference is at most 1.
/// 2. For given w_B and w_W, each w_j can and should be the lesser of (w_B + 1) / a_Bj and a_jW w_W + 1, if no lower
///    bound is above: if |w_B − p w_W| fits with p = a_Bj a_jW and q = a_Bj + 1, that is w_B ≤ p w_W + q and
///    p w_W ≤ w_B + q. The pair of best and worst is one of these, with p = a_BW and q = 1.
/// 3. Σ w grows with w_B and with w_W, hence w_B = min (p w_W + q), and w_W is the greatest for which that keeps
///    p′ w_W ≤ w_B + q′ everywhere: the least (q + q′) / (p′ − p) of two with p′ > p.
/// 4. Each step left no choice, so that the optimum is unique. If all p are equal, nothing bounds w_W: the comparisons
///    fit together, ξ = 0 and w_j ∝ a_jW.
public struct BestWorst: Sendable, Hashable {
    /// Indices of the criteria.
    public let best: Int
    public let worst: Int
    public let weights: Weights
    /// ξ: how far at most a comparison is from fitting, as a share of all weight. In the linear form it is not divided
    /// by a consistency index (Rezaei 2016, section 4).
    public let ksi: Double
    /// From the comparisons alone: max_j |a_Bj a_jW − a_BW| / (a_BW² − a_BW), 0 when a_BW = 1 (Liang, Brunelli & Rezaei
    /// 2020, "Consistency issues in the best worst method", equation 6); 0 when all fit, at most 1 on this scale.
    public let consistencyRatio: Double
    /// The criterion whose two comparisons contradict best over worst the most; none when all fit.
    public let misfit: Int?

    public static let mostCriteria = 100
    static let scale = 1.0...9.0

    /// - Parameters:
    ///   - bestToOthers: a_Bj from 1 to 9 for every criterion; 1 for the best itself.
    ///   - othersToWorst: a_jW from 1 to 9 for every criterion; 1 for the worst itself.
    /// - Throws: `JudgementFlaw`, which names the criterion.
    public init(
        best: Int, worst: Int, bestToOthers: [Double], othersToWorst: [Double]
    ) throws(JudgementFlaw) {
        try Self.check(best, worst, bestToOthers, othersToWorst)
        self.best = best
        self.worst = worst
        let most = bestToOthers[worst]
        let slants = bestToOthers.indices.map { criterion in
            criterion == best || criterion == worst
                ? Slant(factor: most, room: 1)
                : Slant(
                    factor: bestToOthers[criterion] * othersToWorst[criterion], room: bestToOthers[criterion] + 1)
        }

        let bound = Slant.greatest(among: slants)
        if let bound {
            let top = slants.reduce(Double.infinity) { min($0, $1.factor * bound + $1.room) }
            var raw = bestToOthers.indices.map { min((top + 1) / bestToOthers[$0], othersToWorst[$0] * bound + 1) }
            raw[best] = top
            raw[worst] = bound
            weights = Weights(positive: raw)
            ksi = 1 / raw.reduce(0, +)
        } else {
            weights = Weights(positive: othersToWorst)
            ksi = 0
        }

        let departures = slants.map { abs($0.factor - most) }
        let greatest = departures.reduce(0, max)
        misfit = greatest > 1e-9 ? departures.firstIndex(of: greatest) : nil
        consistencyRatio = most > 1 ? greatest / (most * most - most) : 0
    }

    private static func check(
        _ best: Int, _ worst: Int, _ bestToOthers: [Double], _ othersToWorst: [Double]
    ) throws(JudgementFlaw) {
        let count = bestToOthers.count
        guard (2...mostCriteria).contains(count) else { throw .criteria(count) }
        guard othersToWorst.count == count else { throw .count(othersToWorst.count, expected: count) }
        guard best != worst, bestToOthers.indices.contains(best), bestToOthers.indices.contains(worst) else {
            throw .bestAndWorst(best: best, worst: worst)
        }
        for criterion in bestToOthers.indices {
            let (over, under) = (bestToOthers[criterion], othersToWorst[criterion])
            guard scale.contains(over), criterion != best || over == 1 else { throw .best(over: criterion) }
            guard scale.contains(under), criterion != worst || under == 1 else { throw .overWorst(criterion) }
        }
        let (most, again) = (bestToOthers[worst], othersToWorst[best])
        guard most == again else { throw .twoAnswers(most, again) }
        if let beyond = bestToOthers.indices.first(where: { bestToOthers[$0] > most || othersToWorst[$0] > most }) {
            throw .beyondEnds(beyond)
        }
    }

    /// What one criterion asks of best and worst: w_B ≤ factor · w_W + room and factor · w_W ≤ w_B + room.
    private struct Slant {
        let factor: Double
        let room: Double

        /// The greatest w_W, in units of ξ; none when the criteria agree.
        static func greatest(among slants: [Slant]) -> Double? {
            var least: Double?
            for steep in slants {
                for flat in slants where steep.factor > flat.factor {
                    let bound = (steep.room + flat.room) / (steep.factor - flat.factor)
                    least = min(least ?? bound, bound)
                }
            }
            return least
        }
    }
}
