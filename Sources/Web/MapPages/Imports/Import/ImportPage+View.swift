import Components
import Frame
import Html
import Kernel
import Registry
import Sheets

extension ImportPage {
    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(batch.fileName, refused: refusals, view(t))
    }

    private func view(_ t: Language) -> Html {
        let trail = breadcrumbs(t, [Crumb(t("导入", "Import"), "/imports"), Crumb(batch.fileName)])
        let head = pageHead(
            batch.fileName, pills: [pill(batch.kind.name(t)), batch.state.pill(t)],
            note: "\(area(t)) · \(batch.options.source) · \(batch.who(people)(t)) · \(time(t, batch.at))")
        let body =
            switch batch.state {
            case .previewed where !mayImport:
                notice(
                    .neutral, title: t("等待上传者决定", "Waiting for a decision"),
                    "\(t("还没有写入任何内容。", "Nothing was stored yet."))")
            case .previewed: report.map { preview($0, t) } ?? unreadable(t)
            case .applied: applied(t)
            case .discarded: discarded(t)
            }
        return trail + head + errorSummary(t, refusals) + body
    }

    private func preview(_ report: ImportReport, _ t: Language) -> Html {
        let rows = ImportRowsView(page: self, report: report)
        return notices(report, t) + tiles(t) { report.count($0) } + decision(report, t) + rows.view(t)
            + (batch.kind.isSheet ? reading(report.mapping, t) : "") + options(t, open: false)
    }

    // MARK: What is known of the file as a whole

    private func unreadable(_ t: Language) -> Html {
        let reasons: Html = Html.each(trouble) { "<p>\($0.message(t))</p>" }
        let anew: Html =
            batch.options.mapping == nil
            ? ""
            : Components.form(
                action: "/imports/\(batch.id)/mapping", csrf: csrf, hidden: [("recognise", "1")],
                submitButton(t("重新自动识别各列", "Recognise the columns anew"), .quiet))
        let body = reasons + anew
        return notice(.cinnabar, title: t("这个文件暂时读不了", "This file cannot be read as it stands"), body)
            + options(t, open: true) + card(discardForm(t))
    }

    private func notices(_ report: ImportReport, _ t: Language) -> Html {
        let told = Html.each(report.notices) { notice(.amber, "\($0.message(t))") }
        guard !report.newNeighbourhoods.isEmpty else { return told }
        let list = report.newNeighbourhoods.prefix(20).joined(separator: t("、", ", "))
        let count = report.newNeighbourhoods.count
        let rest = count > 20 ? t("等 \(count) 个", " and \(count - 20) more") : ""
        let next = t("。先登记为待确认，再到区划页确认。", ". They stay unconfirmed until somebody confirms them among the places.")
        return told
            + notice(
                .indigo,
                title: t(
                    "将新建 \(count) 个社区",
                    count == 1 ? "One neighbourhood will be made" : "\(count) neighbourhoods will be made"),
                "\(list)\(rest)\(next)")
    }

    private func tiles(_ t: Language, _ count: (ImportReport.Outcome) -> Int) -> Html {
        let shown = ImportReport.Outcome.allCases.filter { outcome in
            count(outcome) > 0 || outcome != .skipped && !(batch.kind == .checklist && outcome == .changed)
        }
        return grid(
            shown.map { outcome in
                let number = count(outcome)
                let isListed = report != nil && number > 0 && (outcome != .unchanged || batch.kind == .checklist)
                return figureTile(
                    t, label: outcome.name(batch.kind)(t), value: grouped(number),
                    unit: batch.kind.isSheet
                        ? t("行", number == 1 ? "row" : "rows") : t("个图形", number == 1 ? "shape" : "shapes"),
                    source: isListed ? Link("").fragment("rows-\(outcome.rawValue)") : nil,
                    tone: number > 0 ? outcome.tone : .neutral)
            }, .figures)
    }

    // MARK: The decision

    private func decision(_ report: ImportReport, _ t: Language) -> Html {
        let action: Link = "/imports/\(batch.id)/apply"
        let title = t("确认导入", "Decide")
        if report.hindrances > 0 {
            let why = [
                counted(report.count(.refused), "行不能导入", "refused", t),
                counted(report.count(.doubtful), "行存疑", "doubtful", t),
            ].compactMap { $0 }.joined(separator: t("，", ", "))
            let rule = t(
                "因此默认一行也不写入：请更正文件后重新上传；存疑的行也可以在下面逐行说明；或者只导入合格的行。",
                """
                So nothing is stored by default: mend the file and upload it again; say below what the doubtful rows are; or \
                take the good rows only.
                """)
            let download = linkButton(t("下载未导入的行", "Download the rows left out"), "/imports/\(batch.id)/refused.xlsx")
            let take: Html =
                writes > 0
                ? submitButton(
                    t(
                        "只导入合格的 \(grouped(writes)) 行",
                        writes == 1 ? "Take the one good row only" : "Take the \(grouped(writes)) good rows only"),
                    name: "take", value: "good") : ""
            return card(
                title,
                "<p><b>\(why)</b></p><p>\(rule)</p>"
                    + Components.form(action: action, csrf: csrf, formActions([take, download])) + discardForm(t)
            )
        }
        guard writes > 0 else {
            return card(
                title,
                "<p>\(t("文件内容与库中一致，没有要写入的。", "The file agrees with the register; there is nothing to store."))</p>"
                    + discardForm(t))
        }
        let take = submitButton(
            t("全部导入（\(grouped(writes)) 行）", "Import all (\(grouped(writes)) \(writes == 1 ? "row" : "rows"))"),
            name: "take", value: "all")
        let promise = t(
            "没有不能导入或存疑的行。导入在一次提交中完成，每项更改记入小区历史。",
            "No row is refused or doubtful. All is stored at once; every change enters the history of its estate.")
        return card(
            title,
            "<p>\(promise)</p>"
                + Components.form(action: action, csrf: csrf, formActions([take])) + discardForm(t))
    }

    /// "3 行存疑"; nil for none.
    private func counted(_ count: Int, _ zh: String, _ en: String, _ t: Language) -> String? {
        count == 0 ? nil : t("\(grouped(count)) \(zh)", "\(grouped(count)) \(count == 1 ? "row is" : "rows are") \(en)")
    }

    private func discardForm(_ t: Language) -> Html {
        Components.form(
            action: "/imports/\(batch.id)/discard", csrf: csrf, submitButton(t("放弃这个文件", "Discard this file"), .plain))
    }

    // MARK: How it was read

    private func reading(_ mapping: HeaderMapping, _ t: Language) -> Html {
        let columns = [
            TableColumn(t("列", "Column")), TableColumn(t("表头", "Header"), .heading), TableColumn(t("读作", "Read as")),
            TableColumn(t("表头单位", "Unit in the header")),
        ]
        let rows = MappedColumn.all(of: mapping).map { column in
            let meaning: Html =
                switch column.state {
                case .known(let key): "\(survey.label(key)?(t) ?? key)"
                case .doubtful(let keys):
                    pill(t("待定", "undecided"), .amber)
                        + " \(keys.map { survey.label($0)?(t) ?? $0 }.joined(separator: t(" 或 ", " or ")))"
                case .unknown: pill(t("不导入", "left out"))
                }
            return TableRow([
                code(CellPosition.letters(ofColumn: column.index + 1)), "\(column.title)", meaning,
                "\(column.unit?.name(t) ?? "")",
            ])
        }
        let title = t("各列的含义", "What the columns mean")
        return card(
            title, note: "\(t("工作表：", "Sheet: "))\(report?.sheetName ?? "")",
            more: LinkText(t("更改", "Change"), "/imports/\(batch.id)/mapping"),
            disclosure(
                t(
                    "\(mapping.columns.count) 列已识别，\(mapping.doubts.count) 列待定，\(mapping.unknown.count) 列不导入",
                    "\(mapping.columns.count) recognised, \(mapping.doubts.count) undecided, \(mapping.unknown.count) left out"
                ),
                open: !mapping.doubts.isEmpty, table(t, DataTable(caption: title, columns: columns, rows: rows))))
    }

    private func options(_ t: Language, open: Bool) -> Html {
        let fields = draft.fields(
            t, choices, sheets: sheets.isEmpty ? nil : sheets,
            anywhere: t("\(area.zh)（按行里写的）", "\(area.en) (as the rows say)"),
            refusals)
        let body = Components.form(
            action: "/imports/\(batch.id)/options", csrf: csrf, hidden: [("kind", batch.kind.rawValue)],
            fields + formActions([submitButton(t("重新预览", "Preview again"), .quiet)]))
        let title =
            batch.kind.isSheet
            ? t("换一种读法：坐标系、工作表、所属地、来源", "Read it otherwise: datum, sheet, place, source")
            : t("换一种读法：坐标系、所属地、来源", "Read it otherwise: datum, place, source")
        return card(disclosure(title, open: open || !refusals.isEmpty, body), id: "options")
    }

    // MARK: Afterwards

    private func applied(_ t: Language) -> Html {
        let count = { (outcome: ImportReport.Outcome) in batch.counts[outcome] ?? 0 }
        let leftOut = count(.refused) + count(.doubtful)
        let list: Link =
            switch batch.kind {
            case .checklist: "/checklists"
            default:
                EstateQuery.list { filter in
                    filter.place = batch.place.level >= .district ? batch.place : nil
                    filter.sort = .changed
                    filter.descending = true
                }
            }
        let open = linkButton(
            batch.kind == .checklist
                ? t("查看比对名单", "See the lists") : t("查看小区（最近更改在前）", "See the estates, latest change first"),
            list, .primary)
        let source = batch.options.source
        let trace = t(
            "每项更改都在小区的历史里，注明来源“\(source)”。", "Every change is in its estate's history, with the source “\(source)”.")
        let done = notice(
            .jade, title: t("导入完成", "Imported"), "\(trace)",
            actions: [open, linkButton(t("再导入一个文件", "Import another file"), "/imports")])
        guard leftOut > 0 else { return done + tiles(t, count) }
        let remedy = t(
            "工作簿里保留原列，最后一列写明原因；更正后可直接再导入。",
            "The workbook keeps their columns and gives the reason in the last; mend it and import it again.")
        let rest = notice(
            .amber,
            title: t(
                "\(grouped(leftOut)) 行没有导入",
                leftOut == 1 ? "One row was left out" : "\(grouped(leftOut)) rows were left out"),
            "\(remedy)",
            actions: [linkButton(t("下载未导入的行", "Download the rows left out"), "/imports/\(batch.id)/refused.xlsx")])
        return done + rest + tiles(t, count)
    }

    private func discarded(_ t: Language) -> Html {
        notice(
            .neutral, title: t("已放弃，没有导入任何行", "Discarded; nothing was imported"),
            "\(t("需要时请重新上传。", "Upload the file again if it is needed."))",
            actions: [linkButton(t("回到导入", "Back to import"), "/imports")])
    }
}

/// A column of the file with what it was taken for.
struct MappedColumn {
    enum State {
        case known(String)
        case doubtful([String])
        case unknown
    }

    /// Zero-based.
    let index: Int
    let title: String
    let state: State
    let unit: Registry.Unit?

    static func all(of mapping: HeaderMapping) -> [MappedColumn] {
        let known = mapping.columns.map {
            MappedColumn(index: $0.index, title: $0.title, state: .known($0.key), unit: $0.unit)
        }
        let doubtful = mapping.doubts.map {
            MappedColumn(index: $0.index, title: $0.title, state: .doubtful($0.candidates), unit: nil)
        }
        let unknown = mapping.unknown.map { MappedColumn(index: $0.index, title: $0.title, state: .unknown, unit: nil) }
        return (known + doubtful + unknown).sorted { $0.index < $1.index }
    }
}
