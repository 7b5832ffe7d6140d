import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Store

/// How sheets write amounts and where their numbers lead.
enum SheetWords {
    /// Hundredths of m²·year: "1,200.50 m²·年".
    static func use(_ amount: Int64, _ t: Language) -> String {
        decimal(Double(amount) / 100, amount % 100 == 0 ? 0 : 2) + t("\u{A0}m²·年", "\u{A0}m²·years")
    }

    static func amount(_ amount: Int64, _ measure: LedgerMeasure, _ t: Language) -> String {
        measure == .fen ? yuanText(amount) : use(amount, t)
    }

    /// What an entry or a line comes to, in both measures where it has both.
    static func amounts(fen: Int64, use: Int64, _ t: Language) -> String {
        if use == 0 { return yuanText(fen) }
        return fen == 0 ? Self.use(use, t) : yuanText(fen) + " + " + Self.use(use, t)
    }

    /// "—" for nothing, so that what there is stands out.
    static func cell(_ fen: Int64, _ link: Link? = nil) -> Html {
        guard fen != 0 else { return "—" }
        return link.map { "<a href=\"\(url: $0)\">\(yuanText(fen))</a>" } ?? "\(yuanText(fen))"
    }

    /// Ten-thousandths as a percentage.
    static func share(_ share: Int) -> String { percent(Double(share) / 10_000, share % 100 == 0 ? 0 : 2) + "\u{A0}%" }

    static func link(_ text: String, _ link: Link) -> Html { "<a href=\"\(url: link)\">\(text)</a>" }

    static func year(_ year: Int, _ t: Language) -> String { year == 0 ? "—" : t("\(year) 年", "\(year)") }

    static func item(_ code: String, _ menu: WorksMenu, _ t: Language) -> String {
        code.isEmpty ? t("未注明内容", "no kind of work stated") : menu.name(code)(t)
    }

    /// Of an entry: "post", "reverse", ….
    static func kind(_ kind: String) -> Phrase {
        switch kind {
        case "reserve": Phrase(zh: "预留", en: "reserved")
        case "capture": Phrase(zh: "动用预留", en: "captured")
        case "release": Phrase(zh: "释放预留", en: "released")
        case "expire": Phrase(zh: "预留到期", en: "expired")
        case "reverse": Phrase(zh: "冲销", en: "reversal")
        default: Phrase(zh: "记账", en: "posted")
        }
    }

    /// What a later entry does to one.
    static func sequel(_ kind: EntrySheet.Sequel.Kind) -> Phrase {
        switch kind {
        case .corrects: Phrase(zh: "更正于", en: "corrected by")
        case .reverse: Phrase(zh: "冲销于", en: "taken back by")
        case .capture: Phrase(zh: "动用于", en: "partly posted by")
        case .release: Phrase(zh: "释放于", en: "released by")
        case .expire: Phrase(zh: "到期于", en: "ended by")
        }
    }

    static func manner(_ manner: String) -> Phrase {
        switch manner {
        case "fact": Phrase(zh: "国库事实", en: "fact of the treasury")
        case "override": Phrase(zh: "破例", en: "override")
        default: Phrase(zh: "正常", en: "ordinary")
        }
    }

    /// Kinds of authority are free words; those in use have a name in both languages.
    static func authority(_ kind: String) -> Phrase {
        switch kind {
        case "document": Phrase(zh: "文件", en: "document")
        case "approval": Phrase(zh: "批复", en: "approval")
        case "contract": Phrase(zh: "合同", en: "contract")
        case "variation": Phrase(zh: "变更", en: "variation")
        case "certificate": Phrase(zh: "计量", en: "certificate")
        case "vote": Phrase(zh: "表决", en: "vote")
        case "treasury": Phrase(zh: "国库", en: "treasury")
        default: Phrase(zh: kind, en: kind)
        }
    }

    static func actor(_ kind: String) -> Phrase {
        switch kind {
        case "owner": Phrase(zh: "机主", en: "machine owner")
        case "system": Phrase(zh: "系统", en: "the system")
        case "visitor": Phrase(zh: "访客", en: "a visitor")
        default: Phrase(zh: "工作人员", en: "staff")
        }
    }

