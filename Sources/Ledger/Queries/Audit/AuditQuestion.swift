public import Kernel

/// What audits of such programmes found, as standing questions to the ledger.
public enum AuditQuestion: String, Sendable, CaseIterable {
    case residentsShare, arrival, use, idleCash, sharing, repairFund, paidBeyond, pastEstimate, advances, wages
    case jointAcceptance, settlement, reported, brokenRules

    /// The question, and what an answer means.
    public var words: (question: Phrase, meaning: Phrase) {
        switch self {
        case .residentsShare:
            (
                Phrase(zh: "居民出资占比过低的项目", en: "Where do residents pay hardly anything?"),
                Phrase(
                    zh: "居民出资（含维修资金、共有收益）低于计划资金的规定比例",
                    en: "What residents paid in is below its share of what was planned.")
            )
        case .arrival:
            (
                Phrase(zh: "资金到位率低的项目", en: "Where has the money not arrived?"),
                Phrase(zh: "到位资金低于计划资金的规定比例", en: "What was received is below its share of what was planned.")
            )
        case .use:
            (
                Phrase(zh: "资金使用率低的项目", en: "Where is money not used?"),
                Phrase(
                    zh: "开工后已付资金低于到位资金的规定比例", en: "Since works began, payments are below their share of what arrived.")
            )
        case .idleCash:
            (
                Phrase(zh: "资金闲置", en: "Where does cash lie idle?"),
                Phrase(zh: "到位资金闲置超过规定天数", en: "Cash has been lying there for longer than the days allowed.")
            )
        case .sharing:
            (
                Phrase(zh: "约定分担未落实", en: "Which promises were not carried out?"),
                Phrase(zh: "承诺出资逾期未催缴或未到账", en: "Pledges that were not called, or called and not paid, in time.")
            )
        case .repairFund:
            (
                Phrase(zh: "未建立维修资金机制的项目", en: "Where is there no repair fund?"),
                Phrase(zh: "已验收项目没有任何维修资金来源", en: "Accepted projects that no repair fund contributes to.")
            )
        case .paidBeyond:
            (
                Phrase(zh: "超合同、超计量支付", en: "What was paid beyond the contract?"),
                Phrase(
                    zh: "已付超过已计量加未扣回预付款，或超过合同价与变更之和",
                    en: "Paid beyond certificates and advances, or beyond price and variations.")
            )
        case .pastEstimate:
            (
                Phrase(zh: "超概算的项目", en: "Which projects exceed their estimate?"),
                Phrase(zh: "合同预计总额超过批复概算", en: "What the contracts will come to is beyond the approved estimate.")
            )
        case .advances:
            (
                Phrase(zh: "预付款逾期未扣回", en: "Which advances were not recovered?"),
                Phrase(zh: "验收后仍有未扣回的预付款", en: "Advances that stand after the works were accepted.")
            )
        case .wages:
            (
                Phrase(zh: "拖欠工资款", en: "Where are wages owed?"),
                Phrase(zh: "已计量的工资款逾期未付", en: "Wages certified and not paid in time.")
            )
        case .jointAcceptance:
            (
                Phrase(zh: "未经联合验收已付清", en: "What was paid in full without acceptance?"),
                Phrase(
                    zh: "登记库没有验收记录，付款已达合同的规定比例",
                    en: "The register knows no acceptance, and nearly all of the contract is paid.")
            )
        case .settlement:
            (
                Phrase(zh: "结算迟缓的项目", en: "Where is settlement slow?"),
                Phrase(zh: "验收后超过规定天数尚未结算", en: "Not settled within the days allowed after acceptance.")
            )
        case .reported:
            (
                Phrase(zh: "填报数据不实", en: "Where do reports and records differ?"),
                Phrase(
                    zh: "登记阶段与台账不符：报告已验收而计量不足，或报告在建而没有合同",
                    en:
                        "The stage reported does not fit the ledger: accepted with little certified, or works without a contract."
                )
            )
        case .brokenRules:
            (
                Phrase(zh: "违反规则的分录", en: "Which entries broke a rule?"),
                Phrase(zh: "破例记账或国库事实所违反的规则", en: "Rules broken by overrides and by facts of the treasury.")
            )
        }
    }
}

/// From where on something is asked about. All are proposals of this system (default); a city sets its own.
public struct AuditLimits: Sendable, Hashable {
    /// Of what was planned.
    public var residentsShare = 0.02
    public var arrivalRate = 0.8
    public var useRate = 0.6
    public var idleDays = 365
    public var pledgeDays = 180
    public var wageDays = 30
    public var settlementDays = 180
    /// Of a contract's ceiling, from where it counts as paid in full.
    public var paidInFull = 0.9
    /// Of a contract's ceiling, that accepted works should have certified.
    public var certifiedAtAcceptance = 0.8

    public init() {}
}

/// One thing that a question found.
public struct AuditFinding: Sendable, Hashable {
    public enum Subject: Sendable, Hashable {
        case project
        case contract(String)
        case entry(Int64)
    }

    public let subject: Subject
    /// Number, name and place of the project.
    public let project: String
    public let name: String
    public let place: PlaceCode?
    /// What it is about, in fen: missing, idle, owed or paid too much.
    public let amount: Int64
    /// A rate or a number of days, beside its limit; nil where neither is meant.
    public let value: Double?
    public let limit: Double?
    /// Since when, where the ledger or the register tells.
    public let since: Day?
    /// One sentence with the numbers.
    public let words: Phrase
}

/// An answer to one question as of a moment.
public struct AuditAnswer: Sendable, Hashable {
    public let question: AuditQuestion
    /// The day up to which it was asked.
    public let day: Day
    /// How many projects, contracts or entries were looked at.
    public let examined: Int
    /// The largest amounts first.
    public let findings: [AuditFinding]

    public var amount: Int64 { findings.reduce(0) { $0 + $1.amount } }
}
