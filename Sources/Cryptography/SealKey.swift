import COpenSSL
import Kernel

/// How personal values are sealed. The raw value is what is stored beside a key.
public enum CipherSuite: String, Sendable, Hashable, Codable, CaseIterable {
    /// AES-256-GCM (NIST SP 800-38D): 12 bytes of nonce before, 16 bytes of tag behind.
    case aes256gcm
    /// SM4 (GB/T 32907) in counter mode, then HMAC-SM3 over context, nonce and ciphertext (encrypt, then authenticate),
    /// under two keys derived from the one: 16 bytes of nonce before, 32 bytes of tag behind. Chosen because OpenSSL
    /// 3.0 has no SM4-GCM.
    case sm4ctr
}

/// A symmetric key of 32 bytes under which values are sealed: nobody reads or alters them without it. Destroying the
/// key erases every value sealed under it. One key seals at most 2³² values (random nonces; SP 800-38D section 8.3).
public struct SealKey: Sendable, Hashable {
    public static let length = 32

    public let suite: CipherSuite
    /// The secret itself, to be stored outside the database or sealed under another key.
    public let bytes: [UInt8]

    /// A fresh key.
    public init(_ suite: CipherSuite = .aes256gcm) {
        (self.suite, bytes) = (suite, Random.bytes(Self.length))
    }

    /// A key read back. Refuses `seal.key` when it has not 32 bytes.
    public init(bytes: [UInt8], _ suite: CipherSuite = .aes256gcm) throws {
        guard bytes.count == Self.length else {
            throw Refusal(
                "seal.key", zh: "封存密钥应为 \(Self.length) 字节，读到 \(bytes.count) 字节；请恢复完整的密钥文件。",
                en: "A sealing key has \(Self.length) bytes, not \(bytes.count); restore the whole key file.")
        }
        (self.suite, self.bytes) = (suite, bytes)
    }

    /// Seals a value (below 2 GiB) to its context (table, column, row): opened elsewhere, it does not open.
    /// The answer is nonce, ciphertext, tag; it is different every time.
    public func seal(_ plain: [UInt8], context: [UInt8]) -> [UInt8] {
        let nonce = Random.bytes(nonceLength)
        switch suite {
        case .aes256gcm:
            let (ciphertext, tag) = sealGCM(plain, nonce: nonce, context: context)
            return nonce + ciphertext + tag
        case .sm4ctr:
            let ciphertext = applySM4(plain, nonce: nonce)
            return nonce + ciphertext + tagSM3(ciphertext, nonce: nonce, context: context)
        }
    }

    /// Opens what `seal` made under this key and context. Refuses `seal.broken` when a bit of value, context or key
    /// differs.
    public func open(_ sealed: [UInt8], context: [UInt8]) throws -> [UInt8] {
        guard sealed.count >= nonceLength + tagLength, sealed.count < Int(Int32.max) else { throw Self.broken }
        let nonce = Array(sealed.prefix(nonceLength))
        let ciphertext = Array(sealed.dropFirst(nonceLength).dropLast(tagLength))
        let tag = Array(sealed.suffix(tagLength))
        switch suite {
        case .aes256gcm:
            guard let plain = openGCM(ciphertext, nonce: nonce, tag: tag, context: context) else { throw Self.broken }
            return plain
        case .sm4ctr:
            guard constantTimeEquals(tag, tagSM3(ciphertext, nonce: nonce, context: context)) else { throw Self.broken }
            return applySM4(ciphertext, nonce: nonce)
        }
    }

    private var nonceLength: Int { suite == .aes256gcm ? 12 : 16 }
    private var tagLength: Int { suite == .aes256gcm ? 16 : 32 }

    private static var broken: Refusal {
        Refusal(
            "seal.broken", zh: "封存的内容打不开：内容被改动，或密钥不对；请从备份恢复，或换上正确的密钥。",
            en: "A sealed value does not open: it was altered or the key is another; restore either.")
    }
}

/// Never the secret, wherever a key is printed or logged.
extension SealKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "SealKey(\(suite.rawValue))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["suite": suite]) }
}

