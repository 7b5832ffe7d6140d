import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Sheets
import Store

/// Lines of the bank's statements, and which entry each is.
struct BankPage {
    static let size = 50

    let query: BankQuery
    let page: Int
    let list: BankLinePage
    let accounts: [BankAccount]
    let mayMatch: Bool
    let isWhole: Bool
    let exports: [Html]

    init(_ visit: Visit, in tx: Tx) throws {
        let (ledger, actor) = (visit.hall.ledger, visit.actor)
        let query = BankQuery(visit.query)
        self.query = query
        (page, list) = try readPage(query.page, size: Self.size, total: \.total) {
            try ledger.bankLines(query.filter, page: $0, size: Self.size, for: actor, in: tx)
        }
        accounts = try ledger.bankAccounts(for: actor, in: tx)
        (mayMatch, isWhole) = (visit.mayMatchBank, visit.seesWholeLedger)
        exports = visit.tableButtons { query.link("/ledger/bank.\($0)") }
    }

    static func file(_ visit: Visit, _ reader: Actor, _ tx: Tx) throws -> TableFile {
        let (query, t) = (BankQuery(visit.query), visit.language)
        let lines = try visit.hall.ledger.bankLines(query.filter, size: LedgerLimits.lines, for: reader, in: tx).lines
        let rows: [[OutputCell]] = lines.map { line in
            let state: BankLineFilter.State =
                line.match.map { $0.isReversed ? .reversed : .matched } ?? .unmatched
            return [
                .text(line.account), .date(line.day), TableFile.yuan(line.amount), .text(line.reference),
                .text(BankWords.state(state)(t)), line.match.map { .integer(Int($0.entry)) } ?? .empty,
                .text(line.match.map { BankWords.part($0.part)(t) } ?? ""),
            ]
        }
        return TableFile(
            title: t("银行流水", "lines of the bank"),
            columns: [
                SheetColumn(t("账户", "Account"), .text), SheetColumn(t("日期", "Day"), .date),
                SheetColumn(t("金额（元）", "Amount (yuan)"), .number(decimals: 2), width: 18),
                SheetColumn(t("流水号", "Reference"), .text, width: 24), SheetColumn(t("状态", "State"), .text),
                SheetColumn(t("分录", "Entry"), .general), SheetColumn(t("其中", "Part"), .text),
            ], rows: rows,
            conditions: query.parameters.map { JSON.Member($0.name == "q" ? "text" : $0.name, .string($0.value)) })
    }
}

