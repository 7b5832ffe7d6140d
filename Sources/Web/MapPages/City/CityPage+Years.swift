import Components
import Html
import Kernel
import Registry

extension CityPage {
    /// The years' programmes and what was accepted, each figure leading to what it counts.
    func yearsCard(_ t: Language) -> Html {
        let title = t("历年计划与完成", "Programmed and completed by year")
        if summary.byYear.isEmpty {
            return card(
                title, id: "years",
                emptyState(
                    t("还没有项目", "No projects yet"),
                    "\(t("项目列入年度计划后，这里按年列出规模。", "Once projects are programmed, their sizes appear here."))"
                ))
        }
        let sizes = [t("楼栋", "buildings"), t("户数", "households"), t("面积 万 m²", "area, 10,000 m²")]
        let columns =
            [
                TableColumn(t("年度", "Year"), .heading),
                TableColumn(t("计划", "Programmed"), .number, note: t("小区", "estates")),
            ]
            + sizes.map { TableColumn(t("计划", "Programmed"), .number, note: $0) }
            + [TableColumn(t("完成", "Completed"), .number, note: t("小区", "estates"))]
            + sizes.map { TableColumn(t("完成", "Completed"), .number, note: $0) }
        let rows = summary.byYear.map { year, figures in
            TableRow(
                [year == self.year ? "<b>\(year)</b> \(t("本年", "this year"))" : "\(year)"]
                    + cells(
                        figures.programmed, estates: EstateQuery.list { $0.programmedYear = year },
                        projects: ProjectQuery.list { $0.plannedYear = year })
                    + cells(
                        figures.completed, estates: EstateQuery.list { $0.completedYear = year },
                        projects: ProjectQuery.list { $0.finishedYear = year }))
        }
        let note = t(
            "按项目的楼栋计；一个小区可分多年改造，各年不可直接相加。",
            "Counted by the projects' buildings; an estate may be renewed over several years, so years do not add up.")
        let data = DataTable(caption: title, columns: columns, rows: rows, phone: .scroll)
        return card(title, note: "\(note)", id: "years", table(t, data))
    }

    private func cells(_ totals: Totals, estates: Link, projects: Link) -> [Html] {
        func cell(_ text: String, _ number: Int, _ link: Link) -> Html {
            CityFigures.link(text, number > 0 ? source(link) : nil)
        }
        return [
            cell(grouped(totals.estates), totals.estates, estates),
            cell(grouped(totals.buildings), totals.buildings, projects),
            cell(grouped(totals.households), totals.households, projects),
            cell(decimal(totals.floorArea.m2 / 10_000, 2), Int(totals.floorArea.m2), projects),
        ]
    }

    func stagesCard(_ t: Language) -> Html {
        let whole = max(1, summary.stock.estates)
        let columns = [
            TableColumn(t("阶段", "Stage"), .heading), TableColumn(t("小区", "Estates"), .number),
            TableColumn(t("户数", "Households"), .number), TableColumn(CityFigures.areaColumn(t), .number),
            TableColumn(t("占小区数", "Share of estates")),
        ]
        let rows = byLook.map { look, totals in
            let share = Double(totals.estates) / Double(whole)
            let codes = Set(codes(look))
            return TableRow(
                [stagePill(look, look.name(t))] + stockCells(totals) { $0.stages = codes } + [
                    progressBar(look.name(t), value: share, text: percent(share) + " %", showsLabel: false)
                ])
        }
        let totals = ["\(t("合计", "Total"))"] + stockCells(summary.stock) { _ in } + [""]
        let title = t("小区走到哪一步", "How far the estates have come")
        return card(
            title, table(t, DataTable(caption: title, columns: columns, rows: rows, totals: totals, phone: .scroll)))
    }

    private func stockCells(_ totals: Totals, _ change: (inout EstateFilter) -> Void) -> [Html] {
        let link = list(change)
        return [grouped(totals.estates), grouped(totals.households), CityFigures.areaCell(totals.floorArea)]
            .map { CityFigures.link($0, link) }
    }

    /// What waits for me: each line leads to the list to work off.
    func waitingCard(_ t: Language, _ waiting: Waiting) -> Html {
        var tasks: [TaskLine] = []
        if waiting.previewedImports > 0 {
            let since = waiting.oldestImport.map { t("最早 ", "since ") + dayText(t, $0.dayInChina) } ?? ""
            let words = t(
                "\(waiting.previewedImports) 份表格已预检，待确认导入",
                "\(waiting.previewedImports) files previewed, awaiting a decision")
            tasks.append(TaskLine(t("导入", "Import"), tone: .indigo, "\(words)", link: "/imports", due: since))
        }
        if waiting.fieldConflicts > 0 {
            let words = t(
                "\(grouped(waiting.fieldConflicts)) 条现场答案与登记不一致，待选择",
                "\(grouped(waiting.fieldConflicts)) answers from the field met another value")
            tasks.append(TaskLine(t("现场", "Field"), "\(words)", link: "/field/conflicts", due: ""))
        }
        if waiting.withIssues > 0 {
            let words = t(
                "\(grouped(waiting.withIssues)) 个小区的数据有矛盾或缺坐标",
                "\(grouped(waiting.withIssues)) estates with contradictions or no location")
            tasks.append(
                TaskLine(t("核对", "Check"), "\(words)", link: EstateQuery.list { $0.onlyWithIssues = true }, due: ""))
        }
        if waiting.withoutNeighbourhood > 0 {
            let words = t(
                "\(grouped(waiting.withoutNeighbourhood)) 个小区的社区未填或待确认",
                "\(grouped(waiting.withoutNeighbourhood)) estates whose neighbourhood is missing or unconfirmed")
            let places = waiting.unconfirmedNeighbourhoods
            tasks.append(
                TaskLine(
                    t("社区", "Places"), tone: .indigo, "\(words)",
                    link: EstateQuery.list { $0.rule = .neighbourhoodUnconfirmed },
                    due: places > 0 ? t("待确认社区 \(grouped(places)) 个", "\(grouped(places)) places to confirm") : ""))
        }
        if waiting.outdated > 0 {
            let words = t(
                "\(grouped(waiting.outdated)) 个小区三年内没有摸底",
                "\(grouped(waiting.outdated)) estates not surveyed within three years")
            tasks.append(TaskLine(t("摸底", "Survey"), "\(words)", link: "/quality/outdated", due: ""))
        }
        let title = t("等我处理", "Waiting for me")
        let more = LinkText(t("数据质量", "Data quality"), "/quality")
        if tasks.isEmpty {
            return card(
                title, more: more, id: "waiting",
                emptyState(
                    t("没有待办", "Nothing waits"),
                    "\(t("数据有疑点、表格待确认时会列在这里。", "Doubtful data and files awaiting a decision will appear here."))"))
        }
        return card(title, more: more, id: "waiting", taskList(tasks))
    }
}
