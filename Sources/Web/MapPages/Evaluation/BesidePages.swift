import Components
import Evaluation
import Frame
import Html
import Kernel
import Registry
import Store

/// Several estates of one run side by side.
enum EstatesBesidePage {
    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let (evaluations, run) = (visit.hall.evaluations, try visit.run(in: tx))
        let ids = visit.query.all("estate").compactMap { ID<Estate>($0) }
        let title = t("并排比较", "Side by side")
        let crumbs = breadcrumbs(t, [Crumb(t("评价", "Evaluation"), run.link), Crumb(title)])
        guard !ids.isEmpty else {
            let empty = emptyState(
                t("还没有选择小区", "No estates are chosen"),
                """
                \(t(
                    "在排名表最后一列勾选，最多 \(EvaluationLimits.compared) 个。",
                    "Tick them in the last column of the ranking, \(EvaluationLimits.compared) at most."))
                """,
                action: linkButton(t("回到排名", "Back to the ranking"), run.link))
            return visit.page(title, stack([crumbs, pageHead(title), card(t("结果", "Result"), empty)]))
        }
        let found = try evaluations.comparison(of: ids, in: run, for: visit.actor, in: tx)
        let names = PlaceNames(try visit.hall.register.placeNames(Set(found.lines.map(\.place)), in: tx))
        func row(_ label: String, _ value: (RankingLine) -> Html) -> ComparisonRow {
            ComparisonRow(label, found.lines.map(value))
        }
        let general = [
            row(t("所在", "Place")) { "\(names.path($0.place, t))" },
            row(t("等级", "Band")) { EvaluationWords.band($0, found.scheme, t) },
            row(t("名次范围", "Ranks")) { "\(EvaluationWords.ranks(t, $0))" },
            row(t("需求分", "Need")) { "\(EvaluationWords.points($0.need.middle))" },
            row(t("可能范围", "Range")) { "\(EvaluationWords.range($0.need))" },
            row(t("准备度", "Readiness")) { "\(EvaluationWords.points($0.readiness.middle))" },
            row(t("纳入条件", "Gate")) { EvaluationWords.gate($0.gate, t) },
            row(t("首批占比", "In first")) { "\(EvaluationWords.share($0.firstShare))" },
            row(t("已知", "Known")) { "\(CityFigures.percentage($0.known))" },
        ]
        let aspects = found.scheme.aspects.enumerated().map { index, aspect in
            let values = found.lines.map { $0.aspects[index].middle }
            let differs = (values.max() ?? 0) - (values.min() ?? 0) >= 0.5
            return ComparisonRow(
                "\(aspect.number) \(aspect.name(t))",
                found.lines.map { "\(EvaluationWords.range($0.aspects[index]))" }, differs: differs)
        }
        let sides = found.lines.map(\.name)
        let links = points(
            found.lines.map { "<a href=\"\(url: run.link(to: $0.estate))\">\($0.name)：\(t("评价说明", "why"))</a>" })
        return visit.page(
            title, source: visit.runSource(run),
            stack([
                crumbs, pageHead(title, actions: [printButton(t)]),
                card(t("结果", "Result"), comparison(t, caption: t("结果", "Result"), sides: sides, rows: general)),
                card(
                    t("各方面", "Aspects"),
                    note:
                        "\(t("0 良好，100 最差；相差 50 以上的标出", "0 good, 100 worst; marked where they differ by 50 or more"))",
                    comparison(t, caption: t("各方面", "Aspects"), sides: sides, rows: aspects)), card(links),
            ]))
    }
}

