public import Kernel

/// What a phone sends at once.
///
/// ```json
/// {"sentAt":1782813600000,"items":[{"id":"0190a3c1-…","estate":"0190a3c1-…","at":1782813500000,
///  "taken":1782800000000,"answers":{"households":"约320","gasShare":null},
///  "seen":{"households":["300"],"gasShare":[null]},"note":"…"}]}
/// ```
///
/// Times are milliseconds since 1970: `sentAt` and `at` by the phone's clock, `taken` by the server's.
public struct FieldBatch: Sendable {
    /// Items of one batch.
    public static let itemLimit = 200
    /// Bytes.
    public static let sizeLimit = 256 << 10
    private static let answerLimit = 126
    private static let seenLimit = 20
    /// What a browser's date can hold; so that no sum of times overflows.
    private static let timeLimit: Int64 = 8_640_000_000_000_000

    public let sentAt: Instant
    public let items: [FieldItem]

    /// - Throws: a refusal that names what is wrong; then nothing of the batch was taken.
    public init(_ json: JSON) throws {
        guard json.text.utf8.count <= Self.sizeLimit else {
            throw Refusal(
                .tooLarge, "field.large", zh: "一次最多发送 \(Self.sizeLimit >> 10) KB。",
                en: "At most \(Self.sizeLimit >> 10) KB at once.")
        }
        sentAt = try Self.instant(json["sentAt"], "sentAt")
        let items = json["items"]?.elements ?? []
        guard items.count <= Self.itemLimit else {
            throw Refusal(
                .tooLarge, "field.many", zh: "一次最多发送 \(Self.itemLimit) 条。", en: "At most \(Self.itemLimit) at once.",
                field: "items")
        }
        self.items = try items.map(Self.item)
    }

    private static func item(_ json: JSON) throws -> FieldItem {
        guard let id = json["id"]?.string.flatMap({ ID<FieldItem>($0) }) else { throw malformed("id") }
        guard let estate = json["estate"]?.string.flatMap({ ID<Estate>($0) }) else { throw malformed("estate") }
        let answers = json["answers"]?.members ?? []
        guard (1...answerLimit).contains(answers.count), Set(answers.map(\.key)).count == answers.count else {
            throw malformed("answers")
        }
        let note = json["note"]?.string ?? ""
        try Refusals.throwIfAny(
            EstateRules.text(
                note, field: "note", limit: FieldItem.noteLimit, label: Phrase(zh: "备注", en: "The note")))
        return FieldItem(
            id: id, estate: estate, at: try instant(json["at"], "at"), taken: try instant(json["taken"], "taken"),
            answers: try answers.map { answer in
                let seen = json["seen"]?[answer.key]?.elements ?? []
                guard seen.count <= seenLimit else { throw malformed("seen") }
                return FieldAnswer(
                    answer.key, try text(answer.value, "answers"), seen: try seen.map { try text($0, "seen") })
            }, note: note)
    }

    private static func text(_ json: JSON, _ field: String) throws -> String? {
        switch json {
        case .null: nil
        case .string(let text): text
        default: throw malformed(field)
        }
    }

    private static func instant(_ json: JSON?, _ field: String) throws -> Instant {
        guard let time = json?.integer, (0...timeLimit).contains(time) else { throw malformed(field) }
        return Instant(milliseconds: time)
    }

    private static func malformed(_ field: String) -> Refusal {
        Refusal(
            "field.malformed", zh: "手机发来的“\(field)”格式有误；请刷新页面后重试。",
            en: "“\(field)” is not as it should be; reload the page and try again.", field: field)
    }
}
