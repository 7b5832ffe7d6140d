public import Identity
public import Kernel
public import Store

/// One building as the API answers it, its stored facts spliced in:
///
/// ```json
/// {"id":"0190a3c1-…","estate":"0190a3c1-…","place":"430111003005","name":"3栋","officialCode":null,
///  "location":[113.0211,28.1503],"footprint":null,"version":2,"facts":{"sources":[…],"values":{"floors":[7,0]}}}
/// ```
///
/// `footprint` is a GeoJSON polygon; for the rest see `EstateDocument`.
public struct BuildingDocument: Sendable {
    public let json: String
    /// An HTTP entity tag, quotes included: equal tags mean equal documents.
    public let tag: String
    public let mark: BuildingMark
}

extension Register {
    /// The buildings of an estate by name, as people count. The caller has checked that the reader may see the estate.
    public func buildingDocuments(
        of estate: Estate, after mark: BuildingMark? = nil, size: Int, for actor: Actor, vault: Vault, in tx: Tx
    ) throws -> (buildings: [BuildingDocument], hasMore: Bool) {
        let further: SQL = mark.map { "(length(name), name) > (\($0.length), \($0.name))" } ?? "TRUE"
        let documents = try buildingDocuments(
            "estate = \(estate.id) AND \(further) ORDER BY length(name), name \(Self.oneMore(size))", for: actor,
            vault: vault, in: tx)
        return Self.cut(documents, size)
    }

    /// - Throws: a refusal of kind `.notFound` or `.forbidden`, as `visibleBuilding`.
    public func buildingDocument(
        _ id: ID<Building>, for actor: Actor, vault: Vault, in tx: Tx
    ) throws -> BuildingDocument {
        _ = try visibleBuilding(id, for: actor, in: tx)
        let documents = try buildingDocuments("building.id = \(id)", for: actor, vault: vault, in: tx)
        guard let document = documents.first else { throw Self.noBuilding }
        return document
    }

    private func buildingDocuments(
        _ condition: SQL, for actor: Actor, vault: Vault, in tx: Tx
    ) throws -> [BuildingDocument] {
        let rows = try tx.map(
            """
            SELECT building.*, facts, length(name) AS length FROM building
                JOIN building_sheet ON building_sheet.building = building.id WHERE \(condition)
            """
        ) { row in
            let facts: String = try row["facts"]
            return (
                building: try Building(row), facts: facts, names: try SourceNames(facts), mark: try BuildingMark(row)
            )
        }
        let officers = rows.reduce(into: Set<ID<PersonTag>>()) { $0.formUnion($1.names?.officers ?? []) }
        let people = try PersonNames(of: officers, reader: actor, vault: vault, tx: tx)
        return rows.map { row in
            let facts = row.names?.document { people.name($0, at: row.building.place) } ?? row.facts
            let json = row.building.json(facts: facts)
            let tag = "\"\(row.building.version)-\(Checksum(of: json.utf8).text)\""
            return BuildingDocument(json: json, tag: tag, mark: row.mark)
        }
    }
}

extension BuildingMark {
    fileprivate init(_ row: Row) throws {
        self.init(length: try row["length"], name: try row["name"])
    }
}

extension Building {
    fileprivate func json(facts: String) -> String {
        let shape = footprint.flatMap { try? JSON(parsing: $0) } ?? .null
        let head = JSON.object([
            "id": .string(id.description), "estate": .string(estate.description), "place": .string(place.digits),
            "name": .string(name), "officialCode": officialCode.map(JSON.string) ?? .null, "location": location.json,
            "footprint": shape, "version": .integer(Int64(version)),
        ])
        return head.text.dropLast() + ",\"facts\":\(facts)}"
    }
}
