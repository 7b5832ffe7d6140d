import Geo
import Kernel
import Store

/// The estates of one tile: alone, or added up by the squares of a grid where they are many.
struct EstateTile {
    private let query: TileQuery
    private let wanted: SQL
    private let condition: SQL
    private var past: StagePast
    private var layer: TileLayer

    init(_ query: TileQuery, _ scope: Scope, _ past: StagePast) {
        self.query = query
        self.past = past
        wanted = query.filter.condition(within: scope)
        condition = "\(query.address.covers("cell")) AND \(query.address.holds) AND \(wanted)"
        layer = TileLayer("estates", in: query.address)
    }

    consuming func layer(in tx: Tx) throws -> TileLayer {
        if query.address.zoom < Register.soleZoom {
            try addSums(in: tx)
        } else if try addEach(in: tx) {
            if query.address.zoom >= Register.outlineZoom { try addOutlines(in: tx) }
        } else {
            layer = TileLayer("estates", in: query.address)
            try addSums(in: tx)
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
                AND estate.id IN (SELECT id FROM estate WHERE \(wanted))
            ORDER BY area_m2 DESC LIMIT \(Register.soleLimit)
            """
        ) { row in
            let life = try StagePast.Life(stage: row[2], programmed: row[3], works: row[4], completed: row[5])
            guard let area = try GeoJSON.geometry(from: Array((try row[6] as String).utf8)).area else { return }
            let built: Int64? = try row[7]
            layer.addArea(
                area,
                [
                    (id, .string((try row[0] as ID<Estate>).description)), (name, .string(try row[1])),
                    (stage, .string(past.tone(life.stage).look)), (letters, .string(past.letters(life))),
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
        let texts: [TileLayer.Key]
        let numbers: [TileLayer.Key]
        let stage: TileLayer.Key
        let past: TileLayer.Key
        let area: TileLayer.Key
        let value: TileLayer.Key

        init(_ layer: inout TileLayer) {
            texts = ["id", "number", "name", "place"].map { layer.key($0) }
            numbers = ["from", "to", "households", "buildings", "issues"].map { layer.key($0) }
            (stage, past) = (layer.key("stage"), layer.key("past"))
            (area, value) = (layer.key("area"), layer.key("value"))
        }
    }

    private mutating func add(_ row: Row, _ keys: Keys) throws {
        let life = try StagePast.Life(stage: row[3], programmed: row[7], works: row[8], completed: row[9])
        let texts = [(try row[0] as ID<Estate>).description, try row[1], try row[2], try row[4]]
        let numbers: [Int64?] = [try row[10], try row[11], try row[12], try row[13], try row[15]]
        let area: Int64? = try row[14]
        var properties: [(TileLayer.Key, TileValue?)] = zip(keys.texts, texts).map { ($0, .string($1)) }
        properties += zip(keys.numbers, numbers).map { key, number in (key, number.map { .int($0) }) }
        properties += [
            (keys.stage, .string(past.tone(life.stage).look)), (keys.past, .string(past.letters(life))),
            (keys.area, area.map { .int($0 / 100) }),
        ]
        properties.append((keys.value, try answer(row, 16)))
        layer.addPoint(at: Coordinate(longitude: try row[5], latitude: try row[6]), properties)
    }

    // MARK: Added up

    /// Squares on a side of a tile: circles of the largest size then hardly touch.
    private static let gridBits = 4

    private struct Sum {
        var estates: Int64 = 0
        var households: Int64 = 0
        var longitude = 0.0
        var latitude = 0.0
        /// Estates by year and letter.
        var letters: [[Character: Int64]] = []

        mutating func add(_ estates: Int64, _ past: String) {
            if letters.isEmpty { letters = past.map { _ in [:] } }
            for (year, letter) in past.enumerated() { letters[year][letter, default: 0] += estates }
        }

        /// The letter of most estates in each year; of as many, the earlier one of the alphabet.
        var past: String {
            String(
                letters.map { counts in
                    counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "a"
                })
        }
    }

    private mutating func addSums(in tx: Tx) throws {
        let cells = 1 << (2 * max(0, Cell.zoom - query.address.zoom - Self.gridBits))
        var sums: [Int64: Sum] = [:]
        try tx.each(
            """
            SELECT cell / \(literal: cells), stage, programmed_year, works_year, completed_year, count(*),
                CAST(coalesce(sum(households), 0) AS BIGINT), sum(longitude), sum(latitude) FROM estate
            WHERE \(condition) GROUP BY cell / \(literal: cells), stage, programmed_year, works_year, completed_year
            """
        ) { row in
            let square: Int64 = try row[0]
            let life = try StagePast.Life(stage: row[1], programmed: row[2], works: row[3], completed: row[4])
            let count: Int64 = try row[5]
            sums[square, default: Sum()].add(count, past.letters(life))
            sums[square]?.estates += count
            sums[square]?.households += try row[6]
            sums[square]?.longitude += try row[7]
            sums[square]?.latitude += try row[8]
        }
        let (estates, households, letters) = (layer.key("estates"), layer.key("households"), layer.key("past"))
        for (_, sum) in sums.sorted(by: { $0.key < $1.key }) {
            let count = Double(sum.estates)
            layer.addPoint(
                at: Coordinate(longitude: sum.longitude / count, latitude: sum.latitude / count),
                [
                    (estates, .int(sum.estates)), (households, .int(sum.households)), (letters, .string(sum.past)),
                ])
        }
    }
}

extension FactValue {
    fileprivate var onTile: TileValue? {
        switch self {
        case .unknown: nil
        case .number(let value): .double(value)
        case .integer(let value): .int(Int64(value))
        case .text(let value), .choice(let value): .string(value)
        case .flag(let value): .bool(value)
        case .years(let from, _): .int(Int64(from))
        }
    }
}
