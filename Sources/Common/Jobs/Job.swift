public import Identity
public import Kernel
public import Store

/// Long work that somebody asked for, as page and terminal show it while it waits, runs and when it is over.
///
/// A job runs once, on one of the nodes. Its result is written in one transaction, so an interrupted job has left
/// nothing behind and is simply begun again, by whichever node finds its lease ended.
public struct Job: Sendable, Hashable {
    public enum State: String, Sendable, CaseIterable, SQLConvertible {
        case waiting, running, done
        /// The work could not be done as asked; `sentence` says why and what to mend.
        case refused
        /// Something broke: the store, a node again and again, the program.
        case failed
        case cancelled

        public var isOver: Bool { self != .waiting && self != .running }

        public var name: Phrase {
            switch self {
            case .waiting: Phrase(zh: "等待", en: "waiting")
            case .running: Phrase(zh: "进行中", en: "running")
            case .done: Phrase(zh: "完成", en: "done")
            case .refused: Phrase(zh: "未能执行", en: "refused")
            case .failed: Phrase(zh: "失败", en: "failed")
            case .cancelled: Phrase(zh: "已取消", en: "cancelled")
            }
        }
    }

    public let id: ID<Job>
    /// The name of its `JobKind`: "evaluation.run".
    public let kind: String
    public let subject: Subject
    public let place: PlaceCode
    /// What the kind needs to know: a JSON document.
    public let input: String
    public let askedBy: ID<PersonTag>?
    public let askerKind: Actor.Kind
    public let askedAt: Instant
    public let state: State
    /// When the present attempt began; nil before the first.
    public let startedAt: Instant?
    public let endedAt: Instant?
    /// Steps, never fewer than before within an attempt, at most `total`.
    public let done: Int
    /// 0 while nobody knows.
    public let total: Int
    /// What is going on, or why it ended.
    public let sentence: Phrase
    /// The refusal's code where there was one.
    public let code: String?
    /// What its kind calls the result: an id.
    public let result: String?
    /// How often it was begun.
    public let attempts: Int
    public let isCancelAsked: Bool

    /// 0 to 1; nil while nobody knows.
    public var fraction: Double? {
        if state == .done { return 1 }
        return total > 0 ? Double(done) / Double(total) : nil
    }

    static let columns: SQL = """
        id, kind, subject_kind, subject_id, place, input, asked_by, asker_kind, asked_at, state, started_at, ended_at, \
        done, total, sentence_zh, sentence_en, code, result, attempts, cancel_asked
        """

    init(_ row: Row) throws {
        id = try row[0]
        kind = try row[1]
        subject = Subject(try row[2] as String, try row[3] as String)
        place = try row[4]
        input = try row[5]
        askedBy = try row[6]
        askerKind = Actor.Kind(rawValue: try row[7]) ?? .system
        askedAt = try row[8]
        state = try row[9]
        startedAt = try row[10]
        endedAt = try row[11]
        done = try row[12]
        total = try row[13]
        sentence = Phrase(zh: try row[14], en: try row[15])
        code = try row[16]
        result = try row[17]
        attempts = try row[18]
        isCancelAsked = try row[19]
    }

    /// Whether the actor asked for it. All who work on the machine itself are one owner.
    func isAsked(by actor: Actor) -> Bool {
        askerKind == .person ? askedBy != nil && askedBy == actor.person : askerKind == actor.kind
    }
}

/// The numbers of jobs.
public enum JobLimits {
    /// Jobs of one asker that wait or run.
    public static let openEach = 5
    /// Jobs of the whole city that wait or run.
    public static let openInAll = 200
    /// UTF-8 bytes of a job's input.
    public static let inputBytes = 64 * 1024
    /// Unicode code points of either half of a sentence.
    static let sentence = 500
    /// A job that was interrupted so often is begun no more.
    static let attempts = 3
    /// Milliseconds for which a node holds a job without a sign of life.
    static let lease: Int64 = 30_000
    /// Milliseconds between two looks at a running job: progress is written no oftener.
    static let pulse: Int64 = 250
    /// Milliseconds between two looks for a job to begin.
    static let poll: Int64 = 250
    /// Days for which a job that is over is kept.
    static let keptDays: Int64 = 90
    /// Old jobs dropped at once.
    static let dropped = 1_000
}
