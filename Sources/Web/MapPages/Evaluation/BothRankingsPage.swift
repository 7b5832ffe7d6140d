import Components
import Decide
import Evaluation
import Frame
import Html
import Kernel
import Store

/// The latest evaluation ranked by the experts' weights and by the residents', beside the official order: where the two
/// part, neither is hidden.
struct BothRankingsPage {
    private static let shown = 60

    /// One set of weights, put into the scheme in force.
    private struct Voice {
        let name: String
        let note: String
        let weights: [Double]
        let ranking: WeighedRanking
    }

    private let run: EvaluationRun
    private let matrix: EvaluationMatrix
    private let official: WeighedRanking
    private let experts: Voice
    private let residents: Voice

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let title = t("专家与居民的排名", "Experts' and residents' rankings")
        let head: [Html] = [
            breadcrumbs(
                t,
                [
                    Crumb(t("评价", "Evaluation"), "/evaluation"),
                    Crumb(t("赋权会议", "Weighting sessions"), "/evaluation/weighting"), Crumb(title),
                ]),
            pageHead(
                title,
                note: """
                    \(t(
                        "同一批小区、同样的数据，只换权重。两边差得多的小区，说明专家与居民看重的不一样。",
                        "The same estates and facts by other weights. Where the two differ much, experts and residents "
                            + "care for different things."))
                    """, actions: [printButton(t)]),
        ]
        guard let page = try BothRankingsPage(visit, in: tx) else {
            let text = t(
                "需要一次评价、一次已结束的赋权会议和一次居民问卷，且评价所用的方案与现行方案的方面相同。",
                "It takes an evaluation by the aspects of the scheme in force, a closed session and a survey of residents."
            )
            let empty = emptyState(
                t("还不能并排", "Nothing to set side by side yet"), "\(text)",
                action: linkButton(t("赋权会议", "Weighting sessions"), "/evaluation/weighting"))
            return visit.page(title, stack(head + [card(t("结果", "Result"), empty)]))
        }
        return visit.page(title, source: visit.runSource(page.run), stack(head + page.view(t)))
    }

    /// Nil while one of the three is missing.
    private init?(_ visit: Visit, in tx: Tx) throws {
        let (evaluations, actor) = (visit.hall.evaluations, visit.actor)
        let scheme = try evaluations.scheme(.current, in: tx).scheme
        let asked = (
            ID<WeightingSession>(visit.query.text("experts")), ID<ResidentWeights>(visit.query.text("residents"))
        )
        let closed = try WeightingQueries.sessions(for: actor, in: tx).filter { $0.outcome != nil }
        let surveys = try WeightingQueries.residents(for: actor, in: tx)
        guard let session = closed.first(where: { asked.0 == nil || $0.id == asked.0 }),
            let survey = surveys.first(where: { asked.1 == nil || $0.id == asked.1 }),
            let run = try evaluations.latestRun(for: actor, in: tx),
            let matrix = try evaluations.matrix(of: run, for: actor, in: tx),
            matrix.aspects.map(\.code) == scheme.aspects(for: .need).map(\.code)
        else { return nil }
        let middles = matrix.table.settled()
        func voice(_ name: String, _ note: String, _ scheme: Scheme) -> Voice {
            let weights = scheme.aspects(for: .need).map(\.weight)
            return Voice(name: name, note: note, weights: weights, ranking: WeighedRanking(middles, weights))
        }
        let t = visit.language
        (self.run, self.matrix) = (run, matrix)
        official = WeighedRanking(middles, (0..<matrix.aspects.count).map { matrix.weights[$0] })
        experts = voice(session.title, session.outcome?.provenance(t) ?? "", try scheme.taking(session))
        residents = voice(survey.totals.source, survey.provenance(t), try scheme.taking(survey))
    }

    private func view(_ t: Language) -> [Html] {
        [grid(figures(t), .figures), weights(t), list(t)]
    }

    private func figures(_ t: Language) -> [Html] {
        let (left, right) = (Set(experts.ranking.first(run.first)), Set(residents.ranking.first(run.first)))
        let rho = experts.ranking.agreement(with: residents.ranking)
        let first = grouped(run.first)
        return [
            figureTile(
                t, label: t("两边首批相同", "First in both"), value: grouped(left.intersection(right).count),
                unit: t("个小区", "estates"), note: "\(t("首批为前 \(first) 名", "the first \(first)"))"),
            figureTile(t, label: t("只在专家的首批", "First by experts alone"), value: grouped(left.subtracting(right).count)),
            figureTile(
                t, label: t("只在居民的首批", "First by residents alone"), value: grouped(right.subtracting(left).count)),
            figureTile(t, label: t("次序相关 ρ", "Order agrees, ρ"), value: rho.map { decimal($0, 3) } ?? "—"),
        ]
    }

    private func weights(_ t: Language) -> Html {
        let rows = matrix.aspects.indices.map { index in
            func cell(_ weight: Double) -> Html { "\(percent(weight, 1) + "\u{A0}%")" }
            return TableRow([
                "\(matrix.aspects[index].number) \(matrix.aspects[index].name(t))", cell(matrix.weights[index]),
                cell(experts.weights[index]), cell(residents.weights[index]),
            ])
        }
        let title = t("三套权重", "The three sets of weights")
        return card(
            title, note: "\(experts.note) · \(residents.note)",
            table(
                t,
                DataTable(
                    caption: title,
                    columns: [
                        TableColumn(t("方面", "Aspect"), .heading), TableColumn(t("现行方案", "Scheme"), .number),
                        TableColumn(t("专家", "Experts"), .number, note: experts.name),
                        TableColumn(t("居民", "Residents"), .number, note: residents.name),
                    ], rows: rows, phone: .scroll)))
    }

    /// The estates that are among the first by anybody, those that the two place farthest apart at the top.
    private func list(_ t: Language) -> Html {
        let all = Set(experts.ranking.first(run.first) + residents.ranking.first(run.first))
        func apart(_ index: Int) -> Int { experts.ranking.places[index] - residents.ranking.places[index] }
        let order = all.sorted { (abs(apart($1)), $0) < (abs(apart($0)), $1) }
        let rows = order.prefix(Self.shown).map { index in
            let line = matrix.lines[index]
            func place(_ ranking: WeighedRanking) -> Html {
                let word = grouped(ranking.places[index])
                return ranking.places[index] <= run.first ? "<b>\(word)</b>" : "\(word)"
            }
            return TableRow(
                [
                    line.map { "\($0.name) \(code($0.number))" } ?? "\(t("范围以外", "elsewhere"))",
                    "\(line.map { EvaluationWords.ranks(t, $0) } ?? "—")", place(official), place(experts.ranking),
                    place(residents.ranking), "\(grouped(abs(apart(index))))",
                ], link: line.map { run.link(to: $0.estate) })
        }
        let title = t("相差最大的小区", "The farthest apart")
        return card(
            title, note: "\(t("至少一边的首批；粗体为首批", "first by one at least; bold: among the first"))",
            table(
                t,
                DataTable(
                    caption: title,
                    columns: [
                        TableColumn(t("小区", "Estate"), .heading),
                        TableColumn(t("正式", "Official"), .number, note: t("范围", "range")),
                        TableColumn(t("现行方案", "Scheme"), .number), TableColumn(t("专家", "Experts"), .number),
                        TableColumn(t("居民", "Residents"), .number), TableColumn(t("相差", "Apart"), .number),
                    ], rows: rows, phone: .scroll)))
    }
}
