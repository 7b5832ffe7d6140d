import Components
import Decide
import Html
import Kernel
import Ledger

extension SharePage {
    func view(_ t: Language) -> Html {
        var parts = [head(t), LedgerTab.tabs(.share, t), errorSummary(t, flaws + (statement?.refusals ?? [])), form(t)]
        if let registered { parts.append(registerCard(t, registered)) }
        if let split {
            parts.append(grid([bearersCard(t, split), householdCard(t, split)], .halves))
            parts.append(linesCard(t, split))
            parts.append(statement.map { stateCard(t, $0) } ?? "")
        }
        return stack(parts.filter { !$0.isEmpty })
    }

    private func head(_ t: Language) -> Html {
        pageHead(
            t("分摊试算", "Cost sharing"), note: "\(ruleText(t)) · \(t("只试算，不记账", "a trial: nothing is posted"))",
            actions: [printButton(t)])
    }

    func ruleText(_ t: Language) -> String {
        let rule = query.rule
        let keys = rule.keys.map {
            t("按\($0.basis.name.zh) ", "by \($0.basis.name.en) ") + ShareText.percent($0.part) + "%"
        }
        let version = t(
            "\(ShareWords.rule(query.code).zh)规则第 \(rule.version) 版",
            "rule “\(ShareWords.rule(query.code).en)”, version \(rule.version)")
        return version + t("（\(rule.source)）：住户部分", " (\(rule.source)): households ")
            + keys.joined(separator: t("、", ", "))
    }

    // MARK: The form

    private func form(_ t: Language) -> Html {
        let cost = fieldset(
            t("费用与规则", "Cost and rule"),
            Html.joined(
                [
                    field(
                        "rule", t("规则", "Rule"),
                        .select(codes.map { Choice($0, ShareWords.rule($0)(t)) }, selected: query.code), t),
                    field("total", t("总费用", "Total"), .number(query.total, unit: t("元", "yuan")), t),
                ]
                    + query.rule.bearers.map { bearer in
                        field(
                            "part-\(bearer.code)",
                            t(
                                "\(ShareWords.bearer(bearer.code).zh)承担",
                                "Borne by: \(ShareWords.bearer(bearer.code).en)"),
                            .number(query.parts[bearer.code] ?? "", unit: "%", min: "0", max: "100"), t,
                            help: t(
                                "现行规则 \(ShareText.percent(bearer.part)) %",
                                "\(ShareText.percent(bearer.part)) % by the rule"))
                    }))
        let register = fieldset(
            t("住户：取自登记库", "Households: from the register"),
            help: t("填了编号，就不按单元推算。", "With a number, the house below does not count."),
            Html.joined([
                field(
                    "register", t("项目或小区编号", "Number of a project or estate"),
                    .text(query.register, placeholder: "CSP-0031", limit: 40), t,
                    help: t("如 CSP-0031、CS-00417。", "Such as CSP-0031, CS-00417.")),
                building(t),
            ]))
        let house = fieldset(
            t("住户：按单元推算", "Households: a house as most are"),
            Html.joined([
                field("units", t("单元数", "Stairwells"), .number(query.units), t),
                field("floors", t("层数", "Floors"), .number(query.floors), t),
                field("homes", t("每层户数", "Homes a floor"), .number(query.homes), t),
                field("area", t("每户面积", "Area of each"), .number(query.area, unit: "m²"), t),
            ]))
        let list = fieldset(
            t("住户：逐户列出", "Households: one by one"),
            help: t("填了这里，就不取登记库、不按单元推算。", "What is written here takes the place of both above."),
            field(
                "list", t("一行一户", "A household a line"), .area(query.list, rows: 5, limit: ShareQuery.listLimit), t,
                help: t(
                    "门牌 面积 楼层 受益程度，如“1-101 78.5 1”；可从表格粘贴，后两项可省。",
                    "Household, area, floor, benefit, such as “1-101 78.5 1”; may be pasted from a spreadsheet, "
                        + "the last two may be left out.")))
        let reliefs = fieldset(
            t("困难减免", "Hardship relief"),
            Html.joined(
                query.rule.reliefs.map { relief in
                    field(
                        "relief-\(relief.code)",
                        t(
                            "\(ShareWords.relief(relief.code).zh)（减免 \(ShareText.percent(relief.part)) %）",
                            "\(ShareWords.relief(relief.code).en) (\(ShareText.percent(relief.part)) % off)"),
                        .text(query.reliefs[relief.code] ?? "", placeholder: "1-101, 2-301", limit: 2_000), t)
                }))
        let buttons = formActions([
            submitButton(t("试算", "Try")), linkButton(t("恢复默认", "Start over"), "/ledger/share", .plain),
        ])
        let body: Html = """
            <form method="get" action="/ledger/share" novalidate>\(hiddenField("of", query.code))\(cost)\(register)\
            \(house)\(list)\(query.rule.reliefs.isEmpty ? "" : reliefs)\(buttons)</form>
            """
        return card(t("假如……", "What if …"), id: "try", body)
    }

