import Foundation
import Geo
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

/// Files as they come: workbooks, encodings, datums, days, columns, what copying leaves behind.
@Suite struct ImportFileTests {
    private static let good = ImportOptions(place: "430111", acceptGood: true)

    private static func cell(_ text: String) -> String {
        Double(text) == nil ? "<c t=\"inlineStr\"><is><t>\(text)</t></is></c>" : "<c><v>\(text)</v></c>"
    }

    private static func row(_ cells: String...) -> String {
        "<row>\(cells.map { $0.hasPrefix("<") ? $0 : cell($0) }.joined())</row>"
    }

    @Test("A cell that shows 35% is 35 percent, though 0.35 is stored", arguments: Engine.available)
    func percentages(engine: Engine) async throws {
        let styles = """
            <numFmts><numFmt formatCode="0.0%" numFmtId="170"/></numFmts>
            <cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="170"/></cellXfs>
            """
        let book = WorkbookFixture(
            Self.row("小区名称", "街道", "绿地率", "同意改造比例(%)", "出租率")
                + Self.row("建安小区", "左家塘街道", "<c s=\"1\"><v>0.35</v></c>", "<c s=\"2\"><v>0.855</v></c>", "20"),
            styles: styles)
        try await Town.with(engine) { town in
            _ = try await town.importing(book.bytes, named: "estates.xlsx")
            let facts = try #require(try await town.estate(named: "建安小区")).facts
            #expect(facts.value("greenShare") == .integer(35))
            #expect(facts.value("consentShare") == .number(85.5))
            #expect(facts.value("rentedShare") == .integer(20))
        }
    }

    @Test("A street merged over its rows counts for each, a number merged over them once", arguments: Engine.available)
    func mergedCells(engine: Engine) async throws {
        let book = WorkbookFixture(
            Self.row("小区名称", "街道", "户数") + Self.row("建安小区", "左家塘街道", "300") + Self.row("铁建小区"),
            after: "<mergeCells><mergeCell ref=\"B2:B3\"/><mergeCell ref=\"C2:C3\"/></mergeCells>")
        try await Town.with(engine) { town in
            let report = try await town.importing(book.bytes, named: "estates.xlsx")
            #expect(report.count(.new) == 2)
            let second = try #require(try await town.estate(named: "铁建小区"))
            #expect(second.place == Town.code("430111002") && second.facts[CoreFact.households] == nil)
        }
    }

    /// 小区名称,街道,户数 / 建安小区,左家塘街道,300 as GB 18030.
    private static let gb18030: [UInt8] = [
        0xD0, 0xA1, 0xC7, 0xF8, 0xC3, 0xFB, 0xB3, 0xC6, 0x2C, 0xBD, 0xD6, 0xB5, 0xC0, 0x2C, 0xBB, 0xA7, 0xCA, 0xFD,
        0x0A, 0xBD, 0xA8, 0xB0, 0xB2, 0xD0, 0xA1, 0xC7, 0xF8, 0x2C, 0xD7, 0xF3, 0xBC, 0xD2, 0xCC, 0xC1, 0xBD, 0xD6,
        0xB5, 0xC0, 0x2C, 0x33, 0x30, 0x30, 0x0A,
    ]

    @Test("A text table in GB 18030 is read", arguments: Engine.available)
    func chineseEncoding(engine: Engine) async throws {
        try await Town.with(engine) { town in
            _ = try await town.importing(Self.gb18030)
            #expect(try await town.estate(named: "建安小区")?.facts.value(CoreFact.households) == .integer(300))
        }
    }

    @Test("Locations in BD-09 are converted at the door", arguments: Engine.available)
    func baidu(engine: Engine) async throws {
        let place = Coordinate(longitude: 113.012, latitude: 28.176)
        let given = Datum.bd09.fromCGCS2000(place)
        let text = "小区名称,街道,坐标\n建安小区,左家塘街道,\"\(given.longitude),\(given.latitude)\"\n"
        try await Town.with(engine) { town in
            _ = try await town.importing(text, ImportOptions(datum: .bd09, place: "430111"))
            let location = try #require(try await town.estate(named: "建安小区")?.location)
            #expect(location.distance(to: place) < 1)
        }
    }

    /// Points along the boundary of Yuhua District, a little inside, as a file in GCJ-02 has them.
    private static func alongTheBoundary(_ outlines: PlaceOutlines) -> [Coordinate] {
        let steps = stride(from: 0.0, to: 0.2, by: 0.002)
        let grid = steps.flatMap { x in steps.map { Coordinate(longitude: 112.95 + x, latitude: 28.0 + $0) } }
        let inside = grid.filter { point in
            guard outlines.district(at: point) == Town.code("430111") else { return false }
            let shifted = Datum.gcj02.fromCGCS2000(point)
            return outlines.district(at: shifted) != Town.code("430111") && outlines.district(at: shifted) != nil
        }
        return inside.prefix(40).map { Datum.gcj02.fromCGCS2000($0) }
    }

