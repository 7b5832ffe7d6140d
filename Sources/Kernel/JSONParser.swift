extension JSON {
    /// - Throws: a refusal that names the byte when the text is not JSON, nests deeper than 64 levels or ends early.
    public init(parsing text: some StringProtocol) throws {
        try self.init(parsing: Array(text.utf8))
    }

    public init(parsing bytes: [UInt8]) throws {
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }

    /// The value with which a text begins, whatever follows it within 4 KB.
    public init(parsingStartOf text: some Sequence<UInt8>) throws {
        var parser = JSONParser(bytes: Array(text.prefix(4_096)))
        self = try parser.value(depth: 0)
    }
}

/// Reads RFC 8259. Decoders of the standard library lose the order of keys and take ten times as long.
private struct JSONParser {
    private static let deepest = 64

    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() throws -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw malformed() }
        return value
    }

    mutating func value(depth: Int) throws -> JSON {
        guard depth <= Self.deepest else {
            throw malformed("嵌套超过 \(Self.deepest) 层", "it nests deeper than \(Self.deepest) levels")
        }
        skipSpace()
        guard position < bytes.count else { throw malformed() }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws -> JSON {
        position += 1
        var members: [JSON.Member] = []
        if take("}") { return .object([]) }
        repeat {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw malformed() }
            let key = try string()
            guard take(":") else { throw malformed() }
            members.append(JSON.Member(key, try value(depth: depth + 1)))
        } while take(",")
        guard take("}") else { throw malformed() }
        return .object(members)
    }

    private mutating func array(depth: Int) throws -> JSON {
        position += 1
        var elements: [JSON] = []
        if take("]") { return .array([]) }
        repeat {
            elements.append(try value(depth: depth + 1))
        } while take(",")
        guard take("]") else { throw malformed() }
        return .array(elements)
    }

    private mutating func string() throws -> String {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
            guard bytes[position] >= 0x20 else { throw malformed() }
            position += 1
        }
        guard position < bytes.count else { throw malformed() }
        if bytes[position] == UInt8(ascii: "\"") {
            defer { position += 1 }
            return try text(bytes[start..<position])
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws -> String {
        var unescaped = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(unescaped[...])
            case UInt8(ascii: "\\"): try appendEscape(to: &unescaped)
            case 0..<0x20: throw malformed()
            default: unescaped.append(byte)
            }
        }
        throw malformed()
    }

    private mutating func appendEscape(to unescaped: inout [UInt8]) throws {
        guard position < bytes.count else { throw malformed() }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): unescaped.append(10)
        case UInt8(ascii: "t"): unescaped.append(9)
        case UInt8(ascii: "r"): unescaped.append(13)
        case UInt8(ascii: "b"): unescaped.append(8)
        case UInt8(ascii: "f"): unescaped.append(12)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
        case UInt8(ascii: "u"): unescaped.append(contentsOf: Array(String(try escapedScalar()).utf8))
        default: throw malformed()
        }
    }

    /// After "\u": four hexadecimal digits, or two such groups that form a surrogate pair.
    private mutating func escapedScalar() throws -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw malformed() }
        position += 2
        let second = try hexadecimal()
        guard (0xD800...0xDBFF).contains(first), (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw malformed() }
        return scalar
    }

    private mutating func hexadecimal() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
                throw malformed()
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    /// A sign, digits without a zero before them, digits after a point, digits of a power of ten.
    private mutating func number() throws -> JSON {
        let start = position
        _ = skip("-")
        if !skip("0") { try skipDigits() }
        guard !isDigit else { throw malformed() }
        var isWhole = true
        if skip(".") {
            isWhole = false
            try skipDigits()
        }
        if skip("e") || skip("E") {
            isWhole = false
            if !skip("+") { _ = skip("-") }
            try skipDigits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw malformed("数值太大", "the number is too large") }
        return .number(value)
    }

    private var isDigit: Bool {
        position < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
    }

    private mutating func skipDigits() throws {
        guard isDigit else { throw malformed() }
        while isDigit { position += 1 }
    }

    private mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws -> JSON {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[position..<end].elementsEqual(word.description.utf8) else { throw malformed() }
        position = end
        return value
    }

    private func text(_ slice: ArraySlice<UInt8>) throws -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw malformed() }
        return text
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, [32, 10, 13, 9].contains(bytes[position]) { position += 1 }
    }

    private func malformed() -> Refusal {
        position < bytes.count
            ? malformed("请检查括号、引号和逗号", "check brackets, quotes and commas")
            : malformed("在此中断，可能被截断，请补全", "it ends there and may have been cut; complete it")
    }

    private func malformed(_ zh: String, _ en: String) -> Refusal {
        Refusal(
            "json.malformed", zh: "第 \(position + 1) 个字节处不是有效的 JSON：\(zh)。",
            en: "This is not valid JSON at byte \(position + 1): \(en).")
    }
}
