import Foundation
import Identity
import Kernel
import Registry
import Sheets
import Store
import TestSupport
import Testing

@Suite struct ExportTests {
    private static let owner = Actor.machineOwner(requestID: "test")
    private static let today = Town.now.dayInChina

    /// The file of a list, as an actor gets it.
    private static func file(
        _ list: ExportedList, _ format: ExportFormat = .csv, language: Language = .zh, in town: Town,
        as actor: Actor = owner
    ) async throws -> String {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "list.\(format.rawValue)").path
            let register = town.register
            let rows = try await town.read { tx in
                try register.export(
                    list, as: format, to: path, language: language, vault: .ephemeral(), today: today, for: actor,
                    in: tx)
            }
            try await town.act(as: actor) { deed in
                try register.recordExport(list, as: format, rows: rows, in: deed)
            }
            return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        }
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\r\n").map { String($0.drop { $0 == "\u{FEFF}" }) }
    }

    /// Two estates in two districts, the first with a building and a project, made by the demo city.
    private static func settle(_ town: Town) async throws {
        let register = town.register
        try await town.act { deed in
            var change = Town.estate("建安小区")
            change.officialCode = "43011100200012"
            change.aliases = ["建安大院"]
            let first = try register.registerEstate(change, in: deed)
            _ = try register.registerEstate(Town.estate("外区小区", at: "430102001"), in: deed)
            let building = try register.registerBuilding(
                BuildingChange(
                    name: "3栋", location: .some(Coordinate(longitude: 113.0121, latitude: 28.1761)),
                    facts: [CoreFact.households: Fact(.integer(60), isApproximate: true, from: Town.survey)]),
                of: first, in: deed)
            _ = try register.createProject(
                ProjectDraft(name: "建安改造", estates: [first], buildings: [building], stage: "programmed"), in: deed)
            try deed.tx.run("UPDATE estate SET generated = 1 WHERE id = \(first)")
            let entry = ChecklistEntry(row: 2, name: "没有的院", place: Town.code("430111002"), note: "=1+1", estate: nil)
            _ = try register.importChecklist(
                .heritage, source: "文物局", day: today, at: Town.code("430111"), [entry], in: deed)
        }
    }

    @Test(
        "Every list leaves as a text table that spreadsheets open, in both languages, and each export is recorded",
        arguments: Engine.available)
    func everyList(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.settle(town)
            let lists: [(ExportedList, rows: Int, has: String)] = [
                (.estates(EstateFilter()), 2, "43011100200012"), (.buildings(EstateFilter()), 1, "约60"),
                (.projects(ProjectFilter()), 1, "建安改造"), (.quality(nil), 4, "社区待确认或未填"),
                (.checklists(nil, isFound: nil), 1, "'=1+1"), (.places(Town.code("430111002")), 1, "左家塘街道"),
                (
                    .record(RecordFilter(act: "estate.register"), kind: "estate", act: { Phrase(zh: $0, en: $0) }), 2,
                    "机主"
                ),
            ]
            for (list, rows, has) in lists {
                let zh = try await Self.file(list, in: town)
                #expect(zh.hasPrefix("\u{FEFF}"), "\(list.kind)")
                let told = Self.lines(zh)
                #expect(told.count == rows + 1, "\(list.kind): \(told.count - 1)")
                #expect(zh.contains(has), "\(list.kind)")
                let en = Self.lines(try await Self.file(list, language: .en, in: town))
                #expect(!en[0].unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(en[0])")
                #expect(en.count == told.count)
            }
            let recorded = try await town.read { tx in
                try tx.map("SELECT DISTINCT subject_id FROM record_line WHERE act = 'list.export' ORDER BY subject_id")
                {
                    try $0[0] as String
                }
            }
            #expect(recorded == lists.map(\.0.kind.rawValue).sorted())
        }
    }

    @Test("Generated rows are marked, and an estate's sheet comes back unchanged", arguments: Engine.available)
    func marksAndComesBack(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.settle(town)
            for language in Language.allCases {
                let text = try await Self.file(.estates(EstateFilter()), language: language, in: town)
                let told = Self.lines(text)
                #expect(told[0].contains(language("生成数据", "Generated data")))
                let marked = told.filter { $0.contains(language(",是,", ",yes,")) }
                #expect(marked.count == 1 && marked[0].hasPrefix("CS-00001"))
                let register = town.register
                let report = try await withTemporaryFolder { folder in
                    let path = try Town.file(folder, text)
                    return try await town.act { deed in
                        try register.previewEstates(
                            path: path, fileName: "a.csv", ImportOptions(place: "4301"), in: deed)
                    }
                }
                #expect(report.count(.unchanged) == 2 && report.hindrances == 0)
                #expect(report.notices.isEmpty, "\(report.notices.map(\.message.en))")
            }
        }
    }

    @Test(
        "Estates and buildings stand on the map, with their columns as properties; other lists do not",
        arguments: Engine.available)
    func geoJSON(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.settle(town)
            let estates = try JSON(parsing: try await Self.file(.estates(EstateFilter()), .geojson, in: town))
            let features = estates["features"]?.elements ?? []
            #expect(features.count == 2)
            let first = features.first { $0["properties"]?["number"]?.string == "CS-00001" }
            #expect(first?["properties"]?["generated"]?.string == "是")
            #expect(first?["properties"]?["households"]?.integer == 300)
            #expect(first?["geometry"]?["coordinates"]?.elements.compactMap(\.double) == [113.012, 28.176])
            let buildings = try JSON(parsing: try await Self.file(.buildings(EstateFilter()), .geojson, in: town))
            #expect(buildings["features"]?.elements.first?["geometry"]?["type"]?.string == "Point")
            await #expect {
                _ = try await Self.file(.projects(ProjectFilter()), .geojson, in: town)
            } throws: { ($0 as? Refusal)?.code == "export.format" }
        }
    }

    @Test("One exports what one may both see and export, and nothing without either right", arguments: Engine.available)
    func withinRights(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.settle(town)
            let yuhua = Town.officer("430111")
            let lists: [ExportedList] = [
                .estates(EstateFilter()), .buildings(EstateFilter()), .projects(ProjectFilter()), .quality(nil),
                .checklists(nil, isFound: nil), .places(nil),
            ]
            for list in lists {
                let text = try await Self.file(list, in: town, as: yuhua)
                #expect(!text.contains("外区小区") && !text.contains("芙蓉"), "\(list.kind)")
                for rights in [[Right.readEstates], [.exportLists]] {
                    await #expect {
                        _ = try await Self.file(list, in: town, as: Town.officer("4301", rights: rights))
                    } throws: { ($0 as? Refusal)?.kind == .forbidden }
                }
            }
            // Sees the city, exports one district only.
            let mixed = Actor(
                kind: .person, label: "李伟",
                grants: [
                    Grant(.readEstates, at: Town.code("4301")), Grant(.exportLists, at: Town.code("430102")),
                ], requestID: "test")
            let text = try await Self.file(.estates(EstateFilter()), in: town, as: mixed)
            #expect(text.contains("外区小区") && !text.contains("建安小区"))
            let house: [ExportedList] = [
                .people(nil) { _, _ in true }, .record(RecordFilter(), kind: "", act: { Phrase(zh: $0, en: $0) }),
            ]
            for list in house {
                await #expect {
                    _ = try await Self.file(list, in: town, as: mixed)
                } throws: { ($0 as? Refusal)?.kind == .forbidden }
            }
        }
    }
}
