import Identity
public import Kernel
public import Store

/// How experts say what counts how much.
public enum WeightingMethod: String, Sendable, CaseIterable, SQLConvertible {
    /// Every pair is compared on Saaty's scale (AHP).
    case pairwise
    /// The best is compared with all and all with the worst (best-worst method, linear form).
    case bestWorst

    public var name: Phrase {
        switch self {
        case .pairwise: Phrase(zh: "两两比较（层次分析法）", en: "pairwise comparison (AHP)")
        case .bestWorst: Phrase(zh: "最优最劣法", en: "best-worst method")
        }
    }

    /// How many items can be weighed in one session. Saaty's random index is known up to fifteen; twenty-one aspects
    /// would be 210 pairs for each expert.
    public var mostItems: Int { self == .pairwise ? 15 : 30 }
}

/// How the experts' judgements become one.
public enum WeightingAggregation: String, Sendable, CaseIterable, SQLConvertible {
    /// Judgements first: the geometric mean of the comparisons, then weights (AIJ; Aczél and Saaty 1983). For experts
    /// who act as one body. Pairwise comparisons only.
    case judgements
    /// Weights first: the geometric mean of the experts' weights, scaled to one (AIP; Forman and Peniwati 1998). For
    /// experts who stand for different views.
    case priorities

    public var name: Phrase {
        switch self {
        case .judgements: Phrase(zh: "合并判断（AIJ）", en: "judgements combined (AIJ)")
        case .priorities: Phrase(zh: "合并权重（AIP）", en: "priorities combined (AIP)")
        }
    }
}

/// What is weighed: an aspect or a group of the scheme, as it was called when the session was opened.
public struct WeightItem: Sendable, Hashable {
    /// The aspect's or group's code in the scheme.
    public let code: String
    public let name: Phrase

    public init(_ code: String, _ name: Phrase) {
        (self.code, self.name) = (code, name)
    }

    var json: JSON { .object(["code": .string(code), "zh": .string(name.zh), "en": .string(name.en)]) }

    init(_ json: JSON) {
        self.init(
            json["code"]?.string ?? "", Phrase(zh: json["zh"]?.string ?? "", en: json["en"]?.string ?? ""))
    }
}

/// A session in which several experts weigh the same items.
public struct WeightingSession: Sendable, Hashable {
    public let id: ID<WeightingSession>
    /// 1 is the city's first.
    public let number: Int
    public let place: PlaceCode
    /// The version of the scheme that the items were taken from.
    public let schemeVersion: Int
    public let subject: WeightingSubject
    public let title: String
    public let method: WeightingMethod
    public let items: [WeightItem]
    public let openedAt: Instant
    public let openedBy: ID<PersonTag>?
    public let closedAt: Instant?
    /// Nil while it is open.
    public let outcome: WeightingOutcome?

    public var isOpen: Bool { closedAt == nil }

    static let columns: SQL = """
        id, number, place, scheme_version, level, purpose, scheme_group, title, method, items, opened_at, opened_by, \
        closed_at, outcome
        """

    init(_ row: Row) throws {
        id = try row[0]
        let number: Int = try row[1]
        self.number = number
        place = try row[2]
        schemeVersion = try row[3]
        subject = try WeightingSubject(row, from: 4)
        title = try row[7]
        method = try row[8]
        items = try JSON(parsing: try row[9] as String).elements.map { WeightItem($0) }
        openedAt = try row[10]
        openedBy = try row[11]
        closedAt = try row[12]
        outcome = try (try row[13] as String?).map { WeightingOutcome(number: number, try JSON(parsing: $0)) }
    }
}

/// What a closed session came to: weights that a draft of the scheme can take, with their provenance.
public struct WeightingOutcome: Sendable, Hashable {
    public let session: Int
    /// In the items' order, with the sum of one.
    public let weights: [Double]
    public let aggregation: WeightingAggregation
    /// Experts whose judgements count.
    public let experts: Int
    /// Experts whose judgements were left out: incomplete, or too inconsistent.
    public let leftOut: Int
    /// AIJ: of the combined judgements. AIP: the largest among the experts. 0 is wholly consistent.
    public let consistency: Double

    /// "由第 3 次赋权会议确定，7 位专家，CR 0.06".
    public var provenance: Phrase {
        let ratio = Self.twoDigits(consistency)
        return Phrase(
            zh: "由第 \(session) 次赋权会议确定，\(experts) 位专家，CR \(ratio)",
            en: "set by weighting session \(session), \(experts) \(experts == 1 ? "expert" : "experts"), CR \(ratio)")
    }

    static func twoDigits(_ number: Double) -> String {
        let hundredths = Int((number * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}

/// One expert of a session, with the newest judgement.
public struct WeightingExpert: Sendable, Hashable {
    public let person: ID<PersonTag>
    public let invitedAt: Instant
    /// Nil before the first word.
    public let judgement: StoredJudgement?
}

/// A judgement as it was said; never overwritten, a later one takes its place.
public struct StoredJudgement: Sendable, Hashable {
    public let person: ID<PersonTag>
    /// 1 is the expert's first in this session.
    public let version: Int
    public let judgement: Judgement
    public let saidAt: Instant
}
