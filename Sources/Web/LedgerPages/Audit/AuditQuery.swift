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
        moment = LedgerMoment(query)
        district = PlaceCode(query.text("district")).flatMap { $0.level == .district ? $0 : nil }
        if let sort = TableSort(parameter: query.text("sort")), let key = Sort(rawValue: sort.key) {
            (self.sort, descending) = (key, sort.descending)
        }
        page = max(1, query.number("page") ?? 1)
    }

    var isFiltered: Bool { moment != .now || district != nil }

    var tableSort: TableSort { TableSort(sort.rawValue, descending: descending) }

    /// `base` with everything asked for but the page; `sorted` where the list's order goes along.
    func link(_ base: Link, sorted: Bool = true) -> Link {
        var link = moment.at(base)
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
                selected: district?.digits ?? "")
        ] + moment.filters(t)
    }
}

/// What the desk's pages share.
enum AuditDeskParts {
    static func severity(_ severity: AuditQuestion.Severity, _ t: Language) -> Html {
        let tone: Tone =
            switch severity {
            case .breach: .cinnabar
            case .lag: .amber
            case .doubt: .indigo
            }
        return pill(severity.name(t), tone)
    }

    static func crumbs(_ t: Language, _ title: String) -> Html {
        let desk = Crumb(t("审计台", "Auditor's desk"), "/ledger/audit")
        return breadcrumbs(t, [Crumb(t("一本账", "One ledger"), "/ledger"), desk, Crumb(title)])
    }
}
