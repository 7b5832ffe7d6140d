import Evaluation
import Frame
import Kernel

/// A draft's document while it is edited in fields, each named by its place there: "aspects[3].indicators[0].weight".
/// What cannot be read is kept as it was typed: the reader of schemes refuses it by that very place, and nothing is
/// lost.
struct DraftDocument: Sendable {
    private(set) var json: JSON

    init(_ scheme: Scheme) { json = scheme.json }

    /// What is typed into a field.
    enum Kind: Sendable {
        case number, text
        /// Lines of a measure and its value: "30 0.5".
        case points
        /// A number, or nothing where "yes" is asked.
        case threshold
    }

    private enum Step {
        case key(String)
        case index(Int)
    }

    /// "aspects[3].weight" as two keys with an index between.
    private static func steps(_ place: String) -> [Step] {
        place.split(separator: ".").flatMap { part -> [Step] in
            part.split(separator: "[").enumerated().map { index, piece in
                index == 0 ? .key(String(piece)) : .index(Int(piece.dropLast()) ?? -1)
            }
        }
    }

    /// The value at a place; nil where there is none.
    subscript(_ place: String) -> JSON? {
        var found: JSON? = json
        for step in Self.steps(place) {
            switch step {
            case .key(let key): found = found?[key]
            case .index(let index):
                let elements = found?.elements ?? []
                found = elements.indices.contains(index) ? elements[index] : nil
            }
        }
        return found
    }

    mutating func set(_ place: String, _ value: JSON) {
        json = Self.setting(json, Self.steps(place)[...], value)
    }

    private static func setting(_ json: JSON, _ steps: ArraySlice<Step>, _ value: JSON) -> JSON {
        guard let step = steps.first else { return value }
        let rest = steps.dropFirst()
        switch step {
        case .key(let key):
            guard json[key] != nil else {
                return .object(json.members + [JSON.Member(key, setting(.object([]), rest, value))])
            }
            return .object(
                json.members.map { $0.key == key ? JSON.Member(key, setting($0.value, rest, value)) : $0 })
        case .index(let index):
            return .array(json.elements.enumerated().map { $0 == index ? setting($1, rest, value) : $1 })
        }
    }

    // MARK: what is typed

    mutating func take(_ typed: String, at place: String, as kind: Kind) {
        switch kind {
        case .text: set(place, .string(typed))
        case .number: set(place, Self.number(typed))
        case .points: set(place, Self.points(typed))
        case .threshold:
            // The document says either that it holds or from which number on.
            set(place, Self.number(typed))
            set(place.replacing(".atLeast", with: ".holds"), .bool(typed.isEmpty))
        }
    }

    private static func number(_ typed: String) -> JSON {
        if typed.isEmpty { return .null }
        guard let number = Double(typed), number.isFinite else { return .string(typed) }
        return .number(number)
    }

    private static func points(_ typed: String) -> JSON {
        let lines = typed.split(whereSeparator: \.isNewline).prefix(200)
        return .array(
            lines.compactMap { line in
                let words = line.split { $0.isWhitespace || ",，:：".contains($0) }
                return words.isEmpty ? nil : .array(words.map { number(String($0)) })
            })
    }

    /// What a field shows.
    func text(_ place: String, as kind: Kind) -> String {
        guard kind == .points else { return Self.text(self[place]) }
        return (self[place]?.elements ?? []).map { point in point.elements.map(Self.text).joined(separator: " ") }
            .joined(separator: "\n")
    }

    private static func text(_ json: JSON?) -> String {
        switch json {
        case .string(let text)?: text
        case .number?, .integer?: json?.text ?? ""
        default: ""
        }
    }

    // MARK: lists

    /// Adds an empty line at the end of a list, to be filled in.
    mutating func grow(_ list: String) {
        set(list, .array((self[list]?.elements ?? []) + [.object([])]))
    }

    /// Takes away the lines of a list in which nothing stands.
    mutating func dropEmpty(_ list: String) {
        set(
            list,
            .array((self[list]?.elements ?? []).filter { $0.members.contains { !Self.text($0.value).isEmpty } }))
    }
}
