/// The value of one survey fact. Unknown is a value of its own and never zero.
///
/// As JSON: `null`, `12.5`, `12`, `"text"`, `"code"`, `true`, `{"from":1996,"to":1998}`. The form's question gives the
/// kind back: decoding alone cannot tell a choice from a text (`SurveyQuestion.accept`).
public enum FactValue: Hashable, Sendable {
    case unknown
    /// In the question's unit.
    case number(Double)
    case integer(Int)
    case text(String)
    /// The code of one of the question's choices.
    case choice(String)
    case flag(Bool)
    /// Both years included; open ends as in `YearRange`.
    case years(from: Int, to: Int)

    public init(_ years: YearRange) { self = .years(from: years.from, to: years.to) }

    public var isKnown: Bool { self != .unknown }

    /// Of numbers and whole numbers.
    public var asDouble: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    /// Nil for everything but possible years.
    public var yearRange: YearRange? {
        if case .years(let from, let to) = self { YearRange(from: from, to: to) } else { nil }
    }

    /// Writes the value as JSON without an encoder, for imports of millions of facts.
    public func appendJSON(to bytes: inout [UInt8]) {
        switch self {
        case .unknown: bytes.append(contentsOf: "null".utf8)
        case .number(let value) where value.isFinite: bytes.append(contentsOf: value.canonical.utf8)
        case .number: bytes.append(contentsOf: "null".utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .text(let text), .choice(let text): Self.append(text, to: &bytes)
        case .flag(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .years(let from, let to): bytes.append(contentsOf: "{\"from\":\(from),\"to\":\(to)}".utf8)
        }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension FactValue: Codable {
    public init(from decoder: any Decoder) throws {
        if let range = try? YearRange(from: decoder) {
            self = .years(from: range.from, to: range.to)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .unknown
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? container.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .unknown: try container.encodeNil()
        case .number(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .text(let text), .choice(let text): try container.encode(text)
        case .flag(let flag): try container.encode(flag)
        case .years(let from, let to): try container.encode(YearsJSON(from: from, to: to))
        }
    }

    private struct YearsJSON: Encodable {
        let from: Int
        let to: Int
    }
}
