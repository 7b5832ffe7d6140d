public import Kernel
public import Store

/// An estate with all its facts, as higher rooms take them in at once.
public struct EstateSheet: Sendable {
    public let id: ID<Estate>
    public let number: String
    public let name: String
    public let place: PlaceCode
    public let stage: String
    public let location: Coordinate?
    public let facts: FactSheet
    /// The kinds of cross-check lists that name it, in the order of `Checklist.Kind`.
    public let flags: [Checklist.Kind]
}

extension Register {
    /// Every estate within `place` with its facts, in the order of ids, one at a time: there may be 220,000. Rights are
    /// the caller's to check.
    public func eachSheet(within place: PlaceCode, in tx: Tx, _ body: (EstateSheet) throws -> Void) throws {
        let scope = Scope([place])
        var flags: [ID<Estate>: Set<String>] = [:]
        try tx.each(
            """
            SELECT DISTINCT entry.estate, kind FROM checklist_entry AS entry
                JOIN checklist ON checklist.id = entry.checklist JOIN estate ON estate.id = entry.estate
            WHERE \(scope, contains: "estate.place")
            """
        ) { flags[try $0[0], default: []].insert(try $0[1]) }
        try tx.each(
            """
            SELECT id, number, name, place, stage, longitude, latitude, facts
            FROM estate JOIN estate_sheet ON estate_sheet.estate = estate.id
            WHERE \(scope, contains: "place") ORDER BY id
            """
        ) { row in
            let (id, longitude, latitude) = (try row[0] as ID<Estate>, try row[5] as Double?, try row[6] as Double?)
            let kinds = flags[id] ?? []
            try body(
                EstateSheet(
                    id: id, number: try row[1], name: try row[2], place: try row[3], stage: try row[4],
                    location: longitude.flatMap { longitude in
                        latitude.map { Coordinate(longitude: longitude, latitude: $0) }
                    },
                    facts: try FactSheet(document: try row[7]),
                    flags: kinds.isEmpty ? [] : Checklist.Kind.allCases.filter { kinds.contains($0.rawValue) }))
        }
    }
}
