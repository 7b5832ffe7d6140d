import Foundation
import Geo
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite("Importing outlines")
struct OutlineImportTests {
    private static let all = ImportOptions(kind: .outlines, place: "430111")
    private static let good = ImportOptions(kind: .outlines, place: "430111", acceptGood: true)

    /// Registers estates a hundredth of a degree apart and answers where they stand.
    @discardableResult
    private static func estates(_ town: Town, _ names: [String]) async throws -> [Coordinate] {
        let register = town.register
        let spots = names.indices.map { spot($0) }
        try await town.act { deed in
            for (name, spot) in zip(names, spots) {
                var change = Town.estate(name)
                change.location = .some(spot)
                _ = try register.registerEstate(change, in: deed)
            }
        }
        return spots
    }

    private static func spot(_ index: Int) -> Coordinate {
        Coordinate(longitude: 112.99 + Double(index) * 0.01, latitude: 28.176)
    }

    private static func square(_ index: Int, in datum: Datum = .cgcs2000) throws -> String {
        Sketch.text(try Sketch.shown(try Sketch.square(0.001, around: spot(index)), in: datum))
    }

    private static func drawn(_ town: Town) async throws -> [String] {
        try await town.texts("SELECT name FROM estate WHERE id IN (SELECT estate FROM estate_outline) ORDER BY number")
    }

    private static func take(
        _ town: Town, _ text: String, _ options: ImportOptions = all, as actor: Actor = .machineOwner(requestID: "test")
    ) async throws -> ImportReport {
        try await town.importing(Array(text.utf8), named: "outlines.geojson", options, as: actor)
    }

