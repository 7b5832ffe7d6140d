public import Identity
public import Kernel
import Store

extension Register {
    /// Writes the city, its places and its stages into an empty database.
    public func found(_ city: City, places: [Place], stages: [Stage] = Stage.defaults, in deed: Deed) throws {
        try deed.actor.require(.editPlaces, at: city.code)
        let there: Int = try deed.tx.value("SELECT count(*) FROM city") ?? 0
        guard there == 0 else {
            throw Refusal(
                .conflict, "city.exists", zh: "数据库里已有城市；请换一个空目录。",
                en: "This database has a city already; use an empty directory.")
        }
        try deed.tx.run(
            """
            INSERT INTO city (code, name, name_en, prefix, cutoff_year, generated, as_of, notice_zh, notice_en)
            VALUES (\(city.code), \(city.name.zh), \(city.name.en), \(city.prefix), \(city.cutoffYear),
                \(city.isGenerated), \(city.asOf), \(city.notice.zh), \(city.notice.en))
            """)
        try deed.tx.insert(
            into: "place", columns: ["code", "parent", "level", "name", "name_en", "confirmed"],
            rows: places.map {
                [
                    $0.code.sqlValue, ($0.code.parent ?? .country).sqlValue, .integer(Int64($0.code.level.rawValue)),
                    .text($0.name), .text($0.nameEn), $0.isConfirmed.sqlValue,
                ]
            })
        for stage in stages { try insert(stage, in: deed.tx) }
        try deed.record(
            "city.found", on: Subject("city", city.code), at: city.code,
            after: JSON.object(["name": .string(city.name.zh), "places": .integer(Int64(places.count))]).text)
    }

    /// Gives a neighbourhood its name and marks it confirmed. Its code stays, a provisional one too: official codes
    /// come with the files that give them.
    public func confirmNeighbourhood(_ code: PlaceCode, name: String, in deed: Deed) throws {
        try deed.actor.require(.editPlaces, at: code)
        guard let place = try place(code, in: deed.tx), code.level == .neighbourhood else { throw Self.noPlace(code) }
        try Refusals.throwIfAny(Self.placeName(name))
        try deed.tx.run("UPDATE place SET name = \(name), confirmed = 1 WHERE code = \(code)")
        try deed.tx.run(
            """
            DELETE FROM estate_issue WHERE rule = \(QualityRule.neighbourhoodUnconfirmed.rawValue) AND place = \(code)
            """)
        try deed.tx.run(
            """
            UPDATE estate SET issues = (SELECT count(*) FROM estate_issue WHERE estate = estate.id)
            WHERE place = \(code)
            """)
        try deed.record(
            "place.confirm", on: Subject("place", code), at: code,
            before: JSON.object(["name": .string(place.name), "confirmed": .bool(place.isConfirmed)]).text,
            after: JSON.object(["name": .string(name), "confirmed": true]).text)
    }

    /// The next provisional code of the subdistrict: 901 to 999, each given once.
    /// - Parameter promised: how many of them a preview has given out already.
    func provisionalCode(under subdistrict: PlaceCode, promised: Int = 0, in tx: Tx) throws -> PlaceCode {
        let last: String? = try tx.value(
            """
            SELECT coalesce(max(code), '') FROM place
            WHERE parent = \(subdistrict) AND code > \(subdistrict.digits + "900")
            """)
        let ordinal = last.flatMap { Int($0.suffix(3)) }.map { $0 + 1 } ?? 901
        guard let code = PlaceCode(subdistrict.digits + String(ordinal + promised)) else {
            throw Refusal(
                "place.full", zh: "街道 \(subdistrict) 的临时社区代码已用完；请在表中填写新社区的官方代码（12 位）。",
                en: """
                    Subdistrict \(subdistrict) has no provisional neighbourhood codes left; give the official code of a new \
                    neighbourhood (12 digits) in the file.
                    """, field: "neighbourhood")
        }
        return code
    }

    /// Makes a neighbourhood under its subdistrict, unconfirmed.
    func makeNeighbourhood(_ name: String, code: PlaceCode, in deed: Deed) throws {
        try deed.tx.run(
            """
            INSERT INTO place (code, parent, level, name, confirmed)
            VALUES (\(code), \(code.parent ?? .country), 12, \(name), 0)
            """)
        try deed.record(
            "place.provisional", on: Subject("place", code), at: code,
            after: JSON.object(["name": .string(name), "confirmed": false]).text)
    }

