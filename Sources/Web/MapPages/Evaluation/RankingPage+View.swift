import Components
import Evaluation
import Frame
import Html
import Kernel
import Registry

extension RankingPage {
    func view(_ t: Language) -> Html {
        stack([
            head(t), views(t), figures(t),
            card(filterBar(t, action: run.link, keep: kept, filters(t), clear: clear, found: found(t))), body(t),
            grid([card(t("需求与准备度", "Need and readiness"), note: axesNote(t), axesChart(t)), districtCard(t)]),
        ])
    }

    private var kept: [(String, String)] {
        query.filter.sort == .rank && !query.filter.descending ? [] : [("sort", query.sort.parameter)]
    }

    private var base: Link { query.link(run.link) }
    private var clear: Link? { query.isFiltered ? run.link : nil }

    private func head(_ t: Language) -> Html {
        var actions: [Html] = []
        if mayExport {
            actions.append(linkButton(t("导出 XLSX", "Export XLSX"), query.link("/evaluation/runs/\(run.id).xlsx")))
            actions.append(linkButton("CSV", query.link("/evaluation/runs/\(run.id).csv")))
        }
        actions.append(printButton(t))
        if mayPublish, run.schemeVersion != nil {
            actions.append(linkButton(t("公布", "Publish"), run.link("publish")))
        }
        if mayRun { actions.append(linkButton(t("重新评价", "Evaluate again"), "/evaluation/new", .primary)) }
        let note: Html = """
            \(EvaluationWords.scheme(run, t)) · \(t("截至 ", "as of "))\(time(t, run.asOf)) · \
            \(t("评价于 ", "evaluated "))\(time(t, run.at)) \(scopeNote)
            """
        return pageHead(t("综合评价", "Comprehensive evaluation"), note: note, actions: actions)
    }

    private func views(_ t: Language) -> Html {
        tabs(
            t("评价", "Evaluation"),
            [
                Tab(t("排名", "Ranking"), run.link, isCurrent: true),
                Tab(t("先补查哪些数据", "What to survey first"), run.link("survey")),
                Tab(t("其他方法的意见", "Second opinions"), run.link("methods")),
                Tab(t("申诉", "Appeals"), "/evaluation/appeals"), Tab(t("评价方案", "Scheme"), "/evaluation/scheme"),
                Tab(t("历次评价", "All evaluations"), "/evaluation/runs"),
            ])
    }

    private func figures(_ t: Language) -> Html {
        let tiles = scheme.bands.enumerated().map { index, band in
            let count = bands[band.code] ?? 0
            return figureTile(
                t, label: t("\(band.code) \(band.name.zh)", "\(band.code) \(band.name.en)"), value: grouped(count),
                unit: t("个小区", "estates"), source: run.link.with("band", band.code))
        }
        let flagged = figureTile(
            t, label: t("不排名（名单比对）", "Not ranked (on a list)"), value: grouped(run.flagged), unit: t("个小区", "estates"),
            source: run.link.with("flagged", "1"))
        let rule = paragraph(
            t(
                "按改造需求排名；准备度（意愿、长效管理等）是另一个分数，只作门槛，不能用需求换取。名次写成等级和范围：数据不全时，真实名次可能在范围内的任何一处。首批指前 \(grouped(run.first)) 名。",
                "Ranked by need alone; readiness (will, long-term management) is a second score and a gate that "
                    + "need never buys. A place is told as a band and a range: while facts are missing the true rank "
                    + "may be anywhere in it. The first batch is the first \(grouped(run.first))."
            ))
        return stack([grid(tiles + [flagged], .figures), rule])
    }

    private func filters(_ t: Language) -> [Html] {
        let filter = query.filter
        let all = Choice("", t("全部", "All"))
        return [
            filterSearch(
                label: t("名称或编号", "Name or number"), name: "q", value: filter.text,
                placeholder: t("如 公交小区", "e.g. 公交小区")),
            filterSelect(
                label: t("区县", "District"), name: "district",
                options: [all] + choices.map { Choice($0.code.digits, $0.title(t)) },
                selected: filter.place?.ancestor(.district)?.digits ?? ""),
            filterSelect(
                label: t("等级", "Band"), name: "band",
                options: [all]
                    + scheme.bands.map { Choice($0.code, t("\($0.code) \($0.name.zh)", "\($0.code) \($0.name.en)")) },
                selected: filter.bands.first ?? ""),
            filterSelect(
                label: t("纳入条件", "Gate"), name: "gate",
                options: [all] + Gate.allCases.map { Choice($0.rawValue, $0.name(t)) },
                selected: filter.gate?.rawValue ?? ""),
            filterSelect(
                label: t("是否首批", "First batch"), name: "open",
                options: [all, Choice("1", t("尚不能确定", "Still open"))], selected: filter.onlyOpen ? "1" : ""),
            filterSelect(
                label: t("比对名单", "Cross-check lists"), name: "flagged",
                options: [
                    all, Choice("1", t("在名单上，不排名", "Listed, not ranked")), Choice("0", t("参加排名", "Ranked")),
                ], selected: filter.isFlagged.map { $0 ? "1" : "0" } ?? ""),
        ]
    }