    /// Offered once the number is known.
    private func building(_ t: Language) -> Html {
        let label = t("楼栋", "Building")
        guard let registered else {
            return query.register.isEmpty ? "" : field("building", label, .text(query.building, limit: 100), t)
        }
        let all = Choice("", t("全部 \(registered.buildings.count) 栋", "All \(registered.buildings.count)"))
        let choices = [all] + registered.buildings.map { Choice($0, $0) }
        return field("building", label, .select(choices, selected: query.building), t)
    }

    private func field(_ name: String, _ label: String, _ control: Control, _ t: Language, help: String? = nil) -> Html
    {
        Components.field(
            t, FormField(name, label, control, help: help, error: flaws.first { $0.field == name }?.message(t)))
    }

    /// What was taken from the register, and what it does not know.
    private func registerCard(_ t: Language, _ found: RegisteredHouseholds) -> Html {
        let shown = 12
        let area = found.households.reduce(0) { $0 + $1.area }
        let (taken, lifts) = (found.taken, found.withLift)
        let lines = [
            ValueLine(
                t("楼栋", "Buildings"),
                "\(t("计入 \(taken) 栋，有电梯的 \(lifts) 栋", "\(taken) count, \(lifts) have a lift"))"
            ),
            ValueLine(t("住户", "Households"), "\(grouped(found.households.count))"),
            ValueLine(t("面积", "Area"), "\(hundredths(area)) m²"),
        ]
        let rest = found.gaps.count - shown
        var gaps = found.gaps.prefix(shown).map { gap -> Html in "\(code(gap.building)) \(gap.what(t))" }
        if rest > 0 { gaps.append("\(t("另有 \(rest) 项", "and \(rest) more"))") }
        let told: Html =
            gaps.isEmpty
            ? "<p>\(t("登记库里都有。", "The register has it all."))</p>"
            : "<h3>\(t("登记库里没有的", "What the register does not know"))</h3>" + points(gaps)
        let byHand = query.writtenOut(found.households).map {
            linkButton(t("逐户写出，再手工修改", "Write them out to change by hand"), $0)
        }
        let actions = found.households.isEmpty ? [] : [byHand].compactMap(\.self)
        return card(
            t("取自登记库：\(found.name)", "From the register: \(found.name)"), id: "register",
            valueList(lines)
                + paragraph(
                    t(
                        "逐户登记的楼按登记的门牌和面积；其余按户数、单元数、层数平均推算，面积取平均。",
                        "Dwellings that are registered count as they are; elsewhere households are spread evenly over "
                            + "entrances and floors, with the average area.")) + told
                + (actions.isEmpty ? "" : formActions(actions)))
    }

    // MARK: The result

