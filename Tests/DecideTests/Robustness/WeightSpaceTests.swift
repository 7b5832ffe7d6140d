import Foundation
import TestSupport
import Testing

@testable import Decide

@Suite("Weightings that are thought possible")
struct WeightSpaceTests {
    private let spaces: [WeightSpace] = [
        .any(columns: 5), .ordered(columns: 5, chains: [[3, 1], [0, 4]]),
        .between([0.1...0.3, 0...1, 0.2...0.2, 0...0.05, 0.1...0.6]),
    ]

    @Test("Every weighting sums to one, none is negative, order and bounds are kept")
    func kept() throws {
        let seed = testSeed()
        let around = WeightSpace.around(try Weights([1, 2, 3, 0, 4]), concentration: 3)
        for space in spaces + [around] {
            let samples = try space.samples(500, seed: seed)
            for number in 0..<samples.count {
                let weights = Array(samples[number])
                #expect(abs(weights.reduce(0, +) - 1) < 1e-12, "seed \(seed): \(space)")
                #expect(weights.allSatisfy { $0 >= 0 }, "seed \(seed): \(space)")
                switch space {
                case .ordered: #expect(weights[3] >= weights[1] && weights[0] >= weights[4], "seed \(seed)")
                case .between(let bounds): #expect(zip(bounds, weights).allSatisfy { $0.contains($1) }, "seed \(seed)")
                case .around: #expect(weights[3] == 0)
                case .any: break
                }
            }
        }
    }

    @Test("The same seed draws the same, fewer are the beginning of more, another seed draws others")
    func seeds() throws {
        for space in spaces {
            let samples = try space.samples(40, seed: 7)
            #expect(samples.seed == 7)
            #expect(try space.samples(40, seed: 7) == samples)
            #expect(try space.samples(10, seed: 7).values[...] == samples.values[..<50])
            #expect(try space.samples(40, seed: 8).values != samples.values)
        }
    }

    /// Means and variances of each weight.
    private func moments(_ samples: WeightSamples) -> (means: [Double], variances: [Double]) {
        let count = Double(samples.count)
        let means = (0..<samples.columns).map { column in
            (0..<samples.count).reduce(0) { $0 + samples[$1].dropFirst(column).prefix(1).reduce(0, +) } / count
        }
        let variances = means.enumerated().map { column, mean in
            (0..<samples.count).reduce(0) {
                let distance = samples.values[$1 * samples.columns + column] - mean
                return $0 + distance * distance
            } / count
        }
        return (means, variances)
    }

    @Test("Uniform weightings have the moments of the simplex, drawn at once or walked within bounds of 0 and 1")
    func uniform() throws {
        // Dirichlet (1, 1, 1, 1): mean 1/4, variance 3/80.
        for space in [WeightSpace.any(columns: 4), .between(Array(repeating: 0...1, count: 4))] {
            let (means, variances) = moments(try space.samples(4_000, seed: 11))
            for column in 0..<4 {
                #expect(abs(means[column] - 0.25) < 0.015, "\(space): \(means)")
                #expect(abs(variances[column] - 0.0375) < 0.004, "\(space): \(variances)")
            }
        }
    }

    @Test("Within bounds the walk is uniform too: on a stretch, on a small triangle, wide among narrow")
    func bounded() throws {
        let stretch = moments(try WeightSpace.between([0.2...0.5, 0...1]).samples(4_000, seed: 12))
        #expect(abs(stretch.means[0] - 0.35) < 0.006 && abs(stretch.variances[0] - 0.0075) < 0.0006)
        // Over 0.2 each 0.4 remains, uniform on a triangle: mean 0.2 + 0.4/3, variance 0.16/18.
        let triangle = moments(try WeightSpace.between([0.2...0.9, 0.2...0.9, 0.2...0.9]).samples(4_000, seed: 13))
        #expect(triangle.means.allSatisfy { abs($0 - 1.0 / 3) < 0.01 })
        #expect(triangle.variances.allSatisfy { abs($0 - 0.16 / 18) < 0.001 })
        let narrow = [ClosedRange<Double>](repeating: 0.04...0.0401, count: 10)
        let wide = moments(try WeightSpace.between(narrow + [0.1...0.5, 0.1...0.5]).samples(4_000, seed: 14))
        #expect(abs(wide.means[10] - 0.3) < 0.012 && abs(wide.variances[10] - 0.16 / 12) < 0.001)
    }

