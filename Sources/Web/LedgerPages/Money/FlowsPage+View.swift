import Components
import Html
import Kernel
import Ledger

extension FlowsPage {
    func view(_ t: Language) -> Html {
        let parts = [head(t), LedgerTab.tabs(.flows, t), card(filters(t))]
        guard flows.total > 0 else { return stack(parts + [nothing(t)]) }
        return stack(parts + [card(picture(t))] + levels.indices.dropLast().map { bandsCard(t, $0) })
    }

    private func head(_ t: Language) -> Html {
        pageHead(
            t("资金流向", "Flows of money"),
            note: query.moment.note(min(today, query.moment.asOf ?? today), t),
            actions: exports + [printButton(t)])
    }

    private func filters(_ t: Language) -> Html {
        let measure = filterSelect(
            label: t("看哪笔账", "Which amounts"), name: "planned",
            options: [Choice("", t("已支付", "paid")), Choice("1", t("已计划", "planned"))],
            selected: query.planned ? "1" : "")
        let (value, unit) = MoneyWords.large(t, flows.total)
        return filterBar(
            t, action: "/ledger/flows",
            [
                query.yearFilter(years, t), query.districtFilter(districts, t), query.areaFilter(areas, t),
                query.kindFilter(t), measure,
            ]
                + query.moment.filters(t), clear: query.isFiltered ? "/ledger/flows" : nil,
            found: "\(t("合计 ", "In all "))<b>\(value)</b> \(unit)")
    }

    // MARK: The picture

    private func picture(_ t: Language) -> Html {
        flowChart(
            t, title: t("钱从哪里来，经过哪里，用到哪里去？", "Where does the money come from, and where does it go?"),
            columns: levels.map { Self.name($0)(t) },
            nodes: flows.nodes.map { node in
                FlowNode(
                    name(node, t), column: node.column, value: Double(node.fen),
                    text: MoneyWords.largeText(t, node.fen), link: link(node))
            },
            bands: flows.bands.map { band in
                FlowBand(
                    from: band.from, to: band.to, value: Double(band.fen), text: MoneyWords.largeText(t, band.fen))
            })
    }

    static func name(_ level: FlowLevel) -> Phrase {
        switch level {
        case .kind: Phrase(zh: "来源类别", en: "Kind of source")
        case .source: Phrase(zh: "来源", en: "Source")
        case .year: Phrase(zh: "预算年度", en: "Budget year")
        case .district: Phrase(zh: "区县", en: "District")
        case .area: Phrase(zh: "更新片区", en: "Renewal area")
        case .project: Phrase(zh: "项目", en: "Project")
        case .class: Phrase(zh: "工程类别", en: "Class of work")
        case .item: Phrase(zh: "改造内容", en: "Work item")
        case .party: Phrase(zh: "对方", en: "Party")
        }
    }

    private func name(_ node: FoldedFlows.Node, _ t: Language) -> String {
        guard let name = node.name else { return t("其余 \(node.count) 项", "\(node.count) more") }
        return (node.level == .class ? classes[node.key] : nil)?(t) ?? name(t)
    }

    /// What a node opens: the flows within it, or its sheet.
    private func link(_ node: FoldedFlows.Node) -> Link? {
        guard !node.key.isEmpty else { return nil }
        return switch node.level {
        case .kind: query.with { $0.kind = FundSource.Kind(rawValue: node.key) }.link("/ledger/flows")
        case .district: query.with { $0.district = PlaceCode(node.key) }.link("/ledger/flows")
        case .area: query.with { $0.area = node.key }.link("/ledger/flows")
        case .source: query.moment.at("/ledger/sources/\(node.key)")
        case .project: query.moment.at("/ledger/projects/\(node.key)")
        case .year, .class, .item, .party: nil
        }
    }

    // MARK: The same numbers

    private func bandsCard(_ t: Language, _ column: Int) -> Html {
        let title = "\(Self.name(levels[column])(t)) → \(Self.name(levels[column + 1])(t))"
        let bands = flows.bands.filter { flows.nodes[$0.from].column == column }
        let rows = bands.map { band in
            let (from, to) = (flows.nodes[band.from], flows.nodes[band.to])
            let share = Double(band.fen) / Double(max(1, from.fen))
            return TableRow(
                [
                    "\(name(from, t))", linked(to, t),
                    MoneyWords.linked(MoneyWords.cell(band.fen), band.fen, behind(from, to)),
                    progressBar(
                        "\(name(from, t)) → \(name(to, t))", value: share, text: percentText(share),
                        showsLabel: false),
                ], link: link(from))
        }
        return card(
            title,
            table(
                t,
                DataTable(
                    caption: title,
                    columns: [
                        TableColumn(Self.name(levels[column])(t), .heading),
                        TableColumn(Self.name(levels[column + 1])(t)),
                        TableColumn(t("金额", "Amount"), .number, note: MoneyWords.unit(t)),
                        TableColumn(t("占其", "Share of it")),
                    ], rows: rows, phone: .scroll)))
    }

    private func linked(_ node: FoldedFlows.Node, _ t: Language) -> Html {
        guard let link = link(node) else { return "\(name(node, t))" }
        return "<a href=\"\(url: link)\">\(name(node, t))</a>"
    }

    /// The journal's entries behind a band; of what is joined it knows nothing.
    private func behind(_ from: FoldedFlows.Node, _ to: FoldedFlows.Node) -> Link? {
        guard !from.key.isEmpty, !to.key.isEmpty else { return nil }
        var part = query.part
        for node in [from, to] {
            switch node.level {
            case .kind: part.kind = FundSource.Kind(rawValue: node.key)
            case .source: part.source = node.key
            case .district: part.place = PlaceCode(node.key)
            case .area: part.area = node.key
            case .project: part.project = node.key
            case .class: part.workClass = node.key
            case .year, .item, .party: return nil
            }
        }
        return (query.planned ? FundColumn.planned : .paid).entries(part, query.moment)
    }

    private func nothing(_ t: Language) -> Html {
        card(
            t("结果", "Result"),
            emptyState(
                t("这个范围没有资金流动", "No money flowed in this part of the ledger"),
                "\(t("换个年度、区县或日期，或看已计划的资金。", "Try another year, district or day, or what was planned."))",
                action: linkButton(t("清除筛选", "Clear the filters"), "/ledger/flows")))
    }
}
