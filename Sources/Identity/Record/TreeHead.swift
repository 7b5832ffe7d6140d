public import Cryptography
public import Kernel
public import Store

/// A signed statement of what the record is: its first `size` lines have this root (RFC 6962, 2.1.4). Whoever keeps one
/// can tell later whether the record was cut short or rewritten, even by somebody who holds the keys.
public struct TreeHead: Sendable, Hashable {
    public let size: Int
    public let root: [UInt8]
    public let at: Instant
    public let suite: DigestSuite
    /// Names the key that signed.
    public let keyID: String
    public let signature: [UInt8]

    init(size: Int, root: [UInt8], at: Instant, suite: DigestSuite, signedBy key: SigningKey) {
        self.size = size
        self.root = root
        self.at = at
        self.suite = suite
        keyID = key.publicKey.keyID
        signature = key.sign(Self.signedBytes(size: size, root: root, at: at, suite: suite))
    }

    /// Whether this key made the signature over exactly this size, root, time and suite.
    public func isSigned(by key: VerifyingKey) -> Bool {
        keyID == key.keyID
            && key.verify(Self.signedBytes(size: size, root: root, at: at, suite: suite), signature: signature)
    }

    private static func signedBytes(size: Int, root: [UInt8], at: Instant, suite: DigestSuite) -> [UInt8] {
        var encoding = LengthPrefixed()
        encoding.append("yiju tree head 1")
        encoding.append(suite.rawValue)
        encoding.append(Int64(size))
        encoding.append(root)
        encoding.append(at.milliseconds)
        return encoding.bytes
    }

    // MARK: as text, to be published and kept elsewhere

    /// Seven lines of "name value", readable and exact.
    public var text: String {
        """
        yiju-tree-head 1
        size \(size)
        root \(Hex.encode(root))
        at \(at.milliseconds)
        suite \(suite.rawValue)
        key \(keyID)
        signature \(Base64URL.encode(signature))

        """
    }

    /// - Throws: `Refusal` `head.unreadable`.
    public init(text: String) throws {
        var values: [Substring: Substring] = [:]
        for line in text.prefix(2_000).split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard values["yiju-tree-head"] == "1", let size = values["size"].flatMap({ Int($0) }), size > 0,
            let root = values["root"].flatMap({ Hex.decode($0) }), root.count == DigestSuite.length,
            let at = values["at"].flatMap({ Int64($0) }),
            let suite = values["suite"].flatMap({ DigestSuite(rawValue: String($0)) }),
            let key = values["key"], let signature = values["signature"].flatMap({ Base64URL.decode($0) })
        else {
            throw Refusal(
                "head.unreadable", zh: "这不是宜居公布的树头；请使用公布的原文。",
                en: "This is not a tree head that Yiju published; use the published text unchanged.")
        }
        self.size = size
        self.root = root
        self.at = Instant(milliseconds: at)
        self.suite = suite
        keyID = String(key)
        self.signature = signature
    }

    // MARK: in the database

    static let columns: SQL = "size, root, at, suite, key_id, signature, frontier"

    init(_ row: Row) throws {
        size = try row[0]
        root = try row[1]
        at = try row[2]
        let name: String = try row[3]
        guard let suite = DigestSuite(rawValue: name) else { throw StoreError.wrongColumn("tree_head.suite: \(name)") }
        self.suite = suite
        keyID = try row[4]
        signature = try row[5]
    }

    /// The newest head: what to publish.
    public static func latest(tx: Tx) throws -> TreeHead? {
        try tx.first("SELECT \(columns) FROM tree_head ORDER BY size DESC LIMIT 1").map { try TreeHead($0) }
    }
}