    @Test(
        "Shapes find their estates by number, by name in its place, or by what lies inside; again they change nothing",
        arguments: Engine.available)
    func matches(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.estates(town, ["甲小区", "乙小区", "丙小区"])
            let file = Sketch.collection([
                (#"{"小区编":"CS-00001"}"#, try Self.square(0)),
                (#"{"NAME":"乙小区","街道":"左家塘街道"}"#, try Self.square(1)), ("{}", try Self.square(2)),
            ])
            let report = try await Self.take(town, file)
            #expect(report.count(.new) == 3 && report.isApplied && report.notices.isEmpty)
            #expect(try await Self.drawn(town) == ["甲小区", "乙小区", "丙小区"])
            #expect(try await Self.take(town, file).count(.unchanged) == 3)
            let moved = Sketch.collection([
                (#"{"number":"CS-00001"}"#, Sketch.text(try Sketch.square(0.002, around: Self.spot(0))))
            ])
            let change = try await Self.take(town, moved).samples[.changed]?.first?.changes.first
            #expect(change?.field == "outline" && (change?.after.double ?? 0) > 3 * (change?.before.double ?? 0))
            let versions = try await town.texts("SELECT CAST(version AS TEXT) FROM estate ORDER BY number")
            #expect(versions == ["3", "2", "2"])
        }
    }

    @Test(
        "What is doubtful is asked and what is wrong refused, each with its reason; nothing is guessed",
        arguments: Engine.available)
    func doubts(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.estates(town, ["甲小区", "乙小区", "丙小区"])
            let far = Sketch.text(try Sketch.square(0.001, around: Coordinate(longitude: 113.05, latitude: 28.2)))
            let file = Sketch.collection([
                (#"{"number":"CS-00001","name":"望江苑"}"#, try Self.square(0)),
                (#"{"number":"CS-00009","name":"乙小区"}"#, try Self.square(1)),
                (#"{"name":"不知名"}"#, try Self.square(2)), (#"{"name":"丙小区"}"#, far),
                ("{}", far), (#"{"name":"无名"}"#, far),
                (#"{"name":"甲小区"}"#, #"{"type":"Polygon","coordinates":[[[112.99,28.17],[112.991,28.17]]]}"#),
                (#"{"name":"甲小区"}"#, #"{"type":"Point","coordinates":[112.99,28.17]}"#), (#"{"name":"甲小区"}"#, "null"),
            ])
            await #expect(throws: ImportHindered.self) { _ = try await Self.take(town, file) }
            #expect(try await Self.drawn(town).isEmpty)
            let report = try await Self.take(town, file, Self.good)
            #expect(report.count(.doubtful) == 4 && report.count(.refused) == 5)
            #expect(report.samples[.doubtful]?.allSatisfy { !$0.candidates.isEmpty } == true)
            #expect(
                report.reasons(.refused) == [
                    "import.outline.nobody", "import.estate.unknown", "geo.ring.short", "outline.none", "outline.none",
                ])
            var decided = Self.good
            let third = try #require(try await town.estate(named: "丙小区"))
            decided.decisions = [3: .same(third.id.description), 4: .skip]
            let second = try await Self.take(town, file, decided)
            #expect(second.count(.new) == 1 && second.count(.skipped) == 1)
            #expect(try await Self.drawn(town) == ["丙小区"])
        }
    }

    @Test("Two shapes of one estate, and several estates in one shape, are told", arguments: Engine.available)
    func twice(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.estates(town, ["甲小区", "乙小区"])
            let both = Sketch.text(
                try Sketch.area(
                    [(112.989, 28.175), (113.001, 28.175), (113.001, 28.177), (112.989, 28.177)].map {
                        Coordinate(longitude: $0, latitude: $1)
                    }))
            let file = Sketch.collection([
                (#"{"name":"甲小区"}"#, try Self.square(0)), (#"{"number":"CS-00001"}"#, try Self.square(0)), ("{}", both),
            ])
            let report = try await Self.take(town, file, Self.good)
            #expect(report.count(.new) == 1 && report.count(.doubtful) == 1)
            #expect(report.reasons(.refused) == ["import.outline.twice"])
            #expect(report.samples[.doubtful]?.first?.candidates.map(\.number) == ["CS-00001", "CS-00002"])
        }
    }

    @Test(
        "A file in another datum than stated is refused shape by shape, and the likely one named",
        arguments: Engine.available)
    func datum(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let names = (1...12).map { "第\($0)小区" }
            try await Self.estates(town, names)
            let file = Sketch.collection(
                try names.enumerated().map { (#"{"name":"\#($1)"}"#, try Self.square($0, in: .gcj02)) })
            let report = try await Self.take(town, file, Self.good)
            #expect(report.writes == 0 && Set(report.reasons(.refused)) == ["outline.datum"])
            #expect(report.notices.map(\.code) == ["import.datum"])
            #expect(report.notices.first?.message.en.contains("GCJ-02") == true)
            var stated = Self.all
            stated.datum = .gcj02
            let right = try await Self.take(town, file, stated)
            #expect(right.count(.new) == 12 && right.notices.isEmpty)
        }
    }

    @Test(
        "Officers import into their own district; files that are no outlines are refused", arguments: Engine.available)
    func limits(engine: Engine) async throws {
        try await Town.with(engine) { town in
            try await Self.estates(town, ["甲小区"])
            let file = Sketch.collection([(#"{"number":"CS-00001"}"#, try Self.square(0))])
            let stranger = try await Self.take(town, file, Self.good, as: Town.officer("430102"))
            #expect(stranger.writes == 0)
            let points = (0..<25_000).map { "[113.\($0),28.1]" }.joined(separator: ",")
            let wrong = [
                (#"{"type":"FeatureCollection","features":[]}"#, "import.empty"), ("小区名称,街道\n", "json"),
                (#"{"type":"Polygon","coordinates":[]}"#, "geo.json.notCollection"),
            ]
            for (text, code) in wrong {
                await #expect("\(text.prefix(40))") { _ = try await Self.take(town, text) } throws: {
                    ($0 as? Refusal)?.code.hasPrefix(code) == true
                }
            }
            let long = try await Self.take(
                town,
                Sketch.collection([(#"{"number":"CS-00001"}"#, #"{"type":"Polygon","coordinates":[[\#(points)]]}"#)]),
                Self.good)
            #expect(long.reasons(.refused) == ["geo.ring.long"])
            #expect(try await Self.drawn(town).isEmpty)
        }
    }
}
