import Decide
import Foundation
import Geo
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Households as the register knows them")
struct RegisteredHouseholdsTests {
    private static func building(_ change: (inout RegisteredBuilding) -> Void = { _ in }) -> RegisteredBuilding {
        var building = RegisteredBuilding(name: "3栋", key: "3")
        (building.floors, building.entrances, building.households) = (3, 2, 7)
        (building.area, building.lifts) = (70_003, 0)
        change(&building)
        return building
    }

    @Test("Without dwellings as many as there are stand on entrances and floors, and all of the area is theirs")
    func spread() throws {
        let found = try RegisteredHouseholds([Self.building()], isByFloor: true)
        #expect(
            found.households.map(\.id)
                == ["3-1-101", "3-1-102", "3-1-201", "3-1-301", "3-2-101", "3-2-201", "3-2-301"])
        #expect(found.households.map(\.floor) == [1, 1, 2, 3, 1, 2, 3])
        #expect(found.households.reduce(0) { $0 + $1.area } == 70_003)
        #expect(Set(found.households.map(\.area)) == [10_000, 10_001])
        #expect(found.gaps.isEmpty && found.taken == 1 && found.withLift == 0)
    }

    @Test("However many there are, all are there once and no floor has two more than another")
    func even() throws {
        var random = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &random)
        var seeded = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let (floors, entrances) = (
                Int.random(in: 1...33, using: &seeded), Int.random(in: 1...12, using: &seeded)
            )
            let count = Int.random(in: 1...700, using: &seeded)
            let area = Int64.random(in: Int64(count)...9_000_000, using: &seeded)
            let built = Self.building {
                ($0.floors, $0.entrances, $0.households, $0.area) = (floors, entrances, count, area)
            }
            let found = try RegisteredHouseholds([built], isByFloor: false).households
            let told = "seed \(seed): \(floors) \(entrances) \(count) \(area)"
            #expect(found.count == count && Set(found.map(\.id)).count == count, "\(told)")
            #expect(found.reduce(0) { $0 + $1.area } == area, "\(told)")
            let byEntrance = Dictionary(grouping: found) { $0.id.split(separator: "-")[1] }
            let sizes = byEntrance.values.map(\.count)
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1, "\(told)")
            for homes in byEntrance.values {
                let perFloor = Dictionary(grouping: homes, by: \.floor).values.map(\.count)
                #expect((perFloor.max() ?? 0) - (perFloor.min() ?? 0) <= 1, "\(told)")
            }
        }
    }

    @Test("Dwellings count as they are registered; what is missing of them is told")
    func dwellings() throws {
        let built = Self.building {
            $0.homes = [
                .init(entrance: "1单元", name: "501", area: 8_250), .init(entrance: "1单元", name: "1203", area: nil),
                .init(entrance: "2单元", name: "门面", area: 4_000),
            ]
        }
        let found = try RegisteredHouseholds([built], isByFloor: true)
        #expect(
            found.households == [
                ShareHousehold(id: "3-1-501", area: 8_250, floor: 5),
                ShareHousehold(id: "3-1-1203", area: 10_000, floor: 12),
                ShareHousehold(id: "3-2-门面", area: 4_000, floor: 1),
            ])
        #expect(
            found.gaps.map(\.what.zh) == [
                "登记 7 户，逐户登记了 3 户，按逐户计", "1 户没有面积，按平均计", "1 户看不出楼层，按 1 层计",
            ])
    }

    @Test("A building with a lift takes no part in one; unknown entrances, floors, lifts, areas are told")
    func gaps() throws {
        let all = [
            Self.building { $0.lifts = 1 }, Self.building { ($0.lifts, $0.floors, $0.entrances) = (nil, nil, nil) },
            Self.building { $0.area = nil }, Self.building { $0.households = nil },
        ]
        let lift = try RegisteredHouseholds(all, isByFloor: true)
        #expect(lift.taken == 1 && lift.withLift == 1 && lift.households.count == 7)
        #expect(
            lift.gaps.map(\.what.zh) == [
                "已有电梯，不参加分摊", "不知道有没有电梯，按没有计", "没有单元数，按 1 个单元计", "没有层数，都按 1 层计",
                "没有户数或建筑面积，未计入", "没有户数或建筑面积，未计入",
            ])
        let works = try RegisteredHouseholds(all, isByFloor: false)
        #expect(works.taken == 2 && works.gaps.count == 3)
        let many = [Self.building { ($0.households, $0.area) = (1_999, 1_000_000) }, Self.building()]
        #expect(throws: Refusal.self) { try RegisteredHouseholds(many, isByFloor: false) }
    }

    @Test("A project's and an estate's households come from its buildings", arguments: Engine.available)
    func stored(engine: Engine) async throws {
        let resources = FileManager.default.currentDirectoryPath + "/Resources/"
        let outlines = try Data(contentsOf: URL(filePath: resources + "places/outlines.geojson"))
        let register = Register(
            outlines: try PlaceOutlines(geoJSON: [UInt8](outlines)),
            forms: try FormCatalogue.load(directory: resources + "forms"))
        let ledger = Ledger(menu: try WorksMenu.load(file: resources + "menu/works-menu-v1.json"))
        try await engine.withDatabase(schemas: LedgerTown.schemas, now: LedgerTown.now) { database in
            let number = try await database.act(as: LedgerTown.owner, clock: FixedClock(LedgerTown.now)) { deed in
                try Self.settle(register, deed)
            }
            func found(_ number: String, _ building: String = "") async throws -> RegisteredHouseholds {
                try await database.read {
                    try ledger.registeredHouseholds(
                        of: number, building: building, isByFloor: false, register, for: LedgerTown.owner, in: $0)
                }
            }
            let (estate, project) = (try await found(number), try await found("P1"))
            #expect(estate == project && estate.name == "建安小区" && estate.buildings == ["3栋", "10栋"])
            #expect(estate.households.map(\.id) == ["3-1-101", "3-1-201", "10-1-501", "10-1-502"])
            #expect(try await found("P1", "10栋").households.map(\.area) == [8_650, 9_000])
            for (number, building, code) in [("P9", "", "share.register"), ("P1", "4栋", "share.building")] {
                let refusal = await #expect(throws: Refusal.self) { _ = try await found(number, building) }
                #expect(refusal?.code == code)
            }
            let stranger = Actor(
                kind: .person, label: "芙蓉", grants: [Grant(.readEstates, at: History.place("430102"))], requestID: "1")
            await #expect(throws: Refusal.self) {
                try await database.read {
                    _ = try ledger.registeredHouseholds(
                        of: "P1", isByFloor: false, register, for: stranger, in: $0)
                }
            }
        }
    }

    /// An estate of two buildings, one of them dwelling by dwelling, and a project of it for which none is chosen.
    private static func settle(_ register: Register, _ deed: Deed) throws -> String {
        let places = [("4301", "长沙市"), ("430111", "雨花区"), ("430111002", "东塘街道")].map {
            Place(code: History.place($0.0), name: $0.1)
        }
        try register.found(
            City(code: History.place("4301"), name: Phrase(zh: "长沙市", en: "Changsha"), prefix: "CS"), places: places,
            in: deed)
        func facts(_ values: [String: FactValue]) -> [String: Fact] {
            values.mapValues { Fact($0, from: Provenance(source: "现场摸底", day: History.day)) }
        }
        let estate = try register.registerEstate(
            EstateChange(
                name: "建安小区", place: History.place("430111002"),
                location: .some(Coordinate(longitude: 113.012, latitude: 28.176)),
                facts: facts([CoreFact.builtYears: .years(from: 1986, to: 1986)])), in: deed)
        let core: [String: FactValue] = [
            CoreFact.households: .integer(2), CoreFact.floorArea: .number(160), CoreFact.floors: .integer(6),
            CoreFact.entrances: .integer(1),
        ]
        _ = try register.registerBuilding(BuildingChange(name: "3栋", facts: facts(core)), of: estate, in: deed)
        let other = try register.registerBuilding(BuildingChange(name: "10栋"), of: estate, in: deed)
        let homes = [
            DwellingDraft(name: "501", floorArea: Area(m2: 86.5)), DwellingDraft(name: "502", floorArea: Area(m2: 90)),
        ]
        _ = try register.registerEntrance("1单元", dwellings: homes, of: other, in: deed)
        let project = ID<Project>(at: deed.now)
        let stage: String? = try deed.tx.value("SELECT code FROM stage ORDER BY position LIMIT 1")
        try deed.tx.run(
            """
            INSERT INTO project (id, number, name, place, stage, stage_day, changed_at)
            VALUES (\(project), 'P1', '建安小区', '430111002', \(stage), '2026-01-01', 0)
            """)
        try deed.tx.run("INSERT INTO project_estate (project, estate) VALUES (\(project), \(estate))")
        let number: String? = try deed.tx.value("SELECT number FROM estate WHERE id = \(estate)")
        return try #require(number)
    }
}
