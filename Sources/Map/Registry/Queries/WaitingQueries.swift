public import Kernel
public import Store

/// What waits for somebody: counts of things to mend, each with a list behind it. Only what the reader may mend counts.
public struct Waiting: Sendable, Hashable {
    /// Estates for which anything below is to be done, each counted once.
    public var estates = 0
    /// Estates in which a data-quality rule finds something.
    public var withIssues = 0
    /// Estates surveyed too long ago, or never.
    public var outdated = 0
    /// Estates whose neighbourhood is unconfirmed or missing.
    public var withoutNeighbourhood = 0
    /// Neighbourhoods under a provisional code.
    public var unconfirmedNeighbourhoods = 0
    /// Answers from the field that met another value: somebody must choose.
    public var fieldConflicts = 0
    /// Files that were previewed and neither imported nor discarded.
    public var previewedImports = 0
    /// Since when the oldest of them waits.
    public var oldestImport: Instant?

    public init() {}

}

/// An estate with the day of its last survey; nil when there was none.
public struct SurveyLine: Sendable {
    public let estate: EstateLine
    public let surveyedOn: Day?
}

/// An estate with what the rules find in it.
public struct IssueLine: Sendable {
    public let estate: EstateLine
    public let issues: [QualityIssue]
}

extension Register {
    /// A survey counts as outdated after three years (default), as in `quality(of:)`.
    public static let surveyLifetimeDays = 3 * 365
    /// Most lines of the lists on the data-quality page.
    private static let worstLimit = 50

    /// Counts within the places where the actor may mend; a kind that the actor has no right to is zero.
    public func waiting(today: Day, for actor: Actor, in tx: Tx) throws -> Waiting {
        var waiting = Waiting()
        let mine = actor.scope(.correctEstates)
        if !mine.isEmpty, let row = try tx.first(Self.estatesToMend(mine, today: today)) {
            waiting.estates = try row["estates"]
            waiting.withIssues = try row["with_issues"]
            waiting.outdated = try row["outdated"]
            waiting.withoutNeighbourhood =
                try tx.value(
                    """
                    SELECT count(*) FROM estate_issue WHERE rule = \(QualityRule.neighbourhoodUnconfirmed.rawValue)
                        AND \(mine, contains: "place")
                    """) ?? 0
            waiting.unconfirmedNeighbourhoods =
                try tx.value(
                    """
                    SELECT count(*) FROM place WHERE confirmed = 0 AND ended_on IS NULL AND \(mine, contains: "code")
                    """) ?? 0
            waiting.fieldConflicts = try tx.value("SELECT count(*) FROM \(Self.openConflicts(mine))") ?? 0
        }
        let imports = actor.scope(.importEstates)
        let batches = try tx.first(
            """
            SELECT count(*) AS files, min(at) AS oldest FROM import_batch
            WHERE state = 'previewed' AND \(imports, contains: "place")
            """)
        if let batches {
            waiting.previewedImports = try batches["files"]
            waiting.oldestImport = try batches["oldest"]
        }
        return waiting
    }

    private static func estatesToMend(_ scope: Scope, today: Day) -> SQL {
        """
        SELECT
            CAST(coalesce(sum(CASE WHEN issues > 0 OR \(outdated(today)) THEN 1 ELSE 0 END), 0) AS BIGINT) AS estates,
            CAST(coalesce(sum(CASE WHEN issues > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS with_issues,
            CAST(coalesce(sum(CASE WHEN \(outdated(today)) THEN 1 ELSE 0 END), 0) AS BIGINT) AS outdated
        FROM estate WHERE \(scope, contains: "place")
        """
    }

    private static func outdated(_ today: Day) -> SQL {
        "(surveyed_on IS NULL OR surveyed_on < \(today.adding(days: -surveyLifetimeDays)))"
    }

