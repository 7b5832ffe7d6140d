import Components
import Frame
import Html
import Kernel
import Ledger
import Registry

/// What the journal is asked for, as its address says it: `project`, `source`, `party`, `contract`, `item`, `class`
/// (of work), `area`, `year`, `kind` (of the source), `district` (or any `place`), `stage` and `move` (codes with
/// commas), `value` (of a stage: `reached`, `in`, `out`, `balance`), `from`, `as-of` (or `to`) and `known` (days), `q`,
/// `evidence` (a digest), `sort`, `page`. What cannot be read is left out.
struct JournalQuery: Sendable {
    var filter: JournalFilter
    /// From 1.
    var page = 1

    private static let textLimit = 100
    private static let years = 1900...2200
    private static let digestLength = 64

    init(_ filter: JournalFilter = JournalFilter()) {
        self.filter = filter
    }

    init(_ query: FormData) {
        func text(_ name: String) -> String { String(query.text(name).prefix(Self.textLimit)) }
        func codes(_ name: String) -> [String] {
            query.all(name).flatMap { $0.split(separator: ",") }.prefix(30).map(String.init)
        }
        let until = [query.text("to"), query.text("as-of")].compactMap { Day($0) }.min()
        filter = JournalFilter(
            LedgerPart(
                place: PlaceCode(query.text("place")) ?? PlaceCode(query.text("district")), project: text("project"),
                source: text("source"),
                party: text("party"), contract: text("contract"), item: text("item"), area: text("area"),
                year: query.number("year").flatMap { Self.years.contains($0) ? $0 : nil },
                kind: FundSource.Kind(rawValue: query.text("kind"))),
            at: LedgerMoment(asOf: until, known: Day(query.text("known"))))
        filter.part.workClass = text("class")
        filter.from = Day(query.text("from"))
        filter.stages = codes("stage").compactMap { LedgerStage(code: $0) }
        filter.value = JournalFilter.Value(rawValue: query.text("value")) ?? .reached
        filter.moves = codes("move").compactMap { Move(code: $0) }
        filter.text = text("q")
        let digest = query.text("evidence").lowercased()
        filter.evidence =
            digest.utf8.count == Self.digestLength && digest.allSatisfy(\.isHexDigit) ? digest : ""
        if let sort = TableSort(parameter: query.text("sort")), let key = JournalFilter.Sort(rawValue: sort.key) {
            (filter.sort, filter.descending) = (key, sort.descending)
        }
        page = min(max(query.number("page") ?? 1, 1), Register.pagesLimit)
    }

    var sort: TableSort { TableSort(filter.sort.rawValue, descending: filter.descending) }

    /// Whether anything narrows the list; the order does not.
    var isFiltered: Bool { !parameters.isEmpty }

    /// Names and values of all that narrows the list.
    var parameters: [(name: String, value: String)] {
        let part = filter.part
        let all: [(String, String)] = [
            ("q", filter.text), ("project", part.project), ("source", part.source), ("party", part.party),
            ("contract", part.contract), ("class", part.workClass), ("item", part.item), ("area", part.area),
            ("year", part.year.map { String($0) } ?? ""), ("kind", part.kind?.rawValue ?? ""),
            (part.place?.level == .district ? "district" : "place", part.place?.digits ?? ""),
            ("stage", filter.stages.map(\.code).joined(separator: ",")),
            ("value", filter.stages.isEmpty || filter.value == .reached ? "" : filter.value.rawValue),
            ("move", filter.moves.map(\.code).joined(separator: ",")),
            ("from", filter.from?.description ?? ""), ("as-of", filter.moment.asOf?.description ?? ""),
            ("known", filter.moment.known?.description ?? ""), ("evidence", filter.evidence),
        ]
        return all.filter { !$0.1.isEmpty }
    }

    /// The list's own address, without its page.
    var link: Link { link("/ledger/entries") }

    /// The same list as a file, "xlsx" or "csv".
    func file(_ ending: String) -> Link { link("/ledger/entries.\(ending)") }

    private func link(_ base: Link) -> Link {
        var link = base
        for (name, value) in parameters { link = link.with(name, value) }
        if filter.sort != .day || !filter.descending { link = link.with("sort", sort.parameter) }
        return link
    }

    /// The entries of a part, narrowed by what `change` sets.
    static func list(
        _ part: LedgerPart, _ moment: LedgerMoment = .now, _ change: (inout JournalFilter) -> Void = { _ in }
    ) -> Link {
        var filter = JournalFilter(part, at: moment)
        change(&filter)
        return JournalQuery(filter).link
    }
}
