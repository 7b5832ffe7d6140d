import Decide
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@testable import Evaluation

@Suite("Three estates by hand")
struct RankingTests {
    private static func near(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 1e-12 }

    @Test("Scores, ranks, bands, gates and shares are what one computes on paper", arguments: Engine.available)
    func golden(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            #expect((run.estates, run.ranked, run.flagged, run.first) == (3, 3, 0, 1))
            let lines = try await borough.lines(of: run)
            #expect(lines.map(\.name) == ["甲小区", "乙小区", "丙小区"])
            #expect(lines.map(\.rank) == [1, 2, 3])
            // 0.6 × 1 + 0.4 × 0.5; 0.6 × 0.5 + 0.4 × (0 to 1); 0.4 × 1.
            #expect(zip(lines.map(\.need.low), [0.8, 0.3, 0.4]).allSatisfy(Self.near))
            #expect(zip(lines.map(\.need.high), [0.8, 0.7, 0.4]).allSatisfy(Self.near))
            #expect(Self.near(lines[1].need.middle, 0.5))
            #expect(lines.map(\.bestRank) == [1, 2, 2] && lines.map(\.worstRank) == [1, 3, 3])
            #expect(lines.map(\.band) == ["A", "B", "B"])
            #expect(lines.map(\.gate) == [.ready, .notReady, .unknown])
            #expect(zip(lines.map(\.readiness.low), [0.6, 0.2, 0]).allSatisfy(Self.near))
            #expect(zip(lines.map(\.readiness.high), [0.6, 0.2, 1]).allSatisfy(Self.near))
            #expect(lines.map(\.known) == [1000, 800, 500])
            // (0.6 × 0.5 + 0.2) / 0.8
            #expect(Self.near(lines[0].functionShare, 0.625))
            // However roof and gas are weighed against each other, most weightings keep 甲 before the others.
            #expect(lines.allSatisfy { $0.firstShare != nil } && (lines[0].firstShare ?? 0) > 0.8)
            #expect(Self.near(lines.reduce(0) { $0 + ($1.firstShare ?? 0) }, 1))
        }
    }

    @Test("Why second: contributions, neighbours, what would change it, what to survey", arguments: Engine.available)
    func explanation(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let (run, estate) = (try await borough.evaluate(), borough.estates[1])
            let (why, first) = try await borough.read { evaluations, tx in
                (
                    try evaluations.explanation(of: estate, in: run, for: Borough.owner, in: tx),
                    try evaluations.surveyFirst(in: run, for: Borough.owner, in: tx)
                )
            }
            #expect(why.contributions.map(\.aspect) == [0, 1])
            #expect(Self.near(why.contributions[0].points, 0.3) && Self.near(why.contributions[1].points, 0.2))
            #expect(why.above?.line?.name == "甲小区" && why.below?.line?.name == "丙小区")
            #expect(why.isAmongFirst == false && why.atCutOff?.rank == 1)
            #expect(Self.near(why.above?.why.difference ?? 0, -0.3))
            // The roof alone, from 0.5 to 1, brings 0.3; the gas alone cannot.
            #expect(why.changes.map(\.aspect) == [0] && Self.near(why.changes[0].to, 1))
            #expect(why.missing.map(\.facts) == [["gasShare"]] && why.missing[0].places == 1)
            #expect(first == why.missing)
            #expect(why.conditions.map(\.holds) == [false])
            #expect(why.indicators.map { $0.map(\.value.isCertain) } == [[true], [false], [true]])
            #expect(why.groups.map(\.group) == ["house", "pipes"] && Self.near(why.groups[0].value.low, 0.5))
            #expect(why.oldestFact == Day("2025-05-01"))
            #expect(why.json["line"]?["number"]?.string == why.line.number)
        }
    }

    @Test("A flagged estate is shown with its score and the reason, and not ranked", arguments: Engine.available)
    func flagged(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let first = borough.estates[0]
            try await borough.act { evaluations, deed in
                let entry = ChecklistEntry(
                    row: 2, name: "甲小区", place: Borough.code("430111002"), note: "", estate: first)
                _ = try evaluations.register.importChecklist(
                    .demolition, source: "征收办", day: deed.today, at: Borough.code("4301"), [entry], in: deed)
            }
            let run = try await borough.evaluate()
            let lines = try await borough.lines(of: run)
            #expect((run.ranked, run.flagged) == (2, 1))
            #expect(lines.map(\.name) == ["乙小区", "丙小区", "甲小区"] && lines.map(\.rank) == [1, 2, nil])
            #expect(lines[2].flag == .demolition && Self.near(lines[2].need.middle, 0.8) && lines[2].band == nil)
            let why = try await borough.read { evaluations, tx in
                try evaluations.explanation(of: first, in: run, for: Borough.owner, in: tx)
            }
            #expect(why.flags == [.demolition] && why.above == nil && why.isAmongFirst == nil)
            let matrix = try await borough.read { try $0.matrix(of: run, for: Borough.owner, in: $1) }
            #expect(matrix?.table.rows == 2)
        }
    }

    @Test("Facts found out after the day of the evaluation do not count", arguments: Engine.available)
    func asOf(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            try await borough.correct(1, ["gasShare": .number(100)], on: "2026-06-01")
            let (before, after) = (
                try await borough.evaluate(EvaluationOrder(asOf: Day("2026-05-31"))), try await borough.evaluate()
            )
            let (old, new) = (try await borough.lines(of: before), try await borough.lines(of: after))
            #expect(old.first { $0.name == "乙小区" }?.need.isCertain == false)
            #expect(new.first { $0.name == "乙小区" }.map { Self.near($0.need.high, 0.3) } == true)
            let ahead = await codes { _ = try await borough.evaluate(EvaluationOrder(asOf: Day("2026-07-01"))) }
            #expect(ahead == ["evaluation.day"])
        }
    }

    @Test("Filters, pages and districts", arguments: Engine.available)
    func filters(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            let names = { (edit: @Sendable (inout RankingFilter) -> Void) async throws -> [String] in
                var filter = RankingFilter()
                edit(&filter)
                let asked = filter
                return try await borough.read { evaluations, tx in
                    try evaluations.ranking(of: run, asked, for: Borough.owner, in: tx).lines.map(\.name)
                }
            }
            #expect(try await names { $0.text = "乙" } == ["乙小区"])
            #expect(try await names { $0.place = Borough.code("430111") } == ["甲小区", "乙小区"])
            #expect(try await names { $0.bands = ["B"] } == ["乙小区", "丙小区"])
            #expect(try await names { $0.gate = .unknown } == ["丙小区"])
            #expect(try await names { $0.descending = true } == ["丙小区", "乙小区", "甲小区"])
            #expect(try await names { $0.onlyOpen = true } == [])
            #expect(
                try await names {
                    $0.sort = .certainty
                    $0.descending = true
                }.first == "乙小区")
            let (page, districts) = try await borough.read { evaluations, tx in
                (
                    try evaluations.ranking(of: run, page: 2, size: 2, for: Borough.owner, in: tx),
                    try evaluations.districts(of: run, for: Borough.owner, in: tx)
                )
            }
            #expect(page.total == 3 && page.lines.map(\.name) == ["丙小区"])
            #expect(districts.map(\.place.digits) == ["430102", "430111"] && districts.map(\.amongFirst) == [0, 1])
            #expect(Self.near(districts[1].meanNeed, 0.65) && Self.near(districts[1].medians[0], 0.75))
        }
    }
}
