import Kernel
import Testing

@testable import Decide

@Suite("Shares of a cost")
struct ShareTests {
    private let byArea = ShareRule(
        version: 1, day: "2026-06-30", source: "test", bearers: [],
        keys: [ShareRule.Key(basis: .area, part: 10_000)])

    @Test("Three equal households share 100 fen: the odd one goes to the smallest id")
    func odd() throws {
        let homes = ["c", "a", "b"].map { ShareHousehold(id: $0, area: 8_000) }
        let split = try ShareSplit(100, by: byArea, among: homes)
        #expect(split.lines.map(\.household.id) == ["a", "b", "c"])
        #expect(split.lines.map(\.amount) == [34, 33, 33])
    }

    /// By hand: 1,000.00 yuan; the owner unit 30 %, so 700.00 for the households: 60 % by area = 420.00, 40 % each =
    /// 280.00.
    /// Areas 60, 80, 60 m²: 126.00, 168.00, 126.00; each 93.33 and one fen over, which the smallest id bears.
    @Test("Owner unit, area and household together, as worked out by hand")
    func byHand() throws {
        let rule = ShareRule(
            version: 1, day: "2026-06-30", source: "test", bearers: [ShareRule.Bearer(code: "unit", part: 3_000)],
            keys: [ShareRule.Key(basis: .area, part: 6_000), ShareRule.Key(basis: .household, part: 4_000)])
        let homes = [
            ShareHousehold(id: "1-101", area: 6_000), ShareHousehold(id: "1-102", area: 8_000),
            ShareHousehold(id: "1-201", area: 6_000),
        ]
        let split = try ShareSplit(100_000, by: rule, among: homes)
        #expect(split.bearers.map(\.amount) == [30_000])
        #expect(split.lines.map(\.amount) == [21_934, 26_133, 21_933])
        let second = try #require(split["1-102"])
        #expect(second.parts.map(\.pot) == [42_000, 28_000])
        #expect(second.parts[0].weight == 8_000 && second.parts[0].weights == 20_000)

        let more = try ShareSplit(100_000, by: rule.with("unit", bearing: 5_000), among: homes)
        #expect(more.bearers.map(\.amount) == [50_000])
        #expect(more.lines.reduce(0) { $0 + $1.amount } == 50_000)
    }

    @Test("A lift is paid by floor: the ground floor pays nothing")
    func lift() throws {
        let rule = ShareRule(
            version: 1, day: "2026-06-30", source: "test", bearers: [],
            keys: [ShareRule.Key(basis: .floor, part: 10_000)], floors: [0, 0, 100, 120, 140, 160])
        let homes = (1...7).map { ShareHousehold(id: "f\($0)", area: 8_000, floor: $0) }
        let split = try ShareSplit(68_000, by: rule, among: homes)
        // 100 + 120 + 140 + 160 + 160 = 680
        #expect(split.lines.map(\.amount) == [0, 0, 10_000, 12_000, 14_000, 16_000, 16_000])
    }

    @Test("What is taken off for hardship is borne by the others, or by whom the rule names")
    func hardship() throws {
        var rule = byArea
        rule.reliefs = [ShareRule.Relief(code: "dibao", part: 5_000)]
        var homes = (1...3).map { ShareHousehold(id: "h\($0)", area: 5_000) }
        homes[1].relief = "dibao"
        let split = try ShareSplit(30_001, by: rule, among: homes)
        #expect(split.lines.map(\.gross) == [10_001, 10_000, 10_000])
        #expect(split.lines.map(\.relief) == [0, 5_000, 0])
        #expect(split.lines.map(\.takenOn) == [2_500, 0, 2_500])

        rule.bearers = [ShareRule.Bearer(code: "district", part: 0)]
        rule.reliefBearer = "district"
        let borne = try ShareSplit(30_001, by: rule, among: homes)
        #expect(borne.lines.map(\.amount) == [10_001, 5_000, 10_000])
        #expect(borne.bearers.map(\.amount) == [5_000])

        for index in homes.indices { homes[index].relief = "dibao" }
        rule.reliefBearer = nil
        #expect(throws: ShareFlaw.nobodyBears) { _ = try ShareSplit(30_000, by: rule, among: homes) }
    }

