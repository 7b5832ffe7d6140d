import Components
import Html
import Kernel
import Registry

extension ProjectPage {
    func view(_ t: Language) -> Html {
        var pills = [stages.pill(project.stage, t)]
        if project.isGenerated { pills.append(demoPill(t)) }
        let edit = linkButton(t("更正项目", "Correct"), "/projects/\(project.id)/edit")
        let move = linkButton(t("推进阶段", "Move on"), "#stage", .primary)
        let ledger = mayReadLedger ? [linkButton(t("一本账", "Ledger"), "/ledger/projects/\(project.number)")] : []
        let actions = ledger + [printButton(t)] + (mayEdit ? [edit, move] : [])
        let head = pageHead(
            project.name, pills: pills, note: "\(code(project.number)) · \(places.path(project.place, t))",
            actions: actions)
        let crumbs = breadcrumbs(t, [Crumb(t("项目", "Projects"), "/projects"), Crumb(project.name)])
        var parts = [crumbs + head]
        if let attempt { parts.append(failure(t, attempt)) }
        parts.append(lifeLine(t, label: t("项目的生命线", "Life line of the project"), life(t)))
        parts.append(grid(tiles(t), .figures))
        parts.append(estatesCard(t))
        parts.append(buildingsCard(t))
        parts.append(mayEdit ? grid([measuresCard(t), stageCard(t)], .halves) : measuresCard(t))
        parts.append(stepsCard(t))
        return stack(parts)
    }

    private func failure(_ t: Language, _ attempt: Attempt) -> Html {
        guard attempt.refusals.contains(where: { $0.kind == .conflict }) else {
            return errorSummary(t, attempt.refusals)
        }
        let stage = stages[project.stage].name(t)
        let kept = t("您填写的内容还在下面，请核对后再提交。", "What you entered is kept below; check it and send it again.")
        return notice(
            .cinnabar, title: t("别人先推进了这个项目", "Somebody else moved this project on first"),
            """
            \(t("现在的阶段是「\(stage)」，自 ", "It now stands at “\(stage)” since "))\(time(t, project.stageDay))\(t("。", ". "))\(kept)
            """)
    }

    private func tiles(_ t: Language) -> [Html] {
        let totals = totals
        func lacking(_ count: Int) -> Html {
            count == 0 ? "" : "\(t("\(count) 栋未知，未计入", "unknown for \(count) of the buildings, not counted"))"
        }
        let area = totals.floorArea.m2
        return [
            figureTile(
                t, label: t("小区", "Estates"), value: grouped(totals.estates), unit: t("个", ""), source: "#estates"),
            figureTile(
                t, label: t("楼栋", "Buildings"), value: grouped(totals.buildings), unit: t("栋", ""), source: "#buildings"
            ),
            figureTile(
                t, label: t("户数", "Households"), value: grouped(totals.households), unit: t("户", ""),
                note: lacking(totals.unknownHouseholds), source: "#buildings"),
            figureTile(
                t, label: t("建筑面积", "Floor area"), value: area >= 100_000 ? short(area / 10_000) : decimal(area, 0),
                unit: area >= 100_000 ? t("万 m²", "× 10,000 m²") : "m²", note: lacking(totals.unknownFloorArea),
                source: "#buildings"),
            figureTile(
                t, label: t("计划年度", "Programmed"), value: project.plannedYear.map { String($0) } ?? "—",
                note: project.finishedYear.map { "\(t("\($0) 年验收", "accepted in \($0)"))" } ?? "",
                source: project.plannedYear.map { year in ProjectQuery.list { $0.plannedYear = year } }),
        ]
    }

