import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// The projects with what their buildings add up to.
struct ProjectListPage {
    static let size = 50

    let query: ProjectQuery
    let page: Int
    let list: ProjectList
    let districts: [Place]
    let stages: StageNames
    let years: [Int]
    let places: PlaceNames
    let scopeNote: Html
    let mayEdit: Bool
    let exports: [Html]

    init(_ visit: Visit, in tx: Tx) throws {
        let (register, actor) = (visit.hall.register, visit.actor)
        let query = ProjectQuery(visit.query)
        self.query = query
        (page, list) = try readPage(query.page, size: Self.size, total: \.total) {
            try register.projects(query.filter, page: $0, size: Self.size, for: actor, in: tx)
        }
        districts = try EstateFilters.districts(within: actor.scope(.readEstates), register, in: tx)
        stages = StageNames(try register.stageList(in: tx))
        years = try register.projectYears(in: tx)
        places = PlaceNames(try register.placeNames(list.lines.map(\.project.place), in: tx))
        scopeNote = visit.scopeNote(try visit.scopeNames(in: tx))
        mayEdit = actor.may(.editProjects)
        exports = visit.exportButtons(.projects) { query.link("/projects.\($0)") }
    }
}

extension ProjectListPage {
    func view(_ t: Language) -> Html {
        let actions =
            exports + [printButton(t)]
            + (mayEdit ? [linkButton(t("新建项目", "New project"), "/projects/new", .primary)] : [])
        let filters = filterBar(
            t, action: "/projects", fields(t), clear: query.isFiltered ? "/projects" : nil, found: found(t))
        return stack([pageHead(t("项目", "Projects"), note: scopeNote, actions: actions), card(filters), body(t)])
    }

    private func found(_ t: Language) -> Html {
        let projects = t("\(grouped(list.total)) 个项目", "\(grouped(list.total)) projects")
        return """
            \(t("找到 ", "Found "))<b>\(projects)</b> · \(CityFigures.estates(t, list.sum.estates)) · \
            \(CityFigures.sizes(t, list.sum))
            """
    }

    private func fields(_ t: Language) -> [Html] {
        let all = Choice("", t("全部", "All"))
        func years(_ label: String, _ name: String, _ chosen: Int?) -> Html {
            let offered = Set(self.years + (chosen.map { [$0] } ?? [])).sorted()
            return filterSelect(
                label: label, name: name, options: [all] + offered.map { Choice(String($0), t("\($0) 年", "\($0)")) },
                selected: chosen.map { String($0) } ?? "")
        }
        return [
            filterSearch(label: t("项目名称或编号", "Name or number"), name: "q", value: query.filter.text),
            filterSelect(
                label: t("区县", "District"), name: "district",
                options: [all] + districts.map { Choice($0.code.digits, $0.title(t)) },
                selected: query.filter.place?.ancestor(.district)?.digits ?? ""),
            filterSelect(
                label: t("阶段", "Stage"), name: "stage",
                options: [all] + stages.all.map { Choice($0.code, $0.name(t)) }, selected: query.filter.stage ?? ""),
            years(t("计划年度", "Programmed in"), "year", query.filter.plannedYear),
            years(t("完成年度", "Completed in"), "finished", query.filter.finishedYear),
        ]
    }

    private func body(_ t: Language) -> Html {
        guard list.total > 0 else {
            if query.isFiltered {
                return card(
                    t("结果", "Result"),
                    emptyState(
                        t("没有符合条件的项目", "No project matches"), "\(t("放宽筛选条件再试。", "Try fewer conditions."))",
                        action: linkButton(t("清除筛选", "Clear the filters"), "/projects")))
            }
            return card(
                t("结果", "Result"),
                emptyState(
                    t("还没有项目", "No projects yet"),
                    "\(t("选定小区的楼栋和改造内容，就能建立项目。", "Choose an estate's buildings and works to begin one."))",
                    action: linkButton(t("选择小区", "Choose an estate"), "/estates")))
        }
        let columns = [
            TableColumn(t("编号", "Number")), TableColumn(t("名称", "Name"), .heading), TableColumn(t("所在", "Place")),
            TableColumn(t("阶段", "Stage")), TableColumn(t("自", "Since")),
            TableColumn(t("计划年度", "Programmed"), .number), TableColumn(t("完成年度", "Completed"), .number),
            TableColumn(t("小区", "Estates"), .number), TableColumn(t("楼栋", "Buildings"), .number),
            TableColumn(t("户数", "Households"), .number), TableColumn(t("面积（m²）", "Area (m²)"), .number),
        ]
        let sum = list.sum
        let totals: [Html] = [
            "", "\(t("合计 \(grouped(list.total)) 个", "Total of \(grouped(list.total))"))", "", "", "", "", "",
            "\(grouped(sum.estates))", "\(grouped(sum.buildings))", "\(grouped(sum.households))",
            "\(areaText(sum.floorArea))",
        ]
        let note = t("合计按不重复的小区和楼栋计。", "Totals count each estate and building once.")
        let data = DataTable(
            caption: t("项目列表", "Projects"), columns: columns, rows: list.lines.map { row(t, $0) }, totals: totals)
        let base = query.link("/projects")
        return card(
            table(t, data) + "<p class=\"note\">\(note)</p>"
                + pager(t, page: page, size: Self.size, total: list.total, base: base))
    }

    private func row(_ t: Language, _ line: ProjectLine) -> TableRow {
        let project = line.project
        func year(_ value: Int?) -> Html { value.map { "\($0)" } ?? "—" }
        return TableRow(
            [
                code(project.number), "\(project.name)", "\(places.path(project.place, t))",
                stages.pill(project.stage, t),
                "\(dayText(t, project.stageDay))", year(project.plannedYear), year(project.finishedYear),
                "\(grouped(line.estates))", "\(grouped(line.buildings))", "\(grouped(line.households))",
                "\(areaText(line.floorArea))",
            ], link: "/projects/\(project.id)")
    }
}
