import Components
import Frame
import Html
import Kernel
import Registry

extension PlacePage {
    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(place.title(t), refused: refusals, view(t))
    }

    private func view(_ t: Language) -> Html {
        let crumbs =
            [Crumb(t("区划", "Places"), "/places")] + path.dropLast().map { Crumb($0.title(t), "/places/\($0.code)") }
        let list = EstateQuery.list { $0.place = place.code }
        let head = pageHead(
            place.title(t), pills: pills(t), note: "\(t("代码", "Code")) \(code(place.code.digits))",
            actions: [linkButton(t("查看 \(estatesText(estates, t))", "See \(estatesText(estates, t))"), list)])
        return breadcrumbs(t, crumbs + [Crumb(place.title(t))]) + head + errorSummary(t, refusals) + ended(t) + body(t)
    }

    private func pills(_ t: Language) -> [Html] {
        if place.endedOn != nil { return [pill(t("已撤并", "ended"))] }
        return place.isConfirmed ? [] : [pill(t("待确认", "to confirm"), .amber)]
    }

    private func ended(_ t: Language) -> Html {
        guard let day = place.endedOn else { return "" }
        let heir: [Html] = place.mergedInto.map { [linkButton(t("去并入的地方", "Where it went"), "/places/\($0)")] } ?? []
        return notice(
            .neutral, title: t("此区划已撤销", "This place has ended"), "\(time(t, day))", actions: heir)
    }

    private func body(_ t: Language) -> Html {
        switch place.code.level {
        case .neighbourhood:
            let form = confirmForm(
                place, help: "", note: "", csrf: csrf, typed: typed["name.\(place.code)"], refusals: refusals, t)
            return mayEdit ? card(t("名称", "Name"), form) : ""
        case .subdistrict: return neighbourhoods(t) + (mayEdit ? grid([mergeCard(t), splitCard(t)], .halves) : "")
        default: return below(t, t("街道（镇）", "Subdistricts"))
        }
    }

    private func neighbourhoods(_ t: Language) -> Html { below(t, t("社区（村）", "Neighbourhoods")) }

    private func below(_ t: Language, _ title: String) -> Html {
        guard !below.isEmpty || loose > 0 else {
            return place.endedOn != nil
                ? ""
                : card(
                    title,
                    emptyState(
                        t("下面还没有区划", "Nothing below it yet"),
                        "\(t("导入小区时，没见过的社区会在这里建立。", "Importing estates makes the neighbourhoods it meets."))"))
        }
        return card(title, countTable(title, below, loose: loose, t))
    }

    private func dayField(_ name: String, _ t: Language) -> Html {
        field(
            t,
            FormField(
                name, t("生效日期", "As of"), .date(typed[name] ?? today.description), error: refusals.message(name, t),
                required: true))
    }

    private func mergeCard(_ t: Language) -> Html {
        let title = t("并入另一街道", "Merge into another subdistrict")
        guard !heirs.isEmpty else { return "" }
        let into = field(
            t,
            FormField(
                "into", t("并入", "Into"),
                .select(
                    heirs.map { Choice($0.code.digits, $0.title(t)) }, selected: typed.text("into"),
                    empty: t("请选择", "Choose")),
                error: refusals.message("into", t), required: true))
        let help = t(
            "社区和小区全部迁入，小区编号和历史不变。下一步先列出影响，再确认。",
            "All its neighbourhoods and estates move and keep number and history. The next step shows what moves.")
        return card(
            title,
            "<p>\(help)</p>"
                + Components.form(
                    action: "/places/\(place.code)/merge", csrf: csrf,
                    into + dayField("day", t) + formActions([submitButton(t("下一步", "Next"), .quiet)])))
    }

    private func splitCard(_ t: Language) -> Html {
        guard !below.isEmpty else { return "" }
        let chosen = Set(typed.all("neighbourhoods"))
        let moving = field(
            t,
            FormField(
                "neighbourhoods", t("划出的社区", "Neighbourhoods to move"),
                .checkboxes(
                    below.map { Choice($0.place.code.digits, $0.place.title(t), help: estatesText($0.estates, t)) },
                    selected: chosen),
                error: refusals.message("neighbourhoods", t), required: true))
        let heir = field(
            t,
            FormField(
                "heir", t("划入", "To"),
                .select(
                    heirs.map { Choice($0.code.digits, $0.title(t)) }, selected: typed.text("heir"),
                    empty: t("新设街道（在下面填写）", "A new subdistrict (below)")),
                error: refusals.message("heir", t)))
        let newCode = field(
            t,
            FormField(
                "newCode", t("新街道代码", "Code of the new subdistrict"), .text(typed.text("newCode"), .code, limit: 9),
                help: t(
                    "九位，以 \(place.code.digits.prefix(6)) 开头。",
                    "Nine digits beginning with \(place.code.digits.prefix(6))."),
                error: refusals.message("newCode", t)))
        let newName = field(
            t,
            FormField(
                "newName", t("新街道名称", "Name of the new subdistrict"), .text(typed.text("newName"), limit: 50),
                error: refusals.message("newName", t)))
        return card(
            t("划出部分社区", "Split off neighbourhoods"),
            Components.form(
                action: "/places/\(place.code)/split", csrf: csrf,
                moving + heir + newCode + newName + dayField("splitDay", t)
                    + formActions([submitButton(t("下一步", "Next"), .quiet)])))
    }
}

/// What a merger or a split would move, before it is done.
struct MoveQuestion {
    let title: String
    let place: Place
    let heir: String
    let neighbourhoods: Int
    let estates: Int
    let day: Day
    let action: Link
    let fields: [(String, String)]

    func view(_ t: Language, csrf: String) -> Html {
        let trail = breadcrumbs(
            t,
            [Crumb(t("区划", "Places"), "/places"), Crumb(place.title(t), "/places/\(place.code)"), Crumb(title)])
        let facts = factList(
            t,
            [
                FactLine(t("从", "From"), "\(place.title(t)) \(code(place.code.digits))"),
                FactLine(t("到", "To"), "\(heir)"),
                FactLine(t("社区", "Neighbourhoods"), "\(grouped(neighbourhoods))", unit: t("个", "")),
                FactLine(t("小区", "Estates"), "\(grouped(estates))", unit: t("个", "")),
                FactLine(t("生效日期", "As of"), time(t, day)),
            ])
        let consequence = t(
            "小区编号、项目和历史不变；社区在新街道下取得临时代码，原社区撤销。这一步不能撤回，只能再迁回来。",
            """
            Numbers, projects and history stay; the neighbourhoods get provisional codes under the new subdistrict and the old \
            ones end. It cannot be undone, only moved back.
            """)
        let warning = notice(
            .amber, title: t("将有 \(grouped(estates)) 个小区迁移", "\(estatesText(estates, t)) will move"),
            "\(consequence)")
        let form = Components.form(
            action: action, csrf: csrf, hidden: fields + [("confirm", "1")],
            formActions([
                submitButton(t("确认", "Confirm"), .danger),
                linkButton(t("取消", "Cancel"), "/places/\(place.code)", .plain),
            ]))
        return trail + pageHead(title) + warning + card(facts + form)
    }
}
