public import Geo
public import Kernel
public import Store

extension Register {
    /// One estate with all its facts. Rights are the caller's to check: see `visibleEstate`.
    public func estate(_ id: ID<Estate>, in tx: Tx) throws -> Estate? {
        guard
            let row = try tx.first(
                "SELECT estate.*, facts FROM estate JOIN estate_sheet ON estate_sheet.estate = id WHERE id = \(id)")
        else { return nil }
        let aliases = try tx.map("SELECT name FROM estate_alias WHERE estate = \(id) ORDER BY name") {
            try $0[0] as String
        }
        return try Estate(row, aliases: aliases)
    }

    /// Nil where no estate has this number.
    public func estateID(ofNumber number: String, in tx: Tx) throws -> ID<Estate>? {
        try tx.value("SELECT id FROM estate WHERE number = \(number)")
    }

    /// One estate as `actor` may see it.
    /// - Throws: a refusal of kind `.notFound` when there is none, `.forbidden` outside the actor's places: the officer
    ///   is told to ask for the right, and an id, which is random, gives nothing away. Buildings and projects likewise.
    public func visibleEstate(_ id: ID<Estate>, for actor: Actor, in tx: Tx) throws -> Estate {
        try actor.require(.readEstates)
        guard let estate = try estate(id, in: tx) else { throw Self.noEstate }
        try actor.require(.readEstates, at: estate.place)
        return estate
    }
}

extension Estate {
    init(_ row: Row, aliases: [String]) throws {
        let longitude: Double? = try row["longitude"]
        let latitude: Double? = try row["latitude"]
        self.init(
            id: try row["id"], number: try row["number"], name: try row["name"], place: try row["place"],
            address: try row["address"], officialCode: try row["official_code"], aliases: aliases,
            location: longitude.flatMap { longitude in
                latitude.map { Coordinate(longitude: longitude, latitude: $0) }
            },
            facts: try FactSheet(document: try row["facts"]), stage: try row["stage"], stageDay: try row["stage_day"],
            programmedYear: try row["programmed_year"], completedYear: try row["completed_year"],
            completeness: try row["completeness"], issues: try row["issues"], isGenerated: try row["generated"],
            version: try row["version"], changedAt: try row["changed_at"])
    }
}

/// A line of the list of estates.
public struct EstateLine: Sendable {
    public let id: ID<Estate>
    public let number: String
    public let name: String
    public let place: PlaceCode
    public let builtFrom: Int?
    public let builtTo: Int?
    public let households: Int?
    public let buildings: Int?
    public let floorArea: Area?
    public let location: Coordinate?
    public let stage: String
    public let programmedYear: Int?
    public let completedYear: Int?
    /// Thousandths.
    public let completeness: Int
    public let issues: Int
    public let flags: Int

    static let columns: SQL = """
        id, number, name, place, built_from, built_to, households, buildings, floor_area, longitude, latitude, stage,
        programmed_year, completed_year, completeness, issues, flags
        """

    init(_ row: Row) throws {
        id = try row["id"]
        number = try row["number"]
        name = try row["name"]
        place = try row["place"]
        builtFrom = try row["built_from"]
        builtTo = try row["built_to"]
        households = try row["households"]
        buildings = try row["buildings"]
        floorArea = try row["floor_area"]
        let longitude: Double? = try row["longitude"]
        let latitude: Double? = try row["latitude"]
        location = longitude.flatMap { longitude in latitude.map { Coordinate(longitude: longitude, latitude: $0) } }
        stage = try row["stage"]
        programmedYear = try row["programmed_year"]
        completedYear = try row["completed_year"]
        completeness = try row["completeness"]
        issues = try row["issues"]
        flags = try row["flags"]
    }
}

/// What the list of estates is asked for. Every part is optional and all must hold.
public struct EstateFilter: Sendable, Hashable {
    public enum Sort: String, Sendable, CaseIterable {
        case name, number, place, built, households, area, stage, completeness, changed
    }

