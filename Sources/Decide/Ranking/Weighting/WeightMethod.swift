/// How weights are taken from the data alone, by the name that commands and files use.
///
/// A criterion that is equal for all alternatives (`DecisionMatrix.constantColumns`) gets the weight zero, except from
/// `equal`, and leaves the others' weights as they would be without it, except in MEREC, which counts criteria.
public enum WeightMethod: String, CaseIterable, Sendable {
    case equal
    case entropy
    /// As published: towards each criterion's good end.
    case critic
    /// The values as measured, whichever end is the good one.
    case criticUndirected = "critic-undirected"
    case merec
    case standardDeviation = "standard-deviation"

    /// The weights that the matrix's own values give by this method.
    /// - Throws: where the method has no answer: a value that it cannot take, no criterion that tells alternatives
    ///   apart.
    public func weights(of matrix: DecisionMatrix) throws(WeightFlaw) -> Weights {
        switch self {
        case .equal: Weights.equal(matrix.columns)
        case .entropy: try Weights.entropy(matrix)
        case .critic: try Weights.critic(matrix)
        case .criticUndirected: try Weights.critic(matrix, directed: false)
        case .merec: try Weights.merec(matrix)
        case .standardDeviation: try Weights.standardDeviation(matrix)
        }
    }
}
