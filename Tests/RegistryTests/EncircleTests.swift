import Geo
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite("Choosing a project's buildings by a line around them")
struct EncircleTests {
    private static let owner = Actor.machineOwner(requestID: "test")

    /// Estates a degree's thousandth apart, from west to east, each with two buildings ten metres beside it.
    private static func estates(_ town: Town, _ places: [String]) async throws -> [(ID<Estate>, [ID<Building>])] {
        let register = town.register
        return try await town.act { deed in
            try places.enumerated().map { index, place in
                var change = Town.estate("第\(index + 1)小区", at: place)
                let spot = { (offset: Double) in
                    Coordinate(longitude: 113.012 + Double(index) * 0.001 + offset, latitude: 28.176)
                }
                change.location = .some(spot(0))
                let estate = try register.registerEstate(change, in: deed)
                let buildings = try [("1栋", 0.000_1), ("2栋", 0.000_2)].map { name, offset in
                    try register.registerBuilding(
                        BuildingChange(name: name, location: .some(spot(offset))), of: estate, in: deed)
                }
                return (estate, buildings)
            }
        }
    }

    @Test(
        "What lies within is added with its estates; what another project works on is left, and told",
        arguments: Engine.available)
    func adds(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let made = try await Self.estates(town, ["430111002", "430111002", "430111002"])
            let (project, other) = try await town.act { deed in
                (
                    try register.createProject(
                        ProjectDraft(
                            name: "一期", estates: [made[0].0], buildings: [made[0].1[0]],
                            measures: [MeasureDraft(item: "roof", target: .building)]), in: deed),
                    try register.createProject(
                        ProjectDraft(name: "二期", estates: [made[1].0], buildings: [made[1].1[1]]), in: deed)
                )
            }
            // Around the first two estates.
            let area = try Sketch.square(0.000_7, around: Coordinate(longitude: 113.012_6, latitude: 28.176))
            let seen = try await town.read { tx in
                try register.encircled(by: area, for: project, as: Self.owner, in: tx)
            }
            #expect(seen.estates.map(\.name) == ["第2小区"] && seen.taken == 1)
            #expect(Set(seen.buildings.map(\.id)) == [made[0].1[1], made[1].1[0]])
            let done = try await town.act { deed in
                try register.addEncircled(by: area, to: project, seen: 1, in: deed)
            }
            guard case .stored(version: 2) = done.correction else {
                Issue.record("nothing was stored")
                return
            }
            let (buildings, estates, measures, others) = try await town.read { tx in
                (
                    try register.buildings(of: project, in: tx).map(\.id), try register.estates(of: project, in: tx),
                    try register.measures(of: project, in: tx), try register.buildings(of: other, in: tx).map(\.id)
                )
            }
            #expect(Set(buildings) == [made[0].1[0], made[0].1[1], made[1].1[0]] && others == [made[1].1[1]])
            #expect(estates.map(\.id).contains(made[1].0) && estates.count == 2)
            #expect(measures.map(\.item) == ["roof"], "what was planned stays")
            let again = try await town.act { deed in
                try register.addEncircled(by: area, to: project, seen: 2, in: deed)
            }
            guard case .unchanged = again.correction else {
                Issue.record("the same once more changed something")
                return
            }
        }
    }

    @Test(
        "Nobody reaches into another district, and nobody overwrites what changed meanwhile",
        arguments: Engine.available)
    func rights(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let made = try await Self.estates(town, ["430111002", "430102001"])
            let project = try await town.act { deed in
                try register.createProject(ProjectDraft(name: "一期", estates: [made[0].0]), in: deed)
            }
            let area = try Sketch.square(0.002, around: Sketch.middle)
            let (yuhua, furong) = (Town.officer("430111"), Town.officer("430102"))
            let found = try await town.read { tx in
                try register.encircled(by: area, for: project, as: yuhua, in: tx)
            }
            #expect(Set(found.buildings.map(\.id)) == Set(made[0].1) && found.estates.isEmpty)
            await #expect {
                _ = try await town.read { tx in try register.encircled(by: area, for: project, as: furong, in: tx) }
            } throws: { ($0 as? Refusal)?.kind == .forbidden }
            await #expect {
                _ = try await town.act(as: yuhua) { deed in
                    try register.addEncircled(by: area, to: project, seen: 9, in: deed)
                }
            } throws: { ($0 as? Refusal)?.kind == .conflict }
        }
    }

    /// Buildings of one estate, scattered within a degree's hundredth, straight into the table.
    private static func crowd(_ town: Town, _ estate: ID<Estate>, _ count: Int) async throws {
        try await town.database.write { tx in
            var random = SeededRandom(seed: 1)
            try tx.run("DELETE FROM building")
            let rows = try (1...count).map { number -> [SQLValue] in
                let place = Coordinate(
                    longitude: Sketch.middle.longitude + Double.random(in: -0.009...0.009, using: &random),
                    latitude: Sketch.middle.latitude + Double.random(in: -0.008...0.008, using: &random))
                let id = ID<Building>(at: Town.now, using: &random)
                return [
                    id.sqlValue, estate.sqlValue, .text("430111002"), .text("\(number)栋"), .real(place.longitude),
                    .real(place.latitude), .integer(try #require(Cell(place)).number),
                ]
            }
            try tx.insert(
                into: "building", columns: ["id", "estate", "place", "name", "longitude", "latitude", "cell"],
                rows: rows)
        }
    }

    @Test(
        "A line too intricate for what stands there, or around too much, is refused before it costs anything",
        arguments: Engine.available)
    func slow(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let (estate, project) = try await town.act { deed in
                let estate = try register.registerEstate(Town.estate("大院"), in: deed)
                return (estate, try register.createProject(ProjectDraft(name: "一期", estates: [estate]), in: deed))
            }
            let (comb, square) = (try Sketch.comb(teeth: 9990, 0.01), try Sketch.square(0.01))
            let refusal: @Sendable (MultiPolygon) async throws -> Refusal? = { area in
                do {
                    _ = try await town.read { tx in
                        try register.encircled(by: area, for: project, as: Self.owner, in: tx)
                    }
                    return nil
                } catch let refusal as Refusal {
                    return refusal
                }
            }
            for (count, area, code) in [
                (1000, comb, nil), (1000, square, nil), (2500, square, "project.buildings.many"),
                (4000, comb, "geo.shape.intricate"), (20_001, comb, "project.area.wide"),
            ] {
                try await Self.crowd(town, estate, count)
                let refusal = try await refusal(area)
                #expect(refusal?.code == code, "\(count) buildings")
                #expect(refusal.map { $0.kind == .tooLarge } ?? true)
            }
            // Far from all of them, however many they are.
            let elsewhere = Coordinate(longitude: 112.6, latitude: 28.3)
            #expect(try await refusal(Sketch.square(0.01, around: elsewhere)) == nil)
        }
    }
}
