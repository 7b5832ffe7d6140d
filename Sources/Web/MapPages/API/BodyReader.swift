import Identity
import Kernel
import Registry

/// Reads the members of a write's body strictly, one after the other: what is not understood is refused by its member,
/// all at once.
struct BodyReader {
    /// What has not been read yet.
    private var rest: [JSON.Member] = []
    private var refusals: [Refusal] = []

    init(_ body: JSON) throws {
        guard case .object(let members) = body else { throw Self.wrong("", Phrase(zh: "一个对象", en: "an object")) }
        var seen: Set<String> = []
        for member in members {
            if seen.insert(member.key).inserted {
                rest.append(member)
            } else {
                refusals.append(
                    Refusal(
                        "member.twice", zh: "“\(member.key.prefix(40))”只能出现一次。",
                        en: "“\(member.key.prefix(40))” may stand only once.", field: String(member.key.prefix(100))))
            }
        }
    }

    /// Call once everything known has been read.
    /// - Throws: `Refusals` of what was not understood, members of other names among them.
    mutating func finish() throws {
        refusals += rest.map { member in
            Refusal(
                "member.unknown", zh: "没有名为“\(member.key.prefix(40))”的字段；请对照 /openapi.json。",
                en: "There is no member “\(member.key.prefix(40))”; see /openapi.json.",
                field: String(member.key.prefix(100)))
        }
        try Refusals.throwIfAny(refusals)
    }

    mutating func refuse(_ refusal: Refusal) { refusals.append(refusal) }

    mutating func refuse(_ key: String, wanted: Phrase) { refusals.append(Self.wrong(key, wanted)) }

    /// Nil when the member is missing; it then stays as it is.
    mutating func take(_ key: String) -> JSON? {
        rest.firstIndex { $0.key == key }.map { rest.remove(at: $0).value }
    }

    mutating func text(_ key: String) -> String? { take(key).flatMap { text(key, $0) } }

    /// `null` empties.
    mutating func line(_ key: String) -> String? { take(key).flatMap { $0 == .null ? "" : text(key, $0) } }

    private mutating func text(_ key: String, _ value: JSON) -> String? {
        if value.string == nil { refuse(key, wanted: Phrase(zh: "文字", en: "text")) }
        return value.string
    }

    /// `null` empties.
    mutating func lines(_ key: String) -> [String]? {
        guard let value = take(key) else { return nil }
        return value == .null ? [] : list(key, value, wanted: Phrase(zh: "文字的列表", en: "a list of texts"), \.string)
    }

    /// Nil for `null` too.
    mutating func id<Tag>(_ key: String) -> ID<Tag>? {
        guard let value = take(key), value != .null else { return nil }
        if let id = value.string.flatMap({ ID<Tag>($0) }) { return id }
        refuse(key, wanted: Phrase(zh: "编号（id）或 null", en: "an id or null"))
        return nil
    }

    mutating func ids<Tag>(_ key: String) -> [ID<Tag>]? {
        let wanted = Phrase(zh: "编号（id）的列表", en: "a list of ids")
        return take(key).flatMap { list(key, $0, wanted: wanted) { $0.string.flatMap { ID<Tag>($0) } } }
    }

    private mutating func list<Element>(
        _ key: String, _ value: JSON, wanted: Phrase, _ read: (JSON) -> Element?
    ) -> [Element]? {
        if case .array(let elements) = value {
            let list = elements.compactMap(read)
            if list.count == elements.count { return list }
        }
        refuse(key, wanted: wanted)
        return nil
    }

    /// `.some(nil)` takes it away.
    mutating func whole(_ key: String) -> Int?? {
        guard let value = take(key) else { return nil }
        if value == .null { return .some(nil) }
        if let number = value.integer.flatMap({ Int(exactly: $0) }) { return number }
        refuse(key, wanted: Phrase(zh: "整数或 null", en: "a whole number or null"))
        return nil
    }

    /// `.some(nil)` takes the location away.
    mutating func location(_ key: String) -> Coordinate?? {
        guard let value = take(key) else { return nil }
        if value == .null { return .some(nil) }
        let numbers = value.elements.compactMap(\.double)
        guard numbers.count == 2, value.elements.count == 2 else {
            refuse(key, wanted: Phrase(zh: "[经度, 纬度] 或 null", en: "[longitude, latitude] or null"))
            return nil
        }
        return Coordinate(longitude: numbers[0], latitude: numbers[1])
    }

    private mutating func day(_ key: String, until today: Day) -> Day? {
        guard let value = take(key), value != .null else { return nil }
        if let day = value.string.flatMap({ Day($0) }), day <= today { return day }
        refuse(key, wanted: Phrase(zh: "不晚于今天的日期，如 2026-06-30", en: "a day no later than today, such as 2026-06-30"))
        return nil
    }

