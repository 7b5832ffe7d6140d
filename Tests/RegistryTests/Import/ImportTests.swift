import Foundation
import Geo
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite struct ImportTests {
    /// As districts write it: a title above, a unit in the header, approximations, a decade, totals and a note below.
    static let messy = """
        雨花区老旧小区摸底表,,,,,,
        小区名称,街道,社区,建成年代,户数,总建筑面积(万㎡),栋数
        建安小区,左家塘街道,官塘冲社区,1998年,约320户,2.3,6
        铁建小区,左家塘街道,官塘冲社区,90年代,"1,680",12.6,３２
        变压器厂宿舍,砂子塘街道,茶园坡社区,一九八八年,210,1.68,7
        合计,,,,2210,16.58,45
        注:户数为初步统计,,,,,,
        """

    @Test(
        "A district's own sheet is understood: titles, units, approximations, decades, totals, notes",
        arguments: Engine.available)
    func readsMessySheets(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let report = try await town.importing(Self.messy)
            #expect(report.count(.new) == 3 && report.rows == 3)
            #expect(report.newNeighbourhoods == ["官塘冲社区", "茶园坡社区"])
            let rows = try await town.read { tx in
                try tx.map(
                    "SELECT name, households, floor_area, built_from, built_to, buildings, place FROM estate ORDER BY number"
                ) {
                    (
                        try $0[0] as String, try $0[1] as Int, try $0[2] as Area, try $0[3] as Int, try $0[4] as Int,
                        try $0[5] as Int, try $0[6] as PlaceCode
                    )
                }
            }
            #expect(rows.map(\.0) == ["建安小区", "铁建小区", "变压器厂宿舍"])
            #expect(rows.map(\.1) == [320, 1680, 210])
            #expect(rows.map(\.2.m2) == [23_000, 126_000, 16_800])
            #expect(rows.map(\.3) == [1998, 1990, 1988] && rows.map(\.4) == [1998, 1999, 1988])
            #expect(rows.map(\.5) == [6, 32, 7])
            #expect(rows[0].6 == rows[1].6 && rows[0].6.level == .neighbourhood)
        }
    }

    @Test("Importing the same file again changes nothing", arguments: Engine.available)
    func isIdempotent(engine: Engine) async throws {
        try await Town.with(engine) { town in
            _ = try await town.importing(Self.messy)
            let lines: Int? = try await town.read { tx in try tx.value("SELECT count(*) FROM record_line") }
            let again = try await town.importing(Self.messy)
            #expect(again.count(.unchanged) == 3 && again.writes == 0)
            let after: Int? = try await town.read { tx in try tx.value("SELECT count(*) FROM record_line") }
            #expect(after == lines)
        }
    }

    @Test("A changed figure is a change of one field, recorded from what to what", arguments: Engine.available)
    func changesFieldByField(engine: Engine) async throws {
        try await Town.with(engine) { town in
            _ = try await town.importing(Self.messy)
            let report = try await town.importing(Self.messy.replacing(",210,", with: ",214,"))
            #expect(report.count(.changed) == 1 && report.count(.unchanged) == 2)
            let change = report.samples[.changed]?.first?.changes
            #expect(change?.map(\.field) == ["households"])
            #expect(change?.first?.before == .integer(210) && change?.first?.after == .integer(214))
        }
    }

    @Test(
        "Nothing is taken from a file with refused rows, unless the good ones are asked for",
        arguments: Engine.available)
    func refusesWhole(engine: Engine) async throws {
        let bad = Self.messy.replacing("砂子塘街道", with: "火星街道").replacing("12.6", with: "-12.6")
        try await Town.with(engine) { town in
            await #expect(throws: ImportHindered.self) { try await town.importing(bad) }
            let none: Int? = try await town.read { tx in try tx.value("SELECT count(*) FROM estate") }
            #expect(none == 0)
            let options = ImportOptions(place: "430111", acceptGood: true)
            let report = try await town.importing(bad, options)
            #expect(report.count(.new) == 1 && report.count(.refused) == 2)
            let reasons = report.samples[.refused]?.flatMap(\.reasons).map(\.code) ?? []
            #expect(reasons.contains("import.place.unknown"))
            #expect(report.samples[.refused]?.map(\.number) == [4, 5])
        }
    }

    @Test("An officer imports into the own district only", arguments: Engine.available)
    func staysInScope(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let furong = Town.officer("430102")
            await #expect { try await town.importing(Self.messy, as: furong) } throws: { error in
                (error as? ImportHindered)?.report.count(.refused) == 3
            }
        }
    }

    @Test("The same name twice in a file is asked, never guessed", arguments: Engine.available)
    func asksAboutDuplicates(engine: Engine) async throws {
        let text = """
            小区名称,街道,社区,户数
            公交小区,左家塘街道,牛角塘社区,100
            公交小区,左家塘街道,牛角塘社区,120
            """
        try await Town.with(engine) { town in
            await #expect { try await town.importing(text) } throws: { error in
                (error as? ImportHindered)?.report.count(.doubtful) == 1
            }
            var options = ImportOptions(place: "430111")
            options.decisions = [3: .new]
            let report = try await town.importing(text, options)
            #expect(report.count(.new) == 2)
        }
    }

    @Test("A preview shows what an import does, and changes nothing", arguments: Engine.available)
    func previewsAreTrue(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let preview = try await town.previewing(Self.messy)
            let count: Int? = try await town.read { tx in try tx.value("SELECT count(*) FROM estate") }
            #expect(count == 0 && !preview.isApplied)
            let report = try await town.importing(Self.messy)
            #expect(report.counts == preview.counts)
        }
    }

    @Test("Coordinates in GCJ-02 are converted at the door", arguments: Engine.available)
    func convertsDatums(engine: Engine) async throws {
        let text = "小区名称,街道,经度,纬度\n建安小区,左家塘街道,113.0174,28.1729\n"
        try await Town.with(engine) { town in
            _ = try await town.importing(text, ImportOptions(datum: .gcj02, place: "430111"))
            let longitude: Double? = try await town.read { tx in try tx.value("SELECT longitude FROM estate") }
            let east = try #require(longitude)
            #expect(abs(east - 113.0118) < 0.001)
        }
    }

    @Test(
        "The 17 published projects of Yuhua in 2021 read as estates",
        .enabled(if: Reference.isHere, "reference data absent"), arguments: Engine.available)
    func readsPublishedPlan(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let path = Reference.file("plans/changsha_yuhua_2021_started.csv").path
            let report = try await town.act { deed in
                try register.importEstates(path: path, fileName: "yuhua.csv", ImportOptions(), in: deed)
            }
            #expect(report.count(.new) == 17 && report.hindrances == 0)
            #expect(Set(report.newNeighbourhoods).count == report.newNeighbourhoods.count)
        }
    }

    @Test(
        "42 real estates of another city are refused with the reason, row by row",
        .enabled(if: Reference.isHere, "reference data absent"), arguments: Engine.available)
    func refusesAnotherCity(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let path = Reference.file("estates/shenzhen_futian_estates_42.csv").path
            let options = ImportOptions(place: "430111002", acceptGood: true)
            let report = try await town.act { deed in
                try register.importEstates(path: path, fileName: "shenzhen.csv", options, in: deed)
            }
            #expect(report.rows == 42)
            let located = report.samples[.refused]?.filter { $0.reasons.contains { $0.field == "location" } }.count ?? 0
            #expect(located == report.count(.refused) && located > 30)
            #expect(report.notices.contains { $0.code == "import.datum" })
        }
    }
}
