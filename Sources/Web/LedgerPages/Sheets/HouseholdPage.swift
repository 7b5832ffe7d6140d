import Components
import Frame
import Html
import Kernel
import Ledger
import Store

/// My share: what one household gives to a project and what became of it, in words for those who live there.
struct HouseholdPage {
    let share: HouseholdShare
    let project: LedgerProject
    let moment: LedgerMoment
    let names: SheetNames

    /// - Throws: a refusal of kind `.notFound` also where the party gave nothing to this project.
    init(_ visit: Visit, in tx: Tx) throws {
        let (ledger, actor) = (visit.hall.ledger, visit.actor)
        let (number, party) = (visit.parameters["number"] ?? "", visit.parameters["party"] ?? "")
        moment = LedgerMoment(visit.query)
        project = try ledger.ledgerProject(number, for: actor, in: tx)
        share = try ledger.householdShare(of: party, project: number, at: moment, for: actor, in: tx)
        guard !party.isEmpty, moment != .now || !share.entries.isEmpty else { throw Visit.notFound }
        names = try SheetNames(projects: [number], visit, in: tx)
    }

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try HouseholdPage(visit, in: tx)
        let t = visit.language
        return visit.page(
            t("\(page.share.party)的出资", "The share of \(page.share.party)"), layout: .narrow,
            assets: SheetRoutes.assets, source: visit.ledgerSource(), page.view(t))
    }
}

extension HouseholdPage {
    private var kept: Int64 { share.total.received - share.total.returned }
    private var part: LedgerPart { LedgerPart(project: share.project, party: share.party) }

    private func view(_ t: Language) -> Html {
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(project.name, "/ledger/projects/\(share.project)"),
                Crumb(t("出资人", "Who gives"), "/ledger/households/\(share.project)"), Crumb(share.party),
            ])
        let head = pageHead(
            t("我的一份：\(share.party)", "My share: \(share.party)"),
            note: "\(project.name) · \(names.place(project.place, t))", actions: [printButton(t)])
        return stack([
            crumbs + head, card(t("一句话", "In a few words"), Html.joined(sentences(t).map { "<p>\($0)</p>" })),
            amountsCard(t), sourcesCard(t), entriesCard(t),
            MomentForm.card(action: "/ledger/households/\(share.project)/\(share.party)", moment, t),
        ])
    }

    /// What a resident asks: how much did I promise, did you get it, where is it now, do I get anything back.
    private func sentences(_ t: Language) -> [Html] {
        let total = share.total
        func bold(_ fen: Int64) -> Html { "<b>\(yuanText(fen))</b>" }
        var said: [Html] = []
        if total.pledged > 0 {
            said.append("\(t("答应出资 ", "You promised "))\(bold(total.pledged))\(t("。", "."))")
        }
        let owed = total.called - total.received
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

    private func amountsCard(_ t: Language) -> Html {
        func line(_ title: String, _ column: FundColumn) -> ValueLine {
            ValueLine(title, SheetWords.cell(column.value(share.total), column.entries(part, moment)))
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
                ], link: "/ledger/sources/\(source.code)")
        }
        let title = t("按来源", "By source")
        return card(title, table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    private func entriesCard(_ t: Language) -> Html {
        guard !share.entries.isEmpty else { return "" }
        let columns = [
            TableColumn(t("分录", "Entry"), .heading), TableColumn(t("日期", "Day")), TableColumn(t("发生了什么", "What")),
            TableColumn(t("金额", "Amount"), .number),
        ]
        let rows = share.entries.map { line in
            TableRow(
                [
                    "\(grouped(Int(line.number)))", time(t, line.day), "\(line.move.name(t))",
                    "\(SheetWords.amount(line.amount, line.measure, t))",
                ], link: "/ledger/entries/\(line.number)")
        }
        let title = t("每一笔", "Each entry")
        return card(
            title, more: LinkText(t("全部", "All"), JournalQuery.list(part, moment)), id: "entries",
            table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }
}