    /// Streets merge: everything in `old` moves to `heir` on `day`, and `old` ends. Neighbourhoods keep their names and
    /// get codes under the heir; estates keep their ids and numbers, and remember where they were.
    public func mergeSubdistrict(_ old: PlaceCode, into heir: PlaceCode, on day: Day, in deed: Deed) throws {
        try checkMove(old, heir, in: deed)
        let neighbourhoods = try places(below: old, in: deed.tx).map(\.code)
        let moved = try moveNeighbourhoods(neighbourhoods, to: heir, on: day, in: deed)
        let loose = try moveEstates(at: old, to: heir, on: day, in: deed)
        try deed.tx.run("UPDATE place SET ended_on = \(day), merged_into = \(heir) WHERE code = \(old)")
        try deed.record(
            "place.merge", on: Subject("place", old), at: old,
            after: JSON.object([
                "into": .string(heir.digits), "day": .string(day.description),
                "estates": .integer(Int64(moved + loose)),
            ]).text)
    }

    /// A street splits: the chosen neighbourhoods move to another subdistrict, made first when it is new.
    public func splitSubdistrict(
        _ old: PlaceCode, moving neighbourhoods: [PlaceCode], to heir: PlaceCode, named name: String, on day: Day,
        in deed: Deed
    ) throws {
        try Refusals.throwIfAny(Self.placeName(name))
        if try place(heir, in: deed.tx) == nil {
            guard heir.level == .subdistrict, heir.ancestor(.district) == old.ancestor(.district) else {
                throw Self.noPlace(heir)
            }
            try deed.tx.run(
                """
                INSERT INTO place (code, parent, level, name) VALUES (\(heir), \(heir.parent ?? heir), 9, \(name))
                """)
        }
        try checkMove(old, heir, in: deed)
        guard !neighbourhoods.isEmpty, neighbourhoods.allSatisfy({ old.contains($0) && $0.level == .neighbourhood })
        else {
            throw Refusal(
                "place.split", zh: "请选择属于 \(old) 的社区。", en: "Choose neighbourhoods of \(old).", field: "neighbourhoods")
        }
        let moved = try moveNeighbourhoods(neighbourhoods, to: heir, on: day, in: deed)
        try deed.record(
            "place.split", on: Subject("place", old), at: old,
            after: JSON.object([
                "to": .string(heir.digits), "neighbourhoods": .array(neighbourhoods.map { .string($0.digits) }),
                "day": .string(day.description), "estates": .integer(Int64(moved)),
            ]).text)
    }

    private func checkMove(_ old: PlaceCode, _ heir: PlaceCode, in deed: Deed) throws {
        for code in [old, heir] {
            try deed.actor.require(.editPlaces, at: code)
            guard code.level == .subdistrict, let place = try place(code, in: deed.tx), place.endedOn == nil else {
                throw Self.noPlace(code)
            }
        }
        guard old != heir else { throw Self.noPlace(heir) }
    }

    private func moveNeighbourhoods(
        _ codes: [PlaceCode], to heir: PlaceCode, on day: Day, in deed: Deed
    ) throws -> Int {
        var moved = 0
        for code in codes {
            guard let place = try place(code, in: deed.tx) else { throw Self.noPlace(code) }
            let heirCode = try provisionalCode(under: heir, in: deed.tx)
            try makeNeighbourhood(place.name, code: heirCode, in: deed)
            moved += try moveEstates(at: code, to: heirCode, on: day, in: deed)
            try deed.tx.run("UPDATE place SET ended_on = \(day), merged_into = \(heirCode) WHERE code = \(code)")
        }
        return moved
    }

    /// Moves the estates that lie at exactly `old`, each with a line of the record.
    private func moveEstates(at old: PlaceCode, to heir: PlaceCode, on day: Day, in deed: Deed) throws -> Int {
        let desk = try EstateDesk(self, deed)
        let ids = try deed.tx.map("SELECT id FROM estate WHERE place = \(old) ORDER BY id") { try $0[0] as ID<Estate> }
        for id in ids {
            try desk.move(id, to: heir, on: day)
            try deed.tx.run(
                "UPDATE estate SET place = \(heir), version = version + 1, changed_at = \(deed.now) WHERE id = \(id)")
            try deed.tx.run("UPDATE estate_issue SET place = \(heir) WHERE estate = \(id)")
            try deed.record(
                "estate.move", on: Subject("estate", id), at: heir,
                before: JSON.object(["place": .string(old.digits)]).text,
                after: JSON.object(["place": .string(heir.digits)]).text)
            try reassess(id, in: deed)
        }
        try deed.tx.run("UPDATE project SET place = \(heir) WHERE place = \(old)")
        return ids.count
    }

    private static func placeName(_ name: String) -> [Refusal] {
        EstateRules.text(name, field: "name", limit: 50, required: true, label: Phrase(zh: "名称", en: "The name"))
    }

    static func noPlace(_ code: PlaceCode) -> Refusal {
        Refusal(
            .notFound, "place.none", zh: "没有可用的区划代码 \(code)。", en: "There is no usable place with the code \(code).",
            field: "place")
    }
}

extension PlaceCode {
    /// A neighbourhood's code that Yiju gave until its official one is known: 901 to 999.
    var isProvisional: Bool { level == .neighbourhood && digits.suffix(3) > "900" }
}
