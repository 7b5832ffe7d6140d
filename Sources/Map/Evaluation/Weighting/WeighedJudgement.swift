import Decide
import Kernel

/// What a complete judgement comes to: weights, and how far it contradicts itself.
public struct WeighedJudgement: Sendable, Hashable {
    /// In the items' order, with the sum of one.
    public let weights: [Double]
    /// 0 when all comparisons fit. Pairwise: Saaty's consistency ratio. Best-worst: the ratio of Liang, Brunelli and
    /// Rezaei (2020). Of a group's weights: the largest among its experts.
    public let consistency: Double
    /// Where to look first; nil when all fit.
    public let misfit: Misfit?
    /// At most 0.10 for pairwise comparisons (Saaty 1977). Always so for best-worst, whose bounds depend on the number
    /// of items: there the ratio is only shown.
    public let isConsistent: Bool

    /// The comparison that departs most from the others.
    public struct Misfit: Sendable, Hashable {
        /// Positions of the two items; for best-worst the best and the item.
        public let first: Int
        public let second: Int
        /// How many times as much the first counts as the second: as it was judged, and as all the others say.
        public let judged: Double
        public let fitting: Double
    }

    /// Nil while the judgement is incomplete.
    /// - Throws: `Refusal` `weighting.beyond`, `weighting.ends` for a best-worst judgement that contradicts its own
    ///   ends.
    public init?(_ judgement: Judgement, items count: Int) throws {
        guard judgement.isComplete(items: count) else { return nil }
        switch judgement {
        case .pairwise(let pairs): self.init(try Self.ahp(pairs, items: count))
        case .bestWorst(let said): try self.init(said)
        }
    }

    /// The group's judgement: experts' comparisons combined by their geometric mean, then weighed (AIJ).
    /// - Parameter judgements: complete pairwise ones, at least one.
    init(combining judgements: [Judgement], items count: Int) throws {
        let each = try judgements.compactMap { judgement -> AHP? in
            guard case .pairwise(let pairs) = judgement else { return nil }
            return try Self.ahp(pairs, items: count)
        }
        self.init(try Self.refusing { () throws(JudgementFlaw) in try AHP(aggregating: each) })
    }

    /// The group's weights: experts' weights combined by their geometric mean (AIP).
    /// - Parameter all: at least one, all of the same items.
    init(averaging all: [WeighedJudgement]) throws {
        do {
            let experts = try all.map { try Weights($0.weights) }
            weights = try Weights(aggregating: experts).values
        } catch {
            throw Self.unusable
        }
        consistency = all.map(\.consistency).max() ?? 0
        misfit = nil
        isConsistent = all.allSatisfy(\.isConsistent)
    }

    private init(_ judgements: AHP) {
        let said = judgements.priorities(.eigenvector)
        weights = said.weights.values
        consistency = said.consistencyRatio
        misfit = said.misfit.map {
            Misfit(first: $0.row, second: $0.column, judged: $0.judged, fitting: $0.fitting)
        }
        isConsistent = said.consistencyRatio <= Weighting.tolerance
    }

    private init(_ said: Judgement.BestWorstJudgement) throws {
        let numbers = { (values: [Int?]) in values.map { Double($0 ?? 0) } }
        let (over, under) = (numbers(said.bestToOthers), numbers(said.othersToWorst))
        let result = try Self.refusing { () throws(JudgementFlaw) in
            try BestWorst(best: said.best, worst: said.worst, bestToOthers: over, othersToWorst: under)
        }
        weights = result.weights.values
        consistency = result.consistencyRatio
        misfit = result.misfit.map { item in
            Misfit(
                first: said.best, second: item, judged: over[item],
                fitting: min(9, max(1, result.weights[said.best] / result.weights[item])))
        }
        isConsistent = true
    }

    private static func ahp(_ pairs: [Judgement.Comparison], items count: Int) throws -> AHP {
        let sorted = pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
        return try refusing { () throws(JudgementFlaw) in try AHP(size: count, pairs: sorted.map(\.ratio)) }
    }

    /// Says a flaw in people's words. `Judgement.check` finds the others first.
    private static func refusing<Value>(_ body: () throws(JudgementFlaw) -> Value) throws -> Value {
        do {
            return try body()
        } catch JudgementFlaw.beyondEnds(let item) {
            throw Refusal(
                "weighting.beyond", zh: "按第 \(item + 1) 项的比较，它比最优项更重要或比最劣项更次要；请更正，或另选最优、最劣项。",
                en: """
                    By its comparisons item \(item + 1) counts more than the best or less than the worst; mend them, or \
                    choose another best or worst.
                    """,
                field: "bestToOthers")
        } catch {
            throw unusable
        }
    }

    private static var unusable: Refusal {
        Refusal(
            "weighting.unusable", zh: "这些判断算不出权重；请刷新页面后重新填写。",
            en: "These judgements have no weights; reload the page and judge again.", field: "pairs")
    }
}
