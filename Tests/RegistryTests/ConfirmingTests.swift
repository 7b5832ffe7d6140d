import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite struct ConfirmingTests {
    private static func survey(_ day: String) -> Provenance {
        Provenance(source: "现场复核", day: Day(day), surveyor: "王工")
    }

    private static func sheet(_ day: String) -> [String: Fact] {
        [CoreFact.households: Fact(.integer(300), from: survey(day))]
    }

    @Test("A value confirmed on a later day takes that day, its source and its surveyor", arguments: Engine.available)
    func laterDay(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let id = try await town.act { deed in try register.registerEstate(Town.estate("建安小区"), in: deed) }
            try await town.act { deed in
                let later = try register.correctEstate(
                    id, EstateChange(facts: Self.sheet("2026-06-01")), seen: 1, in: deed)
                guard case .stored(version: 2) = later else { throw Refusal("test", zh: "", en: "not stored") }
                let earlier = try register.correctEstate(
                    id, EstateChange(facts: Self.sheet("2024-06-01")), seen: 2, in: deed)
                guard case .unchanged = earlier else { throw Refusal("test", zh: "", en: "stored") }
            }
            let facts = try #require(try await town.estate(named: "建安小区")).facts
            #expect(facts[CoreFact.households]?.provenance == Self.survey("2026-06-01"))
            #expect(facts[CoreFact.floorArea]?.provenance == Town.survey, "what was not confirmed keeps its day")
            let told = try await town.texts("SELECT value_after FROM record_line WHERE act = 'estate.correct'")
            #expect(told.count == 1 && told[0].contains("surveyDate") && told[0].contains("2026-06-01"))
        }
    }
}
