import Kernel

/// The fields of a form or of an address, in order; names may repeat.
public struct FormData: Sendable {
    /// Fields of one form.
    static let fieldLimit = 2000

    public let fields: [(name: String, value: String)]
    private let first: [String: String]

    public init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields
        first = Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads `application/x-www-form-urlencoded`.
    /// - Throws: a refusal when there are too many fields or the text is not UTF-8.
    public init(encoded: some Sequence<UInt8>) throws {
        var fields: [(name: String, value: String)] = []
        for pair in Array(encoded).split(separator: UInt8(ascii: "&")) {
            guard fields.count < Self.fieldLimit else {
                throw Refusal(
                    .tooLarge, "form.many", zh: "表单字段超过 \(Self.fieldLimit) 个。",
                    en: "The form has more than \(Self.fieldLimit) fields.")
            }
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? try Self.decode(parts[1]) : ""
            fields.append((try Self.decode(parts[0]), value))
        }
        self.init(fields)
    }

    /// The first value of a name; nil when the field was not sent.
    public subscript(_ name: String) -> String? { first[name] }

    /// The trimmed value; empty when the field was not sent.
    public func text(_ name: String) -> String {
        guard let value = first[name] else { return "" }
        let start = value.firstIndex { !$0.isWhitespace } ?? value.endIndex
        let end = value.lastIndex { !$0.isWhitespace } ?? value.startIndex
        return start <= end && start < value.endIndex ? String(value[start...end]) : ""
    }

    public func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    public func number(_ name: String) -> Int? { Int(text(name)) }

    private static func decode(_ bytes: ArraySlice<UInt8>) throws -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2)
                guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
                    throw malformed
                }
                decoded.append(value)
                rest = rest.dropFirst(2)
            default: decoded.append(byte)
            }
        }
        guard !decoded.contains(0), let text = String(validating: decoded, as: UTF8.self) else { throw malformed }
        return text
    }

    private static var malformed: Refusal {
        Refusal("form.malformed", zh: "表单内容不是有效的 UTF-8 文字。", en: "The form is not valid UTF-8 text.")
    }
}
