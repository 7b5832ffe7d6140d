public import Kernel
public import Store

/// How complete and consistent the data of a place are.
public struct Quality: Sendable {
    public struct PlaceLine: Sendable {
        public let place: PlaceCode
        public let estates: Int
        /// Average completeness, thousandths.
        public let completeness: Int
        public let withIssues: Int
        /// Estates surveyed more than three years ago, or never.
        public let outdated: Int
    }

    public struct FieldLine: Sendable {
        public let key: String
        public let known: Int
    }

    public let estates: Int
    public let byPlace: [PlaceLine]
    public let byField: [FieldLine]
    public let byRule: [(rule: QualityRule, estates: Int)]
    public let duplicateNames: [Duplicate]
}

/// Estates that look like one: the same name in one neighbourhood. For the same spot see `estatesOnOneSpot`.
public struct Duplicate: Sendable {
    public let name: String
    public let place: PlaceCode
    public let count: Int
}

extension Register {
    public static let duplicatesLimit = 100

    /// - Parameters:
    ///   - place: what to look at; lines are those of the level below it.
    ///   - today: a survey older than three years counts as outdated.
    public func quality(of place: PlaceCode, today: Day, for actor: Actor, in tx: Tx) throws -> Quality {
        try actor.require(.readEstates)
        let scope = actor.scope(.readEstates).narrowed(to: place)
        let within: SQL = "\(scope, contains: "place")"
        let digits = place.level < .district ? 6 : place.level < .subdistrict ? 9 : 12
        let limit = today.adding(days: -3 * 365)
        let lines = try tx.map(
            """
            SELECT substr(place, 1, \(literal: digits)) AS code, count(*) AS estates,
                CAST(sum(completeness) AS BIGINT) / count(*) AS completeness,
                CAST(sum(CASE WHEN issues > 0 THEN 1 ELSE 0 END) AS BIGINT) AS with_issues,
                CAST(sum(CASE WHEN surveyed_on IS NULL OR surveyed_on < \(limit) THEN 1 ELSE 0 END) AS BIGINT) AS outdated
            FROM estate WHERE \(within) GROUP BY 1 ORDER BY 1
            """
        ) { row in
            Quality.PlaceLine(
                place: PlaceCode(try row["code"] as String) ?? place, estates: try row["estates"],
                completeness: try row["completeness"], withIssues: try row["with_issues"],
                outdated: try row["outdated"])
        }
        return Quality(
            estates: lines.reduce(0) { $0 + $1.estates }, byPlace: lines, byField: try fields(within: within, in: tx),
            byRule: try rules(within: within, in: tx),
            duplicateNames: try duplicateNames(within: within, in: tx))
    }

    /// One pass adds up every question's bit; the form's order gives the bits their names.
    private func fields(within: SQL, in tx: Tx) throws -> [Quality.FieldLine] {
        let questions = try form(.estate, in: tx).questions.prefix(126)
        let sums = questions.indices.map { index -> SQL in
            let column: SQL = index < 63 ? "known_low" : "known_high"
            return "CAST(coalesce(sum((\(column) >> \(literal: index % 63)) & 1), 0) AS BIGINT)"
        }
        guard !sums.isEmpty,
            let row = try tx.first("SELECT \(SQL.joined(sums, by: ", ")) FROM estate WHERE \(within)")
        else { return [] }
        return try questions.enumerated().map { Quality.FieldLine(key: $1.key, known: try row[$0]) }
    }

    private func rules(within: SQL, in tx: Tx) throws -> [(rule: QualityRule, estates: Int)] {
        try tx.map(
            "SELECT rule, count(*) AS estates FROM estate_issue WHERE \(within) GROUP BY rule ORDER BY estates DESC, rule"
        ) { row in (QualityRule(rawValue: try row["rule"]), try row["estates"] as Int) }
        .compactMap { rule, count in rule.map { ($0, count) } }
    }

    private func duplicateNames(within: SQL, in tx: Tx) throws -> [Duplicate] {
        try tx.map(
            """
            SELECT name, place, count(*) AS count FROM estate WHERE \(within)
            GROUP BY place, name HAVING count(*) > 1 ORDER BY count DESC, name LIMIT \(Self.duplicatesLimit)
            """
        ) { Duplicate(name: try $0["name"], place: try $0["place"], count: try $0["count"]) }
    }
}
