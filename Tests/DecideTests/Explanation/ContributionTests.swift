import TestSupport
import Testing

@testable import Decide

@Suite("A score taken apart")
struct ContributionTests {
    @Test("By hand: what each aspect adds against a reference, and the few that matter")
    func example() throws {
        let weights = try Weights([4, 2, 1, 1])
        let parts = try Contributions([1, 0, 0.5, 0.75], against: [0.5, 0.25, 0.5, 0.5], weights)
        #expect(parts.parts.map(\.difference) == [0.25, -0.0625, 0, 0.031_25])
        #expect(parts.difference == 0.218_75)
        let (few, rest) = parts.few(covering: 0.8)
        #expect(few.map(\.column) == [0, 1] && rest == 0.031_25)
        #expect(parts.few(covering: 1).parts.map(\.column) == [0, 1, 3], "an aspect that is level is never told")
        #expect(parts.few(covering: 0).parts.isEmpty && parts.few(covering: 0).rest == parts.difference)
    }

    @Test("Parts sum to the difference of the scores, and the few with the rest too")
    func sums() throws {
        let seed = testSeed()
        for number in 0..<50 {
            var random = SampleRandom(seed: seed, sample: number)
            let columns = 1 + random.whole(below: 21)
            let table = try ValueTable(rows: 2, columns: columns, values: (0..<2 * columns).map { _ in random.unit() })
            let weights = try Weights((0..<columns).map { _ in 0.1 + random.unit() })
            let scores = try table.scores(weights).low
            let parts = try Contributions(table.middles(of: 0), against: table.middles(of: 1), weights)
            let share = random.unit()
            let (few, rest) = parts.few(covering: share)
            let told = few.reduce(rest) { $0 + $1.difference }
            #expect(abs(parts.difference - (scores[0] - scores[1])) < 1e-12, "seed \(seed)")
            #expect(abs(told - parts.difference) < 1e-12, "seed \(seed)")
            let all = parts.parts.reduce(0) { $0 + abs($1.difference) }
            let covered = few.reduce(0) { $0 + abs($1.difference) }
            #expect(covered >= share * all - 1e-12, "seed \(seed)")
            #expect(covered - abs(few.last?.difference ?? 0) < share * all, "seed \(seed): none too many")
        }
    }

    @Test("Rounded amounts sum to the rounded sum")
    func rounding() {
        #expect(Contributions.whole([1.4, 1.4, 1.4]) == [2, 1, 1])
        #expect(Contributions.whole([-1.4, 2.6, 0.3]) == [-1, 3, 0])
        #expect(Contributions.whole([-1.5, -1.5]) == [-1, -2])
        #expect(Contributions.whole([]) == [])
        let seed = testSeed()
        var random = SampleRandom(seed: seed, sample: 0)
        let amounts = (0..<40).map { _ in 200 * random.unit() - 100 }
        let whole = Contributions.whole(amounts)
        #expect(whole.reduce(0, +) == Int(amounts.reduce(0, +).rounded()), "seed \(seed)")
        #expect(zip(whole, amounts).allSatisfy { abs(Double($0) - $1) < 1 }, "seed \(seed)")
    }

    @Test("A district's profile is the median of each aspect, of intervals their middles")
    func medians() throws {
        let table = try ValueTable([
            [0.1...0.1, 0...1], [0.9...0.9, 0.25...0.25], [0.2...0.2, 1...1], [0...0, 0...0],
        ])
        #expect(try table.medians(of: [0, 1, 2]) == [0.2, 0.5])
        #expect(try table.medians(of: [1, 3]) == [0.45, 0.125])
        #expect(throws: RobustnessFlaw.row(4)) { try table.medians(of: [0, 4]) }
        #expect(throws: RobustnessFlaw.self) { try table.medians(of: []) }
    }

    @Test("Profiles of another length and NaN are refused")
    func refused() throws {
        let weights = try Weights([1, 1])
        #expect(throws: RobustnessFlaw.weightCount(weights: 2, columns: 1)) {
            try Contributions([1, 1], against: [1], weights)
        }
        #expect(throws: RobustnessFlaw.value(row: 0, column: 1)) {
            try Contributions([1, .nan], against: [1, 1], weights)
        }
    }
}