    /// Found anywhere in name, aliases, number or address.
    public var text = ""
    public var place: PlaceCode?
    public var stages: Set<String> = []
    public var programmedYear: Int?
    public var completedYear: Int?
    /// Only estates of which something was completed, in whatever year.
    public var onlyCompleted = false
    public var builtFrom: Int?
    public var builtTo: Int?
    /// Only estates in which this data-quality rule finds something.
    public var rule: QualityRule?
    public var onlyWithIssues = false
    public var onlyFlagged = false
    /// Only estates that stand within, edges included.
    public var box: BoundingBox?
    public var sort = Sort.name
    public var descending = false

    public init() {}
}

/// One page of the list, with what all of the list adds up to.
public struct EstateList: Sendable {
    public let lines: [EstateLine]
    public let total: Int
    public let households: Int
    public let buildings: Int
    public let floorArea: Area
}

extension Register {
    public static let pageLimit = 200
    /// Pages a list can be leafed through; what lies further is found by its filters.
    public static let pagesLimit = 1_000_000

    /// One page of a list, whatever number was asked for.
    static func window(_ page: Int, _ size: Int) -> SQL {
        let size = min(max(size, 1), Register.pageLimit)
        return "LIMIT \(size) OFFSET \((min(max(page, 1), pagesLimit) - 1) * size)"
    }

    /// - Parameters:
    ///   - page: from 1.
    ///   - size: at most `pageLimit`.
    public func estates(
        _ filter: EstateFilter, page: Int = 1, size: Int = 50, for actor: Actor, in tx: Tx
    ) throws -> EstateList {
        try actor.require(.readEstates)
        let condition = filter.condition(within: actor.scope(.readEstates))
        if !filter.text.isEmpty { return try found(filter, condition, page: page, size: size, in: tx) }
        guard
            let totals = try tx.first(
                """
                SELECT count(*) AS total, CAST(coalesce(sum(households), 0) AS BIGINT) AS households,
                    CAST(coalesce(sum(buildings), 0) AS BIGINT) AS buildings,
                    CAST(coalesce(sum(floor_area), 0) AS BIGINT) AS area FROM estate WHERE \(condition)
                """)
        else { throw StoreError.statement("no totals") }
        let ids: SQL = """
            (SELECT id FROM (SELECT id FROM estate WHERE \(condition) ORDER BY \(filter.order)
                \(Self.window(page, size))) AS page)
            """
        return EstateList(
            lines: try lines(ids, filter.order, in: tx), total: try totals["total"],
            households: try totals["households"], buildings: try totals["buildings"], floorArea: try totals["area"])
    }

    func lines(_ ids: SQL, _ order: SQL, in tx: Tx) throws -> [EstateLine] {
        try tx.map("SELECT \(EstateLine.columns) FROM estate WHERE id IN \(ids) ORDER BY \(order)") {
            try EstateLine($0)
        }
    }

    /// A search for a text. To look at every estate's text takes nearly all the time, so it is done once for the page
    /// and the sums.
    private func found(
        _ filter: EstateFilter, _ condition: SQL, page: Int, size: Int, in tx: Tx
    ) throws -> EstateList {
        var ids: [ID<Estate>] = []
        var totals: Row?
        try tx.each(
            """
            WITH found AS MATERIALIZED (
                SELECT id, households, buildings, floor_area, sort_key\(filter.sortColumns) FROM estate
                WHERE \(condition))
            SELECT total, households, buildings, area, id FROM (
                SELECT count(*) AS total, CAST(coalesce(sum(households), 0) AS BIGINT) AS households,
                    CAST(coalesce(sum(buildings), 0) AS BIGINT) AS buildings,
                    CAST(coalesce(sum(floor_area), 0) AS BIGINT) AS area FROM found) AS totals
                LEFT JOIN (SELECT id FROM found AS estate ORDER BY \(filter.order) \(Self.window(page, size))) AS page
                ON 1 = 1
            """
        ) { row in
            totals = row
            if let id: ID<Estate> = try row["id"] { ids.append(id) }
        }
        guard let totals else { throw StoreError.statement("no totals") }
        return EstateList(
            lines: try lines("\(list: ids)", filter.order, in: tx), total: try totals["total"],
            households: try totals["households"], buildings: try totals["buildings"], floorArea: try totals["area"])
    }

