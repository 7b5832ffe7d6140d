public import Kernel

/// What is counted. Measures never mix: an entry's postings sum to zero in each.
public enum LedgerMeasure: String, Sendable, CaseIterable {
    /// Money, in fen.
    case fen
    /// Use of common space given for a time, in hundredths of m²·year; it counts as a share and pays no bill.
    case use
}

/// Where money, or what is owed, stands. A cell's balance is what came to the stage and has not gone on.
public enum LedgerStage: UInt8, Sendable, CaseIterable {
    // Funding: where the money is.
    /// Of a source, not planned yet; outside the chain, so its balance is minus what was planned.
    case open
    case planned
    /// Promised by households, owner units, utilities.
    case pledged
    /// 指标下达: a budget quota passed down, which is not cash.
    case allotted
    case called
    case received
    case paid
    case returned
    // Obligation: what is owed.
    /// Outside the chain: its balance is minus the approved estimate.
    case unapproved
    /// Of the approved estimate, not under contract.
    case approved
    case committed
    /// Paid ahead of the work and not recovered yet.
    case advanced
    /// Certified work, due and not paid, without its wages.
    case certified
    /// The wages in certified work: a dispute never holds them (保障农民工工资支付条例 35).
    case wages
    /// Held back until the contract's day.
    case retained
    case discharged
    case settled

    public var isFunding: Bool { self <= .returned }

    /// It alone may be negative: what has left it is what the chain holds.
    var isOutside: Bool { self == .open || self == .unapproved }

    /// The dimensions by which cells are kept, where nothing may go below zero.
    var key: Dimensions {
        switch self {
        case .open: [.source]
        case .planned, .allotted, .received: [.source, .project, .year]
        case .pledged, .called, .returned: [.source, .project, .party, .year]
        case .paid: [.source, .project, .area, .item, .party, .contract, .year]
        case .unapproved, .approved: [.project]
        default: [.project, .contract]
        }
    }

    /// Sums that the rules ask for beside the cells: at most two.
    var totals: [Dimensions] {
        switch self {
        case .allotted, .called, .received, .certified, .wages: [.project]
        case .paid: [.project, [.source, .project]]
        default: []
        }
    }

    /// Its name in files and columns.
    public var code: String { Self.codes[Int(rawValue)] }

    private static let codes = allCases.map { "\($0)" }

    private static let byCode = Dictionary(uniqueKeysWithValues: zip(codes, allCases))

    public init?(code: String) {
        guard let stage = Self.byCode[code] else { return nil }
        self = stage
    }

    public var name: Phrase {
        switch self {
        case .open: Phrase(zh: "来源未安排", en: "not planned")
        case .planned: Phrase(zh: "已计划", en: "planned")
        case .pledged: Phrase(zh: "已承诺", en: "pledged")
        case .allotted: Phrase(zh: "指标已下达", en: "allotted")
        case .called: Phrase(zh: "已催缴", en: "called")
        case .received: Phrase(zh: "已到位", en: "received")
        case .paid: Phrase(zh: "已支付", en: "paid")
        case .returned: Phrase(zh: "已退回", en: "returned")
        case .unapproved: Phrase(zh: "概算外", en: "not approved")
        case .approved: Phrase(zh: "概算余额", en: "approved estimate")
        case .committed: Phrase(zh: "已签约", en: "committed")
        case .advanced: Phrase(zh: "预付款未扣回", en: "advanced")
        case .certified: Phrase(zh: "已计量未付", en: "certified")
        case .wages: Phrase(zh: "应付工资", en: "wages due")
        case .retained: Phrase(zh: "质保金", en: "retained")
        case .discharged: Phrase(zh: "已清偿", en: "discharged")
        case .settled: Phrase(zh: "已结算", en: "settled")
        }
    }
}

extension LedgerStage: Comparable {
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
