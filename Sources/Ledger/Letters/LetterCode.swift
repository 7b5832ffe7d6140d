import Cryptography

/// The code of a letter to a household: 16 of 32 letters and digits that nobody takes for one another, 80 random bits,
/// written in groups of four.
enum LetterCode {
    /// Without 0, 1, I and O.
    private static let signs = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)
    private static let length = 16
    /// Of what is typed; more is no code.
    private static let longest = 200

    static func make() -> String {
        let signs = Random.bytes(length).map { Self.signs[Int($0) % Self.signs.count] }
        return stride(from: 0, to: length, by: 4).map { String(decoding: signs[$0..<$0 + 4], as: UTF8.self) }
            .joined(separator: "-")
    }

    /// What is stored of a code. People type it in small letters, in full width, with or without what stands between
    /// the groups; nil for what can be no code.
    static func digest(of text: String) -> [UInt8]? {
        guard text.utf8.count <= longest else { return nil }
        var typed: [UInt8] = []
        for scalar in text.unicodeScalars {
            // Full-width forms lie in the order of ASCII.
            let value = (0xFF01...0xFF5E).contains(scalar.value) ? scalar.value - 0xFEE0 : scalar.value
            if scalar.properties.isWhitespace || scalar.properties.isDash || value == 0x2D { continue }
            guard let byte = UInt8(exactly: value) else { return nil }
            typed.append((0x61...0x7A).contains(byte) ? byte - 32 : byte)
        }
        guard typed.count == length, typed.allSatisfy(signs.contains) else { return nil }
        return DigestSuite.sha256.hash(Array("yiju letter ".utf8) + typed)
    }
}
