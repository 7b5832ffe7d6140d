public import Identity
public import Kernel
public import Store

/// What a district's estates in one year's programme have come to.
public struct ProgrammeCount: Sendable, Hashable {
    public var programmed = 0
    /// Of those, now in works.
    public var inWorks = 0
    /// Of those, now accepted or in aftercare.
    public var accepted = 0

    public init() {}
}

/// How many estates stood in each part of a project's life at the end of last year, at the end of each month since, and
/// now. Estates that were registered within the year count as if they had been there before.
public struct StageTrend: Sendable {
    /// The last of them is the day that was asked for.
    public let days: [Day]
    /// One number for each day.
    public let estates: [Stage.Tone: [Int]]

    /// The last day of each month of the year that is over, and the day that was asked for.
    public static func days(of year: Int, through last: Day) -> [Day] {
        let ends = (1...12).compactMap { Day(year: year, month: $0, day: 1)?.adding(days: -1) }
        return ends.filter { $0 < last } + [last]
    }
}

extension Register {
    /// The year's programme by district, as it stands now.
    public func programme(of year: Int, for actor: Actor, in tx: Tx) throws -> [PlaceCode: ProgrammeCount] {
        try actor.require(.readTotals)
        var districts: [PlaceCode: ProgrammeCount] = [:]
        try tx.each(
            """
            SELECT substr(estate.place, 1, 6) AS code, count(DISTINCT estate.id) AS programmed,
                count(DISTINCT CASE WHEN stage.tone = 'works' THEN estate.id END) AS in_works,
                count(DISTINCT CASE WHEN stage.tone IN ('accepted', 'aftercare') THEN estate.id END) AS accepted
            FROM project JOIN project_estate ON project_estate.project = project.id
                JOIN estate ON estate.id = project_estate.estate JOIN stage ON stage.code = estate.stage
            WHERE project.planned_year = \(year) AND \(Project.isRunning)
                AND \(actor.scope(.readTotals), contains: "estate.place") GROUP BY 1
            """
        ) { row in
            guard let code = PlaceCode(try row["code"] as String) else { return }
            var count = ProgrammeCount()
            count.programmed = try row["programmed"]
            count.inWorks = try row["in_works"]
            count.accepted = try row["accepted"]
            districts[code] = count
        }
        return districts
    }

    /// How the stock by stage came to be what `summary` says, over the year of `last`.
    public func stageTrend(
        to summary: Summary, through last: Day, for actor: Actor, in tx: Tx
    ) throws -> StageTrend {
        try actor.require(.readTotals)
        let days = StageTrend.days(of: last.year, through: last)
        let tones = Dictionary(
            try stageList(in: tx).map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        var estates: [Stage.Tone: [Int]] = [:]
        for (code, totals) in summary.byStage {
            let tone = tones[code]?.tone ?? .awaiting
            let sums = estates[tone] ?? days.map { _ in 0 }
            estates[tone] = sums.map { $0 + totals.estates }
        }
        for life in try movedEstates(after: days[0], for: actor, in: tx) {
            let now = life.tone(on: nil, tones)
            for (index, day) in days.enumerated().dropLast() {
                let then = life.tone(on: day, tones)
                guard then != now else { continue }
                estates[now, default: days.map { _ in 0 }][index] -= 1
                estates[then, default: days.map { _ in 0 }][index] += 1
            }
        }
        return StageTrend(days: days, estates: estates)
    }

    /// The dated steps of one estate's projects, each project's in their order.
    private struct EstateLife {
        var projects: [ID<Project>: [(stage: String, day: Day)]] = [:]

        /// The rule of `refreshStages` on an earlier day; nil: with all steps.
        func tone(on day: Day?, _ stages: [String: Stage]) -> Stage.Tone {
            let reached = projects.values.compactMap { steps in
                (day.map { day in steps.last { $0.day <= day } } ?? steps.last).flatMap { stages[$0.stage] }
            }
            let running = reached.filter(\.isRunning).max { $0.position < $1.position }
            return (running ?? reached.first ?? stages[Stage.first])?.tone ?? .awaiting
        }
    }

    /// Whichever estate has a project that was moved since: all others stand where they stood.
    private func movedEstates(after day: Day, for actor: Actor, in tx: Tx) throws -> [EstateLife] {
        var lives: [ID<Estate>: EstateLife] = [:]
        try tx.each(
            """
            SELECT estate.id AS estate, step.project AS project, step.stage AS stage, step.day AS day
            FROM estate JOIN project_estate ON project_estate.estate = estate.id
                JOIN project_stage AS step ON step.project = project_estate.project
            WHERE \(actor.scope(.readTotals), contains: "estate.place") AND estate.id IN (
                SELECT held.estate FROM project_stage AS moved
                    JOIN project_estate AS held ON held.project = moved.project
                WHERE moved.day > \(day))
            ORDER BY step.project, step.position
            """
        ) { row in
            let step: (String, Day) = (try row["stage"], try row["day"])
            lives[try row["estate"], default: EstateLife()].projects[try row["project"], default: []].append(step)
        }
        return Array(lives.values)
    }

    /// What estates, buildings and projects are called; a building with its estate. Others are left out.
    public func titles(of subjects: Set<Subject>, in tx: Tx) throws -> [Subject: String] {
        var titles: [Subject: String] = [:]
        func look(_ kind: String, _ query: (SQL) -> SQL) throws {
            let ids = subjects.filter { $0.kind == kind }.compactMap { ID<Never>($0.id)?.sqlValue }
            let list = SQL.joined(ids.map { "\(value: $0)" }, by: ", ")
            guard !ids.isEmpty else { return }
            try tx.each(query(list)) { row in titles[Subject(kind, try row[0] as ID<Never>)] = try row[1] }
        }
        try look("estate") { "SELECT id, name FROM estate WHERE id IN (\($0))" }
        try look("project") { "SELECT id, name FROM project WHERE id IN (\($0))" }
        try look("building") {
            """
            SELECT building.id, estate.name || ' ' || building.name FROM building
                JOIN estate ON estate.id = building.estate WHERE building.id IN (\($0))
            """
        }
        return titles
    }
}
