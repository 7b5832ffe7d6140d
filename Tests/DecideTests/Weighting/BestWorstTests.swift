import Decide
import Foundation
import Kernel
import TestSupport
import Testing

@Suite("The best-worst method")
struct BestWorstTests {
    private struct Vectors: Decodable {
        let bwm: [String: Comparison]

        struct Comparison: Decodable {
            let bestToOthers: [Double]
            let othersToWorst: [Double]
            let linear: Linear

            enum CodingKeys: String, CodingKey {
                case bestToOthers = "best_to_others"
                case othersToWorst = "others_to_worst"
                case linear = "linear_BWM_scipy"
            }
        }

        struct Linear: Decodable {
            let weights: [Double]
            let ksi: Double
        }
    }

    @Test("A solver of linear programmes says the same", .enabled(if: Reference.isHere, "no reference data"))
    func solver() throws {
        let data = try Data(contentsOf: Reference.file("vectors/mcda/weights_ahp_bwm.json"))
        let vectors = try JSONDecoder().decode(Vectors.self, from: data).bwm
        #expect(vectors.count >= 3)
        for (name, vector) in vectors.sorted(by: { $0.key < $1.key }) {
            let ours = try BestWorst(
                best: try #require(vector.bestToOthers.firstIndex(of: 1)),
                worst: try #require(vector.othersToWorst.firstIndex(of: 1)),
                bestToOthers: vector.bestToOthers, othersToWorst: vector.othersToWorst)
            let error = zip(ours.weights.values, vector.linear.weights).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(error < 1e-12, "\(name)")
            #expect(abs(ours.ksi - vector.linear.ksi) < 1e-12, "\(name)")
        }
    }

    @Test("Comparisons that fit give exactly their weights")
    func consistent() throws {
        // 8 : 4 : 2 : 1
        let found = try BestWorst(best: 0, worst: 3, bestToOthers: [1, 2, 4, 8], othersToWorst: [8, 4, 2, 1])
        #expect(found.weights == (try Weights([8, 4, 2, 1])))
        #expect(found.ksi == 0 && found.consistencyRatio == 0 && found.misfit == nil)
        let equal = try BestWorst(best: 1, worst: 0, bestToOthers: [1, 1, 1], othersToWorst: [1, 1, 1])
        #expect(equal.weights == .equal(3))
        #expect(equal.consistencyRatio == 0)
    }

    @Test("4 × 3 is farther from 9 than 2 × 5: the criterion whose comparisons contradict most is named")
    func misfit() throws {
        let found = try BestWorst(best: 1, worst: 3, bestToOthers: [2, 1, 4, 9], othersToWorst: [5, 9, 3, 1])
        #expect(found.misfit == 2)
        #expect(abs(found.consistencyRatio - 3.0 / 72) < 1e-15)
        #expect(abs(found.ksi - 1.0 / 36) < 1e-15)
    }

    /// The greatest misfit of any weights, which the method makes least.
    private func ksi(_ weights: [Double], _ best: Int, _ worst: Int, _ over: [Double], _ under: [Double]) -> Double {
        weights.indices.reduce(0) { most, j in
            max(most, abs(weights[best] - over[j] * weights[j]), abs(weights[j] - under[j] * weights[worst]))
        }
    }

    @Test("No other weights fit better: near ones, far ones, ten thousand")
    func optimum() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<20 {
            let count = Int.random(in: 2...9, using: &random)
            let most = Int.random(in: 2...9, using: &random)
            let ends = Array(0..<count).shuffled(using: &random)
            let (best, worst) = (ends[0], ends[1])
            var over = (0..<count).map { _ in Double(Int.random(in: 1...most, using: &random)) }
            var under = (0..<count).map { _ in Double(Int.random(in: 1...most, using: &random)) }
            (over[best], over[worst], under[best], under[worst]) = (1, Double(most), Double(most), 1)
            let found = try BestWorst(best: best, worst: worst, bestToOthers: over, othersToWorst: under)
            let own = ksi(found.weights.values, best, worst, over, under)
            #expect(abs(own - found.ksi) < 1e-14, "seed \(seed): \(over) \(under)")
            for sample in 0..<500 {
                // Half of them within a thousandth of the optimum.
                let raw = (0..<count).map { j in
                    let noise = Double.random(in: 0...1, using: &random)
                    return sample < 250 ? noise : found.weights[j] * (1 + (noise - 0.5) / 500)
                }
                let other = try Weights(raw).values
                // Unique: whoever is as good is the same.
                let distance = zip(other, found.weights.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
                let theirs = ksi(other, best, worst, over, under)
                #expect(theirs > own || distance < 1e-9, "seed \(seed): \(over) \(under) beaten by \(other)")
            }
        }
    }

    @Test("Comparisons that are none are refused with the criterion")
    func refused() {
        func flaw(_ best: Int, _ worst: Int, _ over: [Double], _ under: [Double]) -> JudgementFlaw? {
            do throws(JudgementFlaw) {
                _ = try BestWorst(best: best, worst: worst, bestToOthers: over, othersToWorst: under)
                return nil
            } catch { return error }
        }
        #expect(flaw(0, 2, [1, 2, 8], [8, 4, 1]) == nil)
        #expect(flaw(0, 0, [1], [1]) == .criteria(1))
        #expect(flaw(0, 2, [1, 2, 8], [8, 1]) == .count(2, expected: 3))
        #expect(flaw(0, 0, [1, 2, 8], [8, 4, 1]) == .bestAndWorst(best: 0, worst: 0))
        #expect(flaw(0, 3, [1, 2, 8], [8, 4, 1]) == .bestAndWorst(best: 0, worst: 3))
        #expect(flaw(0, 2, [2, 2, 8], [8, 4, 1]) == .best(over: 0))
        #expect(flaw(0, 2, [1, 0.5, 8], [8, 4, 1]) == .best(over: 1))
        #expect(flaw(0, 2, [1, 2, 8], [8, 4, 2]) == .overWorst(2))
        #expect(flaw(0, 2, [1, 2, 8], [8, .nan, 1]) == .overWorst(1))
        #expect(flaw(0, 2, [1, 2, 8], [7, 4, 1]) == .twoAnswers(8, 7))
        #expect(flaw(0, 2, [1, 9, 8], [8, 4, 1]) == .beyondEnds(1))
    }
}