    /// The estates to survey again, those never surveyed first, then the oldest.
    public func outdatedEstates(
        of place: PlaceCode, today: Day, page: Int, size: Int, for actor: Actor, in tx: Tx
    ) throws -> (lines: [SurveyLine], total: Int) {
        try actor.require(.readEstates)
        let scope = actor.scope(.readEstates).narrowed(to: place)
        let condition: SQL = "\(scope, contains: "place") AND \(Self.outdated(today))"
        let lines = try tx.map(
            """
            SELECT \(EstateLine.columns), surveyed_on FROM estate WHERE \(condition)
            ORDER BY coalesce(surveyed_on, ''), sort_key, id \(Self.window(page, size))
            """
        ) { SurveyLine(estate: try EstateLine($0), surveyedOn: try $0["surveyed_on"]) }
        return (lines, try tx.value("SELECT count(*) FROM estate WHERE \(condition)") ?? 0)
    }

    /// How many estates were last surveyed in which year; nil: never. The latest year first, never last.
    public func surveyYears(of place: PlaceCode, for actor: Actor, in tx: Tx) throws -> [(year: Int?, estates: Int)] {
        try actor.require(.readEstates)
        let scope = actor.scope(.readEstates).narrowed(to: place)
        let years = try tx.map(
            """
            SELECT substr(surveyed_on, 1, 4) AS year, count(*) AS estates FROM estate
            WHERE \(scope, contains: "place") GROUP BY 1
            """
        ) { row in (year: (try row["year"] as String?).flatMap { Int($0) }, estates: try row["estates"] as Int) }
        return years.sorted { ($0.year ?? 0) > ($1.year ?? 0) }
    }

    /// The estates with the most contradictions, with what they are.
    public func worstEstates(of place: PlaceCode, limit: Int = 20, for actor: Actor, in tx: Tx) throws -> [IssueLine] {
        try actor.require(.readEstates)
        let scope = actor.scope(.readEstates).narrowed(to: place)
        let estates = try tx.map(
            """
            SELECT \(EstateLine.columns) FROM estate WHERE \(scope, contains: "place") AND issues > 0
            ORDER BY issues DESC, completeness, sort_key, id LIMIT \(min(max(limit, 1), Self.worstLimit))
            """
        ) { try EstateLine($0) }
        var issues: [ID<Estate>: [QualityIssue]] = [:]
        try tx.each(
            "SELECT estate, rule, detail FROM estate_issue WHERE estate IN \(list: estates.map(\.id)) ORDER BY rule"
        ) { row in
            guard let rule = QualityRule(rawValue: try row["rule"]) else { return }
            issues[try row["estate"], default: []].append(QualityIssue(rule: rule, detail: try row["detail"]))
        }
        return estates.map { IssueLine(estate: $0, issues: issues[$0.id] ?? []) }
    }

    /// Estates of one district that stand within some ten metres of each other, one group each.
    public func estatesOnOneSpot(of place: PlaceCode, for actor: Actor, in tx: Tx) throws -> [[EstateLine]] {
        try actor.require(.readEstates)
        let scope = actor.scope(.readEstates).narrowed(to: place)
        let within: SQL = "\(scope, contains: "place") AND longitude IS NOT NULL"
        let spot: SQL =
            """
            substr(place, 1, 6) AS spot_district, round(longitude * 10000) AS spot_x,
            round(latitude * 10000) AS spot_y
            """
        var groups: [[EstateLine]] = []
        var last: (String, Double, Double)?
        try tx.each(
            """
            SELECT \(EstateLine.columns), spot_district, spot_x, spot_y FROM (SELECT \(spot) FROM estate WHERE \(within)
                    GROUP BY 1, 2, 3 HAVING count(*) > 1 LIMIT \(Self.worstLimit)) AS spot
                JOIN estate ON substr(place, 1, 6) = spot_district AND round(longitude * 10000) = spot_x
                    AND round(latitude * 10000) = spot_y
            WHERE \(within) ORDER BY spot_district, spot_x, spot_y, sort_key, id
            """
        ) { row in
            let key: (String, Double, Double) = (try row["spot_district"], try row["spot_x"], try row["spot_y"])
            if let last, last == key {
                groups[groups.count - 1].append(try EstateLine(row))
            } else {
                groups.append([try EstateLine(row)])
            }
            last = key
        }
        return groups
    }
}
