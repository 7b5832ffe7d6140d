import Components
import Html
import Kernel
import Ledger

extension SourcesPage {
    func view(_ t: Language) -> Html {
        stack([head(t), LedgerTab.tabs(.sources, t), card(filters(t)), list(t)])
    }

    private func head(_ t: Language) -> Html {
        let own: Html =
            isWhole
            ? ""
            : " · \(t("到位和支付只含您管辖范围的项目", "received and paid in projects of your own area only"))"
        return pageHead(
            t("资金来源", "Sources of money"),
            note: query.moment.note(query.moment.asOf ?? today, t) + own,
            actions: exports + [printButton(t)])
    }

    private func filters(_ t: Language) -> Html {
        let all = Choice("", t("全部", "All"))
        let offered = Set(years + (query.year.map { [$0] } ?? [])).sorted()
        var kinds = [all] + FundSource.Kind.allCases.map { Choice($0.rawValue, $0.name(t)) }
        if query.kinds.count > 1 {
            kinds.append(Choice(query.kindText, query.kinds.map { $0.name(t) }.joined(separator: t("、", ", "))))
        }
        let isUnsorted = query.sort == .code && !query.descending
        return filterBar(
            t, action: "/ledger/sources", keep: isUnsorted ? [] : [("sort", query.tableSort.parameter)],
            [
                filterSearch(label: t("名称、代码或文号", "Name, code or document"), name: "q", value: query.text),
                filterSelect(
                    label: t("类别", "Kind"), name: "kind", options: kinds, selected: query.kindText),
                filterSelect(
                    label: t("可用年度", "May be spent in"), name: "year",
                    options: [all] + offered.map { Choice(String($0), t("\($0) 年", "\($0)")) },
                    selected: query.year.map { String($0) } ?? ""),
            ] + query.moment.filters(t), clear: query.isFiltered ? "/ledger/sources" : nil,
            found: "\(t("找到 ", "Found "))<b>\(grouped(lines.count))</b>\(t(" 个来源", " sources"))")
    }

    private func list(_ t: Language) -> Html {
        guard !lines.isEmpty else { return nothing(t) }
        let unit = MoneyWords.unit(t)
        let shown = lines.dropFirst((page - 1) * Self.size).prefix(Self.size)
        let data = DataTable(
            caption: t("资金来源", "Sources of money"),
            columns: [
                TableColumn(t("代码", "Code"), sort: "code"), TableColumn(t("名称", "Name"), .heading, sort: "name"),
                TableColumn(t("类别", "Kind"), sort: "kind"), TableColumn(t("文号", "Document")),
                TableColumn(t("有效年度", "Valid"), .number, sort: "year"),
                TableColumn(t("文件金额", "Amount"), .number, sort: "amount", note: unit),
                TableColumn(t("到位", "Received"), .number, sort: "received", note: unit),
                TableColumn(t("支付", "Paid"), .number, sort: "paid", note: unit),
                TableColumn(t("未支付", "Not paid yet"), .number, sort: "left", note: unit),
            ], rows: shown.map { row(t, $0) }, totals: totals(t), sort: query.tableSort, base: query.link())
        return card(
            table(t, data) + pager(t, page: page, size: Self.size, total: lines.count, base: query.link()))
    }

    private func row(_ t: Language, _ line: Line) -> TableRow {
        let (source, sums) = (line.source, line.sums)
        let part = LedgerPart(source: source.code)
        func entries(_ column: FundColumn) -> Html {
            let fen = column.value(sums)
            return MoneyWords.linked(MoneyWords.cell(fen), fen, column.entries(part, query.moment))
        }
        // The use of space is no money: its document states m²·year.
        let amount = source.isMoney ? MoneyWords.cell(source.amount) : SheetWords.use(source.amount, t)
        let isOver = source.years.upperBound < (query.moment.asOf ?? today).year && source.isMoney && line.left > 0
        let mark: Html = isOver ? " " + pill(t("已过期，有结余", "over, money left"), .amber) : ""
        return TableRow(
            [
                code(source.code), "\(source.name(t))", "\(source.kind.name(t))",
                source.document.isEmpty ? "—" : "<span lang=\"zh-CN\">\(source.document)</span>",
                "\(years(source))\(mark)", "\(amount)", entries(.received), entries(.paid),
                source.isMoney ? "\(MoneyWords.cell(line.left))" : "—",
            ], link: query.moment.at("/ledger/sources/\(source.code)"))
    }

    private func years(_ source: FundSource) -> String {
        let (first, last) = (source.years.lowerBound, source.years.upperBound)
        return first == last ? "\(first)" : "\(first)–\(last)"
    }

    private func totals(_ t: Language) -> [Html] {
        func sum(_ value: (Line) -> Int64) -> Html { "\(MoneyWords.cell(lines.reduce(0) { $0 + value($1) }))" }
        return [
            "", "\(t("合计 \(grouped(lines.count)) 个", "Total of \(grouped(lines.count))"))", "", "", "",
            sum { $0.source.isMoney ? $0.source.amount : 0 }, sum { $0.sums.received }, sum { $0.sums.paid },
            sum { $0.source.isMoney ? $0.left : 0 },
        ]
    }

    private func nothing(_ t: Language) -> Html {
        if query.isFiltered {
            return card(
                t("结果", "Result"),
                emptyState(
                    t("没有符合条件的来源", "No source matches"),
                    "\(t("换个名称，或放宽筛选条件。", "Try another name, or fewer conditions."))",
                    action: linkButton(t("清除筛选", "Clear the filters"), "/ledger/sources")))
        }
        return card(
            t("结果", "Result"),
            emptyState(
                t("还没有资金来源", "No sources yet"),
                "\(t("导入预算文件后，来源连同文号列在这里。", "Once budget documents are in, each source is listed here."))",
                action: linkButton(t("导入", "Import"), "/ledger/import")))
    }
}