    @Test("What cannot be shared says why")
    func flaws() {
        let homes = [ShareHousehold(id: "a", area: 0), ShareHousehold(id: "b", area: 0)]
        #expect(throws: ShareFlaw.nobody(.area)) { _ = try ShareSplit(1, by: byArea, among: homes) }
        #expect(throws: ShareFlaw.bearers) {
            _ = try ShareSplit(1, by: byArea.with("u", bearing: 10_001), among: homes)
        }
        #expect(throws: ShareFlaw.household("a")) { _ = try ShareSplit(1, by: byArea, among: [homes[0], homes[0]]) }
        var rule = byArea
        rule.keys[0].part = 9_999
        #expect(throws: ShareFlaw.keys) { _ = try ShareSplit(1, by: rule, among: homes) }
        rule.keys = [ShareRule.Key(basis: .floor, part: 10_000)]
        #expect(throws: ShareFlaw.floors) { _ = try ShareSplit(1, by: rule, among: homes) }
        #expect(throws: ShareFlaw.total(-1)) { _ = try ShareSplit(-1, by: byArea, among: homes) }
        #expect(throws: ShareFlaw.weights) { _ = try LargestRemainder.split(1, by: [.max, 1], keys: ["a", "b"]) }
    }

    @Test("Parts sum exactly, keep to the quota within a fen, grow with the weight, and do not depend on the order")
    func properties() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for round in 0..<400 {
            let count = Int.random(in: 1...40, using: &random)
            let total = Int64.random(in: 0...(round % 2 == 0 ? 1_000 : 1_000_000_000_000_000), using: &random)
            let weights = (0..<count).map { _ in
                Int64.random(in: 0...(round % 3 == 0 ? 3 : 1_000_000_000), using: &random)
            }
            guard weights.reduce(0, +) > 0 else { continue }
            let keys = (0..<count).map { "k\($0)" }.shuffled(using: &random)
            let parts = try LargestRemainder.split(total, by: weights, keys: keys)
            let sum = Double(weights.reduce(0, +))
            #expect(parts.reduce(0, +) == total, "seed \(seed) round \(round)")
            for left in 0..<count {
                let quota = Double(total) * Double(weights[left]) / sum
                // Doubles carry 15 digits: compared where a fen can be seen.
                let isNear = abs(Double(parts[left]) - quota) < 1
                #expect(total > 1_000 || isNear, "seed \(seed) round \(round)")
                for right in 0..<count where weights[left] < weights[right] {
                    #expect(parts[left] <= parts[right], "seed \(seed) round \(round)")
                }
            }
            let order = Array(0..<count).shuffled(using: &random)
            let again = try LargestRemainder.split(total, by: order.map { weights[$0] }, keys: order.map { keys[$0] })
            #expect(again == order.map { parts[$0] }, "seed \(seed) round \(round)")
        }
    }

    @Test("Random rules over random houses lose no fen")
    func rules() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for round in 0..<200 {
            let cuts = (0..<3).map { _ in Int64.random(in: 0...10_000, using: &random) }.sorted()
            let parts = [cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 10_000 - cuts[2]]
            let unit = Int64.random(in: 0...6_000, using: &random)
            let rule = ShareRule(
                version: 1, day: "", source: "",
                bearers: [ShareRule.Bearer(code: "u", part: unit), ShareRule.Bearer(code: "d", part: 1_000)],
                keys: zip(ShareRule.Basis.allCases, parts).map { ShareRule.Key(basis: $0, part: $1) },
                floors: [10, 20, 30],
                reliefs: [ShareRule.Relief(code: "r", part: Int64.random(in: 0...10_000, using: &random))],
                reliefBearer: Bool.random(using: &random) ? "d" : nil)
            var homes = (0..<Int.random(in: 2...60, using: &random)).map { number in
                ShareHousehold(
                    id: "h\(number)", area: Int64.random(in: 1...20_000, using: &random),
                    floor: Int.random(in: -1...9, using: &random), benefit: Int64.random(in: 1...100, using: &random),
                    relief: Int.random(in: 0...4, using: &random) == 0 ? "r" : nil)
            }
            homes[0].relief = nil
            let total = Int64.random(in: 100_000...1_000_000_000, using: &random)
            let split = try ShareSplit(total, by: rule, among: homes.shuffled(using: &random))
            let (own, others) = (split.lines.map(\.amount), split.bearers.map(\.amount))
            #expect((own + others).reduce(0, +) == total, "seed \(seed) round \(round)")
            #expect(split.lines.allSatisfy { $0.amount >= 0 && $0.relief <= $0.gross }, "seed \(seed) round \(round)")
            #expect(try ShareSplit(total, by: rule, among: homes) == split, "seed \(seed) round \(round)")
        }
    }
}
