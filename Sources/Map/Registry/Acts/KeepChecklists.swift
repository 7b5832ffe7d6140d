public import Identity
public import Kernel
public import Store

/// A list of another department against which estates are checked: due for demolition, grade-D building, heritage,
/// already subsidised. A listed estate is flagged and shown, and routed out of evaluation.
public struct Checklist: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case demolition, gradeD, heritage, subsidised

        public var name: Phrase {
            switch self {
            case .demolition: Phrase(zh: "征拆计划", en: "Due for demolition")
            case .gradeD: Phrase(zh: "D 级危房", en: "Grade-D dangerous building")
            case .heritage: Phrase(zh: "历史保护", en: "Heritage")
            case .subsidised: Phrase(zh: "已享受补助", en: "Already subsidised")
            }
        }
    }

    public let id: ID<Checklist>
    public let kind: Kind
    public let source: String
    public let day: Day
    public let place: PlaceCode
    public let entries: Int
    public let matched: Int
}

/// A name on a list, with the estate it was found to be.
public struct ChecklistEntry: Sendable {
    public let row: Int
    public let name: String
    public let place: PlaceCode
    public let note: String
    public let estate: ID<Estate>?

    public init(row: Int, name: String, place: PlaceCode, note: String, estate: ID<Estate>?) {
        self.row = row
        self.name = name
        self.place = place
        self.note = note
        self.estate = estate
    }
}

/// Why an estate is flagged.
public struct EstateFlag: Sendable {
    public let kind: Checklist.Kind
    public let source: String
    public let day: Day
    public let note: String
}

extension Register {
    /// Stores a list and flags the estates on it.
    public func importChecklist(
        _ kind: Checklist.Kind, source: String, day: Day, at place: PlaceCode, _ entries: [ChecklistEntry],
        in deed: Deed
    ) throws -> ID<Checklist> {
        try deed.actor.require(.importChecklists, at: place)
        try Refusals.throwIfAny(
            EstateRules.text(
                source, field: "source", limit: 100, required: true, label: Phrase(zh: "名单来源", en: "The source"))
        )
        guard let stray = entries.first(where: { !place.contains($0.place) }) else {
            return try store(kind, source, day, place, entries, in: deed)
        }
        throw Refusal(
            .forbidden, "checklist.place", zh: "第 \(stray.row) 行的“\(stray.name)”不在 \(place) 内。",
            en: "Row \(stray.row), “\(stray.name)”, does not lie in \(place).")
    }

    private func store(
        _ kind: Checklist.Kind, _ source: String, _ day: Day, _ place: PlaceCode, _ entries: [ChecklistEntry],
        in deed: Deed
    ) throws -> ID<Checklist> {
        let id = ID<Checklist>(at: deed.now)
        try deed.tx.run(
            """
            INSERT INTO checklist (id, kind, source, day, place, imported_at)
            VALUES (\(id), \(kind.rawValue), \(source), \(day), \(place), \(deed.now))
            """)
        try deed.tx.insert(
            into: "checklist_entry", columns: ["id", "checklist", "estate", "row_number", "name", "place", "note"],
            rows: entries.map {
                [
                    ID<ChecklistEntry>(at: deed.now).sqlValue, id.sqlValue, $0.estate.sqlValue, .integer(Int64($0.row)),
                    .text($0.name), $0.place.sqlValue, .text($0.note),
                ]
            })
        for entry in entries {
            guard let estate = entry.estate else { continue }
            try deed.tx.run("UPDATE estate SET flags = flags + 1, version = version + 1 WHERE id = \(estate)")
            try deed.record(
                "estate.flag", on: Subject("estate", estate), at: entry.place,
                after: JSON.object(["flag": .string(kind.rawValue), "source": .string(source)]).text)
        }
        try deed.record(
            "checklist.import", on: Subject("checklist", id), at: place,
            after: JSON.object([
                "kind": .string(kind.rawValue), "source": .string(source), "day": .string(day.description),
                "entries": .integer(Int64(entries.count)),
                "matched": .integer(Int64(entries.count { $0.estate != nil })),
            ]).text)
        return id
    }

    /// The lists that name the estate, the oldest first. The caller has checked that the reader may see the estate.
    public func flags(of estate: ID<Estate>, in tx: Tx) throws -> [EstateFlag] {
        try tx.map(
            """
            SELECT kind, source, day, note FROM checklist_entry JOIN checklist ON checklist.id = checklist_entry.checklist
            WHERE estate = \(estate) ORDER BY day
            """
        ) { row in
            EstateFlag(
                kind: Checklist.Kind(rawValue: try row["kind"]) ?? .demolition, source: try row["source"],
                day: try row["day"], note: try row["note"])
        }
    }

    /// The lists of the places the actor may read, the latest import first, 200 at most. Refused without that right.
    public func checklists(for actor: Actor, in tx: Tx) throws -> [Checklist] {
        try actor.require(.readEstates)
        return try tx.map(
            """
            SELECT checklist.*, (SELECT count(*) FROM checklist_entry WHERE checklist = checklist.id) AS entries,
                (SELECT count(estate) FROM checklist_entry WHERE checklist = checklist.id) AS matched
            FROM checklist WHERE \(actor.scope(.readEstates), contains: "place") ORDER BY imported_at DESC LIMIT 200
            """
        ) { row in
            Checklist(
                id: try row["id"], kind: Checklist.Kind(rawValue: try row["kind"]) ?? .demolition,
                source: try row["source"], day: try row["day"], place: try row["place"], entries: try row["entries"],
                matched: try row["matched"])
        }
    }
}
