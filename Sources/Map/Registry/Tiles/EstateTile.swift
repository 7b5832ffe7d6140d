import Geo
import Kernel
import Store

/// The estates of one tile: alone, or added up by the squares of a grid where they are many.
struct EstateTile {
    private let query: TileQuery
    private let scope: Scope
    private let memory: MapMemory
    private let wanted: SQL
    private let condition: SQL
    private var past: StagePast
    private var layer: TileLayer

    init(_ query: TileQuery, _ scope: Scope, _ past: StagePast, _ memory: MapMemory) {
        self.query = query
        self.scope = scope
        self.past = past
        self.memory = memory
        wanted = query.filter.condition(within: scope)
        condition = "\(query.address.covers("cell")) AND \(query.address.holds) AND \(wanted)"
        layer = TileLayer("estates", in: query.address)
    }

    consuming func layer(in tx: Tx) throws -> TileLayer {
        let sums = try remembered(in: tx)
        let isFar = query.address.zoom < Register.soleZoom
        if !isFar, sums.map({ $0.total <= Int64(Register.soleLimit) }) ?? true, try addEach(in: tx) {
            if query.address.zoom >= Register.outlineZoom { try addOutlines(in: tx) }
        } else {
            layer = TileLayer("estates", in: query.address)
            (try sums ?? summed(in: tx)).write(to: &layer)
        }
        return layer
    }

    // MARK: Outlines

    /// No estate is wider; degrees.
    private static let widest = 0.2

    /// The outlines that reach into the tile, wherever their estates' points lie.
    private mutating func addOutlines(in tx: Tx) throws {
        let (id, name, stage) = (layer.key("id"), layer.key("name"), layer.key("stage"))
        let (letters, from, value) = (layer.key("past"), layer.key("from"), layer.key("value"))
        let outline = layer.key("outline")
        let (facts, sheet) = answers
        let box = query.address.box(buffer: VectorTile.buffer)
        try tx.each(
            """
            SELECT estate.id, name, stage, programmed_year, works_year, completed_year, outline, built_from\(facts)
            FROM estate_outline JOIN estate ON estate.id = estate_outline.estate \(sheet)
            WHERE west BETWEEN \(box.west - Self.widest) AND \(box.east) AND east >= \(box.west)
                AND south <= \(box.north) AND north >= \(box.south)
                AND EXISTS (SELECT 1 FROM estate AS one WHERE one.id = estate_outline.estate AND \(wanted))
            ORDER BY area_m2 DESC LIMIT \(Register.soleLimit)
            """
        ) { row in
            let life = try StagePast.Life(stage: row[2], programmed: row[3], works: row[4], completed: row[5])
            guard let area = try GeoJSON.geometry(from: Array((try row[6] as String).utf8)).area else { return }
            let built: Int64? = try row[7]
            let look = past.look(life)
            layer.addArea(
                area,
                [
                    (id, .id(try row[0] as ID<Estate>)), (name, .rare(try row[1])),
                    (stage, .string(look.stage)), (letters, .string(look.past)),
                    (from, built.map { .int($0) }), (value, try answer(row, 8)), (outline, .bool(true)),
                ])
        }
    }

    // MARK: Answers to the question asked for

    /// A further column, and the table it stands in.
    private var answers: (column: SQL, join: SQL) {
        query.fact == nil ? ("", "") : (", facts", "JOIN estate_sheet ON estate_sheet.estate = estate.id")
    }

    private func answer(_ row: Row, _ column: Int) throws -> TileValue? {
        guard let fact = query.fact else { return nil }
        return try FactSheet.value(of: fact, in: row[column])?.onTile
    }

    // MARK: Alone

    /// False when there are too many.
    private mutating func addEach(in tx: Tx) throws -> Bool {
        let keys = Keys(&layer)
        let (facts, sheet) = answers
        var count = 0
        try tx.each(
            """
            SELECT id, number, name, stage, place, longitude, latitude, programmed_year, works_year, completed_year,
                built_from, built_to, households, buildings, floor_area, issues\(facts) FROM estate \(sheet)
            WHERE \(condition) LIMIT \(Register.soleLimit + 1)
            """
        ) { row in
            count += 1
            try add(row, keys)
        }
        return count <= Register.soleLimit && !layer.isTruncated
    }

