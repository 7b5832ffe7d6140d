import Components
import Html
import Kernel
import Ledger

/// Money as officials say it: one unit a table, digits that count in figures.
enum MoneyWords {
    /// A figure and its unit: "12.3" and "亿元".
    static func large(_ t: Language, _ fen: Int64) -> (value: String, unit: String) {
        let yuan = Double(fen) / 100
        if t == .zh {
            if abs(yuan) >= 1e8 { return (short(yuan / 1e8, places: 2), "亿元") }
            return abs(yuan) >= 1e4 ? (short(yuan / 1e4), "万元") : (decimal(yuan, 2), "元")
        }
        if abs(yuan) >= 1e9 { return (short(yuan / 1e9, places: 2), "billion yuan") }
        return abs(yuan) >= 1e6 ? (short(yuan / 1e6, places: 2), "million yuan") : (decimal(yuan, 2), "yuan")
    }

    static func largeText(_ t: Language, _ fen: Int64) -> String {
        let (value, unit) = large(t, fen)
        return "\(value)\u{A0}\(unit)"
    }

    /// For columns whose title says 万元 (in English, 10,000 yuan).
    static func cell(_ fen: Int64) -> String { decimal(Double(fen) / 1e6, 2) }

    static func unit(_ t: Language) -> String { t("万元", "10,000 yuan") }

    static func days(_ t: Language, _ days: Double?) -> String {
        days.map { t("\(decimal($0, 0))\u{A0}天", "\(decimal($0, 0))\u{A0}days") } ?? "—"
    }

    /// The journal of what was allotted or pledged and not taken back.
    static func promises(_ part: LedgerPart, _ moment: LedgerMoment) -> Link {
        JournalQuery.list(part, moment) {
            ($0.stages, $0.moves) = ([.pledged, .allotted], [.pledge, .withdraw, .allot, .rescind])
        }
    }

    /// A number that opens what stands behind it; nothing stands behind a zero.
    static func linked(_ text: String, _ fen: Int64, _ link: Link?) -> Html {
        guard fen != 0, let link else { return "\(text)" }
        return "<a href=\"\(url: link)\">\(text)</a>"
    }
}
