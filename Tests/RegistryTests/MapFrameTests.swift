import Geo
import Identity
import Kernel
import Registry
import TestSupport
import Testing

@Suite struct MapFrameTests {
    private static let owner = Actor.machineOwner(requestID: "test")

    private static func register(_ places: [Coordinate?], in town: Town) async throws {
        let register = town.register
        try await town.act { deed in
            for (number, place) in places.enumerated() {
                var estate = Town.estate("小区\(number)")
                estate.location = .some(place)
                _ = try register.registerEstate(estate, in: deed)
            }
        }
    }

    @Test(
        "The map begins where the estates are, and one far village does not shrink the city",
        arguments: Engine.available)
    func core(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let core = (0..<40).map {
                Coordinate(longitude: 113 + Double($0 % 8) * 0.001, latitude: 28.17 + Double($0 / 8) * 0.001)
            }
            try await Self.register(core + [Coordinate(longitude: 113.9, latitude: 28.17), nil], in: town)
            let register = town.register
            let frame = try await town.read { tx in
                try register.frame(of: EstateFilter(), for: Self.owner, in: tx)
            }
            let box = try #require(frame)
            for place in core { #expect(box.contains(place)) }
            #expect(box.east < 113.5, "the village lies outside")
        }
    }

    @Test("Of one estate it is the place, of none with a location nothing", arguments: Engine.available)
    func few(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let place = Coordinate(longitude: 113.012, latitude: 28.176)
            try await Self.register([place, nil], in: town)
            let register = town.register
            let (one, none) = try await town.read { tx in
                var filter = EstateFilter()
                filter.text = "小区1"
                return (
                    try register.frame(of: EstateFilter(), for: Self.owner, in: tx),
                    try register.frame(of: filter, for: Self.owner, in: tx)
                )
            }
            #expect(one == BoundingBox(west: 113.012, south: 28.176, east: 113.012, north: 28.176))
            #expect(none == nil)
        }
    }
}
