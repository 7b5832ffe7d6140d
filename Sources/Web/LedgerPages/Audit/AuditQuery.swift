import Components
import Frame
import Html
import Kernel
import Ledger
import Registry

/// From where and at which district the desk is asked, as its address says it: `as-of`, `known`, `district`, `sort`,
/// `page`. What cannot be read is left out.
struct AuditQuery: Sendable {
    enum Sort: String {
        case amount, project, value, since, place
    }

    var moment = LedgerMoment.now
    var district: PlaceCode?
    var sort = Sort.amount
    var descending = true
    /// From 1.
    var page = 1

    init(_ query: FormData) {
        moment = LedgerMoment(asOf: Day(query.text("as-of")), known: Day(query.text("known")))
        district = PlaceCode(query.text("district")).flatMap { $0.level == .district ? $0 : nil }
        if let sort = TableSort(parameter: query.text("sort")), let key = Sort(rawValue: sort.key) {
            (self.sort, descending) = (key, sort.descending)
        }
        page = max(1, query.number("page") ?? 1)
    }

    var part: LedgerPart { LedgerPart(place: district) }

    var isFiltered: Bool { moment != .now || district != nil }

    var tableSort: TableSort { TableSort(sort.rawValue, descending: descending) }

    /// `base` with everything asked for but the page; `sorted` where the list's order goes along.
    func link(_ base: Link, sorted: Bool = true) -> Link {
        var link = base
        if let day = moment.asOf { link = link.with("as-of", day.description) }
        if let day = moment.known { link = link.with("known", day.description) }
        if let district { link = link.with("district", district.digits) }
        if sorted, sort != .amount || !descending { link = link.with("sort", tableSort.parameter) }
        return link
    }

    /// The controls above the desk and above each list.
    func filters(_ districts: [(code: PlaceCode, name: Phrase)], _ t: Language) -> [Html] {
        [
            filterSelect(
                label: t("区县", "District"), name: "district",
                options: [Choice("", t("全部", "All"))] + districts.map { Choice($0.code.digits, $0.name(t)) },
                selected: district?.digits ?? ""),
            filterDay(label: t("截至（生效日）", "As of (effective)"), name: "as-of", value: moment.asOf?.description ?? ""),
            filterDay(label: t("当时所知（记账日）", "As known on"), name: "known", value: moment.known?.description ?? ""),
        ]
    }
}

/// What the desk's pages share.
enum AuditDeskParts {
    /// Generated data stand still, others are of today.
    static func today(_ visit: Visit) -> Day { visit.hall.city.asOf ?? visit.today }

    /// What stands at the foot of a printed page.
    static func source(_ visit: Visit, _ day: Day) -> String {
        let generated = visit.hall.city.isGenerated ? visit.language(" · 演示数据", " · generated data") : ""
        let source = visit.language("来源：宜居台账 · 截至 ", "Source: Yiju ledger · as of ")
        return source + dayText(visit.language, day) + generated
    }

    /// "截至 2026 年 6 月 30 日，按 …… 所知".
    static func momentNote(_ moment: LedgerMoment, _ day: Day, _ t: Language) -> Html {
        let known: Html = moment.known.map { "\(t("，按当时所知：", ", as known on "))\(time(t, $0))" } ?? ""
        return "\(t("截至 ", "As of "))\(time(t, day))\(known)"
    }

    static func yuan(_ fen: Int64) -> Html { "\(yuanText(fen))" }

    /// "1,234.56": yuan, or m²·year from hundredths, in groups of three.
    static func yuanText(_ fen: Int64) -> String {
        let plain = Money.yuan(fen)
        let point = plain.lastIndex(of: ".") ?? plain.endIndex
        let whole = grouped(Int(plain[..<point]) ?? 0)
        // Less than one yuan below zero keeps its sign.
        return (fen < 0 && fen > -100 ? "-" : "") + whole + plain[point...]
    }

    static func severity(_ severity: AuditQuestion.Severity, _ t: Language) -> Html {
        let tone: Tone =
            switch severity {
            case .breach: .cinnabar
            case .lag: .amber
            case .doubt: .indigo
            }
        return pill(severity.name(t), tone)
    }

    /// The last page there is, where fewer lines are left than were asked for.
    static func page(_ page: Int, of total: Int, size: Int) -> Int { min(page, max(1, (total + size - 1) / size)) }

    static func crumbs(_ t: Language, _ title: String) -> Html {
        let desk = Crumb(t("审计台", "Auditor's desk"), "/ledger/audit")
        return breadcrumbs(t, [Crumb(t("一本账", "One ledger"), "/ledger"), desk, Crumb(title)])
    }
}
