import Components
import Evaluation
import Frame
import Identity
import Kernel
import Ledger
import Registry

/// What the fields of recorded acts are called, and how their values are said.
struct FieldWords: Sendable {
    let estates: SurveyForm
    let buildings: SurveyForm
    let stages: [String: Phrase]
    let places: PlaceTitles
    /// Names of the people whose ids stand in the fields, as far as the reader may know them.
    let people: [String: String]

    private static let listed = 5

    func label(_ key: String, _ subject: String, _ t: Language) -> String {
        if subject == "role", let right = Right(rawValue: key) { return right.name(t) }
        let phrase = form(subject)?.label(key) ?? Self.labels[key]
        return phrase?(t) ?? key
    }

    /// What matters most first, survey facts as in their form.
    func inOrder(_ keys: Set<String>, _ subject: String) -> [String] {
        let questions = form(subject)?.questions.map(\.key) ?? []
        let order = Dictionary(
            (Self.leading + questions).enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return keys.sorted { (order[$0] ?? .max, $0) < (order[$1] ?? .max, $1) }
    }

    private static let leading = [
        "name", "title", "login", "file", "role", "holder", "deputy", "kind", "stage", "place",
    ]

    /// Nil for unknown and for nothing.
    func value(_ value: RecordFields.Value?, of key: String, _ subject: String, _ t: Language) -> String? {
        switch value {
        case nil, .null: nil
        case .flag(let flag): flag ? t("是", "yes") : t("否", "no")
        case .integer(let number): withUnit(number, key, subject, t)
        case .number(let number): decimal(number, number == number.rounded() ? 0 : 2) + unit(key, subject, t)
        case .text(let text): text.isEmpty ? nil : word(text, key, subject, t)
        case .list(let values): list(values, key, subject, t)
        case .object(let fields): object(fields, key, subject, t)
        }
    }

    private func form(_ subject: String) -> SurveyForm? {
        switch subject {
        case "estate": estates
        case "building": buildings
        default: nil
        }
    }

    private func withUnit(_ number: Int64, _ key: String, _ subject: String, _ t: Language) -> String {
        let isYear = key.hasSuffix("Year") || form(subject)?.question(key)?.kind == .year
        return isYear ? String(number) : grouped(Int(number)) + unit(key, subject, t)
    }

    private func unit(_ key: String, _ subject: String, _ t: Language) -> String {
        guard let unit = form(subject)?.question(key)?.unit?.name(t), !unit.isEmpty else { return "" }
        return "\u{A0}" + unit
    }

    private func word(_ text: String, _ key: String, _ subject: String, _ t: Language) -> String {
        if let choice = form(subject)?.question(key)?.choice(text) { return choice.name(t) }
        switch key {
        case "role": return Role(rawValue: text)?.name(t) ?? text
        case "holder", "deputy": return ActorWords.person(people[text] ?? "工作人员 staff")(t)
        case "stage", "stages", "previous": return stages[text]?(t) ?? text
        case "access": return TokenScope.Access(rawValue: text).map { TokenWords.name($0)(t) } ?? text
        case "place", "into", "neighbourhoods", "within": return PlaceCode(text).map { places.path($0, t) } ?? text
        case "kind": return Self.kind(text, subject)?(t) ?? text
        case "method": return WeightingMethod(rawValue: text)?.name(t) ?? text
        case "purpose": return Aspect.Purpose(rawValue: text)?.name(t) ?? text
        case "fact": return estates.label(text)?(t) ?? text
        case "geometry": return text.count > 80 ? text.prefix(80) + "…" : text
        case "flag": return Checklist.Kind(rawValue: text)?.name(t) ?? text
        case "question": return estates.label(text)?(t) ?? buildings.label(text)?(t) ?? text
        case "tone": return Stage.Tone(rawValue: text)?.name(t) ?? text
        case "rights": return Right(rawValue: text)?.name(t) ?? text
        default: break
        }
        if subject == "role", let reach = Reach(rawValue: text) { return ReachWords.name(reach)(t) }
        if subject == "place", key == "to", let place = PlaceCode(text) { return places.path(place, t) }
        return ActorWords.person(text)(t)
    }

    private static func kind(_ text: String, _ subject: String) -> Phrase? {
        switch subject {
        case "source": FundSource.Kind(rawValue: text)?.name
        case "clearance": Clearance.Kind(rawValue: text)?.name
        default: ImportKind(rawValue: text)?.name ?? Checklist.Kind(rawValue: text)?.name
        }
    }

    private func list(_ values: [RecordFields.Value], _ key: String, _ subject: String, _ t: Language) -> String? {
        if key == "location", case .number(let longitude)? = values.first, case .number(let latitude)? = values.last {
            return "\(decimal(longitude, 5)), \(decimal(latitude, 5))"
        }
        let shown = values.prefix(Self.listed).compactMap { value($0, of: key, subject, t) }
        guard !shown.isEmpty else { return nil }
        let more = values.count > Self.listed ? t(" 等 \(values.count) 项", " and others, \(values.count) in all") : ""
        return shown.joined(separator: t("、", ", ")) + more
    }

    /// Years `{"from":1996,"to":1998}`; else each member by its name: the rows of an import by outcome.
    private func object(_ fields: [String: RecordFields.Value], _ key: String, _ subject: String, _ t: Language)
        -> String?
    {
        if case .integer(let from)? = fields["from"], case .integer(let to)? = fields["to"], fields.count == 2 {
            return from == to ? String(from) : "\(from)–\(to)"
        }
        let parts = fields.sorted { $0.key < $1.key }.compactMap { name, each in
            value(each, of: name, subject, t).map { "\(label(name, subject, t)) \($0)" }
        }
        return parts.isEmpty ? nil : parts.joined(separator: t("，", ", "))
    }
}
