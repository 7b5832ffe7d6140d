import Components
import Frame
import HTTPTypes
import Html
import Kernel
import Ledger

extension StatementPage {
    func answer(_ visit: Visit) -> Frame.Answer {
        visit.page(
            statement.fileName, assets: SheetRoutes.assets, status: refusals.first?.kind.status ?? .ok,
            view(visit.language))
    }

    private func view(_ t: Language) -> Html {
        let head = pageHead(
            statement.fileName, pills: [pill(BankWords.account(statement.account, t)), statement.pill(t)],
            note: "\(person) · \(time(t, statement.at))", actions: [printButton(t)])
        let crumbs = BankWords.crumbs(
            t,
            [
                Crumb(t("银行核对", "Bank"), "/ledger/bank"),
                Crumb(t("银行对账单", "Bank statements"), "/ledger/bank/statements"), Crumb(statement.fileName),
            ])
        let top = [crumbs + head, errorSummary(t, refusals)]
        guard let report else { return stack(top + [standing(t), tiles(statement.counts, isDone: true, t)]) }
        return stack(
            top + [account(t), tiles(report.counts, isDone: false, t), decision(report, t)]
                + [certain(report, t), unknown(report, t), unseen(report, t), refused(report, t)])
    }

    // MARK: What stands

    private func standing(_ t: Language) -> Html {
        let counts = statement.counts
        guard statement.state == .applied else {
            return notice(
                .neutral, title: t("已放弃，没有记录", "Discarded; nothing was recorded"),
                "\(t("需要时请重新上传。", "Bring it again if it is needed."))",
                actions: [linkButton(t("回到对账单", "Back to the statements"), "/ledger/bank/statements")])
        }
        let open = counts.asked + counts.unknown
        let rest = t(
            "还有 \(grouped(open)) 行没有对上：台账补记之后，或要重新选择时，再上传同一文件即可。",
            """
            \(grouped(open)) lines are open: bring the same file again once the journal has caught up, or to choose again.
            """)
        let list = Link("/ledger/bank", ["account": statement.account])
        return notice(
            .jade, title: t("已记录 \(grouped(counts.recorded)) 行", "\(BankWords.lines(counts.recorded, t)) recorded"),
            "\(open > 0 ? rest : t("所有读懂的行都对上了。", "All rows that were read are matched."))",
            actions: [
                linkButton(t("看这个账户的流水", "See the account's lines"), list, .primary),
                linkButton(t("账上有、流水没有", "In the book and not at the bank"), "/ledger/bank/book"),
                linkButton(t("再上传一份", "Bring another"), "/ledger/bank/statements"),
            ])
    }

    /// A new name for an old account would make its lines new ones.
    private func account(_ t: Language) -> Html {
        guard !others.isEmpty else { return "" }
        let names = others.prefix(10).map { BankWords.account($0, t) }.joined(separator: t("、", ", "))
        return notice(
            .amber, title: t("这是一个新账户", "This account is new"),
            """
            \(t("已有账户：\(names)。如果是同一户，请放弃后用原来的名称上传。", """
                Known accounts: \(names). If it is one of them, discard the file and bring it under that name.
                """))
            """)
    }

    private func tiles(_ counts: BankCounts, isDone: Bool, _ t: Language) -> Html {
        func tile(_ label: String, _ value: Int, _ tone: Tone) -> Html {
            figureTile(
                t, label: label, value: grouped(value), unit: t("行", value == 1 ? "line" : "lines"),
                tone: value > 0 ? tone : .neutral)
        }
        return grid(
            [
                tile(isDone ? t("对上", "Matched") : t("确定", "Certain"), counts.matched, .jade),
                tile(t("存疑", "Doubtful"), counts.asked, .amber),
                tile(t("台账没有", "Not in the journal"), counts.unknown, .amber),
                tile(t("已核对过", "Matched before"), counts.known, .neutral),
                tile(t("拒绝", "Refused"), counts.refused, .cinnabar),
            ], .figures)
    }

    // MARK: The decision

