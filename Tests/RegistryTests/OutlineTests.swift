import Foundation
import Geo
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite("Outlines and footprints")
struct OutlineTests {
    private static func estate(_ town: Town, _ change: EstateChange = Town.estate("建安小区")) async throws -> ID<Estate> {
        let register = town.register
        return try await town.act { deed in try register.registerEstate(change, in: deed) }
    }

    /// The code of the refusal that drawing this leads to; nil when it is stored.
    private static func refusal(
        _ town: Town, _ estate: ID<Estate>, _ area: MultiPolygon?, given datum: Datum = .cgcs2000, seen: Int = 1,
        as actor: Actor = .machineOwner(requestID: "test")
    ) async throws -> Refusal? {
        let register = town.register
        do {
            _ = try await town.act(as: actor) { deed in
                try register.drawOutline(of: estate, area, given: datum, seen: seen, in: deed)
            }
            return nil
        } catch let refusal as Refusal {
            return refusal
        }
    }

    private static func stored(_ town: Town, _ estate: ID<Estate>) async throws -> (Outline?, Estate?) {
        let register = town.register
        return try await town.read { tx in
            (try register.outline(of: estate, in: tx), try register.estate(estate, in: tx))
        }
    }

    @Test(
        "An outline is drawn, corrected and taken away; each time the estate moves on and the record tells",
        arguments: Engine.available)
    func draws(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let (register, estate) = (town.register, try await Self.estate(town))
            let (small, large) = (try Sketch.square(0.001), try Sketch.square(0.002))
            let first = try await town.act { deed in
                try register.drawOutline(of: estate, small, seen: 1, evidence: "用地红线图", in: deed)
            }
            #expect(first.version == 2 && first.isChanged && first.notices.isEmpty)
            #expect(abs((first.areaM2 ?? 0) - 43_500) < 1000)
            let again = try await town.act { deed in
                try register.drawOutline(of: estate, small, seen: 2, in: deed)
            }
            #expect(again.version == 2 && !again.isChanged)
            #expect(try await Self.refusal(town, estate, large, seen: 2) == nil)
            let (outline, read) = try await Self.stored(town, estate)
            #expect(read?.version == 3)
            #expect(outline?.area.contains(Coordinate(longitude: 113.0135, latitude: 28.1775)) == true)
            let box: [Double] = try await town.read { tx in
                let row = try #require(try tx.first("SELECT west, south, east, north, area_m2 FROM estate_outline"))
                return [try row[0], try row[1], try row[2], try row[3], try row[4]]
            }
            #expect(box.prefix(4).map { ($0 * 1000).rounded() / 1000 } == [113.010, 28.174, 113.014, 28.178])
            #expect(box[4] == outline?.area.areaM2)
            #expect(try await Self.refusal(town, estate, nil, seen: 3) == nil)
            #expect(try await Self.stored(town, estate).0 == nil)
            let lines = try await town.texts(
                "SELECT value_after FROM record_line WHERE act = 'estate.outline' ORDER BY id")
            #expect(lines.count == 3 && lines[0].contains("用地红线图") && lines[0].contains(#""points":5"#))
            #expect(lines[1].contains("Polygon") && lines[2] == "{}")
        }
    }

    @Test("What is no outline is refused, and nothing is stored", arguments: Engine.available)
    func refuses(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let estate = try await Self.estate(town)
            let (x, y) = (Sketch.middle.longitude, Sketch.middle.latitude)
            let tie = [(x, y), (x + 0.002, y + 0.002), (x + 0.002, y), (x, y + 0.002)]
            let crossing = try Sketch.area(tie.map { Coordinate(longitude: $0, latitude: $1) })
            let beijing = Coordinate(longitude: 116.4, latitude: 39.9)
            // A thousand squares of a thousand points each.
            let million = MultiPolygon(
                Array(repeating: try Sketch.area((0..<999).map { _ in Sketch.middle }).polygons[0], count: 1000))
            #expect(million.pointCount == 1_000_000)
            let wrong: [(MultiPolygon, String)] = [
                (crossing, "geo.ring.crossing"), (try Sketch.square(0.001, around: beijing), "outline.outside"),
                (try Sketch.square(0.00001), "outline.area"), (try Sketch.square(0.02), "outline.area"),
                (million, "outline.points"), (MultiPolygon([]), "outline.points"),
                (try Sketch.area(Array(repeating: Sketch.middle, count: 4)), "geo.ring.flat"),
            ]
            for (area, code) in wrong {
                let refusal = try await Self.refusal(town, estate, area)
                #expect(
                    refusal?.code == code && refusal?.field == "geometry", "\(code): \(String(describing: refusal))")
                #expect(refusal?.message.en.isEmpty == false && refusal?.message.zh.isEmpty == false)
            }
            let place = try await Self.refusal(town, estate, crossing)?.message
            #expect(place?.zh.contains("113.0") == true && place?.en.contains("28.17") == true, "it says where")
            let (outline, read) = try await Self.stored(town, estate)
            #expect(outline == nil && read?.version == 1)
        }
    }

    @Test("GeoJSON of a million points, of a point, of two shapes or of none is refused unread or with the remedy")
    func refusesTexts() throws {
        func code(_ text: String) -> String? {
            do {
                _ = try Register.drawnArea(from: Array(text.utf8))
                return nil
            } catch {
                return (error as? Refusal)?.code ?? "\(error)"
            }
        }
        let points = (0..<1_000_000).map { "[113.\($0),28]" }.joined(separator: ",")
        let square = Sketch.text(try Sketch.square(0.001))
        #expect(code(#"{"type":"Polygon","coordinates":[[\#(points)]]}"#) == "geo.json.size")
        #expect(code(#"{"type":"Point","coordinates":[113,28]}"#) == "outline.none")
        #expect(code(Sketch.collection([("{}", square), ("{}", square)])) == "geo.json.collection")
        #expect(code(Sketch.collection([("{}", square)])) == nil)
        #expect(code(#"{"type":"Feature","properties":{},"geometry":\#(square)}"#) == nil)
        #expect(code("SQLite format 3\0") != nil && code("") != nil && code("[[[[[[") != nil)
    }

    @Test("An outline in the datum of a web map is asked about, with the datum named", arguments: Engine.available)
    func asksForDatum(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let estate = try await Self.estate(town)
            for datum in [Datum.gcj02, .bd09] {
                let shown = try Sketch.shown(try Sketch.square(0.001), in: datum)
                let version = try await Self.stored(town, estate).1?.version ?? 0
                let asked = try await Self.refusal(town, estate, shown, seen: version)
                #expect(asked?.code == "outline.datum" && asked?.field == "datum")
                #expect(asked?.message.zh.contains(datum.label) == true)
                #expect(try await Self.refusal(town, estate, shown, given: datum, seen: version) == nil)
                let (outline, _) = try await Self.stored(town, estate)
                #expect(outline?.area.contains(Sketch.middle) == true)
                #expect(abs((outline?.area.areaM2 ?? 0) - 43_500) < 1000)
            }
        }
    }

    @Test(
        "A location beside the outline is told and left; an estate without one gets a point inside",
        arguments: Engine.available)
    func locations(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let estate = try await Self.estate(town)
            let beside = try Sketch.square(
                0.001, around: Coordinate(longitude: Sketch.middle.longitude + 0.03, latitude: Sketch.middle.latitude))
            let drawn = try await town.act { deed in try register.drawOutline(of: estate, beside, seen: 1, in: deed) }
            #expect(drawn.notices.map(\.code) == ["outline.beside"])
            #expect(try await Self.stored(town, estate).1?.location == Sketch.middle)
            var change = Town.estate("无坐标小区")
            change.location = .some(nil)
            let bare = try await Self.estate(town, change)
            // A horseshoe: its centroid lies outside.
            let (x, y) = (Sketch.middle.longitude, Sketch.middle.latitude)
            let corners = [(0, 0), (9, 0), (9, 9), (8, 9), (8, 1), (1, 1), (1, 9), (0, 9)]
            let horseshoe = try Sketch.area(
                corners.map { Coordinate(longitude: x + Double($0) * 0.0002, latitude: y + Double($1) * 0.0002) })
            #expect(try await Self.refusal(town, bare, horseshoe) == nil)
            let read = try #require(try await Self.stored(town, bare).1)
            let point = try #require(read.location)
            #expect(read.version == 2 && horseshoe.contains(point))
            let rules = try await town.read { tx in try register.issues(of: bare, in: tx).map(\.rule) }
            #expect(!rules.contains(.noLocation))
        }
    }

    @Test(
        "Whoever saw an older version, or may not correct there, draws nothing", arguments: Engine.available)
    func rightsAndVersions(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let estate = try await Self.estate(town)
            let square = try Sketch.square(0.001)
            #expect(try await Self.refusal(town, estate, square, seen: 0)?.kind == .conflict)
            let reader = Town.officer("430111", rights: [.readEstates])
            let stranger = Town.officer("430102")
            for actor in [reader, stranger] {
                #expect(try await Self.refusal(town, estate, square, as: actor)?.kind == .forbidden)
            }
            #expect(try await Self.stored(town, estate).0 == nil)
        }
    }

    @Test("Random stars of any number of corners are stored as they were drawn", arguments: Engine.available)
    func stars(engine: Engine) async throws {
        let seed = testSeed()
        try await Town.with(engine) { town in
            var random = SeededRandom(seed: seed)
            let estate = try await Self.estate(town)
            for (round, corners) in [5, 6, 7, 40, 300, 2000, 19_999].enumerated() {
                let star = try Sketch.star(corners, &random)
                let refusal = try await Self.refusal(town, estate, star, seen: round + 1)
                #expect(refusal == nil, "seed \(seed), \(corners) corners")
                let outline = try await Self.stored(town, estate).0
                #expect(outline?.area.pointCount == corners + 1, "seed \(seed)")
                #expect(abs((outline?.area.areaM2 ?? 0) / star.areaM2 - 1) < 0.001, "seed \(seed), \(corners) corners")
            }
            let longest = try await town.texts("SELECT value_after FROM record_line WHERE act = 'estate.outline'")
                .max { $0.utf8.count < $1.utf8.count }
            let digested = try await town.texts(
                "SELECT value_after FROM record_line WHERE act = 'estate.outline' ORDER BY id DESC LIMIT 1")
            #expect((longest?.utf8.count ?? 0) < 70_000 && digested[0].contains("sha256"), "seed \(seed)")
        }
    }

    @Test("A footprint is drawn like an outline, within a building's size", arguments: Engine.available)
    func footprints(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let (register, estate) = (town.register, try await Self.estate(town))
            let building = try await town.act { deed in
                try register.registerBuilding(BuildingChange(name: "1栋"), of: estate, in: deed)
            }
            let draw: @Sendable (MultiPolygon?, Int) async throws -> Drawing = { area, seen in
                try await town.act { deed in try register.drawFootprint(of: building, area, seen: seen, in: deed) }
            }
            for (reach, code) in [(0.000_01, "outline.area"), (0.002, "outline.area")] {
                let area = try Sketch.square(reach)
                await #expect("\(reach)") { _ = try await draw(area, 1) } throws: { ($0 as? Refusal)?.code == code }
            }
            let house = try Sketch.square(0.000_2)
            let first = try await draw(house, 1)
            #expect(first.version == 2 && first.notices.isEmpty)
            let read = try await town.read { tx in try register.building(building, in: tx) }
            let point = try #require(read?.location)
            #expect(read?.version == 2 && house.contains(point))
            #expect(read?.footprint.flatMap { Outline(stored: $0) }?.area.pointCount == 5)
            await #expect { _ = try await draw(nil, 1) } throws: { ($0 as? Refusal)?.kind == .conflict }
            let yard = try Sketch.square(0.000_25)
            try await town.act { deed in _ = try register.drawOutline(of: estate, yard, seen: 1, in: deed) }
            let wide = try Sketch.square(0.000_3)
            #expect(try await draw(wide, 2).notices.map(\.code) == ["footprint.beyond"])
            #expect(try await draw(nil, 3).areaM2 == nil)
            let acts = try await town.texts("SELECT act FROM record_line WHERE act = 'building.footprint'")
            #expect(acts.count == 3)
        }
    }

    @Test("Shapes made to be slow are refused instead of being worked through", arguments: Engine.available)
    func slow(engine: Engine) async throws {
        let seed = testSeed()
        try await Town.with(engine) { town in
            let (register, estate) = (town.register, try await Self.estate(town))
            var random = SeededRandom(seed: seed)
            // Farther than what lies in the city as a whole: every corner is looked for by itself.
            let wide = try Sketch.area(
                Sketch.star(19_999, &random).polygons[0].outer.points.dropLast().map {
                    Coordinate(
                        longitude: 112.9 + ($0.longitude - 113.012) * 10, latitude: 28.2 + ($0.latitude - 28.176) * 10)
                })
            #expect(try await Self.refusal(town, estate, wide)?.code == "geo.shape.intricate", "seed \(seed)")
            // An estate of ten thousand teeth may be; a house of as many corners on it may not.
            let comb = try Sketch.comb(teeth: 9990, 0.008)
            #expect(try await Self.refusal(town, estate, comb) == nil)
            let building = try await town.act { deed in
                try register.registerBuilding(BuildingChange(name: "1栋"), of: estate, in: deed)
            }
            let house = try Sketch.area(
                Sketch.star(19_999, &random).polygons[0].outer.points.dropLast().map {
                    Coordinate(
                        longitude: 113.012 + ($0.longitude - 113.012) / 10,
                        latitude: 28.176 + ($0.latitude - 28.176) / 10)
                })
            await #expect("seed \(seed)") {
                try await town.act { deed in
                    _ = try register.drawFootprint(of: building, house, seen: 1, in: deed)
                }
            } throws: { ($0 as? Refusal)?.code == "geo.shape.intricate" }
        }
    }

    @Test("The estate's document holds the outline only when it is asked for", arguments: Engine.available)
    func document(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let (register, estate) = (town.register, try await Self.estate(town))
            let square = try Sketch.square(0.001)
            let text: @Sendable (Bool) async throws -> String = { outlined in
                let owner = Actor.machineOwner(requestID: "test")
                return try await town.read { tx in
                    let document = try register.estateDocument(
                        estate, outlined: outlined, for: owner, vault: .ephemeral(), in: tx)
                    return String(decoding: document.json, as: UTF8.self)
                }
            }
            #expect(try await text(true).hasSuffix(#""outline":null}"#))
            try await town.act { deed in _ = try register.drawOutline(of: estate, square, seen: 1, in: deed) }
            #expect(try await text(true).contains(#""outline":{"type":"Polygon","coordinates":[[[113.011,28.175]"#))
            #expect(try await !text(false).contains("outline"))
        }
    }
}
