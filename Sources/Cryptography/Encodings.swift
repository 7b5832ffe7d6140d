/// Lower-case hexadecimal digits; reads upper case too.
public enum Hex {
    public static func encode(_ bytes: some Sequence<UInt8>) -> String { digits.encode(bytes) }

    /// Nil when the length is odd or a character is no hexadecimal digit.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? { digits.decode(text.utf8) }

    private static let digits = Digits("0123456789abcdef", bits: 4, ignoringCase: true)
}

/// Base32 (RFC 4648) in upper case without padding, as authenticator apps show secrets; reads lower case and padding
/// too.
public enum Base32 {
    public static func encode(_ bytes: some Sequence<UInt8>) -> String { digits.encode(bytes) }

    /// Nil when a character is none of A–Z, 2–7, or the length or the last bits fit no byte string.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        digits.decode(text.utf8.reversed().drop { $0 == UInt8(ascii: "=") }.reversed())
    }

    private static let digits = Digits("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bits: 5, ignoringCase: true)
}

/// Base64 for URLs and cookies (RFC 4648 section 5) without padding.
public enum Base64URL {
    public static func encode(_ bytes: some Sequence<UInt8>) -> String { digits.encode(bytes) }

    /// Nil when a character is none of A–Z, a–z, 0–9, - and _, or the length or the last bits fit no byte string.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? { digits.decode(text.utf8) }

    private static let digits = Digits(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", bits: 6, ignoringCase: false)
}

/// Digits that stand for a fixed number of bits each, the most significant first.
private struct Digits: Sendable {
    private let bits: Int
    private let symbols: [UInt8]
    /// The value of every byte, or 255.
    private let values: [UInt8]

    init(_ text: String, bits: Int, ignoringCase: Bool) {
        self.bits = bits
        symbols = Array(text.utf8)
        var values = [UInt8](repeating: 255, count: 256)
        for (value, symbol) in symbols.enumerated() {
            values[Int(symbol)] = UInt8(value)
            let isLetter = (0x41...0x5A).contains(symbol & 0xDF)
            if ignoringCase, isLetter { values[Int(symbol ^ 0x20)] = UInt8(value) }
        }
        self.values = values
    }

    func encode(_ bytes: some Sequence<UInt8>) -> String {
        let mask = UInt32(1) << UInt32(bits) - 1
        var (output, pending, count): ([UInt8], UInt32, Int) = ([], 0, 0)
        output.reserveCapacity((bytes.underestimatedCount * 8 + bits - 1) / bits)
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            count += 8
            while count >= bits {
                count -= bits
                output.append(symbols[Int(pending >> UInt32(count) & mask)])
            }
        }
        if count > 0 { output.append(symbols[Int(pending << UInt32(bits - count) & mask)]) }
        return String(decoding: output, as: UTF8.self)
    }

    func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var (output, pending, count): ([UInt8], UInt32, Int) = ([], 0, 0)
        output.reserveCapacity(text.underestimatedCount * bits / 8)
        for symbol in text {
            let value = values[Int(symbol)]
            guard value != 255 else { return nil }
            pending = pending << UInt32(bits) | UInt32(value)
            count += bits
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: pending >> UInt32(count)))
            }
        }
        // A whole spare digit, or spare bits that are set: not what encode writes, so two texts never mean the same
        // bytes.
        guard count < bits, pending & (UInt32(1) << UInt32(count) - 1) == 0 else { return nil }
        return output
    }
}
