import Components
import Evaluation
import Frame
import Html
import Kernel
import Registry
import Store

/// A run's ranking: what was judged, who stands in which band, and how certain that is.
struct RankingPage {
    static let size = 50

    let run: EvaluationRun
    let scheme: Scheme
    let query: RankingQuery
    let page: Int
    let ranking: Ranking
    let bands: [String: Int]
    let districts: [DistrictStanding]
    let axes: NeedAndReadiness
    let choices: [Place]
    let places: PlaceNames
    let scopeNote: Html
    let mayRun: Bool
    let mayEdit: Bool
    let mayPublish: Bool
    let mayExport: Bool

    /// Nil when nothing was evaluated yet.
    init?(latest visit: Visit, in tx: Tx) throws {
        guard let run = try visit.hall.evaluations.latestRun(for: visit.actor, in: tx) else { return nil }
        try self.init(run, visit, in: tx)
    }

    init(_ run: EvaluationRun, _ visit: Visit, in tx: Tx) throws {
        let (evaluations, register, actor) = (visit.hall.evaluations, visit.hall.register, visit.actor)
        self.run = run
        scheme = try evaluations.scheme(of: run, in: tx)
        let query = RankingQuery(visit.query)
        self.query = query
        (page, ranking) = try readPage(query.page, size: Self.size, total: \.total) {
            try evaluations.ranking(of: run, query.filter, page: $0, size: Self.size, for: actor, in: tx)
        }
        bands = try evaluations.bandCounts(of: run, RankingFilter(), for: actor, in: tx)
        districts = try evaluations.districts(of: run, for: actor, in: tx)
        axes = try NeedAndReadiness(run, query.filter, for: actor, evaluations, in: tx)
        choices = try EstateFilters.districts(within: actor.scope(.readEvaluation), register, in: tx)
        let named = ranking.lines.map(\.place) + districts.map(\.place) + [run.place]
        places = PlaceNames(try register.placeNames(named, in: tx))
        scopeNote = visit.scopeNote(try visit.scopeNames(in: tx))
        mayRun = actor.may(.runEvaluation)
        mayEdit = actor.may(.editEvaluation)
        mayPublish = actor.may(.publishEvaluation, at: run.place)
        mayExport = actor.may(.exportLists)
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        visit.page(
            visit.language("综合评价", "Comprehensive evaluation"), source: visit.runSource(run), view(visit.language))
    }

    /// Before the first evaluation.
    static func none(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        let action =
            visit.actor.may(.runEvaluation)
            ? linkButton(t("现在评价", "Evaluate now"), "/evaluation/new", .primary) : ""
        let body = emptyState(
            t("还没有进行过评价", "Nothing has been evaluated yet"),
            """
            \(t(
                "评价按方案的二十一个方面给每个小区打分、分等级，并说明理由。数据不全也可以先评：未知的会让结果变宽，而不是变错。",
                "An evaluation scores each estate in the scheme's 21 aspects and says why. It may begin before "
                    + "all data are there: what is unknown widens the result instead of falsifying it."
            ))
            """, action: action + linkButton(t("查看评价方案", "See the scheme"), "/evaluation/scheme"))
        return visit.page(
            t("综合评价", "Comprehensive evaluation"),
            stack([pageHead(t("综合评价", "Comprehensive evaluation")), card(t("结果", "Result"), body)]))
    }
}

/// How many estates stand where on the two axes. Squares instead of points: a city has more estates than a picture can
/// tell apart.
struct NeedAndReadiness {
    static let columns = 20
    static let rows = 10

    /// Ranked estates that match, by row (readiness, the lowest first) and column (need).
    private(set) var counts = [[Int]](repeating: [Int](repeating: 0, count: Self.columns), count: Self.rows)

    init(
        _ run: EvaluationRun, _ filter: RankingFilter, for actor: Actor, _ evaluations: Evaluations, in tx: Tx
    ) throws {
        func place(_ value: Double, of count: Int) -> Int { min(max(Int(value * Double(count)), 0), count - 1) }
        try evaluations.eachScore(of: run, filter, for: actor, in: tx) { need, readiness in
            counts[place(readiness, of: Self.rows)][place(need, of: Self.columns)] += 1
        }
    }
}