    private func found(_ t: Language) -> Html {
        "\(t("找到 ", "Found "))<b>\(CityFigures.estates(t, ranking.total))</b>"
    }

    private func body(_ t: Language) -> Html {
        guard ranking.total > 0 else {
            return card(
                t("结果", "Result"),
                emptyState(
                    t("没有符合条件的小区", "No estate matches"),
                    "\(t("换个名称，或放宽筛选条件。", "Try another name, or fewer conditions."))",
                    action: linkButton(t("清除筛选", "Clear the filters"), run.link)))
        }
        let table = table(
            t,
            DataTable(
                caption: t("评价排名", "Ranking"), columns: columns(t), rows: ranking.lines.map { row(t, $0) },
                sort: query.sort, base: base))
        let compare: Html = """
            <form method="get" action="\(url: run.link("compare"))">\(table)\
            <div class="form-actions no-print"><button class="button quiet" type="submit">\
            \(t("并排比较所选小区", "Compare the chosen estates"))</button></div></form>
            """
        return card(compare + pager(t, page: page, size: Self.size, total: ranking.total, base: base))
    }

    private func columns(_ t: Language) -> [TableColumn] {
        [
            TableColumn(t("等级", "Band"), sort: "rank"), TableColumn(t("小区", "Estate"), .heading, sort: "name"),
            TableColumn(t("所在", "Place"), sort: "place"),
            TableColumn(t("名次范围", "Ranks"), .number, note: t("数据不全时", "while facts are missing")),
            TableColumn(t("需求分", "Need"), .number, sort: "need", note: t("0–100 及范围", "0–100, range")),
            TableColumn(t("准备度", "Readiness"), sort: "readiness"),
            TableColumn(
                t("首批占比", "In first"), .number, sort: "firstShare", note: t("权重抽样", "of weightings")),
            TableColumn(t("里子", "Function"), .number, note: t("占需求", "of need")),
            TableColumn(t("已知", "Known"), .number), TableColumn(t("比较", "Compare")),
        ]
    }

    private func row(_ t: Language, _ line: RankingLine) -> TableRow {
        let label = t("比较\(line.name)", "Compare \(line.name)")
        return TableRow(
            [
                EvaluationWords.band(line, scheme, t), "\(line.name) \(code(line.number))",
                "\(places.path(line.place, t))", "\(EvaluationWords.ranks(t, line))",
                """
                <b>\(EvaluationWords.points(line.need.middle))</b> \(EvaluationWords.range(line.need))\
                \(miniRange(low: line.need.low, best: line.need.middle, high: line.need.high, of: 1))
                """,
                "\(EvaluationWords.points(line.readiness.middle)) \(EvaluationWords.gate(line.gate, t))",
                "\(EvaluationWords.share(line.firstShare))", "\(percent(line.functionShare, 0) + "\u{A0}%")",
                "\(CityFigures.percentage(line.known))",
                """
                <input type="checkbox" name="estate" value="\(line.estate.description)" aria-label="\(label)">
                """,
            ], link: run.link(to: line.estate))
    }

    private func axesNote(_ t: Language) -> Html {
        "\(t("颜色越深，小区越多", "the darker, the more estates"))"
    }

    private func axesChart(_ t: Language) -> Html {
        heatChart(
            t, title: t("参加排名的小区按需求（横）与准备度（纵）的分布", "Ranked estates by need (across) and readiness (up)"),
            across: t("需求 →", "Need →"), up: t("准备度 ↑", "Readiness ↑"), counts: axes.counts)
    }

    private func districtCard(_ t: Language) -> Html {
        let rows = districts.map { line in
            TableRow(
                [
                    "\(places.name(line.place, t))", "\(grouped(line.ranked))", "\(grouped(line.amongFirst))",
                    "\(line.ranked > 0 ? percent(Double(line.amongFirst) / Double(line.ranked), 0) + "\u{A0}%" : "—")",
                    "\(EvaluationWords.points(line.meanNeed))", "\(EvaluationWords.points(line.meanReadiness))",
                    "\(grouped(line.ready))",
                    "\(percentText(scheme.functionShare(of: line.medians), 0))",
                ], link: run.link.with("district", line.place.digits))
        }
        let table = table(
            t,
            DataTable(
                caption: t("各区县", "Districts"),
                columns: [
                    TableColumn(t("区县", "District"), .heading), TableColumn(t("排名", "Ranked"), .number),
                    TableColumn(t("首批", "In first"), .number), TableColumn(t("占比", "Share"), .number),
                    TableColumn(t("平均需求", "Mean need"), .number),
                    TableColumn(t("平均准备度", "Mean readiness"), .number),
                    TableColumn(t("条件具备", "Ready"), .number),
                    TableColumn(t("里子", "Function"), .number, note: t("占需求，按中位数", "of need, by medians")),
                ], rows: rows, phone: .scroll))
        return card(t("各区县", "Districts"), table)
    }
}
