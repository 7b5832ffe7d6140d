import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// One project: its life line, what it works on, and the form that moves it on.
struct ProjectPage {
    /// What somebody typed into the form that moves a project on, and why it was refused.
    struct Attempt {
        let stage: String
        let day: String
        let note: String
        let refusals: [Refusal]
    }

    let project: Project
    let steps: [ProjectStep]
    let stages: StageNames
    let estates: [EstateLine]
    let buildings: [Building]
    let measures: [Measure]
    let menu: WorksMenu
    let places: PlaceNames
    let mayEdit: Bool
    let mayReadLedger: Bool
    let today: Day
    let csrf: String
    let attempt: Attempt?

    init(_ visit: Visit, attempt: Attempt? = nil, in tx: Tx) throws {
        let register = visit.hall.register
        project = try register.visibleProject(try visit.id(of: Project.self), for: visit.actor, in: tx)
        steps = try register.steps(of: project.id, in: tx)
        stages = StageNames(try register.stageList(in: tx))
        // A project over a district's border shows each reader his own estates.
        estates = try register.estates(of: project.id, in: tx).filter { visit.actor.may(.readEstates, at: $0.place) }
        buildings = try register.buildings(of: project.id, in: tx).filter {
            visit.actor.may(.readEstates, at: $0.place)
        }
        measures = try register.measures(of: project.id, in: tx)
        menu = visit.hall.menu
        places = PlaceNames(try register.placeNames(estates.map(\.place) + [project.place], in: tx))
        mayEdit = visit.actor.may(.editProjects, at: project.place)
        mayReadLedger = visit.actor.may(.readLedger, at: project.place)
        today = visit.today
        csrf = visit.csrf
        self.attempt = attempt
    }

    /// What the project's buildings add up to, as the yearly figures count them.
    var totals: Totals {
        var totals = Totals()
        totals.estates = estates.count
        totals.buildings = buildings.count
        for building in buildings {
            if let households = building.whole(CoreFact.households) {
                totals.households += households
            } else {
                totals.unknownHouseholds += 1
            }
            if let area = building.floorArea {
                totals.floorArea = totals.floorArea + area
            } else {
                totals.unknownFloorArea += 1
            }
        }
        return totals
    }

    /// Done and now from the record, next from the city's list of stages.
    func life(_ t: Language) -> [LifeStep] {
        let last = steps.count - 1
        var life = steps.enumerated().map { index, step in
            LifeStep(
                stages[step.stage].name(t), date: dayText(t, step.day), index == last ? .now : .done,
                note: step.note.isEmpty ? nil : step.note, look: stages[step.stage].look)
        }
        let present = stages[project.stage]
        guard present.isRunning else { return life }
        life += stages.next(after: present).map { LifeStep($0.name(t), .next) }
        return life
    }
}

extension Building {
    /// A fact as a whole number; nil when unknown.
    func whole(_ key: String) -> Int? { facts.value(key).asDouble.map { Int($0) } }

    var floorArea: Area? { facts.value(CoreFact.floorArea).asDouble.flatMap { Area(m2: $0) } }
}
