import Components
import Evaluation
import Html
import Identity
import Kernel
import Registry

extension EstatePage {
    func view(_ t: Language) -> Html {
        let left = stack([baseCard(t), historyCard(t), residencesCard(t)])
        let right = stack([
            issuesCard(t), standingCard(t), projectsCard(t), money.view(t), identityCard(t), locationCard(t),
        ])
        return Html.joined([
            head(t), notices(t), lifeLine(t, label: t("小区的历程", "The estate's life"), life(t)),
            grid([left, right], .halves), stack([photos.view(t), aspectsCard(t), buildingsCard(t)]),
        ])
    }

    private func head(_ t: Language) -> Html {
        var pills = [stages.pill(estate.stage, t)]
        pills += flags.map { pill($0.kind.name(t), .cinnabar) }
        if estate.isGenerated { pills.append(demoPill(t)) }
        var actions = [printButton(t)]
        if let edit { actions.append(linkButton(t("更正数据", "Correct"), edit, .primary)) }
        return pageHead(estate.name, pills: pills, note: "\(line(t))", actions: actions)
    }

    /// "雨花区 › 左家塘街道 › 官塘冲社区 · 编号 CS-00417 · 9 栋 · 364 户 · 29,600 m²".
    private func line(_ t: Language) -> String {
        let figures = [CoreFact.buildings, CoreFact.households, CoreFact.floorArea].compactMap { key -> String? in
            guard let question = survey.question(key) else { return nil }
            guard let fact = estate.facts[key], fact.value.isKnown else {
                return question.label(t) + t("未知", " unknown")
            }
            return question.shown(fact.value, isApproximate: fact.isApproximate, t)
        }
        return ([places.path(estate.place, t), t("编号 ", "No. ") + estate.number] + figures).joined(separator: " · ")
    }

    private func notices(_ t: Language) -> Html {
        let saved: Html =
            wasSaved ? notice(.jade, "\(t("已保存；更改记入了下方的历史。", "Saved; the change stands in the history below."))") : ""
        let listed = Html.each(flags) { flag in
            let remark = flag.note.isEmpty ? "" : " · " + flag.note
            return notice(
                .amber, title: t("列入比对名单：", "On a cross-check list: ") + flag.kind.name(t),
                "\(flag.source) · \(time(t, flag.day))\(remark)")
        }
        return saved + listed
    }

    private func standingCard(_ t: Language) -> Html {
        guard let standing else { return "" }
        let line = standing.line
        return card(
            t("综合评价", "Evaluation"), more: LinkText(t("为什么", "Why"), standing.run.link(to: line.estate)),
            valueList([
                ValueLine(t("等级", "Band"), EvaluationWords.band(line, standing.scheme, t)),
                ValueLine(t("名次范围", "Ranks"), "\(EvaluationWords.ranks(t, line))"),
                ValueLine(
                    t("需求分", "Need"),
                    "\(EvaluationWords.points(line.need.middle)) · \(EvaluationWords.range(line.need))"
                ),
                ValueLine(t("纳入条件", "Gate"), EvaluationWords.gate(line.gate, t)),
            ]))
    }

    private func baseCard(_ t: Language) -> Html {
        let share = percent(Double(estate.completeness) / 1000, 0) + " %"
        let bar = progressBar(
            t("全部题目已知", "Of all questions known"), value: Double(estate.completeness), of: 1000, text: share,
            tone: estate.completeness >= 600 ? .jade : .amber)
        let group = facts.base
        let note: Html =
            "\(t("已知 \(group.known)/\(group.questions.count) 项", "\(group.known) of \(group.questions.count) known"))"
        return card(t("基本信息", "Base facts"), note: note, id: "base", facts.list(group, t) + bar)
    }

    private func aspectsCard(_ t: Language) -> Html {
        let groups = facts.aspects
        let known = groups.reduce(0) { $0 + $1.known }
        let all = groups.reduce(0) { $0 + $1.questions.count }
        let parts = groups.map { group in
            disclosure(
                "\(group.number). \(group.title(t)) · \(group.known)/\(group.questions.count)", open: true,
                facts.list(group, t))
        }
        // Two columns of about the same number of facts.
        var left = 0
        var taken = 0
        while left < groups.count, taken * 2 < all {
            taken += groups[left].questions.count
            left += 1
        }
        let columns = grid([stack(Array(parts.prefix(left))), stack(Array(parts.dropFirst(left)))], .halves)
        let note: Html = "\(t("已知 \(known)/\(all) 项", "\(known) of \(all) known"))"
        return card(t("\(groups.count) 个方面", "\(groups.count) aspects"), note: note, id: "aspects", columns)
    }

