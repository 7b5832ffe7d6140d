import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// The form that makes a project of an estate, or corrects one.
struct ProjectFormPage {
    struct Part {
        let estate: Estate
        let buildings: [Building]
        /// Buildings that another running project works on already.
        let taken: Set<ID<Building>>
    }

    /// Nil for a new one.
    let project: Project?
    let parts: [Part]
    let form: ProjectForm
    let refusals: [Refusal]
    let stages: [Stage]
    let menu: WorksMenu
    let places: PlaceNames
    let csrf: String
    let year: Int
    /// A new one, shown for the first time.
    let isFirst: Bool
    /// What the reader looks for while no estate is chosen, and what is found.
    let search: String
    let candidates: [EstateLine]
    let found: Int

    private static let candidateLimit = 20

    /// - Parameter refusals: nil when the form is shown for the first time.
    init(
        _ visit: Visit, _ form: ProjectForm, of project: Project? = nil, refusals: [Refusal]? = nil, in tx: Tx
    ) throws {
        let register = visit.hall.register
        let all = try register.stageList(in: tx)
        let leftOut = Set(all.filter { !$0.isRunning }.map(\.code))
        var parts: [Part] = []
        for id in form.estates {
            let estate = try register.visibleEstate(id, for: visit.actor, in: tx)
            try visit.actor.require(.editProjects, at: estate.place)
            let running = try register.projects(of: id, in: tx).filter {
                $0.finishedYear == nil && !leftOut.contains($0.stage) && $0.id != project?.id
            }
            let taken = try running.flatMap { try register.buildings(of: $0.id, in: tx).map(\.id) }
            parts.append(Part(estate: estate, buildings: try register.buildings(of: id, in: tx), taken: Set(taken)))
        }
        self.project = project
        self.parts = parts
        var form = form
        isFirst = refusals == nil && project == nil
        if isFirst {
            form.buildings = Set(
                parts.flatMap { part in part.buildings.filter { !part.taken.contains($0.id) }.map(\.id.description) })
        }
        self.form = form
        self.refusals = refusals ?? []
        stages = Self.firstStages(all)
        menu = visit.hall.menu
        var filter = EstateQuery(visit.query).filter
        filter.sort = .name
        let isAsked = parts.isEmpty || project != nil && !filter.text.isEmpty
        let list = isAsked ? try register.estates(filter, size: Self.candidateLimit, for: visit.actor, in: tx) : nil
        search = filter.text
        candidates = list?.lines ?? []
        found = list?.total ?? 0
        places = PlaceNames(try register.placeNames(parts.map(\.estate.place) + candidates.map(\.place), in: tx))
        csrf = visit.csrf
        year = visit.dataDay.year
    }

    /// A new project has not begun works yet.
    static func firstStages(_ stages: [Stage]) -> [Stage] {
        stages.filter { $0.tone < .works && !$0.isRetired }
    }

    /// The form for a project on file; estates named in the address are added to it.
    static func edit(_ visit: Visit, in tx: Tx) throws -> ProjectFormPage {
        let project = try editable(visit, in: tx)
        let more = ProjectForm(visit.query, visit.hall.menu).estates
        return try ProjectFormPage(
            visit, ProjectForm(project, more: more, visit.hall.register, in: tx), of: project, in: tx)
    }

    static func editable(_ visit: Visit, in tx: Tx) throws -> Project {
        let project = try visit.hall.register.visibleProject(try visit.id(), for: visit.actor, in: tx)
        try visit.actor.require(.editProjects, at: project.place)
        return project
    }
}

extension ProjectFormPage {
    func view(_ t: Language) -> Html {
        project.map { edit(t, $0) } ?? create(t)
    }

    private func create(_ t: Language) -> Html {
        let crumbs = breadcrumbs(t, [Crumb(t("项目", "Projects"), "/projects"), Crumb(t("新建", "New"))])
        let head = pageHead(t("新建项目", "New project"))
        guard let first = parts.first else { return crumbs + head + chooser(t, action: "/projects/new") }
        let buttons = formActions([
            submitButton(t("建立项目", "Create the project")),
            linkButton(t("取消", "Cancel"), "/estates/\(first.estate.id)", .plain),
        ])
        let hidden = parts.map { ("estate", $0.estate.id.description) }
        return crumbs + head + errorSummary(t, refusals)
            + card(
                Components.form(
                    action: "/projects", csrf: csrf, guardsChanges: true, hidden: hidden, fields(t) + buttons))
    }

