import Kernel
import Registry

/// A register as large as a country's: real city codes and names, everything else made up, with the two dozen facts a
/// district's spreadsheet usually has. Written city by city, so that memory does not grow with it.
struct DemoNation {
    private static let batch = 400
    private static let districts = 6
    private static let subdistricts = 8
    private static let neighbourhoods = 4

    private struct Town: Sendable {
        let code: String
        let name: String
        let prefix: String
        let centre: Coordinate
        let estates: Int
        let buildings: Int
    }

    private let seed: UInt64
    private let count: Int
    private let towns: [Town]
    private let names: DemoNames

    init(seed: UInt64, resources: String, estates count: Int = 220_000, buildings: Int = 2_500_000) throws {
        self.seed = seed
        self.count = count
        names = try DemoNames(JSON(parsing: DemoFiles.text(resources + "/demo/names.json")))
        let rows = try DemoFiles.table(resources + "/demo/cities.csv")
        let weights = try rows.map { try $0.number("weight") }
        let estates = apportion(count, by: weights, atLeast: 1)
        let buildings = apportion(buildings, by: estates.map(Double.init), atLeast: estates)
        towns = try rows.enumerated().map { index, row in
            Town(
                code: try row.text("code"), name: try row.text("name"), prefix: try row.text("prefix"),
                centre: Coordinate(longitude: try row.number("longitude"), latitude: try row.number("latitude")),
                estates: estates[index], buildings: buildings[index])
        }
    }

    func write(with scribe: Scribe, progress: (Int, Int) -> Void) async throws {
        let places = towns.flatMap(places)
        try await scribe.write { register, deed in try register.found(Self.nation, places: places, in: deed) }
        var done = 0
        for (index, town) in towns.enumerated() {
            var dice = Dice(seed: seed, subject: 1000 + index)
            let buildings = apportion(town.buildings, by: (0..<town.estates).map { _ in dice.factor(0.5) }, atLeast: 1)
            for start in stride(from: 0, to: town.estates, by: Self.batch) {
                progress(done, count)
                let range = start..<min(start + Self.batch, town.estates)
                let first = done
                try await scribe.write { register, deed in
                    try register.load(
                        range.map {
                            estate($0, of: town, buildings: buildings[$0], serial: first + $0 - start)
                        },
                        checks: false, in: deed)
                }
                done += range.count
            }
        }
        progress(done, count)
    }

    private static let nation = City(
        code: .country, name: Phrase(zh: "全国（测量用）", en: "Nation, for measuring"), prefix: "CN", isGenerated: true,
        asOf: DemoPlan.asOf.dayInChina,
        notice: Phrase(
            zh: "测量用数据：城市代码与名称真实，街道、社区、小区与楼栋均为按种子生成。",
            en:
                "Data for measuring: the cities' codes and names are real; streets, estates and buildings are generated."
        ))

    // MARK: Places

    private func places(of town: Town) -> [Place] {
        var places = [place(town.code, town.name)]
        for district in 1...Self.districts {
            let districtCode = "\(town.code)0\(district)"
            places.append(place(districtCode, "第\(Self.digits[district - 1])区"))
            for street in 1...Self.subdistricts {
                let streetCode = "\(districtCode)00\(street)"
                places.append(place(streetCode, name(of: district * 10 + street) + "街道"))
                for home in 1...Self.neighbourhoods {
                    let ordinal = (district * Self.subdistricts + street) * Self.neighbourhoods + home
                    places.append(place("\(streetCode)00\(home)", name(of: ordinal) + "社区"))
                }
            }
        }
        return places
    }

    private static let digits = ["一", "二", "三", "四", "五", "六"]

    private func name(of ordinal: Int) -> String { names.neighbourhoods[ordinal % names.neighbourhoods.count].zh }

    private func place(_ code: String, _ name: String) -> Place { Place(code: PlaceCode(code) ?? .country, name: name) }

    // MARK: Estates

