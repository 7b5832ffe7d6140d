public import Kernel
public import Store

/// Estates and what they hold, added up. What no estate states counts nothing; `unknown…` says how many those are.
public struct Totals: Sendable, Hashable {
    public var estates = 0
    public var buildings = 0
    public var households = 0
    public var floorArea = Area(hundredthsM2: 0)
    /// Estates without a number of households: the sum lacks them.
    public var unknownHouseholds = 0
    public var unknownFloorArea = 0

    public init() {}
}

/// The city's figures: the stock from the estates' facts, the yearly figures from the projects' buildings.
public struct Summary: Sendable {
    public struct Year: Sendable, Hashable {
        /// Projects standing in that year's programme.
        public var programmed = Totals()
        /// Projects whose works were accepted in that year.
        public var completed = Totals()

        public init() {}
    }

    public let stock: Totals
    public let byDistrict: [(place: PlaceCode, totals: Totals)]
    public let byStage: [(stage: String, totals: Totals)]
    public let byYear: [(year: Int, figures: Year)]
    /// Estates with a project accepted at any time.
    public let everCompleted: Int
}

extension Register {
    /// - Parameter place: only what lies there; the whole city when nil. The figures of a subdistrict or neighbourhood
    ///   are for those who may read its estates: a few estates' totals say much of each.
    public func summary(of place: PlaceCode? = nil, for actor: Actor, in tx: Tx) throws -> Summary {
        try actor.require(.readTotals)
        let scope = place.map { actor.scope(.readTotals).narrowed(to: $0) } ?? actor.scope(.readTotals)
        for small in scope.places where small.level > .district { try actor.require(.readEstates, at: small) }
        let within: SQL = "\(scope, contains: "estate.place")"
        let stock = try totals(by: "'all'", within: within, in: tx).first?.1 ?? Totals()
        let districts = try totals(by: "substr(place, 1, 6)", within: within, in: tx)
        let stages = try totals(by: "stage", within: within, in: tx)
        let positions = Dictionary(
            uniqueKeysWithValues: try stageList(in: tx).map { ($0.code, $0.position) })
        let ever: Int? = try tx.value("SELECT count(completed_year) FROM estate WHERE \(within)")
        return Summary(
            stock: stock, byDistrict: districts.compactMap { code, totals in PlaceCode(code).map { ($0, totals) } },
            byStage: stages.map { ($0.0, $0.1) }.sorted { positions[$0.0, default: 0] < positions[$1.0, default: 0] },
            byYear: try years(within: within, in: tx), everCompleted: ever ?? 0)
    }

    private func totals(by key: SQL, within: SQL, in tx: Tx) throws -> [(String, Totals)] {
        try tx.map(
            """
            SELECT \(key) AS key, count(*) AS estates, CAST(coalesce(sum(buildings), 0) AS BIGINT) AS buildings,
                CAST(coalesce(sum(households), 0) AS BIGINT) AS households,
                CAST(coalesce(sum(floor_area), 0) AS BIGINT) AS area,
                count(*) - count(households) AS no_households, count(*) - count(floor_area) AS no_area
            FROM estate WHERE \(within) GROUP BY 1 ORDER BY 1
            """
        ) { row in
            var totals = Totals()
            totals.estates = try row["estates"]
            totals.buildings = try row["buildings"]
            totals.households = try row["households"]
            totals.floorArea = try row["area"]
            totals.unknownHouseholds = try row["no_households"]
            totals.unknownFloorArea = try row["no_area"]
            return (try row["key"], totals)
        }
    }

    private func years(within: SQL, in tx: Tx) throws -> [(year: Int, figures: Summary.Year)] {
        var years: [Int: Summary.Year] = [:]
        for (year, totals) in try yearly("planned_year", within: within, in: tx) {
            years[year, default: Summary.Year()].programmed = totals
        }
        for (year, totals) in try yearly("finished_year", within: within, in: tx) {
            years[year, default: Summary.Year()].completed = totals
        }
        return years.sorted { $0.key < $1.key }.map { (year: $0.key, figures: $0.value) }
    }

    /// A project's buildings count the yearly figures; a building in two projects of one year counts once.
    private func yearly(_ column: SQL, within: SQL, in tx: Tx) throws -> [(Int, Totals)] {
        var years: [Int: Totals] = [:]
        try tx.each(
            """
            SELECT project.\(column) AS year, count(DISTINCT estate.id) AS estates
            FROM project JOIN project_estate ON project_estate.project = project.id
                JOIN estate ON estate.id = project_estate.estate
            WHERE project.\(column) IS NOT NULL AND \(Project.isRunning) AND \(within) GROUP BY 1
            """
        ) { row in years[try row["year"], default: Totals()].estates = try row["estates"] }
        try tx.each(
            """
            SELECT year, count(*) AS buildings, CAST(coalesce(sum(households), 0) AS BIGINT) AS households,
                CAST(coalesce(sum(floor_area), 0) AS BIGINT) AS area
            FROM (SELECT DISTINCT project.\(column) AS year, building.id, building.households, building.floor_area
                FROM project JOIN project_building ON project_building.project = project.id
                    JOIN building ON building.id = project_building.building
                    JOIN estate ON estate.id = building.estate
                WHERE project.\(column) IS NOT NULL AND \(Project.isRunning) AND \(within)) AS built
            GROUP BY 1
            """
        ) { row in
            let year: Int = try row["year"]
            years[year, default: Totals()].buildings = try row["buildings"]
            years[year, default: Totals()].households = try row["households"]
            years[year, default: Totals()].floorArea = try row["area"]
        }
        return years.sorted { $0.key < $1.key }
    }

    /// The stages in their order.
    public func stageList(in tx: Tx) throws -> [Stage] {
        try tx.map("SELECT * FROM stage ORDER BY position") { row in
            Stage(
                code: try row["code"], position: try row["position"],
                name: Phrase(zh: try row["zh"], en: try row["en"]),
                tone: Stage.Tone(rawValue: try row["tone"]) ?? .awaiting, isRetired: try row["retired"])
        }
    }
}
