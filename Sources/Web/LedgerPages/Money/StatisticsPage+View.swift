import Components
import Html
import Kernel
import Ledger

extension StatisticsPage {
    func view(_ t: Language) -> Html {
        stack([head(t), LedgerTab.tabs(.statistics, t), card(filters(t)), checks(t)] + tables(t))
    }

    private func head(_ t: Language) -> Html {
        let own: Html = isWhole ? "" : " · \(t("只含您管辖的范围", "your own area only"))"
        return pageHead(
            t("城市更新统计 \(form.year)", "Urban renewal statistics \(form.year)"),
            note: "<span lang=\"zh-CN\">\(form.codes.source)</span> · \(form.codes.date)" + own,
            actions: exports + [printButton(t)])
    }

    private func filters(_ t: Language) -> Html {
        filterBar(
            t, action: "/ledger/statistics",
            [
                filterSelect(
                    label: t("年度", "Year"), name: "year",
                    options: years.map { Choice(String($0), t("\($0) 年", "\($0)")) }, selected: String(form.year)),
                filterSelect(
                    label: t("区县", "District"), name: "district",
                    options: [Choice("", t("全部", "All"))] + districts.map { Choice($0.code.digits, $0.name(t)) },
                    selected: district?.digits ?? ""),
                LedgerMoment(known: known).knownFilter(t),
            ], clear: isFiltered ? Link("/ledger/statistics", ["year": String(form.year)]) : nil)
    }

    private func checks(_ t: Language) -> Html {
        notice(.amber, title: t("上报前请核对", "Check before filing"), points(form.codes.checks.map { "\($0(t))" }))
    }

    /// The form's tables in its own order.
    private func tables(_ t: Language) -> [Html] {
        var names: [String] = []
        for line in form.lines where !names.contains(line.row.table) { names.append(line.row.table) }
        return names.map { name in
            let title = t("\(name)表", StatWords.tables[name] ?? name)
            let data = DataTable(
                caption: title,
                columns: [
                    TableColumn(t("代码", "Code")), TableColumn(t("指标", "Item"), .heading),
                    TableColumn(t("数值", "Value"), .number), TableColumn(t("单位", "Unit")),
                    TableColumn(t("取数方式", "How it comes")), TableColumn(t("来源名称", "Named sources")),
                ], rows: form.lines.filter { $0.row.table == name }.map { row(t, $0) })
            return card(title, table(t, data))
        }
    }

    private func row(_ t: Language, _ line: StatForm.Line) -> TableRow {
        let shown = 6
        let named = line.named.prefix(shown).map { $0(t) }.joined(separator: t("、", ", "))
        let rest = line.named.count - shown
        let more = rest > 0 ? t(" 等 \(line.named.count) 个", " and \(rest) more") : ""
        let isSum = !line.row.addends.isEmpty
        let name: Html = isSum ? "<b>\(line.row.name(t))</b>" : "\(line.row.name(t))"
        let number: Html = isSum ? "<b>\(value(t, line))</b>" : value(t, line)
        return TableRow([
            line.row.code.isEmpty ? "—" : code(line.row.code), name, number,
            "\(t(line.row.unit, StatWords.units[line.row.unit] ?? line.row.unit))", "\(line.manner(t))",
            line.named.isEmpty ? "—" : "\(named)\(more)",
        ])
    }

    private func value(_ t: Language, _ line: StatForm.Line) -> Html {
        switch line.value {
        case .open: pill(t("待填", "to fill in"), .amber)
        case .count(let count): "\(grouped(Int(count)))"
        case .money(let fen): MoneyWords.linked(Self.exact(fen), fen, behind(line.row))
        }
    }

    /// 万元 to the fen, in groups of three: "12,345.678900".
    private static func exact(_ fen: Int64) -> String {
        let plain = StatForm.tenThousandYuan(fen)
        let point = plain.lastIndex(of: ".") ?? plain.endIndex
        let whole = plain[..<point]
        return (whole == "-0" ? "-0" : grouped(Int(whole) ?? 0)) + plain[point...]
    }

    /// Of the work certified in the year.
    private var certificates: Link {
        JournalQuery.list(
            LedgerPart(place: district), LedgerMoment(asOf: Day(year: form.year, month: 12, day: 31), known: known)
        ) {
            $0.moves = [.certify]
            $0.from = Day(year: form.year, month: 1, day: 1)
        }
    }

    /// The sources whose money it is, or the certificates of the work; sums are made of other rows.
    private func behind(_ row: StatCodes.Row) -> Link? {
        if !row.kinds.isEmpty {
            return Link("/ledger/sources", ["kind": row.kinds.map(\.rawValue).joined(separator: ",")])
        }
        return row.addends.isEmpty && row.code == "103" ? certificates : nil
    }
}

/// The form's own words, which are Chinese, in English.
private enum StatWords {
    static let tables = ["进展": "Progress", "成效": "Effects"]
    static let units = [
        "万元": "10,000 yuan", "个": "number", "户": "households", "平方米": "m²", "公里": "km", "部": "lifts",
        "套(间)": "dwellings (rooms)",
    ]
}
