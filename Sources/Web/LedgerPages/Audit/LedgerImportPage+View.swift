import Components
import Frame
import HTTPTypes
import Html
import Kernel
import Ledger

extension LedgerImportsPage {
    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("台账导入", "Import into the ledger"), status: refusals.first?.kind.status ?? .ok, view(t))
    }

    private func view(_ t: Language) -> Html {
        let promise = t(
            "先预览再记账：逐行列出会记账、已在账、拒绝和违规注明的行，确认后一次写入；同样的行再次导入不改变任何内容。",
            """
            Preview first: rows to be posted, there already, refused or flagged are told; nothing is posted until you \
            confirm. The same rows again change nothing.
            """)
        let head = pageHead(t("台账导入", "Import into the ledger"), note: "\(promise)")
        let crumbs = breadcrumbs(
            t, [Crumb(t("一本账", "One ledger"), "/ledger"), Crumb(t("台账导入", "Import into the ledger"))])
        return stack(
            [crumbs, head, errors(t)]
                + (mayImport ? [grid([uploadCard(t), columnsCard(t)], .wideLeft)] : []) + [listCard(t)])
    }

    /// What is wrong inside a file names a place there and no field of the form.
    private func errors(_ t: Language) -> Html {
        errorSummary(
            t,
            refusals.map { refusal in
                FieldError(field: refusal.field == "sheet" ? "sheet" : "file", message: refusal.message(t))
            })
    }

    private func uploadCard(_ t: Language) -> Html {
        let kinds = tabs(
            t("导入什么", "What to import"),
            LedgerSheet.Kind.allCases.map { kind in
                Tab(kind.name(t), Link("/ledger/import", ["kind": kind.rawValue]), isCurrent: kind == self.kind)
            })
        func error(_ field: String) -> String? { refusals.first { $0.field == field }?.message(t) }
        let again = refusals.isEmpty ? "" : t("请重新选择文件。", "Choose the file again. ")
        let fields =
            field(
                t,
                FormField(
                    "file", t("表格文件", "Spreadsheet"), .file(accept: ".xlsx,.csv"),
                    help: again + t("XLSX 或 CSV（UTF-8、GB18030 均可）。", "XLSX or CSV (UTF-8 or GB18030)."),
                    error: error("file"), required: true))
            + field(
                t,
                FormField(
                    "sheet", t("工作表", "Sheet"),
                    .text(sheet, placeholder: t("第一张可见的", "the first visible one"), limit: 100),
                    help: t("可不填。", "Optional."), error: error("sheet")))
        let body = form(
            action: "/ledger/import", csrf: csrf, hasFiles: true, hidden: [("kind", kind.rawValue)],
            fields + formActions([submitButton(t("上传并预览", "Upload and preview"))]))
        return card(t("上传文件", "Upload a file"), kinds + body)
    }

    private func columnsCard(_ t: Language) -> Html {
        let (needed, optional) = kind.headings
        let rule =
            switch kind {
            case .budget:
                t(
                    "文号须与登记的资金来源一致；每行记为计划与指标下达。",
                    "The document must be that of the registered source; each row is planned and allotted.")
            case .receipts:
                t("到账是事实：照记，违反规则的注明。", "Receipts are facts: posted, and flagged where they break a rule.")
            case .payments:
                t(
                    "国库支付是事实：照记，违反规则的注明。",
                    "Payments of the treasury are facts: posted, and flagged where they break a rule.")
            }
        let amounts = t(
            "金额以元计，最多两位小数；表头写“万元”的按万元。没有的来源、项目、合同会被拒绝。",
            """
            Amounts are in yuan with two decimals at most, or in ten thousands where the heading says so. Unknown sources, \
            projects and contracts are refused.
            """)
        return card(
            t("表格须有的列", "Columns of the table"),
            """
            <p><b>\(t("必有：", "Needed: "))</b>\(list(needed, t))</p>\
            <p><b>\(t("可有：", "Optional: "))</b>\(list(optional, t))</p><p>\(rule)</p><p>\(amounts)</p>
            """)
    }

    private func list(_ headings: [Phrase], _ t: Language) -> String {
        headings.map { $0(t) }.joined(separator: t("、", ", "))
    }

    private func listCard(_ t: Language) -> Html {
        let title = t("导入记录", "What was imported")
        guard !imports.isEmpty else {
            return card(
                title,
                emptyState(
                    t("还没有导入过表格", "No table was imported yet"),
                    "\(t("上传的每个文件、由谁、何时、记账多少行，都列在这里。", "Every file, by whom, when, and its rows, is listed here."))"
                ))
        }
        let rows = imports.map { brought in
            let (summary, isApplied) = (brought.summary, brought.state == .applied)
            return TableRow(
                [
                    "\(brought.fileName)", "\(brought.kind.name(t))", brought.state.pill(t),
                    isApplied ? "\(grouped(summary.posted))" : "—",
                    isApplied ? "\(hundredths(summary.amount))" : "—",
                    "\(grouped(summary.refused))", "\(grouped(summary.flagged))", "\(brought.who(people)(t))",
                    time(t, brought.at),
                ], link: "/ledger/import/\(brought.id)")
        }
        return card(
            title, note: "\(t("最近 \(imports.count) 个", "the latest \(imports.count)"))",
            table(
                t,
                DataTable(
                    caption: title,
                    columns: [
                        TableColumn(t("文件", "File"), .heading), TableColumn(t("内容", "Holds")),
                        TableColumn(t("状态", "State")), TableColumn(t("记账", "Posted"), .number),
                        TableColumn(t("金额（元）", "Amount (yuan)"), .number),
                        TableColumn(t("拒绝", "Refused"), .number), TableColumn(t("注明", "Flagged"), .number),
                        TableColumn(t("上传人", "By")), TableColumn(t("时间", "When")),
                    ], rows: rows)))
    }
}

