import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// The map of the city's estates with the same filters as the list.
struct MapPage {
    let query: EstateQuery
    let filters: EstateFilters
    let byLook: [(look: StageLook, totals: Totals)]
    let sum: Totals
    /// Estates that stand on the map.
    let located: Int
    let scopeNote: Html
    let outlines: Link

    init(_ visit: Visit, in tx: Tx) throws {
        query = EstateQuery(visit.query)
        filters = try EstateFilters(query, visit, in: tx)
        let stages = try visit.hall.register.stageTotals(query.filter, for: visit.actor, in: tx)
        var looks: [StageLook: Totals] = [:]
        var sum = Totals()
        for stage in stages {
            looks[filters.stages[stage.stage].look, default: Totals()].add(stage.totals)
            sum.add(stage.totals)
        }
        byLook = StageLook.allCases.compactMap { look in looks[look].map { (look, $0) } }
        self.sum = sum
        located = stages.reduce(0) { $0 + $1.located }
        scopeNote = visit.scopeNote(try visit.scopeNames(in: tx))
        outlines = MapData.outlinesLink(visit)
    }
}

extension MapPage {
    func view(_ t: Language) -> Html {
        let bar = filterBar(
            t, action: "/map", keep: filters.kept, filters.panel(t),
            clear: query.isFiltered ? "/map" : nil)
        return mapShell(
            t, title: t("一张图", "One map"),
            MapShell(
                outlines: outlines, estates: query.link("/map/estates.geojson"), filters: bar,
                legend: byLook.map { LegendEntry($0.look, $0.look.name(t), count: $0.totals.estates) },
                summary: summary(t), list: query.link("/estates")))
    }

    private func summary(_ t: Language) -> Html {
        var html: Html = """
            \(t("合计", "In all"))<b>\(CityFigures.estates(t, sum.estates))</b>\(CityFigures.sizes(t, sum))
            """
        if !scopeNote.isEmpty { html += "<p class=\"note\">\(scopeNote)</p>" }
        if located < sum.estates {
            let missing = sum.estates - located
            let words = t(
                "\(grouped(missing)) 个小区没有坐标，未在图上", "\(grouped(missing)) estates without a location are not shown")
            var filter = query.filter
            filter.onlyWithIssues = false
            filter.rule = .noLocation
            html += "<p class=\"note\">\(CityFigures.link(words, EstateQuery(filter).link("/estates")))</p>"
        }
        if located > MapData.estateLimit {
            let limit = grouped(MapData.estateLimit)
            let words = t("图上只画户数最多的 \(limit) 个，请缩小范围。", "Only the \(limit) largest are drawn; narrow the filters.")
            html += "<p class=\"note\">\(words)</p>"
        }
        return html
    }
}
