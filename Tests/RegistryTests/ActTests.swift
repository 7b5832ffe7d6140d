import Foundation
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite struct ActTests {
    @Test(
        "A registered estate has a number for life, counts in the totals and leaves a line in the record",
        arguments: Engine.available)
    func registers(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let id = try await town.act { deed in try register.registerEstate(Town.estate("建安小区"), in: deed) }
            let owner = Actor.machineOwner(requestID: "test")
            let (estate, summary, lines) = try await town.read { tx in
                (
                    try register.estate(id, in: tx), try register.summary(for: owner, in: tx),
                    try tx.map("SELECT act FROM record_line WHERE subject_id = \(id.description)") {
                        try $0[0] as String
                    }
                )
            }
            #expect(estate?.number == "CS-00001")
            #expect(estate?.version == 1)
            #expect(summary.stock.estates == 1 && summary.stock.households == 300)
            #expect(summary.stock.floorArea.m2 == 24_000)
            #expect(lines == ["estate.register"])
        }
    }

    @Test("What is unknown counts nothing and is said to be unknown, never zero", arguments: Engine.available)
    func unknownIsNotZero(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            try await town.act { deed in
                _ = try register.registerEstate(Town.estate("甲小区", households: nil), in: deed)
                _ = try register.registerEstate(Town.estate("乙小区", households: 200), in: deed)
            }
            let summary = try await town.read { tx in
                try register.summary(for: .machineOwner(requestID: "test"), in: tx)
            }
            #expect(summary.stock.households == 200)
            #expect(summary.stock.unknownHouseholds == 1)
        }
    }

    @Test("A correction on a version that has moved on is refused and changes nothing", arguments: Engine.available)
    func secondOfficerIsTold(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let id = try await town.act { deed in try register.registerEstate(Town.estate("建安小区"), in: deed) }
            let first = EstateChange(facts: [CoreFact.households: Fact(.integer(361), from: Town.survey)])
            let second = EstateChange(facts: [CoreFact.households: Fact(.integer(364), from: Town.survey)])
            try await town.act { deed in _ = try register.correctEstate(id, first, seen: 1, in: deed) }
            await #expect(throws: Refusal.self) {
                try await town.act { deed in _ = try register.correctEstate(id, second, seen: 1, in: deed) }
            }
            let households: Int? = try await town.read { tx in try tx.value("SELECT households FROM estate") }
            #expect(households == 361)
        }
    }

    @Test("A Yuhua officer corrects in Yuhua and nowhere else", arguments: Engine.available)
    func scopeFollowsThePrefix(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let yuhua = Town.officer("430111")
            let (own, foreign) = try await town.act { deed in
                (
                    try register.registerEstate(Town.estate("建安小区"), in: deed),
                    try register.registerEstate(Town.estate("外区小区", at: "430102001"), in: deed)
                )
            }
            let change = EstateChange(address: "人民中路 1 号")
            try await town.act(as: yuhua) { deed in _ = try register.correctEstate(own, change, seen: 1, in: deed) }
            await #expect {
                try await town.act(as: yuhua) { deed in
                    _ = try register.correctEstate(foreign, change, seen: 1, in: deed)
                }
            } throws: { ($0 as? Refusal)?.kind == .forbidden }
            let list = try await town.read { tx in try register.estates(EstateFilter(), for: yuhua, in: tx) }
            #expect(list.lines.map(\.name) == ["建安小区"])
            #expect(list.total == 1)
        }
    }

    @Test("Bad values are refused by field, all at once", arguments: Engine.available)
    func refusesBadValues(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            var change = Town.estate(String(repeating: "长", count: 10_000))
            change.location = .some(Coordinate(longitude: 116.4, latitude: 39.9))
            change.facts[CoreFact.floorArea] = Fact(.number(-5), from: Town.survey)
            change.facts[CoreFact.builtYears] = Fact(.years(from: 2034, to: 2034), from: Town.survey)
            let bad = change
            await #expect {
                try await town.act { deed in try register.registerEstate(bad, in: deed) }
            } throws: { error in
                let fields = Set((error as? Refusals)?.all.compactMap(\.field) ?? [])
                return fields == ["name", "location", CoreFact.floorArea, CoreFact.builtYears]
            }
            let count: Int? = try await town.read { tx in try tx.value("SELECT count(*) FROM estate") }
            #expect(count == 0)
        }
    }

    @Test("SQL and HTML in a name stay a name", arguments: Engine.available)
    func namesStayNames(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let name = "'; DROP TABLE estate; -- <script>alert(1)</script> 100%_\\"
            try await town.act { deed in _ = try register.registerEstate(Town.estate(name), in: deed) }
            var filter = EstateFilter()
            filter.text = "%_\\"
            let wanted = filter
            let list = try await town.read { tx in
                try register.estates(wanted, for: .machineOwner(requestID: "test"), in: tx)
            }
            #expect(list.lines.map(\.name) == [name])
        }
    }

    @Test("An estate's stage is that of its most advanced running project", arguments: Engine.available)
    func stageOfEstate(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let id = try await town.act { deed in try register.registerEstate(Town.estate("建安小区"), in: deed) }
            let (early, late) = try await town.act { deed in
                (
                    try register.createProject(
                        ProjectDraft(name: "一期", estates: [id], plannedYear: 2025, stage: "programmed"), in: deed),
                    try register.createProject(ProjectDraft(name: "二期", estates: [id], stage: "evaluated"), in: deed)
                )
            }
            let today = Town.now.dayInChina
            try await town.act { deed in
                try register.changeStage(of: early, to: "accepted", on: today, seen: 1, in: deed)
                try register.changeStage(of: late, to: "leftOut", on: today, seen: 1, in: deed)
            }
            let (estate, summary) = try await town.read { tx in
                (try register.estate(id, in: tx), try register.summary(for: .machineOwner(requestID: "t"), in: tx))
            }
            #expect(estate?.stage == "accepted")
            #expect(estate?.programmedYear == 2025 && estate?.completedYear == 2026)
            #expect(summary.byYear.map(\.year) == [2025, 2026])
            #expect(summary.everCompleted == 1)
        }
    }

    @Test("The estates completed in any year are the list behind the city's figure", arguments: Engine.available)
    func completedInAnyYear(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let done = try await town.act { deed in
                let done = try register.registerEstate(Town.estate("建安小区"), in: deed)
                _ = try register.registerEstate(Town.estate("公交小区"), in: deed)
                return done
            }
            let project = try await town.act { deed in
                try register.createProject(ProjectDraft(name: "一期", estates: [done], stage: "works"), in: deed)
            }
            let today = Town.now.dayInChina
            try await town.act { try register.changeStage(of: project, to: "accepted", on: today, seen: 1, in: $0) }
            var filter = EstateFilter()
            filter.onlyCompleted = true
            let (wanted, owner) = (filter, Actor.machineOwner(requestID: "test"))
            let (list, summary) = try await town.read { tx in
                (try register.estates(wanted, for: owner, in: tx), try register.summary(for: owner, in: tx))
            }
            #expect(list.lines.map(\.id) == [done])
            #expect(summary.everCompleted == list.total)
        }
    }

    @Test("An estate waits once, however much is to be done for it", arguments: Engine.available)
    func waitsOnce(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let withoutLocation = {
                var change = Town.estate("建安小区")
                change.location = nil
                return change
            }()
            try await town.act { deed in _ = try register.registerEstate(withoutLocation, in: deed) }
            // Long after its survey, it is to be surveyed again too.
            let later = Town.now.dayInChina.adding(days: 10 * 365)
            let waiting = try await town.read { tx in
                try register.waiting(today: later, for: .machineOwner(requestID: "test"), in: tx)
            }
            #expect(waiting.withIssues == 1 && waiting.outdated == 1 && waiting.estates == 1)
        }
    }

    @Test("A project's works are listed in the order in which they were given", arguments: Engine.available)
    func worksInOrder(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let items = ["water", "drainage", "power", "lines", "gas", "roads", "lighting", "security"]
            let project = try await town.act { deed in
                let id = try register.registerEstate(Town.estate("建安小区"), in: deed)
                let works = items.map { MeasureDraft(item: $0, target: .grounds, estate: id) }
                return try register.createProject(
                    ProjectDraft(name: "一期", estates: [id], measures: works, stage: "evaluated"), in: deed)
            }
            let listed = try await town.read { tx in try register.measures(of: project, in: tx) }
            #expect(listed.map(\.item) == items)
        }
    }

    @Test("When streets merge, estates keep their numbers and remember where they were", arguments: Engine.available)
    func streetsMerge(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let id = try await town.act { deed in try register.registerEstate(Town.estate("建安小区"), in: deed) }
            let day = Town.now.dayInChina
            try await town.act { deed in
                try register.mergeSubdistrict(Town.code("430111002"), into: Town.code("430111005"), on: day, in: deed)
            }
            let (estate, places) = try await town.read { tx in
                (
                    try register.estate(id, in: tx),
                    try tx.map("SELECT place, to_day FROM estate_place ORDER BY place") {
                        (try $0[0] as String, try $0[1] as String?)
                    }
                )
            }
            #expect(estate?.number == "CS-00001")
            #expect(estate?.place == Town.code("430111005"))
            #expect(places.map(\.0) == ["430111002", "430111005"])
            #expect(places[0].1 == day.description && places[1].1 == nil)
            await #expect(throws: (any Error).self) {
                try await town.act { deed in _ = try register.registerEstate(Town.estate("新小区"), in: deed) }
            }
        }
    }
}
