import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Sheets
import Store

/// Cash in the book that stands on no statement of the bank.
struct UnseenCashPage {
    static let size = 50

    let query: UnseenCashQuery
    /// With the days that are looked at.
    let filter: UnseenCashFilter
    let page: Int
    let list: UnseenCashList
    let exports: [Html]

    init(_ visit: Visit, in tx: Tx) throws {
        let (ledger, actor) = (visit.hall.ledger, visit.actor)
        let query = UnseenCashQuery(visit.query)
        let filter = query.within(try ledger.bankAccounts(for: actor, in: tx))
        (self.query, self.filter) = (query, filter)
        (page, list) = try readPage(query.page, size: Self.size, total: \.total) {
            try ledger.unseenCash(filter, page: $0, size: Self.size, for: actor, in: tx)
        }
        exports = visit.tableButtons { query.link("/ledger/bank/book.\($0)") }
    }

    static func file(_ visit: Visit, _ reader: Actor, _ tx: Tx) throws -> TableFile {
        let (query, t, ledger) = (UnseenCashQuery(visit.query), visit.language, visit.hall.ledger)
        let filter = query.within(try ledger.bankAccounts(for: reader, in: tx))
        let items = try ledger.unseenCash(filter, size: LedgerLimits.lines, for: reader, in: tx).items
        let rows: [[OutputCell]] = items.map { item in
            [
                .integer(Int(item.entry)), .text(BankWords.part(item.part)(t)), .date(item.day),
                TableFile.yuan(item.amount), .text(item.project), .text(item.authority), .text(item.memo),
                .text(item.key),
            ]
        }
        return TableFile(
            title: t("账上有、流水没有", "in the book and not at the bank"),
            columns: [
                SheetColumn(t("分录", "Entry"), .general), SheetColumn(t("其中", "Part"), .text),
                SheetColumn(t("日期", "Day"), .date),
                SheetColumn(t("金额（元）", "Amount (yuan)"), .number(decimals: 2), width: 18),
                SheetColumn(t("项目", "Project"), .text), SheetColumn(t("依据", "Authority"), .text, width: 28),
                SheetColumn(t("摘要", "Memo"), .text, width: 28), SheetColumn(t("分录键", "Key"), .text, width: 24),
            ], rows: rows,
            conditions: [
                JSON.Member("from", .string(filter.from?.description ?? "")),
                JSON.Member("to", .string(filter.to?.description ?? "")), JSON.Member("text", .string(filter.text)),
            ])
    }
}

extension UnseenCashPage {
    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(title(t), assets: SheetRoutes.assets, source: visit.ledgerSource(), view(t))
    }

    private func title(_ t: Language) -> String { t("账上有、流水没有", "In the book and not at the bank") }

    private func view(_ t: Language) -> Html {
        let head = pageHead(title(t), note: period(t), actions: exports + [printButton(t)])
        let crumbs = BankWords.crumbs(t, [Crumb(t("银行核对", "Bank"), "/ledger/bank"), Crumb(title(t))])
        let clear: Link? = query.parameters.isEmpty ? nil : "/ledger/bank/book"
        let filters = filterBar(
            t, action: "/ledger/bank/book", keep: query.isUnsorted ? [] : [("sort", query.sort.parameter)],
            [
                filterSearch(
                    label: t("依据、摘要、项目、分录号、金额", "Authority, memo, project, entry, amount"), name: "q",
                    value: filter.text),
                filterDay(label: t("自", "From"), name: "from", value: query.filter.from?.description ?? ""),
                filterDay(label: t("至", "To"), name: "to", value: query.filter.to?.description ?? ""),
            ], clear: clear, found: found(t))
        return stack([
            crumbs + head, LedgerTab.tabs(.bank, t), BankTab.tabs(.book, t), card(filters), body(t),
        ])
    }

    private func period(_ t: Language) -> Html {
        let from = filter.from.map { t("自 \(dayText(t, $0))", "from \(dayText(t, $0))") }
        let to = filter.to.map { t("至 \(dayText(t, $0))", "up to \(dayText(t, $0))") }
        let days = [from, to].compactMap(\.self).joined(separator: " ")
        let said = days.isEmpty ? t("全部期间", "all days") : days
        let why = t("收付已经记账，没有一行流水对上", "cash that is posted, and that no line of a statement shows")
        let whose = query.filter.from == nil && query.filter.to == nil && !days.isEmpty
        let note = whose ? t("（对账单的期间）", " (the days of the statements)") : ""
        return "\(why) · \(said)\(note)"
    }

    private func found(_ t: Language) -> Html {
        let sums = BankWords.sums(cameIn: list.cameIn, wentOut: list.wentOut, t)
        let count = t("\(grouped(list.total)) 笔", "\(grouped(list.total))")
        return "\(t("找到 ", "Found "))<b>\(count)</b> · \(sums)"
    }

    private func body(_ t: Language) -> Html {
        guard list.total > 0 else { return card(t("结果", "Result"), nothing(t)) }
        let data = DataTable(
            caption: title(t),
            columns: [
                TableColumn(t("分录", "Entry"), .heading, sort: "entry"), TableColumn(t("日期", "Day"), sort: "day"),
                TableColumn(t("项目", "Project")), TableColumn(t("依据", "On the authority of")),
                TableColumn(t("金额", "Amount"), .number, sort: "amount", note: t("支出为负", "out is negative")),
            ], rows: list.items.map { row($0, t) }, sort: query.sort, base: query.link())
        return card(
            table(t, data) + pager(t, page: page, size: Self.size, total: list.total, base: query.link()))
    }

    private func row(_ item: UnseenCash, _ t: Language) -> TableRow {
        let memo: Html = item.memo.isEmpty ? "" : "<br><small>\(item.memo)</small>"
        let more = t(" 等 \(item.projects) 个", " and \(item.projects - 1) more")
        let project: Html =
            item.project.isEmpty
            ? "—"
            : SheetWords.link(item.project, "/ledger/projects/\(item.project)") + "\(item.projects > 1 ? more : "")"
        return TableRow(
            [
                "\(BankWords.entry(item.entry, item.part, t))", time(t, item.day), project,
                "\(item.authority)\(memo)", "\(yuanText(item.amount))",
            ], link: "/ledger/entries/\(item.entry)")
    }

    private func nothing(_ t: Language) -> Html {
        if !query.parameters.isEmpty {
            return emptyState(
                t("没有符合条件的收付", "No such cash"), "\(t("放宽筛选条件再试。", "Try fewer conditions."))",
                action: linkButton(t("清除筛选", "Clear the filters"), "/ledger/bank/book"))
        }
        return emptyState(
            t("没有遗漏", "Nothing is missing"),
            "\(t("这段时间账上的收付都对上了流水。", "All cash of these days stands on a statement."))",
            action: linkButton(t("看银行流水", "See the bank's lines"), "/ledger/bank"))
    }
}
