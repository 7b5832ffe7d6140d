public import Identity
public import Kernel
import Store

/// What a new project consists of.
public struct ProjectDraft: Sendable {
    public var name: String
    public var estates: [ID<Estate>]
    public var buildings: [ID<Building>]
    public var measures: [MeasureDraft]
    public var plannedYear: Int?
    public var stage: String

    public init(
        name: String, estates: [ID<Estate>], buildings: [ID<Building>] = [], measures: [MeasureDraft] = [],
        plannedYear: Int? = nil, stage: String = Stage.first
    ) {
        self.name = name
        self.estates = estates
        self.buildings = buildings
        self.measures = measures
        self.plannedYear = plannedYear
        self.stage = stage
    }
}

/// A measure on its way into a project.
public struct MeasureDraft: Sendable, Hashable {
    public var item: String
    public var target: Measure.Target
    public var building: ID<Building>?
    public var estate: ID<Estate>?
    public var note: String

    public init(
        item: String, target: Measure.Target, building: ID<Building>? = nil, estate: ID<Estate>? = nil,
        note: String = ""
    ) {
        self.item = item
        self.target = target
        self.building = building
        self.estate = estate
        self.note = note
    }
}

extension Register {
    public static let projectEstatesLimit = 20
    public static let projectBuildingsLimit = 1500
    public static let projectMeasuresLimit = 500

