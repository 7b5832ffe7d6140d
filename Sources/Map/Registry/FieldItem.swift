public import Kernel
public import Store

/// What an officer found out about one estate at one moment, kept on a phone until it is sent. The phone makes the id,
/// so that sending again changes nothing.
public struct FieldItem: Sendable {
    public let id: ID<FieldItem>
    public let estate: ID<Estate>
    /// By the phone's clock, which may be wrong.
    public let at: Instant
    /// When the estate was taken along, by the server's clock: no answer is older.
    public let taken: Instant
    public let answers: [FieldAnswer]
    /// Beside the answers, for whoever reads the history.
    public let note: String

    /// Characters; together with the evidence it fits into what the record keeps of a correction.
    public static let noteLimit = 150

    public init(
        id: ID<FieldItem>, estate: ID<Estate>, at: Instant, taken: Instant, answers: [FieldAnswer], note: String = ""
    ) {
        self.id = id
        self.estate = estate
        self.at = at
        self.taken = taken
        self.answers = answers
        self.note = note
    }
}

/// An answer to one question of the survey form, in the words that the form reads ("约320", "1986", a choice's code).
public struct FieldAnswer: Sendable, Hashable {
    public let question: String
    /// Nil is an answer too: somebody looked and could not tell.
    public let text: String?
    /// What the officer had before the eyes: the value taken along, then own answers that may have arrived or not. What
    /// is stored and not among them was changed by somebody else.
    public let seen: [String?]

    public init(_ question: String, _ text: String?, seen: [String?]) {
        self.question = question
        self.text = text
        self.seen = seen
    }
}

/// What became of an item.
public enum FieldOutcome: String, Sendable, CaseIterable, SQLConvertible {
    /// Stored as facts, apart from what was refused.
    case applied
    /// The register says the same already.
    case unchanged
    /// Somebody else changed a fact meanwhile: both values are kept until a person chooses.
    case conflict
    case refused
    /// It was a conflict, and somebody has chosen.
    case settled
}

/// What the phone is told about one item, however often it asks.
public struct FieldReceipt: Sendable, Hashable {
    public let id: ID<FieldItem>
    public let outcome: FieldOutcome
    /// See `FieldDetail`.
    public let detail: FieldDetail
}

/// What became of each answer of an item. Stored as JSON:
///
/// ```json
/// {"day":"2026-06-30","clock":-31536000,"note":"…","answers":{"households":{"is":"applied"},
///  "gasShare":{"is":"conflict","mine":"80","theirs":[75,"2026-06-29"],"choice":"mine"},
///  "lifts":{"is":"refused","mine":"abc","code":"cell.number","zh":"…","en":"…"}}}
/// ```
///
/// `day` is that of the facts; `clock`, only where the phone's was wrong, the seconds by which it was put right;
/// `mine` null is unknown; `choice` stands there once somebody has chosen.
public struct FieldDetail: Sendable, Hashable {
    public let json: JSON

    init(_ json: JSON) {
        self.json = json
    }

    init(stored text: String) throws {
        json = try JSON(parsing: text)
    }

    init(day: Day, clock: Int64?, note: String, answers: [JSON.Member]) {
        var members = [JSON.Member("day", .string(day.description))]
        if let clock { members.append(JSON.Member("clock", .integer(clock))) }
        if !note.isEmpty { members.append(JSON.Member("note", .string(note))) }
        json = .object(members + [JSON.Member("answers", .object(answers))])
    }

    /// Of the facts; nil only in a row that Yiju did not write.
    public var day: Day? { json["day"]?.string.flatMap { Day($0) } }

    public var note: String { json["note"]?.string ?? "" }

    /// The questions whose answers ended so, in the item's order.
    public func questions(_ outcome: FieldOutcome) -> [String] {
        answers.filter { $0.value["is"]?.string == outcome.rawValue }.map(\.key)
    }

    /// What the phone's answer to a question was; nil is unknown.
    public func mine(_ question: String) -> String? { json["answers"]?[question]?["mine"]?.string }

    private var answers: [JSON.Member] { json["answers"]?.members ?? [] }

    /// With what somebody chose for each question.
    func choosing(_ choices: [String: FieldChoice]) -> FieldDetail {
        let answers = answers.map { answer in
            guard let choice = choices[answer.key] else { return answer }
            let chosen = JSON.Member("choice", .string(choice.rawValue))
            return JSON.Member(answer.key, .object(answer.value.members + [chosen]))
        }
        return FieldDetail(
            .object(json.members.map { $0.key == "answers" ? JSON.Member("answers", .object(answers)) : $0 }))
    }
}

/// Which of two values stays.
public enum FieldChoice: String, Sendable {
    /// What the phone brought.
    case mine
    /// What the register has.
    case theirs
}
