import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

/// Importing a file again changes nothing, whatever stands in it and whatever was decided about it.
@Suite struct ImportAgainTests {
    private static let header = "小区名称,小区代码,街道,社区,地址,经度,纬度,户数,调查日期\n"

    /// Few names, codes, places and spots, so that rows meet on the same estates again and again.
    private static func sheet(_ random: inout SeededRandom) -> String {
        let columns = [
            ["建安小区", "建安宿舍", "铁建小区", "公交宿舍"], ["", "", "B1", "B2", "B3"], ["左家塘街道", "砂子塘街道"],
            ["", "官塘冲社区", "官塘冲居委会", "牛角塘社区"], ["人民路1号", "人民路2号"],
            ["113.012,28.176", "113.0121,28.176", "113.02,28.18"], ["300", "310", "320"],
            ["2024-05-01", "2026-05-01"],
        ]
        let rows = (0..<12).map { _ in
            columns.map { $0.randomElement(using: &random) ?? "" }.joined(separator: ",")
        }
        return header + rows.joined(separator: "\n") + "\n"
    }

    /// Answers some of what a preview asks.
    private static func decisions(
        about report: ImportReport, _ random: inout SeededRandom
    ) -> [Int: ImportOptions.Decision] {
        var decisions: [Int: ImportOptions.Decision] = [:]
        for row in report.samples[.doubtful] ?? [] {
            let same = row.candidates.filter { !$0.number.isEmpty }.map { ImportOptions.Decision.same($0.id) }
            let answers: [ImportOptions.Decision?] = same + [.new, .skip, nil]
            decisions[row.number] = answers.randomElement(using: &random) ?? nil
        }
        return decisions
    }

    /// Everything that an import can change.
    private static func contents(_ town: Town) async throws -> [String] {
        let lines: Int = try await town.read { tx in try tx.value("SELECT count(*) FROM record_line") ?? 0 }
        return try await town.texts("SELECT facts FROM estate_sheet ORDER BY estate")
            + town.texts("SELECT name || place || coalesce(official_code, '') FROM estate ORDER BY id")
            + town.texts("SELECT name FROM estate_alias ORDER BY estate, name")
            + town.texts("SELECT code FROM place WHERE level = 12 ORDER BY code") + ["\(lines)"]
    }

    @Test(
        "Random sheets, random decisions, the good rows alone: the second time changes nothing",
        arguments: Engine.available)
    func secondTime(engine: Engine) async throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        try await Town.with(engine) { town in
            for round in 1...6 {
                let sheet = Self.sheet(&random)
                var options = ImportOptions(place: "430111", acceptGood: true)
                options.decisions = Self.decisions(about: try await town.previewing(sheet, options), &random)
                _ = try await town.importing(sheet, options)
                let before = try await Self.contents(town)
                let again = try await town.importing(sheet, options)
                let after = try await Self.contents(town)
                #expect(again.writes == 0, "seed \(seed), round \(round): \(options.decisions)\n\(sheet)")
                #expect(after == before, "seed \(seed), round \(round): \(options.decisions)\n\(sheet)")
            }
        }
    }
}
