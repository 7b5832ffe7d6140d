public import Kernel
public import Registry
public import Store

extension Ledger {
    /// The households among whom a cost may be shared, as the register knows them.
    /// - Parameters:
    ///   - number: of a project or an estate: "CSP-0031", "CS-00417".
    ///   - building: its name, for one alone; empty for all.
    ///   - isByFloor: floors count, as for a lift.
    /// - Throws: `Refusal` `share.register` where there is nothing of this number, `share.building`, `share.house`;
    ///   those of `visibleProject` and `visibleEstate`.
    public func registeredHouseholds(
        of number: String, building: String = "", isByFloor: Bool, _ register: Register, for reader: Actor, in tx: Tx
    ) throws -> RegisteredHouseholds {
        let (name, buildings) = try Self.buildings(of: number, register, reader, tx)
        let keyed = Self.keyed(buildings, isOfSeveral: Set(buildings.map(\.estate)).count > 1)
        let chosen = keyed.filter { building.isEmpty || $0.title == building }
        guard building.isEmpty || !chosen.isEmpty else {
            throw Refusal(
                "share.building", zh: "“\(name)”没有楼栋“\(building)”；请从列表中选。",
                en: "“\(name)” has no building “\(building)”; choose one of the list.", field: "building")
        }
        let entrances = Dictionary(
            grouping: try register.entrances(of: chosen.map(\.building.id), in: tx), by: \.building)
        var found = try RegisteredHouseholds(
            chosen.map { RegisteredBuilding($0.building, $0.title, $0.key, entrances[$0.building.id] ?? []) },
            isByFloor: isByFloor)
        found.name = name
        found.buildings = keyed.map(\.title)
        return found
    }

    /// A project's own buildings, or where none were chosen for it all of its estates.
    private static func buildings(
        of number: String, _ register: Register, _ reader: Actor, _ tx: Tx
    ) throws -> (name: String, buildings: [Building]) {
        let id: ID<Project>? = try tx.value("SELECT id FROM project WHERE number = \(number)")
        if let id {
            let project = try register.visibleProject(id, for: reader, in: tx)
            let own = try register.buildings(of: id, in: tx)
            guard own.isEmpty else { return (project.name, own) }
            let estates = try register.estates(of: id, in: tx)
            return (project.name, try estates.flatMap { try register.buildings(of: $0.id, in: tx) })
        }
        guard let id = try register.estateID(ofNumber: number, in: tx) else {
            throw Refusal(
                "share.register", zh: "没有编号为“\(number)”的项目或小区；编号如 CSP-0031、CS-00417。",
                en: "There is no project or estate of the number “\(number)”; numbers are like CSP-0031, CS-00417.",
                field: "register")
        }
        let estate = try register.visibleEstate(id, for: reader, in: tx)
        return (estate.name, try register.buildings(of: id, in: tx))
    }

    /// Buildings with names and keys that tell them apart: two estates may each have a building 1.
    private static func keyed(
        _ buildings: [Building], isOfSeveral: Bool
    ) -> [(building: Building, title: String, key: String)] {
        var estates: [ID<Estate>: Int] = [:]
        for building in buildings where estates[building.estate] == nil { estates[building.estate] = estates.count + 1 }
        let titles = buildings.map { isOfSeveral ? "\(estates[$0.estate] ?? 0)/\($0.name)" : $0.name }
        let short = titles.map { RegisteredHouseholds.plain($0) }
        let counts = short.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        return buildings.indices.map { index in
            let isOwn = counts[short[index]] == 1
            return (buildings[index], titles[index], isOwn ? short[index] : "\(short[index])#\(index + 1)")
        }
    }
}

extension RegisteredBuilding {
    fileprivate init(_ building: Building, _ title: String, _ key: String, _ entrances: [Entrance]) {
        func whole(_ fact: String) -> Int? {
            building.facts.value(fact).asDouble.flatMap { Int(exactly: $0.rounded()) }
        }
        self.init(
            name: title, key: key, floors: whole(CoreFact.floors), entrances: whole(CoreFact.entrances),
            households: whole(CoreFact.households),
            area: building.facts.value(CoreFact.floorArea).asDouble.flatMap { Area(m2: $0)?.hundredthsM2 },
            lifts: whole("lifts"),
            homes: entrances.flatMap { entrance in
                entrance.dwellings.map {
                    Home(entrance: entrance.name, name: $0.name, area: $0.floorArea?.hundredthsM2)
                }
            })
    }
}