    /// What an entry's line carries beside its words.
    static func marks(kind: String, manner: String, findings: Int, _ t: Language) -> Html {
        var marks: [Html] = []
        if kind != "post" { marks.append(pill(Self.kind(kind)(t), .indigo)) }
        if manner != "ordinary" { marks.append(pill(Self.manner(manner)(t), .amber)) }
        if findings > 0 {
            let en = findings == 1 ? "1 rule broken" : "\(findings) rules broken"
            marks.append(pill(t("违反 \(findings) 条规则", en), .cinnabar))
        }
        return Html.joined(marks, by: " ")
    }
}

/// A column of sums along the funding chain.
enum FundColumn: CaseIterable {
    case planned, pledged, allotted, called, received, returned, paid

    var stage: LedgerStage {
        switch self {
        case .planned: .planned
        case .pledged: .pledged
        case .allotted: .allotted
        case .called: .called
        case .received: .received
        case .returned: .returned
        case .paid: .paid
        }
    }

    var title: Phrase {
        switch self {
        case .planned: Phrase(zh: "计划", en: "Planned")
        case .pledged: Phrase(zh: "承诺", en: "Pledged")
        case .allotted: Phrase(zh: "下达指标", en: "Allotted")
        case .called: Phrase(zh: "请款催缴", en: "Called")
        case .received: Phrase(zh: "到位", en: "Received")
        case .returned: Phrase(zh: "退回", en: "Returned")
        case .paid: Phrase(zh: "支付", en: "Paid")
        }
    }

    func value(_ sums: FundSums) -> Int64 {
        switch self {
        case .planned: sums.planned
        case .pledged: sums.pledged
        case .allotted: sums.allotted
        case .called: sums.called
        case .received: sums.received
        case .returned: sums.returned
        case .paid: sums.paid
        }
    }

    /// The journal of exactly what the sum counts.
    func entries(_ part: LedgerPart, _ moment: LedgerMoment) -> Link {
        JournalQuery.list(part, moment) { $0.stages = [stage] }
    }

    static func heads(_ t: Language) -> [TableColumn] { allCases.map { TableColumn($0.title(t), .number) } }

    static func cells(_ sums: FundSums, _ part: LedgerPart, _ moment: LedgerMoment) -> [Html] {
        allCases.map { SheetWords.cell($0.value(sums), $0.entries(part, moment)) }
    }
}

/// Names of what entries refer to, looked up once for a page.
struct SheetNames {
    let sources: [FundSource]
    let projects: [String: LedgerProject]
    private let bySource: [String: FundSource]
    private let places: [PlaceCode: Place]
    let menu: WorksMenu

    /// - Parameter numbers: of the projects that are named.
    init(projects numbers: [String], places more: [PlaceCode] = [], _ visit: Visit, in tx: Tx) throws {
        sources = try visit.hall.ledger.sources(for: visit.actor, in: tx)
        bySource = Dictionary(sources.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        projects = try visit.hall.ledger.ledgerProjects(Array(Set(numbers)).sorted(), in: tx)
        places = try visit.hall.register.placeNames(projects.values.map(\.place) + more, in: tx)
        menu = visit.hall.menu
    }

    func source(_ code: String, _ t: Language) -> String { bySource[code]?.name(t) ?? code }

    func project(_ number: String) -> String { projects[number]?.name ?? number }

    func item(_ code: String, _ t: Language) -> String { SheetWords.item(code, menu, t) }

    /// A class of the works menu, or a single item.
    func use(_ code: String, _ t: Language) -> String {
        menu.classes.first { $0.code == code }?.name(t) ?? menu.name(code)(t)
    }

    func place(_ code: PlaceCode, _ t: Language) -> String {
        let levels: [PlaceCode.Level] = [.district, .subdistrict, .neighbourhood]
        let names = levels.compactMap { code.ancestor($0) }.compactMap { places[$0]?.title(t) }
        return names.isEmpty ? code.digits : names.joined(separator: " › ")
    }
}
