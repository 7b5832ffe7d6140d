import Decide
import Evaluation

/// The ranked estates in the order that other weights give them: missing values count by the middle of their ranges, as
/// in the official score. The browser's script sums in the same order, so that both come to the same bits.
struct WeighedRanking {
    /// By the matrix's lines, 0 to 1.
    let scores: [Double]
    /// The lines, the greatest need first.
    let order: [Int]
    /// Of each line, from 1 on; equal scores share the best of their places.
    let places: [Int]

    /// - Parameters:
    ///   - middles: of the matrix, each value settled.
    ///   - weights: one for each need aspect, none negative; scaled to one.
    init(_ middles: ValueTable, _ weights: [Double]) {
        let sum = weights.reduce(0, +)
        let shares = weights.map { sum > 0 ? $0 / sum : 0 }
        let scores = (0..<middles.rows).map { row in
            shares.indices.reduce(0.0) { $0 + shares[$1] * middles[row, $1].lowerBound }
        }
        let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
        var places = [Int](repeating: 0, count: scores.count)
        for (index, line) in order.enumerated() {
            let isTied = index > 0 && scores[order[index - 1]] == scores[line]
            places[line] = isTied ? places[order[index - 1]] : index + 1
        }
        (self.scores, self.order, self.places) = (scores, order, places)
    }

    /// The lines among the first `count`, in their order; with equal scores there may be more.
    func first(_ count: Int) -> [Int] { order.prefix { places[$0] <= count } }

    /// Spearman's correlation with another order of the same lines.
    func agreement(with other: WeighedRanking) -> Double? {
        Agreement.spearman(
            Ranks.averaged(scores, best: .highest), Ranks.averaged(other.scores, best: .highest))
    }
}