extension LedgerImportPage {
    func answer(_ visit: Visit) -> Frame.Answer { visit.page(brought.fileName, view(visit.language)) }

    private var summary: LedgerImportSummary { brought.summary }

    private func view(_ t: Language) -> Html {
        let hasRemarks = !summary.refusals.isEmpty || !summary.flags.isEmpty
        let head = pageHead(
            brought.fileName, pills: [pill(brought.kind.name(t)), brought.state.pill(t)],
            note: "\(person) · \(time(t, brought.at))", actions: (hasRemarks ? exports : []) + [printButton(t)])
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(t("一本账", "One ledger"), "/ledger"), Crumb(t("台账导入", "Import into the ledger"), "/ledger/import"),
                Crumb(brought.fileName),
            ])
        return stack(
            [crumbs, head, standing(t), tiles(t), remarks(t, t("拒绝的行", "Refused rows"), summary.refusals)]
                + [remarks(t, t("违规注明的行", "Flagged rows"), summary.flags)])
    }

    private func standing(_ t: Language) -> Html {
        switch brought.state {
        case .previewed where !mayImport:
            notice(
                .neutral, title: t("等待上传者决定", "Waiting for a decision"),
                "\(t("还没有记账。", "Nothing was posted yet."))")
        case .previewed: decision(t)
        case .applied:
            notice(
                .jade, title: t("导入完成", "Imported"),
                "\(t("每行一笔分录，依据是文号或凭证号。", "Each row is an entry, on the authority of its document or voucher."))",
                actions: [
                    linkButton(t("查看分录", "See the entries"), "/ledger/entries", .primary),
                    linkButton(t("再导入一个文件", "Import another file"), "/ledger/import"),
                ])
        case .discarded:
            notice(
                .neutral, title: t("已放弃，没有记账", "Discarded; nothing was posted"),
                "\(t("需要时请重新上传。", "Upload the file again if it is needed."))",
                actions: [linkButton(t("回到导入", "Back to import"), "/ledger/import")])
        }
    }

    private func tiles(_ t: Language) -> Html {
        let isDone = brought.state == .applied
        let unit = t("行", "rows")
        return grid(
            [
                figureTile(
                    t, label: isDone ? t("已记账", "Posted") : t("会记账", "To be posted"),
                    value: grouped(summary.posted), unit: unit,
                    note: "\(hundredths(summary.amount)) \(t("元", "yuan"))",
                    tone: summary.posted > 0 ? .jade : .neutral),
                figureTile(
                    t, label: t("已在账，不变", "There already"), value: grouped(summary.unchanged), unit: unit),
                figureTile(
                    t, label: t("拒绝", "Refused"), value: grouped(summary.refused), unit: unit,
                    tone: summary.refused > 0 ? .cinnabar : .neutral),
                figureTile(
                    t, label: t("违规注明", "Flagged"), value: grouped(summary.flagged), unit: unit,
                    tone: summary.flagged > 0 ? .amber : .neutral),
            ], .figures)
    }

    // MARK: The decision

    private func decision(_ t: Language) -> Html {
        let again = form(action: preview, csrf: csrf, submitButton(t("重新预览", "Preview again"), .quiet))
        let discard = form(
            action: "/ledger/import/\(brought.id)/discard", csrf: csrf,
            submitButton(t("放弃这个文件", "Discard this file"), .plain))
        return card(
            t("确认记账", "Decide"), "<p>\(promise(t))</p>" + (summary.posted > 0 ? take(t) : "") + again + discard)
    }

    private var preview: Link { "/ledger/import/\(brought.id)/preview" }

    private func promise(_ t: Language) -> String {
        if summary.refused > 0 {
            return t(
                "有 \(grouped(summary.refused)) 行被拒绝，因此默认一行也不记账：请更正文件后重新上传，或只记合格的行。",
                """
                \(grouped(summary.refused)) rows are refused, so nothing is posted by default: mend the file and upload it \
                again, or post the good rows only.
                """)
        }
        if summary.posted == 0 {
            return t("所有行都已在账，没有要记的。", "All rows are there already; there is nothing to post.")
        }
        return t(
            "没有被拒绝的行。记账在一次提交中完成，不能删除，只能冲销。",
            "No row is refused. All is posted at once; entries are never deleted, only reversed.")
    }

    private func take(_ t: Language) -> Html {
        let count = grouped(summary.posted)
        let button =
            summary.refused > 0
            ? submitButton(t("只记合格的 \(count) 行", "Post the \(count) good rows only"), name: "take", value: "good")
            : submitButton(t("全部记账（\(count) 行）", "Post all \(count) rows"), name: "take", value: "all")
        return form(action: "/ledger/import/\(brought.id)/apply", csrf: csrf, formActions([button]))
    }

    // MARK: Rows

    private func remarks(_ t: Language, _ title: String, _ remarks: [LedgerImportSummary.Remark]) -> Html {
        guard !remarks.isEmpty else { return "" }
        let shown = remarks.prefix(Self.shown)
        let note =
            remarks.count > shown.count
            ? t("前 \(shown.count) 条，其余见导出", "the first \(shown.count); the export has more") : ""
        let rows = shown.map { remark in
            let heading = LedgerSheet.Kind.heading(remark.field)(t)
            return TableRow([
                "\(remark.title.isEmpty ? "—" : remark.title)", "\(grouped(remark.row))",
                "\(heading.isEmpty ? "—" : heading)", "\(remark.words(t))",
            ])
        }
        return card(
            title, note: "\(note)",
            table(
                t,
                DataTable(
                    caption: title,
                    columns: [
                        TableColumn(t("内容", "About"), .heading), TableColumn(t("行", "Row"), .number),
                        TableColumn(t("列", "Column")), TableColumn(t("原因", "Reason")),
                    ], rows: rows)))
    }
}

extension LedgerImport.State {
    func pill(_ t: Language) -> Html {
        switch self {
        case .previewed: Components.pill(t("等待决定", "waiting"), .amber)
        case .applied: Components.pill(t("已记账", "posted"), .jade)
        case .discarded: Components.pill(t("已放弃", "discarded"))
        }
    }
}
