import TestSupport
import Testing

@testable import Decide

@Suite("The line behind the first k")
struct CutOffTests {
    private let table = try? ValueTable(rows: 4, columns: 2, values: [1, 0.5, 0.5, 0, 1, 0.5, 0, 0])

    @Test("By hand: who is before the line, and which value of one aspect would bring somebody to it")
    func example() throws {
        let table = try #require(table)
        let weights = try Weights([3, 1])
        let scores = try table.scores(weights).low  // 1, 0.5, 0.375, 0
        let line = try CutOff(scores, first: 2)
        #expect(line.last == 0.5 && line.next == 0.375)
        #expect((0..<4).map(line.isBefore) == [true, true, false, false])
        #expect((0..<4).map(line.threshold) == [0.375, 0.375, 0.5, 0.5])
        let third = try line.changes(of: 2, values: table.middles(of: 2), weights)
        #expect(third.map(\.from) == [0.5, 0] && third.map(\.column) == [0, 1])
        #expect(abs(try #require(third[0].to) - 2.0 / 3) < 1e-15 && third[1].to == 0.5)
        let second = try line.changes(of: 1, values: table.middles(of: 1), weights)
        #expect(abs(try #require(second[0].to) - 1.0 / 3) < 1e-15 && second[1].to == 0)
        let last = try line.changes(of: 3, values: table.middles(of: 3), weights)
        #expect(last[1].to == nil, "a quarter of the weight cannot carry it over 0.5")
    }

    @Test("Level at the line, all are before it and the threshold is their own score; helping all, nobody drops out")
    func level() throws {
        let line = try CutOff([0.5, 0.5, 0.2], first: 1)
        #expect((0..<3).map(line.isBefore) == [true, true, false])
        #expect(line.threshold(of: 0) == 0.5 && line.threshold(of: 2) == 0.5)
        let all = try CutOff([0.5, 0.5, 0.2], first: 3)
        #expect(all.threshold(of: 2) == nil)
        #expect(try all.changes(of: 2, values: [0.2], Weights([1])) == [CutOff.Change(column: 0, from: 0.2, to: nil)])
        #expect(try line.changes(of: 2, values: [0.2, 0.9], Weights([1, 0])).map { $0.to == nil } == [false, true])
    }

    @Test("Set to the value that is told, and a hair further, an alternative does cross")
    func crossing() throws {
        let seed = testSeed()
        for number in 0..<40 {
            var random = SampleRandom(seed: seed, sample: number)
            let (rows, columns) = (3 + random.whole(below: 10), 3)
            let table = try ValueTable(rows: rows, columns: columns, values: (0..<rows * 3).map { _ in random.unit() })
            let weights = try Weights((0..<3).map { _ in 0.1 + random.unit() })
            let line = try CutOff(table.scores(weights).low, first: 1 + random.whole(below: rows - 1))
            let row = random.whole(below: rows)
            for change in try line.changes(of: row, values: table.middles(of: row), weights) {
                guard let to = change.to else { continue }
                let hair = line.isBefore(row) ? -1e-9 : 1e-9
                var values = table.low
                values[change.column * rows + row] = min(1, max(0, to + hair))
                let after = try ValueTable(rows: rows, columns: columns, values: values).scores(weights).low
                let now = try CutOff(after, first: line.first)
                #expect(now.isBefore(row) != line.isBefore(row), "seed \(seed), table \(number)")
            }
        }
    }

    @Test("No alternatives, a place that is none and NaN are refused")
    func refused() {
        #expect(throws: RobustnessFlaw.place(1)) { try CutOff([], first: 1) }
        #expect(throws: RobustnessFlaw.place(0)) { try CutOff([1], first: 0) }
        #expect(throws: RobustnessFlaw.output(1)) { try CutOff([1, .nan], first: 1) }
    }
}

@Suite("The plane of distances")
struct DistancePlaneTests {
    @Test("By hand: weights 0.6 and 0.8 make the distances of the corners whole tenths")
    func example() throws {
        let table = try ValueTable(rows: 4, columns: 2, values: [1, 0, 1, 0, 1, 0, 0, 1])
        let plane = try DistancePlane(table, Weights([3, 4]), first: 2)
        let (narrow, wide) = (3.0 / 7, 4.0 / 7)
        for (ours, wanted) in zip(plane.toIdeal, [0, 5.0 / 7, wide, narrow]) { #expect(abs(ours - wanted) < 1e-15) }
        for (ours, wanted) in zip(plane.toWorst, [5.0 / 7, 0, narrow, wide]) { #expect(abs(ours - wanted) < 1e-15) }
        #expect(plane.closeness[0] == 1 && plane.closeness[1] == 0)
        #expect(abs(plane.cutOff - wide) < 1e-15)
        // The ray rises 4 for every 3 and leaves at the height of the best.
        #expect(abs(plane.isolineEnd.toWorst - 5.0 / 7) < 1e-15)
        #expect(abs(plane.isolineEnd.toIdeal - 5.0 / 7 * 0.75) < 1e-15)
    }

    @Test("When all are equal, each is half; the first alone has its line upright")
    func degenerate() throws {
        let equal = try DistancePlane(ValueTable(rows: 2, columns: 1, values: [0.5, 0.5]), Weights([1]), first: 1)
        #expect(equal.closeness == [0.5, 0.5] && equal.isolineEnd == DistancePlane.Point(toIdeal: 0, toWorst: 0))
        let best = try DistancePlane(toIdeal: [0, 2], toWorst: [2, 0], first: 1)
        #expect(best.isolineEnd == DistancePlane.Point(toIdeal: 0, toWorst: 2))
        let last = try DistancePlane(toIdeal: [0, 2], toWorst: [2, 0], first: 2)
        #expect(last.isolineEnd == DistancePlane.Point(toIdeal: 2, toWorst: 0))
        #expect(throws: RobustnessFlaw.output(1)) { try DistancePlane(toIdeal: [0, -1], toWorst: [1, 1], first: 1) }
        #expect(throws: RobustnessFlaw.unknown(row: 0, column: 0)) {
            try DistancePlane(ValueTable([[0...1]]), Weights([1]), first: 1)
        }
    }
}
