import Components
import Evaluation
import Frame
import Html
import Kernel
import Registry
import Store

/// One estate's places over all weightings drawn around the scheme's: how much of its rank is the estate, and how much
/// the weights.
enum WeightingsPage {
    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let run = try visit.run(in: tx)
        let estate: ID<Estate> = try visit.id("estate")
        let line = try visit.hall.evaluations.line(of: estate, in: run, for: visit.actor, in: tx)
        let found = try visit.hall.evaluations.weightings(of: estate, in: run, for: visit.actor, in: tx)
        let title = t("\(line.name)：权重抽样里的名次", "\(line.name): its places over the weightings")
        let crumbs = [
            Crumb(t("评价", "Evaluation"), run.link), Crumb(line.name, run.link(to: estate)),
            Crumb(t("权重抽样", "Weightings")),
        ]
        let head = [breadcrumbs(t, crumbs), pageHead(title, actions: [printButton(t)])]
        guard let found else {
            let empty = emptyState(
                t("没有抽样", "No weightings"),
                """
                \(t("该小区不参加排名，或方案没有规定权重抽样。", "The estate is not ranked, or the scheme draws no weightings."))
                """)
            return visit.page(title, source: visit.runSource(run), stack(head + [card(t("结果", "Result"), empty)]))
        }
        return visit.page(title, source: visit.runSource(run), stack(head + view(found, line, run, t)))
    }

    private static func view(
        _ found: EstateWeightings, _ line: RankingLine, _ run: EvaluationRun, _ t: Language
    ) -> [Html] {
        let (best, worst) = (grouped(found.usual.lowerBound), grouped(found.usual.upperBound))
        let tiles = [
            figureTile(t, label: t("九成权重下的名次", "In nine weightings of ten"), value: "\(best)–\(worst)"),
            figureTile(t, label: t("平均名次", "Mean place"), value: decimal(found.mean, 1)),
            figureTile(
                t, label: t("进入前 \(grouped(run.first)) 名", "Among the first \(grouped(run.first))"),
                value: EvaluationWords.share(line.firstShare)),
            figureTile(
                t, label: t("数据不全造成的范围", "Range that missing facts leave"), value: EvaluationWords.ranks(t, line)),
        ]
        let bars = found.steps.map { step in
            let (best, worst) = (grouped(step.places.lowerBound), grouped(step.places.upperBound))
            let places = best == worst ? best : "\(best)–\(worst)"
            return Bar(
                t("第 \(places) 名", "place \(places)"), value: step.share, text: percentText(step.share), tone: .indigo)
        }
        let rule = t(
            "在方案权重附近随机抽取 \(grouped(found.samples)) 组权重（种子 \(found.seed)），未知的数据取中间值，每组都重排一次。",
            "\(grouped(found.samples)) weightings drawn around the scheme's (seed \(found.seed)), unknown facts at their "
                + "middle, all estates ranked anew by each.")
        return [
            grid(tiles, .figures),
            card(
                t("名次的分布", "Where it stands"),
                barChart(t, title: t("占全部权重抽样的比例", "Share of all weightings"), bars) + paragraph(rule)),
        ]
    }
}
