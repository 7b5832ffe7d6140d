import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

/// Where a row lies.
@Suite struct ImportPlaceTests {
    private static let good = ImportOptions(place: "430111", acceptGood: true)

    @Test(
        "An official code not known yet makes its neighbourhood, named by its column, unconfirmed",
        arguments: Engine.available)
    func officialCodes(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let rows = """
                小区名称,社区代码,社区
                建安小区,430111002007,官塘冲社区
                铁建小区,430111002008,
                公交小区,430111999001,无此街道的社区
                浦沅小区,430111002000,官塘冲社区
                """
            let report = try await town.importing(rows, Self.good)
            #expect(report.count(.new) == 3 && report.reasons(.refused) == ["import.place.code"])
            #expect(
                try await town.texts("SELECT code || name FROM place WHERE confirmed = 0 ORDER BY code")
                    == ["430111002007官塘冲社区", "430111002008430111002008"])
            #expect(try await town.estate(named: "浦沅小区")?.place == Town.code("430111002007"))
            #expect(try await town.estate(named: "建安小区")?.issues ?? 0 > 0)
            #expect(
                try await town.texts("SELECT rule FROM estate_issue WHERE rule = 'neighbourhoodUnconfirmed'").count == 3
            )
        }
    }

    @Test("However it is written, a neighbourhood is made once", arguments: Engine.available)
    func oneEach(engine: Engine) async throws {
        let ways = ["官塘冲社区", "官塘冲社区居委会", "官塘冲居民委员会", "官塘冲", "官塘冲社区居民委员会"]
        let rows = ways.enumerated().map { "甲\($0)小区,左家塘街道,\($1)\n" }.joined()
        try await Town.with(engine) { town in
            let report = try await town.importing("小区名称,街道,社区\n" + rows)
            #expect(report.count(.new) == 5 && report.newNeighbourhoods == ["官塘冲社区"])
            let village = try await town.importing("小区名称,街道,社区\n乙小区,左家塘街道,官塘冲村委会\n")
            #expect(village.newNeighbourhoods == ["官塘冲村委会"], "a village is another place")
        }
    }

    @Test("A name that two neighbourhoods share is refused, not made a third time", arguments: Engine.available)
    func ambiguousNames(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await town.act { deed in
                for (code, name) in [("430111002003", "官塘冲社区"), ("430111002004", "官塘冲居委会")] {
                    try deed.tx.run(
                        "INSERT INTO place (code, parent, level, name) VALUES (\(code), '430111002', 12, \(name))")
                }
            }
            let rows = "小区名称,街道,社区\n甲小区,左家塘街道,官塘冲\n乙小区,左家塘街道,官塘冲社区\n"
            let report = try await town.importing(rows, Self.good)
            #expect(report.reasons(.refused) == ["import.neighbourhood.ambiguous"])
            #expect(report.words(.refused).contains("430111002004"))
            #expect(report.newNeighbourhoods.isEmpty)
            #expect(try await town.estate(named: "乙小区")?.place == Town.code("430111002003"))
        }
    }

    @Test("The file's own subdistrict is for rows that do not lie elsewhere", arguments: Engine.available)
    func fallback(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let rows = "小区名称,区县\n甲小区,\n乙小区,雨花区\n丙小区,芙蓉区\n"
            let options = ImportOptions(place: "430111002", acceptGood: true)
            let report = try await town.importing(rows, options)
            #expect(report.count(.new) == 2 && report.reasons(.refused) == ["import.place.missing"])
            #expect(report.samples[.refused]?.map(\.name) == ["丙小区"])
        }
    }

    @Test(
        "A district is found under the city's name; the city's name alone is no district", arguments: Engine.available)
    func districts(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let rows = """
                小区名称,区县,街道
                甲小区,湖南省长沙市雨花区,左家塘街道办事处
                乙小区,长沙市,左家塘
                丙小区,长沙,左家塘街道
                丁小区,长沙县,左家塘街道
                戊小区,长沙市长沙县,星沙街道
                """
            let report = try await town.importing(rows, ImportOptions(place: "4301", acceptGood: true))
            #expect(report.count(.new) == 3)
            #expect(report.reasons(.refused) == ["import.district.unknown", "import.place.unknown"])
            #expect(try await town.estate(named: "乙小区")?.place == Town.code("430111002"))
            #expect(try await town.estate(named: "戊小区")?.place.ancestor(.district) == Town.code("430121"))
        }
    }

    @Test("Merged away, a subdistrict's code names its heir", arguments: Engine.available)
    func endedPlaces(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            try await town.act { deed in
                try register.mergeSubdistrict(
                    Town.code("430111002"), into: Town.code("430111005"), on: deed.today, in: deed)
            }
            let report = try await town.importing("小区名称,街道代码\n甲小区,430111002\n", Self.good)
            #expect(report.reasons(.refused) == ["import.place.ended"])
            #expect(report.words(.refused).contains("430111005"))
        }
    }

    @Test("When the provisional codes run out, the row is refused and says what helps", arguments: Engine.available)
    func codesRunOut(engine: Engine) async throws {
        let rows = (1...100).map { "甲\($0)小区,左家塘街道,第\($0)新社区\n" }.joined()
        try await Town.with(engine) { town in
            let preview = try await town.previewing("小区名称,街道,社区\n" + rows)
            let report = try await town.importing("小区名称,街道,社区\n" + rows, Self.good)
            #expect(report.counts == preview.counts)
            #expect(report.count(.new) == 99 && report.reasons(.refused) == ["place.full"])
        }
    }
}