    @Test("A wrong datum is noticed by the districts that the points fall into", arguments: Engine.available)
    func wrongDatum(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let points = Self.alongTheBoundary(town.register.outlines)
            try #require(points.count >= 12)
            let rows = points.enumerated().map { "甲\($0)小区,左家塘街道,\($1.longitude),\($1.latitude)\n" }.joined()
            let text = "小区名称,街道,经度,纬度\n" + rows
            let wrong = try await town.previewing(text)
            let notice = try #require(wrong.notices.first { $0.code == "import.datum" })
            #expect(notice.message.zh.contains("GCJ-02"))
            let right = try await town.previewing(text, ImportOptions(datum: .gcj02, place: "430111"))
            #expect(!right.notices.contains { $0.code == "import.datum" })
        }
    }

    @Test("Swapped longitude and latitude are put right, and told", arguments: Engine.available)
    func swapped(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let report = try await town.importing("小区名称,街道,经度,纬度\n建安小区,左家塘街道,28.176,113.012\n")
            #expect(report.notices.contains { $0.code == "import.swapped" && $0.message.zh.contains("1 行") })
        }
    }

    @Test("Columns that are not clear are named, whatever the file holds", arguments: Engine.available)
    func columnsLeftOut(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let estates = try await town.importing("小区名称,街道,户数,总户数,网格员\n建安小区,左家塘街道,300,310,李四\n")
            #expect(estates.notices.first { $0.code == "import.columns.doubtful" }?.message.zh.contains("总户数") == true)
            #expect(estates.notices.first { $0.code == "import.columns" }?.message.zh.contains("网格员") == true)
            let buildings = try await town.importing(
                "小区名称,街道,栋号,户数,总户数\n建安小区,左家塘街道,3栋,30,31\n",
                ImportOptions(kind: .buildings, place: "430111"))
            #expect(buildings.notices.map(\.code) == ["import.columns.doubtful"])
            let list = try await town.importing(
                "小区名称,街道,网格员\n建安小区,左家塘街道,李四\n",
                ImportOptions(kind: .checklist, place: "430111", checklist: "gradeD"))
            #expect(list.notices.map(\.code) == ["import.columns"])
        }
    }

    @Test("Names and addresses are taken without what copying leaves in them", arguments: Engine.available)
    func cleanTexts(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let rows = """
                小区名称,街道,地址
                "建安\u{200B}小区",左家塘街道,"人民中路
                1 号"
                不详,左家塘街道,—
                """
            let report = try await town.importing(rows, Self.good)
            #expect(report.reasons(.refused) == ["name.missing"])
            #expect(try await town.estate(named: "建安小区")?.address == "人民中路 1 号")
            #expect(try await town.importing("小区名称,街道\n建安小区,左家塘街道\n").count(.unchanged) == 1)
        }
    }

    @Test("Aliases come back as they were exported: blanks and strokes belong to a name", arguments: Engine.available)
    func aliases(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            var change = Town.estate("建安小区")
            change.aliases = ["11/12 栋宿舍", "省建 一公司"]
            let wanted = change
            try await town.act { deed in _ = try register.registerEstate(wanted, in: deed) }
            try await withTemporaryFolder { folder in
                let path = folder.appending(path: "list.csv").path
                let owner = Actor.machineOwner(requestID: "test")
                _ = try await town.read { tx in
                    try register.export(
                        .estates(EstateFilter()), as: .csv, to: path, language: .zh, vault: .ephemeral(),
                        today: Town.now.dayInChina, for: owner, in: tx)
                }
                let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
                #expect(try await town.importing(bytes).count(.unchanged) == 1)
            }
            #expect(try await town.estate(named: "建安小区")?.aliases.sorted() == ["11/12 栋宿舍", "省建 一公司"])
        }
    }

    @Test("A later survey confirms values that stay; the same file again changes nothing", arguments: Engine.available)
    func confirmation(engine: Engine) async throws {
        func sheet(_ day: String) -> String {
            "小区名称,街道,户数,调查日期,数据来源,调查人\n建安小区,左家塘街道,300,\(day),现场复核,王工\n"
        }
        try await Town.with(engine) { town in
            _ = try await town.importing(sheet("2022-05-01"))
            let later = try await town.importing(sheet("2026-05-01"))
            #expect(later.samples[.changed]?.first?.changes.map(\.field) == ["surveyDate"])
            #expect(try await town.importing(sheet("2026-05-01")).count(.unchanged) == 1)
            #expect(try await town.importing(sheet("2024-05-01")).count(.unchanged) == 1, "an earlier day is no news")
            #expect(try await town.importing(sheet("")).count(.unchanged) == 1, "nor is a day that nobody stated")
            let fact = try await town.estate(named: "建安小区")?.facts[CoreFact.households]
            #expect(fact?.provenance == Provenance(source: "现场复核", day: Day("2026-05-01"), surveyor: "王工"))
            #expect(try await town.texts("SELECT surveyed_on FROM estate") == ["2026-05-01"])
        }
    }

    @Test("A day in the future is refused; a day that nobody states is today's, and told", arguments: Engine.available)
    func days(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let rows = "小区名称,街道,户数,调查日期\n甲小区,左家塘街道,300,2026-07-01\n乙小区,左家塘街道,300,\n"
            let report = try await town.importing(rows, Self.good)
            #expect(report.reasons(.refused) == ["import.day.future"])
            #expect(report.notices.first { $0.code == "import.day.assumed" }?.message.zh.contains("2026-06-30") == true)
            let dated = ImportOptions(place: "430111", day: "2026-06-01", acceptGood: true)
            #expect(try await town.importing(rows, dated).notices.isEmpty)
        }
    }
}
