import Frame
import Kernel
import Registry

/// The lists as files, by the addresses of the lists: what is filtered there is exported here.
enum ExportRoutes {
    static let routes: [Route] =
        Route.exports("/estates", .estates) { visit, _ in .estates(EstateQuery(visit.query).filter) }
        + Route.exports("/buildings", .buildings) { visit, _ in .buildings(EstateQuery(visit.query).filter) }
        + Route.exports("/projects", .projects) { visit, _ in .projects(ProjectQuery(visit.query).filter) }
        + Route.exports("/quality", .quality) { visit, _ in .quality(PlaceCode(visit.query.text("place"))) }
        + Route.exports("/checklists", .checklists) { visit, _ in
            .checklists(ID<Checklist>(visit.query.text("list")), isFound: ChecklistPage.isFound(visit.query))
        }
        + Route.exports("/places", .places) { visit, _ in .places(PlaceCode(visit.query.text("place"))) }
}
