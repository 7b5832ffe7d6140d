import Components
import Evaluation
import Frame
import Html
import Kernel
import Registry

/// What a ranking is asked for, as its address says it: `q`, `district`, `band`, `gate`, `flagged`, `open`, `sort`,
/// `page`. What cannot be read is left out.
struct RankingQuery: Sendable {
    var filter = RankingFilter()
    /// From 1.
    var page = 1

    init() {}

    init(_ query: FormData) {
        filter.text = String(query.text("q").prefix(100))
        filter.place = EstateQuery(query).filter.place
        let band = query.text("band")
        filter.bands = band.isEmpty ? [] : [String(band.prefix(20))]
        filter.gate = Gate(rawValue: query.text("gate"))
        filter.isFlagged = ["1": true, "0": false][query.text("flagged")]
        filter.onlyOpen = query.text("open") == "1"
        if let sort = TableSort(parameter: query.text("sort")), let key = RankingFilter.Sort(rawValue: sort.key) {
            (filter.sort, filter.descending) = (key, sort.descending)
        }
        page = query.page
    }

    var sort: TableSort { TableSort(filter.sort.rawValue, descending: filter.descending) }

    var isFiltered: Bool {
        var plain = RankingFilter()
        (plain.sort, plain.descending) = (filter.sort, filter.descending)
        return filter != plain
    }

    /// `base` with everything asked for but the page.
    func link(_ base: Link) -> Link {
        var places = EstateFilter()
        places.place = filter.place
        var link = EstateQuery(places).link(base)
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { link = link.with(name, value) }
        }
        add("q", filter.text)
        add("band", filter.bands.first)
        add("gate", filter.gate?.rawValue)
        add("flagged", filter.isFlagged.map { $0 ? "1" : "0" })
        add("open", filter.onlyOpen ? "1" : nil)
        if filter.sort != .rank || filter.descending { add("sort", sort.parameter) }
        return link
    }
}
