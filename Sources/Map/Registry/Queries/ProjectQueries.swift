public import Kernel
public import Store

/// A project with what its buildings add up to.
public struct ProjectLine: Sendable {
    public let project: Project
    public let estates: Int
    public let buildings: Int
    public let households: Int
    public let floorArea: Area
}

/// A dated step of a project.
public struct ProjectStep: Sendable {
    public let stage: String
    public let day: Day
    public let note: String

    public init(stage: String, day: Day, note: String = "") {
        self.stage = stage
        self.day = day
        self.note = note
    }
}

/// Which projects a list shows: what is nil or empty does not restrict.
public struct ProjectFilter: Sendable, Hashable {
    public var text = ""
    public var place: PlaceCode?
    public var stage: String?
    public var plannedYear: Int?
    public var finishedYear: Int?

    public init() {}
}

/// One page of projects with the totals of all that match.
public struct ProjectList: Sendable {
    public let lines: [ProjectLine]
    public let total: Int
    public let sum: Totals
}

extension Register {
    public func projects(
        _ filter: ProjectFilter, page: Int = 1, size: Int = 50, for actor: Actor, in tx: Tx
    ) throws -> ProjectList {
        try actor.require(.readEstates)
        let condition = filter.condition(within: actor.scope(.readEstates))
        let lines = try projectLines(
            "SELECT * FROM project WHERE \(condition) ORDER BY number DESC \(Self.window(page, size))", in: tx)
        return ProjectList(
            lines: lines, total: try tx.value("SELECT count(*) FROM project WHERE \(condition)") ?? 0,
            sum: try sum(of: condition, in: tx))
    }

    /// All that match, one at a time: exports.
    func eachProject(
        _ filter: ProjectFilter, for actor: Actor, in tx: Tx, _ body: (ProjectLine) throws -> Void
    ) throws {
        let condition = filter.condition(within: actor.scope(.readEstates))
        try tx.each(Self.projectLines("SELECT * FROM project WHERE \(condition)")) { try body(ProjectLine($0)) }
    }

    func projectLines(_ projects: SQL, in tx: Tx) throws -> [ProjectLine] {
        try tx.map(Self.projectLines(projects)) { try ProjectLine($0) }
    }

    private static func projectLines(_ projects: SQL) -> SQL {
        """
        SELECT project.*, (SELECT count(*) FROM project_estate WHERE project = project.id) AS estate_count,
            count(building.id) AS building_count, CAST(coalesce(sum(building.households), 0) AS BIGINT) AS households,
            CAST(coalesce(sum(building.floor_area), 0) AS BIGINT) AS area
        FROM (\(projects)) AS project
            LEFT JOIN project_building ON project_building.project = project.id
            LEFT JOIN building ON building.id = project_building.building
        GROUP BY \(Project.columns) ORDER BY project.number DESC
        """
    }

    private func sum(of condition: SQL, in tx: Tx) throws -> Totals {
        var totals = Totals()
        let chosen: SQL = "(SELECT id FROM project WHERE \(condition))"
        totals.estates =
            try tx.value("SELECT count(DISTINCT estate) FROM project_estate WHERE project IN \(chosen)") ?? 0
        let row = try tx.first(
            """
            SELECT count(*) AS buildings, CAST(coalesce(sum(households), 0) AS BIGINT) AS households,
                CAST(coalesce(sum(floor_area), 0) AS BIGINT) AS area
            FROM building WHERE id IN (SELECT building FROM project_building WHERE project IN \(chosen))
            """)
        if let row {
            totals.buildings = try row["buildings"]
            totals.households = try row["households"]
            totals.floorArea = try row["area"]
        }
        return totals
    }