    private func bearersCard(_ t: Language, _ split: ShareSplit) -> Html {
        func percentage(_ fen: Int64) -> String {
            split.total > 0 ? percentText(Double(fen) / Double(split.total)) : "—"
        }
        let before = Dictionary(
            usual?.bearers.map { ($0.code, $0.amount) } ?? [], uniquingKeysWith: { first, _ in first })
        let together = split.lines.reduce(Int64(0)) { $0 + $1.amount }
        let usualTogether = usual.map { $0.lines.reduce(Int64(0)) { $0 + $1.amount } }
        var rows = split.bearers.map { bearer in
            TableRow([
                "\(ShareWords.bearer(bearer.code)(t))", "\(hundredths(bearer.amount))",
                "\(percentage(bearer.amount))", yuan(before[bearer.code]), "\(hundredths(bearer.relief))",
            ])
        }
        rows.append(
            TableRow([
                "\(t("住户合计（\(split.lines.count) 户）", "Households together (\(split.lines.count))"))",
                "\(hundredths(together))", "\(percentage(together))", yuan(usualTogether), "—",
            ]))
        let title = t("谁承担多少", "Who bears how much")
        let data = DataTable(
            caption: title,
            columns: [
                TableColumn(t("承担方", "Who"), .heading), TableColumn(t("承担", "Bears"), .number, note: t("元", "yuan")),
                TableColumn(t("占比", "Share"), .number),
                TableColumn(t("现行规则", "By the rule"), .number, note: t("元", "yuan")),
                TableColumn(t("其中承担减免", "Of which relief"), .number, note: t("元", "yuan")),
            ], rows: rows,
            totals: [
                "\(t("合计", "Total"))", "\(hundredths(split.total))", "\(percentage(split.total))",
                yuan(usual?.total), "\(hundredths(split.bearers.reduce(0) { $0 + $1.relief }))",
            ], phone: .scroll)
        return card(
            title, note: "\(t("分到每一分，合计等于总费用", "shared to the last fen; the parts sum to the total"))", table(t, data))
    }

    private func yuan(_ fen: Int64?) -> Html { fen.map { "\(hundredths($0))" } ?? "—" }

    /// "What do I pay, and why": of the household asked for, else of the first.
    private func householdCard(_ t: Language, _ split: ShareSplit) -> Html {
        let title = t("我家付多少，为什么", "What do I pay, and why")
        let ask: Html = """
            <form class="filters no-print" method="get" action="/ledger/share" aria-label="\(title)">\
            \(Html.each(query.link.query) { hiddenField($0.name, $0.value) })\
            \(filterSearch(label: t("门牌", "Household"), name: "household", value: query.household, placeholder: "1-101"))\
            <div class="filter-actions"><button class="button quiet" type="submit">\(t("查看", "Show"))</button></div></form>
            """
        guard let line = query.household.isEmpty ? split.lines.first : split[query.household] else {
            return card(
                title, id: "household",
                ask
                    + emptyState(
                        t("没有住户“\(query.household)”", "There is no household “\(query.household)”"),
                        "\(t("门牌照下面的住户表填写，如 1-101。", "Write it as in the list below, such as 1-101."))"))
        }
        let reasons = points(line.reasons.map { "\($0(t))" })
        let amount: Html = """
            <p>\(code(line.household.id)) <b>\(hundredths(line.amount))</b> \(t("元", "yuan"))</p>
            """
        return card(title, id: "household", ask + amount + reasons)
    }

    private func linesCard(_ t: Language, _ split: ShareSplit) -> Html {
        let page = shownPage(query.page, of: split.lines.count, size: Self.size)
        let shown = split.lines.dropFirst((page - 1) * Self.size).prefix(Self.size)
        let unit = t("元", "yuan")
        let title = t("每户应付", "What each household pays")
        let data = DataTable(
            caption: title,
            columns: [
                TableColumn(t("住户", "Household"), .heading), TableColumn(t("面积（m²）", "Area (m²)"), .number),
                TableColumn(t("楼层", "Floor"), .number), TableColumn(t("应摊", "Share"), .number, note: unit),
                TableColumn(t("减免", "Relief"), .number, note: unit),
                TableColumn(t("分担他户减免", "Of others' relief"), .number, note: unit),
                TableColumn(t("应付", "Pays"), .number, note: unit),
                TableColumn(t("现行规则", "By the rule"), .number, note: unit),
            ], rows: shown.map { row(t, $0) }, totals: totals(t, split), phone: .scroll)
        return card(
            title, id: "households",
            table(t, data)
                + pager(
                    t, page: page, size: Self.size, total: split.lines.count, base: query.link.fragment("households")))
    }

