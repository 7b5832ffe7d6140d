import Components
import Frame
import Html
import Kernel
import Ledger
import Registry

// From where a page of the ledger looks at it: as of a day, as was known on a day. All its pages ask and tell it alike.

extension LedgerMoment {
    /// As the address says it, `as-of` and `known`; days that cannot be read are left out.
    init(_ query: FormData) {
        self.init(asOf: Day(query.text("as-of")), known: Day(query.text("known")))
    }

    /// A page seen from the same moment.
    func at(_ base: Link) -> Link {
        var link = base
        if let asOf { link = link.with("as-of", asOf.description) }
        if let known { link = link.with("known", known.description) }
        return link
    }

    func filters(_ t: Language) -> [Html] { [asOfFilter(t), knownFilter(t)] }

    func asOfFilter(_ t: Language) -> Html {
        filterDay(label: t("截至（生效日）", "As of (effective)"), name: "as-of", value: asOf?.description ?? "")
    }

    func knownFilter(_ t: Language) -> Html {
        filterDay(label: t("当时所知（记账日）", "As known on"), name: "known", value: known?.description ?? "")
    }

    /// "截至 2026 年 6 月 30 日，按当时所知：2026 年 7 月 1 日".
    func note(_ day: Day, _ t: Language) -> Html {
        let known: Html = known.map { "\(t("，按当时所知：", ", as known on "))\(time(t, $0))" } ?? ""
        return "\(t("截至 ", "As of "))\(time(t, day))\(known)"
    }
}

extension Visit {
    /// Generated data stand still, others are of today.
    var ledgerToday: Day { hall.city.asOf ?? today }

    /// What stands at the foot of a printed page.
    /// - Parameter day: up to which the page counts; by default all there is.
    func ledgerSource(_ day: Day? = nil) -> String {
        let generated = hall.city.isGenerated ? language(" · 演示数据", " · generated data") : ""
        let source = language("来源：宜居台账 · 截至 ", "Source: Yiju ledger · as of ")
        return source + dayText(language, day ?? ledgerToday) + generated
    }
}
