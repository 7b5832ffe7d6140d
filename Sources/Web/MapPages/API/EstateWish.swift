import Identity
import Kernel
import Registry

/// The body of a write, read strictly: what is not understood is refused by its member, all at once.
struct EstateWish: Sendable {
    private(set) var change = EstateChange()
    private(set) var evidence = ""

    private var refusals: [Refusal] = []

    /// - Parameter surveyor: who vouches for the facts.
    init(_ body: JSON, form: SurveyForm, surveyor: ID<PersonTag>?, today: Day) throws {
        guard case .object(let members) = body else { throw Self.wrong("", Phrase(zh: "一个对象", en: "an object")) }
        var day: Day?
        var facts: JSON?
        var seen: Set<String> = []
        for member in members {
            guard seen.insert(member.key).inserted else {
                refusals.append(
                    Refusal(
                        "member.twice", zh: "“\(member.key.prefix(40))”只能出现一次。",
                        en: "“\(member.key.prefix(40))” may stand only once.", field: String(member.key.prefix(100))))
                continue
            }
            switch member.key {
            case "facts": facts = member.value
            case "surveyedOn": day = readDay(member.value, today)
            default: read(member)
            }
        }
        if let facts {
            let source = Provenance(source: evidence, day: day, officer: surveyor)
            readFacts(facts, form, from: source)
        }
        try Refusals.throwIfAny(refusals)
    }

    private mutating func read(_ member: JSON.Member) {
        let (key, value) = (member.key, member.value)
        switch key {
        case "name": change.name = text(key, value)
        case "evidence": evidence = text(key, value)?.trimmed ?? ""
        case "address": change.address = value == .null ? "" : text(key, value)
        case "officialCode": change.officialCode = value == .null ? "" : text(key, value)
        case "aliases": change.aliases = value == .null ? [] : texts(key, value)
        case "location": change.location = location(value)
        case "place":
            change.place = value.string.flatMap { PlaceCode($0) }
            if change.place == nil {
                refusals.append(
                    Self.wrong(key, Phrase(zh: "街道或社区的代码", en: "the code of a subdistrict or neighbourhood")))
            }
        default:
            refusals.append(
                Refusal(
                    "member.unknown", zh: "没有名为“\(key.prefix(40))”的字段；请对照 /openapi.json。",
                    en: "There is no member “\(key.prefix(40))”; see /openapi.json.", field: String(key.prefix(100))))
        }
    }

    private mutating func text(_ key: String, _ value: JSON) -> String? {
        if let text = value.string { return text }
        refusals.append(Self.wrong(key, Phrase(zh: "文字", en: "text")))
        return nil
    }

    private mutating func texts(_ key: String, _ value: JSON) -> [String]? {
        if case .array(let elements) = value {
            let texts = elements.compactMap(\.string)
            if texts.count == elements.count { return texts }
        }
        refusals.append(Self.wrong(key, Phrase(zh: "文字的列表", en: "a list of texts")))
        return nil
    }

    /// `.some(nil)` takes the location away.
    private mutating func location(_ value: JSON) -> Coordinate?? {
        if value == .null { return .some(nil) }
        let numbers = value.elements.compactMap(\.double)
        guard numbers.count == 2, value.elements.count == 2 else {
            refusals.append(Self.wrong("location", Phrase(zh: "[经度, 纬度] 或 null", en: "[longitude, latitude] or null")))
            return nil
        }
        return Coordinate(longitude: numbers[0], latitude: numbers[1])
    }

    private mutating func readDay(_ value: JSON, _ today: Day) -> Day? {
        if value == .null { return nil }
        if let day = value.string.flatMap({ Day($0) }), day <= today { return day }
        refusals.append(
            Self.wrong(
                "surveyedOn", Phrase(zh: "不晚于今天的日期，如 2026-06-30", en: "a day no later than today, such as 2026-06-30")))
        return nil
    }

    private mutating func readFacts(_ value: JSON, _ form: SurveyForm, from source: Provenance) {
        guard case .object(let members) = value else {
            return refusals.append(Self.wrong("facts", Phrase(zh: "一个对象", en: "an object")))
        }
        if source.source.isEmpty {
            refusals.append(
                Refusal(
                    "evidence.missing", zh: "请填写依据：这些数据从何而来，例如“不动产登记”“现场摸底”。",
                    en: "State the evidence: where the figures come from, such as “land register” or “site survey”.",
                    field: "evidence"))
        }
        for member in members {
            // The name is a member of the estate itself.
            guard let question = form.question(member.key), member.key != CoreFact.name else {
                refusals.append(
                    Refusal(
                        "fact.unknown", zh: "调查表里没有“\(member.key.prefix(40))”这一项。",
                        en: "The survey form has no question “\(member.key.prefix(40))”.",
                        field: "facts." + member.key.prefix(100)))
                continue
            }
            guard change.facts[member.key] == nil else {
                refusals.append(Self.wrong("facts." + member.key, Phrase(zh: "只写一次", en: "one value, not two")))
                continue
            }
            do throws(Refusal) {
                change.facts[member.key] = try question.fact(member.value, from: source)
            } catch {
                refusals.append(
                    Refusal(
                        error.kind, error.code, zh: error.message.zh, en: error.message.en,
                        field: "facts." + member.key))
            }
        }
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