    private func estate(
        _ index: Int, of town: Town, buildings count: Int, serial: Int
    ) -> GeneratedEstate {
        var dice = Dice(seed: seed, subject: serial + 100_000)
        let (district, street) = (index % Self.districts, index / Self.districts % Self.subdistricts)
        let place = "\(town.code)0\(district + 1)00\(street + 1)00\(dice.whole(1...Self.neighbourhoods))"
        let year = dice.whole(1955...2000)
        let day = DemoPlan.asOf.dayInChina.adding(days: -dice.whole(10...2600))
        let provenance = Provenance(source: "现场摸底", day: day, surveyor: names.person(&dice))
        let homes = (0..<count).map { _ in dice.whole(12...48) }
        let areas = homes.map { Double($0) * dice.real(58...98) }.map { ($0 * 100).rounded() / 100 }
        let at = Instant(milliseconds: DemoPlan.asOf.milliseconds - Int64(count - serial))
        // Districts lie around the middle, their streets around them, denser towards the middle.
        let centre = town.centre.moved(
            east: Double(district % 3 - 1) * 5000 + dice.normal() * 2200,
            north: Double(district / 3) * 6000 - 3000 + dice.normal() * 2200)
        let grounds = Block.rows(of: homes.map { (length: Double($0) * 1.1, depth: 12, light: 20) })
            .map { $0.placed(around: centre, turn: Double(serial % 30) - 15) }
        let (name, unit) = names.estate(builtIn: year, &dice)
        let facts = facts(
            homes: homes, areas: areas, year: year, unit: unit?.full, dice: &dice)
        return GeneratedEstate(
            id: dice.id(Estate.self, at: at), ordinal: index + 1, prefix: town.prefix,
            change: EstateChange(
                name: name, place: PlaceCode(place) ?? .country, address: names.address(in: .country, &dice),
                location: dice.chance(0.03) ? nil : .some(centre.rounded),
                facts: facts.mapValues { Fact($0, from: provenance) }),
            buildings: homes.indices.map { building in
                GeneratedEstate.Building(
                    id: dice.id(Building.self, at: at),
                    change: BuildingChange(
                        name: "\(building + 1)栋", location: .some(grounds[building].middle),
                        facts: self.facts(homes[building], areas[building], year, &dice).mapValues {
                            Fact($0, from: provenance)
                        }),
                    footprint: footprint(grounds[building].corners))
            })
    }

    private func facts(
        homes: [Int], areas: [Double], year: Int, unit: String?, dice: inout Dice
    ) -> [String: FactValue] {
        let wear = Wear(builtIn: year, renovated: nil, asOf: 2026, &dice)
        var answers = Answers()
        let households = homes.reduce(0, +)
        answers.count("buildings", homes.count)
        answers.count("households", households)
        answers.number("floorAreaM2", areas.reduce(0, +), decimals: 2)
        answers.count("entrances", homes.count * 3)
        answers.count("residents", households * 5 / 2)
        answers.years("builtYears", year...year)
        if let unit { answers.set("originalUnit", .text(unit)) }
        answers.choice("structureType", year < 1970 && dice.chance(0.4) ? "brickTimber" : "brickConcrete")
        answers.condition("roofLeakage", wear.of(.roof))
        answers.condition("wallCondition", wear.of(.walls))
        answers.choice("waterPipeMaterial", year < 1990 ? "galvanised" : "plastic")
        answers.choice("sewerSeparation", wear.of(.drains) > 0.6 ? "combined" : "partlySeparated")
        answers.condition("powerCondition", wear.of(.power))
        answers.share("gasShare", 100 * (1 - wear.of(.gas)) + 20 * dice.unit())
        answers.condition("roadCondition", wear.of(.roads))
        answers.count("parkingSpaces", households / 4)
        answers.count("lifts", 0)
        answers.choice("management", dice.pick(["unmanaged": 3, "neighbourhoodManaged": 2, "company": 2]))
        answers.share("consentShare", 55 + 40 * dice.unit())
        // In the order of their keys, since a dictionary has none of its own.
        let open = answers.values.keys.sorted().filter { !Self.core.contains($0) && dice.chance(0.08) }
        return answers.values.filter { !open.contains($0.key) }
    }

    /// Never left open, so that the totals hold.
    private static let core: Set = ["buildings", "households", "floorAreaM2", "builtYears"]

    private func facts(_ homes: Int, _ area: Double, _ year: Int, _ dice: inout Dice) -> [String: FactValue] {
        let floors = dice.whole(4...7)
        return [
            "floors": .integer(floors), "entrances": .integer(max(1, homes / floors / 2)),
            "households": .integer(homes),
            "floorAreaM2": .number(area), "builtYears": .years(from: year, to: year),
        ]
    }
}
