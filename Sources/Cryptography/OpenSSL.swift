import COpenSSL

/// Algorithms fetched once: fetching one from OpenSSL 3 costs more than hashing a short message with it.
enum Algorithm {
    // OpenSSL counts references and never changes a fetched algorithm, so all threads may share it; it is never freed.
    nonisolated(unsafe) static let sha1 = digest("SHA1")
    nonisolated(unsafe) static let sha256 = digest("SHA256")
    nonisolated(unsafe) static let sm3 = digest("SM3")
    nonisolated(unsafe) static let aes256gcm = cipher("AES-256-GCM")
    nonisolated(unsafe) static let sm4ctr = cipher("SM4-CTR")

    private static func digest(_ name: String) -> OpaquePointer {
        must(EVP_MD_fetch(nil, name, nil), lacking(name))
    }

    private static func cipher(_ name: String) -> OpaquePointer {
        must(EVP_CIPHER_fetch(nil, name, nil), lacking(name))
    }

    private static func lacking(_ name: String) -> String {
        "OpenSSL lacks \(name); install OpenSSL 3 with its default provider"
    }
}

/// A step of OpenSSL that fails only when memory is exhausted or the library is broken: going on would be unsafe.
func must(_ result: Int32, _ step: @autoclosure () -> String) {
    precondition(result == 1, step())
}

func must<Pointer>(_ pointer: Pointer?, _ step: @autoclosure () -> String) -> Pointer {
    guard let pointer else { preconditionFailure(step()) }
    return pointer
}

/// HMAC (RFC 2104) under any fetched digest of at most 64 bytes.
func hmac(_ digest: OpaquePointer, key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { output, count in
        var length: UInt32 = 0
        let result = HMAC(
            digest, key, Int32(key.count), message, message.count, output.baseAddress, &length)
        precondition(result != nil, "OpenSSL could not compute an HMAC")
        count = Int(length)
    }
}

/// Whether two byte strings are equal, in a time that depends on their length alone; for secrets, tags and codes.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
