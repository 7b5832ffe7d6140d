import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// The list of estates: search, filters, order, pages, totals, and the ways out.
struct EstateListPage {
    static let size = 50

    let query: EstateQuery
    let page: Int
    let filters: EstateFilters
    let list: EstateList
    let places: PlaceNames
    let scopeNote: Html
    let mayRegister: Bool
    let exports: [Html]
    let mayImport: Bool
    let maySurvey: Bool

    init(_ visit: Visit, in tx: Tx) throws {
        let (register, actor) = (visit.hall.register, visit.actor)
        let query = EstateQuery(visit.query)
        self.query = query
        filters = try EstateFilters(query, visit, in: tx)
        (page, list) = try readPage(query.page, size: Self.size, total: \.total) {
            try register.estates(query.filter, page: $0, size: Self.size, for: actor, in: tx)
        }
        places = PlaceNames(try register.placeNames(list.lines.map(\.place), in: tx))
        scopeNote = visit.scopeNote(try visit.scopeNames(in: tx))
        mayRegister = actor.may(.registerEstates)
        let buildings = linkButton(visit.language("导出楼栋 XLSX", "Buildings as XLSX"), query.link("/buildings.xlsx"))
        let estates = visit.exportButtons(.estates) { query.link("/estates.\($0)") }
        exports = estates.isEmpty ? [] : estates + [buildings]
        mayImport = actor.may(.importEstates)
        maySurvey = actor.may(.correctEstates)
    }
}

extension EstateListPage {
    func view(_ t: Language) -> Html {
        stack([
            head(t),
            card(
                filterBar(t, action: "/estates", keep: filters.kept, filters.fields(t), clear: clear, found: found(t))),
            body(t),
        ])
    }

    private var base: Link { query.link("/estates") }

    private var clear: Link? { query.isFiltered ? "/estates" : nil }

    private func head(_ t: Language) -> Html {
        var actions = [linkButton(t("在地图上看", "On the map"), query.link("/map"))]
        if maySurvey { actions.append(linkButton(t("现场摸底", "Field survey"), "/field")) }
        actions += exports + [printButton(t)]
        if mayRegister { actions.append(linkButton(t("登记小区", "Register an estate"), "/estates/new", .primary)) }
        return pageHead(t("小区", "Estates"), note: scopeNote, actions: actions)
    }

    private func found(_ t: Language) -> Html {
        var totals = Totals()
        totals.buildings = list.buildings
        totals.households = list.households
        totals.floorArea = list.floorArea
        return """
            \(t("找到 ", "Found "))<b>\(CityFigures.estates(t, list.total))</b> · \(CityFigures.sizes(t, totals))
            """
    }

    private func body(_ t: Language) -> Html {
        if list.total == 0 { return card(t("结果", "Result"), nothing(t)) }
        let table = table(
            t,
            DataTable(
                caption: t("小区列表", "Estates"), columns: columns(t), rows: list.lines.map { row(t, $0) },
                totals: totals(t), sort: query.sort, base: base))
        return card(table + pager(t, page: page, size: Self.size, total: list.total, base: base))
    }

    private func nothing(_ t: Language) -> Html {
        if query.isFiltered {
            return emptyState(
                t("没有符合条件的小区", "No estate matches"),
                "\(t("换个名称，或放宽筛选条件。", "Try another name, or fewer conditions."))",
                action: linkButton(t("清除筛选", "Clear the filters"), "/estates"))
        }
        let action =
            mayImport
            ? linkButton(t("导入表格", "Import a spreadsheet"), "/imports", .primary)
            : mayRegister ? linkButton(t("登记小区", "Register an estate"), "/estates/new", .primary) : ""
        return emptyState(
            t("还没有小区", "No estates yet"),
            "\(t("区县的摸底表导入后，小区会列在这里。", "Estates appear here once a district's survey is imported."))",
            action: action)
    }

    private func columns(_ t: Language) -> [TableColumn] {
        [
            TableColumn(t("编号", "Number"), sort: "number"), TableColumn(t("名称", "Name"), .heading, sort: "name"),
            TableColumn(t("所在", "Place"), sort: "place"), TableColumn(t("建成", "Built"), .number, sort: "built"),
            TableColumn(t("楼栋", "Buildings"), .number),
            TableColumn(t("户数", "Households"), .number, sort: "households"),
            TableColumn(t("面积（m²）", "Area (m²)"), .number, sort: "area"),
            TableColumn(t("阶段", "Stage"), sort: "stage"), TableColumn(t("计划年度", "Programmed"), .number),
            TableColumn(t("完成年度", "Completed"), .number),
            TableColumn(t("完整度", "Data known"), .number, sort: "completeness"), TableColumn(t("标记", "Marks")),
        ]
    }

    private func row(_ t: Language, _ line: EstateLine) -> TableRow {
        func number(_ value: Int?) -> Html { value.map { "\(grouped($0))" } ?? unknown(t) }
        func year(_ value: Int?) -> Html { value.map { "\($0)" } ?? "—" }
        var marks: [Html] = []
        if line.issues > 0 { marks.append(pill(t("\(line.issues) 处疑点", "\(line.issues) doubtful"), .amber)) }
        if line.flags > 0 { marks.append(pill(t("名单", "listed"), .cinnabar)) }
        return TableRow(
            [
                code(line.number), "\(line.name)", "\(places.path(line.place, t))",
                line.builtText.map { "\($0)" } ?? unknown(t), number(line.buildings), number(line.households),
                line.floorArea.map { "\(areaText($0))" } ?? unknown(t), filters.stages.pill(line.stage, t),
                year(line.programmedYear), year(line.completedYear),
                "\(CityFigures.percentage(line.completeness))", Html.joined(marks, by: " "),
            ], link: "/estates/\(line.id)")
    }

    /// Of all that match, not of this page only.
    private func totals(_ t: Language) -> [Html] {
        [
            "", "\(t("合计 \(grouped(list.total)) 个", "Total of \(grouped(list.total))"))", "", "",
            "\(grouped(list.buildings))",
            "\(grouped(list.households))", "\(areaText(list.floorArea))", "", "", "", "", "",
        ]
    }
}