    /// How many projects stand at each stage, as far as the reader may see them.
    public func projectsByStage(for actor: Actor, in tx: Tx) throws -> [String: Int] {
        try actor.require(.readEstates)
        let pairs = try tx.map(
            """
            SELECT stage, count(*) FROM project WHERE \(actor.scope(.readEstates), contains: "place") GROUP BY stage
            """
        ) { (try $0[0] as String, try $0[1] as Int) }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// Nil when there is none; whether the reader may see it is asked by `visibleProject`.
    public func project(_ id: ID<Project>, in tx: Tx) throws -> Project? {
        try tx.first("SELECT * FROM project WHERE id = \(id)").map { try Project($0) }
    }

    /// - Throws: a refusal of kind `.notFound` or `.forbidden`.
    public func visibleProject(_ id: ID<Project>, for actor: Actor, in tx: Tx) throws -> Project {
        try actor.require(.readEstates)
        guard let project = try project(id, in: tx) else { throw Self.noProject }
        try actor.require(.readEstates, at: project.place)
        return project
    }

    static var noProject: Refusal {
        Refusal(
            .notFound, "project.none", zh: "没有这个项目；请从列表中重新打开。", en: "There is no such project; open it from the list.")
    }

    /// The projects of an estate, the most advanced running one first.
    public func projects(of estate: ID<Estate>, in tx: Tx) throws -> [Project] {
        try tx.map(
            """
            SELECT project.* FROM project JOIN project_estate ON project_estate.project = project.id
                JOIN stage ON stage.code = project.stage
            WHERE project_estate.estate = \(estate) ORDER BY \(Project.leadingFirst)
            """
        ) { try Project($0) }
    }

    public func steps(of project: ID<Project>, in tx: Tx) throws -> [ProjectStep] {
        try tx.map("SELECT stage, day, note FROM project_stage WHERE project = \(project) ORDER BY position") {
            ProjectStep(stage: try $0["stage"], day: try $0["day"], note: try $0["note"])
        }
    }

    public func estates(of project: ID<Project>, in tx: Tx) throws -> [EstateLine] {
        try tx.map(
            """
            SELECT \(EstateLine.columns) FROM estate
            WHERE id IN (SELECT estate FROM project_estate WHERE project = \(project)) ORDER BY sort_key, id
            """
        ) { try EstateLine($0) }
    }

    public func measures(of project: ID<Project>, in tx: Tx) throws -> [Measure] {
        try tx.map("SELECT * FROM project_measure WHERE project = \(project) ORDER BY id") { row in
            Measure(
                id: try row["id"], item: try row["item"],
                target: Measure.Target(rawValue: try row["target"]) ?? .grounds, building: try row["building"],
                estate: try row["estate"], note: try row["note"])
        }
    }
}

extension ProjectLine {
    fileprivate init(_ row: Row) throws {
        self.init(
            project: try Project(row), estates: try row["estate_count"], buildings: try row["building_count"],
            households: try row["households"], floorArea: try row["area"])
    }
}

extension ProjectFilter {
    func condition(within scope: Scope) -> SQL {
        var conditions: [SQL] = [
            "\(place.map { scope.narrowed(to: $0) } ?? scope, contains: "project.place")"
        ]
        if !text.isEmpty {
            let pattern = SQL.containing(text)
            conditions.append(
                "(project.name LIKE \(pattern) ESCAPE '\\' OR project.number LIKE \(pattern) ESCAPE '\\')")
        }
        if let stage { conditions.append("project.stage = \(stage)") }
        if let year = plannedYear { conditions.append("project.planned_year = \(year) AND \(Project.isRunning)") }
        if let year = finishedYear {
            conditions.append("project.finished_year = \(year) AND \(Project.isRunning)")
        }
        return SQL.all(conditions)
    }
}

extension Project {
    /// Not left out.
    static let isRunning: SQL = "project.stage NOT IN (SELECT code FROM stage WHERE tone = 'leftOut')"

    /// The year in which works on an estate began, of a statement about `estate`; nil before.
    static let worksYear: SQL = """
        SELECT CAST(substr(min(project_stage.day), 1, 4) AS BIGINT) FROM project_stage
        JOIN project_estate ON project_estate.project = project_stage.project
        JOIN project ON project.id = project_stage.project JOIN stage ON stage.code = project_stage.stage
        WHERE project_estate.estate = estate.id AND stage.tone = 'works' AND \(isRunning)
        """

    /// The most advanced running project before the others, where `project` is joined with its `stage`.
    static let leadingFirst: SQL = """
        CASE WHEN stage.tone = 'leftOut' THEN 1 ELSE 0 END, stage.position DESC, project.number DESC
        """

    static let columns: SQL = """
        project.id, project.number, project.name, project.place, project.stage, project.stage_day,
        project.planned_year, project.finished_year, project.generated, project.version, project.changed_at
        """

    init(_ row: Row) throws {
        self.init(
            id: try row["id"], number: try row["number"], name: try row["name"], place: try row["place"],
            stage: try row["stage"], stageDay: try row["stage_day"], plannedYear: try row["planned_year"],
            finishedYear: try row["finished_year"], isGenerated: try row["generated"], version: try row["version"])
    }
}
