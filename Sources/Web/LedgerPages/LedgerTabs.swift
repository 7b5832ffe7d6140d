import Components
import Html
import Kernel

/// The ledger's rooms, as its pages offer them.
enum LedgerTab: CaseIterable {
    case money, flows, sources, entries, bank, statistics, share, audit

    private var title: Phrase {
        switch self {
        case .money: Phrase(zh: "资金总览", en: "The city's money")
        case .flows: Phrase(zh: "资金流向", en: "Flows")
        case .sources: Phrase(zh: "资金来源", en: "Sources")
        case .entries: Phrase(zh: "分录", en: "Journal")
        case .bank: Phrase(zh: "银行核对", en: "Bank")
        case .statistics: Phrase(zh: "统计报表", en: "Statistics")
        case .share: Phrase(zh: "分摊试算", en: "Cost sharing")
        case .audit: Phrase(zh: "审计台", en: "Auditor's desk")
        }
    }

    private var link: Link {
        switch self {
        case .money: "/ledger"
        case .flows: "/ledger/flows"
        case .sources: "/ledger/sources"
        case .entries: "/ledger/entries"
        case .bank: "/ledger/bank"
        case .statistics: "/ledger/statistics"
        case .share: "/ledger/share"
        case .audit: "/ledger/audit"
        }
    }

    static func tabs(_ current: LedgerTab, _ t: Language) -> Html {
        Components.tabs(
            t("一本账", "One ledger"), allCases.map { Tab($0.title(t), $0.link, isCurrent: $0 == current) })
    }
}
