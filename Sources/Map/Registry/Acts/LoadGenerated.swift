public import Identity
public import Kernel
import Store

/// An estate made by the demo city, with its buildings. Checked like any other before it is stored.
public struct GeneratedEstate: Sendable {
    public struct Building: Sendable {
        public let id: ID<Registry.Building>
        public let change: BuildingChange
        /// A GeoJSON polygon in CGCS2000.
        public let footprint: String?

        public init(id: ID<Registry.Building>, change: BuildingChange, footprint: String?) {
            self.id = id
            self.change = change
            self.footprint = footprint
        }
    }

    public let id: ID<Estate>
    /// The ordinal in the public number: 417 in "CS-00417".
    public let ordinal: Int
    /// Begins the number instead of the city's own letters; for data that span many cities.
    public let prefix: String?
    public let change: EstateChange
    public let buildings: [Building]

    public init(
        id: ID<Estate>, ordinal: Int, prefix: String? = nil, change: EstateChange, buildings: [Building]
    ) {
        self.id = id
        self.ordinal = ordinal
        self.prefix = prefix
        self.change = change
        self.buildings = buildings
    }
}

/// A project made by the demo city, with the dated steps it went through.
public struct GeneratedProject: Sendable {
    public let id: ID<Project>
    /// The ordinal in the public number: 12 in "CSP-0012".
    public let ordinal: Int
    public let draft: ProjectDraft
    public let place: PlaceCode
    /// From the first to the present one.
    public let steps: [ProjectStep]
    public let finishedYear: Int?

    public init(
        id: ID<Project>, ordinal: Int, draft: ProjectDraft, place: PlaceCode, steps: [ProjectStep], finishedYear: Int?
    ) {
        self.id = id
        self.ordinal = ordinal
        self.draft = draft
        self.place = place
        self.steps = steps
        self.finishedYear = finishedYear
    }
}

extension Register {
    /// Stores generated estates and their buildings, marked as generated; one line of the record for each estate.
    /// - Parameter checks: false only for data made to measure with, which span many cities.
    /// - Throws: `Refusals` when the generator made something the register would refuse from people.
    public func load(_ estates: [GeneratedEstate], checks: Bool = true, in deed: Deed) throws {
        try deed.actor.require(.editPlaces)
        let desk = try EstateDesk(self, deed)
        let buildingDesk = try BuildingDesk(self, deed)
        var rows: [NewEstate] = []
        var buildings: [NewBuilding] = []
        var refusals: [Refusal] = []
        for estate in estates {
            guard let place = estate.change.place else { continue }
            let state = EstateState(place: place).applying(estate.change)
            if checks { refusals += desk.rules.refusals(of: state) }
            var totals = BuildingTotals(count: estate.buildings.count, households: 0)
            for building in estate.buildings {
                let buildingState = BuildingState().applying(building.change)
                if checks { refusals += buildingDesk.refusals(of: buildingState) }
                totals.households = totals.households.flatMap { sum in
                    buildingState.facts.whole(CoreFact.households).map { sum + $0 }
                }
                if let location = buildingState.location { totals.located.append((buildingState.name, location)) }
                buildings.append(
                    NewBuilding(
                        id: building.id, estate: estate.id, place: place, state: buildingState,
                        footprint: building.footprint))
            }
            var row = NewEstate(id: estate.id, state: state)
            row.number = estate.prefix.map { "\($0)-\(estate.ordinal)" } ?? desk.number(estate.ordinal)
            row.life.isGenerated = true
            row.buildings = totals
            rows.append(row)
        }
        try Refusals.throwIfAny(Array(refusals.prefix(20)))
        _ = try desk.insert(rows, firstNumber: 0, act: "estate.generate")
        try buildingDesk.insert(buildings, act: nil)
        let next = (estates.map(\.ordinal).max() ?? 0) + 1
        try deed.tx.run(
            "UPDATE city SET next_estate = \(next) WHERE code = \(desk.city.code) AND next_estate < \(next)")
    }

    /// Stores generated projects; their estates must be stored already.
    public func load(_ projects: [GeneratedProject], in deed: Deed) throws {
        try deed.actor.require(.editPlaces)
        let city = try city(in: deed.tx)
        for project in projects {
            guard let last = project.steps.last else { continue }
            let digits = String(project.ordinal)
            let number = "\(city.prefix)P-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            let draft = project.draft
            try deed.tx.run(
                """
                INSERT INTO project (id, number, name, place, stage, stage_day, planned_year, finished_year, generated,
                    changed_at)
                VALUES (\(project.id), \(number), \(draft.name), \(project.place), \(last.stage), \(last.day),
                    \(draft.plannedYear), \(project.finishedYear), 1, \(deed.now))
                """)
            try insertParts(of: project.id, draft, in: deed)
            try deed.tx.insert(
                into: "project_stage", columns: ["project", "position", "stage", "day", "note"],
                rows: project.steps.enumerated().map {
                    [project.id.sqlValue, .integer(Int64($0 + 1)), .text($1.stage), $1.day.sqlValue, .text($1.note)]
                })
            try deed.record(
                "project.generate", on: Subject("project", project.id), at: project.place,
                after: JSON.object(["name": .string(draft.name), "stage": .string(last.stage)]).text)
        }
        let next = (projects.map(\.ordinal).max() ?? 0) + 1
        try deed.tx.run(
            "UPDATE city SET next_project = \(next) WHERE code = \(city.code) AND next_project < \(next)")
        try refreshAllStages(in: deed)
    }

    /// The same rule as `refreshStages`, for all estates at once.
    func refreshAllStages(in deed: Deed) throws {
        try deed.tx.run(
            """
            UPDATE estate SET
                stage = coalesce((SELECT project.stage \(Self.leading)), \(Stage.first)),
                stage_day = (SELECT project.stage_day \(Self.leading)),
                programmed_year = (SELECT max(project.planned_year) \(Self.running)),
                works_year = (\(Project.worksYear)),
                completed_year = (SELECT max(project.finished_year) \(Self.running))
            WHERE id IN (SELECT estate FROM project_estate)
            """)
    }

    private static let leading: SQL = """
        FROM project JOIN project_estate ON project_estate.project = project.id JOIN stage ON stage.code = project.stage
        WHERE project_estate.estate = estate.id
        ORDER BY \(Project.leadingFirst) LIMIT 1
        """

    private static let running: SQL = """
        FROM project JOIN project_estate ON project_estate.project = project.id
        WHERE project_estate.estate = estate.id AND \(Project.isRunning)
        """
}
