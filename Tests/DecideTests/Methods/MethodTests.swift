import Kernel
import TestSupport
import Testing

@testable import Decide

/// Every method, for a matrix of positive values up to 100.
private func methods(_ columns: Int) -> [RankingMethod] {
    Normalisation.allCases.map { .additive($0) } + Normalisation.allCases.map { .topsis($0) } + [
        .vikor(v: 0.3), .waspas, .marcos,
        .spotis([SPOTIS.Bounds](repeating: .init(lower: 0, upper: 100), count: columns)),
    ]
        + Preference.allCases.map {
            .prometheeII($0, [Preference.Thresholds](repeating: .init(q: 1, p: 9), count: columns))
        }
}

@Suite("What holds for every method")
struct MethodTests {
    private func rows(_ random: inout SeededRandom) -> [[Double]] {
        // More than a block of rows now and then; whole numbers, so that there are ties.
        let count = [2, 3, 10, 1_500].randomElement(using: &random) ?? 2
        return (0..<count).map { _ in (0..<4).map { _ in Double(Int.random(in: 1...100, using: &random)) } }
    }

    private let directions: [Direction] = [.benefit, .cost, .benefit, .cost]
    private let weights: Weights

    init() throws { weights = try Weights([4, 3, 2, 1]) }

    @Test("Alternatives in another order have the same scores in that order")
    func order() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<10 {
            let rows = rows(&random)
            let order = rows.indices.shuffled(using: &random)
            for method in methods(4) {
                let scores = try method.rank(DecisionMatrix(rows: rows, directions: directions), weights).scores
                let moved = try method.rank(
                    DecisionMatrix(rows: order.map { rows[$0] }, directions: directions), weights
                ).scores
                #expect(gap(moved, order.map { scores[$0] }) < 1e-13, "seed \(seed): \(method)")
            }
        }
    }

    @Test("Equal alternatives share their places; who is nowhere worse is not behind")
    func dominance() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<20 {
            var rows = rows(&random)
            let copied = Int.random(in: 0..<rows.count, using: &random)
            rows.append(rows[copied])
            rows.append(zip(rows[copied], directions).map { $1 == .benefit ? min(100, $0 + 20) : max(1, $0 - 20) })
            let matrix = try DecisionMatrix(rows: rows, directions: directions)
            for method in methods(4) {
                let ranking = try method.rank(matrix, weights)
                let ranks = ranking.ranks
                #expect(ranks[copied] == ranks[rows.count - 2], "seed \(seed): \(method)")
                #expect(ranks[rows.count - 1] <= ranks[copied], "seed \(seed): \(method)")
                #expect(ranking.scores.allSatisfy { $0.isFinite }, "seed \(seed): \(method)")
            }
        }
    }

    @Test("One alternative is first, and all criteria are told to separate nobody")
    func single() throws {
        let matrix = try DecisionMatrix(rows: [[3, 5]], directions: [.benefit, .cost])
        for method in methods(2) {
            let ranking = try method.rank(matrix, Weights([1, 1]))
            #expect(ranking.ranks == [1] && ranking.scores[0].isFinite, "\(method)")
            #expect(ranking.alike == [0, 1], "\(method)")
        }
        #expect(try RankingMethod.topsis(.minmax).rank(matrix, Weights([1, 1])).scores == [0.5])
        #expect(try RankingMethod.vikor(v: 0.5).rank(matrix, Weights([1, 1])).scores == [0])
    }

    @Test("A criterion on which all are alike is told, and changes no place")
    func constant() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        let rows = rows(&random)
        for method in methods(4) {
            var without = rows
            for row in rows.indices { without[row][2] = 6 }
            let ranking = try method.rank(DecisionMatrix(rows: without, directions: directions), weights)
            #expect(ranking.alike == [2], "seed \(seed): \(method)")
            for row in rows.indices { without[row][2] = 60 }
            let other = try method.rank(DecisionMatrix(rows: without, directions: directions), weights)
            #expect(gap(ranking.scores, other.scores) < 1e-12 || isSpotis(method), "seed \(seed): \(method)")
        }
    }

    /// With decreed bounds a criterion counts where all are alike too, the same for everybody.
    private func isSpotis(_ method: RankingMethod) -> Bool {
        if case .spotis = method { true } else { false }
    }

    @Test("Values that a method cannot take are named; others take them")
    func zeros() throws {
        let zero = try DecisionMatrix(rows: [[3, 5], [1, 0], [2, 4]], directions: [.benefit, .cost])
        let negative = try DecisionMatrix(rows: [[3, 5], [1, 6], [-2, 4]], directions: [.benefit, .cost])
        let weights = try Weights([1, 1])
        func flaw(_ method: RankingMethod, _ matrix: DecisionMatrix) -> MethodFlaw? {
            do {
                _ = try method.rank(matrix, weights)
                return nil
            } catch { return error }
        }
        for method in [RankingMethod.waspas, .marcos, .additive(.sum), .additive(.linear), .topsis(.sum)] {
            #expect(flaw(method, zero) == .notPositive(row: 1, column: 1), "\(method)")
            #expect(flaw(method, negative) == .notPositive(row: 2, column: 0), "\(method)")
        }
        #expect(flaw(.additive(.max), zero) == nil)
        #expect(flaw(.additive(.max), negative) == .negative(row: 2, column: 0))
        for method in [RankingMethod.additive(.minmax), .topsis(.vector), .vikor(v: 1), .prometheeII(.usual, [])] {
            #expect(flaw(method, zero) == nil && flaw(method, negative) == nil, "\(method)")
        }
    }

    @Test("Wrong parameters and values beyond all measure are refused, with the place")
    func parameters() throws {
        let matrix = try DecisionMatrix(rows: [[3, 5], [1, 7]], directions: [.benefit, .cost])
        let weights = try Weights([1, 1])
        func flaw(_ method: RankingMethod, _ matrix: DecisionMatrix, _ weights: Weights) -> MethodFlaw? {
            do {
                _ = try method.rank(matrix, weights)
                return nil
            } catch { return error }
        }
        func spotis(_ bounds: [(Double, Double)]) -> RankingMethod {
            .spotis(bounds.map { SPOTIS.Bounds(lower: $0.0, upper: $0.1) })
        }
        for method in methods(2) {
            #expect(flaw(method, matrix, try Weights([1])) == .weights(count: 1, columns: 2), "\(method)")
            let wide = try DecisionMatrix(rows: [[1e308, 1], [-1e308, 2]], directions: [.benefit, .cost])
            #expect(flaw(method, wide, weights) == .extreme(column: 0), "\(method)")
        }
        for v in [-0.1, 1.1, .nan] {
            guard case .coefficient = flaw(.vikor(v: v), matrix, weights) else {
                Issue.record("v = \(v) was taken")
                continue
            }
        }
        #expect(flaw(spotis([(0, 9)]), matrix, weights) == .parameters(count: 1, columns: 2))
        #expect(flaw(spotis([(0, 9), (9, 0)]), matrix, weights) == .bounds(column: 1))
        #expect(flaw(spotis([(.nan, 9), (0, 9)]), matrix, weights) == .bounds(column: 0))
        #expect(flaw(spotis([(0, 9), (0, 6)]), matrix, weights) == .outOfBounds(row: 1, column: 1))
        let tiny = try DecisionMatrix(rows: [[1e-200, 5], [2e-200, 7]], directions: [.benefit, .cost])
        #expect(flaw(.topsis(.vector), tiny, weights) == .extreme(column: 0))
        #expect(flaw(.topsis(.minmax), tiny, weights) == nil)
    }

    @Test("With decreed bounds nobody's score depends on who else is ranked")
    func reversalFree() throws {
        let method = RankingMethod.spotis([.init(lower: 0, upper: 10), .init(lower: 0, upper: 10)])
        let weights = try Weights([0.5, 0.5])
        let directions: [Direction] = [.benefit, .cost]
        let all = try method.rank(DecisionMatrix(rows: [[3, 4], [9, 1], [5, 5]], directions: directions), weights)
        let fewer = try method.rank(DecisionMatrix(rows: [[3, 4], [5, 5]], directions: directions), weights)
        #expect([all.scores[0], all.scores[2]] == fewer.scores)
    }

    @Test("VIKOR's two regrets, and TOPSIS's two distances, by hand")
    func parts() throws {
        let matrix = try DecisionMatrix(rows: [[0, 10], [10, 0], [5, 5]], directions: [.benefit, .benefit])
        let weights = try Weights([3, 1])
        let regrets = try VIKOR.regrets(matrix, weights, v: 0.5)
        #expect(regrets.all == [0.75, 0.25, 0.5] && regrets.greatest == [0.75, 0.25, 0.375])
        #expect(regrets.ranking.scores == [1, 0, 0.375])
        let distances = try TOPSIS.distances(matrix, weights, .minmax)
        #expect(distances.fromBest[0] == 0.75 && distances.fromWorst[0] == 0.25)
        #expect(distances.ranking.scores == [0.25, 0.75, 0.5])
    }
}
