import COpenSSL
import Kernel

/// How tree heads and publications are signed. The raw value is what is stored beside a key.
public enum SignatureSuite: String, Sendable, Hashable, Codable, CaseIterable {
    /// Ed25519 (RFC 8032): signatures of 64 bytes, the same every time.
    case ed25519
    /// SM2 with SM3 (GB/T 32918.2) under the default identity "1234567812345678": DER signatures of at most 72 bytes.
    case sm2
}

/// A secret key that signs.
public struct SigningKey: Sendable, Hashable {
    public let suite: SignatureSuite
    /// The secret in PKCS #8, unencrypted: its file belongs to the service alone (mode 0600), outside the database.
    public let pem: String
    public let publicKey: VerifyingKey
    private let handle: KeyHandle

    /// A fresh key.
    public init(_ suite: SignatureSuite = .ed25519) {
        self.init(KeyHandle(generating: suite), suite)
    }

    /// Reads a secret key in PKCS #8 PEM. Refuses `key.unreadable` for anything but an Ed25519 or SM2 key.
    public init(pem: String) throws {
        guard let handle = KeyHandle(privatePEM: pem), let suite = handle.suite else { throw KeyHandle.unreadable }
        self.init(handle, suite)
    }

    private init(_ handle: KeyHandle, _ suite: SignatureSuite) {
        (self.suite, self.handle, pem) = (suite, handle, handle.privatePEM)
        publicKey = VerifyingKey(handle, suite)
    }

    /// Signs a message.
    public func sign(_ message: [UInt8]) -> [UInt8] { handle.sign(message, suite) }

    public static func == (left: Self, right: Self) -> Bool { left.publicKey == right.publicKey }

    public func hash(into hasher: inout Hasher) { hasher.combine(publicKey) }
}

/// Never the secret, wherever a key is printed or logged.
extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "SigningKey(\(suite.rawValue))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["suite": suite]) }
}

/// The public half of a `SigningKey`: anyone may hold it and check signatures.
public struct VerifyingKey: Sendable, Hashable {
    public let suite: SignatureSuite
    /// The key as a SubjectPublicKeyInfo, to be published.
    public let pem: String
    private let handle: KeyHandle

    /// Reads a public key in PEM. Refuses `key.unreadable` for anything but an Ed25519 or SM2 key.
    public init(pem: String) throws {
        guard let handle = KeyHandle(publicPEM: pem), let suite = handle.suite else { throw KeyHandle.unreadable }
        self.init(handle, suite)
    }

    fileprivate init(_ handle: KeyHandle, _ suite: SignatureSuite) {
        (self.suite, self.handle, pem) = (suite, handle, handle.publicPEM)
    }

    /// Whether the secret half made this signature of this message.
    public func verify(_ message: [UInt8], signature: [UInt8]) -> Bool {
        handle.verify(message, signature: signature, suite)
    }

    public static func == (left: Self, right: Self) -> Bool { left.pem == right.pem }

    public func hash(into hasher: inout Hasher) { hasher.combine(pem) }
}

/// A key loaded by OpenSSL; reading one from PEM costs more than a signature, so it is kept.
private final class KeyHandle: Sendable {
    // Never changed once loaded; OpenSSL lets any number of threads sign and verify with one key.
    nonisolated(unsafe) private let pointer: OpaquePointer

    /// The longest PEM text read, in bytes.
    private static let longestPEM = 8192

    static var unreadable: Refusal {
        Refusal(
            "key.unreadable", zh: "读不懂这个密钥：需要未加密的 PEM 格式 Ed25519 或 SM2 密钥。",
            en: "This key cannot be read: an unencrypted Ed25519 or SM2 key in PEM is needed.", field: "key")
    }

