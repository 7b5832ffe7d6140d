public import Kernel
public import Store

/// How far a district has come.
public struct DistrictProgress: Sendable, Hashable {
    /// Estates with a project in the year's programme.
    public var programmed = 0
    /// Of those, the ones that now stand in works or further.
    public var begun = 0
    /// Estates now in works.
    public var inWorks = 0
    /// Estates now accepted or in aftercare.
    public var completed = 0
    /// Average completeness of the survey, thousandths.
    public var completeness = 0

    public init() {}
}

/// What the estates of one stage add up to.
public struct StageTotals: Sendable {
    public let stage: String
    public let totals: Totals
    /// How many of them have a location, and so stand on the map.
    public let located: Int
}

extension Register {
    /// - Parameter year: whose programme is asked for.
    public func progress(inProgrammeOf year: Int, for actor: Actor, in tx: Tx) throws -> [PlaceCode: DistrictProgress] {
        try actor.require(.readTotals)
        let within: SQL = "\(actor.scope(.readTotals), contains: "estate.place")"
        var districts: [PlaceCode: DistrictProgress] = [:]
        try tx.each(
            """
            SELECT substr(estate.place, 1, 6) AS code,
                CAST(sum(CASE WHEN stage.tone = 'works' THEN 1 ELSE 0 END) AS BIGINT) AS in_works,
                CAST(sum(CASE WHEN stage.tone IN ('accepted', 'aftercare') THEN 1 ELSE 0 END) AS BIGINT) AS completed,
                CAST(sum(estate.completeness) AS BIGINT) / count(*) AS completeness
            FROM estate JOIN stage ON stage.code = estate.stage WHERE \(within) GROUP BY 1
            """
        ) { row in
            guard let code = PlaceCode(try row["code"] as String) else { return }
            districts[code, default: DistrictProgress()].inWorks = try row["in_works"]
            districts[code, default: DistrictProgress()].completed = try row["completed"]
            districts[code, default: DistrictProgress()].completeness = try row["completeness"]
        }
        try tx.each(
            """
            SELECT substr(estate.place, 1, 6) AS code, count(DISTINCT estate.id) AS programmed,
                count(DISTINCT CASE WHEN stage.tone IN ('works', 'accepted', 'aftercare') THEN estate.id END) AS begun
            FROM project JOIN project_estate ON project_estate.project = project.id
                JOIN estate ON estate.id = project_estate.estate JOIN stage ON stage.code = estate.stage
            WHERE project.planned_year = \(year) AND \(Project.isRunning) AND \(within) GROUP BY 1
            """
        ) { row in
            guard let code = PlaceCode(try row["code"] as String) else { return }
            districts[code, default: DistrictProgress()].programmed = try row["programmed"]
            districts[code, default: DistrictProgress()].begun = try row["begun"]
        }
        return districts
    }

    /// The estates that match, by stage: the map's legend.
    public func stageTotals(_ filter: EstateFilter, for actor: Actor, in tx: Tx) throws -> [StageTotals] {
        try actor.require(.readEstates)
        return try tx.map(
            """
            SELECT stage, count(*) AS estates, CAST(coalesce(sum(buildings), 0) AS BIGINT) AS buildings,
                CAST(coalesce(sum(households), 0) AS BIGINT) AS households,
                CAST(coalesce(sum(floor_area), 0) AS BIGINT) AS area, count(longitude) AS located
            FROM estate WHERE \(filter.condition(within: actor.scope(.readEstates))) GROUP BY stage
            """
        ) { row in
            var totals = Totals()
            totals.estates = try row["estates"]
            totals.buildings = try row["buildings"]
            totals.households = try row["households"]
            totals.floorArea = try row["area"]
            return StageTotals(stage: try row["stage"], totals: totals, located: try row["located"])
        }
    }

    /// The years in which something was programmed or accepted, in order.
    public func projectYears(in tx: Tx) throws -> [Int] {
        try tx.map(
            """
            SELECT planned_year AS year FROM project WHERE planned_year IS NOT NULL
            UNION SELECT finished_year FROM project WHERE finished_year IS NOT NULL ORDER BY 1
            """
        ) { try $0["year"] }
    }
}
