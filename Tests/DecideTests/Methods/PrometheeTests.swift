import Decide
import Kernel
import TestSupport
import Testing

@Suite("PROMETHEE II, sorted instead of pair by pair")
struct PrometheeTests {
    /// The definition: every pair, every criterion.
    private func flows(
        _ matrix: DecisionMatrix, _ weights: Weights, _ preference: Preference, _ thresholds: [Preference.Thresholds]
    ) -> [Double] {
        (0..<matrix.rows).map { one in
            (0..<matrix.rows).reduce(0.0) { flow, other in
                flow
                    + (0..<matrix.columns).reduce(0.0) { sum, column in
                        let d =
                            (matrix[one, column] - matrix[other, column]) * Double(matrix.directions[column].rawValue)
                        let both =
                            degree(d, preference, thresholds[column]) - degree(-d, preference, thresholds[column])
                        return sum + weights[column] * both / Double(matrix.rows - 1)
                    }
            }
        }
    }

    private func degree(_ d: Double, _ preference: Preference, _ at: Preference.Thresholds) -> Double {
        guard d > 0 else { return 0 }
        return switch preference {
        case .usual: 1
        case .ushape: d > at.q ? 1 : 0
        case .vshape: d > at.p ? 1 : d / at.p
        case .level: d > at.p ? 1 : d > at.q ? 0.5 : 0
        case .vshape2: d > at.p ? 1 : d > at.q ? (d - at.q) / (at.p - at.q) : 0
        case .gaussian: at.p > 0 ? 1 - PrometheeTests.exp(-d * d / (2 * at.p * at.p)) : 1
        }
    }

    /// A hundred terms of exp(x / 256), squared eight times: slow, and nothing that the sources share.
    private static func exp(_ x: Double) -> Double {
        guard x > -745 else { return 0 }
        var root = stride(from: 40.0, through: 1, by: -1).reduce(1.0) { 1 + x / 256 / $1 * $0 }
        for _ in 0..<8 { root *= root }
        return root
    }

    private func value(_ kind: Int, _ random: inout SeededRandom) -> Double {
        switch kind {
        case 0: Double.random(in: 0...100, using: &random)
        case 1: Double(Int.random(in: -2...2, using: &random))
        case 2: Double(Int.random(in: 0...1, using: &random)) * 1e3 + Double.random(in: 0...1, using: &random)
        case 3: 1e6 + Double.random(in: -1...1, using: &random)
        default: 7
        }
    }

    /// Columns as surveys have them: measured finely, in few steps, in clusters, far from zero.
    private func matrix(_ random: inout SeededRandom) throws -> DecisionMatrix {
        let rows = Int.random(in: 1...150, using: &random)
        let kinds = (0..<5).map { _ in Int.random(in: 0...4, using: &random) }
        let values = kinds.flatMap { kind in (0..<rows).map { _ in value(kind, &random) } }
        let directions = kinds.map { _ in Bool.random(using: &random) ? Direction.benefit : .cost }
        return try DecisionMatrix(rows: rows, values: values, directions: directions)
    }

    @Test("The same flows as the definition gives, with ties, clusters and offsets", arguments: Preference.allCases)
    func definition(preference: Preference) throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for round in 0..<20 {
            let matrix = try matrix(&random)
            let weights = try Weights((0..<5).map { _ in Double.random(in: 0.01...1, using: &random) })
            // From thresholds that no difference reaches to such as all exceed; q = p = 0 among them.
            let thresholds = (0..<5).map { _ -> Preference.Thresholds in
                let p = [0, 0.001, 0.5, 2, 30, 5_000][Int.random(in: 0..<6, using: &random)]
                return Preference.Thresholds(q: [0, 0.2, 1][Int.random(in: 0..<3, using: &random)] * p, p: p)
            }
            let fast = try RankingMethod.prometheeII(preference, thresholds).rank(matrix, weights).scores
            let slow = matrix.rows > 1 ? flows(matrix, weights, preference, thresholds) : [0]
            #expect(gap(fast, slow) < 1e-12, "seed \(seed), round \(round), \(matrix.rows) rows, \(thresholds)")
        }
    }

    @Test("A difference of exactly q counts nothing, of exactly p not in full")
    func edges() throws {
        let matrix = try DecisionMatrix(rows: [[0], [1], [2], [3]], directions: [.benefit])
        let weights = try Weights([1])
        func scores(_ preference: Preference) throws -> [Double] {
            try RankingMethod.prometheeII(preference, [.init(q: 1, p: 2)]).rank(matrix, weights).scores.map { $0 * 3 }
        }
        #expect(try scores(.usual) == [-3, -1, 1, 3])
        #expect(try scores(.ushape) == [-2, -1, 1, 2])
        #expect(try scores(.level) == [-1.5, -0.5, 0.5, 1.5])
        #expect(try scores(.vshape) == [-2.5, -1, 1, 2.5])
        #expect(try scores(.vshape2) == [-2, -1, 1, 2])
    }

    @Test("Thresholds are one for each criterion, from zero up, q not above p")
    func refused() throws {
        let matrix = try DecisionMatrix(rows: [[0, 1], [1, 0]], directions: [.benefit, .cost])
        let weights = try Weights([1, 1])
        func flaw(_ preference: Preference, _ thresholds: [(q: Double, p: Double)]) -> MethodFlaw? {
            let thresholds = thresholds.map { Preference.Thresholds(q: $0.q, p: $0.p) }
            do {
                _ = try RankingMethod.prometheeII(preference, thresholds).rank(matrix, weights)
                return nil
            } catch { return error }
        }
        #expect(flaw(.usual, []) == nil)
        #expect(flaw(.vshape, [(0, 1)]) == .parameters(count: 1, columns: 2))
        #expect(flaw(.vshape2, [(0, 1), (2, 1)]) == .thresholds(column: 1))
        #expect(flaw(.ushape, [(-1, 1), (0, 1)]) == .thresholds(column: 0))
        #expect(flaw(.gaussian, [(0, 1), (0, .nan)]) == .thresholds(column: 1))
        // What a function does not use may be anything.
        #expect(flaw(.ushape, [(1, 0), (1, -1)]) == nil)
    }
}