extension SealKey {
    private func sealGCM(_ plain: [UInt8], nonce: [UInt8], context: [UInt8]) -> ([UInt8], tag: [UInt8]) {
        let machine = CipherMachine(Algorithm.aes256gcm, key: bytes, nonce: nonce, encrypts: true)
        machine.authenticate(context)
        let ciphertext = machine.update(plain)
        precondition(machine.finish(), "OpenSSL could not finish sealing")
        var tag = [UInt8](repeating: 0, count: tagLength)
        must(
            EVP_CIPHER_CTX_ctrl(machine.pointer, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag), "OpenSSL gave no tag")
        return (ciphertext, tag)
    }

    private func openGCM(_ ciphertext: [UInt8], nonce: [UInt8], tag: [UInt8], context: [UInt8]) -> [UInt8]? {
        let machine = CipherMachine(Algorithm.aes256gcm, key: bytes, nonce: nonce, encrypts: false)
        machine.authenticate(context)
        let plain = machine.update(ciphertext)
        var expected = tag
        must(
            EVP_CIPHER_CTX_ctrl(machine.pointer, EVP_CTRL_AEAD_SET_TAG, Int32(expected.count), &expected),
            "OpenSSL took no tag")
        return machine.finish() ? plain : nil
    }

    /// Counter mode is its own inverse.
    private func applySM4(_ input: [UInt8], nonce: [UInt8]) -> [UInt8] {
        let key = Array(DigestSuite.sm3.hmac(key: bytes, Array("yiju sm4 encryption".utf8)).prefix(16))
        let machine = CipherMachine(Algorithm.sm4ctr, key: key, nonce: nonce, encrypts: true)
        return machine.update(input)
    }

    /// The context's length comes first, so that no byte can move from context to ciphertext.
    private func tagSM3(_ ciphertext: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8] {
        let key = DigestSuite.sm3.hmac(key: bytes, Array("yiju sm4 authentication".utf8))
        return DigestSuite.sm3.hmac(key: key, UInt64(context.count).bigEndianBytes + context + nonce + ciphertext)
    }
}

/// One run of a cipher; frees OpenSSL's context.
private struct CipherMachine: ~Copyable {
    let pointer: OpaquePointer

    init(_ cipher: OpaquePointer, key: [UInt8], nonce: [UInt8], encrypts: Bool) {
        pointer = must(EVP_CIPHER_CTX_new(), "OpenSSL has no memory for a cipher")
        must(
            EVP_CipherInit_ex2(pointer, cipher, key, nonce, encrypts ? 1 : 0, nil), "OpenSSL could not start a cipher")
    }

    deinit { EVP_CIPHER_CTX_free(pointer) }

    func authenticate(_ context: [UInt8]) {
        guard !context.isEmpty else { return }
        var written: Int32 = 0
        must(
            EVP_CipherUpdate(pointer, nil, &written, context, checkedLength(context)),
            "OpenSSL could not take a context")
    }

    /// Stream modes: as many bytes out as in.
    func update(_ input: [UInt8]) -> [UInt8] {
        guard !input.isEmpty else { return [] }
        return [UInt8](unsafeUninitializedCapacity: input.count) { output, count in
            var written: Int32 = 0
            must(
                EVP_CipherUpdate(pointer, output.baseAddress, &written, input, checkedLength(input)),
                "OpenSSL could not run a cipher")
            count = Int(written)
        }
    }

    /// False when opening and the tag does not fit.
    func finish() -> Bool {
        var (written, rest): (Int32, [UInt8]) = (0, [UInt8](repeating: 0, count: 16))
        defer { ERR_clear_error() }
        return EVP_CipherFinal_ex(pointer, &rest, &written) == 1
    }

    private func checkedLength(_ bytes: [UInt8]) -> Int32 {
        precondition(bytes.count < Int(Int32.max), "a sealed value stays below 2 GiB")
        return Int32(bytes.count)
    }
}

extension UInt64 {
    /// Eight bytes, the most significant first.
    var bigEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(56 - 8 * $0)) } }
}
