import Components
import Frame
import HTTPTypes
import Html
import Kernel
import Ledger

extension AskPage {
    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        let day = query.question.period.moment.asOf ?? today
        return visit.page(
            t("自己提问", "Ask the ledger"), source: visit.ledgerSource(day),
            status: attempt.refusals.first?.kind.status ?? .ok, view(t))
    }

    private var question: LedgerQuestion { query.question }
    private var base: Link { query.link("/ledger/ask") }

    private func view(_ t: Language) -> Html {
        let note: Html = """
            \(t(
                "任意维度、任意条件、任意两个时期相比；地址就是问题，可以转发。",
                "Any dimensions, any conditions, any two periods; the address is the question and can be sent on."))
            """
        let head = pageHead(t("自己提问", "Ask the ledger"), note: note, actions: exports + [printButton(t)])
        let filters = filterBar(
            t, action: "/ledger/ask", keep: [("sort", query.tableSort.parameter)], fields(t), clear: "/ledger/ask",
            found: found(t))
        return stack([
            AuditDeskParts.crumbs(t, t("自己提问", "Ask your own")), head, errorSummary(t, attempt.refusals),
            card(filters), body(t), totals(t), saving(t), examples(t),
        ])
    }

    private func found(_ t: Language) -> Html {
        let beside = question.beside.map { t("；对比：", "; beside ") + AskWords.period($0, today, t) } ?? ""
        return """
            <b>\(grouped(lines.count))</b>\(t(" 行；", lines.count == 1 ? " line; " : " lines; "))\
            \(AskWords.period(question.period, today, t))\(beside)
            """
    }

    // MARK: Controls

    private func fields(_ t: Language) -> [Html] {
        let axes = (0..<max(4, question.by.count)).map { index in
            filterSelect(
                label: index == 0 ? t("按", "By") : t("再按", "then by"), name: "by",
                options: [Choice("", "—")] + AskAxis.allCases.map { Choice($0.rawValue, $0.name(t)) },
                selected: index < question.by.count ? question.by[index].rawValue : "")
        }
        let chosen = question.stages.sorted()
        let several = chosen.map(\.code).joined(separator: ",")
        let stages = filterSelect(
            label: t("环节", "Stage"), name: "stage",
            options: [Choice("", t("全部，分列", "All, told apart"))]
                + LedgerStage.allCases.map { Choice($0.code, $0.name(t)) }
                + (chosen.count > 1 ? [Choice(several, t("\(chosen.count) 个环节", "\(chosen.count) stages"))] : []),
            selected: several)
        let values = filterSelect(
            label: t("数值", "Number"), name: "value",
            options: LedgerQuestion.Value.allCases.map { Choice($0.rawValue, $0.name(t)) },
            selected: question.value.rawValue)
        let measures = filterSelect(
            label: t("计量", "Measure"), name: "measure",
            options: LedgerMeasure.allCases.map { Choice($0.rawValue, AskWords.measure($0, t)) },
            selected: question.measure.rawValue)
        return axes + [stages, values, measures] + days(question.period, "", t)
            + [
                disclosure(
                    t("条件", "Conditions"), open: question.part != LedgerPart(), Html.joined(conditions(t))),
                disclosure(
                    t("与另一时期对比", "Compare with another period"), open: question.beside != nil,
                    Html.joined(days(question.beside ?? LedgerPeriod(), "vs-", t))),
            ]
    }

    private func days(_ period: LedgerPeriod, _ prefix: String, _ t: Language) -> [Html] {
        let labels = [t("自（生效日）", "From"), t("截至（生效日）", "As of"), t("当时所知（记账日）", "As known on")]
        return zip(labels, AskQuery.parameters(of: period, prefix)).map { label, parameter in
            filterDay(label: label, name: parameter.0, value: parameter.1)
        }
    }

    private func conditions(_ t: Language) -> [Html] {
        let (part, all) = (question.part, Choice("", t("全部", "All")))
        return [
            filterSelect(
                label: t("区县", "District"), name: "district",
                options: [all] + districts.map { Choice($0.code.digits, $0.name(t)) },
                selected: part.place?.digits ?? ""),
            filterSelect(
                label: t("资金来源", "Source"), name: "source",
                options: [all] + sources.map { Choice($0.code, $0.name(t)) }, selected: part.source),
            menu.classFilter(part.workClass, t), menu.itemFilter(part.item, t),
            filterSearch(label: t("项目编号", "Project number"), name: "project", value: part.project),
            filterSearch(label: t("合同编号", "Contract"), name: "contract", value: part.contract),
            filterSearch(label: t("当事方代码", "Party's code"), name: "party", value: part.party),
            filterSearch(label: t("更新片区代码", "Area's code"), name: "area", value: part.area),
            filterSearch(label: t("预算年度", "Budget year"), name: "year", value: part.year.map { String($0) } ?? ""),
        ]
    }

    // MARK: The answer

    private func body(_ t: Language) -> Html {
        guard !lines.isEmpty else {
            return card(
                t("答案", "Answer"),
                emptyState(
                    t("答案：无", "Answer: none"), "\(t("没有符合条件的分录；放宽条件再试。", "No entry matches; try fewer conditions."))",
                    action: linkButton(t("重新开始", "Begin anew"), "/ledger/ask")))
        }
        let amounts = AskWords.amounts(question, t)
        let sorts = [AskQuery.Sort.amount, .beside, .difference]
        let heads = asked.axes.enumerated().map { index, axis in
            TableColumn(axis.name(t), index == 0 ? .heading : .text, sort: AskQuery.key(.axis(index)))
        }
        let columns = heads + zip(amounts, sorts).map { TableColumn($0, .number, sort: AskQuery.key($1)) }
        let shown = lines.dropFirst((page - 1) * Self.size).prefix(Self.size)
        let sum = asked.totals.count == 1 ? asked.totals.first : nil
        let data = DataTable(
            caption: t("答案", "Answer"), columns: columns, rows: shown.map { row($0, t) },
            totals: asked.axes.isEmpty ? nil : sum.map { totalRow($0, t) }, sort: query.tableSort, base: base)
        return card(
            t("答案", "Answer"), table(t, data) + pager(t, page: page, size: Self.size, total: lines.count, base: base))
    }

    private func row(_ line: AskedTable.Line, _ t: Language) -> TableRow {
        let cells = zip(asked.axes, line.keys).enumerated().map { index, pair -> Html in
            let (axis, key) = pair
            let title: Html = "\(Self.title(key, axis, items, t))\(coded(key, axis))"
            guard index > 0, let link = sheet(of: key, axis) else { return title }
            return "<a href=\"\(url: link)\">\(title)</a>"
        }
        let entries = query.entries(of: line.keys, asked.axes)
        guard let axis = asked.axes.first, let key = line.keys.first else { return TableRow(numbers(line, entries)) }
        return TableRow(cells + numbers(line, entries), link: sheet(of: key, axis) ?? entries)
    }

    private func coded(_ key: AskedTable.Key, _ axis: AskAxis) -> Html {
        let isShown = axis == .project || axis == .contract
        return isShown && key.name != nil ? " \(code(key.code))" : ""
    }

    /// The page of what a line is about, where it has one.
    private func sheet(of key: AskedTable.Key, _ axis: AskAxis) -> Link? {
        guard key.name != nil else { return nil }
        let link: Link
        switch axis {
        case .project: link = "/ledger/projects/\(key.code)"
        case .source: link = "/ledger/sources/\(key.code)"
        default: return nil
        }
        let days = AskQuery.parameters(of: LedgerPeriod(question.period.moment), "")
        return days.reduce(link) { $1.1.isEmpty ? $0 : $0.with($1.0, $1.1) }
    }

    /// The number opens the entries behind it.
    private func numbers(_ line: AskedTable.Line, _ entries: Link?) -> [Html] {
        let amount = hundredths(line.amount)
        let shown: Html = entries.map { "<a href=\"\(url: $0)\">\(amount)</a>" } ?? "\(amount)"
        guard question.beside != nil else { return [shown] }
        return [shown, "\(hundredths(line.beside))", "\(hundredths(line.difference))"]
    }

    private func totalRow(_ sum: AskedTable.Line, _ t: Language) -> [Html] {
        let blanks = [Html](repeating: "", count: max(0, asked.axes.count - 1))
        return ["\(t("合计 \(grouped(lines.count)) 行", "Total of \(grouped(lines.count))"))"] + blanks + numbers(sum, nil)
    }

    /// Over several stages there is no sum: what left one came to the next.
    private func totals(_ t: Language) -> Html {
        guard asked.totals.count > 1 else { return "" }
        let rows = asked.totals.map { sum in
            TableRow(sum.keys.map { "\(Self.title($0, .stage, items, t))" } + numbers(sum, nil))
        }
        let columns =
            [TableColumn(AskAxis.stage.name(t), .heading)]
            + AskWords.amounts(question, t).map { TableColumn($0, .number) }
        let title = t("各环节合计", "Sums by stage")
        let note = t(
            "环节之间不相加：从一个环节转出的就是下一个环节转入的。", "Stages are not added up: what leaves one comes to the next.")
        return card(
            title, note: "\(note)",
            table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    // MARK: Keeping it

    private func saving(_ t: Language) -> Html {
        let fields =
            field(
                t,
                FormField(
                    "name", t("名称", "Name"), .text(attempt.name, limit: SavedQuestion.nameLimit),
                    help: t("例如：2025 年各区县到位资金", "For example: received by district in 2025"),
                    error: attempt.refusals.first { $0.field == "name" }?.message(t), required: true))
            + field(
                t,
                FormField(
                    "shared", t("共享给所有能看台账的人", "Share it with everybody who reads the ledger"),
                    .checkbox(isOn: attempt.isShared)))
        return card(
            t("保存这个问题", "Keep this question"), note: "\(t("保存的是问题，不是答案", "the question is kept, not its answer"))",
            form(
                action: "/ledger/questions", csrf: csrf, hidden: [("question", query.stored)],
                fields + formActions([submitButton(t("保存", "Save"))])))
    }

    private func examples(_ t: Language) -> Html {
        let year = today.year
        let before = "\(year - 1)\(today.description.dropFirst(4))"
        let all: [(String, Link)] = [
            (
                t("各区县到位资金，与上一年同日相比", "Received by district, beside the same day a year ago"),
                Link("/ledger/ask", ["by": "district", "stage": "received", "vs-as-of": before])
            ),
            (
                t("各类资金、各预算年度的计划", "Planned by kind of source and budget year"),
                Link("/ledger/ask", ["by": "kind,year", "stage": "planned"])
            ),
            (
                t("今年付款最多的当事方", "Who was paid most this year"),
                Link("/ledger/ask", ["by": "contract,party", "stage": "paid", "from": "\(year)-01-01"])
            ),
            (
                t("各项目各环节的余额", "Balances by project and stage"),
                Link("/ledger/ask", ["by": "project", "stage": "", "value": "balance"])
            ),
        ]
        let items = Html.each(all) { "<li><a href=\"\(url: $0.1)\">\($0.0)</a></li>" }
        return card(t("例题", "Examples"), "<ul>\(items)</ul>")
    }
}
