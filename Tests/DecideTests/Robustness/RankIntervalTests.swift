import TestSupport
import Testing

@testable import Decide

@Suite("Places when values are not all known")
struct RankIntervalTests {
    /// Two aspects of weight 3 : 1.
    private let weights = try? Weights([3, 1])

    @Test("Known values have one place; an unknown one reaches from its worst to its best")
    func example() throws {
        let weights = try #require(weights)
        let table = try ValueTable([
            [0.8...0.8, 0.4...0.4],  // 0.70
            [0.2...0.2, 0...1],  // 0.15 to 0.40
            [0.4...0.4, 0.2...0.2],  // 0.35
            [0...1, 0...0],  // 0 to 0.75
        ])
        let scores = try table.scores(weights)
        for (score, wanted) in zip(scores.low + scores.high, [0.7, 0.15, 0.35, 0, 0.7, 0.4, 0.35, 0.75]) {
            #expect(abs(score - wanted) < 1e-15)
        }
        let places = try table.rankIntervals(weights)
        #expect(places.map(\.best) == [1, 2, 2, 1])
        #expect(places.map(\.worst) == [2, 4, 4, 4])
        #expect(!table.isKnown && table.settled().isKnown)
        #expect(try table.widths(of: 1, weights) == [0, 0.25])
        #expect(table.middles(of: 3) == [0.5, 0])
    }

    @Test("Equal scores share the best of their places, and one alternative is first")
    func equal() throws {
        let table = try ValueTable(rows: 3, columns: 1, values: [0.5, 0.5, 0.2])
        let places = try table.rankIntervals(Weights([1]))
        #expect(places.map(\.best) == [1, 1, 3] && places.map(\.worst) == [1, 1, 3])
        let alone = try ValueTable([[0...1]]).rankIntervals(Weights([1]))
        #expect(alone == [RankInterval(best: 1, worst: 1)])
    }

    /// Small tables of coarse values, so that scores meet.
    private func table(_ random: inout SampleRandom) throws -> ValueTable {
        let (rows, columns) = (2 + random.whole(below: 3), 1 + random.whole(below: 2))
        return try ValueTable(
            (0..<rows).map { _ in
                (0..<columns).map { _ in
                    let low = Double(random.whole(below: 5)) / 4
                    return random.unit() < 0.5 ? low...low : low...min(1, low + Double(random.whole(below: 3)) / 4)
                }
            })
    }

    @Test("Intervals are what all assignments of ends give, no more and no less")
    func corners() throws {
        let seed = testSeed()
        for number in 0..<60 {
            var random = SampleRandom(seed: seed, sample: number)
            let table = try table(&random)
            let weights = try Weights((0..<table.columns).map { _ in 1 + Double(random.whole(below: 3)) })
            let open = table.low.indices.filter { table.low[$0] < table.high[$0] }
            var (best, worst) = (Array(repeating: Int.max, count: table.rows), Array(repeating: 0, count: table.rows))
            for corner in 0..<(1 << open.count) {
                var values = table.low
                for (bit, place) in open.enumerated() where corner >> bit & 1 == 1 { values[place] = table.high[place] }
                let known = try ValueTable(rows: table.rows, columns: table.columns, values: values)
                let scores = try known.scores(weights).low
                for row in 0..<table.rows {
                    let place = 1 + scores.count { $0 > scores[row] }
                    (best[row], worst[row]) = (min(best[row], place), max(worst[row], place))
                }
            }
            let places = try table.rankIntervals(weights)
            #expect(places.map(\.best) == best && places.map(\.worst) == worst, "seed \(seed): \(table)")
        }
    }

    @Test("A fact that becomes known never widens an interval, and narrows its own by what was promised")
    func narrowing() throws {
        let seed = testSeed()
        for number in 0..<60 {
            var random = SampleRandom(seed: seed, sample: number)
            let table = try table(&random)
            let weights = try Weights(Array(repeating: 1, count: table.columns))
            let before = try table.rankIntervals(weights)
            for wish in try table.surveyFirst(.max, weights) {
                var (low, high) = (table.low, table.high)
                let place = wish.column * table.rows + wish.row
                (low[place], high[place]) = ((low[place] + high[place]) / 2, (low[place] + high[place]) / 2)
                let known = try ValueTable(rows: table.rows, columns: table.columns, low: low, high: high)
                let after = try known.rankIntervals(weights)
                #expect(before[wish.row].width - after[wish.row].width == wish.places, "seed \(seed), table \(number)")
                for (old, new) in zip(before, after) {
                    #expect(old.best <= new.best && new.worst <= old.worst, "seed \(seed), table \(number)")
                }
            }
        }
    }

    @Test("Surveyed first is what makes most places certain, at the cut-off if one is given")
    func survey() throws {
        let weights = try Weights([3, 1])
        let table = try ValueTable([
            [0.9...0.9, 0...1],  // 0.675 to 0.925: always first
            [0.2...0.6, 0.5...0.5],  // 0.275 to 0.575
            [0.5...0.5, 0.4...0.6],  // 0.475 to 0.525
            [0.3...0.3, 0.9...0.9],  // 0.45
            [0.1...0.1, 0...0.4],  // 0.075 to 0.175: always last
        ])
        let wishes = try table.surveyFirst(10, weights)
        #expect(wishes.map(\.row) == [1, 0, 4, 2])
        #expect(wishes.map(\.column) == [0, 1, 1, 1])
        // 0.425 is under the others' least, so that places 2 to 4 shrink to 4; nothing else of the order is open.
        #expect(wishes.map(\.places) == [2, 0, 0, 0])
        #expect(try table.surveyFirst(10, weights, first: 2).map(\.row) == [1, 2])
        #expect(try table.surveyFirst(1, weights).count == 1)
        #expect(throws: RobustnessFlaw.place(6)) { try table.surveyFirst(1, weights, first: 6) }
    }

    @Test("What is no value is refused with its place", arguments: [-0.1, 1.1, Double.nan, .infinity])
    func refused(wrong: Double) {
        #expect(throws: RobustnessFlaw.value(row: 1, column: 1)) {
            try ValueTable(rows: 2, columns: 2, values: [0, 0, 0, wrong])
        }
        #expect(throws: RobustnessFlaw.value(row: 0, column: 0)) {
            try ValueTable(rows: 1, columns: 1, low: [0.6], high: [0.5])
        }
        #expect(throws: RobustnessFlaw.shape(rows: 2, columns: 2, values: 3)) {
            try ValueTable(rows: 2, columns: 2, values: [0, 0, 0])
        }
        #expect(throws: RobustnessFlaw.shape(rows: 2, columns: 1, values: 2)) {
            try ValueTable([[0...1], [0...1, 0...1]])
        }
        #expect(throws: RobustnessFlaw.shape(rows: 0, columns: 0, values: 0)) { try ValueTable([]) }
        #expect(throws: RobustnessFlaw.weightCount(weights: 2, columns: 1)) {
            try ValueTable([[0...1]]).scores(Weights([1, 1]))
        }
    }
}