    /// Makes a project of one or more estates. Buildings must belong to them.
    public func createProject(_ draft: ProjectDraft, in deed: Deed) throws -> ID<Project> {
        let place = try place(of: draft, in: deed)
        try Refusals.throwIfAny(projectRefusals(draft, in: deed))
        let first = ProjectStep(stage: try usableStage(draft.stage, in: deed.tx).code, day: deed.today)
        let years = try years(after: [first], named: draft.plannedYear, in: deed.tx)
        let city = try city(in: deed.tx)
        let next: Int =
            try deed.tx.value(
                "UPDATE city SET next_project = next_project + 1 WHERE code = \(city.code) RETURNING next_project") ?? 2
        let id = ID<Project>(at: deed.now)
        let digits = String(next - 1)
        let number = "\(city.prefix)P-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        try deed.tx.run(
            """
            INSERT INTO project (id, number, name, place, stage, stage_day, planned_year, finished_year, changed_at)
            VALUES (\(id), \(number), \(draft.name), \(place), \(first.stage), \(first.day), \(years.planned),
                \(years.finished), \(deed.now))
            """)
        try insertParts(of: id, draft, in: deed)
        try append(first, to: id, in: deed)
        try deed.record(
            "project.create", on: Subject("project", id), at: place,
            after: JSON.object(
                [JSON.Member("stage", .string(first.stage))]
                    + content(of: id, draft.name, years.planned, in: deed.tx)
            ).text)
        try refreshStages(of: draft.estates, in: deed)
        return id
    }

    /// Moves a project to another stage on a day; the day may lie in the past, not in the future.
    public func changeStage(
        of id: ID<Project>, to stage: String, on day: Day, note: String = "", seen: Int, in deed: Deed
    ) throws {
        guard let project = try project(id, in: deed.tx) else { throw Self.noProject }
        try deed.actor.require(.editProjects, at: project.place)
        guard project.version == seen else { throw Self.projectChangedMeanwhile }
        let step = ProjectStep(stage: try usableStage(stage, in: deed.tx).code, day: day, note: note)
        var refusals = EstateRules.text(note, field: "note", limit: 200, label: Phrase(zh: "说明", en: "The note"))
        if day > deed.today || day < project.stageDay {
            refusals.append(
                Refusal(
                    "project.stage.day", zh: "日期须在上一阶段（\(project.stageDay)）与今天（\(deed.today)）之间。",
                    en: "The day must lie between the last stage's (\(project.stageDay)) and today (\(deed.today)).",
                    field: "day"))
        }
        try Refusals.throwIfAny(refusals)
        let years = try years(after: try steps(of: id, in: deed.tx) + [step], stated: project.plannedYear, in: deed.tx)
        try deed.tx.run(
            """
            UPDATE project SET stage = \(stage), stage_day = \(day), finished_year = \(years.finished),
                planned_year = \(years.planned), version = version + 1, changed_at = \(deed.now) WHERE id = \(id)
            """)
        try append(step, to: id, in: deed)
        try deed.record(
            "project.stage", on: Subject("project", id), at: project.place,
            before: Self.told(project.stage, project.stageDay, "", project.plannedYear, project.finishedYear),
            after: Self.told(stage, day, note, years.planned, years.finished))
        try refreshStages(of: estates(of: id, in: deed.tx).map(\.id), in: deed)
    }

    private static func told(_ stage: String, _ day: Day, _ note: String, _ planned: Int?, _ finished: Int?) -> String {
        let year = { (year: Int?) in year.map { JSON.integer(Int64($0)) } ?? .null }
        return JSON.object([
            "stage": .string(stage), "day": .string(day.description), "note": .string(note),
            "plannedYear": year(planned), "finishedYear": year(finished),
        ]).text
    }

    /// Where a project of these estates lies: the smallest place that holds them all, all of them the actor's.
    func place(of draft: ProjectDraft, in deed: Deed) throws -> PlaceCode {
        guard draft.estates.count <= Self.projectEstatesLimit else {
            throw Refusal(
                "project.estates.many", zh: "一个项目最多 \(Self.projectEstatesLimit) 个小区。",
                en: "A project may have \(Self.projectEstatesLimit) estates at most.", field: "estates")
        }
        let places = try deed.tx.map("SELECT place FROM estate WHERE id IN \(list: draft.estates)") {
            try $0[0] as PlaceCode
        }
        guard !draft.estates.isEmpty, places.count == Set(draft.estates).count, let place = Self.common(places) else {
            throw Refusal(
                "project.estates", zh: "请至少选择一个现有小区。", en: "Choose at least one existing estate.", field: "estates")
        }
        for each in places { try deed.actor.require(.editProjects, at: each) }
        return place
    }

    /// What must be mended in a project whose estates exist, by field.
    func projectRefusals(_ draft: ProjectDraft, in deed: Deed) throws -> [Refusal] {
        var refusals = EstateRules.text(
            draft.name, field: "name", limit: 100, required: true, label: Phrase(zh: "项目名称", en: "The project's name"))
        guard draft.buildings.count <= Self.projectBuildingsLimit else {
            return refusals + [
                Refusal(
                    "project.buildings.many", zh: "一个项目最多 \(Self.projectBuildingsLimit) 栋楼。",
                    en: "A project may have \(Self.projectBuildingsLimit) buildings at most.", field: "buildings")
            ]
        }
        let own: Int =
            try deed.tx.value(
                """
                SELECT count(*) FROM building WHERE id IN \(list: draft.buildings) AND estate IN \(list: draft.estates)
                """) ?? 0
        if own != Set(draft.buildings).count {
            refusals.append(
                Refusal(
                    "project.buildings", zh: "所选楼栋须属于所选小区。", en: "The buildings must belong to the estates chosen.",
                    field: "buildings"))
        }
        if let year = draft.plannedYear, !(2000...2100).contains(year) {
            refusals.append(
                Refusal(
                    "project.year", zh: "计划年度须在 2000 至 2100 之间。", en: "The programme's year must be 2000 to 2100.",
                    field: "plannedYear"))
        }
        let (estates, buildings) = (Set(draft.estates), Set(draft.buildings))
        let stray = draft.measures.first { measure in
            !(measure.estate.map { estates.contains($0) } ?? true)
                || !(measure.building.map { buildings.contains($0) } ?? true)
        }
        if stray != nil {
            refusals.append(
                Refusal(
                    "project.measures.stray", zh: "改造内容所在的小区或楼栋不属于本项目。",
                    en: "Works are done on an estate or building that is not the project's.", field: "measures"))
        }
        guard draft.measures.count <= Self.projectMeasuresLimit else {
            return refusals + [
                Refusal(
                    "project.measures", zh: "一个项目最多 \(Self.projectMeasuresLimit) 项措施。",
                    en: "A project may have \(Self.projectMeasuresLimit) measures at most.", field: "measures")
            ]
        }
        for measure in draft.measures {
            refusals += EstateRules.text(
                measure.note, field: "measures", limit: 200, label: Phrase(zh: "措施的说明", en: "The note on a measure"))
        }
        return refusals
    }

    func insertParts(of id: ID<Project>, _ draft: ProjectDraft, in deed: Deed) throws {
        try deed.tx.insert(
            into: "project_estate", columns: ["project", "estate"],
            rows: Set(draft.estates).map { [id.sqlValue, $0.sqlValue] })
        try deed.tx.insert(
            into: "project_building", columns: ["project", "building"],
            rows: Set(draft.buildings).map { [id.sqlValue, $0.sqlValue] })
        try insert(draft.measures, into: id, in: deed)
    }

    /// Measures are listed by id: in the order in which they were given, which is the menu's.
    func insert(_ measures: [MeasureDraft], into id: ID<Project>, in deed: Deed) throws {
        var ids = IDSequence()
        try deed.tx.insert(
            into: "project_measure", columns: ["id", "project", "item", "target", "building", "estate", "note"],
            rows: measures.map {
                let measure: ID<Measure> = ids.next(at: deed.now)
                return [
                    measure.sqlValue, id.sqlValue, .text($0.item), .text($0.target.rawValue),
                    $0.building.sqlValue, $0.estate.sqlValue, .text($0.note),
                ]
            })
    }

    private func append(_ step: ProjectStep, to id: ID<Project>, in deed: Deed) throws {
        try deed.tx.run(
            """
            INSERT INTO project_stage (project, position, stage, day, note)
            SELECT \(id), coalesce(max(position), 0) + 1, \(step.stage), \(step.day), \(step.note)
            FROM project_stage WHERE project = \(id)
            """)
    }

    /// An estate's stage is that of its most advanced running project; with none, it has been surveyed. Its years are
    /// those of its running projects.
    func refreshStages(of estates: [ID<Estate>], in deed: Deed) throws {
        let leftOut = Set(try stageList(in: deed.tx).filter { !$0.isRunning }.map(\.code))
        for estate in estates {
            let projects = try projects(of: estate, in: deed.tx)
            let leading = projects.first
            let running = projects.filter { !leftOut.contains($0.stage) }
            try deed.tx.run(
                """
                UPDATE estate SET stage = \(leading?.stage ?? Stage.first), stage_day = \(leading?.stageDay),
                    programmed_year = \(running.compactMap(\.plannedYear).max()),
                    works_year = (\(Project.worksYear)),
                    completed_year = \(running.compactMap(\.finishedYear).max()) WHERE id = \(estate)
                """)
        }
    }

    /// The smallest place that contains all of `places`.
    static func common(_ places: [PlaceCode]) -> PlaceCode? {
        guard var common = places.first else { return nil }
        for place in places.dropFirst() {
            while !common.contains(place) {
                guard let parent = common.parent else { return nil }
                common = parent
            }
        }
        return common
    }
}
