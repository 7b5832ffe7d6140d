import Geo
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

/// Which estate a row means.
@Suite struct ImportMatchingTests {
    private static let good = ImportOptions(place: "430111", acceptGood: true)

    private static let header = "小区名称,小区代码,街道,社区,经度,纬度,户数,别名\n"

    /// 铁建小区 with the code B7 and the alias 铁道大院, in 官塘冲社区.
    private static func begin(_ town: Town) async throws {
        _ = try await town.importing(header + "铁建小区,B7,左家塘街道,官塘冲社区,113.012,28.176,300,铁道大院\n")
    }

    @Test(
        "Two rows that name one estate on file: the second is asked about, the first counts",
        arguments: Engine.available)
    func onlyOneRowWrites(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.begin(town)
            let twice =
                Self.header + "铁建小区,,左家塘街道,官塘冲社区,,,310,\n" + "铁建小区,,左家塘街道,官塘冲社区,,,320,\n"
            let report = try await town.importing(twice, Self.good)
            #expect(report.count(.changed) == 1 && report.count(.doubtful) == 1)
            #expect(report.words(.doubtful).contains("第 2 行"))
            let again = try await town.importing(twice, Self.good)
            #expect(again.writes == 0 && again.count(.unchanged) == 1)
            #expect(try await town.estate(named: "铁建小区")?.facts.value(CoreFact.households) == .integer(310))
        }
    }

    @Test(
        "An alias finds its estate; a name that only shares 小区 does not, whatever its code", arguments: Engine.available
    )
    func aliasesAndCodes(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.begin(town)
            let alias = try await town.importing(Self.header + "铁道大院,,左家塘街道,官塘冲社区,,,310,\n")
            #expect(alias.count(.changed) == 1)
            let other = try await town.importing(Self.header + "人印小区,B7,左家塘街道,官塘冲社区,,,310,\n", Self.good)
            #expect(other.count(.doubtful) == 1 && other.words(.doubtful).contains("名称完全不同"))
            let alike = try await town.importing(Self.header + "铁建宿舍,B7,左家塘街道,官塘冲社区,,,310,\n")
            #expect(alike.samples[.changed]?.first?.changes.map(\.field) == ["name", "aliases"])
            #expect(try await town.names() == ["铁建宿舍"])
            #expect(try await town.names("estate_alias") == ["铁建小区", "铁道大院"].sorted())
        }
    }

    @Test("The same name under another official code is asked about", arguments: Engine.available)
    func codesContradict(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.begin(town)
            let row = Self.header + "铁建小区,C1,左家塘街道,官塘冲社区,,,300,\n"
            let asked = try await town.importing(row, Self.good)
            #expect(asked.count(.doubtful) == 1 && asked.words(.doubtful).contains("官方代码"))
            let estate = try #require(try await town.estate(named: "铁建小区"))
            #expect(estate.officialCode == "B7")
            var same = Self.good
            same.decisions = [2: .same(estate.id.description)]
            #expect(try await town.importing(row, same).count(.changed) == 1)
            #expect(try await town.estate(named: "铁建小区")?.officialCode == "C1")
        }
    }

    @Test("A code of an estate elsewhere refuses its row, and the others are taken", arguments: Engine.available)
    func codeIsTaken(engine: Engine) async throws {
        try await Town.with(engine) { town in
            _ = try await town.importing(
                Self.header + "五一小区,F1,定王台街道,,,,100,\n", ImportOptions(place: "430102"))
            let rows = Self.header + "建安小区,F1,左家塘街道,,,,100,\n" + "公交小区,F2,左家塘街道,,,,100,\n"
            let report = try await town.importing(rows, Self.good, as: Town.officer("430111"))
            #expect(report.reasons(.refused) == ["import.code.taken"] && report.count(.new) == 1)
        }
    }

    @Test("The same name far away, and another name on the same spot, are asked about", arguments: Engine.available)
    func distance(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.begin(town)
            let far = try await town.importing(
                Self.header + "铁建小区,,左家塘街道,官塘冲社区,113.022,28.176,300,\n", Self.good)
            #expect(far.words(.doubtful).contains("500 米"))
            let spot = try await town.importing(
                Self.header + "人印小区,,左家塘街道,官塘冲社区,113.012,28.176,200,\n", Self.good)
            #expect(spot.words(.doubtful).contains("同一位置"))
            #expect(try await town.names() == ["铁建小区"])
        }
    }

    @Test(
        "Told that it is the same, a row moves its estate into a neighbourhood that is made",
        arguments: Engine.available)
    func sameEstate(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.begin(town)
            let row = Self.header + "铁建小区,,左家塘街道,牛角塘社区,,,300,\n"
            let asked = try await town.previewing(row)
            #expect(asked.words(.doubtful).contains("另一社区"))
            let candidate = try #require(asked.samples[.doubtful]?.first?.candidates.first)
            var options = Self.good
            options.decisions = [2: .same(candidate.id)]
            let preview = try await town.previewing(row, options)
            #expect(preview.samples[.changed]?.first?.changes.map(\.after) == [.string("牛角塘社区")])
            let report = try await town.importing(row, options)
            #expect(report.newNeighbourhoods == ["牛角塘社区"] && report.counts == preview.counts)
            let place = try #require(try await town.estate(named: "铁建小区")?.place)
            #expect(place == Town.code("430111002902"))
            #expect(
                try await town.texts("SELECT place FROM estate_issue WHERE rule = 'neighbourhoodUnconfirmed'") == [
                    place.digits
                ])
            #expect(try await town.importing(row, options).count(.unchanged) == 1)
        }
    }

    @Test("A number with a new neighbourhood moves its estate there", arguments: Engine.available)
    func numberMoves(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.begin(town)
            let row = "小区编号,小区名称,街道,社区\nCS-00001,铁建小区,左家塘街道,牛角塘社区\n"
            #expect(try await town.importing(row).count(.changed) == 1)
            #expect(try await town.estate(named: "铁建小区")?.place == Town.code("430111002902"))
        }
    }

    @Test("While a row is not decided, no later row writes the estate that it may mean", arguments: Engine.available)
    func undecidedRowsHoldBack(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.begin(town)
            let rows =
                Self.header + "铁建小区,,左家塘街道,牛角塘社区,,,280,\n" + "铁建小区,B7,左家塘街道,官塘冲社区,,,290,\n"
            let held = try await town.importing(rows, Self.good)
            #expect(held.count(.doubtful) == 2 && held.writes == 0)
            var decided = Self.good
            decided.decisions = [2: .new]
            let taken = try await town.importing(rows, decided)
            #expect(taken.count(.new) == 1 && taken.count(.changed) == 1)
            let again = try await town.importing(rows, decided)
            #expect(again.count(.unchanged) == 2, "the estate that the row made is found again")
        }
    }
}
