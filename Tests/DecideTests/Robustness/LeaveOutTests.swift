import TestSupport
import Testing

@testable import Decide

@Suite("Does the order depend on others?")
struct LeaveOutTests {
    /// On decreed scales 0...10: an alternative's score is its own affair.
    private func additive(_ matrix: DecisionMatrix, _ weights: Weights) -> [Double] {
        (0..<matrix.rows).map { row in
            (0..<matrix.columns).reduce(0) { $0 + weights[$1] * matrix[row, $1] / 10 }
        }
    }

    /// Scaled by the column's own sum: who takes part changes the scale.
    private func relative(_ matrix: DecisionMatrix, _ weights: Weights) -> [Double] {
        (0..<matrix.rows).map { row in
            (0..<matrix.columns).reduce(0) {
                $0 + weights[$1] * matrix[row, $1] / matrix[column: $1].reduce(0, +)
            }
        }
    }

    private let matrix = try? DecisionMatrix(
        rows: [[1, 9, 8], [9, 1, 9], [1, 1, 1], [4, 4, 2], [0, 9, 9]], directions: [.benefit, .benefit, .benefit])

    @Test("The additive score on decreed scales never reverses")
    func additiveStands() throws {
        let seed = testSeed()
        var random = SampleRandom(seed: seed, sample: 0)
        let matrix = try DecisionMatrix(
            rows: (0..<12).map { _ in (0..<3).map { _ in Double(random.whole(below: 11)) } },
            directions: [.benefit, .benefit, .benefit])
        let weights = try Weights([1, 2, 3])
        let left = try LeaveOut.alternatives(matrix, weights, first: 4, scoring: additive)
        let worse = try LeaveOut.worsened(matrix, weights, first: 4, scoring: additive)
        #expect(left.count == 12 && worse.count == 12)
        #expect((left + worse).allSatisfy { $0.isNone && $0.reversedPairs == 0 && $0.enters.isEmpty }, "seed \(seed)")
    }

    @Test("A relative scale reverses: the known example of Belton and Gear")
    func relativeReverses() throws {
        // A, B, C and D, a copy of B: with D, A comes first; without it, B.
        let matrix = try DecisionMatrix(
            rows: [[1, 9, 8], [9, 1, 9], [1, 1, 1], [9, 1, 9]], directions: [.benefit, .benefit, .benefit])
        let weights = try Weights([1, 1, 1])
        let tests = try LeaveOut.alternatives(matrix, weights, first: 1, scoring: relative)
        let copy = try #require(tests.last)
        #expect(copy.touched == 3 && copy.reversedPairs == 1)
        #expect(copy.mostMoved == Disturbance.Move(row: 0, from: 1, to: 2))
        #expect(copy.enters == [1] && copy.leaves == [0])
        #expect(tests[2].isNone, "nobody minds C")
    }

    @Test("Without an aspect the others weigh more; with equal scores nothing reverses")
    func criteria() throws {
        let matrix = try DecisionMatrix(rows: [[9, 0], [0, 8], [4, 4]], directions: [.benefit, .benefit])
        let tests = try LeaveOut.criteria(matrix, Weights([1, 1]), first: 1, scoring: additive)
        // Scores 4.5, 4, 4: without the second 9, 0, 4, without the first 0, 8, 4.
        #expect(tests.map(\.reversedPairs) == [2, 0])
        #expect(tests[0].enters == [1] && tests[0].leaves == [0])
        #expect(tests[0].mostMoved == Disturbance.Move(row: 0, from: 1, to: 3))
        #expect(tests[1].mostMoved == Disturbance.Move(row: 1, from: 2.5, to: 3))
        #expect(try LeaveOut.criteria(matrix, Weights([1, 0]), first: 1, scoring: additive).map(\.touched) == [1])
    }

    @Test("Reversed pairs are counted as one by one", arguments: 0..<8)
    func counting(number: Int) throws {
        let seed = testSeed()
        var random = SampleRandom(seed: seed, sample: number)
        let rows = 2 + random.whole(below: 14)
        let matrix = try DecisionMatrix(
            rows: (0..<rows).map { _ in [Double(random.whole(below: 6)), Double(random.whole(below: 6))] },
            directions: [.benefit, .benefit])
        let test = try #require(try LeaveOut.criteria(matrix, Weights([1, 1]), first: 1, scoring: additive).first)
        var reversed = 0
        for one in 0..<rows {
            for other in 0..<one {
                let before = matrix[one, 0] + matrix[one, 1] - matrix[other, 0] - matrix[other, 1]
                if before * (matrix[one, 1] - matrix[other, 1]) < 0 { reversed += 1 }
            }
        }
        #expect(test.reversedPairs == reversed, "seed \(seed)")
    }

    @Test("Scores that are not numbers, or not as many, and a place that is none are refused")
    func refused() throws {
        let matrix = try #require(matrix)
        let weights = try Weights([1, 1, 1])
        #expect(throws: RobustnessFlaw.output(4)) {
            try LeaveOut.alternatives(matrix, weights, first: 1) { _, _ in [1, 2, 3, 4] }
        }
        #expect(throws: RobustnessFlaw.output(1)) {
            try LeaveOut.worsened(matrix, weights, first: 1) { _, _ in [1, .nan, 3, 4, 5] }
        }
        #expect(throws: RobustnessFlaw.place(6)) {
            try LeaveOut.criteria(matrix, weights, first: 6, scoring: additive)
        }
    }
}
