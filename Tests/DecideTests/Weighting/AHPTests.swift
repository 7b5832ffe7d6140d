import Decide
import Foundation
import Kernel
import TestSupport
import Testing

@Suite("Weights from comparisons in pairs")
struct AHPTests {
    private struct Vectors: Decodable {
        let ahp: [String: Matrix]

        struct Matrix: Decodable {
            let matrix: [[Double]]
            let results: [String: Result]
        }

        struct Result: Decodable {
            let weights: [Double]
            let rc: Double?
            let lambdaMax: Double?
            let ci: Double?

            enum CodingKeys: String, CodingKey {
                case weights, rc
                case lambdaMax = "lambda_max"
                case ci = "CI"
            }
        }
    }

    @Test("Other libraries say the same", .enabled(if: Reference.isHere, "no reference data beside the project"))
    func libraries() throws {
        let data = try Data(contentsOf: Reference.file("vectors/mcda/weights_ahp_bwm.json"))
        let vectors = try JSONDecoder().decode(Vectors.self, from: data).ahp
        #expect(vectors.count >= 3)
        for (name, vector) in vectors.sorted(by: { $0.key < $1.key }) {
            let judgements = try AHP(judgements: vector.matrix)
            for (method, theirs) in [("geometric", AHP.Method.geometricMean), ("max_eigen", .eigenvector)] {
                let result = try #require(vector.results[method])
                let ours = judgements.priorities(theirs)
                #expect(isClose(ours.weights.values, result.weights, 1e-12), "\(name), \(method)")
                #expect(abs(ours.consistencyRatio - (result.rc ?? .nan)) < 1e-12, "\(name), \(method)")
            }
            let eigen = try #require(vector.results["numpy_eigen"])
            let ours = judgements.priorities()
            #expect(abs(ours.lambdaMax - (eigen.lambdaMax ?? .nan)) < 1e-12, "\(name)")
            #expect(abs(ours.consistencyIndex - (eigen.ci ?? .nan)) < 1e-12, "\(name)")
        }
    }

