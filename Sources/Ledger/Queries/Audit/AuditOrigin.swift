public import Kernel

extension AuditQuestion {
    /// How much an answer weighs; the heaviest first.
    public enum Severity: Int, Sendable, CaseIterable, Comparable {
        /// A rule, a contract or somebody's wages were not respected.
        case breach
        /// What was agreed or due did not happen, or not in time.
        case lag
        /// What was reported, or never set up.
        case doubt

        public var name: Phrase {
            switch self {
            case .breach: Phrase(zh: "违规", en: "breach")
            case .lag: Phrase(zh: "迟缓", en: "lag")
            case .doubt: Phrase(zh: "存疑", en: "doubt")
            }
        }

        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    public var severity: Severity {
        switch self {
        case .paidBeyond, .wages, .pastEstimate, .jointAcceptance, .brokenRules: .breach
        case .arrival, .use, .idleCash, .sharing, .advances, .settlement: .lag
        case .residentsShare, .repairFund, .reported: .doubt
        }
    }

    /// What audits of such programmes found, for which the question stands.
    public var origin: Phrase {
        switch self {
        case .residentsShare:
            Phrase(zh: "居民现金出资仅占批准资金的 0.5 %", en: "Households' cash was 0.5 % of the approved funds")
        case .arrival: Phrase(zh: "批准资金仅到位 43 %", en: "43 % of the approved money arrived")
        case .use: Phrase(zh: "资金使用率仅 43 % 至 56 %", en: "43 to 56 % of what arrived was used")
        case .idleCash: Phrase(zh: "到位资金长期闲置", en: "Money that arrived lay idle")
        case .sharing: Phrase(zh: "约定的成本分担没有落实", en: "Cost sharing was agreed and not carried out")
        case .repairFund: Phrase(zh: "没有建立维修资金机制", en: "There was no repair-fund mechanism")
        case .paidBeyond: Phrase(zh: "超合同约定支付工程款", en: "Payments went above contract terms")
        case .pastEstimate: Phrase(zh: "合同与变更超过批复概算", en: "Contracts and variations exceeded the approved estimate")
        case .advances: Phrase(zh: "预付款没有扣回", en: "Advances were not recovered")
        case .wages: Phrase(zh: "拖欠工人工资", en: "Workers' wages were owed")
        case .jointAcceptance: Phrase(zh: "没有联合验收", en: "There was no joint acceptance")
        case .settlement: Phrase(zh: "工程结算迟缓", en: "Settlement was slow")
        case .reported: Phrase(zh: "填报数据不实", en: "Reported data were inaccurate")
        case .brokenRules: Phrase(zh: "支付违反资金管理规定", en: "Payments broke the rules of the funds")
        }
    }
}
