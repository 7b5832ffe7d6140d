import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// What somebody wants a project to be, as typed.
struct ProjectForm: Sendable {
    /// Estates of one project that the form can show.
    static let estateLimit = 20

    let estates: [ID<Estate>]
    var buildings: Set<String>
    let name: String
    let plannedYear: String
    let stage: String
    let items: Set<String>

    /// From the address that leads to an empty form, or from the form sent back.
    init(_ form: FormData, _ menu: WorksMenu) {
        estates = form.all("estate").prefix(Self.estateLimit).compactMap { ID<Estate>($0) }
        buildings = Set(form.all("buildings"))
        name = form.text("name")
        plannedYear = form.text("plannedYear")
        stage = form.text("stage")
        items = Set(menu.classes.flatMap { form.all(Self.field($0)) })
    }

    static func field(_ class: WorksMenu.Class) -> String { "items-\(`class`.code)" }

    /// - Throws: a refusal at the field that cannot be read; the register checks the rest.
    func draft(_ menu: WorksMenu, _ stages: [Stage]) throws -> ProjectDraft {
        let year = Int(plannedYear)
        guard plannedYear.isEmpty || year != nil else {
            throw Refusal(
                "project.year", zh: "计划年度“\(plannedYear)”不是年份;请写成 2026。",
                en: "The programme's year “\(plannedYear)” is no year; write 2026.", field: "plannedYear")
        }
        guard NewProjectPage.firstStages(stages).contains(where: { $0.code == stage }) else {
            throw Refusal("project.stage", zh: "请选择项目现在的阶段。", en: "Choose the stage the project is in.", field: "stage")
        }
        // One measure an item; done on buildings it means all of the project's.
        let measures = menu.items.filter { items.contains($0.code) }.map {
            MeasureDraft(item: $0.code, target: $0.target, estate: estates.count == 1 ? estates.first : nil)
        }
        return ProjectDraft(
            name: name, estates: estates, buildings: buildings.sorted().compactMap { ID<Building>($0) },
            measures: measures, plannedYear: year, stage: stage)
    }
}

/// The form that makes a project of an estate.
struct NewProjectPage {
    struct Part {
        let estate: Estate
        let buildings: [Building]
        /// Buildings that a running project works on already.
        let taken: Set<ID<Building>>
    }

    let parts: [Part]
    let form: ProjectForm
    let refusals: [Refusal]
    let stages: [Stage]
    let menu: WorksMenu
    let places: PlaceNames
    let csrf: String
    let year: Int
    let isFirst: Bool
    /// What the reader looks for while no estate is chosen, and what is found.
    let search: String
    let candidates: [EstateLine]
    let found: Int

    private static let candidateLimit = 20

    /// - Parameter refusals: nil when the form is shown for the first time.
    init(_ visit: Visit, _ form: ProjectForm, refusals: [Refusal]? = nil, in tx: Tx) throws {
        let register = visit.hall.register
        var parts: [Part] = []
        for id in form.estates {
            let estate = try register.visibleEstate(id, for: visit.actor, in: tx)
            try visit.actor.require(.editProjects, at: estate.place)
            let running = try register.projects(of: id, in: tx).filter {
                $0.finishedYear == nil && $0.stage != "leftOut"
            }
            let taken = try running.flatMap { try register.buildings(of: $0.id, in: tx).map(\.id) }
            parts.append(Part(estate: estate, buildings: try register.buildings(of: id, in: tx), taken: Set(taken)))
        }
        self.parts = parts
        var form = form
        if refusals == nil {
            form.buildings = Set(
                parts.flatMap { part in part.buildings.filter { !part.taken.contains($0.id) }.map(\.id.description) })
        }
        self.form = form
        self.refusals = refusals ?? []
        stages = Self.firstStages(try register.stageList(in: tx))
        menu = visit.hall.menu
        var filter = EstateQuery(visit.query).filter
        filter.sort = .name
        let list =
            parts.isEmpty
            ? try register.estates(filter, size: Self.candidateLimit, for: visit.actor, in: tx) : nil
        search = filter.text
        candidates = list?.lines ?? []
        found = list?.total ?? 0
        places = PlaceNames(try register.placeNames(parts.map(\.estate.place) + candidates.map(\.place), in: tx))
        csrf = visit.csrf
        year = visit.dataDay.year
        isFirst = refusals == nil
    }

    /// A new project has not begun works yet.
    static func firstStages(_ stages: [Stage]) -> [Stage] {
        stages.filter { $0.tone == .awaiting || $0.tone == .programmed }
    }
}

