public import Cryptography
import Kernel
public import Store

/// The two secrets that must not lie in the database: the master key, under which every person's key is wrapped, and
/// the key that signs the record. Whoever holds only the database can read no sealed name and forge no line.
public struct Vault: Sendable {
    let master: SealKey
    let signing: SigningKey
    /// The hash function a new record begins with; an existing record keeps its own.
    public let digest: DigestSuite
    /// Where the newest head is kept beside the keys; nil in memory.
    public let keptHead: KeptHead?

    /// Which algorithms the vault was made with.
    public var suites: Suites { Suites(cipher: master.suite, signature: signing.suite, digest: digest) }

    /// Which algorithms a city uses: chosen once, when the vault is made.
    public struct Suites: Sendable, Hashable {
        public let cipher: CipherSuite
        public let signature: SignatureSuite
        public let digest: DigestSuite

        public init(cipher: CipherSuite, signature: SignatureSuite, digest: DigestSuite) {
            self.cipher = cipher
            self.signature = signature
            self.digest = digest
        }

        /// "sm4ctr, sm2, sm3".
        var name: String { [cipher.rawValue, signature.rawValue, digest.rawValue].joined(separator: ", ") }

        public static let standard = Suites(cipher: .aes256gcm, signature: .ed25519, digest: .sha256)
        /// 国密: SM4, SM2, SM3, as government systems may have to use (密码法).
        public static let national = Suites(cipher: .sm4ctr, signature: .sm2, digest: .sm3)
    }

    /// - Throws: `Refusal` `vault.suites` unless the vault was made with these algorithms: they are chosen once.
    public func require(_ suites: Suites, at directory: String) throws {
        guard suites != self.suites else { return }
        throw Refusal(
            .conflict, "vault.suites",
            zh: "\(directory) 里已有密钥，算法为 \(self.suites.name)；算法只在首次建立密钥时选定，不能更改。请去掉 --suites，或用空的密钥目录新建城市。",
            en: """
                There are keys in \(directory) already, with \(self.suites.name). The algorithms are chosen when the keys \
                are made and never change. Leave --suites out, or found a new city with an empty directory of keys.
                """)
    }

    init(master: SealKey, signing: SigningKey, digest: DigestSuite, keptHead: KeptHead? = nil) {
        self.master = master
        self.signing = signing
        self.digest = digest
        self.keptHead = keptHead
    }

    /// A vault in memory alone: what it seals is lost with it. For a demo that leaves nothing behind, and for tests.
    public static func ephemeral(_ suites: Suites = .standard) -> Vault {
        Vault(master: SealKey(suites.cipher), signing: SigningKey(suites.signature), digest: suites.digest)
    }

    /// What a verifier needs: the public key, and the witness key that names the exact line.
    public var recordKeys: RecordKeys { RecordKeys(verifying: signing.publicKey, witness: witnessKey, signet: signet) }

    var witnessKey: [UInt8] { derived("yiju record witness") }

    /// What the database is opened with, so that its acts can be recorded: without the vault nobody else's lines pass
    /// for ours, not even before they are sealed.
    public var signet: [UInt8] { derived("yiju record signet") }

    /// Buckets of the sign-in throttle are kept under a keyed hash: what people typed as their name is nobody's to
    /// read.
    func bucket(_ parts: String...) -> [UInt8] {
        DigestSuite.sha256.hmac(key: derived("yiju throttle"), LengthPrefixed.encode(parts))
    }

    private func derived(_ purpose: String) -> [UInt8] {
        DigestSuite.sha256.hmac(key: master.bytes, Array(purpose.utf8))
    }

    /// Names the two keys without telling them.
    var marks: (master: String, signing: String) {
        (String(Hex.encode(derived("yiju vault mark")).prefix(16)), signing.publicKey.keyID)
    }

    /// Ties a new database to this vault, and refuses another's: with the wrong vault names could not be opened and the
    /// record would be continued under a key that nobody published. Call it once at every start.
    /// - Throws: `Refusal` `vault.other`.
    public func bind(_ tx: Tx) throws {
        if let mark = try Self.mark(tx) { return try refuseOther(mark) }
        let ours = marks
        try tx.run("INSERT INTO vault_mark (id, master, signing) VALUES (1, \(ours.master), \(ours.signing))")
    }

    /// What `bind` has written; nil in a new database.
    public static func mark(_ tx: Tx) throws -> Row? {
        try tx.first("SELECT master, signing FROM vault_mark WHERE id = 1")
    }

    /// - Parameter mark: a row of `vault_mark`, here or in a backup.
    /// - Throws: `Refusal` `vault.other`.
    public func refuseOther(_ mark: Row) throws {
        let ours = marks
        guard try mark["master"] == ours.master, try mark["signing"] == ours.signing else {
            throw Refusal(
                .unavailable, "vault.other",
                zh: "密钥目录不属于这个数据库；请恢复与数据库一同备份的密钥目录后再启动。",
                en: """
                    The key directory does not belong to this database. Restore the key directory that was backed up \
                    with it and start again.
                    """)
        }
    }
}

extension VerifyingKey {
    /// Sixteen hex digits that name a key: the beginning of SHA-256 over its PEM text.
    public var keyID: String { String(Hex.encode(DigestSuite.sha256.hash(pem.utf8)).prefix(16)) }
}

/// What a verifier holds. With the public key alone anybody can tell whether the record is whole; with the witness key,
/// which only the vault has, the verifier also names the exact line even when its leaf was rewritten to match; with the
/// signet, lines that nobody of ours wrote, before they are sealed.
public struct RecordKeys: Sendable {
    public let verifying: VerifyingKey
    let witness: [UInt8]?
    let signet: [UInt8]?

    init(verifying: VerifyingKey, witness: [UInt8]?, signet: [UInt8]?) {
        self.verifying = verifying
        self.witness = witness
        self.signet = signet
    }

    public init(publicKey: VerifyingKey) {
        self.init(verifying: publicKey, witness: nil, signet: nil)
    }
}

/// Put under a line by whoever writes it: sixteen bytes over its content, which only the signet can make.
func lineWitness(_ content: [UInt8], key: [UInt8]) -> [UInt8] {
    Array(DigestSuite.sha256.hmac(key: key, content).prefix(16))
}

/// The seal of one leaf at one place, which only the vault can make: sixteen bytes over index and hash.
func leafWitness(index: Int, hash: [UInt8], key: [UInt8]) -> [UInt8] {
    Array(DigestSuite.sha256.hmac(key: key, LengthPrefixed.bytes(of: Int64(index)) + hash).prefix(16))
}
