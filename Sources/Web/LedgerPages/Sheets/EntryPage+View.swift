import Components
import Html
import Kernel
import Ledger

extension EntryPage {
    /// So many moves are told in words; the postings show all.
    private static let told = 12

    func view(_ t: Language) -> Html {
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(t("一本账", "One ledger"), "/ledger"), Crumb(t("分录", "Journal"), "/ledger/entries"),
                Crumb(title(t)),
            ])
        let marks = SheetWords.marks(kind: entry.kind, manner: entry.manner, findings: entry.findings.count, t)
        let reversed = entry.reversedBy == nil ? "" : pill(t("已冲销", "reversed"), .neutral)
        let corrected = entry.corrections.isEmpty ? "" : pill(t("已更正", "corrected"), .neutral)
        let note: Html = "\(time(t, entry.effective)) · \(code(entry.key))"
        let head = pageHead(title(t), pills: [marks, reversed, corrected], note: note, actions: [printButton(t)])
        return stack([
            crumbs + head, notices(t), findingsCard(t),
            grid(
                [
                    stack([movesCard(t), evidenceCard(t)]),
                    stack([factsCard(t), sequelsCard(t), bankCard(t), clearanceCard(t)]),
                ], .wideLeft),
            postingsCard(t),
        ])
    }

    private func entryLink(_ number: Int64, _ t: Language) -> Html {
        SheetWords.link(t("第 \(number) 号分录", "entry \(number)"), "/ledger/entries/\(number)")
    }

    private func notices(_ t: Language) -> Html {
        var notices: [Html] = []
        if entry.manner == "override" {
            notices.append(
                notice(
                    .amber, title: t("破例记账，理由：", "Posted against a rule, because:"),
                    "\(entry.reason.isEmpty ? "—" : entry.reason)"))
        }
        if let by = entry.reversedBy {
            notices.append(
                notice(
                    .amber,
                    "\(t("本笔已被冲销，见", "This entry was taken back by "))\(entryLink(by, t))\(t("。", "."))"))
        }
        if !entry.corrections.isEmpty {
            let links = Html.joined(entry.corrections.map { entryLink($0, t) }, by: "\(t("、", ", "))")
            notices.append(
                notice(.amber, "\(t("本笔已更正，见", "This entry was corrected by "))\(links)\(t("。", "."))"))
        }
        return notices.isEmpty ? "" : stack(notices)
    }

    private func movesCard(_ t: Language) -> Html {
        let moves = entry.moves
        let items = Html.each(moves.prefix(Self.told)) { move in
            let about = words(move.slice, t)
            let amount = SheetWords.amount(move.amount, move.measure, t)
            return "<li>\(move.move.name(t)) <b>\(amount)</b>\(about.isEmpty ? "" : " · ")\(about)</li>"
        }
        let rest = moves.count - Self.told
        let more: Html =
            rest > 0
            ? "<p class=\"note\">\(t("另有 \(rest) 项，见下方的借贷明细。", "\(rest) more are among the postings below."))</p>" : ""
        let body: Html =
            moves.isEmpty
            ? "<p>\(t("没有移动资金。", "It moves no money."))</p>" : "<ul class=\"sheet-list\">\(items)</ul>\(more)"
        return card(t("发生了什么", "What happened"), body)
    }

    /// What a move is about, each part leading to its sheet.
    private func words(_ slice: Slice, _ t: Language) -> Html {
        var parts: [Html] = []
        if !slice.source.isEmpty { parts.append(sourceLink(slice.source, t)) }
        if !slice.project.isEmpty { parts.append(projectLink(slice.project)) }
        if !slice.area.isEmpty {
            parts.append(SheetWords.link(slice.area, JournalQuery.list(LedgerPart(area: slice.area))))
        }
        if !slice.item.isEmpty { parts.append(itemLink(slice, t)) }
        if !slice.contract.isEmpty { parts.append(contractLink(slice)) }
        if !slice.party.isEmpty { parts.append(partyLink(slice)) }
        if slice.year != 0 { parts.append("\(SheetWords.year(slice.year, t))") }
        return Html.joined(parts, by: " · ")
    }

    private func sourceLink(_ source: String, _ t: Language) -> Html {
        SheetWords.link(names.source(source, t), "/ledger/sources/\(source)")
    }

    private func projectLink(_ number: String) -> Html {
        SheetWords.link(names.project(number), "/ledger/projects/\(number)")
    }

    private func itemLink(_ slice: Slice, _ t: Language) -> Html {
        let part = LedgerPart(project: slice.project, item: slice.item)
        return SheetWords.link(names.item(slice.item, t), JournalQuery.list(part))
    }

    private func contractLink(_ slice: Slice) -> Html {
        SheetWords.link(
            slice.contract, JournalQuery.list(LedgerPart(project: slice.project, contract: slice.contract)))
    }

    /// Who gives has a sheet of their own.
    private func partyLink(_ slice: Slice) -> Html {
        let gives = slice.contract.isEmpty && !slice.project.isEmpty
        let link: Link =
            gives
            ? "/ledger/households/\(slice.project)/\(slice.party)"
            : JournalQuery.list(LedgerPart(project: slice.project, party: slice.party))
        return SheetWords.link(slice.party, link)
    }

    private func factsCard(_ t: Language) -> Html {
        var lines = [ValueLine(t("生效日", "Counts on"), time(t, entry.effective))]
        if entry.stated != entry.effective {
            lines.append(ValueLine(t("所述日期（已关账）", "Day stated (closed)"), time(t, entry.stated)))
        }
        lines += [
            ValueLine(t("记录时间", "Recorded"), time(t, entry.recorded)), ValueLine(t("记账人", "By"), "\(who(t))"),
            ValueLine(t("性质", "Kind"), "\(SheetWords.kind(entry.kind)(t))"),
            ValueLine(t("方式", "Manner"), "\(SheetWords.manner(entry.manner)(t))"),
            ValueLine(
                t("依据", "On the authority of"),
                "\(SheetWords.authority(entry.authority.kind)(t)) \(entry.authority.reference)"),
        ]
        if !entry.memo.isEmpty { lines.append(ValueLine(t("摘要", "Memo"), "\(entry.memo)")) }
        if let key = entry.refers {
            let title =
                entry.kind == "reverse" ? t("冲销的是", "Takes back") : t("所用的预留", "The reservation")
            lines.append(ValueLine(title, refers.map { entryLink($0, t) } ?? code(key)))
        }
        if let key = entry.corrects {
            lines.append(ValueLine(t("更正的是", "Corrects"), corrects.map { entryLink($0, t) } ?? code(key)))
        }
        return card(t("分录信息", "About the entry"), valueList(lines))
    }

    private func sequelsCard(_ t: Language) -> Html {
        guard !entry.sequels.isEmpty else { return "" }
        let items = Html.each(entry.sequels) { sequel in
            let memo: Html = sequel.memo.isEmpty ? "" : "<br><small>\(sequel.memo)</small>"
            return """
                <li>\(SheetWords.sequel(sequel.kind)(t)) \(entryLink(sequel.number, t)) · \(time(t, sequel.day))\(memo)</li>
                """
        }
        return card(t("后来的分录", "What became of it"), id: "sequels", "<ul class=\"sheet-list\">\(items)</ul>")
    }

    private func evidenceCard(_ t: Language) -> Html {
        let title = t("凭据", "Evidence")
        guard !entry.evidence.isEmpty else {
            return card(
                title, id: "evidence",
                emptyState(
                    t("没有附件", "No files"),
                    "\(t("本笔以上述依据入账，没有附上文件。", "It was posted on the authority above, without files."))"))
        }
        let items = Html.each(entry.evidence) { "<li>\(proof($0, t))</li>" }
        let note = t("文件的 SHA-256 摘要", "SHA-256 of the files")
        return card(title, note: "\(note)", id: "evidence", "<ul class=\"sheet-list\">\(items)</ul>")
    }

    /// The file's digest, with the photo or file where it is kept here, and who else names it.
    private func proof(_ digest: String, _ t: Language) -> Html {
        var parts = [code(digest)]
        if let photo = photos[digest] {
            parts.append(SheetWords.link(t("查看照片", "See the photo"), "/photos/\(photo)"))
        } else if let name = files[digest] {
            parts.append(SheetWords.link(name, "/ledger/entries/\(entry.number)/\(digest).file"))
        } else {
            parts.append(
                "<span class=\"note\">\(t("由出具单位保存，不在此提供", "kept by whoever issued it, not given out here"))</span>")
        }
        parts.append(
            SheetWords.link(
                t("引用它的分录", "Entries that name it"), JournalQuery.list(LedgerPart()) { $0.evidence = digest }))
        return Html.joined(parts, by: " · ")
    }

    /// Where cash moved: the bank's lines that show it, or that none does yet.
    private func bankCard(_ t: Language) -> Html {
        guard entry.movesCash || !bankLines.isEmpty else { return "" }
        let title = t("银行流水", "At the bank")
        guard !bankLines.isEmpty else {
            let day = entry.effective.description
            let book = Link("/ledger/bank/book", ["q": "\(entry.number)", "from": day, "to": day])
            return card(
                title, id: "bank",
                """
                <p>\(t("还没有流水对上这笔收付。", "No line of a statement shows this cash yet.")) \
                \(SheetWords.link(t("账上有、流水没有", "In the book and not at the bank"), book))</p>
                """)
        }
        let items = Html.each(bankLines) { line in
            let day = line.day.description
            let list = Link("/ledger/bank", ["account": line.account, "from": day, "to": day])
            let part = line.match.map { BankWords.part($0.part)(t) } ?? ""
            let said = [BankWords.account(line.account, t), dayText(t, line.day), line.reference, part]
            let name = said.filter { !$0.isEmpty }.joined(separator: " · ")
            return "<li>\(SheetWords.link(name, list)) <b>\(yuanText(line.amount))</b> \(BankWords.pills(line, t))</li>"
        }
        return card(title, id: "bank", "<ul class=\"sheet-list\">\(items)</ul>")
    }

    private func clearanceCard(_ t: Language) -> Html {
        guard let clearance = entry.clearance else { return "" }
        let amount = clearance.amount.map { yuanText($0) } ?? t("不限", "without limit")
        let lines = [
            ValueLine(t("种类", "Kind"), "\(clearance.kind.name(t))"),
            ValueLine(t("对象", "Of"), code(clearance.subject)), ValueLine(t("签发", "Issued by"), "\(clearance.issuer)"),
            ValueLine(t("金额", "Amount"), "\(amount)"),
            ValueLine(t("已用", "Used so far"), "\(yuanText(clearance.used))"),
            ValueLine(t("自", "From"), time(t, clearance.from)),
        ]
        let until = clearance.until.map { [ValueLine(t("至", "Until"), time(t, $0))] } ?? []
        return card(
            t("批准凭据", "Clearance"), id: "clearance",
            valueList(lines + until) + "<p>\(proof(clearance.digest, t))</p>")
    }

    private func findingsCard(_ t: Language) -> Html {
        guard !entry.findings.isEmpty else { return "" }
        let columns = [
            TableColumn(t("规则", "Rule"), .heading), TableColumn(t("关于", "About")),
            TableColumn(t("本次", "Asked"), .number), TableColumn(t("最多", "Allowed"), .number),
            TableColumn(t("怎么办", "What to do")),
        ]
        let rows = entry.findings.map { finding in
            TableRow(
                [
                    "\(finding.rule.words.rule(t))", code(finding.about), "\(yuanText(finding.asked))",
                    "\(yuanText(finding.allowed))", "\(finding.rule.words.remedy(t))",
                ], tone: .cinnabar)
        }
        let title = t("违反的规则", "Rules it broke")
        return card(title, id: "findings", table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    private func postingsCard(_ t: Language) -> Html {
        let columns = [
            TableColumn(t("行", "Line"), .number), TableColumn(t("动作", "Move")),
            TableColumn(t("环节", "Stage"), .heading), TableColumn(t("借方（减少）", "Debit (leaves)"), .number),
            TableColumn(t("贷方（增加）", "Credit (comes)"), .number), TableColumn(t("关于", "About")),
        ]
        var (debits, credits): ([LedgerMeasure: Int64], [LedgerMeasure: Int64]) = ([:], [:])
        let rows = entry.postings.map { posting -> TableRow in
            let isDebit = !posting.line.isMultiple(of: 2)
            if isDebit {
                debits[posting.measure, default: 0] -= posting.amount
            } else {
                credits[posting.measure, default: 0] += posting.amount
            }
            let amount = SheetWords.amount(isDebit ? -posting.amount : posting.amount, posting.measure, t)
            let held = SheetWords.amount(posting.held, posting.measure, t)
            let about: Html =
                posting.held == 0
                ? words(posting.slice, t) : "\(t("预留 \(held)", "holds \(held)")) · \(words(posting.slice, t))"
            return TableRow([
                "\(posting.line)", "\(posting.move.name(t))", "\(posting.stage.name(t))",
                isDebit ? "\(amount)" : "", isDebit ? "" : "\(amount)", about,
            ])
        }
        func sum(_ sums: [LedgerMeasure: Int64]) -> Html {
            "\(SheetWords.amounts(fen: sums[.fen] ?? 0, use: sums[.use] ?? 0, t))"
        }
        let title = t("借贷明细", "Postings")
        return card(
            title, note: "\(t("借贷相等", "both sides are equal"))", id: "postings",
            table(
                t,
                DataTable(
                    caption: title, columns: columns, rows: rows,
                    totals: ["", "", "\(t("合计", "Total"))", sum(debits), sum(credits), ""], phone: .scroll)))
    }
}
