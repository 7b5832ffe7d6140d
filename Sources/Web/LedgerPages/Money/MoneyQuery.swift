import Components
import Frame
import Html
import Kernel
import Ledger
import Registry

/// Which part of the city's money is asked for and from when it is looked at, as the address says it: `by`, `year`,
/// `district`, `area`, `kind`, `as-of`, `known`, `planned`, `sort`, `page`. What cannot be read is left out.
struct MoneyQuery: Sendable {
    enum Sort: String {
        case name, planned, pledged, received, arrival, paid, use, gap, idle
    }

    var axis = RateAxis.kind
    var year: Int?
    var district: PlaceCode?
    /// Code of a renewal area; empty for all.
    var area = ""
    var kind: FundSource.Kind?
    var moment = LedgerMoment.now
    /// Flows of what was planned instead of what was paid.
    var planned = false
    /// Nil for the order of the axis itself.
    var sort: Sort?
    var descending = false
    /// From 1.
    var page = 1

    private static let years = 1900...2100

    init(_ query: FormData) {
        axis = RateAxis(rawValue: query.text("by")) ?? .kind
        year = query.number("year").flatMap { Self.years.contains($0) ? $0 : nil }
        district = PlaceCode(query.text("district")).flatMap { $0.level == .district ? $0 : nil }
        area = String(query.text("area").prefix(LedgerLimits.code))
        kind = FundSource.Kind(rawValue: query.text("kind"))
        moment = LedgerMoment(query)
        planned = query.text("planned") == "1"
        if let asked = TableSort(parameter: query.text("sort")) {
            (sort, descending) = (Sort(rawValue: asked.key), asked.descending)
        }
        page = max(1, query.number("page") ?? 1)
    }

    var part: LedgerPart { LedgerPart(place: district, area: area, year: year, kind: kind) }

    var isFiltered: Bool {
        year != nil || district != nil || !area.isEmpty || kind != nil || moment != .now || planned
    }

    var tableSort: TableSort? { sort.map { TableSort($0.rawValue, descending: descending) } }

    func with(_ change: (inout MoneyQuery) -> Void) -> MoneyQuery {
        var query = self
        query.page = 1
        change(&query)
        return query
    }

    /// `base` with everything asked for but the page and the order.
    func link(_ base: Link = "/ledger") -> Link {
        var link = base
        if axis != .kind { link = link.with("by", axis.rawValue) }
        if let year { link = link.with("year", year) }
        if let district { link = link.with("district", district.digits) }
        if !area.isEmpty { link = link.with("area", area) }
        if let kind { link = link.with("kind", kind.rawValue) }
        if planned { link = link.with("planned", "1") }
        return moment.at(link)
    }

    /// With the order, where one was asked for.
    func sortedLink(_ base: Link = "/ledger") -> Link {
        tableSort.map { link(base).with("sort", $0.parameter) } ?? link(base)
    }

    /// The part within this one that a line of an axis stands for; nil for lines that name nothing.
    func part(of key: String, on axis: RateAxis) -> LedgerPart? {
        guard !key.isEmpty else { return nil }
        var part = part
        switch axis {
        case .source: part.source = key
        case .kind: part.kind = FundSource.Kind(rawValue: key)
        case .year: part.year = Int(key)
        case .district: part.place = PlaceCode(key)
        case .project: part.project = key
        }
        return part
    }

    // MARK: The controls

    func yearFilter(_ years: [Int], _ t: Language) -> Html {
        let offered = Set(years + (year.map { [$0] } ?? [])).sorted()
        return filterSelect(
            label: t("预算年度", "Budget year"), name: "year",
            options: [Choice("", t("全部", "All"))] + offered.map { Choice(String($0), t("\($0) 年", "\($0)")) },
            selected: year.map { String($0) } ?? "")
    }

    func districtFilter(_ districts: [(code: PlaceCode, name: Phrase)], _ t: Language) -> Html {
        filterSelect(
            label: t("区县", "District"), name: "district",
            options: [Choice("", t("全部", "All"))] + districts.map { Choice($0.code.digits, $0.name(t)) },
            selected: district?.digits ?? "")
    }

    func areaFilter(_ areas: [String], _ t: Language) -> Html {
        let offered = Set(areas + (area.isEmpty ? [] : [area])).sorted()
        return filterSelect(
            label: t("更新片区", "Renewal area"), name: "area",
            options: [Choice("", t("全部", "All"))] + offered.map { Choice($0, $0) }, selected: area)
    }

    func kindFilter(_ t: Language) -> Html {
        filterSelect(
            label: t("来源类别", "Kind of source"), name: "kind",
            options: [Choice("", t("全部", "All"))]
                + FundSource.Kind.allCases.map { Choice($0.rawValue, $0.name(t)) },
            selected: kind?.rawValue ?? "")
    }

    /// What the two days mean.
    static func momentHelp(_ t: Language) -> Html {
        paragraph(
            t(
                "“生效日”是钱实际发生的日子：只算到这一天为止发生的。“记账日”是写进台账的日子：只算到这一天为止已经记下的，后来补记、更正的都不算，用来回答“当时我们知道多少”。",
                "“Effective” is the day on which money moved: only what happened by then counts. “As known on” is the "
                    + "day on which it was written into the ledger: what was entered or corrected later is left out, "
                    + "which answers “what did we know then”."))
    }
}
