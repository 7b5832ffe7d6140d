public import Identity
public import Kernel
import Store

/// What became of a correction.
public enum Correction: Sendable {
    /// Stored; the estate has this version now.
    case stored(version: Int)
    /// Nothing differed.
    case unchanged
}

extension Register {
    /// Corrects facts of an estate. `seen` is the version the officer looked at: when somebody changed the estate
    /// since, the correction is refused, and the page shows both for a choice.
    /// - Throws: `Refusals` by field; `Refusal` of kind `.conflict` when the version is no longer `seen`.
    public func correctEstate(
        _ id: ID<Estate>, _ change: EstateChange, seen: Int, evidence: String = "", in deed: Deed
    ) throws -> Correction {
        let estate = try correctableEstate(id, in: deed)
        if let place = change.place { try deed.actor.require(.correctEstates, at: place) }
        guard estate.version == seen else { throw Self.changedMeanwhile }
        return try EstateDesk(self, deed).correct(estate, change, evidence: evidence)
    }

    /// The estate, which the actor may correct.
    func correctableEstate(_ id: ID<Estate>, in deed: Deed) throws -> Estate {
        guard let estate = try estate(id, in: deed.tx) else { throw Self.noEstate }
        try deed.actor.require(.readEstates, at: estate.place)
        try deed.actor.require(.correctEstates, at: estate.place)
        return estate
    }

    static var noEstate: Refusal {
        Refusal(
            .notFound, "estate.none", zh: "没有这个小区；请从列表中重新打开。", en: "There is no such estate; open it from the list.")
    }

    static var changedMeanwhile: Refusal {
        Refusal(
            .conflict, "estate.changed", zh: "您编辑期间，另一位同事已修改该小区；请对照后选择。",
            en: "Somebody changed this estate while you were editing; compare and choose.")
    }
}

extension EstateDesk {
    /// Checks and writes a change to an existing estate. What was wrong before and is not touched does not hinder it.
    func correct(
        _ estate: Estate, _ change: EstateChange, evidence: String = "", act: String = "estate.correct"
    ) throws -> Correction {
        let old = EstateState(estate)
        let new = old.applying(change)
        guard new != old else { return .unchanged }
        let (before, after) = new.difference(from: old)
        let changed = Set(after.members.map(\.key))
        var refusals = rules.refusals(of: new, changed: changed)
        refusals += EstateRules.evidence(evidence)
        if new.place != old.place { refusals += try placeRefusals(new.place) }
        try Refusals.throwIfAny(refusals)
        try write(estate, from: old, to: new)
        var told = after.members
        if !evidence.isEmpty { told.append(JSON.Member("evidence", .string(evidence))) }
        try deed.record(
            act, on: Subject("estate", estate.id), at: new.place, before: before.text, after: JSON.object(told).text)
        return .stored(version: estate.version + 1)
    }

    private func write(_ estate: Estate, from old: EstateState, to new: EstateState) throws {
        let derived = table.derive(new, buildings: try buildingTotals(of: estate.id))
        try table.update(estate.id, number: estate.number, new, derived, in: deed.tx)
        try table.replaceIssues(of: estate.id, at: new.place, with: derived.issues, in: deed.tx)
        if new.aliases != old.aliases { try table.replaceAliases(of: estate.id, with: new.aliases, in: deed.tx) }
        if new.place != old.place { try move(estate.id, to: new.place) }
    }

    /// The place code is a dated attribute: the old one ends today.
    func move(_ id: ID<Estate>, to place: PlaceCode, on day: Day? = nil) throws {
        let day = day ?? deed.today
        try deed.tx.run("UPDATE estate_place SET to_day = \(day) WHERE estate = \(id) AND to_day IS NULL")
        try deed.tx.run(
            """
            INSERT INTO estate_place (estate, place, from_day) VALUES (\(id), \(place), \(day))
            ON CONFLICT (estate, from_day, place) DO UPDATE SET to_day = NULL
            """)
        try deed.tx.run("UPDATE building SET place = \(place) WHERE estate = \(id)")
    }

    func buildingTotals(of id: ID<Estate>) throws -> BuildingTotals {
        guard
            let row = try deed.tx.first(
                """
                SELECT count(*) AS count, CAST(sum(households) AS BIGINT) AS households,
                    count(households) AS known FROM building WHERE estate = \(id)
                """)
        else { return BuildingTotals() }
        let (count, known): (Int, Int) = (try row["count"], try row["known"])
        let located = try deed.tx.map(
            """
            SELECT name, longitude, latitude FROM building
            WHERE estate = \(id) AND longitude IS NOT NULL AND latitude IS NOT NULL ORDER BY length(name), name
            """
        ) { (name: try $0[0] as String, location: Coordinate(longitude: try $0[1], latitude: try $0[2])) }
        return BuildingTotals(count: count, households: known == count ? try row["households"] : nil, located: located)
    }
}