    @Test("Judgements that fit together give exactly their weights, the ratio 0, and name no misfit")
    func consistent() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for size in 1...AHP.mostCriteria {
            let weights = try Weights((0..<size).map { _ in Double.random(in: 1...9, using: &random) })
            let judgements = try AHP(judgements: weights.values.map { mine in weights.values.map { mine / $0 } })
            for method in AHP.Method.allCases {
                let priorities = judgements.priorities(method)
                #expect(isClose(priorities.weights.values, weights.values, 1e-14), "seed \(seed), \(size)")
                #expect((0..<1e-13).contains(priorities.consistencyRatio), "seed \(seed), \(size)")
                #expect(priorities.misfit == nil, "seed \(seed), \(size)")
            }
        }
    }

    @Test("The vector is the matrix's own, for whatever may be judged, and follows the criteria's order")
    func eigenvector() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            let size = Int.random(in: 3...AHP.mostCriteria, using: &random)
            let pairs = (0..<size * (size - 1) / 2).map { _ in
                let judged = Double(Int.random(in: 1...9, using: &random))
                return Bool.random(using: &random) ? judged : 1 / judged
            }
            let judgements = try AHP(size: size, pairs: pairs)
            let found = judgements.priorities()
            let weights = found.weights.values
            for row in 0..<size {
                let image = (0..<size).reduce(0) { $0 + judgements[row, $1] * weights[$1] }
                #expect(abs(image - found.lambdaMax * weights[row]) < 1e-11, "seed \(seed)")
            }
            let order = Array(0..<size).shuffled(using: &random)
            let shuffled = try AHP(judgements: order.map { row in order.map { judgements[row, $0] } })
            #expect(isClose(shuffled.priorities().weights.values, order.map { weights[$0] }, 1e-12), "seed \(seed)")
        }
    }

    @Test("The judgement that contradicts the others is named, with the value that would fit")
    func misfit() throws {
        // 1 : 2 : 4 : 8 but for the third over the fourth, judged 4 the wrong way round.
        let judgements = try AHP(judgements: [
            [1, 2, 4, 8], [1 / 2.0, 1, 2, 4], [1 / 4.0, 1 / 2.0, 1, 1 / 4.0], [1 / 8.0, 1 / 4.0, 4, 1],
        ])
        let priorities = judgements.priorities()
        let misfit = try #require(priorities.misfit)
        #expect((misfit.row, misfit.column) == (2, 3))
        #expect(misfit.judged == 0.25)
        #expect(misfit.fitting == priorities.weights[2] / priorities.weights[3])
        #expect(priorities.consistencyRatio > Priorities.tolerableRatio)
        // What would fit, written in, lowers the ratio.
        let mended = try AHP(size: 4, pairs: [2, 4, 8, 2, 4, misfit.fitting]).priorities()
        #expect(mended.consistencyRatio < priorities.consistencyRatio)
    }

    @Test("A circle of judgements: nobody is ahead, the first pair is named")
    func circle() throws {
        let priorities = try AHP(size: 3, pairs: [9, 1 / 9.0, 9]).priorities()
        #expect(isClose(priorities.weights.values, [1 / 3.0, 1 / 3.0, 1 / 3.0], 1e-15))
        #expect(priorities.misfit.map { [$0.row, $0.column] } == [0, 1])
        #expect(abs((priorities.misfit?.fitting ?? 0) - 1) < 1e-12)
    }

    @Test("One and two criteria cannot contradict themselves")
    func few() throws {
        #expect(try AHP(judgements: [[1]]).priorities().weights.values == [1])
        let two = try AHP(size: 2, pairs: [3]).priorities()
        #expect(isClose(two.weights.values, [0.75, 0.25], 1e-15))
        #expect(two.consistencyRatio == 0 && two.misfit == nil)
    }

    @Test("A group's judgement is the geometric mean for each pair; opposite judgements cancel")
    func aggregated() throws {
        let one = try AHP(size: 3, pairs: [2, 8, 4])
        let other = try AHP(size: 3, pairs: [8, 2, 1 / 4.0])
        let both = try AHP(aggregating: [one, other])
        #expect(isClose([both[0, 1], both[0, 2], both[1, 2]], [4, 4, 1], 1e-15))
        #expect(abs(both[1, 0] * both[0, 1] - 1) < 1e-15)
        #expect(throws: JudgementFlaw.experts(0)) { try AHP(aggregating: []) }
        let smaller = try AHP(size: 2, pairs: [1])
        #expect(throws: JudgementFlaw.differentCriteria(expert: 1)) { try AHP(aggregating: [one, smaller]) }
        let extreme = try AHP(size: 3, pairs: [9, 9, 9])
        #expect(try AHP(aggregating: [AHP](repeating: extreme, count: 7))[0, 1] <= 9.000_001)
    }

    @Test("A matrix that is none is refused with the place")
    func refused() throws {
        func flaw(_ judgements: [[Double]]) -> JudgementFlaw? {
            do throws(JudgementFlaw) {
                _ = try AHP(judgements: judgements)
                return nil
            } catch { return error }
        }
        #expect(flaw([]) == .criteria(0))
        #expect(flaw([[Double]](repeating: [], count: 16)) == .criteria(16))
        #expect(flaw([[1, 2], [0.5]]) == .count(1, expected: 2))
        #expect(flaw([[1, 2], [0.5, 2]]) == .diagonal(1))
        #expect(flaw([[1, 2], [2, 1]]) == .notReciprocal(row: 0, column: 1))
        #expect(flaw([[1, 10], [0.1, 1]]) == .outsideScale(row: 0, column: 1))
        #expect(flaw([[1, .nan], [0.5, 1]]) == .notReciprocal(row: 0, column: 1))
        #expect(flaw([[1, -2], [-0.5, 1]]) == .outsideScale(row: 0, column: 1))
        #expect(flaw([[1, 9], [0.111_111, 1]]) == nil)
        #expect(flaw([[1, 0.111_111], [9, 1]]) == nil)
        #expect(throws: JudgementFlaw.count(2, expected: 3)) { try AHP(size: 3, pairs: [1, 1]) }
    }

    private func isClose(_ some: [Double], _ others: [Double], _ tolerance: Double) -> Bool {
        some.count == others.count && zip(some, others).allSatisfy { abs($0 - $1) <= tolerance }
    }
}
