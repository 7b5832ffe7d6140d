import FoundationEssentials

/// The changed fields of an act as they go into the record: `["role": .text("auditor"), "to": .null]`.
public struct RecordFields: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    public enum Value: Sendable, Hashable {
        case null
        case flag(Bool)
        case integer(Int64)
        case number(Double)
        case text(String)
        case list([Value])
        case object([String: Value])
    }

    public private(set) var values: [String: Value]

    public init(_ values: [String: Value]) {
        self.values = values
    }

    public init(dictionaryLiteral elements: (String, Value)...) {
        values = Dictionary(elements, uniquingKeysWith: { _, last in last })
    }

    public subscript(_ name: String) -> Value? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// One JSON object, its keys in order, so that equal fields are equal bytes.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding dictionaries of these values cannot fail, but for a number that is not finite.
        return (try? encoder.encode(values)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// Nil when `json` is no JSON object.
    public init?(json: String) {
        guard let values = try? JSONDecoder().decode([String: Value].self, from: Data(json.utf8)) else { return nil }
        self.values = values
    }

    /// The same fields with every text replaced, at any depth.
    func mapTexts(_ transform: (String) -> String) -> RecordFields {
        RecordFields(values.mapValues { $0.mapTexts(transform) })
    }

    func eachText(_ body: (String) -> Void) {
        for value in values.values {
            _ = value.mapTexts {
                body($0)
                return $0
            }
        }
    }
}

extension RecordFields.Value: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([Self].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: Self].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .flag(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }

    func mapTexts(_ transform: (String) -> String) -> Self {
        switch self {
        case .text(let text): .text(transform(text))
        case .list(let values): .list(values.map { $0.mapTexts(transform) })
        case .object(let values): .object(values.mapValues { $0.mapTexts(transform) })
        default: self
        }
    }
}
