import Components
import Decide
import Evaluation
import Frame
import HTTPTypes
import Html
import Identity
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
                Crumb(t("评价", "Evaluation"), "/evaluation"), Crumb(t("评价方案", "Scheme"), "/evaluation/scheme"),
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
        let weights = asked(matrix) { visit.query[$0] }
        let note = t(
            "拖动滑块，表格立即按新权重重排；什么都不会保存。滑块是相对的份量，合计自动折算为 100 %。",
            "Drag, and the table answers at once; nothing is stored. Sliders are relative; together they are scaled to 100 %."
        )
        let middles = matrix.table.settled()
        let (own, now) = (WeighedRanking(middles, Self.own(matrix)), WeighedRanking(middles, weights))
        let left = [card(t("权重", "Weights"), sliders(matrix, weights, run, t)), take(matrix, weights, visit)]
        return visit.page(
            title, assets: [.script("weights.js"), .style("evaluation.css")], source: visit.runSource(run),
            stack([
                crumbs, pageHead(title, note: "\(note) \(EvaluationWords.scheme(run, t))"),
                grid(
                    [
                        stack(left.filter { !$0.isEmpty }),
                        stack([table(matrix, now, run, t), changes(matrix, from: own, to: now, run, t)]),
                    ], .wideLeft),
            ]))
    }

    /// The scheme's weights in percent.
    private static func own(_ matrix: EvaluationMatrix) -> [Double] {
        (0..<matrix.aspects.count).map { matrix.weights[$0] * 100 }
    }

    /// What a slider shows of a weight: its steps are tenths of a percent.
    private static func shown(_ weight: Double) -> String { short(weight, places: 1) }

    /// Relative weights by aspect, from what was sent or the scheme. A slider that was not moved means the scheme's
    /// weight, whatever its step.
    private static func asked(_ matrix: EvaluationMatrix, _ sent: (String) -> String?) -> [Double] {
        let own = own(matrix)
        let asked = zip(matrix.aspects, own).map { aspect, own -> Double in
            guard let text = sent("w-\(aspect.code)"), text != shown(own) else { return own }
            return Double(text).flatMap { (0...100).contains($0) ? $0 : nil } ?? own
        }
        return asked.reduce(0, +) > 0 ? asked : own
    }

    private static func sliders(
        _ matrix: EvaluationMatrix, _ weights: [Double], _ run: EvaluationRun, _ t: Language
    ) -> Html {
        let own = own(matrix)
        let limit = min(100, max(30, Int(((own + weights).max() ?? 0).rounded(.up))))
        let sum = weights.reduce(0, +)
        let rows = Html.each(zip(matrix.aspects, weights).enumerated()) { index, pair in
            let (aspect, weight) = pair
            let (id, share) = ("w-\(aspect.code)", percent(weight / sum) + "\u{A0}%")
            return """
                <div class="slider"><label for="\(id)">\(aspect.number) \(aspect.name(t))</label>\
                <input type="range" id="\(id)" name="\(id)" min="0" max="\(limit)" step="0.1" value="\(shown(weight))" \
                data-own="\("\(own[index])")" data-exact="\("\(weight)")" aria-valuetext="\(share)">\
                <output for="\(id)">\(share)</output></div>
                """
        }
        let data: Link = "/evaluation/runs/\(run.id)/matrix.json"
        let plain: Html =
            "<button class=\"button plain\" type=\"reset\">\(t("恢复方案权重", "The scheme's weights"))</button>"
        let actions = formActions([submitButton(t("按这些权重重排", "Rank by these weights"), .quiet), plain])
        return """
            <form method="get" action="/evaluation/weights" class="sliders" data-weights="\(url: data)" \
            data-shown="\(shown)">\(rows)\(actions)</form>
            """
    }

    private static func name(_ line: RankingLine?, _ t: Language) -> Html {
        line.map { "\($0.name)" } ?? "\(t("范围以外", "elsewhere"))"
    }

    private static func table(
        _ matrix: EvaluationMatrix, _ now: WeighedRanking, _ run: EvaluationRun, _ t: Language
    ) -> Html {
        let rows = now.order.prefix(shown).map { index in
            let line = matrix.lines[index]
            return TableRow(
                [
                    "\(grouped(now.places[index]))", name(line, t), "\(line?.rank.map { grouped($0) } ?? "—")",
                    "\(EvaluationWords.points(now.scores[index]))",
                ],
                link: line.map { run.link(to: $0.estate) })
        }
        let list = Components.table(
            t,
            DataTable(
                caption: t("按这些权重的前 \(shown) 名", "The first \(shown) by these weights"),
                columns: [
                    TableColumn(t("新名次", "New place"), .number), TableColumn(t("小区", "Estate"), .heading),
                    TableColumn(t("原名次", "Was"), .number), TableColumn(t("需求分", "Need"), .number),
                ], rows: rows, phone: .scroll))
        return card(
            t("按这些权重的前 \(shown) 名", "The first \(shown) by these weights"),
            "<div data-weights-table data-run=\"\(run.id.description)\">\(list)</div>")
    }

    /// Who comes among the first and who drops out of them.
    private static func changes(
        _ matrix: EvaluationMatrix, from own: WeighedRanking, to now: WeighedRanking, _ run: EvaluationRun,
        _ t: Language
    ) -> Html {
        let (before, after) = (own.first(run.first), now.first(run.first))
        let (known, kept) = (Set(before), Set(after))
        func list(_ lines: [Int]) -> Html {
            Html.each(lines.prefix(shown)) { index in
                let line = matrix.lines[index]
                let link: Html =
                    line.map { "<a href=\"\(url: run.link(to: $0.estate))\">\($0.name)</a>" } ?? name(nil, t)
                return "<li>\(link) <span class=\"note\">\(own.places[index]) → \(now.places[index])</span></li>"
            }
        }
        let (enters, leaves) = (after.filter { !known.contains($0) }, before.filter { !kept.contains($0) })
        let first = grouped(run.first)
        return card(
            t("首批（前 \(first) 名）的变化", "What changes among the first \(first)"),
            """
            <p role="status" data-weights-said>\(said(leaves.count, run.first, t))</p>\
            <div class="grid halves"><div><h3>\(t("进入", "Come in"))</h3>\
            <ul class="prose" data-weights-in>\(list(enters))</ul></div>\
            <div><h3>\(t("退出", "Drop out"))</h3><ul class="prose" data-weights-out>\(list(leaves))</ul></div></div>
            """)
    }

    /// As the script says it.
    private static func said(_ changed: Int, _ first: Int, _ t: Language) -> String {
        t(
            "前 \(first) 名中有 \(changed) 个小区与方案权重下不同。",
            "\(changed) of the first \(first) are others than by the scheme's weights.")
    }

    // MARK: into a draft

    /// The weights as they stand, sent to become a draft; the script keeps the hidden ones at what the sliders say.
    private static func take(_ matrix: EvaluationMatrix, _ weights: [Double], _ visit: Visit) -> Html {
        guard visit.actor.may(.editEvaluation) else { return "" }
        let t = visit.language
        let hidden = zip(matrix.aspects, weights).map { ("w-\($0.code)", "\($1)") }
        let note = t(
            "用滑块现在的权重起草方案新版本，权重旁注明“权重试算”和日期。",
            "The sliders' weights begin a draft of the scheme; each says that it was tried here, and when.")
        return card(
            form(
                action: "/evaluation/weights/draft", csrf: visit.csrf, id: "weights-take", hidden: hidden,
                paragraph(note) + formActions([submitButton(t("用这些权重起草方案", "Draft a scheme with these"), .quiet)])))
    }

    /// Begins a draft of the scheme in force with the weights that were sent.
    static func take(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let (evaluations, day) = (visit.hall.evaluations, visit.today)
        let id = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            let scheme = try evaluations.scheme(.current, in: deed.tx).scheme
            let subject = WeightingSubject.aspects(.need)
            let items = subject.items(in: scheme)
            let raw = try items.map { item in
                guard let weight = form.text("w-\(item.code)").isEmpty ? nil : Double(form.text("w-\(item.code)")),
                    (0...100).contains(weight)
                else {
                    throw Refusal(
                        "weights.value", zh: "“\(item.name.zh)”的权重须为 0 到 100 之间的数；请回到权重试算页面重试。",
                        en: "The weight of “\(item.name.en)” must be a number from 0 to 100; go back and try again.",
                        field: "w-\(item.code)")
                }
                return weight
            }
            let sum = raw.reduce(0, +)
            guard sum > 0 else {
                throw Refusal(
                    "weights.none", zh: "至少一个方面须有权重；请回到权重试算页面重试。",
                    en: "One aspect at least must have a weight; go back and try again.")
            }
            let tried = try scheme.taking(
                raw.map { $0 / sum }, of: items, as: subject,
                from: Phrase(zh: "权重试算 \(day)", en: "weights tried on \(day)"))
            return try evaluations.draftScheme(tried.document, in: deed)
        }
        return .see("/evaluation/drafts/\(id)")
    }

    // MARK: for the script

    /// `{"first":143,"weights":[…],"estates":[["id","name",rank],…],"values":[…]}`: each aspect's middle value, 0 to 1,
    /// estate after estate. Estates outside the reader's places have no id and no name.
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
                values.append(.number(middles[row, column].lowerBound))
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
