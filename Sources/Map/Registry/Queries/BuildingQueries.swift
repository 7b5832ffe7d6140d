public import Kernel
public import Store

extension Register {
    /// The buildings of an estate, by name as people count: 2栋 before 10栋.
    public func buildings(of estate: ID<Estate>, in tx: Tx) throws -> [Building] {
        try tx.map(
            """
            SELECT building.*, facts FROM building JOIN building_sheet ON building_sheet.building = building.id
            WHERE estate = \(estate) ORDER BY length(name), name
            """
        ) { try Building($0) }
    }

    public func buildings(of project: ID<Project>, in tx: Tx) throws -> [Building] {
        try tx.map(
            """
            SELECT building.*, facts FROM building JOIN building_sheet ON building_sheet.building = building.id
            WHERE id IN (SELECT building FROM project_building WHERE project = \(project))
            ORDER BY estate, length(name), name
            """
        ) { try Building($0) }
    }

    /// Nil when there is none; whether the reader may see it is not asked here (see `visibleBuilding`).
    public func building(_ id: ID<Building>, in tx: Tx) throws -> Building? {
        try tx.first(
            """
            SELECT building.*, facts FROM building JOIN building_sheet ON building_sheet.building = building.id
            WHERE id = \(id)
            """
        ).map { try Building($0) }
    }

    /// - Throws: a refusal of kind `.notFound` or `.forbidden`.
    public func visibleBuilding(_ id: ID<Building>, for actor: Actor, in tx: Tx) throws -> Building {
        try actor.require(.readEstates)
        guard let building = try building(id, in: tx) else { throw Self.noBuilding }
        try actor.require(.readEstates, at: building.place)
        return building
    }

    static var noBuilding: Refusal {
        Refusal(
            .notFound, "building.none", zh: "没有这栋楼；请从小区页重新打开。",
            en: "There is no such building; open it from its estate.")
    }

    /// The entrances of a building with their dwellings.
    public func entrances(of building: ID<Building>, in tx: Tx) throws -> [Entrance] {
        try entrances(of: [building], in: tx)
    }

    /// The entrances of some buildings with their dwellings, each building's in the order of their names.
    public func entrances(of buildings: [ID<Building>], in tx: Tx) throws -> [Entrance] {
        let dwellings = try tx.map(
            """
            SELECT dwelling.* FROM dwelling JOIN entrance ON entrance.id = dwelling.entrance
            WHERE entrance.building IN \(list: buildings) ORDER BY length(dwelling.name), dwelling.name
            """
        ) { row in
            Dwelling(
                id: try row["id"], entrance: try row["entrance"], name: try row["name"],
                floorArea: try row["floor_area"], officialCode: try row["official_code"])
        }
        let byEntrance = Dictionary(grouping: dwellings, by: \.entrance)
        return try tx.map(
            "SELECT * FROM entrance WHERE building IN \(list: buildings) ORDER BY building, length(name), name"
        ) { row in
            let id: ID<Entrance> = try row["id"]
            return Entrance(
                id: id, building: try row["building"], name: try row["name"], dwellings: byEntrance[id] ?? [])
        }
    }
}

extension Building {
    init(_ row: Row) throws {
        let longitude: Double? = try row["longitude"]
        let latitude: Double? = try row["latitude"]
        self.init(
            id: try row["id"], estate: try row["estate"], place: try row["place"], name: try row["name"],
            officialCode: try row["official_code"],
            location: longitude.flatMap { longitude in
                latitude.map { Coordinate(longitude: longitude, latitude: $0) }
            },
            footprint: try row["footprint"], facts: try FactSheet(document: try row["facts"]),
            version: try row["version"])
    }
}
