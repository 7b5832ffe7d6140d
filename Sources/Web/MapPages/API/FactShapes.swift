import Kernel
import Registry

extension SurveyForm {
    /// The facts of an estate or building as they are answered: each question by its key. Facts of an earlier form may
    /// be there too.
    var shape: Shape {
        let source = Shape.tuple(
            [.text(), .optional(.day), .text()], Phrase(zh: "依据、日期、调查人", en: "what it rests on, day, surveyor"))
        let any = Shape.list(.exactly(.object([])), limit: 3)
        let values = questions.map { question in
            Shape.Field(question.key, .answer(question.answered), question.note, isRequired: false)
        }
        return .object([
            .init("sources", .list(source)), .init("values", .open(values, others: any)),
        ])
    }

    /// The same as a program writes them.
    var changeShape: Shape {
        .object(
            questions.filter { $0.key != CoreFact.name }.map { question in
                let value = Shape.optional(question.written)
                let careful = Shape.object([.init("value", value), .init("approximate", .flag, isRequired: false)])
                return Shape.Field(question.key, .anyOf([value, careful]), question.note, isRequired: false)
            })
    }
}

extension Shape {
    /// `[value, index of its source]`, and `1` when the value is approximate; null is "could not be told".
    fileprivate static func answer(_ value: Shape) -> Shape {
        .tuple([.optional(value), .count, .exactly(.object(["const": 1]))], optional: 1)
    }

    fileprivate static func anyOf(_ shapes: [Shape]) -> Shape {
        .exactly(.object(["anyOf": .array(shapes.map(\.json))]))
    }

    /// An object whose other members have a shape too.
    fileprivate static func open(_ fields: [Field], others: Shape) -> Shape {
        let members = Shape.object(fields).json.members.filter { $0.key != "additionalProperties" }
        return .exactly(.object(members + [JSON.Member("additionalProperties", others.json)]))
    }

    fileprivate static func between(_ type: JSON, _ least: Double?, _ most: Double?) -> Shape {
        let bounds = [("minimum", least), ("maximum", most)].compactMap { name, value in
            value.map { JSON.Member(name, .number($0)) }
        }
        return .exactly(.object([JSON.Member("type", type)] + bounds))
    }
}

extension SurveyQuestion {
    /// "户数（户） · Households (户)", with what the choices mean.
    fileprivate var note: Phrase {
        let unit = kind == .share ? "%" : unit?.rawValue ?? ""
        let names = choices.map { Phrase(zh: "\($0.code) \($0.zh)", en: "\($0.code) \($0.en)") }
        return Phrase(
            zh: zh + (unit.isEmpty ? "" : "（\(unit)）")
                + (names.isEmpty ? "" : "：" + names.map(\.zh).joined(separator: "、")),
            en: en + (unit.isEmpty ? "" : " (\(unit))")
                + (names.isEmpty ? "" : ": " + names.map(\.en).joined(separator: ", ")))
    }

    private static let range = Shape.object([
        .init("from", .whole(YearRange.earliest...YearRange.latest)),
        .init("to", .whole(YearRange.earliest...YearRange.latest)),
    ])

    /// Without bounds: what was stored under an earlier form stays.
    fileprivate var answered: Shape {
        switch kind {
        case .integer: .whole()
        case .decimal, .share: .number
        case .choice, .ordinal, .text: .text()
        case .flag: .flag
        case .year: Self.range
        }
    }

    fileprivate var written: Shape {
        switch kind {
        case .integer: .between("integer", minimum, maximum)
        case .decimal: .between("number", minimum, maximum)
        case .share: .between("number", minimum ?? 0, maximum ?? 100)
        case .choice, .ordinal: .code(choices.map(\.code))
        case .text: .text(limit: Int(maximum ?? 200))
        case .flag: .flag
        case .year: .anyOf([.between("integer", minimum, maximum), Self.range])
        }
    }
}
