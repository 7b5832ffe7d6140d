import Components
import Decide
import Evaluation
import Frame
import HTTPTypes
import Html
import Kernel
import Registry
import Store

/// Other weights tried on the latest run: with the script the table answers while one drags; without it the form is
/// sent and answered here.
enum WeightsPage {
    private static let shown = 30
    /// More estates are not sent to a browser.
    private static let most = 20_000

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let evaluations = visit.hall.evaluations
        let title = t("权重试算", "Try other weights")
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(t("评估", "Evaluation"), "/evaluation"), Crumb(t("评价方案", "Scheme"), "/evaluation/scheme"),
                Crumb(title),
            ])
        guard let run = try evaluations.latestRun(for: visit.actor, in: tx),
            let matrix = try evaluations.matrix(of: run, for: visit.actor, in: tx)
        else {
            let empty = emptyState(
                t("还没有可试算的评价", "There is nothing to try yet"),
                "\(t("先做一次评价，这里就能拖动权重看名次怎样变化。", "Evaluate once, and weights can be tried here."))")
            return visit.page(title, stack([crumbs, pageHead(title), card(t("结果", "Result"), empty)]))
        }
        let weights = weights(visit.query, matrix)
        let note = t(
            "拖动滑块，表格立即按新权重重排；什么都不会保存。滑块是相对的份量，合计自动折算为 100 %。",
            "Drag, and the table answers at once; nothing is stored. Sliders are relative; together they are scaled to 100 %."
        )
        return visit.page(
            title, assets: [.script("weights.js"), .style("evaluation.css")], source: visit.runSource(run),
            stack([
                crumbs, pageHead(title, note: "\(note) \(EvaluationWords.scheme(run, t))"),
                grid(
                    [card(t("权重", "Weights"), sliders(matrix, weights, run, t)), table(matrix, weights, run, t)],
                    .wideLeft),
            ]))
    }

    /// Relative weights by aspect, from the address or the scheme.
    private static func weights(_ query: FormData, _ matrix: EvaluationMatrix) -> [Double] {
        let own = (0..<matrix.aspects.count).map { matrix.weights[$0] * 100 }
        let asked = zip(matrix.aspects, own).map { aspect, own in
            Double(query.text("w-\(aspect.code)")).flatMap { (0...100).contains($0) ? $0 : nil } ?? own
        }
        return asked.reduce(0, +) > 0 ? asked : own
    }

    private static func sliders(
        _ matrix: EvaluationMatrix, _ weights: [Double], _ run: EvaluationRun, _ t: Language
    ) -> Html {
        let rows = Html.each(zip(matrix.aspects, weights).enumerated()) { index, pair in
            let (aspect, weight) = pair
            let own = matrix.weights[index] * 100
            return """
                <label class="slider"><span>\(aspect.number) \(aspect.name(t))</span>\
                <input type="range" name="w-\(aspect.code)" min="0" max="30" step="0.1" value="\(short(weight, places: 1))" \
                data-own="\(short(own, places: 3))"><output>\(decimal(weight, 1))</output></label>
                """
        }
        let data: Link = "/evaluation/runs/\(run.id)/matrix.json"
        let plain: Html =
            "<button class=\"button plain\" type=\"reset\">\(t("恢复方案权重", "The scheme's weights"))</button>"
        let actions = formActions([submitButton(t("按这些权重重排", "Rank by these weights"), .quiet), plain])
        return """
            <form method="get" action="/evaluation/weights" class="sliders" data-weights="\(url: data)" \
            data-first="\(run.first)" data-shown="\(shown)">\(rows)\(actions)</form>
            """
    }

    private static func table(
        _ matrix: EvaluationMatrix, _ weights: [Double], _ run: EvaluationRun, _ t: Language
    ) -> Html {
        let sum = weights.reduce(0, +)
        let middles = matrix.table.settled()
        func scores(_ weights: [Double], _ sum: Double) -> [Double] {
            (0..<middles.rows).map { row in
                weights.indices.reduce(0) { $0 + weights[$1] / sum * middles[row, $1].lowerBound }
            }
        }
        let now = scores(weights, sum)
        let order = now.indices.sorted { (now[$1], $0) < (now[$0], $1) }
        let rows = order.prefix(shown).enumerated().map { place, index in
            let name: Html = matrix.lines[index].map { "\($0.name)" } ?? "\(t("范围以外", "elsewhere"))"
            let before = matrix.lines[index]?.rank
            return TableRow(
                [
                    "\(grouped(place + 1))", name, "\(before.map { grouped($0) } ?? "—")",
                    "\(EvaluationWords.points(now[index]))",
                ],
                link: matrix.lines[index].map { run.link(to: $0.estate) })
        }
        let list = Components.table(
            t,
            DataTable(
                caption: t("按这些权重的前 \(shown) 名", "The first \(shown) by these weights"),
                columns: [
                    TableColumn(t("新名次", "New place"), .number), TableColumn(t("小区", "Estate"), .heading),
                    TableColumn(t("原名次", "Was"), .number), TableColumn(t("需求分", "Need"), .number),
                ], rows: rows, phone: .scroll))
        let first = grouped(run.first)
        return card(
            t("按这些权重的前 \(shown) 名", "The first \(shown) by these weights"),
            """
            <p role="status" data-weights-said>\
            \(t("前 \(first) 名中有变化的小区数会写在这里。", "How many of the first \(first) change is told here."))</p>
            """ + "<div data-weights-table data-run=\"\(run.id.description)\">\(list)</div>")
    }

    /// `{"first":143,"weights":[…],"estates":[["id","name",rank],…],"values":[…]}`: thousandths of each aspect's middle
    /// value, estate after estate. Estates outside the reader's places have no id and no name.
    static func matrix(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let run = try visit.run(in: tx)
        guard let matrix = try visit.hall.evaluations.matrix(of: run, for: visit.actor, in: tx) else {
            throw Visit.notFound
        }
        guard matrix.table.rows <= most else {
            throw Refusal(
                .tooLarge, "evaluation.matrix", zh: "参加排名的小区超过 \(most) 个，不能在浏览器里试算；请用表单重排。",
                en: "More than \(most) estates are ranked; they are not tried in a browser. Send the form instead.")
        }
        let middles = matrix.table.settled()
        var values: [JSON] = []
        values.reserveCapacity(middles.rows * middles.columns)
        for row in 0..<middles.rows {
            for column in 0..<middles.columns {
                values.append(.integer(Int64((middles[row, column].lowerBound * 1000).rounded())))
            }
        }
        let estates = matrix.lines.map { line -> JSON in
            guard let line else { return .array([]) }
            return .array([
                .string(line.estate.description), .string(line.name), line.rank.map { .integer(Int64($0)) } ?? .null,
            ])
        }
        let json = JSON.object([
            "first": .integer(Int64(run.first)),
            "weights": .array((0..<matrix.aspects.count).map { .number(matrix.weights[$0]) }),
            "estates": .array(estates), "values": .array(values),
        ])
        let bytes = Array(json.text.utf8)
        return visit.answer(bytes, tag: "\"\(EntityTag.hash(bytes))\"")
    }
}
