import Cryptography
import FoundationEssentials
import Kernel
import Store

/// A row as one line of JSON, the same from both engines: `[7,0.5,"text",{"b":"AAEC"},null]`. Integers are written as
/// they are, reals always with a point or an exponent and as many digits as their bits need, bytes in Base64, and what
/// JSON has no number for as `{"r":"inf"}`.
enum RowText {
    static func append(_ values: [SQLValue], to line: inout [UInt8]) {
        line.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            append(value, to: &line)
        }
        line.append(UInt8(ascii: "]"))
        line.append(UInt8(ascii: "\n"))
    }

    private static func append(_ value: SQLValue, to line: inout [UInt8]) {
        switch value {
        case .null: line.append(contentsOf: "null".utf8)
        case .integer(let value): line.append(contentsOf: String(value).utf8)
        case .real(let value) where value.isFinite: line.append(contentsOf: value.description.utf8)
        case .real(let value): line.append(contentsOf: "{\"r\":\"\(value.description)\"}".utf8)
        case .text(let value): append(value, to: &line)
        case .bytes(let value): line.append(contentsOf: "{\"b\":\"\(Data(value).base64EncodedString())\"}".utf8)
        }
    }

    private static func append(_ text: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            // Most text needs no escape and goes over as a whole.
            if needsEscape(bytes) {
                for byte in bytes { append(byte, to: &line) }
            } else {
                line.append(contentsOf: bytes)
            }
        }
        line.append(UInt8(ascii: "\""))
    }

    private static func append(_ byte: UInt8, to line: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            line.append(UInt8(ascii: "\\"))
            line.append(byte)
        case 0..<0x20: line.append(contentsOf: escapes[Int(byte)])
        default: line.append(byte)
        }
    }

    private static func needsEscape(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == quote || byte == backslash { return true }
            index += 1
        }
        return false
    }

    private static let escapes: [[UInt8]] = (0..<0x20).map { byte in
        switch byte {
        case 9: Array("\\t".utf8)
        case 10: Array("\\n".utf8)
        case 13: Array("\\r".utf8)
        default: Array("\\u00".utf8) + Array(Hex.encode([UInt8(byte)]).utf8)
        }
    }

    /// Reads what `append` wrote, without its line break. Nil for anything else.
    static func values(of line: [UInt8]) -> [SQLValue]? {
        guard case .array(let elements)? = try? JSON(parsing: line) else { return nil }
        var values: [SQLValue] = []
        values.reserveCapacity(elements.count)
        for element in elements {
            guard let value = value(of: element) else { return nil }
            values.append(value)
        }
        return values
    }

    private static func value(of element: JSON) -> SQLValue? {
        switch element {
        case .null: return .null
        case .integer(let value): return .integer(value)
        case .number(let value): return .real(value)
        case .string(let value): return .text(value)
        case .object(let members) where members.count == 1:
            if let text = element["b"]?.string { return Data(base64Encoded: text).map { .bytes([UInt8]($0)) } }
            guard let text = element["r"]?.string, let value = Double(text), !value.isFinite else { return nil }
            return .real(value)
        default: return nil
        }
    }
}

/// The digest of a stream in little memory: the SHA-256 of the SHA-256s of its pieces of 1 MiB, one after the other
/// (`split -b 1M --filter 'sha256sum | xxd -r -p -l 32' FILE | sha256sum`).
struct PieceDigest {
    private static let length = 1 << 20

    private var piece: [UInt8] = []
    private var digests: [UInt8] = []

    mutating func append(_ bytes: some Collection<UInt8>) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.length - piece.count)
            piece.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            if piece.count == Self.length { close() }
        }
    }

    /// 64 hexadecimal digits.
    mutating func finish() -> String {
        if !piece.isEmpty { close() }
        return Hex.encode(DigestSuite.sha256.hash(digests))
    }

    private mutating func close() {
        digests.append(contentsOf: DigestSuite.sha256.hash(piece))
        piece.removeAll(keepingCapacity: true)
    }
}
