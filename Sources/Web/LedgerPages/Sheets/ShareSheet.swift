import Components
import Frame
import Html
import Kernel
import Ledger
import Registry

/// One household's share, told alike to whoever reads it: to those who live there in words and days, to readers of the
/// ledger with the way from each number to its entries.
struct ShareSheet {
    enum Reader {
        case officer(LedgerMoment)
        /// With what its letter says.
        case household(LetterTerms)
    }

    let share: HouseholdShare
    let menu: WorksMenu
    let reader: Reader

    func cards(_ t: Language) -> Html {
        let said = Html.joined((sentences(t) + terms(t)).map { "<p>\($0)</p>" })
        let parts = [
            card(t("一句话", "In a few words"), id: "words", said), amountsCard(t), whyCard(t), usesCard(t),
            sourcesCard(t), entriesCard(t),
        ]
        return Html.joined(parts.filter { !$0.isEmpty })
    }

    private var kept: Int64 { share.total.received - share.total.returned }
    private var owed: Int64 { share.total.called - share.total.received }

    /// Nil for those who do not read the ledger.
    private var moment: LedgerMoment? {
        if case .officer(let moment) = reader { moment } else { nil }
    }

    private func bold(_ fen: Int64) -> Html { "<b>\(yuanText(fen))</b>" }

    /// What a resident asks: how much did I promise, did you get it, where is it now, do I get anything back.
    private func sentences(_ t: Language) -> [Html] {
        let total = share.total
        var said: [Html] = []
        if total.pledged > 0 {
            said.append("\(t("答应出资 ", "You promised "))\(bold(total.pledged))\(t("。", "."))")
        }
        if total.pledged > 0, total.called == 0, total.received == 0 {
            said.append("\(t("还没有通知缴款，现在不用交钱。", "Nothing was called for yet: there is nothing to pay now."))")
        } else if owed > 0 {
            said.append(
                "\(t("已通知缴款，还差 ", "It was called for; still to be paid: "))\(bold(owed))\(t("。", "."))")
        }
        if total.received > 0 {
            said.append("\(t("已经收到您交的 ", "We received "))\(bold(total.received))\(t("。", " from you."))")
            said.append(
                """
                \(t("其中 ", "Of this, "))\(bold(share.used))\
                \(t(" 已用在本项目的改造上，", " has been spent on the works here, "))\(bold(kept - share.used))\
                \(t(" 还在项目账上。", " still lies with the project."))
                """)
        }
        if total.returned > 0 {
            said.append("\(t("已退还给您 ", "We gave back to you "))\(bold(total.returned))\(t("。", "."))")
        }
        if share.pledgedUse > 0 || share.givenUse > 0 {
            let (pledged, given) = (SheetWords.use(share.pledgedUse, t), SheetWords.use(share.givenUse, t))
            let told = t(
                "让渡公共空间使用权：答应 \(pledged)，已让渡 \(given)，评估折合 ",
                "Use of common space: \(pledged) promised, \(given) given, appraised at ")
            said.append(
                """
                \(told)\(bold(share.appraisedValue))\(t("，计入您的一份，不用来付账。", "; it counts as your share and pays no bill."))
                """)
        }
        return said.isEmpty ? ["\(t("到这一天为止还没有出资。", "Nothing was given up to this day."))"] : said
    }

    /// When it is due, and whom to ask.
    private func terms(_ t: Language) -> [Html] {
        guard case .household(let terms) = reader else { return [] }
        var said: [Html] = []
        if owed > 0, let due = terms.due {
            said.append("\(t("请在 ", "Please pay by "))<b>\(time(t, due))</b>\(t(" 前缴清。", "."))")
        } else if owed > 0 {
            said.append("\(t("缴款期限见缴款通知书。", "The notice of payment says by when."))")
        }
        said.append("\(t("有疑问请找：", "Whom to ask: "))<b>\(terms.contact)</b>")
        return said
    }

    private func amountsCard(_ t: Language) -> Html {
        let part = LedgerPart(project: share.project, party: share.party)
        func line(_ title: String, _ column: FundColumn) -> ValueLine {
            ValueLine(title, SheetWords.cell(column.value(share.total), moment.map { column.entries(part, $0) }))
        }
        let lines = [
            line(t("承诺", "Promised"), .pledged), line(t("通知缴款", "Called for"), .called),
            line(t("已收到", "Received"), .received),
            ValueLine(t("已使用", "Spent"), "\(share.used == 0 ? "—" : yuanText(share.used))"),
            line(t("已退还", "Given back"), .returned),
            ValueLine(t("还在账上", "Still there"), "\(yuanText(kept - share.used))"),
            ValueLine(t("一共贡献", "Contributed in all"), "\(yuanText(share.contribution))"),
        ]
        let note = t(
            "已使用的部分，按同一来源在本项目中已花的比例折算，不足一分的舍去。",
            "What was spent is reckoned by the part of the same source that the project has spent, rounded down.")
        return card(t("金额", "Amounts"), id: "amounts", valueList(lines) + "<p class=\"note\">\(note)</p>")
    }