    private func buildingsCard(_ t: Language) -> Html {
        let add = canCorrect ? LinkText(t("登记楼栋", "Register a building"), "/estates/\(estate.id)/buildings/new") : nil
        let title = t("楼栋", "Buildings")
        guard !buildings.isEmpty else {
            let step: Html = add.map { linkButton($0.title, $0.link) } ?? ""
            return card(
                title, id: "buildings",
                emptyState(
                    t("还没有登记楼栋", "No buildings yet"),
                    "\(t("这里将列出每栋楼的年代、层数、户数和面积。", "Each building's age, floors and area will be listed here."))",
                    action: step))
        }
        return card(
            title, note: "\(grouped(buildings.count))", more: add, id: "buildings",
            BuildingTable(buildings, of: estate.id).view(t))
    }

    private func projectsCard(_ t: Language) -> Html {
        let title = t("项目", "Projects")
        let more = newProject.map { LinkText(t("新建项目", "New project"), $0) }
        guard !projects.isEmpty else {
            return card(
                title, more: more, id: "projects",
                emptyState(
                    t("还没有项目", "No project yet"),
                    "\(t("列入计划后，改造项目会显示在这里。", "Once the estate is programmed, its projects will be shown here."))"))
        }
        let rows = projects.map { project in
            let years = [project.plannedYear, project.finishedYear].map { $0.map { String($0) } ?? "—" }
            return TableRow(
                ["\(project.name)", stages.pill(project.stage, t), "\(years.joined(separator: " / "))"],
                link: "/projects/\(project.id)")
        }
        let columns = [
            TableColumn(t("项目", "Project"), .heading), TableColumn(t("阶段", "Stage")),
            TableColumn(t("计划/完成", "Planned / done"), .number, note: t("年", "year")),
        ]
        return card(
            title, note: "\(grouped(projects.count))", more: more, id: "projects",
            table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

}

extension EstatePage {
    private func issuesCard(_ t: Language) -> Html {
        guard !issues.isEmpty else { return "" }
        let lines = issues.map { issue in
            let place = issue.rule == .outsideDistrict ? PlaceCode(issue.detail) : nil
            let named = place.map { places.name($0, t) } ?? issue.detail
            let detail = named.isEmpty ? "" : t("（\(named)）", " (\(named))")
            return TaskLine(
                t("核对", "check"), "\(issue.rule.name(t))\(detail)<br><small>\(issue.rule.remedy(t))</small>",
                link: edit.map { $0.with("field", issue.rule.field).fragment(issue.rule.anchor) }, due: "")
        }
        return card(t("数据问题", "Data issues"), note: "\(issues.count)", id: "issues", taskList(lines))
    }

    private func locationCard(_ t: Language) -> Html {
        let title = t("位置", "Location")
        guard let map else {
            let fill: Html =
                edit.map {
                    linkButton(t("填写坐标", "Give the location"), $0.with("field", "location").fragment("f-location"))
                }
                ?? ""
            return card(
                title, id: "location",
                emptyState(
                    t("还没有坐标", "No location yet"),
                    "\(t("填写后，小区会出现在一张图上。", "Once given, the estate appears on the map."))",
                    action: fill))
        }
        let look = stages[estate.stage].look
        let more = LinkText(t("一张图", "Map"), Link("/map", ["estate": estate.id.description]))
        let legend = [LegendEntry(look, stages[estate.stage].name(t), count: 1)]
        return mapCard(t, title: title, more: more, map, legend: legend, list: link)
    }

    private func identityCard(_ t: Language) -> Html {
        let degrees = estate.location.map { "\(decimal($0.longitude, 6)), \(decimal($0.latitude, 6))" }
        let aliases = estate.aliases.joined(separator: t("、", ", "))
        let lines = [
            FactLine(t("编号", "Number"), code(estate.number)),
            FactLine(t("官方代码", "Official code"), estate.officialCode.map { code($0) } ?? "—"),
            FactLine(t("地址", "Address"), estate.address.isEmpty ? nil : "\(estate.address)", fill: fill("address")),
            FactLine(
                t("坐标", "Location"), degrees.map { "\(code($0)) \(copyButton(t, $0))" },
                source: degrees == nil ? nil : "CGCS2000",
                fill: fill("location")),
            FactLine(t("边界", "Outline"), outlinedM2.map { outlineLink($0, t) }, fill: canCorrect ? outline : nil),
            FactLine(t("别名", "Also called"), aliases.isEmpty ? "—" : "\(aliases)"),
            FactLine(t("最后更改", "Last changed"), time(t, estate.changedAt)),
        ]
        return card(t("登记信息", "In the register"), id: "identity", factList(t, lines))
    }

    private var outline: Link { "/estates/\(estate.id)/outline" }

    private func outlineLink(_ areaM2: Double, _ t: Language) -> Html {
        "<a href=\"\(url: outline)\">\(grouped(Int(areaM2.rounded()))) m²</a>"
    }

    private func fill(_ field: String) -> Link? { edit.map { $0.with("field", field).fragment("f-" + field) } }

    /// Only worth a word once the estate has been moved.
    private func residencesCard(_ t: Language) -> Html {
        guard residences.count > 1 else { return "" }
        let lines = residences.map { residence in
            let until = residence.until.map { dayText(t, $0) } ?? t("至今", "today")
            return FactLine(
                "\(dayText(t, residence.from)) – \(until)",
                "\(places.path(residence.place, from: .subdistrict, t)) \(code(residence.place.digits))")
        }
        return card(t("历来所属", "Where it belonged"), id: "places", factList(t, lines))
    }

    private func historyCard(_ t: Language) -> Html {
        let all = LinkText(t("全部历史", "Full history"), "/estates/\(estate.id)/history")
        let lines = history.map { words.line($0, limit: 3, t) }
        let body =
            lines.isEmpty
            ? emptyState(t("还没有变更", "No changes yet"), "\(t("每次更正都会记在这里。", "Every correction will be told here."))")
            : historyList(t, lines)
        return card(t("最近变更", "Recent changes"), more: all, id: "history", body)
    }
}

extension QualityRule {
    /// The field to look at first.
    var field: String {
        switch self {
        case .builtAfterCutoff, .builtRangeWide: CoreFact.builtYears
        case .areaPerHousehold: CoreFact.floorArea
        case .householdsPerBuilding, .householdsDiffer: CoreFact.households
        case .noLocation, .outsideDistrict, .buildingsOutside: "location"
        case .neighbourhoodUnconfirmed: "place"
        case .buildingsDiffer: CoreFact.buildings
        }
    }

    var anchor: String {
        switch self {
        case .noLocation, .outsideDistrict, .buildingsOutside, .neighbourhoodUnconfirmed: "f-" + field
        default: "f-" + EditFields.factPrefix + field
        }
    }

    /// Why it is odd and what to look at.
    var remedy: Phrase {
        switch self {
        case .builtAfterCutoff:
            Phrase(zh: "按政策年限不属老旧小区；请核对产权档案。", en: "Too young to count as old; check the property files.")
        case .builtRangeWide:
            Phrase(zh: "可能合并了几个小区；请核对各栋年代。", en: "Perhaps several estates in one; check each building's year.")
        case .areaPerHousehold:
            Phrase(zh: "面积或户数可能填错单位；请两项一并核对。", en: "Area or households may be in a wrong unit; check both.")
        case .householdsPerBuilding: Phrase(zh: "请核对楼栋数和户数。", en: "Check the number of buildings and of households.")
        case .noLocation: Phrase(zh: "没有坐标就不会出现在地图上。", en: "Without one it does not appear on the map.")
        case .outsideDistrict: Phrase(zh: "坐标系或所属街道可能有误。", en: "The datum or the subdistrict may be wrong.")
        case .neighbourhoodUnconfirmed:
            Phrase(zh: "请选择社区，或在区划中确认它。", en: "Choose the neighbourhood, or confirm it among the places.")
        case .buildingsDiffer: Phrase(zh: "请补登楼栋，或更正栋数。", en: "Register what is missing, or correct the number.")
        case .householdsDiffer: Phrase(zh: "请核对小区与各栋的户数。", en: "Compare the estate's figure with its buildings'.")
        case .buildingsOutside:
            Phrase(zh: "请打开楼栋核对坐标，或核对小区的位置。", en: "Check those buildings' locations, or the estate's own.")
        }
    }
}

extension EstateQuery {
    static func only(_ number: String) -> EstateQuery {
        var filter = EstateFilter()
        filter.text = number
        return EstateQuery(filter)
    }
}
