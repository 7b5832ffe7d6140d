import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// How good the data of a place are, and what to work off: what is missing, what contradicts itself, what is old.
struct QualityPage {
    let place: Place
    /// From the largest place the reader sees down to this one.
    let path: [Place]
    let quality: Quality
    let form: SurveyForm
    let worst: [IssueLine]
    let spots: [[EstateLine]]
    let surveyYears: [(year: Int?, estates: Int)]
    let stages: StageNames
    let places: PlaceNames
    let day: Day
    let exports: [Html]

    /// Of the page for one place.
    static func link(_ place: PlaceCode) -> Link { Link("/quality", ["place": place.digits]) }

    init(_ visit: Visit, in tx: Tx) throws {
        let (register, actor) = (visit.hall.register, visit.actor)
        let code = try Self.place(visit)
        place = try register.place(code, in: tx) ?? Place(code: code, name: code.digits)
        let city = visit.hall.city
        let seesCity = actor.scope(.readEstates).contains(city.code)
        let above = try register.path(of: code, in: tx).filter {
            !actor.scope(.readEstates).narrowed(to: $0.code).isEmpty
        }
        path =
            (seesCity && code != city.code ? [Place(code: city.code, name: city.name.zh, nameEn: city.name.en)] : [])
            + above
        day = visit.dataDay
        let isWhole = code.level < .district
        exports = visit.exportButtons(.quality) { ending in
            ("/quality.\(ending)" as Link).with("place", isWhole ? nil : code.digits)
        }
        quality = try register.quality(of: code, today: day, for: actor, in: tx)
        form = try register.form(.estate, in: tx)
        worst = try register.worstEstates(of: code, for: actor, in: tx)
        spots = try register.estatesOnOneSpot(of: code, for: actor, in: tx)
        surveyYears = try register.surveyYears(of: code, for: actor, in: tx)
        stages = StageNames(try register.stageList(in: tx))
        let found = worst.flatMap(\.issues).filter { $0.rule == .outsideDistrict }.compactMap { PlaceCode($0.detail) }
        let named =
            quality.byPlace.map(\.place) + worst.map(\.estate.place) + quality.duplicateNames.map(\.place) + found
        places = PlaceNames(try register.placeNames(named + spots.compactMap { $0.first?.place }, in: tx))
    }

    /// The place asked for; without one the reader's own.
    static func place(_ visit: Visit) throws -> PlaceCode {
        let scope = visit.actor.scope(.readEstates)
        guard let asked = PlaceCode(visit.query.text("place")) else {
            return scope.contains(visit.hall.city.code)
                ? visit.hall.city.code : scope.places.first ?? visit.hall.city.code
        }
        guard !scope.narrowed(to: asked).isEmpty else {
            throw Refusal(
                .forbidden, "quality.place", zh: "“\(asked)”不在您的管辖范围。", en: "“\(asked)” is not in your area.",
                field: "place")
        }
        return asked
    }

    /// The list of estates here for which more holds.
    func list(at place: PlaceCode? = nil, _ change: (inout EstateFilter) -> Void) -> Link {
        let code = place ?? self.place.code
        return EstateQuery.list {
            $0.place = code.level >= .district ? code : nil
            change(&$0)
        }
    }

    /// Average over the estates, thousandths.
    var completeness: Int {
        guard quality.estates > 0 else { return 0 }
        return quality.byPlace.reduce(0) { $0 + $1.completeness * $1.estates } / quality.estates
    }

    var withIssues: Int { quality.byPlace.reduce(0) { $0 + $1.withIssues } }
    var outdated: Int { quality.byPlace.reduce(0) { $0 + $1.outdated } }
    var outdatedLink: Link { Link("/quality/outdated", ["place": place.code.digits]) }
}

/// The estates to survey again.
struct OutdatedPage {
    static let size = 50

    let place: Place
    let lines: [SurveyLine]
    let total: Int
    let page: Int
    let places: PlaceNames
    let stages: StageNames

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        let code = try QualityPage.place(visit)
        place = try register.place(code, in: tx) ?? Place(code: code, name: code.digits)
        func ask(_ page: Int) throws -> (lines: [SurveyLine], total: Int) {
            try register.outdatedEstates(
                of: code, today: visit.dataDay, page: page, size: Self.size, for: visit.actor, in: tx)
        }
        (page, (lines, total)) = try readPage(visit.query.page, size: Self.size, total: \.total, ask)
        places = PlaceNames(try register.placeNames(lines.map(\.estate.place), in: tx))
        stages = StageNames(try register.stageList(in: tx))
    }
}

extension OutdatedPage {
    func view(_ t: Language) -> Html {
        let name = place.title(t)
        let base = Link("/quality/outdated", ["place": place.code.digits])
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(t("数据质量 · \(name)", "Data quality · \(name)"), QualityPage.link(place.code)),
                Crumb(t("需重新摸底", "To survey again")),
            ])
        let note = t("上次摸底超过三年，或从未摸底；最久的在前", "Last surveyed over three years ago, or never; the oldest first")
        let head = pageHead(
            t("需重新摸底的小区", "Estates to survey again"), note: "\(name) · \(note)", actions: [printButton(t)])
        if total == 0 {
            return crumbs + head
                + card(
                    t("名单", "The list"),
                    emptyState(t("没有需要重新摸底的小区", "None"), "\(t("三年内都摸过底。", "All were surveyed within three years."))"))
        }
        let columns = [
            TableColumn(t("编号", "Number")), TableColumn(t("名称", "Name"), .heading), TableColumn(t("所在", "Place")),
            TableColumn(t("上次摸底", "Last surveyed")), TableColumn(t("阶段", "Stage")),
            TableColumn(t("完整度", "Data known"), .number),
        ]
        let rows = lines.map { line in
            TableRow(
                [
                    code(line.estate.number), "\(line.estate.name)", "\(places.path(line.estate.place, t))",
                    line.surveyedOn.map { time(t, $0) } ?? pill(t("从未", "never"), .amber),
                    stages.pill(line.estate.stage, t), "\(CityFigures.percentage(line.estate.completeness))",
                ], link: "/estates/\(line.estate.id)")
        }
        let totals: [Html] = ["", "\(t("合计 \(grouped(total)) 个", "Total of \(grouped(total))"))", "", "", "", ""]
        let data = DataTable(
            caption: t("需重新摸底的小区", "Estates to survey again"), columns: columns, rows: rows, totals: totals)
        return crumbs + head + card(table(t, data) + pager(t, page: page, size: Self.size, total: total, base: base))
    }
}
