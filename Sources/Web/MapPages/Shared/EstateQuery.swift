import Components
import Frame
import Geo
import Html
import Kernel
import Registry

/// What the list, the map and the exports of estates are asked for, as their addresses say it. The one place that knows
/// the names of the parameters: `q`, `district`, `subdistrict`, `neighbourhood`, `stage` (codes with commas),
/// `programmed`, `completed` (a year, or `any`), `from`, `to` (built years), `rule` (a data-quality rule, or `any`),
/// `flagged`, `bbox` (west,south,east,north in degrees), `sort` (`-` for the largest first), `page`. What cannot be
/// read is left out.
struct EstateQuery: Sendable {
    var filter: EstateFilter
    /// From 1.
    var page = 1

    private static let textLimit = 100
    private static let stageLimit = 30
    private static let years = 1800...2100
    private static let any = "any"
    private static let levels: [(name: String, level: PlaceCode.Level)] = [
        ("district", .district), ("subdistrict", .subdistrict), ("neighbourhood", .neighbourhood),
    ]

    init(_ filter: EstateFilter = EstateFilter()) {
        self.filter = filter
    }

    init(_ query: FormData) {
        filter = EstateFilter()
        filter.text = String(query.text("q").prefix(Self.textLimit))
        filter.place = Self.place(query)
        let stages = query.all("stage").flatMap { $0.split(separator: ",") }
        filter.stages = Set(stages.prefix(Self.stageLimit).map { String($0.prefix(40)) })
        filter.programmedYear = Self.year(query, "programmed")
        filter.completedYear = Self.year(query, "completed")
        filter.onlyCompleted = query.text("completed") == Self.any
        filter.builtFrom = Self.year(query, "from")
        filter.builtTo = Self.year(query, "to")
        filter.rule = QualityRule(rawValue: query.text("rule"))
        filter.onlyWithIssues = query.text("rule") == Self.any
        filter.onlyFlagged = query.text("flagged") == "1"
        filter.box = Self.box(query.text("bbox"))
        if let sort = TableSort(parameter: query.text("sort")), let key = EstateFilter.Sort(rawValue: sort.key) {
            filter.sort = key
            filter.descending = sort.descending
        }
        page = query.page
    }

    /// The smallest place chosen. Choosing another district, or all of them, drops the street chosen before.
    private static func place(_ query: FormData) -> PlaceCode? {
        var chosen: PlaceCode?
        for (name, level) in levels where query[name] != nil {
            guard let code = PlaceCode(query.text(name)), code.level == level, chosen?.contains(code) ?? true else {
                break
            }
            chosen = code
        }
        return chosen
    }

    static func box(_ text: String) -> BoundingBox? {
        guard text.utf8.count <= 120 else { return nil }
        let edges = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
        guard edges.count == 4, edges.allSatisfy(\.isFinite), edges[0] <= edges[2], edges[1] <= edges[3] else {
            return nil
        }
        return BoundingBox(west: edges[0], south: edges[1], east: edges[2], north: edges[3])
    }

    private static func year(_ query: FormData, _ name: String) -> Int? {
        query.number(name).flatMap { years.contains($0) ? $0 : nil }
    }

    var sort: TableSort { TableSort(filter.sort.rawValue, descending: filter.descending) }

    /// The value of the parameter `rule`.
    var rule: String { filter.onlyWithIssues ? Self.any : filter.rule?.rawValue ?? "" }

    /// The value of the parameter `completed`.
    var completed: String { filter.onlyCompleted ? Self.any : filter.completedYear.map { String($0) } ?? "" }

    /// The value of the parameter `stage`.
    var stages: String { Self.stages(filter.stages) }

    static func stages(_ codes: some Sequence<String>) -> String { codes.sorted().joined(separator: ",") }

    /// Whether anything narrows the list; the order does not.
    var isFiltered: Bool {
        var plain = EstateFilter()
        plain.sort = filter.sort
        plain.descending = filter.descending
        return filter != plain
    }

    /// `base` with everything asked for but the page: the list's own address, its exports, its map.
    func link(_ base: Link) -> Link {
        var link = base
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { link = link.with(name, value) }
        }
        add("q", filter.text)
        if let place = filter.place {
            add(Self.levels.first { $0.level == place.level }?.name ?? "district", place.digits)
        }
        add("stage", stages)
        add("programmed", filter.programmedYear.map { String($0) })
        add("completed", completed)
        add("from", filter.builtFrom.map { String($0) })
        add("to", filter.builtTo.map { String($0) })
        add("rule", rule)
        add("flagged", filter.onlyFlagged ? "1" : nil)
        add("bbox", filter.box.map { "\($0.west),\($0.south),\($0.east),\($0.north)" })
        if filter.sort != .name || filter.descending { add("sort", sort.parameter) }
        return link
    }

    /// The list of estates for which what `change` sets holds: `EstateQuery.list { $0.programmedYear = 2020 }`.
    static func list(_ change: (inout EstateFilter) -> Void) -> Link {
        var filter = EstateFilter()
        change(&filter)
        return EstateQuery(filter).link("/estates")
    }
}

extension FormData {
    /// The page of a list that an address asks for, from 1.
    var page: Int { min(max(number("page") ?? 1, 1), Register.pagesLimit) }
}
