/// A way to rank alternatives, with what it needs beside matrix and weights.
///
/// All run in one thread and add in a fixed order: the same input gives the same bits everywhere.
public enum RankingMethod: Sendable, Hashable {
    /// The weighted sum of normalised values: the score that is explained to people.
    case additive(Normalisation)
    /// Closeness to the best and distance from the worst point of all.
    case topsis(Normalisation)
    /// A compromise between the regret of all criteria together, S, and the greatest single regret, R.
    /// - v: the weight of S, 0 to 1; commonly 0.5.
    case vikor(v: Double)
    /// Net flow of preferences of each alternative over each other.
    /// - thresholds: one for each criterion; none for `Preference.usual`, which needs none.
    case prometheeII(Preference, [Thresholds])
    /// Distance from the best of decreed bounds, one pair for each criterion.
    case spotis([ClosedRange<Double>])
    /// Half weighted sum, half weighted product, of shares of the best value.
    case waspas
    /// Utility against the best and the worst point of all.
    case marcos

    /// - Throws: `MethodFlaw`, which names the place.
    public func rank(_ matrix: DecisionMatrix, _ weights: Weights) throws(MethodFlaw) -> Ranking {
        guard weights.count == matrix.columns else {
            throw .weights(count: weights.count, columns: matrix.columns)
        }
        switch self {
        case .additive(let normalisation): return try Additive.rank(matrix, weights, normalisation)
        case .topsis(let normalisation): return try TOPSIS.distances(matrix, weights, normalisation).ranking
        case .vikor(let v): return try VIKOR.regrets(matrix, weights, v: v).ranking
        case .prometheeII(let preference, let thresholds):
            return try PrometheeII.rank(matrix, weights, preference, thresholds)
        case .spotis(let bounds): return try SPOTIS.rank(matrix, weights, bounds)
        case .waspas: return try WASPAS.rank(matrix, weights)
        case .marcos: return try MARCOS.rank(matrix, weights)
        }
    }
}

/// PROMETHEE's preference P(d) of one alternative over another that is worse by d > 0 on a criterion; Brans and Vincke,
/// "A Preference Ranking Organisation Method", Management Science 31 (1985). Nothing is preferred for d ≤ 0.
public enum Preference: String, Sendable, Hashable, CaseIterable {
    /// 1 for any d.
    case usual
    /// 1 for d > q.
    case ushape
    /// d / p up to p, then 1.
    case vshape
    /// ½ for q < d ≤ p, then 1.
    case level
    /// 0 up to q, then rising to 1 at p.
    case vshape2
    /// 1 − exp(−d² / 2p²).
    case gaussian
}

/// Of one criterion, in its unit.
public struct Thresholds: Sendable, Hashable {
    /// Indifference: a difference up to it counts nothing. Not below zero, not above `p`.
    public let q: Double
    /// Strict preference: a difference above it counts in full; for the Gaussian function the distance of its inflection.
    public let p: Double

    public init(q: Double, p: Double) { (self.q, self.p) = (q, p) }
}