    private func decision(_ report: BankReport, _ t: Language) -> Html {
        guard mayMatch else {
            let waits = notice(
                .neutral, title: t("等待决定", "Waiting for a decision"), "\(t("还没有记录。", "Nothing was recorded yet."))")
            return stack([waits, card(t("存疑的行", "Doubtful lines"), questions(report, t))])
        }
        let discard = form(
            action: "/ledger/bank/statements/\(statement.id)/discard", csrf: csrf,
            submitButton(t("放弃这个文件", "Discard this file"), .plain))
        guard report.new > 0 || !report.matches.isEmpty || !report.questions.isEmpty else {
            let nothing = t("读懂的行都已记录，没有变化。", "All rows that were read are recorded already; nothing changes.")
            return card(t("没有变化", "No change"), "<p>\(nothing)</p>" + discard)
        }
        let certain = grouped(report.matches.count)
        let record = submitButton(
            report.questions.isEmpty
                ? t("记录（确定的 \(certain) 行）", "Record the \(certain) certain matches")
                : t("记录（确定的 \(certain) 行和选中的）", "Record the \(certain) certain matches and what is chosen"))
        let body = form(
            action: "/ledger/bank/statements/\(statement.id)/apply", csrf: csrf, guardsChanges: true,
            hidden: [("certain", report.certain)], questions(report, t) + formActions([record]))
        return card(t("核对并记录", "Check and record"), "<p>\(promise(report, t))</p>" + body + discard)
    }

    private func promise(_ report: BankReport, _ t: Language) -> String {
        let first = t(
            "确定的行自动对上；存疑的只按您的选择；其余的行存为未对上。对错了可以撤回。",
            """
            Certain lines are matched; doubtful ones as you choose and not otherwise; the others are kept as not matched. A \
            wrong match can be taken back.
            """)
        guard report.refused.count > 0 else { return first }
        return first
            + t(
                "有 \(grouped(report.refused.count)) 行没有读懂，不会记录：更正文件后再上传即可补上。",
                """
                 \(grouped(report.refused.count)) rows could not be read and are not recorded: mend the file and bring it \
                again.
                """)
    }

    private func questions(_ report: BankReport, _ t: Language) -> Html {
        guard !report.questions.isEmpty else { return "<p>\(t("没有存疑的行。", "No line is doubtful."))</p>" }
        let shown = report.questions.prefix(Self.shown)
        let rest = report.questions.count - shown.count
        let more: Html =
            rest > 0
            ? """
            <p class="note">\(t("另有 \(grouped(rest)) 行存疑：记录之后再上传同一文件，继续选择。", """
                \(grouped(rest)) more are doubtful: record these, then bring the same file again and go on.
                """))</p>
            """ : ""
        return Html.each(shown) { question($0, t) } + more
    }

    private func question(_ question: BankReport.Question, _ t: Language) -> Html {
        let name = BankAnswer.field(question.line.row)
        let choices = question.candidates.map { item in
            Choice(
                "\(item.entry):\(item.part.rawValue)",
                "\(BankWords.entry(item.entry, item.part, t)) · \(dayText(t, item.day)) · \(yuanText(item.amount))",
                help: said(item, t))
        }
        let entries = Html.joined(
            Set(question.candidates.map(\.entry)).sorted().map { number in
                SheetWords.link(t("第 \(number) 号分录", "entry \(number)"), "/ledger/entries/\(number)")
            }, by: " · ")
        return field(
            t,
            FormField(
                name, words(question.line, t),
                .radios(
                    choices + [Choice("", t("都不是，存为未对上", "None of them: keep it as not matched"))],
                    selected: chosen[question.line.row] ?? ""),
                help: question.isTakenBack
                    ? t("这行以前的核对已被撤回，请仔细选择。", "An earlier match of this line was taken back: choose with care.") : nil,
                error: refusals.first { $0.field == name }?.message(t),
                note: "\(t("打开看：", "Look at: "))\(entries)"))
    }

    /// What of an entry may stand on a statement; sources in the reader's language alone.
    private func said(_ item: CashItem, _ t: Language) -> String {
        let named = sources.filter { item.parties.contains($0.name.zh) || item.parties.contains($0.name.en) }
        let parties = item.parties.subtracting(named.flatMap { [$0.name.zh, $0.name.en] })
        let words = named.map { $0.name(t) } + parties.sorted() + item.references.subtracting([item.key]).sorted()
        return String(words.filter { !$0.isEmpty }.joined(separator: " · ").prefix(200))
    }

