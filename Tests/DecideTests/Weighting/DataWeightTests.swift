import Decide
import Foundation
import Kernel
import TestSupport
import Testing

@Suite("Weights from the data")
struct DataWeightTests {
    /// What other libraries computed; null is their NaN.
    private struct Vector: Decodable {
        let matrix: [[Double]]
        let types: [Int]
        let weightsMethods: [String: [Double?]]

        init(_ name: String) throws {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let data = try Data(contentsOf: Reference.file("vectors/mcda/\(name).json"))
            self = try decoder.decode(Self.self, from: data)
        }

        func decisionMatrix() throws -> DecisionMatrix {
            try DecisionMatrix(rows: matrix, directions: types.map { try #require(Direction(rawValue: $0)) })
        }
    }

    private static let files = ["m3x3", "m5x4", "m20x6", "m12x5_duplicate_rows", "m10x5_constant_column"]

    /// docs/decisions/0019 says with whom we agree under which name. pyDecision adds 1e-9 to every division.
    private static let namesakes: [(method: WeightMethod, theirs: String, tolerance: Double)] = [
        (.equal, "pymcdm.equal_weights", 1e-15),
        (.entropy, "pymcdm.entropy_weights", 1e-12), (.entropy, "skcriteria.EntropyWeighter", 1e-12),
        (.critic, "skcriteria.CRITIC", 1e-12), (.critic, "pydecision.critic", 1e-6),
        (.criticUndirected, "pymcdm.critic_weights", 1e-12),
        (.merec, "pymcdm.merec_weights", 1e-12), (.merec, "skcriteria.MEREC", 1e-12),
        (.standardDeviation, "pymcdm.standard_deviation_weights", 1e-12),
        (.standardDeviation, "skcriteria.StdWeighter", 1e-12),
    ]

    @Test(
        "Other libraries say the same", .enabled(if: Reference.isHere, "no reference data beside the project"),
        arguments: files)
    func libraries(file: String) throws {
        let vector = try Vector(file)
        let matrix = try vector.decisionMatrix()
        for (method, name, tolerance) in Self.namesakes {
            let theirs = try #require(vector.weightsMethods[name], "\(file): \(name)")
            // Their correlation with a constant column is no number; ours leaves the column out.
            if theirs.contains(nil) {
                #expect(file == "m10x5_constant_column", "\(name)")
                continue
            }
            // pyDecision takes it as uncorrelated with all others, which raises their weights.
            if file == "m10x5_constant_column", name == "pydecision.critic" { continue }
            let ours = try method.weights(of: matrix)
            let error = zip(ours.values, theirs).reduce(0) { max($0, abs($1.0 - ($1.1 ?? .infinity))) }
            #expect(error <= tolerance, "\(file), \(method) and \(name): off by \(error)")
        }
    }

    private let salaries = [[3.0, 10, 7], [5, 40, 7], [4, 20, 7], [9, 30, 7]]

    @Test("A criterion equal for all weighs nothing, is flagged, and leaves the others as if it were not there")
    func constantColumn() throws {
        let matrix = try DecisionMatrix(rows: salaries, directions: [.benefit, .cost, .benefit])
        let without = try DecisionMatrix(rows: salaries.map { Array($0.prefix(2)) }, directions: [.benefit, .cost])
        #expect(matrix.constantColumns == [2])
        #expect(without.constantColumns.isEmpty)
        for method in WeightMethod.allCases where method != .equal {
            let weights = try method.weights(of: matrix)
            let others = try method.weights(of: without)
            #expect(weights[2] == 0, "\(method)")
            // MEREC divides by the number of criteria within its logarithm, so that there only the zero is promised.
            let tolerance = method == .merec ? 0.05 : 1e-15
            let isSame = zip(weights.values, others.values).allSatisfy { abs($0 - $1) <= tolerance }
            #expect(isSame, "\(method): \(weights)")
        }
    }

    @Test(
        "One alternative, or alternatives all alike, give no weights but equal ones", arguments: WeightMethod.allCases)
    func nothingVaries(method: WeightMethod) throws {
        for rows in [[[1.0, 2]], [[1, 2], [1, 2]]] {
            let matrix = try DecisionMatrix(rows: rows, directions: [.benefit, .cost])
            if method == .equal {
                #expect(try method.weights(of: matrix).values == [0.5, 0.5])
            } else {
                #expect(throws: WeightFlaw.nothingVaries) { try method.weights(of: matrix) }
            }
        }
    }

    @Test("One criterion that varies has all the weight", arguments: WeightMethod.allCases)
    func oneCriterion(method: WeightMethod) throws {
        let matrix = try DecisionMatrix(rows: [[1], [2], [4]], directions: [.cost])
        #expect(try method.weights(of: matrix).values == [1])
    }

    @Test("A logarithm's zero and less are named, entropy allows zero itself")
    func signs() throws {
        let zero = try DecisionMatrix(rows: [[1, 2], [3, 0], [2, 2]], directions: [.benefit, .benefit])
        #expect(throws: WeightFlaw.notPositive(row: 1, column: 1)) { try Weights.merec(zero) }
        #expect(try Weights.entropy(zero).values.allSatisfy { $0 > 0 })
        let below = try DecisionMatrix(rows: [[1, 2], [3, 1], [-2, 2]], directions: [.benefit, .benefit])
        #expect(throws: WeightFlaw.negative(row: 2, column: 0)) { try Weights.entropy(below) }
        #expect(try Weights.critic(below).values.allSatisfy { $0 > 0 })
    }

    @Test("Numbers too large to add are named, not made infinite; CRITIC and MEREC never add them")
    func overflow() throws {
        let matrix = try DecisionMatrix(
            rows: [[1, 1.7e308], [3, 1e-300], [2, 1.6e308]], directions: [.benefit, .benefit])
        #expect(throws: WeightFlaw.tooLarge(column: 1)) { try Weights.entropy(matrix) }
        #expect(throws: WeightFlaw.tooLarge(column: 1)) { try Weights.standardDeviation(matrix) }
        #expect(try Weights.merec(matrix).values.allSatisfy(\.isFinite))
        let wide = try DecisionMatrix(rows: [[1, 1.7e308], [3, -1.7e308], [2, 0]], directions: [.benefit, .cost])
        #expect(try Weights.critic(wide).values.allSatisfy(\.isFinite))
    }

    @Test("Where criteria only repeat each other, CRITIC goes by their contrast")
    func agreed() throws {
        let matrix = try DecisionMatrix(rows: [[1, 20], [2, 40], [5, 100]], directions: [.benefit, .benefit])
        #expect(try Weights.critic(matrix).values == [0.5, 0.5])
        let opposed = try DecisionMatrix(rows: [[1, 20], [2, 40], [5, 100]], directions: [.benefit, .cost])
        #expect(try Weights.critic(opposed).values.allSatisfy { abs($0 - 0.5) < 1e-15 })
    }

    private func random(_ random: inout SeededRandom) throws -> DecisionMatrix {
        let columns = Int.random(in: 2...8, using: &random)
        let rows = Int.random(in: 3...40, using: &random)
        return try DecisionMatrix(
            rows: rows, values: (0..<rows * columns).map { _ in Double.random(in: 0.1...90, using: &random) },
            directions: (0..<columns).map { _ in Bool.random(using: &random) ? .benefit : .cost })
    }

    private func picking(_ order: [Int], of matrix: DecisionMatrix, times scale: [Double]) throws -> DecisionMatrix {
        try DecisionMatrix(
            rows: matrix.rows, values: order.flatMap { column in matrix[column: column].map { $0 * scale[column] } },
            directions: order.map { matrix.directions[$0] })
    }

    @Test("Criteria in another order have the same weights in that order; another unit changes none")
    func properties() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let matrix = try self.random(&random)
            let order = Array(0..<matrix.columns).shuffled(using: &random)
            let units = order.map { _ in Double.random(in: 0.001...1000, using: &random) }
            let shuffled = try picking(order, of: matrix, times: order.map { _ in 1 })
            let rescaled = try picking(Array(0..<matrix.columns), of: matrix, times: units)
            for method in WeightMethod.allCases {
                let weights = try method.weights(of: matrix).values
                #expect(abs(weights.reduce(0, +) - 1) < 1e-12, "seed \(seed), \(method)")
                let moved = try method.weights(of: shuffled).values
                #expect(isClose(moved, order.map { weights[$0] }), "seed \(seed), \(method)")
                if method == .standardDeviation { continue }
                #expect(isClose(try method.weights(of: rescaled).values, weights), "seed \(seed), \(method)")
            }
        }
    }

    private func isClose(_ some: [Double], _ others: [Double]) -> Bool {
        zip(some, others).allSatisfy { abs($0 - $1) < 1e-11 }
    }
}
