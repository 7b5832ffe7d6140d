import Decide
import Kernel

/// What a complete judgement comes to: weights, and how far it contradicts itself.
public struct WeighedJudgement: Sendable, Hashable {
    /// In the items' order, with the sum of one.
    public let weights: [Double]
    /// 0 is wholly consistent. Pairwise: Saaty's consistency ratio. Best-worst: the largest gap over its index.
    public let consistency: Double
    /// The pair that contradicts the others most; nil where nothing does.
    public let worst: Judgement.Comparison?

    public var isConsistent: Bool { consistency <= Weighting.tolerance }

    public init?(_ judgement: Judgement, items count: Int) throws { nil }
    init(combining judgements: [Judgement], items count: Int) throws { fatalError() }
    init(averaging all: [WeighedJudgement]) { fatalError() }
}