    /// What it promised on, and how its part was reckoned.
    private func whyCard(_ t: Language) -> Html {
        var said: [Html] = share.grounds.map { ground in
            let what = ground.move == .pledge ? t("承诺出资", "promised") : t("通知缴款", "called for")
            let (kind, reference) = (SheetWords.authority(ground.authority.kind)(t), ground.authority.reference)
            return "\(time(t, ground.day)) \(what)\(t("，依据：", ", by "))\(kind) \(reference)"
        }
        if let together = share.together, share.total.pledged > 0 {
            let part = percentText(Double(share.total.pledged) / Double(max(1, together.pledged)))
            said.append(
                """
                \(t("同一来源共 \(together.parties) 方承诺 ", "\(together.parties) parties promised "))\
                \(bold(together.pledged))\(t("，这一份占 \(part)。", " from the same sources; this part is \(part) of it."))
                """)
        }
        let body = said.isEmpty ? "" : points(said)
        guard !body.isEmpty || share.reason != nil else { return "" }
        return card(t("为什么是这些", "Why this much"), id: "why", body + (share.reason.map { reckoning($0, t) } ?? ""))
    }

    private func reckoning(_ reason: ShareReason, _ t: Language) -> Html {
        let rule = ShareWords.rule(reason.rule)
        let head: Html = """
            <h3>\(t("怎样算出来的", "How it was reckoned"))</h3>\
            <p>\(t("全部费用 ", "Of a cost of "))\(bold(reason.total))\(t("，住户共同承担 ", ", the households bear "))\
            \(bold(reason.together))\
            \(t("，按“\(rule.zh)”规则第 \(reason.version) 版分摊：", ", shared by the rule “\(rule.en)”, version \(reason.version):"))</p>
            """
        let promised = [share.total.pledged] + share.sources.map(\.sums.pledged)
        let changed = t("此后承诺有变动，以上面的金额为准。", "The promise has changed since; the amounts above hold.")
        let since: Html = promised.contains(reason.amount) ? "" : "<p class=\"note\">\(changed)</p>"
        return head + points(reason.reasons.map { "\($0(t))" }) + since
    }

    private func usesCard(_ t: Language) -> Html {
        guard !share.uses.isEmpty else { return "" }
        let title = t("用在哪里", "What it was spent on")
        let columns = [
            TableColumn(t("改造内容", "Works"), .heading), TableColumn(t("已使用", "Spent"), .number),
        ]
        let rows = share.uses.map { TableRow(["\(SheetWords.item($0.item, menu, t))", "\(yuanText($0.paid))"]) }
        let data = DataTable(
            caption: title, columns: columns, rows: rows, totals: ["\(t("合计", "Total"))", "\(yuanText(share.used))"])
        return card(title, id: "uses", table(t, data))
    }

    private func sourcesCard(_ t: Language) -> Html {
        guard share.sources.count > 1 else { return "" }
        let columns = [
            TableColumn(t("来源", "Source"), .heading), TableColumn(t("承诺", "Promised"), .number),
            TableColumn(t("到账", "Received"), .number), TableColumn(t("退还", "Given back"), .number),
        ]
        let rows = share.sources.map { source in
            TableRow(
                [
                    "\(source.name(t))", SheetWords.cell(source.sums.pledged), SheetWords.cell(source.sums.received),
                    SheetWords.cell(source.sums.returned),
                ], link: moment == nil ? nil : "/ledger/sources/\(source.code)")
        }
        let title = t("按来源", "By source")
        return card(title, table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    private func entriesCard(_ t: Language) -> Html {
        guard !share.entries.isEmpty else { return "" }
        let title = t("每一笔", "Each entry")
        var columns = [
            TableColumn(t("日期", "Day"), moment == nil ? .heading : .text), TableColumn(t("发生了什么", "What")),
            TableColumn(t("金额", "Amount"), .number),
        ]
        if moment != nil { columns.insert(TableColumn(t("分录", "Entry"), .heading), at: 0) }
        let rows = share.entries.map { line in
            let cells: [Html] = [
                time(t, line.day), "\(line.move.name(t))", "\(SheetWords.amount(line.amount, line.measure, t))",
            ]
            guard moment != nil else { return TableRow(cells) }
            return TableRow(["\(grouped(Int(line.number)))"] + cells, link: "/ledger/entries/\(line.number)")
        }
        let part = LedgerPart(project: share.project, party: share.party)
        return card(
            title, more: moment.map { LinkText(t("全部", "All"), JournalQuery.list(part, $0)) }, id: "entries",
            table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }
}