extension NewProjectPage {
    func view(_ t: Language) -> Html {
        let crumbs = breadcrumbs(t, [Crumb(t("项目", "Projects"), "/projects"), Crumb(t("新建", "New"))])
        let head = pageHead(t("新建项目", "New project"))
        guard let first = parts.first else { return crumbs + head + chooser(t) }
        let buttons = formActions([
            submitButton(t("建立项目", "Create the project")),
            linkButton(t("取消", "Cancel"), "/estates/\(first.estate.id)", .plain),
        ])
        let body: Html = """
            \(Html.each(parts) { estate(t, $0) })\(basics(t))\(Html.each(menu.classes) { works(t, $0) })\(buttons)
            """
        let hidden = parts.map { ("estate", $0.estate.id.description) }
        return crumbs + head + errorSummary(t, refusals)
            + card(Components.form(action: "/projects", csrf: csrf, guardsChanges: true, hidden: hidden, body))
    }

    /// The first step when no estate was named in the address.
    private func chooser(_ t: Language) -> Html {
        let title = t("先选择小区", "Choose an estate first")
        let bar = filterBar(
            t, action: "/projects/new",
            [filterSearch(label: t("小区名称或编号", "Estate's name or number"), name: "q", value: search)],
            found: "\(t("找到 ", "Found "))<b>\(CityFigures.estates(t, found))</b>")
        if candidates.isEmpty {
            return card(title, bar + emptyState(t("没有找到小区", "No estate found"), "\(t("换个名称试试。", "Try another name."))"))
        }
        let columns = [
            TableColumn(t("编号", "Number")), TableColumn(t("名称", "Name"), .heading), TableColumn(t("所在", "Place")),
            TableColumn(t("户数", "Households"), .number),
        ]
        let rows = candidates.map { line in
            TableRow(
                [
                    code(line.number), "\(line.name)", "\(places.path(line.place, t))",
                    line.households.map { "\(grouped($0))" } ?? unknown(t),
                ], link: Link("/projects/new", ["estate": line.id.description]))
        }
        return card(title, bar + table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    private func error(_ field: String, _ t: Language) -> String? {
        refusals.first { $0.field == field }?.message(t)
    }

    private func estate(_ t: Language, _ part: Part) -> Html {
        let estate = part.estate
        let title = "\(estate.name)(\(estate.number),\(places.path(estate.place, t)))"
        if part.buildings.isEmpty {
            let words = t(
                "该小区还没有登记楼栋;项目的年度数字按楼栋计,请先登记楼栋,或只建室外、设施项目。",
                "No buildings are registered here. Yearly figures count a project's buildings: register them first, or make "
                    + "a project of grounds and facilities only.")
            return notice(.amber, title: title, "\(words)")
        }
        let choices = part.buildings.map { building in
            let households = building.whole(CoreFact.households).map {
                t("\(grouped($0)) 户", "\(grouped($0)) households")
            }
            let area = building.floorArea.map { "\(areaText($0)) m²" }
            let taken = part.taken.contains(building.id) ? t("已在进行中的项目里", "in a running project") : nil
            let help = [households, area, taken].compactMap { $0 }.joined(separator: " · ")
            return Choice(building.id.description, building.name, help: help.isEmpty ? nil : help)
        }
        return field(
            t,
            FormField(
                "buildings", title, .checkboxes(choices, selected: form.buildings),
                help: t(
                    "勾选本项目改造的楼栋;已在进行中的项目里的没有预先勾上。",
                    "Tick what this project works on; buildings of running projects are not ticked beforehand."),
                error: error("buildings", t)))
    }

    private func basics(_ t: Language) -> Html {
        let suggested = parts.map(\.estate.name).joined(separator: "、") + t("改造项目", " renewal")
        let name = FormField(
            "name", t("项目名称", "Name"), .text(isFirst ? String(suggested.prefix(100)) : form.name, limit: 100),
            error: error("name", t), required: true)
        let planned = FormField(
            "plannedYear", t("计划年度", "Programme's year"), .year(isFirst ? "" : form.plannedYear),
            help: t(
                "列入年度计划的年份,如 \(year);未列入时留空", "The year of the programme, such as \(year); empty when not programmed"),
            error: error("plannedYear", t))
        let stage = FormField(
            "stage", t("现在的阶段", "Stage"),
            .select(
                stages.map { Choice($0.code, $0.name(t)) }, selected: isFirst ? stages.first?.code ?? "" : form.stage),
            error: error("stage", t), required: true)
        return fieldset(t("项目", "Project"), Html.joined([name, planned, stage].map { field(t, $0) }))
    }

    private func works(_ t: Language, _ class: WorksMenu.Class) -> Html {
        let choices = menu.items(of: `class`.code).map { Choice($0.code, $0.name(t), help: $0.target.name(t)) }
        return field(
            t,
            FormField(
                ProjectForm.field(`class`), t("改造内容 · \(`class`.zh)", "Works · \(`class`.en)"),
                .checkboxes(choices, selected: form.items), help: `class`.rule.phrase(t)))
    }
}