    @Test("In order, the greatest of three weights is 11/18 on average and the least 1/9")
    func order() throws {
        let (means, _) = moments(try WeightSpace.ordered(columns: 3, chains: [[2, 0, 1]]).samples(4_000, seed: 15))
        #expect(abs(means[2] - 11.0 / 18) < 0.01 && abs(means[0] - 5.0 / 18) < 0.01 && abs(means[1] - 1.0 / 9) < 0.01)
    }

    @Test("Around given weights means are these, and deviations what the concentration says", arguments: [2.0, 50])
    func around(concentration: Double) throws {
        let given = try Weights([1, 2, 7])
        let space = WeightSpace.around(given, concentration: concentration)
        let (means, variances) = moments(try space.samples(4_000, seed: 16))
        for column in 0..<3 {
            let variance = given[column] * (1 - given[column]) / (concentration + 1)
            #expect(abs(means[column] - given[column]) < 4 * (variance / 4_000).squareRoot(), "\(means)")
            #expect(abs(variances[column] / variance - 1) < 0.15, "\(variances[column]) for \(variance)")
        }
    }

    @Test("Bounds that no weighting keeps are refused with their sums; other nonsense with its place")
    func refused() throws {
        #expect(throws: RobustnessFlaw.noWeighting(leastSum: 1.25, mostSum: 2)) {
            try WeightSpace.between([0.75...1, 0.5...1]).samples(1, seed: 1)
        }
        #expect(throws: RobustnessFlaw.noWeighting(leastSum: 0, mostSum: 0.75)) {
            try WeightSpace.between([0...0.25, 0...0.5]).samples(1, seed: 1)
        }
        #expect(throws: RobustnessFlaw.weightBound(column: 1)) {
            try WeightSpace.between([0...1, -1...1]).samples(1, seed: 1)
        }
        for wrong in [[[0, 3]], [[0, 1], [1]]] as [[[Int]]] {
            #expect(throws: RobustnessFlaw.self) {
                try WeightSpace.ordered(columns: 3, chains: wrong).samples(1, seed: 1)
            }
        }
        #expect(throws: RobustnessFlaw.concentration(0.5)) {
            try WeightSpace.around(Weights([1, 1]), concentration: 0.5).samples(1, seed: 1)
        }
        #expect(throws: RobustnessFlaw.count(asked: 0, most: 1_000_000)) {
            try WeightSpace.any(columns: 3).samples(0, seed: 1)
        }
        #expect(throws: RobustnessFlaw.weightSample(sample: 1)) { try WeightSamples([[0.5, 0.5], [0.5, 0.6]]) }
        #expect(throws: RobustnessFlaw.weightSample(sample: 0)) { try WeightSamples([[.nan, 0.5]]) }
    }

    @Test("A single possible weighting is drawn again and again, and one column weighs all")
    func degenerate() throws {
        let fixed = try WeightSpace.between([0.25...0.25, 0.75...0.75]).samples(3, seed: 1)
        #expect(fixed.values == [0.25, 0.75, 0.25, 0.75, 0.25, 0.75])
        #expect(try WeightSpace.any(columns: 1).samples(2, seed: 1).values == [1, 1])
    }

    @Test("Our logarithm and exponential are those of the C library, but for the last digits")
    func plainMath() {
        for number in [.leastNonzeroMagnitude, 1e-300, 0.001, 0.7, 0.999_999, 1, 1.414_3, 2, 12_345.678, 1e300] {
            #expect(abs(PlainMath.log(number) - log(number)) <= 1e-14 * max(1, abs(log(number))), "\(number)")
        }
        for number in [0, -1e-9, -0.3, -1, -20.5, -300, -700] {
            #expect(abs(PlainMath.exp(number) / exp(number) - 1) < 1e-13, "\(number)")
        }
        #expect(PlainMath.exp(-.infinity) == 0)
    }
}
