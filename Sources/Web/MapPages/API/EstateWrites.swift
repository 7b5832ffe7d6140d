import Cryptography
import Frame
import HTTPTypes
import Identity
import Kernel
import Registry
import Store

/// What programs change of estates.
enum EstateWrites {
    static func correct(_ visit: Visit, _ body: JSON) async throws -> Frame.Answer {
        let id: ID<Estate> = try visit.id()
        let (register, vault, surveyor) = (visit.hall.register, visit.hall.vault, visit.surveyor)
        let document = try await visit.write(taken: EstateEditPage.codeTaken) { deed in
            let tx = deed.tx
            try visit.requireSeen(try register.estateDocument(id, for: deed.actor, vault: vault, in: tx).tag)
            guard let estate = try register.estate(id, in: tx) else { throw Visit.notFound }
            let wish = try EstateWish(
                body, form: try register.form(.estate, in: tx), surveyor: surveyor, today: deed.today)
            _ = try register.correctEstate(
                id, wish.change, seen: estate.version, evidence: wish.evidence, in: deed)
            return try register.estateDocument(id, for: deed.actor, vault: vault, in: tx)
        }
        return visit.answer(document.json, tag: document.tag)
    }

    /// Answers 201 with the new estate, or 200 with the one that the same request has registered before.
    static func register(_ visit: Visit, _ body: JSON) async throws -> Frame.Answer {
        let (register, vault, surveyor) = (visit.hall.register, visit.hall.vault, visit.surveyor)
        let request = try visit.requestID(of: body)
        let (id, isNew, document) = try await visit.write(taken: EstateEditPage.codeTaken) { deed in
            let tx = deed.tx
            let wish = try EstateWish(
                body, form: try register.form(.estate, in: tx), surveyor: surveyor, today: deed.today)
            let (id, isNew) =
                if let request {
                    try register.registerEstate(wish.change, once: request, evidence: wish.evidence, in: deed)
                } else {
                    (try register.registerEstate(wish.change, evidence: wish.evidence, in: deed), true)
                }
            return (id, isNew, try register.estateDocument(id, for: deed.actor, vault: vault, in: tx))
        }
        var answer = visit.answer(document.json, tag: document.tag, status: isNew ? .created : .ok)
        answer.headers[.location] = "/api/v1/estates/\(id)"
        return answer
    }

    /// The shape of the body. What is new needs name and place; facts need their evidence.
    static func shape(isNew: Bool) -> Shape {
        .withFacts(
            [
                .init("name", .text(limit: 100, pattern: "\\S"), isRequired: isNew),
                .init("place", .place, Phrase(zh: "社区或街道", en: "a neighbourhood or a subdistrict"), isRequired: isNew),
                .init("address", .optional(.text(limit: 200)), isRequired: false),
                .init("officialCode", .optional(.text(limit: 40)), isRequired: false),
                .init("aliases", .optional(.list(.text(limit: 100), limit: 20)), isRequired: false),
                .init("location", .optional(.named("Point")), isRequired: false),
            ], of: "EstateFactsChange")
    }
}

/// The body of a write, as what it is to make true.
private struct EstateWish: Sendable {
    let change: EstateChange
    let evidence: String

    /// - Parameter surveyor: who vouches for the facts.
    init(_ body: JSON, form: SurveyForm, surveyor: ID<PersonTag>?, today: Day) throws {
        var reader = try BodyReader(body)
        var change = EstateChange()
        change.name = reader.text("name")
        if let place = reader.take("place") {
            change.place = place.string.flatMap { PlaceCode($0) }
            if change.place == nil {
                reader.refuse(
                    "place", wanted: Phrase(zh: "街道或社区的代码", en: "the code of a subdistrict or neighbourhood"))
            }
        }
        change.address = reader.line("address")
        change.officialCode = reader.line("officialCode")
        change.aliases = reader.lines("aliases")
        change.location = reader.location("location")
        (change.facts, evidence) = reader.facts(form, surveyor: surveyor, today: today)
        try reader.finish()
        self.change = change
    }
}

extension Shape {
    /// A body with facts beside other members: facts need their evidence.
    /// - Parameter facts: the component that says which there are.
    static func withFacts(_ fields: [Field], of facts: String) -> Shape {
        let shape = Shape.object(
            fields + [
                .init("facts", .named(facts), isRequired: false),
                .init(
                    "evidence", .text(limit: 200, pattern: "\\S"),
                    Phrase(zh: "事实从何而来，例如“不动产登记”", en: "where the facts come from, such as “land register”"),
                    isRequired: false),
                .init(
                    "surveyedOn", .optional(.day),
                    Phrase(zh: "查清的日期，不晚于今天", en: "when it was found out, no later than today"),
                    isRequired: false),
            ])
        let dependent = JSON.Member("dependentRequired", .object(["facts": .array(["evidence"])]))
        return .exactly(.object(shape.json.members + [dependent]))
    }
}

extension Visit {
    /// An act of a program.
    /// - Parameter taken: what to say when a value that must be unique is taken.
    func write<Value: Sendable>(
        taken: Refusal, _ body: @escaping @Sendable (Deed) throws -> Value
    ) async throws -> Value {
        do {
            return try await hall.database.act(as: actor, clock: hall.clock, body)
        } catch StoreError.constraint {
            throw taken
        }
    }

    /// An id made of the request that may be sent twice: its first half of who asks and of the key, its second of what
    /// is asked (UUID version 8). Nil without a key.
    fileprivate func requestID(of body: JSON) throws -> ID<Estate>? {
        guard let key = requestKey else { return nil }
        guard (1...200).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Refusal(
                .malformed, "request.key", zh: "Idempotency-Key 由 1 至 200 个可见的 ASCII 字符组成。",
                en: "An Idempotency-Key has 1 to 200 visible ASCII characters.", field: "Idempotency-Key")
        }
        let name = Self.word("\(surveyor.map(\.description) ?? "") \(key)")
        return ID(
            high: name & 0xFFFF_FFFF_FFFF_0FFF | 0x8000, low: Self.word(body.text) & 0x3FFF_FFFF_FFFF_FFFF | 1 << 63)
    }

    private static func word(_ text: String) -> UInt64 {
        DigestSuite.sha256.hash(Array(text.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
