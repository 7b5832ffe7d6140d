import Foundation
import Identity
import Kernel
import Ledger
import Registry
import Store
import TestSupport
import Testing

@testable import Demo

/// The demo city in a database, asked through the register as pages ask.
@Suite("The demo city, stored")
struct DemoCityTests {
    private static let owner = Actor.machineOwner(requestID: "test")

    /// One city for both, since making it takes the longest.
    @Test(
        "The article's figures come out of the register; what is wrong waits for an officer",
        arguments: Engine.available)
    func stored(engine: Engine) async throws {
        let register = try Here.register()
        try await engine.withDatabase(schemas: Here.schemas) { database in
            var told: [Int] = []
            let ledger = try Here.ledger()
            try await DemoCity.make(
                register: register, database: database, resources: Here.resources, ledger: ledger
            ) { done, all in
                told.append(done)
                #expect(all == 1450)
            }
            #expect(told == told.sorted() && told.last == 1450)
            try await checkTotals(register, database)
            try await checkFlaws(register, database)
            try await checkMoney(ledger, database)
            try await checkAreas(ledger, database)
        }
    }

    /// A project lies in one renewal area or in none, whatever is posted of it.
    private func checkAreas(_ ledger: Ledger, _ database: Database) async throws {
        let owner = Self.owner
        let (flows, balances, slices) = try await database.read { tx in
            (
                try ledger.flows([.district, .area, .project], for: owner, in: tx),
                try ledger.balances(BalanceQuestion(by: .area), for: owner, in: tx),
                try tx.map(
                    """
                    SELECT DISTINCT s.project, s.area FROM posting p JOIN slice s ON s.id = p.slice
                    WHERE s.project <> ''
                    """
                ) {
                    (project: try $0[0] as String, area: try $0[1] as String)
                }
            )
        }
        #expect(Set(slices.map(\.project)).count == slices.count)
        let areas = flows.nodes.indices.filter { flows.nodes[$0].level == .area && !flows.nodes[$0].key.isEmpty }
        #expect(areas.count > 50)
        for area in areas {
            let node = flows.nodes[area]
            #expect(flows.links.filter { $0.to == area }.count == 1, "\(node.key) lies in one district")
            let paid = balances.first { $0.stage == .paid && $0.slice.area == node.key && $0.measure == .fen }
            #expect(paid?.balance == node.fen, "\(node.key)")
        }
        #expect(flows.nodes.filter { $0.level == .area }.reduce(0) { $0 + $1.fen } == flows.total)
    }

    /// Every question has something to show, and nothing stands but what the ledger's own acts put there.
    private func checkMoney(_ ledger: Ledger, _ database: Database) async throws {
        let (owner, today) = (Self.owner, DemoPlan.asOf.dayInChina)
        let (rates, answers, report) = try await database.read { tx in
            (
                try ledger.rates(by: .year, today: today, for: owner, in: tx),
                try ledger.audit(today: today, for: owner, in: tx), try LedgerVerifier.verify(ledger, in: tx)
            )
        }
        #expect(report.isWhole, "\(report.problems)")
        #expect((15_000...25_000).contains(report.entries))
        #expect(rates.lines.map(\.key) == (2018...2026).map(String.init))
        for answer in answers {
            #expect(!answer.findings.isEmpty, "\(answer.question)")
            #expect(answer.findings.count < answer.examined, "\(answer.question)")
        }
        // 539 to 790 yuan for each square metre of the 123 estates of 2020: 1.72 million m².
        let planned = try #require(rates.lines.first { $0.key == "2020" }).sums.planned
        #expect((539 * 172_000_000...790 * 172_000_000).contains(planned))
    }

