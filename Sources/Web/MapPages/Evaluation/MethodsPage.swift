import Components
import Decide
import Evaluation
import Frame
import Html
import Kernel
import Registry
import Store

/// Second opinions: the same values and weights, ranked by other methods. The official order stays the additive one,
/// which alone is explained part by part; what the others show is how far it hangs on the method.
struct MethodsPage {
    private struct Opinion {
        let name: Phrase
        let ranks: [Double]
    }

    /// Lines shown: the first of the official order.
    private static let shown = 60

    private let run: EvaluationRun
    private let matrix: EvaluationMatrix?
    private let opinions: [Opinion]
    private let official: [Double]

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try MethodsPage(visit, in: tx)
        return visit.page(
            visit.language("其他方法的意见", "Second opinions"), source: visit.runSource(page.run), page.view(visit.language))
    }

    private init(_ visit: Visit, in tx: Tx) throws {
        run = try visit.run(in: tx)
        matrix = try visit.hall.evaluations.matrix(of: run, for: visit.actor, in: tx)
        guard let matrix else {
            (opinions, official) = ([], [])
            return
        }
        let table = matrix.table.settled()
        // Values above zero everywhere, since some methods divide by them; one in a thousand moves nobody by itself.
        let values = try DecisionMatrix(
            rows: table.rows, values: table.low.map { $0 + 0.001 },
            directions: Array(repeating: .benefit, count: table.columns))
        let scores = (0..<table.rows).map { row in
            (0..<table.columns).reduce(0) { $0 + matrix.weights[$1] * table[row, $1].lowerBound }
        }
        official = Ranks.averaged(scores, best: .highest)
        let bounds = Array(repeating: SPOTIS.Bounds(lower: 0.001, upper: 1.001), count: table.columns)
        let thresholds = Array(repeating: Preference.Thresholds(q: 0, p: 0.5), count: table.columns)
        let methods: [(Phrase, RankingMethod)] = [
            (Phrase(zh: "TOPSIS", en: "TOPSIS"), .topsis(.vector)), (Phrase(zh: "VIKOR", en: "VIKOR"), .vikor(v: 0.5)),
            (Phrase(zh: "PROMETHEE II", en: "PROMETHEE II"), .prometheeII(.vshape, thresholds)),
            (Phrase(zh: "SPOTIS", en: "SPOTIS"), .spotis(bounds)), (Phrase(zh: "WASPAS", en: "WASPAS"), .waspas),
            (Phrase(zh: "MARCOS", en: "MARCOS"), .marcos),
        ]
        var opinions: [Opinion] = []
        for (name, method) in methods {
            guard let ranking = try? method.rank(values, matrix.weights) else { continue }
            opinions.append(Opinion(name: name, ranks: ranking.ranks))
        }
        if let consensus = Consensus.borda([official] + opinions.map(\.ranks)) {
            opinions.append(Opinion(name: Phrase(zh: "共识（博尔达）", en: "Consensus (Borda)"), ranks: consensus.ranks))
        }
        self.opinions = opinions
    }

    private func view(_ t: Language) -> Html {
        let title = t("其他方法的意见", "Second opinions")
        let head: [Html] = [
            breadcrumbs(t, [Crumb(t("评估", "Evaluation"), run.link), Crumb(title)]),
            pageHead(
                title,
                note: """
                    \(t(
                        "同样的数据和权重，换一种算法排名。正式排名用加权求和，因为它能逐项说明；与其他方法相差很大的小区值得再看一眼。",
                        "The same values and weights, ranked in other ways. The official order is the weighted sum, "
                            + "which can be explained part by part; where others differ much, look again."
                    ))
                    """, actions: [printButton(t)]),
        ]
        guard let matrix, !opinions.isEmpty else {
            return stack(head + [card(emptyState(t("没有参加排名的小区", "No estate is ranked"), ""))])
        }
        return stack(head + [agreement(t), list(matrix, t)])
    }

    private func agreement(_ t: Language) -> Html {
        let rows = opinions.map { opinion in
            let overlap = Agreement.overlap(official, opinion.ranks, first: run.first)
            return TableRow([
                "\(opinion.name(t))", number(Agreement.spearman(official, opinion.ranks)),
                number(Agreement.kendall(official, opinion.ranks)),
                "\(overlap.map { percent($0, 0) + "\u{A0}%" } ?? "—")",
            ])
        }
        let first = grouped(run.first)
        return card(
            t("与正式排名有多一致", "How far they agree with the official order"),
            table(
                t,
                DataTable(
                    caption: t("一致程度", "Agreement"),
                    columns: [
                        TableColumn(t("方法", "Method"), .heading), TableColumn("Spearman ρ", .number),
                        TableColumn("Kendall τ-b", .number),
                        TableColumn(t("前 \(first) 名重合", "Same first \(first)"), .number),
                    ], rows: rows)))
    }

    private func number(_ value: Double?) -> Html { "\(value.map { decimal($0, 3) } ?? "—")" }

    private func list(_ matrix: EvaluationMatrix, _ t: Language) -> Html {
        let order = official.indices.sorted { (official[$0], $0) < (official[$1], $1) }
        let rows = order.prefix(Self.shown).map { index in
            let name: Html = matrix.lines[index].map { "\($0.name) \(code($0.number))" } ?? "\(t("范围以外", "elsewhere"))"
            return TableRow(
                [name, place(official[index])] + opinions.map { place($0.ranks[index]) },
                link: matrix.lines[index].map { run.link(to: $0.estate) })
        }
        let columns =
            [TableColumn(t("小区", "Estate"), .heading), TableColumn(t("正式", "Official"), .number)]
            + opinions.map { TableColumn($0.name(t), .number) }
        return card(
            t("正式排名的前 \(Self.shown) 个，各方法给的名次", "The official first \(Self.shown), and their places by each method"),
            table(t, DataTable(caption: t("各方法的名次", "Places by method"), columns: columns, rows: rows, phone: .scroll)))
    }

    private func place(_ rank: Double) -> Html { "\(rank == rank.rounded() ? grouped(Int(rank)) : decimal(rank, 1))" }
}
