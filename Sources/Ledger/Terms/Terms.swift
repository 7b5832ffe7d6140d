public import Kernel

/// Where money comes from, as its document says.
public struct FundSource: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case central, provincial, city, district, generalBond, specialBond, ownerUnit, residentsCash, repairFund
        case cededUse, utility, operatorCompany, socialCapital, commonIncome, bankCredit, donation, other
    }

    public var code: String
    public var name: Phrase
    public var kind: Kind
    /// Issuing document: "财建〔2025〕12号".
    public var document: String
    /// Fen.
    public var amount: Int64
    /// Classes of the works menu, or single items, that it may pay; empty for all.
    public var uses: [String]
    /// Prefixes of places; empty for everywhere.
    public var places: [PlaceCode]
    /// Budget years.
    public var years: ClosedRange<Int>
    /// The most it pays of a project's approved estimate, in ten-thousandths.
    public var share: Int
    /// Smaller pays first.
    public var priority: Int
    /// Its own code in the national statistics, where it is not that of its kind; else empty.
    public var statCode: String

    public init(
        code: String, name: Phrase, kind: Kind, document: String, amount: Int64, uses: [String] = [],
        places: [PlaceCode] = [], years: ClosedRange<Int>, share: Int = 10_000, priority: Int = 100,
        statCode: String = ""
    ) {
        (self.code, self.name, self.kind, self.document, self.amount) = (code, name, kind, document, amount)
        (self.uses, self.places, self.years, self.share) = (uses, places, years, share)
        (self.priority, self.statCode) = (priority, statCode)
    }
}

/// A contract of a project.
public struct Contract: Sendable, Hashable {
    public var code: String
    public var title: String
    /// The project's number.
    public var project: String
    public var party: String
    /// Fen.
    public var price: Int64
    /// Approved variations in sum, fen; negative where the work became less.
    public var variations: Int64
    /// Of each certificate, in ten-thousandths, kept until `retentionUntil`.
    public var retention: Int
    public var retentionUntil: Day
    /// Of each certificate, in ten-thousandths, due as wages.
    public var wages: Int
    public var isDisputed: Bool

    public init(
        code: String, title: String, project: String, party: String, price: Int64, variations: Int64 = 0,
        retention: Int = 0, retentionUntil: Day, wages: Int = 0, isDisputed: Bool = false
    ) {
        (self.code, self.title, self.project, self.party, self.price) = (code, title, project, party, price)
        (self.variations, self.retention, self.retentionUntil) = (variations, retention, retentionUntil)
        (self.wages, self.isDisputed) = (wages, isDisputed)
    }

    /// Fen.
    public var ceiling: Int64 { price + variations }
}

/// What another room decided and the ledger respects: an approval, an award, a certificate of inspected work.
public struct Clearance: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case estimate, award, variation, certificate, advance, settlement
        /// The owners' vote to draw on a building's repair fund (民法典 278).
        case repairFund

        /// Whether it clears a project, by its number; else a contract or a building, by its code.
        var isOfProject: Bool { self == .estimate }

        public var name: Phrase {
            switch self {
            case .estimate: Phrase(zh: "概算批复", en: "approval of the estimate")
            case .award: Phrase(zh: "中标通知", en: "award")
            case .variation: Phrase(zh: "变更批复", en: "approval of the variation")
            case .certificate: Phrase(zh: "计量证书", en: "certificate of work")
            case .advance: Phrase(zh: "预付款批复", en: "approval of the advance")
            case .settlement: Phrase(zh: "结算审定", en: "audited settlement")
            case .repairFund: Phrase(zh: "维修资金使用表决", en: "vote on the repair fund")
            }
        }
    }

    public let id: ID<Clearance>
    public var kind: Kind
    /// The project's number, the contract's or the building's code.
    public var subject: String
    /// SHA-256 of the document, hexadecimal.
    public var digest: String
    /// Who decided: an office, an assembly.
    public var issuer: String
    /// Fen that may be moved on it in all; nil without limit.
    public var amount: Int64?
    public var from: Day
    public var until: Day?
    /// Fen moved on it so far.
    public internal(set) var used: Int64 = 0

    public init(
        id: ID<Clearance>, kind: Kind, subject: String, digest: String, issuer: String, amount: Int64? = nil, from: Day,
        until: Day? = nil
    ) {
        (self.id, self.kind, self.subject, self.digest, self.issuer) = (id, kind, subject, digest, issuer)
        (self.amount, self.from, self.until) = (amount, from, until)
    }

    func holds(on day: Day) -> Bool { from <= day && until.map { day <= $0 } ?? true }
}