    /// `facts` with the `evidence` they rest on and the day `surveyedOn`.
    /// - Parameter surveyor: who vouches for them.
    mutating func facts(
        _ form: SurveyForm, surveyor: ID<PersonTag>?, today: Day
    ) -> (facts: [String: Fact], evidence: String) {
        let evidence = text("evidence")?.trimmed ?? ""
        let source = Provenance(source: evidence, day: day("surveyedOn", until: today), officer: surveyor)
        guard let value = take("facts") else { return ([:], evidence) }
        guard case .object(let members) = value else {
            refuse("facts", wanted: Phrase(zh: "一个对象", en: "an object"))
            return ([:], evidence)
        }
        if evidence.isEmpty { refuse(Self.noEvidence) }
        var facts: [String: Fact] = [:]
        for member in members {
            let key = "facts." + member.key.prefix(100)
            // The name is a member of the thing itself.
            guard let question = form.question(member.key), member.key != CoreFact.name else {
                refuse(Self.unknownFact(member.key))
                continue
            }
            guard facts[member.key] == nil else {
                refuse(key, wanted: Phrase(zh: "只写一次", en: "one value, not two"))
                continue
            }
            do throws(Refusal) {
                facts[member.key] = try question.fact(member.value, from: source)
            } catch {
                refuse(Refusal(error.kind, error.code, zh: error.message.zh, en: error.message.en, field: key))
            }
        }
        return (facts, evidence)
    }

    private static var noEvidence: Refusal {
        Refusal(
            "evidence.missing", zh: "请填写依据：这些数据从何而来，例如“不动产登记”“现场摸底”。",
            en: "State the evidence: where the figures come from, such as “land register” or “site survey”.",
            field: "evidence")
    }

    private static func unknownFact(_ key: String) -> Refusal {
        Refusal(
            "fact.unknown", zh: "调查表里没有“\(key.prefix(40))”这一项。",
            en: "The survey form has no question “\(key.prefix(40))”.", field: "facts." + key.prefix(100))
    }

    private static func wrong(_ key: String, _ wanted: Phrase) -> Refusal {
        Refusal(
            "member.kind", zh: "\(key.isEmpty ? "请求体" : "“\(key)”")应为\(wanted.zh)。",
            en: "\(key.isEmpty ? "The body" : "“\(key)”") must be \(wanted.en).", field: key.isEmpty ? nil : key)
    }
}

extension SurveyQuestion {
    /// A fact as programs write it: the value, or `{"value":…,"approximate":true}`.
    fileprivate func fact(_ json: JSON, from source: Provenance) throws(Refusal) -> Fact {
        guard json["value"] != nil else { return Fact(try value(json), from: source) }
        var isApproximate = false
        var given: JSON?
        for member in json.members {
            switch (member.key, member.value) {
            case ("value", let value) where given == nil: given = value
            case ("approximate", .bool(let flag)): isApproximate = flag
            default: throw wrongKind
            }
        }
        return Fact(try value(given ?? .null), isApproximate: isApproximate, from: source)
    }

    /// Strictly of the question's kind: a number is no text, a choice is its code. What a sheet may say is not taken.
    private func value(_ json: JSON) throws(Refusal) -> FactValue {
        switch (kind, json) {
        case (_, .null): return .unknown
        case (.integer, .integer), (.integer, .number):
            guard let whole = json.integer else { throw wrongKind }
            return try accept(.integer(Int(whole)))
        case (.decimal, .integer), (.decimal, .number), (.share, .integer), (.share, .number):
            return try accept(.number(json.double ?? .nan))
        case (.choice, .string(let code)), (.ordinal, .string(let code)):
            guard choice(code) != nil else { throw wrongKind }
            return .choice(code)
        case (.flag, .bool(let flag)): return .flag(flag)
        case (.text, .string(let text)): return try accept(.text(text))
        case (.year, .integer(let year)) where (1000...9999).contains(year): return try accept(.integer(Int(year)))
        case (.year, .object(let members)) where members.map(\.key).sorted() == ["from", "to"]:
            guard let from = json["from"]?.integer, let to = json["to"]?.integer else { throw wrongKind }
            return try accept(.years(from: Int(from), to: Int(to)))
        default: throw wrongKind
        }
    }

    private var wrongKind: Refusal {
        Refusal(
            "fact.kind", zh: "\(zh)：值的类型不对；请对照 /openapi.json，不详的写 null。",
            en: "\(en): not a value of its kind; see /openapi.json, and write null for unknown.")
    }
}
