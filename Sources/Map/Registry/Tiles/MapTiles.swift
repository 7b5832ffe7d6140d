public import Geo
public import Kernel
public import Store

/// What a tile is asked for.
public struct TileQuery: Sendable {
    public let address: TileAddress
    /// The same filters as the list's.
    public var filter = EstateFilter()
    /// A question of the survey form whose answer each estate brings along.
    public var fact: String?

    public init(_ address: TileAddress, filter: EstateFilter = EstateFilter(), fact: String? = nil) {
        self.address = address
        self.filter = filter
        self.fact = fact
    }
}

extension Register {
    /// From here on estates stand alone on the map; below, and where they crowd, they are added up.
    public static let soleZoom = 9
    static let projectZoom = 11
    /// From here on the outlines of estates are drawn.
    static let outlineZoom = 13
    static let buildingZoom = Cell.zoom
    /// Estates that may stand alone in one tile.
    static let soleLimit = 1_500
    static let buildingLimit = 5_000

    /// Reads what far-away tiles are made from, so that the first of them need not.
    public func remember(in tx: Tx) throws { _ = try memory.cities(in: tx) }

    /// What lies in a tile and the actor may see, computed from the tables as they are now.
    ///
    /// Layers: `estates`, alone (id, number, name, stage, past, place, years, sizes, and `value` of the fact asked for;
    /// near by their outlines too, marked `outline`) or added up (`estates`, `households`, `past` of most of them);
    /// `projects`, each where its first estate lies; `buildings`; `districts`.
    public func tile(_ query: TileQuery, for actor: Actor, today: Day, in tx: Tx) throws -> VectorTile {
        try actor.require(.readEstates)
        let scope = actor.scope(.readEstates)
        let past = StagePast(try stageList(in: tx), until: today.year)
        var layers = [try EstateTile(query, scope, past, memory).layer(in: tx)]
        if query.address.zoom >= Self.projectZoom { layers.append(try projectLayer(query, scope, past, in: tx)) }
        if query.address.zoom >= Self.buildingZoom { layers.append(try buildingLayer(query.address, scope, in: tx)) }
        layers.append(try districtLayer(query.address, in: tx))
        return VectorTile(layers)
    }

    private func districtLayer(_ address: TileAddress, in tx: Tx) throws -> TileLayer {
        let names = try placeNames(outlines.all.map(\.code), in: tx)
        var layer = TileLayer("districts", in: address)
        let (code, zh, en) = (layer.key("code"), layer.key("name"), layer.key("nameEn"))
        for outline in outlines.all {
            let title = names[outline.code]?.title
            layer.addArea(
                outline.shape,
                [
                    (code, .string(outline.code.digits)), (zh, title.map { .string($0.zh) }),
                    (en, title.map { .string($0.en) }),
                ])
        }
        return layer
    }

    private func projectLayer(
        _ query: TileQuery, _ scope: Scope, _ past: StagePast, in tx: Tx
    ) throws -> TileLayer {
        var layer = TileLayer("projects", in: query.address)
        let (id, number, name) = (layer.key("id"), layer.key("number"), layer.key("name"))
        let (stage, year, estates) = (layer.key("stage"), layer.key("year"), layer.key("estates"))
        try tx.each(
            """
            SELECT project.id, project.number, project.name, project.stage, project.planned_year, longitude, latitude,
                (SELECT count(*) FROM project_estate WHERE project = project.id)
            FROM estate JOIN project_estate ON project_estate.estate = estate.id
                JOIN project ON project.id = project_estate.project
            WHERE estate.id IN (SELECT id FROM estate
                    WHERE \(query.address.covers("cell")) AND \(query.filter.condition(within: scope)))
                AND estate.id = (SELECT other.estate FROM project_estate AS other
                    WHERE other.project = project.id ORDER BY other.estate LIMIT 1)
            ORDER BY project.number LIMIT \(Self.soleLimit)
            """
        ) { row in
            let planned: Int? = try row[4]
            layer.addPoint(
                at: Coordinate(longitude: try row[5], latitude: try row[6]),
                [
                    (id, .id(try row[0] as ID<Project>)), (number, .string(try row[1])),
                    (name, .string(try row[2])), (stage, .string(past.tone(try row[3]).look)),
                    (year, planned.map { .int(Int64($0)) }), (estates, .int(try row[7])),
                ])
        }
        return layer
    }

    /// How far a building may reach into a tile from beyond its edge; degrees, about 150 m.
    private static let reach = 0.0015

    /// A building near the edge may reach into the tile from the next cell.
    private func buildingLayer(_ address: TileAddress, _ scope: Scope, in tx: Tx) throws -> TileLayer {
        var layer = TileLayer("buildings", in: address)
        let (id, estate, name) = (layer.key("id"), layer.key("estate"), layer.key("name"))
        let (floors, year, households) = (layer.key("floors"), layer.key("year"), layer.key("households"))
        let box = address.box()
        try tx.each(
            """
            SELECT id, estate, name, floors, built_year, households, longitude, latitude, footprint FROM building
            WHERE cell IN \(list: address.cellsAround) AND \(scope, contains: "place")
                AND longitude BETWEEN \(box.west - Self.reach) AND \(box.east + Self.reach)
                AND latitude BETWEEN \(box.south - Self.reach) AND \(box.north + Self.reach)
            ORDER BY id LIMIT \(Self.buildingLimit)
            """
        ) { row in
            let numbers: [Int64?] = [try row[3], try row[4], try row[5]]
            let properties: [(TileLayer.Key, TileValue?)] = [
                (id, .id(try row[0] as ID<Building>)), (estate, .id(try row[1] as ID<Estate>)),
                (name, .string(try row[2])),
                (floors, numbers[0].map { .int($0) }), (year, numbers[1].map { .int($0) }),
                (households, numbers[2].map { .int($0) }),
            ]
            if let footprint: String = try row[8], let shape = try? GeoJSON.geometry(from: Array(footprint.utf8)).area {
                layer.addArea(shape, properties)
            } else {
                layer.addPoint(at: Coordinate(longitude: try row[6], latitude: try row[7]), properties)
            }
        }
        return layer
    }
}

extension TileAddress {
    /// The condition that a cell lies in the tile.
    func covers(_ column: SQL) -> SQL {
        let cells = cells
        return "\(column) BETWEEN \(cells.lowerBound) AND \(cells.upperBound)"
    }

    /// The condition that a place lies in a tile smaller than its cell, or in its buffer; all of a larger one does.
    var holds: SQL {
        if zoom <= Cell.zoom { return "TRUE" }
        let box = box(buffer: VectorTile.buffer)
        return """
            longitude BETWEEN \(box.west) AND \(box.east) AND latitude BETWEEN \(box.south) AND \(box.north)
            """
    }

    /// Of a tile no larger than a cell: its cell and the eight around it.
    var cellsAround: [Int64] {
        let above = max(0, zoom - Cell.zoom)
        let (column, row) = (column >> above, row >> above)
        let side = 0..<1 << Cell.zoom
        return (-1...1).flatMap { x in (-1...1).map { (column + x, row + $0) } }
            .filter { side.contains($0.0) && side.contains($0.1) }.map { Cell.number(column: $0.0, row: $0.1) }
    }
}
