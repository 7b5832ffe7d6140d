public import Identity
public import Kernel
import Store

extension Register {
    /// Makes a project what the draft says: its name, estates, buildings, measures and its programme's year. Its stage
    /// stays as it is; see `changeStage`. Measures that the draft repeats are kept as they are.
    /// - Parameter seen: the version the officer looked at.
    /// - Throws: `Refusals` by field; `Refusal` of kind `.conflict` when somebody changed the project since.
    public func correctProject(
        _ id: ID<Project>, _ draft: ProjectDraft, seen: Int, in deed: Deed
    ) throws -> Correction {
        guard let project = try project(id, in: deed.tx) else { throw Self.noProject }
        try deed.actor.require(.editProjects, at: project.place)
        let old = try estates(of: id, in: deed.tx)
        for estate in old { try deed.actor.require(.editProjects, at: estate.place) }
        let place = try place(of: draft, in: deed)
        guard project.version == seen else { throw Self.projectChangedMeanwhile }
        try Refusals.throwIfAny(projectRefusals(draft, in: deed))
        let years = try years(after: try steps(of: id, in: deed.tx), named: draft.plannedYear, in: deed.tx)
        let before = try content(of: id, project.name, project.plannedYear, in: deed.tx)
        try replaceParts(of: id, with: draft, in: deed)
        let after = try content(of: id, draft.name, years.planned, in: deed.tx)
        guard before != after else { return .unchanged }
        try deed.tx.run(
            """
            UPDATE project SET name = \(draft.name), place = \(place), planned_year = \(years.planned),
                version = version + 1, changed_at = \(deed.now) WHERE id = \(id)
            """)
        let changed = zip(before, after).filter { $0 != $1 }
        try deed.record(
            "project.correct", on: Subject("project", id), at: place, before: JSON.object(changed.map(\.0)).text,
            after: JSON.object(changed.map(\.1)).text)
        try refreshStages(of: Array(Set(old.map(\.id)).union(draft.estates)), in: deed)
        return .stored(version: project.version + 1)
    }

    static var projectChangedMeanwhile: Refusal {
        Refusal(
            .conflict, "project.changed", zh: "您编辑期间，另一位同事已修改该项目；请对照后再提交。",
            en: "Somebody changed this project while you were editing; compare and send it again.")
    }

    private func replaceParts(of id: ID<Project>, with draft: ProjectDraft, in deed: Deed) throws {
        try deed.tx.run("DELETE FROM project_estate WHERE project = \(id)")
        try deed.tx.run("DELETE FROM project_building WHERE project = \(id)")
        var fresh = draft
        for measure in try measures(of: id, in: deed.tx) {
            if let index = fresh.measures.firstIndex(of: MeasureDraft(measure)) {
                fresh.measures.remove(at: index)
            } else {
                try deed.tx.run("DELETE FROM project_measure WHERE id = \(measure.id)")
            }
        }
        try insertParts(of: id, fresh, in: deed)
    }

    /// What the record tells of a project, always in the same order: names that people know, not ids.
    func content(of id: ID<Project>, _ name: String, _ year: Int?, in tx: Tx) throws -> [JSON.Member] {
        func list(_ sql: SQL) throws -> JSON { .array(try tx.map(sql) { .string(try $0[0]) }) }
        return [
            JSON.Member("name", .string(name)),
            JSON.Member("plannedYear", year.map { .integer(Int64($0)) } ?? .null),
            JSON.Member(
                "estates",
                try list(
                    """
                    SELECT number FROM estate WHERE id IN (SELECT estate FROM project_estate WHERE project = \(id))
                    ORDER BY number
                    """)),
            JSON.Member(
                "buildings",
                try list(
                    """
                    SELECT estate.number || ' ' || building.name FROM building JOIN estate ON estate.id = building.estate
                    WHERE building.id IN (SELECT building FROM project_building WHERE project = \(id))
                    ORDER BY estate.number, length(building.name), building.name
                    """)),
            JSON.Member("measures", .array(try toldMeasures(of: id, in: tx).map(JSON.string))),
        ]
    }

    /// "roof", or "roof CS-00417 3栋 只做东侧" where there is more to say of it; the estate where it is one of several.
    private func toldMeasures(of id: ID<Project>, in tx: Tx) throws -> [String] {
        try tx.map(
            """
            SELECT item, building.name, estate.number, note,
                (SELECT count(*) FROM project_estate WHERE project = \(id)) AS estates
            FROM project_measure LEFT JOIN building ON building.id = project_measure.building
                LEFT JOIN estate ON estate.id = coalesce(building.estate, project_measure.estate)
            WHERE project = \(id)
            """
        ) { row in
            let (building, estate): (String?, String?) = (try row[1], try row[2])
            let estates: Int = try row[4]
            let isPlain = building == nil && estates < 2
            let words = [try row[0] as String, isPlain ? nil : estate, building, try row[3] as String]
            return words.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
        }.sorted()
    }
}

extension MeasureDraft {
    /// A measure as it stands.
    public init(_ measure: Measure) {
        self.init(
            item: measure.item, target: measure.target, building: measure.building, estate: measure.estate,
            note: measure.note)
    }
}
