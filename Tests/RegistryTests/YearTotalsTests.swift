import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite struct YearTotalsTests {
    private static let today = Town.now.dayInChina
    /// Of one estate that nobody programmed, and one programmed in 2025 and accepted in 2026.
    private static let expected: [(year: Int, stood: [Stage.Tone: Int])] = [
        (1900, [.awaiting: 2]), (2024, [.awaiting: 2]), (2025, [.awaiting: 1, .programmed: 1]),
        (2026, [.awaiting: 1, .accepted: 1]), (2100, [.awaiting: 1, .accepted: 1]),
    ]

    @Test(
        "An estate counts where it stood at the end of the year asked for, in no year twice",
        arguments: Engine.available)
    func stood(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            try await town.act { deed in
                _ = try register.registerEstate(Town.estate("向阳小区"), in: deed)
                let estate = try register.registerEstate(Town.estate("建安小区"), in: deed)
                let building = try register.registerBuilding(BuildingChange(name: "1栋"), of: estate, in: deed)
                let draft = ProjectDraft(
                    name: "建安小区改造", estates: [estate], buildings: [building],
                    measures: [MeasureDraft(item: "roof", target: .building, note: "")], plannedYear: 2025,
                    stage: "programmed")
                let project = try register.createProject(draft, in: deed)
                let seen = try register.project(project, in: deed.tx)?.version ?? 0
                try register.changeStage(of: project, to: "accepted", on: Self.today, seen: seen, in: deed)
            }
            for (year, stood) in Self.expected {
                let found = try await town.read { tx in
                    try register.stood(
                        in: year, EstateFilter(), for: .machineOwner(requestID: "test"), today: Self.today, in: tx)
                }
                #expect(found == stood, "\(year)")
            }
        }
    }
}
