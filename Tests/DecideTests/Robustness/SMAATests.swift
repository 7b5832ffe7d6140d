import Foundation
import TestSupport
import Testing

@testable import Decide

@Suite("Acceptability over many weightings")
struct SMAATests {
    /// A vector as another implementation computed it.
    private struct Vector: Decodable {
        let matrix: [[Double]]
        let types: [Int]
        let weightSamples: [[Double]]
        let rankAcceptabilityCounts: [[UInt32]]
        let centralWeights: [[Double]?]
    }

    /// Between the column's extremes, costs turned round.
    private func scaled(_ matrix: [[Double]], _ types: [Int]) throws -> ValueTable {
        let columns = types.indices.map { column in
            let values = matrix.map { $0[column] }
            let (least, most) = (values.min() ?? 0, values.max() ?? 1)
            return values.map { types[column] == 1 ? ($0 - least) / (most - least) : (most - $0) / (most - least) }
        }
        return try ValueTable(rows: matrix.count, columns: types.count, values: columns.flatMap { $0 })
    }

    @Test(
        "Counts for given weightings are numpy's to the last one, central weights to rounding",
        .enabled(if: Reference.isHere, "reference data absent"))
    func vector() throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let data = try Data(contentsOf: Reference.file("vectors/mcda/smaa12x5_300.json"))
        let vector = try decoder.decode(Vector.self, from: data)
        let smaa = try SMAA(scaled(vector.matrix, vector.types), WeightSamples(vector.weightSamples))
        #expect(smaa.counts == vector.rankAcceptabilityCounts.flatMap { $0 })
        #expect(smaa.seed == nil && smaa.samples == 300)
        for (ours, theirs) in zip(smaa.centralWeights, vector.centralWeights) {
            #expect((ours == nil) == (theirs == nil))
            #expect(zip(ours ?? [], theirs ?? []).allSatisfy { abs($0 - $1) < 1e-9 })
        }
    }

    @Test("By hand: two aspects, three alternatives, four weightings")
    func example() throws {
        let table = try ValueTable(rows: 3, columns: 2, values: [1, 0, 0.6, 0, 1, 0.6])
        let samples = try WeightSamples([[1, 0], [0.75, 0.25], [0.5, 0.5], [0, 1]])
        let smaa = try SMAA(table, samples, pairs: true)
        // The orders: 0 2 1, 0 2 1, 2 0 1 (0 and 1 are equal: in their order), 1 2 0.
        #expect(smaa.bands == [1, 2, 3])
        #expect(smaa.counts == [2, 1, 1, 1, 0, 3, 1, 3, 0])
        #expect(smaa.placeSums == [7, 10, 7] && smaa.meanPlace(of: 0) == 1.75)
        #expect(smaa.centralWeights == [[0.875, 0.125], [0, 1], [0.5, 0.5]])
        #expect(smaa.wins == [0, 3, 2, 1, 0, 1, 2, 3, 0])
        #expect(smaa.share(of: 2, before: 1) == 0.75)
        #expect(smaa.share(of: 0, amongFirst: 2) == 0.75 && smaa.acceptability(of: 1, place: 3) == 0.75)
        #expect(smaa.places(of: 0) == RankInterval(best: 1, worst: 3))
        #expect(smaa.places(of: 1, tail: 0.25) == RankInterval(best: 3, worst: 3))
    }

    /// Values in a few steps, so that many scores are equal, or any.
    private func table(_ rows: Int, _ columns: Int, steps: Int?, seed: UInt64) throws -> ValueTable {
        var random = SampleRandom(seed: seed, sample: 0)
        return try ValueTable(
            rows: rows, columns: columns,
            values: (0..<rows * columns).map { _ in
                steps.map { Double(random.whole(below: $0 + 1)) / Double($0) } ?? random.unit()
            })
    }

    @Test("Every alternative has a place in each weighting and every place an alternative; one of each pair wins")
    func sums() throws {
        let seed = testSeed()
        let table = try table(23, 4, steps: nil, seed: seed)
        let smaa = try SMAA(table, WeightSpace.any(columns: 4).samples(150, seed: seed), pairs: true)
        let wins = try #require(smaa.wins)
        for row in 0..<23 {
            #expect(smaa.counts[row * 23..<row * 23 + 23].reduce(0, +) == 150, "seed \(seed)")
            #expect((0..<23).reduce(0) { $0 + smaa.counts[$1 * 23 + row] } == 150, "seed \(seed)")
            #expect((0..<23).reduce(0) { $0 + Int(wins[row * 23 + $1]) } == 23 * 150 - smaa.placeSums[row])
            #expect(wins[row * 23 + row] == 0)
            for other in 0..<row { #expect(wins[row * 23 + other] + wins[other * 23 + row] == 150, "seed \(seed)") }
        }
        let weights = smaa.centralWeights.enumerated().reduce(0.0) { sum, row in
            sum + (row.element?.reduce(0, +) ?? 0) * Double(smaa.counts[row.offset * 23])
        }
        #expect(abs(weights - 150) < 1e-9)
    }

    @Test("Any number of threads gives the same bits", arguments: [2, 5])
    func threads(_ threads: Int) throws {
        let seed = testSeed()
        let table = try table(40, 6, steps: nil, seed: seed)
        let samples = try WeightSpace.any(columns: 6).samples(333, seed: seed)
        let alone = try SMAA(table, samples, pairs: true, threads: 1)
        #expect(try SMAA(table, samples, pairs: true, threads: threads) == alone, "seed \(seed)")
    }

    @Test("Orders are a stable sort's: of any scores, equal ones, one far from all the others", arguments: 0..<5)
    func orders(kind: Int) throws {
        let seed = testSeed()
        var random = SampleRandom(seed: seed, sample: kind)
        for count in [1, 2, 7, 100, 700] {
            var sorter = PlaceSorter(count: count)
            for _ in 0..<3 {
                var scores = (0..<count).map { _ in
                    switch kind {
                    case 0: random.unit()
                    case 1: Double(random.whole(below: 12)) / 16
                    case 2: 0.5
                    case 3: 1e-9 * random.unit()
                    default: random.unit() * 1e300
                    }
                }
                if kind == 3 { scores[count / 2] = 1 }
                scores.withUnsafeBufferPointer { sorter.sort($0) }
                let wanted = scores.indices.sorted {
                    scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1]
                }
                #expect(sorter.order == wanted.map(UInt32.init), "seed \(seed), count \(count)")
            }
        }
    }

    @Test("Scores of many weightings at once are the additive score to the last bit")
    func tiles() throws {
        let seed = testSeed()
        let table = try table(21, 5, steps: nil, seed: seed)
        let samples = try WeightSpace.any(columns: 5).samples(30, seed: seed)
        let smaa = try SMAA(table, samples)
        var counts = [UInt32](repeating: 0, count: 21 * 21)
        for sample in 0..<30 {
            let scores = (0..<21).map { row in
                (0..<5).reduce(0.0) { $0 + samples.values[sample * 5 + $1] * table.low[$1 * 21 + row] }
            }
            let order = scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
            for (place, row) in order.enumerated() { counts[row * 21 + place] += 1 }
        }
        #expect(smaa.counts == counts, "seed \(seed)")
    }

    @Test("Above five thousand alternatives places are counted in bands, those asked for among them")
    func bands() throws {
        let rows = 5_001
        let table = try table(rows, 2, steps: nil, seed: 3)
        let smaa = try SMAA(table, WeightSpace.any(columns: 2).samples(5, seed: 3), firsts: [40])
        #expect(smaa.bands == [1, 2, 5, 10, 20, 40, 50, 100, 200, 500, 1_000, 2_000, 5_000, 5_001])
        let members = (0..<rows).reduce(0.0) { $0 + (smaa.share(of: $1, amongFirst: 40) ?? 0) }
        #expect(abs(members - 40) < 1e-9)
        #expect(smaa.share(of: 0, amongFirst: 41) == nil && smaa.acceptability(of: 0, place: 1) == nil)
        #expect(smaa.placeSums.reduce(0, +) == 5 * rows * (rows + 1) / 2)
        #expect(throws: RobustnessFlaw.count(asked: rows, most: 5_000)) {
            try SMAA(table, WeightSpace.any(columns: 2).samples(5, seed: 3), pairs: true)
        }
    }

    @Test("An unknown value, weights of another number, a place that is none are refused")
    func refused() throws {
        let samples = try WeightSpace.any(columns: 2).samples(5, seed: 3)
        #expect(throws: RobustnessFlaw.unknown(row: 1, column: 0)) {
            try SMAA(ValueTable([[0...0, 0...0], [0...1, 0...0]]), samples)
        }
        #expect(throws: RobustnessFlaw.weightCount(weights: 2, columns: 1)) {
            try SMAA(ValueTable([[0...0]]), samples)
        }
        #expect(throws: RobustnessFlaw.place(2)) { try SMAA(ValueTable([[0...0, 1...1]]), samples, firsts: [2]) }
    }
}
