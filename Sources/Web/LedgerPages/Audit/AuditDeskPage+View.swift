import Components
import Frame
import Html
import Kernel
import Ledger
import Sheets
import Store

extension AuditDeskPage {
    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("审计台", "Auditor's desk"), source: visit.ledgerSource(query.moment.asOf ?? today), view(t))
    }

    private func view(_ t: Language) -> Html {
        let filters = filterBar(
            t, action: "/ledger/audit", query.filters(districts, t), clear: query.isFiltered ? "/ledger/audit" : nil,
            found: found(t))
        return stack([
            head(t), LedgerTab.tabs(.audit, t), card(filters), figures(t),
            card(
                t("常设问题", "Standing questions"), note: "\(t("违规在前，金额大的在前", "breaches first, then by amount"))",
                questions(t)),
            savedCard(t),
        ])
    }

    private func head(_ t: Language) -> Html {
        pageHead(
            t("审计台", "Auditor's desk"),
            note: query.moment.note(min(today, query.moment.asOf ?? today), t),
            actions: exports + [
                printButton(t), linkButton(t("导入", "Import"), "/ledger/import"),
                linkButton(t("自己提问", "Ask your own"), "/ledger/ask", .primary),
            ])
    }

    private func found(_ t: Language) -> Html {
        let open = answers.filter { !$0.findings.isEmpty }.count
        return """
            <b>\(grouped(open))</b>\(t(" 个问题有发现，", " questions found something, "))\
            <b>\(grouped(answers.count - open))</b>\(t(" 个没有", " found nothing"))
            """
    }

    private func figures(_ t: Language) -> Html {
        let tiles = AuditQuestion.Severity.allCases.map { severity in
            let some = answers.filter { $0.question.severity == severity }
            let count = some.reduce(0) { $0 + $1.findings.count }
            let amount = some.reduce(Int64(0)) { $0 + $1.amount }
            return figureTile(
                t, label: severity.name(t), value: grouped(count), unit: t("条", count == 1 ? "finding" : "findings"),
                note: "\(hundredths(amount)) \(t("元", "yuan"))",
                tone: count == 0 ? .jade : severity == .breach ? .cinnabar : severity == .lag ? .amber : .indigo)
        }
        return grid(tiles, .figures)
    }

    private func questions(_ t: Language) -> Html {
        let rows = answers.map { answer in
            let (words, count) = (answer.question.words, answer.findings.count)
            return TableRow(
                [
                    "\(words.question(t))", AuditDeskParts.severity(answer.question.severity, t),
                    "\(answer.question.origin(t))",
                    count == 0 ? pill(t("无", "none"), .jade) : "<b>\(grouped(count))</b>",
                    count == 0 ? "—" : "\(hundredths(answer.amount))", "\(grouped(answer.examined))",
                ], link: query.link("/ledger/audit/\(answer.question.rawValue)", sorted: false))
        }
        return table(
            t,
            DataTable(
                caption: t("常设问题与答案", "Standing questions and their answers"),
                columns: [
                    TableColumn(t("问题", "Question"), .heading), TableColumn(t("轻重", "Weight")),
                    TableColumn(t("审计曾发现", "What audits found")), TableColumn(t("发现", "Findings"), .number),
                    TableColumn(t("涉及（元）", "Amount (yuan)"), .number),
                    TableColumn(
                        t("查过", "Examined"), .number, note: t("项目、合同或分录", "projects, contracts or entries")),
                ], rows: rows))
    }

    // MARK: Saved questions

    private func savedCard(_ t: Language) -> Html {
        let title = t("保存的问题", "Saved questions")
        let more = LinkText(t("自己提问", "Ask your own"), "/ledger/ask")
        guard !saved.isEmpty else {
            let how = t(
                "在“自己提问”里选好维度和条件，起个名字保存，就列在这里。",
                "Choose dimensions and conditions, give the question a name, and it is listed here.")
            return card(
                title, more: more,
                emptyState(
                    t("还没有保存的问题", "No question was saved yet"), "\(how)",
                    action: linkButton(t("自己提问", "Ask your own"), "/ledger/ask")))
        }
        let rows = saved.map { question in
            TableRow(
                [
                    "\(question.name)",
                    question.isShared ? pill(t("共享", "shared"), .indigo) : pill(t("仅自己", "own")),
                    time(t, question.createdAt), question.mayBeRemoved(by: reader) ? remove(question, t) : "",
                ], link: AskQuery.link(of: question))
        }
        return card(
            title, more: more,
            table(
                t,
                DataTable(
                    caption: title,
                    columns: [
                        TableColumn(t("名称", "Name"), .heading), TableColumn(t("谁能看到", "Seen by")),
                        TableColumn(t("保存于", "Saved")), TableColumn(t("操作", "Act")),
                    ], rows: rows)))
    }

    private func remove(_ question: SavedQuestion, _ t: Language) -> Html {
        let label = t("删除“\(question.name)”", "Remove “\(question.name)”")
        return form(
            action: "/ledger/questions/\(question.id)/remove", csrf: csrf,
            """
            <button class="button plain no-print" type="submit" aria-label="\(label)">\(t("删除", "Remove"))</button>
            """)
    }

    // MARK: As a file

    static func file(_ visit: Visit, _ reader: Actor, _ tx: Tx) throws -> TableFile {
        let (query, t) = (AuditQuery(visit.query), visit.language)
        let answers = ordered(
            try visit.hall.ledger.audit(
                of: query.district, at: query.moment, today: visit.ledgerToday, for: reader, in: tx))
        let rows: [[OutputCell]] = answers.map { answer in
            [
                .text(answer.question.words.question(t)), .text(answer.question.words.meaning(t)),
                .text(answer.question.severity.name(t)), .text(answer.question.origin(t)),
                .integer(answer.findings.count), TableFile.yuan(answer.amount), .integer(answer.examined),
                .date(answer.day),
            ]
        }
        return TableFile(
            title: t("审计台", "auditor's desk"),
            columns: [
                SheetColumn(t("问题", "Question"), .text, width: 32), SheetColumn(t("含义", "Meaning"), .text, width: 48),
                SheetColumn(t("轻重", "Weight"), .text), SheetColumn(t("审计曾发现", "What audits found"), .text, width: 36),
                SheetColumn(t("发现", "Findings"), .integer),
                SheetColumn(t("涉及（元）", "Amount (yuan)"), .number(decimals: 2), width: 18),
                SheetColumn(t("查过", "Examined"), .integer), SheetColumn(t("截至", "As of"), .date),
            ], rows: rows, conditions: query.conditions)
    }
}

extension AuditQuery {
    /// For the record of an export.
    var conditions: [JSON.Member] {
        [
            JSON.Member("place", .string(district?.digits ?? "")),
            JSON.Member("asOf", .string(moment.asOf?.description ?? "")),
            JSON.Member("known", .string(moment.known?.description ?? "")),
        ]
    }
}
