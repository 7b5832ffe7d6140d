import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite struct BuildingImportTests {
    private static let options = ImportOptions(kind: .buildings, place: "430111")
    private static let good = ImportOptions(kind: .buildings, place: "430111", acceptGood: true)
    private static let header = "小区编号,小区名称,街道,栋号,楼栋代码,户数\n"

    private static func begin(_ town: Town) async throws {
        _ = try await town.importing("小区名称,街道\n建安小区,左家塘街道\n")
        _ = try await town.importing(
            header + ",建安小区,左家塘街道,1栋,F01,30\n" + ",建安小区,左家塘街道,2栋,,40\n", options)
    }

    @Test("Buildings are stored under their estate; the same file again changes nothing", arguments: Engine.available)
    func again(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.begin(town)
            #expect(try await town.names("building") == ["1栋", "2栋"])
            let rows =
                Self.header + "CS-00001,,,1栋,F01,30\n" + ",建安小区,左家塘街道,2栋,,44\n" + ",无名小区,左家塘街道,3栋,,10\n"
            let report = try await town.importing(rows, Self.good)
            #expect(report.count(.unchanged) == 1 && report.count(.changed) == 1)
            #expect(report.reasons(.refused) == ["import.estate.unknown"])
            #expect(try await town.importing(rows, Self.good).writes == 0)
        }
    }

    @Test("3栋, 3号楼 and 03幢 are one building; two rows of one are refused", arguments: Engine.available)
    func variants(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.begin(town)
            let rows =
                Self.header + ",建安小区,左家塘街道,第2号楼,,44\n" + ",建安小区,左家塘街道,02幢,,45\n" + ",建安小区,左家塘街道,12栋,,46\n"
            let report = try await town.importing(rows, Self.good)
            #expect(report.count(.changed) == 1 && report.count(.new) == 1)
            #expect(report.reasons(.refused) == ["import.building.twice"])
            #expect(try await town.names("building") == ["12栋", "1栋", "2栋"])
        }
    }

    @Test("A code finds its building and renames it; codes that contradict are refused", arguments: Engine.available)
    func codes(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.begin(town)
            let renamed = try await town.importing(Self.header + ",建安小区,左家塘街道,办公楼,F01,30\n", Self.options)
            #expect(renamed.samples[.changed]?.first?.changes.map(\.field) == ["name"])
            let bad = Self.header + ",建安小区,左家塘街道,办公楼,F02,30\n" + ",建安小区,左家塘街道,2栋,F01,40\n"
            let report = try await town.importing(bad, Self.good)
            #expect(report.reasons(.refused) == ["import.building.code", "import.building.code"])
        }
    }

    @Test("An estate's 501st building is refused, and so is a code too long", arguments: Engine.available)
    func limits(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.begin(town)
            let rows = (3...501).map { ",建安小区,左家塘街道,\($0)栋,,10\n" }.joined()
            let long = ",建安小区,左家塘街道,甲楼,\(String(repeating: "9", count: 41)),10\n"
            let report = try await town.importing(Self.header + rows + long, Self.good)
            #expect(report.count(.new) == 498)
            #expect(report.reasons(.refused) == ["building.many", "cell.text.long"])
        }
    }
}

@Suite struct ChecklistImportTests {
    private static let options = ImportOptions(kind: .checklist, place: "430111", checklist: "demolition")

    @Test("Estates on a list are flagged; a name that is not found stays on the list", arguments: Engine.available)
    func flags(engine: Engine) async throws {
        try await Town.with(engine) { town in
            _ = try await town.importing("小区名称,街道\n建安小区,左家塘街道\n")
            let report = try await town.importing(
                "小区名称,街道,备注\n建安小区,左家塘街道,2026 年征拆\n已拆小区,左家塘街道,\n", Self.options)
            #expect(report.count(.new) == 1 && report.count(.unchanged) == 1 && report.isApplied)
            let register = town.register
            let estate = try #require(try await town.estate(named: "建安小区"))
            let flags = try await town.read { tx in try register.flags(of: estate.id, in: tx) }
            #expect(flags.map(\.kind) == [.demolition] && flags.map(\.note) == ["2026 年征拆"])
            #expect(try await town.names("checklist_entry WHERE estate IS NULL") == ["已拆小区"])
        }
    }

    @Test("A name that fits two estates holds the list back", arguments: Engine.available)
    func doubtful(engine: Engine) async throws {
        try await Town.with(engine) { town in
            _ = try await town.importing(
                "小区名称,街道,社区\n建安小区,左家塘街道,官塘冲社区\n建安小区,左家塘街道,牛角塘社区\n",
                ImportOptions(place: "430111", decisions: [3: .new]))
            let rows = "小区名称,街道\n建安小区,左家塘街道\n"
            await #expect(throws: ImportHindered.self) { try await town.importing(rows, Self.options) }
            #expect(try await town.names("checklist_entry").isEmpty)
        }
    }
}

@Suite struct MappingTests {
    @Test("A district's columns are kept, and its next file is read by them in any order", arguments: Engine.available)
    func reuse(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let (register, yuhua) = (town.register, Town.code("430111"))
            let first = try await town.previewing("院落,街道,户数,总户数\n建安小区,左家塘街道,300,310\n")
            #expect(first.mapping.column(CoreFact.households) == nil)
            let mapping = first.mapping.assigning(column: 3, to: CoreFact.households)
            try await town.act(as: Town.officer("430111")) { deed in
                try register.saveMapping(mapping, of: yuhua, .estates, in: deed)
            }
            let saved = try await town.read { tx in try register.savedMapping(of: yuhua, .estates, in: tx) }
            #expect(saved == mapping)
            let other = try await town.read { tx in try register.savedMapping(of: yuhua, .buildings, in: tx) }
            #expect(other == nil)
            let options = ImportOptions(mapping: saved, place: "430111")
            _ = try await town.importing("总户数,院落,街道,户数\n311,铁建小区,左家塘街道,301\n", options)
            #expect(try await town.estate(named: "铁建小区")?.facts.value(CoreFact.households) == .integer(311))
            await #expect(throws: Refusal.self) {
                try await town.act(as: Town.officer("430102")) { deed in
                    try register.saveMapping(mapping, of: yuhua, .estates, in: deed)
                }
            }
        }
    }
}
