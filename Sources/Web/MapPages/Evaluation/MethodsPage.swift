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
    /// Dots drawn; of more estates, those first registered.
    private static let dots = 5_000

    private let run: EvaluationRun
    private let matrix: EvaluationMatrix?
    private let opinions: [Opinion]
    private let official: [Double]
    /// The official order with each aspect left out; empty above the limit of the test.
    private let withoutOne: [Disturbance]
    private let plane: DistancePlane?

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try MethodsPage(visit, in: tx)
        return visit.page(
            visit.language("其他方法的意见", "Second opinions"), source: visit.runSource(page.run), page.view(visit.language))
    }

    private init(_ visit: Visit, in tx: Tx) throws {
        run = try visit.run(in: tx)
        matrix = try visit.hall.evaluations.matrix(of: run, for: visit.actor, in: tx)
        guard let matrix else {
            (opinions, official, withoutOne, plane) = ([], [], [], nil)
            return
        }
        let table = matrix.table.settled()
        let values = try Self.matrix(table, table.low)
        // These multiply and divide, so that zero would end all: they read 1…100 for 0…100.
        let positive = try Self.matrix(table, table.low.map { 0.01 + 0.99 * $0 })
        official = Ranks.averaged(Self.sums(values, matrix.weights), best: .highest)
        let bounds = Array(repeating: SPOTIS.Bounds(lower: 0, upper: 1), count: table.columns)
        let thresholds = Array(repeating: Preference.Thresholds(q: 0, p: 0.5), count: table.columns)
        var opinions = try [
            ("TOPSIS", RankingMethod.topsis(.vector), values), ("VIKOR", .vikor(v: 0.5), values),
            ("PROMETHEE II", .prometheeII(.vshape, thresholds), values), ("SPOTIS", .spotis(bounds), values),
            ("WASPAS", .waspas, positive), ("MARCOS", .marcos, positive),
        ].map { name, method, values in
            Opinion(name: Phrase(zh: name, en: name), ranks: try method.rank(values, matrix.weights).ranks)
        }
        let all = [official] + opinions.map(\.ranks)
        for (name, consensus) in [
            (Phrase(zh: "共识（博尔达）", en: "Consensus (Borda)"), Consensus.borda(all)),
            (Phrase(zh: "共识（科普兰）", en: "Consensus (Copeland)"), Consensus.copeland(all)),
        ] {
            if let consensus { opinions.append(Opinion(name: name, ranks: consensus.ranks)) }
        }
        self.opinions = opinions
        let first = min(run.first, table.rows)
        let isSmall = table.rows <= LeaveOut.mostAlternatives
        withoutOne = isSmall ? try LeaveOut.criteria(values, matrix.weights, first: first, scoring: Self.sums) : []
        plane = try DistancePlane(table, matrix.weights, first: first)
    }

    /// The official score.
    private static func sums(_ values: DecisionMatrix, _ weights: Weights) -> [Double] {
        (0..<values.rows).map { row in
            (0..<values.columns).reduce(0) { $0 + weights[$1] * values[row, $1] }
        }
    }

    private static func matrix(_ table: ValueTable, _ values: [Double]) throws -> DecisionMatrix {
        try DecisionMatrix(
            rows: table.rows, values: values, directions: Array(repeating: .benefit, count: table.columns))
    }

    private func view(_ t: Language) -> Html {
        let title = t("其他方法的意见", "Second opinions")
        let head: [Html] = [
            breadcrumbs(t, [Crumb(t("评价", "Evaluation"), run.link), Crumb(title)]),
            pageHead(
                title,
                note: """
                    \(t(
                        "同样的数据和权重，换一种算法排名。正式排名用加权求和，因为它能逐项说明；与其他方法相差很大的小区值得再看一眼。",
                        "The same values and weights, ranked in other ways. The official order is the weighted sum, "
                            + "which can be explained part by part; where others differ much, look again."
                    ))
                    """, actions: [printButton(t)]),
            paragraph(
                t(
                    "WASPAS 与 MARCOS 要相乘相除，0 会使结果失去意义，因此把 0–100 分读作 1–100 分；它们的名次也取决于这一读法。",
                    "WASPAS and MARCOS multiply and divide, which zero would spoil: they read 0–100 as 1–100, and "
                        + "their ranks hang on that reading too.")),
        ]
        guard let matrix, !opinions.isEmpty else {
            return stack(head + [card(emptyState(t("没有参加排名的小区", "No estate is ranked"), ""))])
        }
        return stack(
            head + [agreement(t), grid([planeCard(t), aspectsCard(matrix, t)]), list(matrix, t)])
    }

    /// TOPSIS looks at the shape of an estate's troubles, not at their sum.
    private func planeCard(_ t: Language) -> Html {
        guard let plane else { return "" }
        let first = grouped(run.first)
        let dots = official.indices.map { index in
            (plane.toIdeal[index], plane.toWorst[index], official[index] <= Double(run.first))
        }
        let chart = planeChart(
            t, title: t("每个点是一个小区", "Each dot is an estate"), across: t("离最急的距离 →", "distance to the most urgent →"),
            up: t("离最缓的距离 ↑", "distance to the least ↑"), dots: Array(dots.prefix(Self.dots)),
            line: (plane.isolineEnd.toIdeal, plane.isolineEnd.toWorst),
            marked: t("正式排名的前 \(first) 名", "the official first \(first)"),
            lineWord: t("TOPSIS 的前 \(first) 名在线以上", "the first \(first) by TOPSIS lie above the line"))
        return card(t("TOPSIS 的距离图", "The plane of TOPSIS"), chart)
    }

    /// How much the list of the first hangs on one aspect.
    private func aspectsCard(_ matrix: EvaluationMatrix, _ t: Language) -> Html {
        let title = t("去掉一个方面", "One aspect left out")
        guard !withoutOne.isEmpty else {
            let most = grouped(LeaveOut.mostAlternatives)
            return card(
                title,
                paragraph(t("超过 \(most) 个小区，不作此项检验。", "Not tested with more than \(most) estates.")))
        }
        let sorted = withoutOne.sorted { ($1.enters.count, $0.touched) < ($0.enters.count, $1.touched) }
        let rows = sorted.map { test in
            let moved: Html = test.mostMoved.map { "\(place($0.from)) → \(place($0.to))" } ?? "—"
            return TableRow(["\(matrix.aspects[test.touched].name(t))", "\(grouped(test.enters.count))", moved])
        }
        return card(
            title,
            table(
                t,
                DataTable(
                    caption: t("不看这个方面，前 \(grouped(run.first)) 名换几个", "How the first change without an aspect"),
                    columns: [
                        TableColumn(t("不看的方面", "Left out"), .heading),
                        TableColumn(t("换入换出", "Change places"), .number),
                        TableColumn(t("变动最大", "Farthest move"), .number),
                    ], rows: rows, phone: .scroll)))
    }

    private func agreement(_ t: Language) -> Html {
        let rows = opinions.map { opinion in
            let overlap = Agreement.overlap(official, opinion.ranks, first: run.first)
            return TableRow([
                "\(opinion.name(t))", number(Agreement.spearman(official, opinion.ranks)),
                number(Agreement.kendall(official, opinion.ranks)),
                "\(percentText(overlap, 0))",
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
                [name, "\(matrix.lines[index].map { EvaluationWords.ranks(t, $0) } ?? "—")"]
                    + opinions.map { place($0.ranks[index]) },
                link: matrix.lines[index].map { run.link(to: $0.estate) })
        }
        let columns =
            [
                TableColumn(t("小区", "Estate"), .heading),
                TableColumn(t("正式", "Official"), .number, note: t("范围", "range")),
            ]
            + opinions.map { TableColumn($0.name(t), .number) }
        return card(
            t("正式排名的前 \(Self.shown) 个，各方法给的名次", "The official first \(Self.shown), and their places by each method"),
            table(t, DataTable(caption: t("各方法的名次", "Places by method"), columns: columns, rows: rows, phone: .scroll)))
    }

    private func place(_ rank: Double) -> Html { "\(rank == rank.rounded() ? grouped(Int(rank)) : decimal(rank, 1))" }
}
