import COpenSSL

/// A hash function of 32 bytes that a city may choose: SHA-256 (FIPS 180-4), or SM3 (GB/T 32905) where national
/// cryptography is asked for. The raw value is what is stored beside a digest.
public enum DigestSuite: String, Sendable, Hashable, Codable, CaseIterable {
    case sha256
    case sm3

    /// The length of every digest, in bytes.
    public static let length = 32

    /// The digest of the bytes.
    public func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.withContiguousStorageIfAvailable { digest(UnsafeRawBufferPointer($0)) }
            ?? Array(bytes).withUnsafeBytes { digest($0) }
    }

    /// The authentication code of a message under a key (HMAC, RFC 2104), 32 bytes.
    public func hmac(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        Cryptography.hmac(algorithm, key: key, message)
    }

    private var algorithm: OpaquePointer {
        switch self {
        case .sha256: Algorithm.sha256
        case .sm3: Algorithm.sm3
        }
    }

    private func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.length) { output, count in
            must(
                EVP_Digest(bytes.baseAddress, bytes.count, output.baseAddress, nil, algorithm, nil),
                "OpenSSL could not compute a digest")
            count = Self.length
        }
    }
}
