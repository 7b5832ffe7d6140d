import Components
import Frame
import Html
import Kernel
import Registry

extension StagesPage {
    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(t("项目阶段", "Stages"), refused: refusals, view(t))
    }

    private func view(_ t: Language) -> Html {
        let note = t(
            "项目按此顺序推进。年度计划、累计完成等数字按阶段所属的环节计，改名和排序不影响数字。",
            "Projects go through these in order. Figures follow the part of life a stage belongs to; names and order change none."
        )
        let head = pageHead(t("项目阶段", "Stages"), note: "\(note)")
        return head + errorSummary(t, refusals) + card(table(t, list(t))) + (mayEdit ? addCard(t) : "")
    }

    private func list(_ t: Language) -> DataTable {
        let columns = [
            TableColumn(t("阶段", "Stage"), .heading), TableColumn(t("环节", "Part of life")),
            TableColumn(t("代码", "Code")), TableColumn(t("项目", "Projects"), .number), TableColumn(t("状态", "State")),
        ]
        let rows = stages.map { stage in
            let count = standing[stage.code] ?? 0
            let projects = ProjectQuery.list { $0.stage = stage.code }
            return TableRow(
                [
                    stagePill(stage.look, stage.name(t)), "\(stage.tone.name(t))", code(stage.code),
                    count > 0 ? CityFigures.link(grouped(count), projects) : "0",
                    stage.isRetired ? pill(t("已停用", "retired")) : pill(t("在用", "in use"), .jade),
                ], link: mayEdit ? Self.link(stage.code) : nil)
        }
        return DataTable(caption: t("项目阶段", "Stages"), columns: columns, rows: rows)
    }

    private func addCard(_ t: Language) -> Html {
        func field(_ name: String, _ label: String, _ control: Control, help: String? = nil) -> Html {
            Components.field(
                t, FormField(name, label, control, help: help, error: refusals.message(name, t), required: true))
        }
        let fields = [
            field("zh", t("中文名称", "Chinese name"), .text(typed.text("zh"), limit: 20)),
            field("en", t("英文名称", "English name"), .text(typed.text("en"), limit: 40)),
            field(
                "code", t("代码", "Code"), .text(typed.text("code"), .code, limit: 30),
                help: t("英文字母，建立后不变，供接口和表格使用", "Letters, for good: programs and sheets use it")),
            field(
                "tone", t("所属环节", "Part of life"),
                .select(Stage.Tone.allCases.map { Choice($0.rawValue, $0.name(t)) }, selected: typed.text("tone")),
                help: t("建立后不变：年度数字按它计", "For good: the yearly figures follow it")),
            field(
                "previous", t("排在哪个阶段之后", "After which stage"),
                .select(stages.map { Choice($0.code, $0.name(t)) }, selected: typed.text("previous"))),
        ]
        return disclosure(
            t("增加阶段", "Add a stage"), open: !refusals.isEmpty,
            form(
                action: "/stages", csrf: csrf, guardsChanges: true,
                Html.joined(fields) + formActions([submitButton(t("增加", "Add"))])))
    }
}

extension StageEditPage {
    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(stage.name(t), refused: refusals, view(t))
    }

    private func view(_ t: Language) -> Html {
        let trail = breadcrumbs(t, [Crumb(t("项目阶段", "Stages"), "/stages"), Crumb(stage.name(t))])
        let head = pageHead(
            stage.name(t), pills: [pill(stage.tone.name(t), .indigo)], note: "\(t("代码", "Code")) \(code(stage.code))")
        return trail + head + errorSummary(t, refusals) + editCard(t) + retireCard(t)
    }

    private func editCard(_ t: Language) -> Html {
        func typed(_ name: String, _ stored: String) -> String { self.typed?[name] ?? stored }
        func field(_ name: String, _ label: String, _ control: Control) -> Html {
            Components.field(t, FormField(name, label, control, error: refusals.message(name, t), required: true))
        }
        let before = stages.last { $0.position < stage.position }?.code ?? ""
        var fields = [
            field("zh", t("中文名称", "Chinese name"), .text(typed("zh", stage.name.zh), limit: 20)),
            field("en", t("英文名称", "English name"), .text(typed("en", stage.name.en), limit: 40)),
        ]
        if before.isEmpty {
            fields.append(hiddenField("previous", ""))
        } else {
            // Only places within the same part of life can be right.
            let others = stages.filter { $0.code != stage.code }
            let places = others.indices.filter { index in
                let next = index + 1 < others.count ? others[index + 1].tone : Stage.Tone.leftOut
                return others[index].tone <= stage.tone && stage.tone <= next
            }.map { Choice(others[$0].code, others[$0].name(t)) }
            fields.append(
                field(
                    "previous", t("排在哪个阶段之后", "After which stage"),
                    .select(places, selected: typed("previous", before))))
        }
        return card(
            form(
                action: StagesPage.link(stage.code), csrf: csrf, guardsChanges: true,
                Html.joined(fields)
                    + formActions([
                        submitButton(t("保存", "Save")), linkButton(t("取消", "Cancel"), "/stages", .plain),
                    ])))
    }

    private func retireCard(_ t: Language) -> Html {
        let action: Link = "/stages/\(stage.code)/retire"
        let why =
            stage.isRetired
            ? t("重新启用后，项目可以再推进到这个阶段。", "Projects can be moved here again.")
            : t(
                "停用后项目不能再推进到这里；经过它的项目历史不变。还有项目处于此阶段时不能停用。",
                "Projects can no longer be moved here; histories keep it. Not while projects stand here.")
        let button =
            stage.isRetired
            ? submitButton(t("重新启用", "Use again"), .quiet) : submitButton(t("停用", "Retire"), .danger)
        return card(
            stage.isRetired ? t("重新启用", "Use again") : t("停用", "Retire"),
            "<p>\(why)</p>"
                + form(
                    action: action, csrf: csrf, hidden: [("retired", stage.isRetired ? "0" : "1")],
                    formActions([button])))
    }
}