    /// All lines that match, one at a time: exports and maps.
    public func eachEstate(
        _ filter: EstateFilter, for actor: Actor, in tx: Tx, _ body: (EstateLine) throws -> Void
    ) throws {
        try actor.require(.readEstates)
        let condition = filter.condition(within: actor.scope(.readEstates))
        try tx.each("SELECT \(EstateLine.columns) FROM estate WHERE \(condition) ORDER BY \(filter.order)") {
            try body(EstateLine($0))
        }
    }
}

extension EstateFilter {
    func condition(within scope: Scope) -> SQL {
        var conditions: [SQL] = ["\(place.map { scope.narrowed(to: $0) } ?? scope, contains: "place")"]
        let words = text.split(whereSeparator: \.isWhitespace).prefix(5)
        for word in words {
            let found: SQL = "search_key LIKE \(SQL.containing(NameKey.fold(String(word)))) ESCAPE '\\'"
            let long: SQL = "FROM estate_words WHERE \(found)"
            // Asked first whether any is found there: answered once, where looking up every estate would cost each row.
            conditions.append("(\(found) OR EXISTS (SELECT 1 \(long)) AND id IN (SELECT estate \(long)))")
        }
        if !stages.isEmpty { conditions.append("stage IN \(list: stages.sorted())") }
        if let year = programmedYear { conditions.append(Self.inProject("project.planned_year = \(year)")) }
        if let year = completedYear { conditions.append(Self.inProject("project.finished_year = \(year)")) }
        if onlyCompleted { conditions.append("completed_year IS NOT NULL") }
        if let year = builtFrom { conditions.append("built_to >= \(year)") }
        if let year = builtTo { conditions.append("built_from <= \(year)") }
        if onlyWithIssues { conditions.append("issues > 0") }
        if onlyFlagged { conditions.append("flags > 0") }
        if let box {
            conditions.append("longitude BETWEEN \(box.west) AND \(box.east)")
            conditions.append("latitude BETWEEN \(box.south) AND \(box.north)")
        }
        if let rule {
            conditions.append("id IN (SELECT estate FROM estate_issue WHERE rule = \(rule.rawValue))")
        }
        return SQL.all(conditions)
    }

    /// By the projects, as the yearly figures are counted: an estate may have been programmed twice.
    private static func inProject(_ condition: SQL) -> SQL {
        """
        id IN (SELECT estate FROM project_estate JOIN project ON project.id = project_estate.project
            WHERE \(condition) AND \(Project.isRunning))
        """
    }

    /// What `order` needs besides the name's key.
    fileprivate var sortColumns: SQL {
        switch sort {
        case .name, .households, .area: ""
        case .number: ", number"
        case .place: ", place"
        case .built: ", built_from"
        case .stage: ", stage"
        case .completeness: ", completeness"
        case .changed: ", changed_at"
        }
    }

    var order: SQL {
        let direction: SQL = descending ? " DESC" : ""
        guard let leading else { return "sort_key\(direction), id\(direction)" }
        return "\(leading)\(direction), sort_key, id"
    }

    /// What the list is sorted by before name and id; nil when by nothing else.
    var leading: SQL? {
        switch sort {
        case .name: nil
        case .number: "number"
        case .place: "place"
        case .built: "coalesce(built_from, 9999)"
        case .households: "coalesce(households, -1)"
        case .area: "coalesce(floor_area, -1)"
        case .stage: "(SELECT position FROM stage WHERE code = estate.stage)"
        case .completeness: "completeness"
        case .changed: "changed_at"
        }
    }
}