extension BankPage {
    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("银行核对", "Bank"), assets: SheetRoutes.assets, source: visit.ledgerSource(), view(t))
    }

    private func view(_ t: Language) -> Html {
        let note = t(
            "银行流水逐行对上台账的收付；对错了可以撤回，留下理由。",
            "Each line of the bank's statements and the cash of the journal it is; a wrong match is taken back with a reason."
        )
        let bring =
            isWhole
            ? [linkButton(t("对账单", "Statements"), "/ledger/bank/statements", mayMatch ? .primary : .quiet)] : []
        let head = pageHead(t("银行核对", "Bank"), note: "\(note)", actions: exports + [printButton(t)] + bring)
        let crumbs = BankWords.crumbs(t, [Crumb(t("银行核对", "Bank"))])
        let clear: Link? = query.parameters.isEmpty ? nil : "/ledger/bank"
        let filters = filterBar(
            t, action: "/ledger/bank", keep: query.isUnsorted ? [] : [("sort", query.sort.parameter)], fields(t),
            clear: clear, found: found(t))
        return stack([
            crumbs + head, LedgerTab.tabs(.bank, t), BankTab.tabs(.lines, t), card(filters), body(t),
        ])
    }

    private func found(_ t: Language) -> Html {
        let sums = BankWords.sums(cameIn: list.cameIn, wentOut: list.wentOut, t)
        return "\(t("找到 ", "Found "))<b>\(BankWords.lines(list.total, t))</b> · \(sums)"
    }

    private func fields(_ t: Language) -> [Html] {
        let (filter, all) = (query.filter, Choice("", t("全部", "All")))
        let names = accounts.map(\.name).filter { !$0.isEmpty }
        let asked = filter.account.isEmpty || names.contains(filter.account) ? [] : [filter.account]
        return [
            filterSearch(label: t("流水号、账户、分录号、金额", "Reference, account, entry, amount"), name: "q", value: filter.text),
            filterSelect(
                label: t("账户", "Account"), name: "account", options: [all] + (names + asked).map { Choice($0, $0) },
                selected: filter.account),
            filterSelect(
                label: t("状态", "State"), name: "state",
                options: [all] + BankLineFilter.State.allCases.map { Choice($0.rawValue, BankWords.state($0)(t)) },
                selected: filter.state?.rawValue ?? ""),
            filterDay(label: t("自", "From"), name: "from", value: filter.from?.description ?? ""),
            filterDay(label: t("至", "To"), name: "to", value: filter.to?.description ?? ""),
        ]
    }

    private func body(_ t: Language) -> Html {
        guard list.total > 0 else { return card(t("结果", "Result"), nothing(t)) }
        var columns = [
            TableColumn(t("流水号", "Reference"), .heading), TableColumn(t("日期", "Day"), sort: "day"),
            TableColumn(t("账户", "Account"), sort: "account"), TableColumn(t("状态", "State")),
            TableColumn(t("分录", "Entry"), sort: "entry"),
            TableColumn(t("金额", "Amount"), .number, sort: "amount", note: t("支出为负", "out is negative")),
        ]
        if mayMatch { columns.append(TableColumn(t("更正", "Mend"))) }
        let data = DataTable(
            caption: t("银行流水", "The bank's lines"), columns: columns, rows: list.lines.map { row($0, t) },
            sort: query.sort, base: query.link())
        return card(
            table(t, data) + pager(t, page: page, size: Self.size, total: list.total, base: query.link()))
    }

    private func row(_ line: KeptBankLine, _ t: Language) -> TableRow {
        let entry: Html =
            line.match.map { match in
                SheetWords.link(BankWords.entry(match.entry, match.part, t), "/ledger/entries/\(match.entry)")
            } ?? "—"
        var cells: [Html] = [
            "\(line.reference.isEmpty ? t("无流水号", "no reference") : line.reference)", time(t, line.day),
            "\(BankWords.account(line.account, t))", BankWords.pills(line, t), entry, "\(yuanText(line.amount))",
        ]
        if mayMatch {
            cells.append(line.match == nil ? "—" : linkButton(t("撤回", "Take back"), line.takeBack, .plain))
        }
        return TableRow(cells, link: line.match.map { "/ledger/entries/\($0.entry)" })
    }

    private func nothing(_ t: Language) -> Html {
        if !query.parameters.isEmpty {
            return emptyState(
                t("没有符合条件的流水", "No line matches"), "\(t("放宽筛选条件再试。", "Try fewer conditions."))",
                action: linkButton(t("清除筛选", "Clear the filters"), "/ledger/bank"))
        }
        let why =
            isWhole
            ? t(
                "从网银导出对账单（XLSX 或 CSV），上传后先预览：确定的、存疑的、台账没有的，逐行列出。",
                """
                Export a statement from the bank (XLSX or CSV) and bring it: what is certain, doubtful or not in the journal \
                is shown line by line before anything is kept.
                """)
            : t("流水对上您管辖项目的分录后，列在这里。", "Lines that are matched with entries of your projects are listed here.")
        return emptyState(
            t("还没有银行流水", "No lines of a statement yet"), "\(why)",
            action: mayMatch ? linkButton(t("上传对账单", "Bring a statement"), "/ledger/bank/statements", .primary) : "")
    }
}

extension KeptBankLine {
    /// Where its match is taken back.
    var takeBack: Link { "/ledger/bank/lines/\(id)/take-back" }
}