    private func checkTotals(_ register: Register, _ database: Database) async throws {
        let owner = Self.owner
        let (summary, county, inner) = try await database.read { tx in
            let codes = ["430102", "430103", "430104", "430105", "430111"].compactMap { PlaceCode($0) }
            let inner = try codes.map { code in
                try register.summary(of: code, for: owner, in: tx).byYear.first { $0.year == 2020 }?.figures
                    .programmed.estates ?? 0
            }
            return (
                try register.summary(for: owner, in: tx),
                try register.summary(of: PlaceCode("430121"), for: owner, in: tx), inner.reduce(0, +)
            )
        }
        #expect(summary.stock.estates == 1450)
        #expect(summary.stock.households == 250_000)
        #expect(summary.stock.floorArea == Area(hundredthsM2: 2_016_000_000))
        #expect(summary.stock.unknownHouseholds > 0)
        #expect((8000...8600).contains(summary.stock.buildings))
        let years = Dictionary(uniqueKeysWithValues: summary.byYear.map { ($0.year, $0.figures) })
        #expect(years[2019]?.completed.estates == 94)
        let programme = try #require(years[2020]?.programmed)
        #expect(programme.estates == 123)
        #expect(programme.buildings == 700)
        #expect(programme.households == 20_300)
        #expect(programme.floorArea == Area(hundredthsM2: 172_000_000))
        #expect(inner == 45)
        #expect(summary.byDistrict.count == 9)
        let countyYears = Dictionary(uniqueKeysWithValues: county.byYear.map { ($0.year, $0.figures) })
        let completed = try #require(countyYears[2021]?.completed)
        #expect(figures(completed) == [16, 46, 1679, 14_830_000])
        let planned = try #require(countyYears[2022]?.programmed)
        #expect(figures(planned) == [38, 68, 1758, 16_230_000])
    }

    private func checkFlaws(_ register: Register, _ database: Database) async throws {
        let owner = Self.owner
        let place = try #require(PlaceCode("4301"))
        let (quality, spots, flagged, city) = try await database.read { tx in
            let flagged: Int = try tx.value("SELECT count(*) FROM estate WHERE flags > 0") ?? 0
            return (
                try register.quality(of: place, today: DemoPlan.asOf.dayInChina, for: owner, in: tx),
                try register.estatesOnOneSpot(of: place, for: owner, in: tx), flagged, try register.city(in: tx)
            )
        }
        let found = Dictionary(uniqueKeysWithValues: quality.byRule.map { ($0.rule, $0.estates) })
        #expect(found[.areaPerHousehold] == 14)
        #expect(found[.builtAfterCutoff] == 14)
        #expect(found[.outsideDistrict] == 10)
        #expect(found[.noLocation] == 36)
        #expect(found[.householdsDiffer] == 10)
        #expect(found[.buildingsDiffer] == 14)
        #expect(quality.duplicateNames.count >= 5)
        #expect(spots.count >= 5)
        #expect(quality.byPlace.allSatisfy { $0.outdated > 0 })
        #expect((15...25).contains(flagged))
        #expect(city.isGenerated)
        #expect(city.asOf?.description == "2026-06-30")
        #expect(city.notice.zh.contains("94") && city.notice.en.contains("94"))
    }

    @Test("A database that has a city keeps it")
    func second() async throws {
        let register = try Here.register()
        try await Engine.sqlite.withDatabase(schemas: Here.schemas) { database in
            let plan = try Here.plan.get()
            try await Scribe(register: register, database: database).write { register, deed in
                try register.found(plan.city, places: [], in: deed)
            }
            let refusal = await #expect(throws: Refusal.self) {
                try await DemoCity.make(register: register, database: database, resources: Here.resources) { _, _ in }
            }
            #expect(refusal?.code == "city.exists")
            let count: Int? = try await database.read { try $0.value("SELECT count(*) FROM place") }
            #expect(count == 0)
        }
    }

    @Test("The nation's data are the same in small, in numbers that tell the city", arguments: Engine.available)
    func nation(engine: Engine) async throws {
        let register = try Here.register()
        try await engine.withDatabase(schemas: Here.schemas) { database in
            let nation = try DemoNation(seed: 1, resources: Here.resources, estates: 600, buildings: 6800)
            var told: [Int] = []
            try await nation.write(with: Scribe(register: register, database: database)) { done, all in
                told.append(done)
                #expect(all == 600)
            }
            #expect(told.last == 600)
            let owner = Self.owner
            let summary = try await database.read { try register.summary(for: owner, in: $0) }
            #expect(summary.stock.estates == 600)
            #expect(summary.stock.buildings == 6800)
            let row = try await database.read { tx in
                try tx.first("SELECT name, place FROM estate WHERE number = 'CS-1'").map {
                    (try $0["name"] as String, try $0["place"] as String)
                }
            }
            #expect(try #require(row).1.hasPrefix("4301"))
            let buildings: Int? = try await database.read { try $0.value("SELECT count(*) FROM building") }
            #expect(buildings == 6800)
        }
    }

    private func figures(_ totals: Totals) -> [Int] {
        [totals.estates, totals.buildings, totals.households, Int(totals.floorArea.hundredthsM2)]
    }
}