    private struct Keys {
        let id: TileLayer.Key
        let number: TileLayer.Key
        let name: TileLayer.Key
        let place: TileLayer.Key
        let stage: TileLayer.Key
        let past: TileLayer.Key
        let numbers: [TileLayer.Key]
        let area: TileLayer.Key
        let value: TileLayer.Key

        init(_ layer: inout TileLayer) {
            (id, number, name) = (layer.key("id"), layer.key("number"), layer.key("name"))
            (place, stage, past) = (layer.key("place"), layer.key("stage"), layer.key("past"))
            numbers = ["from", "to", "households", "buildings", "issues"].map { layer.key($0) }
            (area, value) = (layer.key("area"), layer.key("value"))
        }
    }

    private mutating func add(_ row: Row, _ keys: Keys) throws {
        let life = try StagePast.Life(stage: row[3], programmed: row[7], works: row[8], completed: row[9])
        let look = past.look(life)
        let (from, to): (Int64?, Int64?) = (try row[10], try row[11])
        let (households, buildings): (Int64?, Int64?) = (try row[12], try row[13])
        let area: Int64? = try row[14]
        layer.addPoint(
            at: Coordinate(longitude: try row[5], latitude: try row[6]),
            [
                (keys.id, .id(try row[0] as ID<Estate>)), (keys.number, .rare(try row[1])),
                (keys.name, .rare(try row[2])), (keys.place, .string(try row[4])),
                (keys.stage, .string(look.stage)), (keys.past, .string(look.past)),
                (keys.numbers[0], from.map { .int($0) }), (keys.numbers[1], to.map { .int($0) }),
                (keys.numbers[2], households.map { .int($0) }), (keys.numbers[3], buildings.map { .int($0) }),
                (keys.numbers[4], .int(try row[15])), (keys.area, area.map { .int($0 / 100) }),
                (keys.value, try answer(row, 16)),
            ])
    }

    // MARK: Added up

    /// Answers that are looked up for one tile; where more estates stand together, their sums go without.
    private static let mostAnswers = 5_000

    /// Out of memory where that has all that is asked for.
    private func remembered(in tx: Tx) throws -> EstateSums? {
        var further = query.filter
        (further.place, further.sort, further.descending) = (nil, .name, false)
        guard query.fact == nil, further == EstateFilter(), query.address.zoom <= Cell.zoom,
            let cities = try memory.cities(in: tx)
        else { return nil }
        let places = query.filter.place.map { scope.narrowed(to: $0) } ?? scope
        let ranges = places.places.map { PlaceRange($0) }
        var sums = EstateSums(query.address, past)
        for city in cities { sums.add(city, within: ranges) }
        return sums
    }

    private func summed(in tx: Tx) throws -> EstateSums {
        if query.fact != nil, let sums = try summedWithAnswers(in: tx) { return sums }
        var sums = EstateSums(query.address, past)
        let square: SQL = "cell / \(literal: sums.squareSize)"
        let size = sums.squareSize
        try tx.each(
            """
            SELECT \(square), stage, programmed_year, works_year, completed_year, count(*),
                CAST(coalesce(sum(households), 0) AS BIGINT), sum(longitude), sum(latitude) FROM estate
            WHERE \(condition) GROUP BY \(square), stage, programmed_year, works_year, completed_year
            """
        ) { row in
            let cell = (try row[0] as Int64) * Int64(size)
            let life = try StagePast.Life(stage: row[1], programmed: row[2], works: row[3], completed: row[4])
            sums.add(try row[5], at: cell, life, households: try row[6], longitude: try row[7], latitude: try row[8])
        }
        return sums
    }

    /// Nil when there are too many.
    private func summedWithAnswers(in tx: Tx) throws -> EstateSums? {
        var sums = EstateSums(query.address, past)
        let (facts, sheet) = answers
        try tx.each(
            """
            SELECT cell, stage, programmed_year, works_year, completed_year, households, longitude, latitude\(facts)
            FROM estate \(sheet) WHERE \(condition) LIMIT \(Self.mostAnswers + 1)
            """
        ) { row in
            let life = try StagePast.Life(stage: row[1], programmed: row[2], works: row[3], completed: row[4])
            sums.add(
                1, at: try row[0], life, households: (try row[5] as Int64?) ?? 0, longitude: try row[6],
                latitude: try row[7],
                answer: try query.fact.flatMap { try FactSheet.value(of: $0, in: row[8]) })
        }
        return sums.total <= Int64(Self.mostAnswers) ? sums : nil
    }
}