    private func estatesCard(_ t: Language) -> Html {
        let columns = [
            TableColumn(t("编号", "Number")), TableColumn(t("名称", "Name"), .heading), TableColumn(t("所在", "Place")),
            TableColumn(t("建成", "Built"), .number), TableColumn(t("户数", "Households"), .number),
            TableColumn(t("面积（m²）", "Area (m²)"), .number), TableColumn(t("阶段", "Stage")),
        ]
        let rows = estates.map { line in
            TableRow(
                [
                    code(line.number), "\(line.name)", "\(places.path(line.place, t))",
                    line.builtText.map { "\($0)" } ?? unknown(t),
                    line.households.map { "\(grouped($0))" } ?? unknown(t),
                    line.floorArea.map { "\(areaText($0))" } ?? unknown(t), stages.pill(line.stage, t),
                ], link: "/estates/\(line.id)")
        }
        let title = t("小区", "Estates")
        let note = t("小区全部的户数与面积，不限于本项目", "The whole estates, not only what this project works on")
        return card(
            title, note: "\(note)", id: "estates", table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    private func buildingsCard(_ t: Language) -> Html {
        let title = t("楼栋", "Buildings")
        let choose =
            mayEdit
            ? LinkText(t("在地图上圈选", "Choose on the map"), Link("/map", ["project": project.id.description])) : nil
        if buildings.isEmpty {
            return card(
                title, more: choose, id: "buildings",
                emptyState(
                    t("没有选定楼栋", "No buildings chosen"),
                    "\(t("本项目只涉及室外或新建设施。", "This project works on grounds or new facilities only."))"))
        }
        let names = Dictionary(estates.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let columns = [
            TableColumn(t("楼栋", "Building"), .heading), TableColumn(t("小区", "Estate")),
            TableColumn(t("建成", "Built"), .number), TableColumn(t("层数", "Floors"), .number),
            TableColumn(t("单元", "Entrances"), .number), TableColumn(t("户数", "Households"), .number),
            TableColumn(t("面积（m²）", "Area (m²)"), .number),
        ]
        let rows = buildings.map { building in
            let years = building.facts.value(CoreFact.builtYears).yearRange
            func number(_ key: String) -> Html { building.whole(key).map { "\(grouped($0))" } ?? unknown(t) }
            return TableRow([
                "\(building.name)", "\(names[building.estate] ?? "")",
                builtText(years?.from, years?.to).map { "\($0)" } ?? unknown(t), number(CoreFact.floors),
                number(CoreFact.entrances), number(CoreFact.households),
                building.floorArea.map { "\(areaText($0))" } ?? unknown(t),
            ])
        }
        let totals: [Html] = [
            "\(t("合计 \(buildings.count) 栋", "Total of \(buildings.count)"))", "", "", "", "",
            "\(grouped(self.totals.households))", "\(areaText(self.totals.floorArea))",
        ]
        return card(
            title, more: choose, id: "buildings",
            table(t, DataTable(caption: title, columns: columns, rows: rows, totals: totals)))
    }

    private func measuresCard(_ t: Language) -> Html {
        let title = t("改造内容", "Works")
        if measures.isEmpty {
            return card(
                title,
                emptyState(
                    t("还没有改造内容", "No works yet"),
                    "\(t("按改造菜单选定的内容会列在这里。", "What is chosen from the works menu appears here."))"))
        }
        let names = Dictionary(buildings.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let classes = Dictionary(menu.classes.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
        let columns = [
            TableColumn(t("内容", "Item"), .heading), TableColumn(t("类别", "Class")), TableColumn(t("对象", "Where")),
            TableColumn(t("说明", "Note")),
        ]
        let rows = measures.map { measure in
            let `class` = menu.item(measure.item).flatMap { classes[$0.class] }
            let target = measure.building.flatMap { names[$0] } ?? measure.target.name(t)
            return TableRow(["\(menu.name(measure.item)(t))", "\(`class`?(t) ?? "")", "\(target)", "\(measure.note)"])
        }
        return card(title, note: "\(menuNote(t))", table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    private func menuNote(_ t: Language) -> String {
        t("改造菜单第 \(menu.version) 版 · \(menu.source)", "Works menu version \(menu.version) · \(menu.source)")
    }

    private func stageCard(_ t: Language) -> Html {
        let errors = Dictionary(
            (attempt?.refusals ?? []).compactMap { refusal in refusal.field.map { ($0, refusal.message(t)) } },
            uniquingKeysWith: { first, _ in first })
        let usable = stages.all.filter { !$0.isRetired }
        let following = stages.next(after: stages[project.stage]).first
        let stage = FormField(
            "stage", t("新阶段", "New stage"),
            .select(
                usable.map { Choice($0.code, $0.name(t)) },
                selected: attempt?.stage ?? following?.code ?? project.stage),
            error: errors["stage"], required: true)
        let last = dayText(t, project.stageDay)
        let day = FormField(
            "day", t("日期", "Day"), .date(attempt?.day ?? today.description),
            help: t("在上一阶段（\(last)）与今天之间", "Between the last stage's day (\(last)) and today"), error: errors["day"],
            required: true)
        let note = FormField(
            "note", t("依据或说明", "Evidence or note"), .text(attempt?.note ?? "", limit: 200),
            help: t("如：验收备案号、会议纪要编号", "Such as the number of the certificate or the minutes"), error: errors["note"])
        let fields = Html.joined([stage, day, note].map { field(t, $0) })
        return card(
            t("推进阶段", "Move on"), id: "stage",
            form(
                action: "/projects/\(project.id)/stage", csrf: csrf, guardsChanges: true,
                hidden: [("version", String(project.version))],
                fields + formActions([submitButton(t("记下这一步", "Record this step"))])))
    }

    private func stepsCard(_ t: Language) -> Html {
        let columns = [
            TableColumn(t("阶段", "Stage"), .heading), TableColumn(t("日期", "Day")),
            TableColumn(t("依据或说明", "Evidence or note")),
        ]
        let rows = steps.reversed().map { step in
            TableRow([stages.pill(step.stage, t), time(t, step.day), "\(step.note)"])
        }
        let title = t("阶段记录", "Stages so far")
        return card(title, table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }
}
