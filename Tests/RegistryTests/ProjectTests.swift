import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite struct ProjectTests {
    private static let owner = Actor.machineOwner(requestID: "test")
    private static let today = Town.now.dayInChina

    /// An estate with buildings of these names, and a project of all of them.
    private static func project(
        _ town: Town, stage: String = "programmed", year: Int? = 2025, buildings: [String] = ["1栋", "2栋"]
    ) async throws -> (estate: ID<Estate>, buildings: [ID<Building>], project: ID<Project>) {
        let register = town.register
        return try await town.act { deed in
            let estate = try register.registerEstate(Town.estate("建安小区"), in: deed)
            let ids = try buildings.map {
                try register.registerBuilding(BuildingChange(name: $0), of: estate, in: deed)
            }
            let draft = ProjectDraft(
                name: "建安小区改造", estates: [estate], buildings: ids,
                measures: [MeasureDraft(item: "roof", target: .building, note: "只做东侧")], plannedYear: year, stage: stage
            )
            return (estate, ids, try register.createProject(draft, in: deed))
        }
    }

    private static func move(_ project: ID<Project>, to stage: String, in town: Town) async throws {
        let register = town.register
        try await town.act { deed in
            let seen = try register.project(project, in: deed.tx)?.version ?? 0
            try register.changeStage(of: project, to: stage, on: today, seen: seen, in: deed)
        }
    }

    private static func years(of project: ID<Project>, in town: Town) async throws -> [Int?] {
        let register = town.register
        let found = try await town.read { tx in try register.project(project, in: tx) }
        return [found?.plannedYear, found?.finishedYear]
    }

    @Test(
        "A project moved back loses the year of its completion, and figures say so everywhere",
        arguments: Engine.available)
    func movedBack(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let made = try await Self.project(town)
            try await Self.move(made.project, to: "accepted", in: town)
            #expect(try await Self.years(of: made.project, in: town) == [2025, 2026])
            try await Self.move(made.project, to: "works", in: town)
            #expect(try await Self.years(of: made.project, in: town) == [2025, nil])
            let register = town.register
            let (summary, districts, estate) = try await town.read { tx in
                (
                    try register.summary(for: Self.owner, in: tx),
                    try register.progress(inProgrammeOf: 2025, for: Self.owner, in: tx),
                    try register.estate(made.estate, in: tx)
                )
            }
            #expect(summary.everCompleted == 0 && summary.byYear.map(\.year) == [2025])
            #expect(districts[Town.code("430111")]?.completed == 0)
            #expect(estate?.completedYear == nil && estate?.stage == "works")
        }
    }

    @Test("Whoever skips acceptance on the way to settlement is finished all the same", arguments: Engine.available)
    func straightToSettlement(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let made = try await Self.project(town, stage: "surveyed", year: nil)
            #expect(try await Self.years(of: made.project, in: town) == [nil, nil])
            try await Self.move(made.project, to: "settled", in: town)
            #expect(try await Self.years(of: made.project, in: town) == [2026, 2026])
            let register = town.register
            let (summary, districts) = try await town.read { tx in
                (
                    try register.summary(for: Self.owner, in: tx),
                    try register.progress(inProgrammeOf: 2026, for: Self.owner, in: tx)
                )
            }
            #expect(summary.everCompleted == 1 && districts[Town.code("430111")]?.completed == 1)
        }
    }

    @Test("A project left out counts in no year; taken up again it goes on where it was", arguments: Engine.available)
    func leftOut(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let made = try await Self.project(town)
            let register = town.register
            try await Self.move(made.project, to: "leftOut", in: town)
            let estate = try await town.read { tx in try register.estate(made.estate, in: tx) }
            #expect(estate?.programmedYear == nil && estate?.stage == "leftOut")
            let summary = try await town.read { tx in try register.summary(for: Self.owner, in: tx) }
            #expect(summary.byYear.isEmpty)
            try await Self.move(made.project, to: "design", in: town)
            #expect(try await Self.years(of: made.project, in: town) == [2025, nil])
        }
    }

    @Test("A programme's year is refused for a project that stands in no programme", arguments: Engine.available)
    func yearTooEarly(engine: Engine) async throws {
        try await Town.with(engine) { town in
            await #expect {
                _ = try await Self.project(town, stage: "surveyed", year: 2027)
            } throws: { ($0 as? Refusal)?.code == "project.year.early" }
            let projects: Int? = try await town.read { tx in try tx.value("SELECT count(*) FROM project") }
            #expect(projects == 0)
        }
    }

    @Test(
        "A project is corrected: another name, a second estate's buildings, other works, its year",
        arguments: Engine.available)
    func corrects(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let made = try await Self.project(town)
            let register = town.register
            let (second, building) = try await town.act { deed in
                let estate = try register.registerEstate(Town.estate("铁建小区", at: "430111005"), in: deed)
                return (estate, try register.registerBuilding(BuildingChange(name: "9栋"), of: estate, in: deed))
            }
            let kept = try await town.read { tx in try register.measures(of: made.project, in: tx) }
            let draft = ProjectDraft(
                name: "建安铁建连片改造", estates: [made.estate, second], buildings: [made.buildings[0], building],
                measures: kept.map { MeasureDraft($0) } + [MeasureDraft(item: "drainage", target: .grounds)],
                plannedYear: 2026)
            let done = try await town.act { deed in
                try register.correctProject(made.project, draft, seen: 1, in: deed)
            }
            guard case .stored(version: 2) = done else { throw Refusal("test", zh: "未保存", en: "not stored") }
            let (project, measures, names, summary) = try await town.read { tx in
                (
                    try register.project(made.project, in: tx), try register.measures(of: made.project, in: tx),
                    try register.buildings(of: made.project, in: tx).map(\.name),
                    try register.summary(for: Self.owner, in: tx)
                )
            }
            #expect(project?.name == "建安铁建连片改造" && project?.place == Town.code("430111"))
            #expect(project?.plannedYear == 2026 && project?.stage == "programmed")
            #expect(Set(names) == ["1栋", "9栋"])
            // What stays is the same measure as before, its note included.
            #expect(Set(measures.map(\.item)) == ["roof", "drainage"])
            #expect(measures.first { $0.item == "roof" }?.id == kept.first?.id)
            #expect(measures.first { $0.item == "roof" }?.note == "只做东侧")
            #expect(summary.byYear.map(\.year) == [2026] && summary.byYear[0].figures.programmed.estates == 2)
            let told = try await town.read { tx in
                try tx.map("SELECT value_before, value_after FROM record_line WHERE act = 'project.correct'") {
                    (try JSON(parsing: $0[0] as String), try JSON(parsing: $0[1] as String))
                }
            }
            #expect(told.count == 1 && told[0].0["name"]?.string == "建安小区改造")
            #expect(told[0].0["buildings"]?.elements.compactMap(\.string) == ["CS-00001 1栋", "CS-00001 2栋"])
            #expect(told[0].1["buildings"]?.elements.compactMap(\.string) == ["CS-00001 1栋", "CS-00002 9栋"])
            #expect(told[0].1["stage"] == nil)
        }
    }

    @Test(
        "A correction is refused on an old version, elsewhere, and with a stranger's building",
        arguments: Engine.available)
    func correctionRefused(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let made = try await Self.project(town)
            let register = town.register
            let foreign = try await town.act { deed in
                try register.registerEstate(Town.estate("外区小区", at: "430102001"), in: deed)
            }
            var same = ProjectDraft(
                name: "建安小区改造", estates: [made.estate], buildings: made.buildings, plannedYear: 2025)
            same.measures = try await town.read { tx in
                try register.measures(of: made.project, in: tx).map { MeasureDraft($0) }
            }
            let unchanged = same
            let result = try await town.act { deed in
                try register.correctProject(made.project, unchanged, seen: 1, in: deed)
            }
            guard case .unchanged = result else { throw Refusal("test", zh: "有变化", en: "changed") }
            var wider = same
            wider.estates.append(foreign)
            let across = wider
            let attempts: [(Refusal.Kind, Actor, ProjectDraft, Int)] = [
                (.conflict, Self.owner, unchanged, 7), (.forbidden, Town.officer("430111"), across, 1),
                (.forbidden, Town.officer("430102"), unchanged, 1),
                (.invalid, Self.owner, ProjectDraft(name: "x", estates: [foreign], buildings: made.buildings), 1),
            ]
            for (kind, actor, draft, seen) in attempts {
                await #expect {
                    try await town.act(as: actor) { deed in
                        _ = try register.correctProject(made.project, draft, seen: seen, in: deed)
                    }
                } throws: { ($0 as? Refusal)?.kind == kind }
            }
            let estates = try await town.read { tx in try register.estates(of: made.project, in: tx).map(\.id) }
            #expect(estates == [made.estate])
        }
    }
}