/// Who moved between two runs, or between the scheme in force and a draft.
enum RunsBesidePage {
    private static let shown = 200

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let (evaluations, run) = (visit.hall.evaluations, try visit.run(in: tx))
        let others = try evaluations.runs(for: visit.actor, in: tx).filter { $0.id != run.id }
        let asked = ID<EvaluationRun>(visit.query.text("run"))
        let title = t("两次评价的变化", "What changed between two evaluations")
        let choice = filterBar(
            t, action: run.link("against"),
            [
                filterSelect(
                    label: t("与哪一次比较", "Against which"), name: "run",
                    options: others.map { other in
                        let version = other.schemeVersion.map { t("第 \($0) 版", "version \($0)") }
                        let scheme = version ?? t("草稿试算", "trial of a draft")
                        return Choice(other.id.description, "\(momentText(t, other.at)) · \(scheme)")
                    }, selected: asked?.description ?? "")
            ])
        let crumbs = breadcrumbs(t, [Crumb(t("评价", "Evaluation"), run.link), Crumb(title)])
        // The latest made before this one, unless another was chosen.
        let before =
            try asked.map { try evaluations.run($0, for: visit.actor, in: tx) } ?? others.first { $0.at <= run.at }
        guard let before else {
            let empty = emptyState(t("没有可比较的另一次评价", "There is no other evaluation to compare with"), "")
            return visit.page(title, stack([crumbs, pageHead(title), card(t("结果", "Result"), empty)]))
        }
        let found = try evaluations.comparison(of: before, with: run, for: visit.actor, in: tx)
        let note: Html = """
            <a href="\(url: before.link)">\(EvaluationWords.scheme(before, t)) · \(time(t, before.asOf))</a> → \
            <a href="\(url: run.link)">\(EvaluationWords.scheme(run, t)) · \(time(t, run.asOf))</a>
            """
        let choices = others.isEmpty ? "" : card(choice)
        return visit.page(
            title, source: visit.runSource(run),
            stack([
                crumbs, pageHead(title, note: note, actions: [printButton(t)]), choices, view(found, run, t),
            ]))
    }

    /// The figures of a comparison, and its estates, the farthest moved first.
    static func view(_ found: RunComparison, _ run: EvaluationRun, _ t: Language) -> Html {
        let facts = found.sameFacts ? t("数据相同，只是方案不同", "same facts") : t("数据也有变化", "facts changed too")
        let tiles = [
            figureTile(t, label: t("名次有变化", "Moved"), value: grouped(found.moved), unit: t("个小区", "estates")),
            figureTile(t, label: t("进入首批", "Come among the first"), value: grouped(found.enters)),
            figureTile(t, label: t("退出首批", "Drop out"), value: grouped(found.leaves)),
            figureTile(
                t, label: t("次序相关 ρ", "Order agrees, ρ"), value: found.spearman.map { decimal($0, 3) } ?? "—",
                note: "\(facts)"),
        ]
        let rows = found.moves.prefix(shown).map { move in
            let mark: Html =
                move.entersFirst
                ? pill(t("进入首批", "in"), .jade) : move.leavesFirst ? pill(t("退出首批", "out"), .cinnabar) : ""
            let why = move.why.prefix(3).map { "\($0.name(t)) \(EvaluationWords.change($0.points))" }
            return TableRow(
                [
                    "\(move.line.name) \(code(move.line.number))", place(move.from), place(move.to),
                    score(move.needBefore), score(move.needAfter), mark,
                    "\(why.joined(separator: t("；", "; ")))",
                ], link: run.link(to: move.line.estate))
        }
        let list =
            rows.isEmpty
            ? emptyState(t("没有小区变化名次", "No estate moved"), "")
            : table(
                t,
                DataTable(
                    caption: t("变化最大的小区", "The farthest moved"),
                    columns: [
                        TableColumn(t("小区", "Estate"), .heading),
                        TableColumn(t("原名次", "From"), .number, note: t("取中间值", "at middle values")),
                        TableColumn(t("新名次", "To"), .number, note: t("取中间值", "at middle values")),
                        TableColumn(t("原分", "Before"), .number),
                        TableColumn(t("新分", "After"), .number), TableColumn(t("首批", "First")),
                        TableColumn(t("因为", "Because of")),
                    ], rows: Array(rows)))
        return stack([grid(tiles, .figures), card(t("变化最大的小区", "The farthest moved"), list)])
    }

    private static func place(_ rank: Int?) -> Html { "\(rank.map { grouped($0) } ?? "—")" }
    private static func score(_ need: ScoreRange?) -> Html {
        "\(need.map { EvaluationWords.points($0.middle) } ?? "—")"
    }
}
