import Components
import Frame
import Html
import Kernel
import Ledger
import Registry

/// What the bank's lines are asked for, as the address says it: `account`, `state`, `from`, `to` (days), `q`, `sort`,
/// `page`. What cannot be read is left out.
struct BankQuery: Sendable {
    var filter = BankLineFilter()
    /// From 1.
    var page = 1

    init(_ query: FormData) {
        filter.account = String(query.text("account").prefix(LedgerLimits.code))
        filter.state = BankLineFilter.State(rawValue: query.text("state"))
        (filter.from, filter.to) = (Day(query.text("from")), Day(query.text("to")))
        filter.text = String(query.text("q").prefix(100))
        if let asked = TableSort(parameter: query.text("sort")), let key = BankLineFilter.Sort(rawValue: asked.key) {
            (filter.sort, filter.descending) = (key, asked.descending)
        }
        page = min(max(query.number("page") ?? 1, 1), Register.pagesLimit)
    }

    var sort: TableSort { TableSort(filter.sort.rawValue, descending: filter.descending) }

    var isUnsorted: Bool { filter.sort == .day && filter.descending }

    /// Names and values of all that narrows the list.
    var parameters: [(name: String, value: String)] {
        [
            ("account", filter.account), ("state", filter.state?.rawValue ?? ""),
            ("from", filter.from?.description ?? ""), ("to", filter.to?.description ?? ""), ("q", filter.text),
        ].filter { !$0.1.isEmpty }
    }

    /// `base` with everything asked for but the page.
    func link(_ base: Link = "/ledger/bank") -> Link {
        let link = parameters.reduce(base) { $0.with($1.name, $1.value) }
        return isUnsorted ? link : link.with("sort", sort.parameter)
    }
}

/// What the book is asked for: `from`, `to` (days), `q`, `sort`, `page`. Without days, those of all statements.
struct UnseenCashQuery: Sendable {
    var filter = UnseenCashFilter()
    /// From 1.
    var page = 1

    init(_ query: FormData) {
        (filter.from, filter.to) = (Day(query.text("from")), Day(query.text("to")))
        filter.text = String(query.text("q").prefix(100))
        if let asked = TableSort(parameter: query.text("sort")), let key = UnseenCashFilter.Sort(rawValue: asked.key) {
            (filter.sort, filter.descending) = (key, asked.descending)
        }
        page = min(max(query.number("page") ?? 1, 1), Register.pagesLimit)
    }

    var sort: TableSort { TableSort(filter.sort.rawValue, descending: filter.descending) }

    var isUnsorted: Bool { filter.sort == .day && filter.descending }

    var parameters: [(name: String, value: String)] {
        [
            ("from", filter.from?.description ?? ""), ("to", filter.to?.description ?? ""), ("q", filter.text),
        ].filter { !$0.1.isEmpty }
    }

    /// `base` with everything asked for but the page.
    func link(_ base: Link = "/ledger/bank/book") -> Link {
        let link = parameters.reduce(base) { $0.with($1.name, $1.value) }
        return isUnsorted ? link : link.with("sort", sort.parameter)
    }

    /// The same within the days that statements cover, where no day is asked for.
    func within(_ accounts: [BankAccount]) -> UnseenCashFilter {
        var within = filter
        guard filter.from == nil, filter.to == nil else { return within }
        (within.from, within.to) = (accounts.map(\.first).min(), accounts.map(\.last).max())
        return within
    }
}

/// How the bank's pages say things.
enum BankWords {
    /// What of an entry's cash a line shows; empty for all that an entry without wages moved.
    static func part(_ part: CashItem.Part) -> Phrase {
        switch part {
        case .all: Phrase(zh: "含工资款", en: "with its wages")
        case .cash: Phrase(zh: "", en: "")
        case .wages: Phrase(zh: "工资款", en: "wages")
        }
    }

    /// "第 3041 号分录（工资款）".
    static func entry(_ number: Int64, _ part: CashItem.Part, _ t: Language) -> String {
        let said = Self.part(part)(t)
        let name = t("第 \(number) 号分录", "Entry \(number)")
        return said.isEmpty ? name : name + t("（\(said)）", " (\(said))")
    }

    static func account(_ name: String, _ t: Language) -> String { name.isEmpty ? t("未命名", "without a name") : name }

    static func state(_ state: BankLineFilter.State) -> Phrase {
        switch state {
        case .matched: Phrase(zh: "已对上", en: "matched")
        case .unmatched: Phrase(zh: "未对上", en: "not matched")
        case .reversed: Phrase(zh: "分录已冲销", en: "entry reversed")
        }
    }

    static func pills(_ line: KeptBankLine, _ t: Language) -> Html {
        let state: BankLineFilter.State
        let tone: Tone
        switch line.match {
        case nil: (state, tone) = (.unmatched, .amber)
        case let match? where match.isReversed: (state, tone) = (.reversed, .cinnabar)
        case _?: (state, tone) = (.matched, .jade)
        }
        let back: Html = line.isTakenBack ? " " + pill(t("撤回过", "taken back")) : ""
        return pill(Self.state(state)(t), tone) + back
    }

    static func crumbs(_ t: Language, _ more: [Crumb]) -> Html {
        breadcrumbs(t, [Crumb(t("一本账", "One ledger"), "/ledger")] + more)
    }

    static func lines(_ count: Int, _ t: Language) -> String {
        t("\(grouped(count)) 行", count == 1 ? "1 line" : "\(grouped(count)) lines")
    }

    /// What came in and went out in all.
    static func sums(cameIn: Int64, wentOut: Int64, _ t: Language) -> Html {
        """
        \(t("收入 ", "came in "))<b>\(yuanText(cameIn))</b> · \(t("支出 ", "went out "))<b>\(yuanText(wentOut))</b>
        """
    }
}

extension Visit {
    /// Who records statements and takes matches back does so for the whole city.
    var mayMatchBank: Bool { actor.may(.postEntries, at: hall.city.code) }

    var seesWholeLedger: Bool { actor.may(.readLedger, at: hall.city.code) }
}
