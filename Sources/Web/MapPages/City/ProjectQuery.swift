import Components
import Frame
import Html
import Kernel
import Registry

/// What the list of projects is asked for, as its address says it: `q`, `district`, `subdistrict`, `stage`, `year` (of
/// the programme), `finished`, `page`.
struct ProjectQuery: Sendable {
    var filter: ProjectFilter
    /// From 1.
    var page = 1

    private static let years = 1800...2100

    init(_ filter: ProjectFilter = ProjectFilter()) {
        self.filter = filter
    }

    init(_ query: FormData) {
        filter = ProjectFilter()
        filter.text = String(query.text("q").prefix(100))
        filter.place = EstateQuery(query).filter.place
        let stage = query.text("stage")
        filter.stage = stage.isEmpty ? nil : String(stage.prefix(40))
        filter.plannedYear = query.number("year").flatMap { Self.years.contains($0) ? $0 : nil }
        filter.finishedYear = query.number("finished").flatMap { Self.years.contains($0) ? $0 : nil }
        page = query.page
    }

    var isFiltered: Bool { filter != ProjectFilter() }

    func link(_ base: Link) -> Link {
        var places = EstateFilter()
        places.place = filter.place
        var link = EstateQuery(places).link(base)
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { link = link.with(name, value) }
        }
        add("q", filter.text)
        add("stage", filter.stage)
        add("year", filter.plannedYear.map { String($0) })
        add("finished", filter.finishedYear.map { String($0) })
        return link
    }

    static func list(_ change: (inout ProjectFilter) -> Void) -> Link {
        var filter = ProjectFilter()
        change(&filter)
        return ProjectQuery(filter).link("/projects")
    }
}
