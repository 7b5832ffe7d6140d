import Components
import Html
import Kernel
import Registry

extension BuildingPage {
    func view(_ t: Language, _ title: String, csrf: String, _ draft: EntranceDraft?) -> Html {
        let crumbs = breadcrumbs(
            t,
            [Crumb(t("小区", "Estates"), "/estates"), Crumb(estate.name, "/estates/\(estate.id)"), Crumb(building.name)])
        let saved: Html =
            wasSaved
            ? notice(.jade, "\(t("已保存。", "Saved."))")
            : wasUnchanged ? notice(.neutral, "\(t("没有变化，未保存。", "Nothing changed; nothing was saved."))") : ""
        return Html.joined([
            crumbs, head(t, title), errorSummary(t, draft?.errors ?? []), saved,
            grid(
                [
                    stack([baseCard(t), aspectsCard(t)]),
                    stack([entrancesCard(t, csrf, draft), identityCard(t), historyCard(t)]),
                ], .wideLeft), stack([photos.view(t)]),
        ])
    }

    private func head(_ t: Language, _ title: String) -> Html {
        var actions = [printButton(t)]
        if let edit { actions.append(linkButton(t("更正数据", "Correct"), edit, .primary)) }
        let generated = estate.isGenerated ? [demoPill(t)] : []
        return pageHead(title, pills: generated, note: "\(places.path(estate.place, t))", actions: actions)
    }

    private func baseCard(_ t: Language) -> Html {
        let group = facts.base
        let note: Html =
            "\(t("已知 \(group.known)/\(group.questions.count) 项", "\(group.known) of \(group.questions.count) known"))"
        return card(t("基本信息", "Base facts"), note: note, id: "base", facts.list(group, t))
    }

    private func aspectsCard(_ t: Language) -> Html {
        let parts = facts.aspects.map { group in
            disclosure("\(group.title(t)) · \(group.known)/\(group.questions.count)", open: true, facts.list(group, t))
        }
        return card(t("各方面", "Aspects"), id: "aspects", Html.joined(parts))
    }

    private func identityCard(_ t: Language) -> Html {
        let degrees = building.location.map { "\(decimal($0.longitude, 6)), \(decimal($0.latitude, 6))" }
        let lines = [
            FactLine(t("所属小区", "Estate"), "<a href=\"\(url: "/estates/\(estate.id)")\">\(estate.name)</a>"),
            FactLine(t("官方代码", "Official code"), building.officialCode.map { code($0) } ?? "—"),
            FactLine(
                t("坐标", "Location"), degrees.map { code($0) },
                fill: edit.map { $0.with("field", "location").fragment("f-location") }),
            FactLine(t("轮廓", "Footprint"), "\(building.footprint == nil ? t("没有", "none") : t("已登记", "registered"))"),
        ]
        return card(t("登记信息", "In the register"), id: "identity", factList(t, lines))
    }

    private func entrancesCard(_ t: Language, _ csrf: String, _ draft: EntranceDraft?) -> Html {
        let dwellings = entrances.reduce(0) { $0 + $1.dwellings.count }
        let list = Html.each(entrances) { entrance in
            disclosure(
                entrance.name + " · " + t("\(entrance.dwellings.count) 户", "\(entrance.dwellings.count) dwellings"),
                open: entrances.count <= 4, self.dwellings(entrance, t))
        }
        let shown =
            entrances.isEmpty
            ? emptyState(
                t("还没有登记单元", "No entrances yet"),
                "\(t("表决、加装电梯按单元进行，需先登记单元和房号。", "Ballots and lifts go by entrance: register them first."))"
            )
            : list
        let note: Html =
            "\(t("\(entrances.count) 个单元，\(dwellings) 户", "\(entrances.count) with \(dwellings) dwellings"))"
        return card(t("单元与房号", "Entrances and dwellings"), note: note, id: "entrances", shown + add(t, csrf, draft))
    }

    private func dwellings(_ entrance: Entrance, _ t: Language) -> Html {
        let rows = entrance.dwellings.map { dwelling in
            TableRow([
                "\(dwelling.name)", dwelling.floorArea.map { "\(areaText($0))" } ?? "—",
                dwelling.officialCode.map { code($0) } ?? "—",
            ])
        }
        let columns = [
            TableColumn(t("房号", "Dwelling"), .heading), TableColumn(t("建筑面积", "Floor area"), .number, note: "m²"),
            TableColumn(t("官方代码", "Official code")),
        ]
        return table(t, DataTable(caption: entrance.name, columns: columns, rows: rows, phone: .scroll))
    }

    private func add(_ t: Language, _ csrf: String, _ draft: EntranceDraft?) -> Html {
        guard canCorrect else { return "" }
        let errors = Dictionary(
            (draft?.errors ?? []).compactMap { error in error.field.map { ($0, error.message(t)) } },
            uniquingKeysWith: { first, _ in first })
        let fields =
            field(
                t,
                FormField(
                    "name", t("单元名称", "Entrance"), .text(draft?.name ?? "", placeholder: t("1单元", "1单元"), limit: 20),
                    error: errors["name"], required: true))
            + field(
                t,
                FormField(
                    "dwellings", t("房号", "Dwellings"), .area(draft?.dwellings ?? "", rows: 6, limit: 40_000),
                    help: t(
                        "每行一户：房号、面积（m²）、官方代码，后两项可不填；最多 \(Register.dwellingsLimit) 户。",
                        "One a line: number, area in m², official code, the last two if known; "
                            + "\(Register.dwellingsLimit) at most."), error: errors["dwellings"]))
        let action: Link = "/estates/\(estate.id)/buildings/\(building.id)/entrances"
        return disclosure(
            t("登记单元", "Register an entrance"), open: draft != nil,
            form(
                action: action, csrf: csrf, guardsChanges: true,
                fields + formActions([submitButton(t("登记", "Register"), .quiet)])))
    }

    private func historyCard(_ t: Language) -> Html {
        let lines = history.map { words.line($0, limit: 3, t) }
        let more = LinkText(t("全部历史", "Full history"), "/estates/\(estate.id)/buildings/\(building.id)/history")
        let body =
            lines.isEmpty
            ? emptyState(t("还没有变更", "No changes yet"), "\(t("每次更正都会记在这里。", "Every correction will be told here."))")
            : historyList(t, lines)
        return card(t("最近变更", "Recent changes"), more: more, id: "history", body)
    }
}
