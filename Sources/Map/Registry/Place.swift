public import Kernel

/// A place of the register: city, district, subdistrict or neighbourhood.
public struct Place: Sendable, Hashable {
    public let code: PlaceCode
    public let name: String
    /// Empty when nobody gave one.
    public let nameEn: String
    /// False for a neighbourhood that an import made under a provisional code, until an officer confirms it.
    public let isConfirmed: Bool
    /// The day on which the place ceased to be, merged into another.
    public let endedOn: Day?
    public let mergedInto: PlaceCode?

    public init(
        code: PlaceCode, name: String, nameEn: String = "", isConfirmed: Bool = true, endedOn: Day? = nil,
        mergedInto: PlaceCode? = nil
    ) {
        self.code = code
        self.name = name
        self.nameEn = nameEn
        self.isConfirmed = isConfirmed
        self.endedOn = endedOn
        self.mergedInto = mergedInto
    }

    public var title: Phrase { Phrase(zh: name, en: nameEn.isEmpty ? name : nameEn) }
}

/// The city this database is kept for.
public struct City: Sendable, Hashable {
    public let code: PlaceCode
    public let name: Phrase
    /// Begins the public number of estates and projects: "CS" in "CS-00417".
    public let prefix: String
    /// Estates built by the end of this year are old (parameter: 2000 by the programme of 2020, 2005 from 2026).
    public let cutoffYear: Int
    /// True for the demo city: every page says so.
    public let isGenerated: Bool
    /// The day the generated data describe.
    public let asOf: Day?
    /// What a reader of generated figures must know.
    public let notice: Phrase

    public init(
        code: PlaceCode, name: Phrase, prefix: String, cutoffYear: Int = 2000, isGenerated: Bool = false,
        asOf: Day? = nil,
        notice: Phrase = Phrase(zh: "", en: "")
    ) {
        self.code = code
        self.name = name
        self.prefix = prefix
        self.cutoffYear = cutoffYear
        self.isGenerated = isGenerated
        self.asOf = asOf
        self.notice = notice
    }
}

/// A step in the life of a project; the list is data of the city.
public struct Stage: Sendable, Hashable {
    /// The part of a project's life that a stage belongs to, in the order of life. What acts and figures ask of a stage
    /// follows from it, so that a city may name and number its stages as it likes.
    public enum Tone: String, Sendable, CaseIterable, Comparable {
        case awaiting, programmed, works, accepted, aftercare, leftOut

        public static func < (left: Tone, right: Tone) -> Bool { left.ordinal < right.ordinal }

        private var ordinal: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        public var name: Phrase {
            switch self {
            case .awaiting: Phrase(zh: "准备", en: "Preparation")
            case .programmed: Phrase(zh: "列入计划", en: "Programmed")
            case .works: Phrase(zh: "施工", en: "Works")
            case .accepted: Phrase(zh: "已验收", en: "Accepted")
            case .aftercare: Phrase(zh: "长效管理", en: "Aftercare")
            case .leftOut: Phrase(zh: "不列入", en: "Left out")
            }
        }
    }

    /// Where an estate without a project stands: this stage is renamed, never retired.
    public static let first = "surveyed"

    public let code: String
    /// Later stages have larger positions.
    public let position: Int
    public let name: Phrase
    /// The colour and shape on maps and charts.
    public let tone: Tone
    /// True once no project is moved there any more; those that were keep it in their history.
    public let isRetired: Bool

    /// False once nothing more is to be done: left out. Such projects count nowhere.
    public var isRunning: Bool { tone != .leftOut }
    /// Whoever stands here is in a year's programme.
    public var isProgrammed: Bool { isRunning && tone >= .programmed }
    /// Whoever stands here has its works accepted.
    public var isFinished: Bool { isRunning && tone >= .accepted }

    public init(code: String, position: Int, name: Phrase, tone: Tone, isRetired: Bool = false) {
        self.code = code
        self.position = position
        self.name = name
        self.tone = tone
        self.isRetired = isRetired
    }

    /// The default list; a city edits it, see `Acts/EditStages.swift`.
    public static let defaults: [Stage] = [
        Stage(code: "surveyed", position: 10, name: Phrase(zh: "摸底登记", en: "Surveyed"), tone: .awaiting),
        Stage(code: "evaluated", position: 20, name: Phrase(zh: "综合评价", en: "Evaluated"), tone: .awaiting),
        Stage(code: "consented", position: 30, name: Phrase(zh: "居民同意", en: "Consented"), tone: .awaiting),
        Stage(code: "programmed", position: 40, name: Phrase(zh: "列入计划", en: "Programmed"), tone: .programmed),
        Stage(code: "schemeVoted", position: 50, name: Phrase(zh: "方案表决", en: "Scheme voted"), tone: .programmed),
        Stage(code: "design", position: 60, name: Phrase(zh: "设计", en: "Design"), tone: .programmed),
        Stage(code: "approval", position: 70, name: Phrase(zh: "审批", en: "Approval"), tone: .programmed),
        Stage(code: "tender", position: 80, name: Phrase(zh: "招标", en: "Tender"), tone: .programmed),
        Stage(code: "works", position: 90, name: Phrase(zh: "施工", en: "Works"), tone: .works),
        Stage(code: "accepted", position: 100, name: Phrase(zh: "竣工验收", en: "Accepted"), tone: .accepted),
        Stage(code: "settled", position: 110, name: Phrase(zh: "结算", en: "Settled"), tone: .accepted),
        Stage(code: "handedOver", position: 120, name: Phrase(zh: "移交", en: "Handed over"), tone: .aftercare),
        Stage(code: "aftercare", position: 130, name: Phrase(zh: "长效管理", en: "Aftercare"), tone: .aftercare),
        Stage(code: "leftOut", position: 140, name: Phrase(zh: "不列入", en: "Left out"), tone: .leftOut),
    ]
}
