import Components
import Html
import Kernel
import Ledger

extension MoneyPage {
    func view(_ t: Language) -> Html {
        var parts = [head(t), LedgerTab.tabs(.money, t), card(filters(t)), figures(t)]
        if rates.lines.isEmpty { return stack(parts + [nothing(t)]) }
        parts.append(grid([arrivals(t), uses(t)], .halves))
        return stack(parts + [linesCard(t)])
    }

    private func head(_ t: Language) -> Html {
        let own: Html = isWhole ? "" : " · \(t("只含您管辖范围的项目", "projects of your own area only"))"
        return pageHead(
            t("一本账", "One ledger"), note: query.moment.note(rates.day, t) + own,
            actions: exports + [printButton(t), linkButton(t("资金流向", "Flows"), flows)])
    }

    private var flows: Link { query.with { $0.axis = .kind }.link("/ledger/flows") }

    private func filters(_ t: Language) -> Html {
        var kept: [(String, String)] = query.axis == .kind ? [] : [("by", query.axis.rawValue)]
        if let sort = query.tableSort { kept.append(("sort", sort.parameter)) }
        let bar = filterBar(
            t, action: "/ledger", keep: kept,
            [
                query.yearFilter(years.compactMap { Int($0.key) }, t), query.districtFilter(districts, t),
                query.areaFilter(areas, t), query.kindFilter(t),
            ] + query.moment.filters(t), clear: query.isFiltered ? "/ledger" : nil)
        return bar + disclosure(t("两个日期各指什么", "What the two days mean"), MoneyQuery.momentHelp(t))
    }

    // MARK: The figures

    private func figures(_ t: Language) -> Html {
        let (sums, part, moment) = (rates.total.sums, query.part, query.moment)
        let promised =
            t("指标 ", "quota ") + MoneyWords.largeText(t, sums.allotted) + t("，认缴 ", ", pledged ")
            + MoneyWords.largeText(t, sums.pledged)
        let idle =
            t("平均 ", "on average ") + MoneyWords.days(t, rates.total.idleDays) + t("，最久 ", ", at most ")
            + MoneyWords.days(t, rates.total.longestIdle.map(Double.init))
        return grid(
            [
                tile(t, t("计划", "Planned"), sums.planned, "", FundColumn.planned.entries(part, moment)),
                tile(
                    t, t("指标下达与认缴", "Allotted or pledged"), sums.promised, promised,
                    MoneyWords.promises(part, moment)),
                tile(
                    t, t("到位", "Received"), sums.received,
                    t("到位率 ", "arrival rate ") + percentText(sums.arrivalRate),
                    FundColumn.received.entries(part, moment)),
                tile(
                    t, t("支付", "Paid"), sums.paid, t("使用率 ", "use rate ") + percentText(sums.useRate),
                    FundColumn.paid.entries(part, moment)),
                tile(
                    t, t("资金缺口", "Gap"), sums.gap, t("计划未到位", "planned and not received"), projects(by: .gap),
                    tone: sums.gap > 0 ? .amber : .neutral),
                tile(t, t("账上闲置", "Lying idle"), sums.cash, idle, projects(by: .idle)),
            ], .figures)
    }

    private func tile(
        _ t: Language, _ label: String, _ fen: Int64, _ note: String, _ source: Link, tone: Tone = .neutral
    ) -> Html {
        let (value, unit) = MoneyWords.large(t, fen)
        return figureTile(
            t, label: label, value: value, unit: unit, note: "\(note)", source: fen == 0 ? nil : source, tone: tone)
    }

    /// Where it is most.
    private func projects(by sort: MoneyQuery.Sort) -> Link {
        query.with { ($0.axis, $0.sort, $0.descending) = (.project, sort, true) }.sortedLink().fragment("lines")
    }

    // MARK: The years

    private func arrivals(_ t: Language) -> Html {
        let title = t("各预算年度的资金，计划的到位了多少？", "Of what each budget year planned, how much arrived?")
        return card(t("到位率", "Arrival"), barChart(t, title: title, bars(t, .jade) { $0.arrivalRate }, max: 1))
    }

    private func uses(_ t: Language) -> Html {
        let title = t("到位的用出去了多少？", "Of what arrived, how much was used?")
        return card(t("使用率", "Use"), barChart(t, title: title, bars(t, .indigo) { $0.useRate }, max: 1))
    }

    private func bars(_ t: Language, _ tone: Tone, _ rate: (FundSums) -> Double?) -> [Bar] {
        years.map { year in
            let share = rate(year.sums)
            return Bar(
                year.name(t), value: share ?? 0, text: percentText(share), tone: tone,
                link: Int(year.key).map { number in query.with { $0.year = number }.link() })
        }
    }

    // MARK: The lines

    static func axisName(_ axis: RateAxis) -> Phrase { axes.first { $0.axis == axis }?.name ?? Phrase(zh: "", en: "") }

    private static let axes: [(axis: RateAxis, name: Phrase)] = [
        (.kind, Phrase(zh: "按来源类别", en: "By kind of source")), (.source, Phrase(zh: "按来源", en: "By source")),
        (.year, Phrase(zh: "按预算年度", en: "By budget year")), (.district, Phrase(zh: "按区县", en: "By district")),
        (.project, Phrase(zh: "按项目", en: "By project")),
    ]