    /// A trial that was agreed upon, as each household reads it beside its share.
    private func stateCard(_ t: Language, _ statement: Statement) -> Html {
        let told = t(
            "住户已按这个结果承诺出资的，可以记为项目的分摊依据：每户在自己的一份里看到怎样算出来的。金额须与承诺一致；不记账。",
            "Where the households have promised by this result, keep it as the project's reasons: each reads in its own share "
                + "how it was reckoned. The amounts must be those promised; nothing is posted.")
        let project = FormField(
            "project", t("项目编号", "Project number"), .text(statement.project, .code, placeholder: "CSP-0031", limit: 40),
            error: statement.refusals.first?.message(t), required: true)
        let address = query.link.text.split(separator: "?", maxSplits: 1).last.map(String.init) ?? ""
        return card(
            t("记为项目的分摊依据", "Keep as a project's reasons"), id: "state",
            paragraph(told)
                + Components.form(
                    action: "/ledger/share", csrf: statement.csrf, hidden: [("share", address)],
                    Components.field(t, project) + formActions([submitButton(t("记为分摊依据", "Keep"), .quiet)])))
    }

    private func row(_ t: Language, _ line: ShareSplit.Line) -> TableRow {
        let household = line.household
        let mark: Html = household.relief.map { " " + pill(ShareWords.relief($0)(t), .indigo) } ?? ""
        return TableRow(
            [
                code(household.id) + mark, "\(hundredths(household.area))", "\(household.floor)",
                "\(hundredths(line.gross))", "\(hundredths(line.relief))", "\(hundredths(line.takenOn))",
                "<b>\(hundredths(line.amount))</b>", yuan(usual?[household.id]?.amount),
            ], link: query.link.with("household", household.id).fragment("household"))
    }

    private func totals(_ t: Language, _ split: ShareSplit) -> [Html] {
        func sum(_ value: (ShareSplit.Line) -> Int64) -> Html {
            "\(hundredths(split.lines.reduce(0) { $0 + value($1) }))"
        }
        return [
            "\(t("合计 \(split.lines.count) 户", "Total of \(split.lines.count)"))", sum(\.household.area), "",
            sum(\.gross), sum(\.relief), sum(\.takenOn), sum(\.amount),
            yuan(usual.map { $0.lines.reduce(0) { $0 + $1.amount } }),
        ]
    }
}

/// What the codes of shipped rules are called; a city's own codes are shown as they are.
enum ShareWords {
    static func rule(_ code: String) -> Phrase {
        switch code {
        case "works": Phrase(zh: "综合改造", en: "works")
        case "lift": Phrase(zh: "加装电梯", en: "lift")
        case "pipes": Phrase(zh: "管线改造", en: "pipes")
        default: Phrase(zh: code, en: code)
        }
    }

    static func bearer(_ code: String) -> Phrase {
        switch code {
        case "ownerUnit": Phrase(zh: "原产权单位", en: "original owner units")
        case "district": Phrase(zh: "区县财政", en: "the district")
        default: Phrase(zh: code, en: code)
        }
    }

    static func relief(_ code: String) -> Phrase {
        switch code {
        case "dibao": Phrase(zh: "低保户", en: "on minimum allowance")
        case "tekun": Phrase(zh: "特困户", en: "in extreme hardship")
        case "disabled": Phrase(zh: "残疾人家庭", en: "with a disabled member")
        default: Phrase(zh: code, en: code)
        }
    }
}
