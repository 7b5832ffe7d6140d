import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// What somebody wants a project to be, as typed.
struct ProjectForm: Sendable {
    /// Estates of one project that the form can show.
    static let estateLimit = Register.projectEstatesLimit

    let estates: [ID<Estate>]
    var buildings: Set<String>
    let name: String
    let plannedYear: String
    let stage: String
    let items: Set<String>
    /// Of the project as it was shown; nothing for a new one.
    let version: Int

    /// From the address that leads to an empty form, or from the form sent back.
    init(_ form: FormData, _ menu: WorksMenu) {
        let named = form.all("estate").flatMap { $0.split(separator: ",") }
        estates = named.prefix(Self.estateLimit).compactMap { ID<Estate>(String($0)) }
        buildings = Set(form.all("buildings"))
        name = form.text("name")
        plannedYear = form.text("plannedYear")
        stage = form.text("stage")
        items = Set(menu.classes.flatMap { form.all(Self.field($0)) })
        version = form.number("version") ?? 0
    }

    /// A project as it stands, with `more` estates to choose from.
    init(_ project: Project, more: [ID<Estate>], _ register: Register, in tx: Tx) throws {
        let own = try register.estates(of: project.id, in: tx).map(\.id)
        estates = Array((own + more.filter { !own.contains($0) }).prefix(Self.estateLimit))
        buildings = Set(try register.buildings(of: project.id, in: tx).map(\.id.description))
        name = project.name
        plannedYear = project.plannedYear.map { String($0) } ?? ""
        stage = project.stage
        items = Set(try register.measures(of: project.id, in: tx).map(\.item))
        version = project.version
    }

    static func field(_ class: WorksMenu.Class) -> String { "items-\(`class`.code)" }

    /// - Parameter kept: the project's measures so far; an item that stays ticked keeps its own.
    /// - Throws: a refusal at the field that cannot be read; the register checks the rest.
    func draft(_ menu: WorksMenu, kept: [Measure] = []) throws -> ProjectDraft {
        let year = Int(plannedYear)
        guard plannedYear.isEmpty || year != nil else {
            throw Refusal(
                "project.year", zh: "计划年度“\(plannedYear)”不是年份；请写成 2026。",
                en: "The programme's year “\(plannedYear)” is no year; write 2026.", field: "plannedYear")
        }
        let buildings = buildings.sorted().compactMap { ID<Building>($0) }
        let staying = kept.filter { measure in
            (measure.estate.map { estates.contains($0) } ?? true)
                && (measure.building.map { buildings.contains($0) } ?? true)
                // What the present menu does not show cannot be unticked.
                && (items.contains(measure.item) || menu.item(measure.item) == nil)
        }
        let known = Set(staying.map(\.item))
        // One measure an item; done on buildings it means all of the project's.
        let fresh = menu.items.filter { items.contains($0.code) && !known.contains($0.code) }.map {
            MeasureDraft(item: $0.code, target: $0.target, estate: estates.count == 1 ? estates.first : nil)
        }
        return ProjectDraft(
            name: name, estates: estates, buildings: buildings, measures: staying.map { MeasureDraft($0) } + fresh,
            plannedYear: year, stage: stage)
    }

    /// - Throws: a refusal when a new project cannot begin at the stage chosen.
    func checkStage(_ stages: [Stage]) throws {
        guard ProjectFormPage.firstStages(stages).contains(where: { $0.code == stage }) else {
            throw Refusal("project.stage", zh: "请选择项目现在的阶段。", en: "Choose the stage the project is in.", field: "stage")
        }
    }
}
