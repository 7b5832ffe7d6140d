import Components
import Evaluation
import Frame
import Html
import Kernel
import Registry
import Store

/// All evaluations, the latest first.
enum RunsPage {
    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let runs = try visit.hall.evaluations.runs(for: visit.actor, in: tx)
        let names = PlaceNames(try visit.hall.register.placeNames(Set(runs.map(\.place)), in: tx))
        var actions = [linkButton(t("评价方案", "Scheme"), "/evaluation/scheme")]
        if visit.actor.may(.runEvaluation) {
            actions.append(linkButton(t("现在评价", "Evaluate now"), "/evaluation/new", .primary))
        }
        let rows = runs.enumerated().map { index, run in
            let before: Html =
                index + 1 < runs.count
                ? """
                <a href="\(url: run.link("against").with("run", runs[index + 1].id.description))">\
                \(t("与前一次比较", "Against the one before"))</a>
                """ : ""
            return TableRow(
                [
                    time(t, run.at), EvaluationWords.scheme(run, t), "\(names.path(run.place, from: .city, t))",
                    time(t, run.asOf), "\(grouped(run.ranked))", "\(grouped(run.flagged))", "\(grouped(run.first))",
                    code(String(run.resultDigest.prefix(12))), before,
                ], link: run.link)
        }
        let list =
            rows.isEmpty
            ? emptyState(t("还没有进行过评价", "Nothing has been evaluated yet"), "")
            : table(
                t,
                DataTable(
                    caption: t("历次评价", "All evaluations"),
                    columns: [
                        TableColumn(t("评价于", "Evaluated")), TableColumn(t("方案", "Scheme"), .heading),
                        TableColumn(t("范围", "Place")), TableColumn(t("截至", "As of")),
                        TableColumn(t("排名", "Ranked"), .number), TableColumn(t("不排名", "Not ranked"), .number),
                        TableColumn(t("首批", "First"), .number), TableColumn(t("结果摘要", "Digest")),
                        TableColumn(t("变化", "Changes")),
                    ], rows: rows))
        let title = t("历次评价", "All evaluations")
        return visit.page(
            title,
            stack([
                breadcrumbs(t, [Crumb(t("评价", "Evaluation"), "/evaluation"), Crumb(title)]),
                pageHead(
                    title,
                    note:
                        """
                        \(t(
                            "每次评价都保存当时的数据和方案，任何时候都能重算核对。",
                            "Each keeps its facts and its scheme, so that it can be computed again at any time."))
                        """,
                    actions: actions), card(t("列表", "List"), list),
            ]))
    }
}

/// The unknown values whose survey would narrow most ranks.
enum SurveyFirstPage {
    private static let most = 40

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let (evaluations, run) = (visit.hall.evaluations, try visit.run(in: tx))
        let onlyOpen = visit.query.text("open") == "1"
        let tasks = try evaluations.surveyFirst(Self.most, in: run, onlyOpen: onlyOpen, for: visit.actor, in: tx)
        let scheme = try evaluations.scheme(of: run, in: tx)
        let names = PlaceNames(try visit.hall.register.placeNames(Set(tasks.map(\.place)), in: tx))
        let mayCorrect = visit.actor.may(.correctEstates)
        let rows = tasks.map { task in
            let fill: Html =
                mayCorrect
                ? "<a href=\"\(url: "/estates/\(task.estate)/edit")\">\(t("去填写", "Fill in"))</a>" : ""
            return TableRow(
                [
                    "\(task.name) \(code(task.number))", "\(names.path(task.place, t))",
                    "\(scheme.aspects[task.aspect].name(t))", "\(task.indicator.name(t))", "\(grouped(task.places))",
                    "\(EvaluationWords.points(task.points))", fill,
                ], link: run.link(to: task.estate))
        }
        let list =
            rows.isEmpty
            ? emptyState(
                t("没有需要补查的数据", "Nothing is left to survey"),
                "\(t("影响名次的数据都已填写。", "All facts that decide ranks are known."))")
            : table(
                t,
                DataTable(
                    caption: t("先补查的数据", "Values to survey first"),
                    columns: [
                        TableColumn(t("小区", "Estate"), .heading), TableColumn(t("所在", "Place")),
                        TableColumn(t("方面", "Aspect")), TableColumn(t("缺的指标", "Missing")),
                        TableColumn(t("收窄名次", "Places"), .number, note: t("查清后", "once known")),
                        TableColumn(t("收窄分数", "Points"), .number), TableColumn(t("操作", "Act")),
                    ], rows: rows))
        let title = t("先补查这 \(Self.most) 个数据", "Survey these \(Self.most) values first")
        return visit.page(
            title, source: visit.runSource(run),
            stack([
                breadcrumbs(t, [Crumb(t("评价", "Evaluation"), run.link), Crumb(title)]),
                pageHead(
                    title,
                    note: """
                        \(t(
                            "查清哪一个数据，名次范围收窄得最多，就排在最前面。",
                            "First comes the value whose survey would narrow the range of ranks most."))
                        """, actions: [printButton(t)]),
                tabs(
                    t("范围", "Which"),
                    [
                        Tab(t("所有小区", "All estates"), run.link("survey"), isCurrent: !onlyOpen),
                        Tab(
                            t("首批未定的小区", "Those that may yet be first"), run.link("survey").with("open", "1"),
                            isCurrent: onlyOpen),
                    ]), card(t("列表", "List"), list),
            ]))
    }
}
