import Components
import Html
import Kernel
import Registry

/// The rows of a preview by outcome, those first that somebody must look at.
struct ImportRowsView {
    let page: ImportPage
    let report: ImportReport

    private var kind: ImportKind { page.batch.kind }
    private var words: ChangeWords { ChangeWords(survey: page.survey, names: page.names) }

    func view(_ t: Language) -> Html {
        doubtful(t) + decided(t) + refused(t) + changed(t) + plain(.new, t)
            + (kind == .checklist ? plain(.unchanged, t) : "")
            + plain(.skipped, t)
    }

    private func section(_ outcome: ImportReport.Outcome, _ t: Language, _ body: ([ImportReport.Row]) -> Html) -> Html {
        let rows = report.samples[outcome] ?? []
        guard !rows.isEmpty else { return "" }
        let total = report.count(outcome)
        let note: Html =
            total > rows.count
            ? "\(t("前 \(rows.count) 行，共 \(grouped(total)) 行", "the first \(rows.count) of \(grouped(total))"))" : ""
        return card(
            "\(outcome.name(kind)(t)) \(grouped(total))", note: note, id: "rows-\(outcome.rawValue)", body(rows))
    }

    private func rowTitle(_ row: ImportReport.Row, _ t: Language) -> String {
        (kind.isSheet ? t("第 \(row.number) 行", "Row \(row.number)") : t("图形 \(row.number)", "Shape \(row.number)"))
            + (row.name.isEmpty ? "" : " · \(row.name)")
    }

    private func reasons(_ row: ImportReport.Row, _ t: Language) -> String {
        row.reasons.map { $0.message(t) }.joined(separator: t("；", " "))
    }

    // MARK: Doubtful rows

    private func doubtful(_ t: Language) -> Html {
        section(.doubtful, t) { rows in
            guard kind == .estates || kind == .outlines else {
                let help = t(
                    "名称对应不止一个小区；请在文件里补上小区编号或社区。",
                    "The name fits several estates; add their number or neighbourhood to the file.")
                return "<p>\(help)</p>" + reasonTable(rows, .doubtful, t)
            }
            let help =
                kind.isSheet
                ? t(
                    "系统不猜：请逐行选择。选“同一小区”会更新它，选“新小区”会另行登记。",
                    "Yiju does not guess: choose for each row. The same estate is updated; a new one is registered beside it."
                ) : t("系统不猜：请逐个选择是哪个小区的边界。", "Yiju does not guess: choose for each shape whose outline it is.")
            return "<p>\(help)</p>"
                + Components.form(
                    action: "/imports/\(page.batch.id)/decisions", csrf: page.csrf, guardsChanges: true,
                    grid(rows.map { choice($0, t) }, .halves)
                        + formActions([submitButton(t("保存选择并重新预览", "Save and preview again"))]))
        }
    }

    private func choice(_ row: ImportReport.Row, _ t: Language) -> Html {
        // An estate that an earlier row of this file would make has no number yet, and cannot be pointed at.
        let onFile = row.candidates.filter { !$0.number.isEmpty }
        let same = onFile.map { candidate in
            Choice(
                "same:\(candidate.id)",
                t("同一小区：", "The same as ") + "\(candidate.number) \(candidate.name)",
                help: page.names.path(candidate.place, t))
        }
        let new = kind == .estates ? [Choice("new", t("新小区", "A new estate"))] : []
        let other = new + [Choice("skip", t("跳过这一行", "Skip it")), Choice("", t("以后再定", "Decide later"))]
        let links = onFile.map { candidate -> Html in
            let link: Link = "/estates/\(candidate.id)"
            return "<a href=\"\(url: link)\">\(candidate.name) \(candidate.number)</a>"
        }
        return field(
            t,
            FormField(
                "row.\(row.number)", rowTitle(row, t), .radios(same + other, selected: ""), help: reasons(row, t),
                note: Html.joined(links, by: " · ")))
    }

    private func decided(_ t: Language) -> Html {
        let count = page.batch.options.decisions.count
        guard count > 0 else { return "" }
        return notice(
            .indigo, "\(t("已为 \(count) 行作出选择。", "Choices were made for \(count) rows."))",
            actions: [
                Components.form(
                    action: "/imports/\(page.batch.id)/decisions", csrf: page.csrf, hidden: [("clear", "1")],
                    submitButton(t("全部撤销", "Undo them all"), .quiet))
            ])
    }

    // MARK: Other rows

    private func refused(_ t: Language) -> Html {
        section(.refused, t) { rows in reasonTable(rows, .refused, t) }
    }

    private func reasonTable(_ rows: [ImportReport.Row], _ outcome: ImportReport.Outcome, _ t: Language) -> Html {
        table(
            t,
            DataTable(
                caption: outcome.name(kind)(t),
                columns: [
                    TableColumn(kind.row(t)), TableColumn(t("名称", "Name"), .heading), TableColumn(t("原因", "Reason")),
                ],
                rows: rows.map { row in
                    let name = row.name.isEmpty ? t("无名称", "no name") : row.name
                    return TableRow(["\(row.number)", "\(name)", "\(reasons(row, t))"])
                }))
    }

    private func changed(_ t: Language) -> Html {
        section(.changed, t) { rows in
            Html.each(rows.enumerated()) { index, row in
                let title = rowTitle(row, t)
                return disclosure(
                    "\(title) — \(words.fields(row.changes, t))", open: index < 3,
                    words.table(row.changes, caption: title, t))
            }
        }
    }

    private func plain(_ outcome: ImportReport.Outcome, _ t: Language) -> Html {
        section(outcome, t) { rows in
            let list = table(
                t,
                DataTable(
                    caption: outcome.name(kind)(t),
                    columns: [TableColumn(kind.row(t)), TableColumn(t("名称", "Name"), .heading)],
                    rows: rows.map { TableRow(["\($0.number)", "\($0.name)"]) }))
            return rows.count > 20 ? disclosure(t("列出 \(rows.count) 行", "Show \(rows.count) rows"), list) : list
        }
    }
}
