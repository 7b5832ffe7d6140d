import Identity
import Kernel
import TestSupport
import Testing

@testable import Evaluation

@Suite("Residents' weights")
struct ResidentTests {
    private static let items = [
        WeightItem("roof", Phrase(zh: "屋面", en: "Roof")), WeightItem("gas", Phrase(zh: "燃气", en: "Gas on tap")),
    ]

    private static func totals(_ borough: Borough, _ counts: [Int] = [300, 100]) -> ResidentTotals {
        ResidentTotals(
            place: Borough.code("4301"), scheme: borough.evaluations.shipped, subject: .aspects(.need),
            source: "2026 年居民问卷", day: Day("2026-05-20") ?? Borough.now.dayInChina, rule: .chosen,
            respondents: 320, totals: counts)
    }

    @Test(
        "Pasted lines are read by code or name, in any order",
        arguments: ["roof 300\ngas 100", "燃气，100\n\n屋面：300\n", "Gas on  tap\t100\r\nRoof;300"])
    func pasted(text: String) throws {
        #expect(try ResidentTotals.read(text, items: Self.items) == [300, 100])
    }

    @Test(
        "Lines that cannot be read are named",
        arguments: [
            ("roof 300", ["residents.missing"]), ("roof 3\nlift 4\ngas 1", ["residents.item"]),
            ("roof 3\nroof 4\ngas 1", ["residents.total"]), ("roof -3\ngas x", ["residents.total", "residents.total"]),
            ("roof 1000000001\ngas 1", ["residents.total"]),
        ])
    func unreadable(text: String, expected: [String]) async {
        #expect(await codes { _ = try ResidentTotals.read(text, items: Self.items) } == expected)
    }

    @Test("Totals become weights beside the experts', and can be taken out of use", arguments: Engine.available)
    func stored(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let totals = Self.totals(borough)
            let id = try await borough.act { _, deed in try Weighting.enter(totals, in: deed) }
            let listed = try await borough.read { _, tx in
                try WeightingQueries.residents(of: .aspects(.need), for: Borough.owner, in: tx)
            }
            let entered = try #require(listed.first)
            #expect(entered.id == id && entered.totals == totals && entered.weights == [0.75, 0.25])
            #expect(entered.provenance.zh == "2026 年居民问卷（2026-05-20），320 人，按被选次数")
            #expect(try borough.evaluations.shipped.taking(entered).aspect("roof")?.weight == 0.75)

            let session = try await borough.closedSession()
            let lines = WeightComparison(experts: session, residents: entered).lines
            #expect(lines.map(\.item.code) == ["roof", "gas"])
            #expect(lines.map { ($0.gap ?? 0) > 0 } == [true, false], "experts gave the roof a quarter")

            let others = try await borough.read { _, tx in
                try WeightingQueries.residents(of: .groups(.need), for: Borough.owner, in: tx).count
            }
            #expect(others == 0)
            try await borough.act { _, deed in try Weighting.withdraw(id, reason: "重复录入", in: deed) }
            let (used, all) = try await borough.read { _, tx in
                (
                    try WeightingQueries.residents(for: Borough.owner, in: tx).count,
                    try WeightingQueries.residents(for: Borough.owner, includesWithdrawn: true, in: tx).map(\.reason)
                )
            }
            #expect(used == 0 && all == ["重复录入"])
            let again = await codes {
                try await borough.act { _, deed in try Weighting.withdraw(id, reason: "又一次", in: deed) }
            }
            #expect(again == ["residents.withdrawn"])
        }
    }

    @Test("Totals that cannot be are refused", arguments: Engine.available)
    func refused(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let enter = { (totals: ResidentTotals, actor: Actor) in
                await codes {
                    try await borough.act(as: actor) { _, deed in _ = try Weighting.enter(totals, in: deed) }
                }
            }
            let owner = Borough.owner
            #expect(await enter(Self.totals(borough, [0, 0]), owner) == ["residents.totals"])
            #expect(await enter(Self.totals(borough, [1, -1]), owner) == ["residents.totals"])
            #expect(await enter(Self.totals(borough, [1]), owner) == ["residents.totals"])
            #expect(await enter(Self.totals(borough, [321, 1]), owner) == ["residents.respondents"])
            var later = Self.totals(borough)
            later.day = Borough.now.dayInChina.adding(days: 1)
            #expect(await enter(later, owner) == ["residents.day"])
            #expect(await enter(Self.totals(borough), Borough.officer("4301")) == ["right.missing"])
            // Points can be more than people.
            var points = Self.totals(borough, [3_000, 1])
            points.rule = .points
            #expect(await enter(points, owner) == [])
        }
    }
}
