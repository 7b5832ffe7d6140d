import Components
import Html
import Kernel
import Ledger

extension ProjectMoneyPage {
    func view(_ t: Language) -> Html {
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(t("一本账", "One ledger"), "/ledger"), Crumb(t("分录", "Journal"), "/ledger/entries"),
                Crumb(sheet.name),
            ])
        var actions = [printButton(t), linkButton(t("出资人", "Who gives"), "/ledger/households/\(sheet.number)")]
        actions.append(linkButton(t("分摊试算", "Cost sharing"), Link("/ledger/share", ["register": sheet.number])))
        actions.append(linkButton(t("全部分录", "All entries"), entries()))
        if let registered { actions.append(linkButton(t("项目页面", "The project"), registered)) }
        let head = pageHead(
            sheet.name, pills: [pill(stage(t), .indigo)],
            note: "\(code(sheet.number)) · \(names.place(sheet.place, t))", actions: actions)
        guard !sheet.sources.isEmpty || !sheet.works.isEmpty else {
            let why = t(
                "列入资金计划、签订合同后，来源和去向会列在这里。", "Once funds are planned and contracts signed, they are told here.")
            let empty = emptyState(t("还没有资金", "No money yet"), "\(why)")
            return stack([crumbs + head, momentCard(t), card(t("一本账", "One ledger"), empty)])
        }
        return stack([
            crumbs + head, momentCard(t), warnings(t), grid(tiles(t), .figures), sourcesCard(t),
            grid([ceilingsCard(t), usesCard(t)], .halves), contractsCard(t), contracts.card(t),
            linesCard(t("支付", "Payments"), id: "payments", sheet.payments, [.pay, .payWages, .advance, .repay], t),
            linesCard(t("计量", "Certificates"), id: "certificates", sheet.certificates, [.certify, .recover], t),
            BrokenRules.card(sheet.findings, showsProject: false, names, t),
        ])
    }

    private func momentCard(_ t: Language) -> Html {
        MomentForm.card(action: "/ledger/projects/\(sheet.number)", moment, t)
    }

    private func warnings(_ t: Language) -> Html {
        let ceilings = sheet.ceilings
        var notices: [Html] = []
        if ceilings.estimate > 0, ceilings.margin < 0 {
            let over = yuanText(-ceilings.margin)
            let told = t(
                "完工预计比批复概算多 \(over)；请报原审批部门。",
                "At completion it will exceed the estimate by \(over); tell whoever approved it.")
            notices.append(
                notice(.amber, title: t("预计超出概算", "Forecast beyond the approved estimate"), "\(told)"))
        }
        if ceilings.unfunded < 0 {
            let lacking = yuanText(-ceilings.unfunded)
            let told = t(
                "完工预计比已计划的资金多 \(lacking)。", "At completion it will cost \(lacking) more than is planned of all sources."
            )
            notices.append(notice(.amber, title: t("资金缺口", "Not funded"), "\(told)"))
        }
        for work in sheet.works where work.contract.isDisputed {
            notices.append(
                notice(
                    .amber, title: t("合同有争议", "Disputed contract"),
                    "\(code(work.contract.code)) \(t("暂停支付，工资款照付。", "is not paid for now, but for wages."))"))
        }
        return notices.isEmpty ? "" : stack(notices)
    }

    private func tiles(_ t: Language) -> [Html] {
        let (total, ceilings) = (sheet.total, sheet.ceilings)
        func tile(_ column: FundColumn, _ note: String) -> Html {
            figureTile(
                t, label: column.title(t), value: yuanText(column.value(total)), note: "\(note)",
                source: column.entries(LedgerPart(project: sheet.number), moment))
        }
        let arrived = percentText(total.arrivalRate)
        let used = percentText(total.useRate)
        return [
            tile(.planned, t("\(sheet.sources.count) 项来源", "\(sheet.sources.count) sources")),
            tile(.received, t("到位率 \(arrived)", "\(arrived) arrived")),
            tile(.paid, t("使用率 \(used)", "\(used) used")),
            figureTile(
                t, label: t("完工预计", "Forecast at completion"), value: yuanText(ceilings.forecast),
                note: ceilings.estimate > 0
                    ? "\(t("概算 \(yuanText(ceilings.estimate))", "estimate \(yuanText(ceilings.estimate))"))" : "",
                source: "#contracts", tone: ceilings.estimate > 0 && ceilings.margin < 0 ? .cinnabar : .neutral),
        ]
    }

    private func sourcesCard(_ t: Language) -> Html {
        let columns =
            [TableColumn(t("来源", "Source"), .heading), TableColumn(t("年度", "Year"), .number)]
            + FundColumn.heads(t) + [TableColumn(t("结存", "Cash left"), .number)]
        let rows = sheet.sources.map { source in
            let part = LedgerPart(project: sheet.number, source: source.code, year: source.year)
            return TableRow(
                ["\(source.name(t))", "\(source.year)"] + FundColumn.cells(source.sums, part, moment)
                    + [SheetWords.cell(source.sums.cash)], link: "/ledger/sources/\(source.code)")
        }
        let whole = LedgerPart(project: sheet.number)
        let totals: [Html] =
            ["\(t("合计", "Total"))", ""] + FundColumn.cells(sheet.total, whole, moment)
            + [SheetWords.cell(sheet.total.cash)]
        let title = t("资金来源", "Sources")
        let data = DataTable(caption: title, columns: columns, rows: rows, totals: totals, phone: .scroll)
        let use: Html =
            sheet.pledgedUse == 0
            ? ""
            : """
            <p class="note">\(t("另有业主承诺让渡的公共空间使用权：", "Besides, owners pledged the use of common space: "))\
            \(SheetWords.use(sheet.pledgedUse, t))</p>
            """
        return card(
            title, note: "\(t("点开任一金额，看构成它的分录", "each amount opens the entries it is made of"))", id: "sources",
            table(t, data) + use)
    }

    private func usesCard(_ t: Language) -> Html {
        let title = t("用在哪里", "Used for")
        guard !sheet.uses.isEmpty else {
            return card(
                title, id: "uses",
                emptyState(t("还没有支付", "Nothing paid yet"), "\(t("支付按改造内容列出。", "Payments are told by kind of work."))"))
        }
        let bars = sheet.uses.sorted { ($1.paid, $0.item) < ($0.paid, $1.item) }.map { use in
            Bar(
                names.item(use.item, t), value: Double(use.paid), text: yuanText(use.paid),
                link: use.item.isEmpty ? nil : entries({ $0.item = use.item }) { $0.stages = [.paid] })
        }
        return card(title, id: "uses", barChart(t, title: t("已支付，按改造内容", "Paid, by kind of work"), bars))
    }

    /// Each is limited by the one above it.
    private func ceilingsCard(_ t: Language) -> Html {
        let ceilings = sheet.ceilings
        func bar(_ title: String, _ fen: Int64, under limit: Int64, _ link: Link?) -> Bar {
            Bar(
                title, value: Double(fen), text: yuanText(fen), tone: limit > 0 && fen > limit ? .cinnabar : .jade,
                link: link)
        }
        let bars = [
            bar(
                t("批复概算", "Approved estimate"), ceilings.estimate, under: 0,
                entries { $0.stages = [.approved] }),
            bar(t("合同价与变更", "Contracts and variations"), ceilings.contracts, under: ceilings.estimate, "#contracts"),
            bar(
                t("已签约", "Committed"), ceilings.committed, under: ceilings.contracts,
                entries { $0.stages = [.committed] }),
            bar(
                t("已计量", "Certified"), ceilings.certified, under: ceilings.committed,
                entries { $0.stages = [.certified] }),
            bar(
                t("已支付", "Paid"), ceilings.paid, under: ceilings.certified + advances,
                entries { $0.stages = [.paid] }),
            bar(t("完工预计", "Forecast at completion"), ceilings.forecast, under: ceilings.estimate, "#contracts"),
        ]
        let lines = [
            ValueLine(t("概算余地", "Left of the estimate"), "\(yuanText(ceilings.margin))"),
            ValueLine(t("计划资金减完工预计", "Planned funds less forecast"), "\(yuanText(ceilings.unfunded))"),
            ValueLine(
                t("应付工资", "Wages due"),
                SheetWords.cell(
                    sheet.works.reduce(0) { $0 + $1.wagesDue }, entries { ($0.stages, $0.value) = ([.wages], .balance) }
                )),
            ValueLine(t("已付工资", "Wages paid"), SheetWords.cell(wagesPaid, entries { $0.moves = [.payWages] })),
            ValueLine(
                t("质保金", "Retained"),
                SheetWords.cell(
                    sheet.works.reduce(0) { $0 + $1.retained },
                    entries { ($0.stages, $0.value) = ([.retained], .balance) })),
        ]
        return card(
            t("逐级上限", "Ceilings"), id: "ceilings",
            barChart(t, title: t("后一项不得超过前一项", "None may pass the one above it"), bars) + valueList(lines))
    }

    private var advances: Int64 { sheet.works.reduce(0) { $0 + $1.advanced } }

    private func entries(_ change: (inout JournalFilter) -> Void) -> Link { entries({ _ in }, change) }

    private func contractsCard(_ t: Language) -> Html {
        let title = t("合同", "Contracts")
        guard !sheet.works.isEmpty else {
            let why = t(
                "中标签约后，合同价、变更、计量和支付列在这里。",
                "Once a contract is awarded, its price, variations, certificates and payments stand here.")
            return card(title, id: "contracts", emptyState(t("还没有合同", "No contracts yet"), "\(why)"))
        }
        let columns =
            [
                TableColumn(t("合同", "Contract"), .heading), TableColumn(t("单位", "With")),
                TableColumn(t("合同价", "Price"), .number), TableColumn(t("变更", "Variations"), .number),
                TableColumn(t("上限", "Ceiling"), .number), TableColumn(t("签约", "Committed"), .number),
                TableColumn(t("计量", "Certified"), .number), TableColumn(t("预付未扣", "Advanced"), .number),
                TableColumn(t("应付未付", "Due"), .number), TableColumn(t("其中工资", "of which wages"), .number),
                TableColumn(t("质保金", "Retained"), .number), TableColumn(t("支付", "Paid"), .number),
                TableColumn(t("结算", "Settled"), .number), TableColumn(t("完工预计", "Expected"), .number),
            ]
        let rows = sheet.works.map { contractRow($0, t) }
        let totals = sheet.works.reduce(into: [Int64](repeating: 0, count: 12)) { sums, work in
            for (index, fen) in Self.amounts(work).enumerated() { sums[index] += fen }
        }
        let data = DataTable(
            caption: title, columns: columns, rows: rows,
            totals: ["\(t("合计", "Total"))", ""] + totals.map { SheetWords.cell($0) }, phone: .scroll)
        return card(title, id: "contracts", table(t, data) + contractTerms(t))
    }

    /// In the order of the columns.
    private static func amounts(_ work: ProjectSheet.Work) -> [Int64] {
        [
            work.contract.price, work.contract.variations, work.contract.ceiling, work.committed, work.certified,
            work.advanced, work.due, work.wagesDue, work.retained, work.paid, work.settled, work.expected,
        ]
    }

    /// The same, with the postings of each; what the contract itself says has none.
    private func contractRow(_ work: ProjectSheet.Work, _ t: Language) -> TableRow {
        let contract = work.contract
        func of(_ stages: [LedgerStage], _ value: JournalFilter.Value = .balance) -> Link {
            entries({ $0.contract = contract.code }) { ($0.stages, $0.value) = (stages, value) }
        }
        let links: [Link?] = [
            nil, nil, nil, of([.committed], .reached), of([.certified], .reached), of([.advanced]),
            of([.certified, .wages]), of([.wages]), of([.retained]), of([.paid], .reached), of([.settled]), nil,
        ]
        let disputed = contract.isDisputed ? " " + pill(t("有争议", "disputed"), .amber) : ""
        return TableRow(
            ["\(contract.title) \(code(contract.code))\(disputed)", "\(contract.party)"]
                + zip(Self.amounts(work), links).map { SheetWords.cell($0, $1) },
            link: entries { $0.contract = contract.code }, tone: contract.isDisputed ? .amber : .neutral)
    }

    private func contractTerms(_ t: Language) -> Html {
        Html.each(sheet.works) { work in
            let contract = work.contract
            let kept = SheetWords.share(contract.retention)
            let wages = SheetWords.share(contract.wages)
            return """
                <p class="note">\(code(contract.code)) · \
                \(t("每次计量扣质保金 \(kept)，至 ", "\(kept) of each certificate is retained until "))\
                \(time(t, contract.retentionUntil))\
                \(t("；工资占 \(wages)，争议不得扣留", "; \(wages) is wages, which no dispute holds back"))</p>
                """
        }
    }

    private func linesCard(_ title: String, id: String, _ lines: [EntryLine], _ moves: [Move], _ t: Language) -> Html {
        guard !lines.isEmpty else { return "" }
        let columns = [
            TableColumn(t("分录", "Entry"), .heading), TableColumn(t("生效日", "Day")), TableColumn(t("动作", "Move")),
            TableColumn(t("来源", "Source")), TableColumn(t("内容", "Work")), TableColumn(t("合同", "Contract")),
            TableColumn(t("标记", "Marks")), TableColumn(t("金额", "Amount"), .number),
        ]
        let rows = lines.map { line in
            let (source, item) = (line.slice.source, line.slice.item)
            return TableRow(
                [
                    "\(grouped(Int(line.number)))", time(t, line.day), "\(line.move.name(t))",
                    source.isEmpty ? "—" : SheetWords.link(names.source(source, t), "/ledger/sources/\(source)"),
                    item.isEmpty ? "—" : "\(names.item(item, t))", code(line.slice.contract),
                    SheetWords.marks(kind: "post", manner: line.manner, findings: 0, t),
                    "\(SheetWords.amount(line.amount, line.measure, t))",
                ], link: "/ledger/entries/\(line.number)")
        }
        return card(
            title, note: "\(t("最近 \(lines.count) 项", "the latest \(lines.count)"))",
            more: LinkText(t("全部", "All"), entries { $0.moves = moves }), id: id,
            table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }
}
