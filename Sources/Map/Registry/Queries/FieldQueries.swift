public import Kernel
public import Store

/// A place whose estates can be taken along, with how many they are.
public struct FieldPlace: Sendable, Hashable {
    public let code: PlaceCode
    public let estates: Int
}

/// An item in conflict, with the estate as it is now.
public struct FieldConflict: Sendable {
    public let id: ID<FieldItem>
    public let estate: Estate
    /// Who answered in the field; nil for the machine's owner.
    public let officer: ID<PersonTag>?
    /// When, by a clock put right.
    public let at: Instant
    public let detail: FieldDetail
}

extension Register {
    /// Estates that one phone takes along.
    public static let fieldLimit = 300

    /// The subdistricts with estates that the actor may correct; of one with more than a phone takes along, its
    /// neighbourhoods.
    public func fieldPlaces(for actor: Actor, in tx: Tx) throws -> [FieldPlace] {
        try actor.require(.readEstates)
        let counts = try tx.map(
            """
            SELECT place, count(*) FROM estate
            WHERE \(actor.scope(.correctEstates), contains: "place") AND \(actor.scope(.readEstates), contains: "place")
            GROUP BY place
            """
        ) { (place: try $0[0] as PlaceCode, estates: try $0[1] as Int) }
        var bySubdistrict: [PlaceCode: [FieldPlace]] = [:]
        for count in counts {
            let place = FieldPlace(code: count.place, estates: count.estates)
            bySubdistrict[count.place.ancestor(.subdistrict) ?? count.place, default: []].append(place)
        }
        let scope = actor.scope(.correctEstates)
        return bySubdistrict.flatMap { code, parts in
            let sum = parts.reduce(0) { $0 + $1.estates }
            return sum <= Self.fieldLimit && scope.contains(code) ? [FieldPlace(code: code, estates: sum)] : parts
        }.sorted { $0.code < $1.code }
    }

    /// All estates of the places, with their facts and without aliases.
    /// - Throws: `Refusal` of kind `.tooLarge` when they are more than `fieldLimit`.
    public func fieldEstates(of places: [PlaceCode], for actor: Actor, in tx: Tx) throws -> [Estate] {
        try actor.require(.readEstates)
        try actor.require(.correctEstates)
        let wanted = Scope(places)
        let within = SQL.all([
            "\(actor.scope(.correctEstates), contains: "place")", "\(actor.scope(.readEstates), contains: "place")",
            "\(wanted, contains: "place")",
        ])
        let count: Int = try tx.value("SELECT count(*) FROM estate WHERE \(within)") ?? 0
        guard count <= Self.fieldLimit else {
            throw Refusal(
                .tooLarge, "field.places", zh: "所选范围有 \(count) 个小区，最多带走 \(Self.fieldLimit) 个；请少选几处。",
                en: "These places have \(count) estates; at most \(Self.fieldLimit) can be taken along: choose fewer.",
                field: "place")
        }
        return try tx.map(
            """
            SELECT estate.*, facts FROM estate JOIN estate_sheet ON estate_sheet.estate = id WHERE \(within)
            ORDER BY sort_key, id
            """
        ) { try Estate($0, aliases: []) }
    }

    /// The items in conflict at places where the actor may choose, the oldest first.
    public func fieldConflicts(
        page: Int = 1, size: Int = 20, for actor: Actor, in tx: Tx
    ) throws -> (list: [FieldConflict], total: Int) {
        let open = Self.openConflicts(actor.scope(.correctEstates))
        let rows = try tx.rows(
            """
            SELECT field_item.id, field_item.estate, person, field_item.at, detail FROM \(open)
            ORDER BY field_item.at, field_item.id \(Self.window(page, size))
            """)
        let list = try rows.compactMap { row in
            try estate(try row[1], in: tx).map { estate in
                FieldConflict(
                    id: try row[0], estate: estate, officer: try row[2], at: try row[3],
                    detail: try FieldDetail(stored: try row[4]))
            }
        }
        return (list, try tx.value("SELECT count(*) FROM \(open)") ?? 0)
    }

    static func openConflicts(_ scope: Scope) -> SQL {
        """
        field_item JOIN estate ON estate.id = field_item.estate
        WHERE outcome = \(FieldOutcome.conflict) AND \(scope, contains: "estate.place")
        """
    }
}
