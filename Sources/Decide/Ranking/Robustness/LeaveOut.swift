/// Scores all alternatives of a matrix; higher is better.
public typealias Scoring = (DecisionMatrix, Weights) throws -> [Double]

/// What changes in the order of the others when one alternative or one criterion is taken away or made worse.
public struct Disturbance: Sendable, Hashable {
    /// The alternative or the criterion that was touched.
    public let touched: Int
    /// Pairs of others of which the better became the worse; equal scores do not count.
    public let reversedPairs: Int
    /// The alternative whose place among the others changed most, if any did.
    public let mostMoved: Move?
    /// Who gets among the first k, and who drops out, by that; a member that was itself taken away is not told.
    public let enters: [Int]
    public let leaves: [Int]

    public struct Move: Sendable, Hashable {
        public let row: Int
        public let from: Double
        public let to: Double
    }
}

/// Tests of a ranking method on this very matrix.
public enum LeaveOut {
    /// Takes each alternative away in turn. A method whose scores do not depend on the others (the additive value) never
    /// reverses a pair; TOPSIS, VIKOR and PROMETHEE may.
    public static func alternatives(
        _ matrix: DecisionMatrix, _ weights: Weights, first: Int, scoring: Scoring
    ) throws -> [Disturbance] { preconditionFailure() }

    /// Makes each alternative worse in turn, halfway to the column's worst: others should keep their order
    /// (Wang and Triantaphyllou 2008, test 1).
    public static func worsened(
        _ matrix: DecisionMatrix, _ weights: Weights, first: Int, scoring: Scoring
    ) throws -> [Disturbance] { preconditionFailure() }

    /// Takes each criterion away in turn, the other weights scaled to the sum of one. With a single criterion: nothing.
    public static func criteria(
        _ matrix: DecisionMatrix, _ weights: Weights, first: Int, scoring: Scoring
    ) throws -> [Disturbance] { preconditionFailure() }
}
