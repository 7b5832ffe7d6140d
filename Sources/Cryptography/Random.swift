import COpenSSL

/// Random values that nobody can guess.
public enum Random {
    /// Bytes from OpenSSL's generator, which the system seeds.
    public static func bytes(_ count: Int) -> [UInt8] {
        precondition((0...1 << 20).contains(count), "between 0 and 1 MiB of random bytes at a time")
        return [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            must(RAND_bytes(output.baseAddress, Int32(count)), "OpenSSL has no randomness")
            filled = count
        }
    }

    /// A token for a session or a link: 32 bytes in Base64URL, 43 characters.
    public static func token() -> String { Base64URL.encode(bytes(32)) }

    /// A first password to be read aloud or copied from a screen: "k7mqpx-2rhtvn-w9cdef". 18 characters of 31 (89
    /// bits), without 0, 1, i, l and o, which people take for one another.
    public static func password() -> String {
        var system = SystemRandomNumberGenerator()
        let groups = (0..<3).map { _ in
            String((0..<6).map { _ in readable[Int.random(in: 0..<readable.count, using: &system)] })
        }
        return groups.joined(separator: "-")
    }

    private static let readable = Array("abcdefghjkmnpqrstuvwxyz23456789")
}
