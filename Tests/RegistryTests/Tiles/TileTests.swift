import Foundation
import Geo
import Identity
import Kernel
import Store
import TestSupport
import Testing

@testable import Registry

@Suite("Tiles of the map")
struct TileTests {
    /// What an estate of a tile and its row in the tables have in common.
    fileprivate struct Drawn: Hashable, Comparable {
        let id: String
        let name: String
        let households: Int?
        let stage: String

        static func < (left: Drawn, right: Drawn) -> Bool { left.id < right.id }
    }

    @Test(
        "After whatever edits, tiles hold what the tables hold, as another program reads them",
        .enabled(if: MapboxVectorTile.isHere, Comment(rawValue: JudgePython.missing("mapbox_vector_tile"))),
        arguments: Engine.available)
    func property(engine: Engine) async throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        try await Town.with(engine) { town in
            var ids: [ID<Estate>] = []
            for number in 0..<30 { ids.append(try await town.register(number, &random)) }
            for _ in 0..<3 {
                for _ in 0..<15 { try await town.edit(ids.randomElement(using: &random) ?? ids[0], &random) }
                for zoom in [3, 8, 9, 12, 14, 16] {
                    for actor in [Town.officer("4301"), Town.officer("430111")] {
                        try await compare(town, zoom: zoom, as: actor, "seed \(seed), zoom \(zoom)")
                    }
                }
            }
        }
    }

    /// All tiles of a zoom with something in them, against the rows.
    private func compare(_ town: Town, zoom: Int, as actor: Actor, _ comment: Comment) async throws {
        let register = town.register
        let rows = try await town.rows(visibleTo: actor)
        let tiles = Set(rows.map { town.address(zoom, $0.place) }).sorted { $0.description < $1.description }
        let bytes = try await town.read { tx in
            try tiles.map { try register.tile(TileQuery($0), for: actor, today: Town.now.dayInChina, in: tx).bytes }
        }
        let read = try MapboxVectorTile.ask(.init(tiles: bytes.map(hexadecimal)))
        var (drawn, estates, households) = ([Drawn](), 0, 0)
        for (address, layers) in zip(tiles, read.tiles) {
            for feature in layers.first(where: { $0.name == "estates" })?.features ?? [] {
                let point = feature.parts[0][0]
                let isInside = point.allSatisfy { (0...VectorTile.extent).contains($0) }
                #expect(isInside || zoom > Cell.zoom, "\(address): \(point); \(comment)")
                guard isInside else { continue }
                let values = Dictionary(uniqueKeysWithValues: feature.properties.map { ($0[0], $0[2]) })
                estates += values["estates"].flatMap(Int.init) ?? 0
                households += values["households"].flatMap(Int.init) ?? 0
                drawn.append(
                    Drawn(
                        id: values["id"] ?? "", name: values["name"] ?? "",
                        households: values["households"].flatMap(Int.init), stage: values["stage"] ?? ""))
            }
        }
        if zoom < Register.soleZoom {
            #expect(estates == rows.count, comment)
            #expect(households == rows.compactMap(\.drawn.households).reduce(0, +), comment)
        } else {
            // One on the edge of two tiles is in both.
            #expect(Set(drawn).sorted() == rows.map(\.drawn).sorted(), comment)
        }
    }

    @Test(
        "What is kept in memory adds up to what the tables do, on every node and whatever was sealed",
        arguments: Engine.available)
    func memory(engine: Engine) async throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        try await Town.with(engine) { town in
            let nodes = [town.register, try Town.register()]
            var all = EstateFilter()
            // Says nothing, but is asked of the tables.
            all.builtTo = 9_999
            var ids: [ID<Estate>] = []
            for number in 0..<60 {
                if number < 20 {
                    ids.append(try await town.register(number, &random))
                } else {
                    try await town.edit(ids.randomElement(using: &random) ?? ids[0], &random)
                }
                if number % 7 == 0 { try await town.seal() }
                let address = town.address(
                    [0, 5, 8].randomElement(using: &random) ?? 8, Coordinate(longitude: 113.0, latitude: 28.2))
                let actor = Town.officer(["4301", "430111", "430102001"].randomElement(using: &random) ?? "4301")
                let wanted = all
                let tiles = try await town.read { tx in
                    try nodes.map {
                        try $0.tile(TileQuery(address), for: actor, today: Town.now.dayInChina, in: tx).bytes
                    } + [
                        try nodes[0].tile(
                            TileQuery(address, filter: wanted), for: actor, today: Town.now.dayInChina, in: tx
                        ).bytes
                    ]
                }
                #expect(tiles[0] == tiles[2] && tiles[1] == tiles[2], "seed \(seed), act \(number), \(address)")
            }
        }
    }

    @Test("Circles tell what most of their estates answered", arguments: Engine.available)
    func common(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            try await town.act { deed in
                for (number, answer) in ["fairlyPoor", "good", "good"].enumerated() {
                    var change = Town.estate("\(number)号院")
                    change.facts["roofLeakage"] = Fact(.choice(answer), from: Town.survey)
                    _ = try register.registerEstate(change, in: deed)
                }
            }
            let address = town.address(6, Coordinate(longitude: 113.012, latitude: 28.176))
            let tile = try await town.read { tx in
                try register.tile(
                    TileQuery(address, fact: "roofLeakage"), for: Town.officer("4301"), today: Town.now.dayInChina,
                    in: tx)
            }
            let text = String(decoding: tile.bytes, as: UTF8.self)
            #expect(text.contains("good") && !text.contains("fairlyPoor"))
        }
    }

    @Test("The mean of numbers, the most frequent of words, the first of as many")
    func answers() {
        func common(_ answers: FactValue...) -> TileValue? {
            var common = CommonAnswer()
            for answer in answers { common.add(answer) }
            return common.value
        }
        func isSame(_ value: TileValue?, _ text: String) -> Bool { value.map { "\($0)" } == text }
        #expect(isSame(common(.number(1), .integer(2), .unknown), "double(1.5)"))
        #expect(isSame(common(.choice("b"), .choice("a"), .choice("b")), "string(\"b\")"))
        #expect(isSame(common(.choice("b"), .choice("a")), "string(\"a\")"))
        #expect(isSame(common(.flag(true), .flag(false), .flag(true)), "bool(true)"))
        #expect(common(.unknown) == nil)
    }

    @Test(
        "One letter a year tells an estate's life, and the last one is now",
        arguments: [
            (StagePast.Life(stage: "aftercare", programmed: 2020, works: 2022, completed: 2024), "aappwwccf"),
            (.init(stage: "works", programmed: 2025, works: 2026, completed: nil), "aaaaaaapw"),
            (.init(stage: "surveyed", programmed: nil, works: nil, completed: nil), "aaaaaaaaa"),
            // Moved back: what was begun no longer counts.
            (.init(stage: "design", programmed: 2024, works: 2025, completed: nil), "aaaaaappp"),
            (.init(stage: "leftOut", programmed: 2019, works: nil, completed: nil), "lllllllll"),
        ])
    func past(life: StagePast.Life, letters: String) {
        var past = StagePast(Stage.defaults, until: 2026)
        #expect(past.look(life).past == letters)
    }

    @Test("A fact asked for comes along, as the form counts it", arguments: Engine.available)
    func fact(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let address = town.address(12, Coordinate(longitude: 113.012, latitude: 28.176))
            try await town.act { deed in
                var change = Town.estate("建安小区")
                change.facts["roofLeakage"] = Fact(.choice("fairlyPoor"), from: Town.survey)
                _ = try register.registerEstate(change, in: deed)
            }
            for (fact, isThere) in [("roofLeakage", true), ("clinic", false)] {
                let tile = try await town.read { tx in
                    try register.tile(
                        TileQuery(address, fact: fact), for: Town.officer("4301"), today: Town.now.dayInChina, in: tx)
                }
                #expect(String(decoding: tile.bytes, as: UTF8.self).contains("fairlyPoor") == isThere)
            }
        }
    }

    @Test("Where estates crowd, their sums stand in their place", arguments: Engine.available)
    func crowd(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let middle = Coordinate(longitude: 113.012, latitude: 28.176)
            try await town.act { deed in
                for number in 0..<1_501 {
                    var change = Town.estate("\(number)号院")
                    change.location = .some(
                        Coordinate(
                            longitude: middle.longitude + Double(number % 50) / 10_000,
                            latitude: middle.latitude + Double(number / 50) / 10_000))
                    _ = try register.registerEstate(change, in: deed)
                }
            }
            let address = town.address(10, middle)
            let tile = try await town.read { tx in
                try register.tile(
                    TileQuery(address), for: Town.officer("4301"), today: Town.now.dayInChina, in: tx)
            }
            #expect(tile.bytes.count < 50_000 && !tile.isTruncated)
            var filter = EstateFilter()
            filter.text = "7号院"
            let few = TileQuery(address, filter: filter)
            let alone = try await town.read { tx in
                try register.tile(few, for: Town.officer("4301"), today: Town.now.dayInChina, in: tx)
            }
            #expect(String(decoding: alone.bytes, as: UTF8.self).contains("1497号院"))
            #expect(!String(decoding: tile.bytes, as: UTF8.self).contains("1497号院"))
        }
    }

    @Test("Who may not read estates gets no tile", arguments: Engine.available)
    func rights(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let address = town.address(12, Coordinate(longitude: 113.012, latitude: 28.176))
            await #expect(throws: Refusal.self) {
                try await town.read { tx in
                    try register.tile(
                        TileQuery(address), for: Town.officer("4301", rights: [.readTotals]),
                        today: Town.now.dayInChina, in: tx
                    ).bytes.count
                }
            }
        }
    }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { String(UInt16($0) | 0x100, radix: 16).dropFirst() }.joined()
}

