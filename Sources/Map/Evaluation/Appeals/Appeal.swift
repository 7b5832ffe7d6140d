public import Common
public import Identity
public import Kernel
public import Registry
public import Store

/// An officer's objection to a fact that a run used: what was used, what it should be, and why.
public struct Appeal: Sendable, Hashable {
    public enum State: String, Sendable, CaseIterable, SQLConvertible {
        case open
        /// The fact was wrong, and is corrected in the register.
        case upheld
        case dismissed

        public var name: Phrase {
            switch self {
            case .open: Phrase(zh: "待核查", en: "open")
            case .upheld: Phrase(zh: "成立，已更正", en: "upheld, corrected")
            case .dismissed: Phrase(zh: "不成立", en: "dismissed")
            }
        }
    }

    public let id: ID<Appeal>
    /// 1 is the city's first.
    public let number: Int
    public let run: ID<EvaluationRun>
    public let estate: ID<Estate>
    public let place: PlaceCode
    /// The aspect's code in the run's scheme.
    public let aspect: String
    /// The survey question's key.
    public let fact: String
    /// What the run used, as JSON; `null` where it had nothing.
    public let stated: JSON
    /// What the officer says it is.
    public let claimed: JSON
    public let reason: String
    public let evidence: AppealEvidence
    public let state: State
    public let madeAt: Instant
    public let madeBy: ID<PersonTag>?
    public let decidedAt: Instant?
    public let decidedBy: ID<PersonTag>?
    /// Why it was upheld or dismissed.
    public let decision: String?
    /// The line of the record that tells of the correction; of upheld ones.
    public let correction: ID<RecordLine>?

    static let columns: SQL = """
        id, number, run, estate, place, aspect, fact, stated, claimed, reason, evidence, state, made_at, made_by, \
        decided_at, decided_by, decision, correction
        """

    init(_ row: Row) throws {
        id = try row[0]
        number = try row[1]
        run = try row[2]
        estate = try row[3]
        place = try row[4]
        aspect = try row[5]
        fact = try row[6]
        stated = try JSON(parsing: try row[7] as String)
        claimed = try JSON(parsing: try row[8] as String)
        reason = try row[9]
        evidence = AppealEvidence(try JSON(parsing: try row[10] as String))
        state = try row[11]
        madeAt = try row[12]
        madeBy = try row[13]
        decidedAt = try row[14]
        decidedBy = try row[15]
        decision = try row[16]
        correction = try row[17]
    }
}

/// What an appeal rests on: photos of the estate, and other files in the file store.
public struct AppealEvidence: Sendable, Hashable {
    public var photos: [ID<Photo>]
    public var files: [ContentDigest]

    public init(photos: [ID<Photo>] = [], files: [ContentDigest] = []) {
        (self.photos, self.files) = (photos, files)
    }

    /// Photos and files together.
    public static let most = 10

    var json: JSON {
        .object([
            "photos": .array(photos.map { .string($0.description) }), "files": .array(files.map { .string($0.hex) }),
        ])
    }

    init(_ json: JSON) {
        photos = (json["photos"]?.elements ?? []).compactMap { $0.string.flatMap { ID($0) } }
        files = (json["files"]?.elements ?? []).compactMap { $0.string.flatMap { ContentDigest($0) } }
    }
}

/// An appeal as an officer makes it.
public struct AppealDraft: Sendable {
    public var run: ID<EvaluationRun>
    public var estate: ID<Estate>
    public var aspect: String
    public var fact: String
    /// What the officer says it is.
    public var claimed: FactValue
    public var reason: String
    public var evidence: AppealEvidence

    public init(
        run: ID<EvaluationRun>, estate: ID<Estate>, aspect: String, fact: String, claimed: FactValue, reason: String,
        evidence: AppealEvidence = AppealEvidence()
    ) {
        (self.run, self.estate, self.aspect, self.fact) = (run, estate, aspect, fact)
        (self.claimed, self.reason, self.evidence) = (claimed, reason, evidence)
    }
}

/// An appeal with what became of the estate: where it stood in the run that was contested, and in the next.
public struct AppealEffect: Sendable {
    public let appeal: Appeal
    public let before: RankingLine
    /// In the first run of an issued scheme over the same place since the decision; nil until there is one.
    public let after: RankingLine?
}

/// The numbers of appeals.
public enum AppealLimits {
    /// Characters of a reason, and of a decision.
    public static let reason = 1_000
    /// Open appeals of one estate.
    static let openEach = 30
}
