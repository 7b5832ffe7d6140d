import Components
import Html
import Kernel
import Ledger
import Registry

/// Asks from where one looks at a sheet: as of a day, as was known on a day.
enum MomentForm {
    static func card(action: Link, _ moment: LedgerMoment, _ t: Language) -> Html {
        let (asOf, known) = (moment.asOf, moment.known)
        var said: [String] = []
        if let asOf { said.append(t("只计到 \(dayText(t, asOf))", "counted up to \(dayText(t, asOf))")) }
        if let known { said.append(t("按 \(dayText(t, known)) 所知", "as known on \(dayText(t, known))")) }
        return Components.card(
            filterBar(
                t, action: action, moment.filters(t), clear: moment == .now ? nil : action,
                found: "\(said.isEmpty ? t("现在的账", "as it is now") : said.joined(separator: t("，", ", ")))"))
    }
}

/// Rules that entries broke and were posted all the same.
enum BrokenRules {
    static func card(_ broken: [BrokenRule], showsProject: Bool, _ names: SheetNames, _ t: Language) -> Html {
        guard !broken.isEmpty else { return "" }
        var columns = [
            TableColumn(t("分录", "Entry"), .heading), TableColumn(t("生效日", "Day")), TableColumn(t("规则", "Rule")),
            TableColumn(t("关于", "About")), TableColumn(t("本次", "Asked"), .number),
            TableColumn(t("最多", "Allowed"), .number), TableColumn(t("理由", "Reason")),
        ]
        if showsProject { columns.insert(TableColumn(t("项目", "Project")), at: 1) }
        let rows = broken.map { line in
            let finding = line.finding
            var cells: [Html] = [
                "\(grouped(Int(line.entry)))", time(t, line.day), "\(finding.rule.words.rule(t))",
                code(finding.about), "\(yuanText(finding.asked))", "\(yuanText(finding.allowed))",
                "\(line.reason.isEmpty ? t("国库事实", "fact of the treasury") : line.reason)",
            ]
            if showsProject {
                let project = line.project
                cells.insert(SheetWords.link(names.project(project), "/ledger/projects/\(project)"), at: 1)
            }
            return TableRow(cells, link: "/ledger/entries/\(line.entry)", tone: .cinnabar)
        }
        let title = t("违反的规则", "Rules broken")
        return Components.card(
            title, note: "\(grouped(broken.count))", id: "findings",
            table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }
}

/// Choosing works, a whole class or one item.
extension WorksMenu {
    func classFilter(_ selected: String, _ t: Language) -> Html {
        filterSelect(
            label: t("工程类别", "Class of work"), name: "class",
            options: [Choice("", t("全部", "All"))] + classes.map { Choice($0.code, $0.name(t)) }, selected: selected)
    }

    func itemFilter(_ selected: String, _ t: Language) -> Html {
        filterSelect(
            label: t("改造内容", "Work item"), name: "item",
            options: [Choice("", t("全部", "All"))] + items.map { Choice($0.code, $0.name(t)) }, selected: selected)
    }
}