    private func words(_ line: BankLine, _ t: Language) -> String {
        let said = [line.counterparty, line.reference, line.memo].filter { !$0.isEmpty }
        let row = t("第 \(line.row) 行", "Row \(line.row)")
        return ([row, dayText(t, line.day), yuanText(line.amount)] + said).joined(separator: " · ")
    }

    // MARK: Rows

    private func certain(_ report: BankReport, _ t: Language) -> Html {
        lines(t("确定对上的行", "Certain matches"), report.matches.map(\.line), t) { index in
            let item = report.matches[index].item
            let entry = SheetWords.link(BankWords.entry(item.entry, item.part, t), "/ledger/entries/\(item.entry)")
            return "\(entry) · \(time(t, item.day))"
        }
    }

    private func unknown(_ report: BankReport, _ t: Language) -> Html {
        let none = t("台账没有同样金额的收付", "the journal has no cash of this amount")
        return lines(t("台账没有的行", "Lines that are not in the journal"), report.unmatchedLines, t) { _ in "\(none)" }
    }

    private func lines(
        _ title: String, _ lines: [BankLine], _ t: Language, _ outcome: (Int) -> Html
    ) -> Html {
        guard !lines.isEmpty else { return "" }
        let rows = lines.prefix(Self.shown).enumerated().map { index, line in
            TableRow([
                "\(grouped(line.row))", time(t, line.day), "\(line.counterparty.isEmpty ? "—" : line.counterparty)",
                "\(line.reference.isEmpty ? "—" : line.reference)", "\(line.memo.isEmpty ? "—" : line.memo)",
                outcome(index), "\(yuanText(line.amount))",
            ])
        }
        return card(
            title, note: note(lines.count, t),
            table(
                t,
                DataTable(
                    caption: title,
                    columns: [
                        TableColumn(t("行", "Row"), .heading), TableColumn(t("日期", "Day")),
                        TableColumn(t("对方户名", "Counterparty")), TableColumn(t("流水号", "Reference")),
                        TableColumn(t("摘要", "Memo")), TableColumn(t("分录", "Entry")),
                        TableColumn(t("金额", "Amount"), .number, note: t("支出为负", "out is negative")),
                    ], rows: rows)))
    }

    private func unseen(_ report: BankReport, _ t: Language) -> Html {
        guard !report.unmatchedItems.isEmpty else { return "" }
        let title = t("账上有、这份对账单没有", "In the book and not on this statement")
        let rows = report.unmatchedItems.prefix(Self.shown).map { item in
            TableRow(
                [
                    "\(BankWords.entry(item.entry, item.part, t))", time(t, item.day), code(item.key),
                    "\(yuanText(item.amount))",
                ], link: "/ledger/entries/\(item.entry)")
        }
        return card(
            title, note: note(report.unmatchedItems.count, t),
            table(
                t,
                DataTable(
                    caption: title,
                    columns: [
                        TableColumn(t("分录", "Entry"), .heading), TableColumn(t("日期", "Day")),
                        TableColumn(t("分录键", "Key")), TableColumn(t("金额", "Amount"), .number),
                    ], rows: rows)))
    }

    private func refused(_ report: BankReport, _ t: Language) -> Html {
        guard !report.refused.isEmpty else { return "" }
        let title = t("“\(statement.fileName)”中拒绝的行", "Refused rows of “\(statement.fileName)”")
        let rows = report.refused.prefix(Self.shown).flatMap { row in
            row.refusals.map { refusal in
                let heading = refusal.field.map { BankSheet.heading($0)(t) } ?? "—"
                return TableRow(["\(grouped(row.row))", "\(heading)", "\(refusal.message(t))"], tone: .cinnabar)
            }
        }
        return card(
            title, note: note(report.refused.count, t),
            table(
                t,
                DataTable(
                    caption: title,
                    columns: [
                        TableColumn(t("行", "Row"), .heading), TableColumn(t("列", "Column")),
                        TableColumn(t("原因", "Reason")),
                    ], rows: rows)))
    }

    private func note(_ count: Int, _ t: Language) -> Html {
        count > Self.shown
            ? "\(t("共 \(grouped(count))，列出前 \(Self.shown)", "the first \(Self.shown) of \(grouped(count))"))"
            : "\(grouped(count))"
    }
}