extension Town {
    /// The tile of a place by the formula of the web map, written anew.
    fileprivate func address(_ zoom: Int, _ place: Coordinate) -> TileAddress {
        let size = pow(2, Double(zoom))
        let angle = place.latitude * .pi / 180
        let x = (place.longitude + 180) / 360 * size
        let y = (1 - log(tan(angle) + 1 / cos(angle)) / .pi) / 2 * size
        guard let address = try? TileAddress(zoom: zoom, column: Int(x), row: Int(y)) else {
            preconditionFailure("Changsha lies on the map")
        }
        return address
    }

    /// The located estates that the actor may see.
    fileprivate func rows(visibleTo actor: Actor) async throws -> [(drawn: TileTests.Drawn, place: Coordinate)] {
        let (register, scope) = (register, actor.scope(.readEstates))
        return try await read { tx in
            let looks = Dictionary(
                uniqueKeysWithValues: try register.stageList(in: tx).map {
                    ($0.code, $0.tone == .leftOut ? "left-out" : $0.tone.rawValue)
                })
            return try tx.map(
                """
                SELECT id, name, households, stage, longitude, latitude FROM estate
                WHERE longitude IS NOT NULL AND \(scope, contains: "place")
                """
            ) { row in
                let id: ID<Estate> = try row[0]
                let drawn = TileTests.Drawn(
                    id: id.description, name: try row[1], households: try row[2], stage: looks[try row[3]] ?? "")
                return (drawn, Coordinate(longitude: try row[4], latitude: try row[5]))
            }
        }
    }

