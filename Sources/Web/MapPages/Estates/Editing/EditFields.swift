import Geo
import Html
import Kernel
import Registry

/// The fields of a form that corrects an estate or a building: how each is called, what is stored, what a text in it
/// means.
///
/// Names are those of the attributes ("name", "place", "location") and "fact." with a question's key, so that a
/// question of a later survey form can never be taken for an attribute.
struct EditFields {
    struct Attribute {
        enum Kind {
            case line(limit: Int)
            /// One value a line.
            case lines
            case place([PlaceChoice])
            /// Longitude and latitude, with a datum to choose.
            case point
        }

        let name: String
        let label: Phrase
        let kind: Kind
        /// As the form writes it.
        let stored: String
        var help: Phrase?
        var isRequired = false
    }

    /// What a text says; two texts that say the same are no change.
    enum Meaning: Hashable {
        case text(String)
        case lines([String])
        case answer(Registry.Answer)
        case unreadable(String)
    }

    static let factPrefix = "fact."

    let attributes: [Attribute]
    let survey: SurveyForm
    let questions: [SurveyQuestion]
    let facts: FactSheet
    let version: Int

    /// - Parameter coreOnly: ask only what a first entry in the register needs.
    init(_ attributes: [Attribute], survey: SurveyForm, facts: FactSheet, version: Int, coreOnly: Bool = false) {
        self.attributes = attributes
        self.survey = survey
        self.facts = facts
        self.version = version
        // The name is an attribute, though the form lists it among its questions.
        questions = survey.questions.filter { $0.key != CoreFact.name && (!coreOnly || $0.isCore) }
    }

    /// All fields in the order of the form.
    var names: [String] { attributes.map(\.name) + questions.map { Self.factPrefix + $0.key } }

    func attribute(_ name: String) -> Attribute? { attributes.first { $0.name == name } }

    func question(_ name: String) -> SurveyQuestion? {
        guard name.hasPrefix(Self.factPrefix) else { return nil }
        return survey.question(String(name.dropFirst(Self.factPrefix.count)))
    }

    func label(_ name: String) -> Phrase {
        attribute(name)?.label ?? question(name)?.label ?? Phrase(zh: name, en: name)
    }

    /// The field that a refusal is about: acts name facts by their question's key.
    func name(ofRefusal field: String?) -> String? {
        guard let field else { return nil }
        if attribute(field) != nil || survey.question(field) == nil { return field }
        return Self.factPrefix + field
    }

    func stored(_ name: String) -> String {
        if let attribute = attribute(name) { return attribute.stored }
        guard let question = question(name), let fact = facts[question.key] else { return "" }
        return question.written(fact)
    }

    func meaning(_ name: String, _ text: String) -> Meaning {
        if let question = question(name) {
            do throws(Refusal) {
                return .answer(try question.read(text))
            } catch {
                return .unreadable(text)
            }
        }
        if case .lines = attribute(name)?.kind { return .lines(Self.lines(text)) }
        return .text(text)
    }

    /// What a text says, for people; nil for unknown or nothing.
    func shown(_ name: String, _ text: String, _ t: Language) -> Html? {
        switch meaning(name, text) {
        case .answer(let answer):
            guard let question = question(name), answer.value.isKnown else { return nil }
            return "\(question.shown(answer.value, isApproximate: answer.isApproximate, t))"
        case .lines(let lines): return lines.isEmpty ? nil : "\(lines.joined(separator: t("、", ", ")))"
        case .text(let text), .unreadable(let text):
            if case .place(let choices) = attribute(name)?.kind,
                let choice = choices.first(where: { $0.code.digits == text })
            {
                return "\(choice.title(t))"
            }
            return text.isEmpty ? nil : "\(text)"
        }
    }

    static func lines(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map { String($0).trimmed }.filter { !$0.isEmpty }
    }
}

/// A place to choose, under the name of its subdistrict.
struct PlaceChoice {
    let code: PlaceCode
    let title: Phrase
}

extension SurveyQuestion {
    /// The value in this question's own kind: the store gives a choice back as text.
    func settled(_ value: FactValue) -> FactValue {
        do throws(Refusal) {
            return try accept(value)
        } catch {
            return value
        }
    }

    /// As people read it: "约 1,680 户".
    func shown(_ value: FactValue, isApproximate: Bool = false, _ t: Language) -> String {
        (isApproximate ? t("约 ", "about ") : "") + display(settled(value))(t)
    }

    /// As a form field holds it; reading it again gives the fact's value.
    func written(_ fact: Fact) -> String {
        let value = settled(fact.value)
        if case .choice(let code) = value { return code }
        let text = cell(value)
        return fact.isApproximate && !text.isEmpty ? "约" + text : text
    }
}

extension String {
    var trimmed: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else {
            return ""
        }
        return String(self[start...end])
    }
}

extension Coordinate {
    /// As the form writes it: "113.0211, 28.1503".
    var written: String { "\(longitude.canonical), \(latitude.canonical)" }
}