    private func edit(_ t: Language, _ project: Project) -> Html {
        let page: Link = "/projects/\(project.id)"
        let action: Link = "/projects/\(project.id)/edit"
        let title = t("更正项目", "Correct the project")
        let crumbs = breadcrumbs(t, [Crumb(t("项目", "Projects"), "/projects"), Crumb(project.name, page), Crumb(title)])
        let buttons = formActions([
            submitButton(t("保存更正", "Save")), linkButton(t("取消", "Cancel"), page, .plain),
        ])
        let estates = FormField(
            "estate", t("小区", "Estates"),
            .checkboxes(
                parts.map {
                    Choice($0.estate.id.description, $0.estate.name, help: $0.estate.number)
                }, selected: Set(form.estates.map(\.description))),
            help: t("去掉小区时，也请去掉它的楼栋。", "When taking an estate out, untick its buildings as well."),
            error: error("estates", t) ?? error("measures", t))
        let conflict: Html =
            refusals.contains { $0.kind == .conflict }
            ? notice(
                .cinnabar, title: t("别人先修改了这个项目", "Somebody else changed this project first"),
                "\(t("请打开项目页核对，再重新更正。", "Open the project, compare, and correct it again."))",
                actions: [linkButton(t("打开项目", "Open the project"), page)])
            : errorSummary(t, refusals)
        return crumbs + pageHead(title, note: "\(project.name) · \(project.number)") + conflict
            + chooser(t, action: action)
            + card(
                Components.form(
                    action: action, csrf: csrf, guardsChanges: true, hidden: [("version", String(form.version))],
                    field(t, estates) + fields(t) + buttons))
    }

    private func fields(_ t: Language) -> Html {
        """
        \(Html.each(parts) { estate(t, $0) })\(basics(t))\(Html.each(menu.classes) { works(t, $0) })
        """
    }

    /// The first step when no estate was named in the address; where a project is given one more.
    private func chooser(_ t: Language, action: Link) -> Html {
        let title = project == nil ? t("先选择小区", "Choose an estate first") : t("再加一个小区", "Add an estate")
        let isAsked = project == nil || !search.isEmpty
        let bar = filterBar(
            t, action: action, keep: added,
            [filterSearch(label: t("小区名称或编号", "Estate's name or number"), name: "q", value: search)],
            found: isAsked ? "\(t("找到 ", "Found "))<b>\(CityFigures.estates(t, found))</b>" : "")
        if !isAsked { return disclosure(title, bar) }
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
                ], link: action.with("estate", list((project == nil ? [] : form.estates) + [line.id])))
        }
        return card(title, bar + table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    /// Estates that the address adds to the project.
    private var added: [(String, String)] {
        project == nil ? [] : [("estate", list(form.estates))]
    }

    private func list(_ estates: [ID<Estate>]) -> String { estates.map(\.description).joined(separator: ",") }

    private func error(_ field: String, _ t: Language) -> String? {
        refusals.first { $0.field == field }?.message(t)
    }

    private func estate(_ t: Language, _ part: Part) -> Html {
        let estate = part.estate
        let title = "\(estate.name)(\(estate.number),\(places.path(estate.place, t)))"
        if part.buildings.isEmpty {
            let words = t(
                "该小区还没有登记楼栋；项目的年度数字按楼栋计，请先登记楼栋，或只建室外、设施项目。",
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
                    "勾选本项目改造的楼栋；已在进行中的项目里的没有预先勾上。",
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
                "列入年度计划的年份，如 \(year)；未列入时留空", "The year of the programme, such as \(year); empty when not programmed"),
            error: error("plannedYear", t))
        let stage = FormField(
            "stage", t("现在的阶段", "Stage"),
            .select(
                stages.map { Choice($0.code, $0.name(t)) }, selected: isFirst ? stages.first?.code ?? "" : form.stage),
            error: error("stage", t), required: true)
        // Its stage is moved on the project's own page.
        let asked = project == nil ? [name, planned, stage] : [name, planned]
        return fieldset(t("项目", "Project"), Html.joined(asked.map { field(t, $0) }))
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
