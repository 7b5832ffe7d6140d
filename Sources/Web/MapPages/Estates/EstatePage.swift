import Components
import Evaluation
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// Everything the register knows of one estate, as its page shows it.
struct EstatePage {
    static let historyShown = 5

    let estate: Estate
    let survey: SurveyForm
    let stages: StageNames
    let places: PlaceNames
    let flags: [EstateFlag]
    let issues: [EstateIssue]
    /// Square metres within the outline; nil while nobody has drawn it.
    let outlinedM2: Double?
    let buildings: [Building]
    let photos: PhotoCard
    /// The leading one first.
    let projects: [Project]
    /// The steps of the leading project.
    let steps: [ProjectStep]
    let residences: [EstateResidence]
    let history: [RecordedAct]
    let words: HistoryWords
    /// Of the officers who entered facts.
    let names: PersonNames
    let canCorrect: Bool
    let canPlan: Bool
    /// Came here from saving a correction.
    let wasSaved: Bool
    /// Nil when it has no location.
    let map: MapSource?
    /// Of the latest evaluation, for readers of evaluations.
    let standing: EstateStanding?
    let money: EstateMoneyCard

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        let estate = try register.visibleEstate(try visit.id(), for: visit.actor, in: tx)
        self.estate = estate
        survey = try register.form(.estate, in: tx)
        stages = StageNames(try register.stageList(in: tx))
        flags = try register.flags(of: estate.id, in: tx)
        issues = try register.issues(of: estate.id, in: tx)
        outlinedM2 = try register.outlinedM2(of: estate.id, in: tx)
        buildings = try register.buildings(of: estate.id, in: tx)
        projects = try register.projects(of: estate.id, in: tx)
        steps = try projects.first.map { try register.steps(of: $0.id, in: tx) } ?? []
        residences = try register.residences(of: estate.id, in: tx)
        places = PlaceNames(
            try register.placeNames(
                residences.map(\.place) + [estate.place]
                    + issues.compactMap { $0.rule == .outsideDistrict ? PlaceCode($0.detail) : nil }, in: tx))
        let parts = EstateParts(
            of: estate.id, buildings, projects, form: try register.form(.building, in: tx), menu: visit.hall.menu)
        history = try RecordQueries.history(
            of: [Subject("estate", estate.id)] + parts.subjects, reader: visit.actor, limit: Self.historyShown,
            vault: visit.hall.vault, tx: tx)
        words = try HistoryWords(history, survey: survey, parts: parts, register: register, in: tx)
        names = try PersonNames(of: estate.facts.officers, reader: visit.actor, vault: visit.hall.vault, tx: tx)
        canCorrect = visit.actor.may(.correctEstates, at: estate.place)
        canPlan = visit.actor.may(.editProjects, at: estate.place)
        photos = try PhotoCard(of: estate.id, among: buildings, mayAdd: canCorrect, register, in: tx)
        wasSaved = visit.query["saved"] != nil
        standing = try EstateStanding(of: estate.id, visit, in: tx)
        money = try EstateMoneyCard(projects, visit, in: tx)
        // The number finds this one estate.
        map = try estate.location.map { place in
            try MapSource(EstateQuery.only(estate.number), frame: MapFrame(around: [place]), visit, in: tx)
        }
    }

    var link: Link { "/estates/\(estate.id)" }
    var edit: Link? { canCorrect ? "/estates/\(estate.id)/edit" : nil }
    var newProject: Link? { canPlan ? Link("/projects/new", ["estate": estate.id.description]) : nil }
    var facts: FactLines {
        FactLines(survey: survey, facts: estate.facts, names: names, place: estate.place, edit: edit)
    }

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try EstatePage(visit, in: tx)
        let t = visit.language
        return visit.page(
            page.estate.name, assets: (page.estate.location == nil ? [] : [.map]) + PhotoRoutes.assets,
            source: visit.registerSource, page.view(t))
    }
}

/// Where an estate stands in the latest evaluation.
struct EstateStanding {
    let run: EvaluationRun
    let scheme: Scheme
    let line: RankingLine

    /// Nil without the right to read it, without an evaluation, and for an estate registered since.
    init?(of estate: ID<Estate>, _ visit: Visit, in tx: Tx) throws {
        let evaluations = visit.hall.evaluations
        guard visit.actor.may(.readEvaluation), let run = try evaluations.latestRun(for: visit.actor, in: tx),
            let line = try evaluations.line(ifAny: estate, in: run, for: visit.actor, in: tx)
        else { return nil }
        self.run = run
        self.line = line
        scheme = try evaluations.scheme(of: run, in: tx)
    }
}

extension EstatePage {
    /// Done, now, next: the leading project's steps, then the stages it has still to pass.
    func life(_ t: Language) -> [LifeStep] {
        let current = stages[estate.stage]
        var done: [(stage: Stage, day: Day)] = []
        for step in steps.dropLast() where step.stage != current.code {
            // A project sent back passes a stage twice; the later day counts.
            done.removeAll { $0.stage.code == step.stage }
            let stage = stages[step.stage]
            if !current.isRunning || stage.position < current.position { done.append((stage, step.day)) }
        }
        let next = current.isRunning ? stages.next(after: current) : []
        return done.map { LifeStep($0.stage.name(t), date: monthText(t, $0.day), .done) }
            + [
                LifeStep(
                    current.name(t), date: (steps.last?.day ?? estate.stageDay).map { monthText(t, $0) }, .now,
                    look: current.look)
            ]
            + next.map { LifeStep($0.name(t), .next) }
    }
}
