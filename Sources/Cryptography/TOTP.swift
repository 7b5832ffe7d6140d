public import Kernel

/// One-time codes by time (RFC 6238) as every authenticator app makes them: HMAC-SHA-1, six digits, a new code every
/// thirty seconds.
public enum TOTP {
    /// Seconds that a code stands for.
    public static let period: Int64 = 30

    /// A fresh secret of 20 bytes (RFC 4226 section 4 recommends 160 bits). Store it sealed.
    public static func newSecret() -> [UInt8] { Random.bytes(20) }

    /// The code at a time: "287082".
    public static func code(secret: [UInt8], at instant: Instant) -> String {
        code(secret: secret, step: step(at: instant), digits: 6)
    }

    /// The step that a typed code proves, or nil. One step of clock error either way is forgiven; a step not after
    /// `lastStep`, the last one accepted for this secret, never counts again: store the answer.
    /// Spaces are ignored; full-width digits count as digits, since Chinese keyboards write them.
    public static func verify(_ code: String, secret: [UInt8], at instant: Instant, lastStep: Int64?) -> Int64? {
        guard let typed = digits(of: code) else { return nil }
        let now = step(at: instant)
        var accepted: Int64?
        for step in max(0, now - 1)...now + 1 where step > lastStep ?? -1 {
            let right = constantTimeEquals(Array(self.code(secret: secret, step: step, digits: 6).utf8), typed)
            if right, accepted == nil { accepted = step }
        }
        return accepted
    }

    /// What the QR code for an authenticator app says: "otpauth://totp/宜居:li.hua?secret=…&issuer=宜居…", percent-encoded.
    public static func uri(secret: [UInt8], account: String, issuer: String) -> String {
        "otpauth://totp/\(percentEncoded(issuer)):\(percentEncoded(account))?secret=\(Base32.encode(secret))"
            + "&issuer=\(percentEncoded(issuer))&algorithm=SHA1&digits=6&period=\(period)"
    }

    /// Thirty-second steps since 1970; the first one for every earlier time.
    static func step(at instant: Instant) -> Int64 { max(0, instant.milliseconds) / 1000 / period }

    /// RFC 4226 section 5.3: four bytes of the HMAC, chosen by its last half-byte.
    static func code(secret: [UInt8], step: Int64, digits: Int) -> String {
        let mac = hmac(Algorithm.sha1, key: secret, UInt64(step).bigEndianBytes)
        let offset = Int(mac[mac.count - 1] & 0x0F)
        let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(number)
        return String((String(repeating: "0", count: digits) + text).suffix(digits))
    }

    private static func digits(of code: String) -> [UInt8]? {
        guard code.utf8.count <= 64 else { return nil }
        var digits: [UInt8] = []
        for scalar in code.unicodeScalars where !scalar.properties.isWhitespace {
            switch scalar.value {
            case 0x30...0x39: digits.append(UInt8(scalar.value))
            case 0xFF10...0xFF19: digits.append(UInt8(scalar.value - 0xFF10 + 0x30))
            default: return nil
            }
        }
        return digits.count == 6 ? digits : nil
    }

    /// RFC 3986: everything but unreserved characters.
    private static func percentEncoded(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                output.unicodeScalars.append(Unicode.Scalar(byte))
            default: output += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return output
    }
}
