public import Kernel

/// A rule that a posting can break. Its raw value names it to people and programs.
public enum Rule: String, Sendable, CaseIterable {
    case period = "period.closed"
    case sourceUnknown = "source.unknown"
    case sourceYear = "source.year"
    case sourcePlace = "source.place"
    case sourceUse = "source.use"
    case sourceAmount = "source.amount"
    case sourceShare = "source.share"
    case contractUnknown = "contract.unknown"
    case contractPrice = "contract.price"
    case contractWork = "contract.exceeded"
    case dispute = "contract.disputed"
    case retention = "retention.date"
    case estimate = "estimate.exceeded"
    case certified = "certified.exceeded"
    case funds = "funds.missing"
    case preFinancing = "contractor.prefinances"
    case cash = "cash.short"
    case cell = "cell.short"
    case clearance = "clearance.missing"
    case clearanceAmount = "clearance.exceeded"

    /// Somebody with the right may post against it, with a reason. Nobody pays with money that is not there, or
    /// posts what names nothing.
    var canBeOverridden: Bool {
        switch self {
        case .period, .sourceUnknown, .contractUnknown, .cash, .cell, .sourceAmount: false
        default: true
        }
    }

    /// What it says, and what to do.
    public var words: (rule: Phrase, remedy: Phrase) {
        switch self {
        case .period:
            (
                Phrase(zh: "会计期间已关闭", en: "the period is closed"),
                Phrase(zh: "请记入开放期间，更正时注明所更正的分录", en: "post into the open period; a correction names its entry")
            )
        case .sourceUnknown:
            (
                Phrase(zh: "没有这个资金来源", en: "there is no such source"),
                Phrase(zh: "请先登记来源或更正代码", en: "register the source or mend the code")
            )
        case .sourceYear:
            (
                Phrase(zh: "年度不在来源的有效期内", en: "the year is not one of the source's"),
                Phrase(zh: "请改用有效年度", en: "use a year of the source")
            )
        case .sourcePlace:
            (
                Phrase(zh: "来源不能用于该地区", en: "the source may not be used in this place"),
                Phrase(zh: "请改用该地区的来源", en: "use a source of that place")
            )
        case .sourceUse:
            (
                Phrase(zh: "来源不能用于该类改造内容", en: "the source may not pay for this kind of work"),
                Phrase(zh: "请写明改造内容，或改用其他来源", en: "state the item of work, or use another source")
            )
        case .sourceAmount:
            (
                Phrase(zh: "超过来源文件金额", en: "beyond the amount of the source's document"),
                Phrase(zh: "请调减，或登记追加的文件", en: "plan less, or register the document that adds to it")
            )
        case .sourceShare:
            (
                Phrase(zh: "超过来源在该项目中的最高比例", en: "beyond the source's share of the project"),
                Phrase(zh: "请由其他来源承担其余部分", en: "let other sources bear the rest")
            )
        case .contractUnknown:
            (
                Phrase(zh: "该项目没有这份合同", en: "the project has no such contract"),
                Phrase(zh: "请先登记合同或更正代码", en: "register the contract or mend the code")
            )
        case .contractPrice:
            (
                Phrase(zh: "超过合同价与变更之和", en: "beyond contract price and variations"),
                Phrase(zh: "请先办理变更批复", en: "have the variation approved first")
            )
        case .contractWork:
            (
                Phrase(zh: "超过合同尚未计量的金额", en: "beyond what of the contract is not certified yet"),
                Phrase(zh: "请核对计量，或先办理变更", en: "check the certificate, or have a variation approved")
            )
        case .dispute:
            (
                Phrase(zh: "合同有争议，暂停支付（工资款除外）", en: "the contract is disputed; only wages are paid"),
                Phrase(zh: "工资款请用 payWages 支付", en: "pay wages with payWages")
            )
        case .retention:
            (
                Phrase(zh: "质保金未到返还日", en: "retained until its day"),
                Phrase(zh: "请到期再返还", en: "release it when its day has come")
            )
        case .estimate:
            (
                Phrase(zh: "超过批复概算余额", en: "beyond what is left of the approved estimate"),
                Phrase(zh: "请报原审批部门调整概算", en: "have the estimate changed by whoever approved it")
            )
        case .certified:
            (
                Phrase(zh: "超过已计量未付的金额", en: "beyond what is certified and unpaid"),
                Phrase(zh: "请先计量，或办理预付款", en: "certify the work first, or have an advance approved")
            )
        case .funds:
            (
                Phrase(zh: "资金未落实，不得开工签约", en: "no start without funds"),
                Phrase(zh: "请先落实指标或到账资金", en: "have funds allotted or paid in first")
            )
        case .preFinancing:
            (
                Phrase(zh: "到账资金不足，将由施工单位垫资", en: "the contractor would pre-finance the works"),
                Phrase(zh: "请先使资金到账", en: "have the money paid in first")
            )
        case .cash:
            (
                Phrase(zh: "到账资金不足", en: "beyond the cash that is there"),
                Phrase(zh: "请先使资金到账，或改用其他来源", en: "have the money paid in, or use another source")
            )
        case .cell:
            (
                Phrase(zh: "余额不足", en: "beyond what stands there"),
                Phrase(zh: "请核对金额，或先冲销其后的分录", en: "check the amount, or reverse the later entries first")
            )
        case .clearance:
            (
                Phrase(zh: "缺少有效的批准凭据", en: "the clearance is missing or not valid"),
                Phrase(zh: "请附上由主管环节签发的凭据", en: "name the clearance that the deciding office issued")
            )
        case .clearanceAmount:
            (
                Phrase(zh: "超过批准凭据的金额", en: "beyond the amount of the clearance"),
                Phrase(zh: "请按凭据金额办理", en: "stay within the clearance")
            )
        }
    }
}

/// A rule broken by one move: refused, or kept beside the entry where it was posted all the same.
public struct Finding: Sendable, Hashable {
    public let rule: Rule
    /// Position of the move in the entry, from 0.
    public let move: Int
    /// In the move's measure.
    public let asked: Int64
    /// The most that would have been allowed, never below zero.
    public let allowed: Int64
    /// What it is about: a source, a contract, a day.
    public let about: String

    public init(_ rule: Rule, move: Int, asked: Int64, allowed: Int64, about: String) {
        (self.rule, self.move, self.asked, self.about) = (rule, move, asked, about)
        self.allowed = max(0, allowed)
    }

    var refusal: Refusal {
        let (words, remedy) = rule.words
        let (asked, allowed) = (Money.yuan(asked), Money.yuan(allowed))
        let named = about.isEmpty ? "" : "（\(about)）"
        let namedEn = about.isEmpty ? "" : " (\(about))"
        return Refusal(
            rule.rawValue, zh: "\(words.zh)\(named)：本次 \(asked)，最多 \(allowed)；\(remedy.zh)。",
            en: "\(words.en)\(namedEn): asked \(asked), at most \(allowed); \(remedy.en).", field: "moves[\(move)]")
    }
}

/// How money is written.
public enum Money {
    /// Yuan with two decimals: "-1234.56". Hundredths of m²·year are written the same way.
    public static func yuan(_ fen: Int64) -> String {
        let (whole, rest) = fen.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(fen < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