    init(generating suite: SignatureSuite) {
        let name = suite == .ed25519 ? "ED25519" : "SM2"
        let context = must(EVP_PKEY_CTX_new_from_name(nil, name, nil), "OpenSSL lacks \(name); install OpenSSL 3")
        defer { EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        must(EVP_PKEY_keygen_init(context), "OpenSSL could not prepare a key")
        must(EVP_PKEY_generate(context, &made), "OpenSSL could not generate a key")
        pointer = must(made, "OpenSSL generated no key")
    }

    convenience init?(privatePEM text: String) {
        // An empty passphrase: without one OpenSSL would ask for it on the terminal.
        self.init(text) { PEM_read_bio_PrivateKey($0, nil, nil, UnsafeMutableRawPointer(mutating: $1)) }
    }

    convenience init?(publicPEM text: String) {
        self.init(text) { PEM_read_bio_PUBKEY($0, nil, nil, UnsafeMutableRawPointer(mutating: $1)) }
    }

    private init?(_ text: String, _ read: (OpaquePointer, UnsafePointer<CChar>) -> OpaquePointer?) {
        defer { ERR_clear_error() }
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.longestPEM else { return nil }
        let loaded = bytes.withUnsafeBytes { buffer -> OpaquePointer? in
            let source = must(BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)), "OpenSSL has no memory")
            defer { BIO_free(source) }
            return "".withCString { read(source, $0) }
        }
        guard let loaded else { return nil }
        pointer = loaded
    }

    deinit { EVP_PKEY_free(pointer) }

    var suite: SignatureSuite? {
        if EVP_PKEY_is_a(pointer, "ED25519") == 1 { return .ed25519 }
        return EVP_PKEY_is_a(pointer, "SM2") == 1 ? .sm2 : nil
    }

    var privatePEM: String { text { PEM_write_bio_PKCS8PrivateKey($0, pointer, nil, nil, 0, nil, nil) } }

    var publicPEM: String { text { PEM_write_bio_PUBKEY($0, pointer) } }

    private func text(_ write: (OpaquePointer) -> Int32) -> String {
        let target = must(BIO_new(BIO_s_mem()), "OpenSSL has no memory for a key")
        defer { BIO_free(target) }
        must(write(target), "OpenSSL could not write a key")
        var bytes = [UInt8](repeating: 0, count: Self.longestPEM)
        let count = BIO_read(target, &bytes, Int32(bytes.count))
        return String(decoding: bytes.prefix(max(0, Int(count))), as: UTF8.self)
    }

    func sign(_ message: [UInt8], _ suite: SignatureSuite) -> [UInt8] {
        let context = must(EVP_MD_CTX_new(), "OpenSSL has no memory for a signature")
        defer { EVP_MD_CTX_free(context) }
        var settings: OpaquePointer?
        must(
            EVP_DigestSignInit(context, &settings, suite.digest, nil, pointer), "OpenSSL could not prepare a signature")
        suite.setIdentity(of: settings)
        return [UInt8](unsafeUninitializedCapacity: SignatureSuite.longest) { output, count in
            count = output.count
            must(
                EVP_DigestSign(context, output.baseAddress, &count, message, message.count), "OpenSSL could not sign")
        }
    }

    func verify(_ message: [UInt8], signature: [UInt8], _ suite: SignatureSuite) -> Bool {
        guard !signature.isEmpty, signature.count <= SignatureSuite.longest else { return false }
        let context = must(EVP_MD_CTX_new(), "OpenSSL has no memory for a signature")
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        var settings: OpaquePointer?
        must(EVP_DigestVerifyInit(context, &settings, suite.digest, nil, pointer), "OpenSSL could not prepare a check")
        suite.setIdentity(of: settings)
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

extension SignatureSuite {
    fileprivate static let longest = 128

    /// Ed25519 hashes within itself.
    fileprivate var digest: OpaquePointer? { self == .ed25519 ? nil : Algorithm.sm3 }

    /// GB/T 35276 section 10: the identity to use where none was agreed. OpenSSL's own default is an empty one.
    fileprivate func setIdentity(of settings: OpaquePointer?) {
        guard self == .sm2 else { return }
        let identity = Array("1234567812345678".utf8)
        must(EVP_PKEY_CTX_set1_id(settings, identity, Int32(identity.count)), "OpenSSL took no SM2 identity")
    }
}