    private func linesCard(_ t: Language) -> Html {
        let switches = tabs(
            t("分组", "Grouped"),
            Self.axes.map { axis, name in
                Tab(name(t), query.with { $0.axis = axis }.link().fragment("lines"), isCurrent: axis == query.axis)
            })
        let shown = lines.dropFirst((page - 1) * Self.size).prefix(Self.size)
        let title = Self.axisName(query.axis)(t)
        let list = table(
            t,
            DataTable(
                caption: title, columns: columns(t), rows: shown.map { row(t, $0) }, totals: totals(t),
                sort: query.tableSort, base: query.sortedLink().fragment("lines"), phone: .scroll))
        let pages: Html =
            lines.count > Self.size
            ? pager(t, page: page, size: Self.size, total: lines.count, base: query.sortedLink().fragment("lines")) : ""
        let note = t(
            "金额为累计发生额，单位万元；点数字看背后的分录。",
            "Amounts are cumulative, in units of 10,000 yuan; a number opens the entries behind it.")
        return card(title, note: "\(note)", id: "lines", switches + list + pages)
    }

    private func columns(_ t: Language) -> [TableColumn] {
        let unit = MoneyWords.unit(t)
        return [
            TableColumn(t("名称", "Name"), .heading, sort: "name"),
            TableColumn(t("计划", "Planned"), .number, sort: "planned", note: unit),
            TableColumn(t("指标与认缴", "Promised"), .number, sort: "pledged", note: unit),
            TableColumn(t("到位", "Received"), .number, sort: "received", note: unit),
            TableColumn(t("到位率", "Arrival"), sort: "arrival"),
            TableColumn(t("支付", "Paid"), .number, sort: "paid", note: unit),
            TableColumn(t("使用率", "Use"), sort: "use"),
            TableColumn(t("缺口", "Gap"), .number, sort: "gap", note: unit),
            TableColumn(t("平均闲置", "Idle"), .number, sort: "idle", note: t("天", "days")),
        ]
    }

    private func row(_ t: Language, _ line: FundRate) -> TableRow {
        let name = line.key.isEmpty ? t("未分", "not stated") : line.name(t)
        let title: Html =
            switch query.axis {
            case .source, .project: "\(name) \(code(line.key))"
            case .kind, .year, .district: "\(name)"
            }
        return TableRow(
            [title] + cells(t, line, name, query.part(of: line.key, on: query.axis)), link: heading(line.key))
    }

    private func totals(_ t: Language) -> [Html] {
        ["\(rates.total.name(t))"] + cells(t, rates.total, rates.total.name(t), query.part)
    }

    /// Numbers open the journal of exactly what they count.
    private func cells(_ t: Language, _ line: FundRate, _ name: String, _ part: LedgerPart?) -> [Html] {
        let sums = line.sums
        func money(_ fen: Int64, _ link: Link?) -> Html { MoneyWords.linked(MoneyWords.cell(fen), fen, link) }
        func column(_ column: FundColumn) -> Html {
            money(column.value(sums), part.map { column.entries($0, query.moment) })
        }
        return [
            column(.planned), money(sums.promised, part.map { MoneyWords.promises($0, query.moment) }),
            column(.received), bar(t("\(name)到位率", "Arrival of \(name)"), sums.arrivalRate, .jade), column(.paid),
            bar(t("\(name)使用率", "Use of \(name)"), sums.useRate, .indigo), "\(MoneyWords.cell(sums.gap))",
            "\(line.idleDays.map { decimal($0, 0) } ?? "—")",
        ]
    }

    private func bar(_ label: String, _ share: Double?, _ tone: Tone) -> Html {
        guard let share else { return "—" }
        return progressBar(label, value: share, text: percentText(share), tone: tone, showsLabel: false)
    }

    /// What a line's name opens.
    private func heading(_ key: String) -> Link? {
        guard !key.isEmpty else { return nil }
        return switch query.axis {
        case .source: query.moment.at("/ledger/sources/\(key)")
        case .project: query.moment.at("/ledger/projects/\(key)")
        case .kind, .year, .district: narrowed(to: key)
        }
    }

    /// One line taken apart.
    private func narrowed(to key: String) -> Link {
        query.with { query in
            switch query.axis {
            case .kind: (query.kind, query.axis) = (FundSource.Kind(rawValue: key), .source)
            case .year: (query.year, query.axis) = (Int(key), .kind)
            case .district: (query.district, query.axis) = (PlaceCode(key), .project)
            case .source, .project: break
            }
        }.link()
    }

    private func nothing(_ t: Language) -> Html {
        if query.isFiltered {
            return card(
                t("结果", "Result"),
                emptyState(
                    t("这个范围没有资金", "No money in this part of the ledger"),
                    "\(t("换个年度、区县或日期再看。", "Try another year, district or day."))",
                    action: linkButton(t("清除筛选", "Clear the filters"), "/ledger")))
        }
        return card(
            t("结果", "Result"),
            emptyState(
                t("台账还是空的", "The ledger is still empty"),
                """
                \(t(
                    "导入预算文件、到账和支付后，这里按来源、年度、区县显示到位与使用。",
                    "Once budget documents, receipts and payments are brought in, their arrival and use show here."))
                """,
                action: linkButton(t("导入", "Import"), "/ledger/import")))
    }
}
