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
    /// - Throws: a refusal of kind `.conflict` for a list that is here already: the same kind, source and names.
    public func importChecklist(
        _ kind: Checklist.Kind, source: String, day: Day, at place: PlaceCode, _ entries: [ChecklistEntry],
        in deed: Deed
    ) throws -> ID<Checklist> {
        try deed.actor.require(.importChecklists, at: place)
        try Refusals.throwIfAny(
            EstateRules.text(
                source, field: "source", limit: 100, required: true, label: Phrase(zh: "名单来源", en: "The source"))
        )
        if let stray = entries.first(where: { !place.contains($0.place) }) {
            throw Refusal(
                .forbidden, "checklist.place", zh: "第 \(stray.row) 行的“\(stray.name)”不在 \(place) 内。",
                en: "Row \(stray.row), “\(stray.name)”, does not lie in \(place).")
        }
        if let twin = try twin(kind, source, entries, in: deed.tx) {
            throw Refusal(
                .conflict, "checklist.twice",
                zh: "来源“\(source)”的这份名单已有一份，日期 \(twin)，名称完全相同；如需重新比对，请先撤回原名单。",
                en: """
                    This list of “\(source)” is here already, of \(twin), with the same names; to match it again, withdraw \
                    that one first.
                    """,
                field: "file")
        }
        return try store(kind, source, day, place, entries, in: deed)
    }

    /// Takes a list back: its names are forgotten, and the estates it flagged lose that flag. The record keeps what it
    /// was.
    public func withdrawChecklist(_ id: ID<Checklist>, in deed: Deed) throws {
        let list = try checklist(id, for: deed.actor, in: deed.tx)
        try deed.actor.require(.importChecklists, at: list.place)
        let flagged = try deed.tx.map(
            """
            SELECT DISTINCT estate.id, estate.place FROM checklist_entry JOIN estate ON estate.id = checklist_entry.estate
            WHERE checklist = \(id) ORDER BY estate.id
            """
        ) { (id: try $0[0] as ID<Estate>, place: try $0[1] as PlaceCode) }
        try deed.tx.run("DELETE FROM checklist_entry WHERE checklist = \(id)")
        try deed.tx.run("DELETE FROM checklist WHERE id = \(id)")
        for estate in flagged {
            try countFlags(of: estate.id, in: deed)
            try deed.record(
                "estate.unflag", on: Subject("estate", estate.id), at: estate.place,
                before: JSON.object(["flag": .string(list.kind.rawValue), "source": .string(list.source)]).text)
        }
        try deed.record(
            "checklist.withdraw", on: Subject("checklist", id), at: list.place,
            before: JSON.object([
                "kind": .string(list.kind.rawValue), "source": .string(list.source),
                "day": .string(list.day.description), "entries": .integer(Int64(list.entries)),
                "matched": .integer(Int64(list.matched)),
            ]).text)
    }

    private func countFlags(of estate: ID<Estate>, in deed: Deed) throws {
        try deed.tx.run(
            """
            UPDATE estate SET flags = (SELECT count(*) FROM checklist_entry WHERE estate = estate.id),
                version = version + 1 WHERE id = \(estate)
            """)
    }

    /// The day of a list with the same kind, source and names.
    private func twin(
        _ kind: Checklist.Kind, _ source: String, _ entries: [ChecklistEntry], in tx: Tx
    ) throws -> Day? {
        let wanted = entries.map { "\($0.place)\n\($0.name)" }.sorted()
        var names: [ID<Checklist>: [String]] = [:]
        var days: [ID<Checklist>: Day] = [:]
        try tx.each(
            """
            SELECT checklist.id, checklist.day, checklist_entry.place, checklist_entry.name FROM checklist
                JOIN checklist_entry ON checklist_entry.checklist = checklist.id
            WHERE kind = \(kind.rawValue) AND source = \(source)
            """
        ) { row in
            let id: ID<Checklist> = try row[0]
            days[id] = try row[1]
            names[id, default: []].append("\(try row[2] as PlaceCode)\n\(try row[3] as String)")
        }
        return names.first { $0.value.count == wanted.count && $0.value.sorted() == wanted }.flatMap { days[$0.key] }
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
            try countFlags(of: estate, in: deed)
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