    private static let places = ["430111002", "430102001", "430103002"]

    private static let vault = Vault.ephemeral()

    fileprivate func seal() async throws {
        _ = try await Sealer(database: database, vault: Self.vault, clock: FixedClock(Self.now)).sealOnce()
    }

    fileprivate func register(_ number: Int, _ random: inout SeededRandom) async throws -> ID<Estate> {
        var change = Self.estate(
            "\(number)号院", at: Self.places.randomElement(using: &random) ?? Self.places[0],
            households: Bool.random(using: &random) ? .random(in: 1...999, using: &random) : nil)
        change.location = .some(Self.anywhere(&random))
        let (register, wanted) = (register, change)
        return try await act { deed in try register.registerEstate(wanted, in: deed) }
    }

    private static func anywhere(_ random: inout SeededRandom) -> Coordinate {
        Coordinate(
            longitude: .random(in: 112.93...113.05, using: &random),
            latitude: .random(in: 28.12...28.24, using: &random))
    }

    /// One of the things that people do to an estate.
    fileprivate func edit(_ id: ID<Estate>, _ random: inout SeededRandom) async throws {
        var change = EstateChange()
        var stage: String?
        switch Int.random(in: 0..<5, using: &random) {
        case 0: change.name = "改名\(Int.random(in: 0...9_999, using: &random))"
        case 1: change.location = .some(Self.anywhere(&random))
        case 2: change.location = .some(nil)
        case 3:
            let households = Int.random(in: 1...999, using: &random)
            change.facts[CoreFact.households] = Fact(.integer(households), from: Self.survey)
        default: stage = ["programmed", "works", "leftOut"].randomElement(using: &random)
        }
        let (register, wanted, wantedStage) = (register, change, stage)
        try await act { deed in
            if let wantedStage {
                _ = try register.createProject(
                    ProjectDraft(name: "项目", estates: [id], stage: wantedStage), in: deed)
            } else if let estate = try register.estate(id, in: deed.tx) {
                _ = try register.correctEstate(id, wanted, seen: estate.version, in: deed)
            }
        }
    }
}
