import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

/// Every rule finds what it is for, and nothing in an estate that is sound.
@Suite struct QualityTests {
    /// In Furong, a good kilometre north of `Town.estate`'s point in Yuhua.
    private static let inFurong = Coordinate(longitude: 113.012, latitude: 28.19)

    private static func fact(_ value: FactValue) -> Fact { Fact(value, from: Town.survey) }

    /// Sound in every respect: its neighbourhood is confirmed, its figures agree.
    private static func sound(at place: PlaceCode) -> EstateChange {
        var change = Town.estate("建安小区", at: place.digits)
        change.facts[CoreFact.buildings] = fact(.integer(2))
        return change
    }

    /// The rules that find something in an estate with these buildings, with what they say.
    private static func issues(
        _ engine: Engine, buildings: [BuildingChange] = [], _ alter: @escaping @Sendable (inout EstateChange) -> Void
    ) async throws -> [QualityRule: String] {
        try await Town.with(engine) { town in
            let register = town.register
            let id = try await town.act { deed in
                let place = Town.code("430111002001")
                try deed.tx.run(
                    """
                    INSERT INTO place (code, parent, level, name, confirmed)
                    VALUES (\(place), \(Town.code("430111002")), 12, '官塘冲社区', 1)
                    """)
                var change = sound(at: place)
                alter(&change)
                let id = try register.registerEstate(change, in: deed)
                for building in buildings { _ = try register.registerBuilding(building, of: id, in: deed) }
                return id
            }
            let (found, count) = try await town.read { tx in
                (try register.issues(of: id, in: tx), try register.estate(id, in: tx)?.issues)
            }
            #expect(count == found.count)
            return Dictionary(found.map { ($0.rule, $0.detail) }, uniquingKeysWith: { first, _ in first })
        }
    }

    @Test("A sound estate raises nothing", arguments: Engine.available)
    func sound(engine: Engine) async throws {
        #expect(try await Self.issues(engine) { _ in } == [:])
    }

    @Test("Years: after the cut-off, and spread too wide", arguments: Engine.available)
    func years(engine: Engine) async throws {
        let late = try await Self.issues(engine) {
            $0.facts[CoreFact.builtYears] = Self.fact(.years(from: 2004, to: 2004))
        }
        #expect(late == [.builtAfterCutoff: "2004"])
        let wide = try await Self.issues(engine) {
            $0.facts[CoreFact.builtYears] = Self.fact(.years(from: 1970, to: 1998))
        }
        #expect(wide == [.builtRangeWide: "1970–1998"])
    }

    @Test("Figures that cannot go together: area a household, households a building", arguments: Engine.available)
    func sizes(engine: Engine) async throws {
        let area = try await Self.issues(engine) { $0.facts[CoreFact.floorArea] = Self.fact(.number(1_500)) }
        #expect(area == [.areaPerHousehold: "5.0 m²"])
        let crowded = try await Self.issues(engine) { $0.facts[CoreFact.households] = Self.fact(.integer(1_000)) }
        #expect(crowded == [.householdsPerBuilding: "500"])
    }

    @Test("Places: no location, one in another district, no neighbourhood", arguments: Engine.available)
    func places(engine: Engine) async throws {
        #expect(try await Self.issues(engine) { $0.location = .some(nil) } == [.noLocation: ""])
        #expect(
            try await Self.issues(engine) { $0.location = .some(Self.inFurong) } == [.outsideDistrict: "430102"])
        #expect(
            try await Self.issues(engine) { $0.place = Town.code("430111002") } == [.neighbourhoodUnconfirmed: ""])
    }

    @Test("Buildings: another number, other households, and one outside the boundary", arguments: Engine.available)
    func buildings(engine: Engine) async throws {
        let near = Coordinate(longitude: 113.0125, latitude: 28.1763)
        func building(_ name: String, _ households: Int, at location: Coordinate? = nil) -> BuildingChange {
            BuildingChange(
                name: name, location: .some(location), facts: [CoreFact.households: Self.fact(.integer(households))])
        }
        let pair = [building("1栋", 150, at: near), building("2栋", 150)]
        #expect(try await Self.issues(engine, buildings: pair) { _ in } == [:])
        #expect(
            try await Self.issues(engine, buildings: [building("1栋", 300)]) { _ in } == [.buildingsDiffer: "2 ≠ 1"])
        let few = [building("1栋", 50), building("2栋", 50)]
        #expect(try await Self.issues(engine, buildings: few) { _ in } == [.householdsDiffer: "300 ≠ 100"])
        let stray = [building("1栋", 150), building("2栋", 150, at: Self.inFurong)]
        #expect(try await Self.issues(engine, buildings: stray) { _ in } == [.buildingsOutside: "2栋"])
        // Where the estate itself lies wrong, its buildings beside it are not told of again.
        let both = try await Self.issues(engine, buildings: stray) { $0.location = .some(Self.inFurong) }
        #expect(both == [.outsideDistrict: "430102"])
        // Without the estate's own point the district alone decides.
        let alone = try await Self.issues(engine, buildings: stray) { $0.location = .some(nil) }
        #expect(alone == [.noLocation: "", .buildingsOutside: "2栋"])
    }

    @Test("An issue goes when what it told of is mended", arguments: Engine.available)
    func mended(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let id = try await town.act { deed in
                let id = try register.registerEstate(Town.estate("建安小区", households: 3_000), in: deed)
                let change = EstateChange(facts: [CoreFact.households: Self.fact(.integer(300))])
                _ = try register.correctEstate(id, change, seen: 1, in: deed)
                return id
            }
            let left = try await town.read { tx in try register.issues(of: id, in: tx).map(\.rule) }
            #expect(left == [.neighbourhoodUnconfirmed])
            let quality = try await town.read { tx in
                try register.quality(
                    of: Town.code("4301"), today: Town.now.dayInChina, for: .machineOwner(requestID: "t"), in: tx)
            }
            #expect(quality.byRule.map(\.rule) == [.neighbourhoodUnconfirmed] && quality.byRule[0].estates == 1)
        }
    }

    @Test("Two estates of one name in one neighbourhood, and two on one spot, are told of", arguments: Engine.available)
    func twins(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let owner = Actor.machineOwner(requestID: "t")
            try await town.act { deed in
                for name in ["建安小区", "建安小区", "铁建小区"] {
                    _ = try register.registerEstate(Town.estate(name), in: deed)
                }
            }
            let (quality, spots) = try await town.read { tx in
                (
                    try register.quality(of: Town.code("430111"), today: Town.now.dayInChina, for: owner, in: tx),
                    try register.estatesOnOneSpot(of: Town.code("430111"), for: owner, in: tx)
                )
            }
            #expect(quality.duplicateNames.map(\.name) == ["建安小区"] && quality.duplicateNames[0].count == 2)
            #expect(spots.map(\.count) == [3])
        }
    }
}
