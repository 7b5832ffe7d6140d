import Identity
import Kernel
import Registry
import TestSupport
import Testing

private func day(_ month: Int, _ day: Int, _ year: Int = 2026) throws -> Day {
    try #require(Day(year: year, month: month, day: day))
}

@Suite struct WallQueryTests {
    private static let owner = Actor.machineOwner(requestID: "test")
    private static let today = Town.now.dayInChina

    /// A project with the steps it went through, the way the demo city brings its own.
    private static func load(
        _ steps: [(String, Day)], of estates: [ID<Estate>], number: Int, planned: Int?, in town: Town
    ) async throws {
        let steps = steps.map { ProjectStep(stage: $0.0, day: $0.1) }
        let register = town.register
        try await town.act { deed in
            let draft = ProjectDraft(
                name: "\(number)", estates: estates, plannedYear: planned, stage: steps.last?.stage ?? Stage.first)
            let project = GeneratedProject(
                id: ID(at: deed.now), ordinal: number, draft: draft, place: Town.code("430111002"), steps: steps,
                finishedYear: nil)
            try register.load([project], in: deed)
        }
    }

    private static func town(_ engine: Engine, _ body: (Town, [ID<Estate>]) async throws -> Void) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let estates = try await town.act { deed in
                try ["甲", "乙", "丙", "丁"].map { name in
                    try register.registerEstate(Town.estate(name + "村"), in: deed)
                }
            }
            try await body(town, estates)
        }
    }

    @Test(
        "The trend is where estates stood at each month's end, by the furthest of their projects",
        arguments: Engine.available)
    func trend(engine: Engine) async throws {
        try await Self.town(engine) { town, estates in
            // 甲 goes all the way this year; 乙 was done before; 丙 has one project done and another begun; 丁 has none.
            try await Self.load(
                [
                    ("surveyed", day(9, 1, 2025)), ("programmed", day(1, 20)), ("works", day(3, 31)),
                    ("accepted", day(6, 10)),
                ],
                of: [estates[0]], number: 1, planned: 2026, in: town)
            try await Self.load(
                [("programmed", day(2, 1, 2023)), ("accepted", day(12, 31, 2025))], of: [estates[1]], number: 2,
                planned: 2023, in: town)
            try await Self.load(
                [("programmed", day(2, 1, 2024)), ("accepted", day(5, 1))], of: [estates[2]], number: 3, planned: 2024,
                in: town)
            try await Self.load([("works", day(2, 2))], of: [estates[2]], number: 4, planned: 2026, in: town)
            let register = town.register
            let trend = try await town.read { tx in
                let summary = try register.summary(for: Self.owner, in: tx)
                return try register.stageTrend(to: summary, through: Self.today, for: Self.owner, in: tx)
            }
            #expect(
                try trend.days == [
                    day(12, 31, 2025), day(1, 31), day(2, 28), day(3, 31), day(4, 30), day(5, 31), day(6, 30),
                ])
            let zero = Array(repeating: 0, count: 7)
            #expect(trend.estates[.awaiting] == [2, 1, 1, 1, 1, 1, 1])
            #expect(trend.estates[.programmed] == [1, 2, 1, 0, 0, 0, 0])
            #expect(trend.estates[.works] == [0, 0, 1, 2, 2, 1, 0])
            #expect(trend.estates[.accepted] == [1, 1, 1, 1, 1, 2, 3])
            #expect(trend.estates[.aftercare] ?? zero == zero)
        }
    }

    @Test("In January the trend has its beginning and now, in December every month")
    func months() throws {
        #expect(
            try StageTrend.days(of: 2026, through: day(1, 5)) == [day(12, 31, 2025), day(1, 5)])
        #expect(try StageTrend.days(of: 2026, through: day(12, 31)).count == 13)
    }

    @Test(
        "The programme by district counts what is in works and accepted of it, and each estate once",
        arguments: Engine.available)
    func programme(engine: Engine) async throws {
        try await Self.town(engine) { town, estates in
            try await Self.load(
                [("works", day(3, 1))], of: [estates[0], estates[1]], number: 1, planned: 2026, in: town)
            try await Self.load([("programmed", day(2, 1))], of: [estates[0]], number: 2, planned: 2026, in: town)
            try await Self.load([("accepted", day(4, 1))], of: [estates[2]], number: 3, planned: 2026, in: town)
            try await Self.load([("works", day(4, 1))], of: [estates[3]], number: 4, planned: 2025, in: town)
            let register = town.register
            let (mine, foreign) = try await town.read { tx in
                (
                    try register.programme(of: 2026, for: Town.officer("430111"), in: tx),
                    try register.programme(of: 2026, for: Town.officer("430102"), in: tx)
                )
            }
            var count = ProgrammeCount()
            (count.programmed, count.inWorks, count.accepted) = (3, 2, 1)
            #expect(mine == [Town.code("430111"): count])
            #expect(foreign.isEmpty)
        }
    }
}
