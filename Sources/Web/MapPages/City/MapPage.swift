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
    let source: MapSource
    let byLook: [StageLook: Int]
    let sum: Totals
    /// Estates that stand on the map.
    let located: Int
    let scopeNote: Html
    let basemap: Basemap?
    /// The form token of a reader who may draw.
    let csrf: String?
    /// Whose buildings the reader came to choose.
    let project: Project?

    init(_ visit: Visit, in tx: Tx) throws {
        let (register, actor) = (visit.hall.register, visit.actor)
        query = EstateQuery(visit.query)
        filters = try EstateFilters(query, visit, in: tx)
        let stages = try register.stageTotals(query.filter, for: actor, in: tx)
        var byLook: [StageLook: Int] = [:]
        var sum = Totals()
        for stage in stages {
            byLook[filters.stages[stage.stage].look, default: 0] += stage.totals.estates
            sum.add(stage.totals)
        }
        self.byLook = byLook
        self.sum = sum
        located = stages.reduce(0) { $0 + $1.located }
        scopeNote = visit.scopeNote(try visit.scopeNames(in: tx))
        project = try Self.project(visit, in: tx)
        source = try MapSource(query, frame: Self.frame(visit, project, query.filter, in: tx), visit, in: tx)
        basemap = visit.hall.settings.basemap
        csrf = actor.may(.correctEstates) || actor.may(.editProjects) ? visit.csrf : nil
    }
}

extension MapPage {
    /// The project of the address, if its buildings are the reader's to choose.
    private static func project(_ visit: Visit, in tx: Tx) throws -> Project? {
        guard let id = ID<Project>(visit.query.text("project")),
            let project = try visit.hall.register.project(id, in: tx),
            visit.actor.may(.editProjects, at: project.place)
        else { return nil }
        return project
    }

    /// Around the estate that the address names, or the project's estates; otherwise where the matching ones are.
    private static func frame(
        _ visit: Visit, _ project: Project?, _ filter: EstateFilter, in tx: Tx
    ) throws -> MapFrame? {
        let (register, actor) = (visit.hall.register, visit.actor)
        var places: [Coordinate] = []
        if let id = ID<Estate>(visit.query.text("estate")), let estate = try register.estate(id, in: tx),
            actor.may(.readEstates, at: estate.place)
        {
            places = [estate.location].compactMap { $0 }
        } else if let project {
            places = try register.estates(of: project.id, in: tx).compactMap(\.location)
        }
        return try MapFrame(around: places) ?? register.frame(of: filter, for: actor, in: tx).map { MapFrame($0) }
    }

    func view(_ t: Language) -> Html {
        let bar = filterBar(
            t, action: "/map", keep: filters.kept, filters.fields(t),
            clear: query.isFiltered ? "/map" : nil)
        let totals = MapTotals(
            estates: sum.estates, buildings: sum.buildings, households: sum.households, area: sum.floorArea)
        return mapShell(
            t, title: t("一张图", "One map"),
            MapShell(
                source: source, totalsLink: query.link("/map/totals.json"), filters: bar,
                legend: StageLook.allCases.map { LegendEntry($0, $0.name(t), count: byLook[$0] ?? 0) },
                totals: totals, notes: notes(t), list: query.link("/estates"), basemap: basemap, csrf: csrf,
                project: project.map { LinkText($0.name, "/projects/\($0.id)") }, events: "/wall/events"))
    }

    private func notes(_ t: Language) -> Html {
        var html: Html = ""
        if query.isFiltered {
            let words = t("符合筛选：", "Matching the filters: ") + CityFigures.estates(t, sum.estates)
            html += "<p class=\"note\">\(words)</p>"
        }
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
        return html
    }
}
