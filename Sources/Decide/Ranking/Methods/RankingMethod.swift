/// A way to rank alternatives, with what it needs beside matrix and weights.
///
/// Every method runs in one thread, adds in a fixed order and takes no function from the system's library: the same
/// input gives the same bits everywhere.
public enum RankingMethod: Sendable, Hashable {
    /// The weighted sum of normalised values: the score that is explained to people.
    case additive(Normalisation)
    /// Closeness to the best and distance from the worst point of all.
    case topsis(Normalisation)
    /// A compromise between all regret together, S, and the greatest single regret, R, of which S counts `v`.
    case vikor(v: Double)
    /// How much each is preferred to the others, less how much they are preferred to it. Thresholds are one for each
    /// criterion; `Preference.usual` needs none.
    case prometheeII(Preference, [Preference.Thresholds])
    /// Distance from the better of decreed bounds, one pair for each criterion.
    case spotis([SPOTIS.Bounds])
    /// Half the weighted sum, half the weighted product of shares of the best value.
    case waspas
    /// Utility against the best and the worst point of all.
    case marcos

    /// - Throws: `MethodFlaw`, which names the place.
    public func rank(_ matrix: DecisionMatrix, _ weights: Weights) throws(MethodFlaw) -> Ranking {
        switch self {
        case .additive(let normalisation): try Additive.rank(matrix, weights, normalisation)
        case .topsis(let normalisation): try TOPSIS.distances(matrix, weights, normalisation).ranking
        case .vikor(let v): try VIKOR.regrets(matrix, weights, v: v).ranking
        case .prometheeII(let preference, let thresholds):
            try PrometheeII.rank(matrix, weights, preference, thresholds)
        case .spotis(let bounds): try SPOTIS.rank(matrix, weights, bounds)
        case .waspas: try WASPAS.rank(matrix, weights)
        case .marcos: try MARCOS.rank(matrix, weights)
        }
    }
}
