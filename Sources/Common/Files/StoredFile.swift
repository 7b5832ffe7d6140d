import Cryptography
public import Kernel
public import Store

/// The name of a content: its SHA-256 as 64 lower-case hexadecimal digits. It is also a file name, so nothing else is
/// one.
public struct ContentDigest: Hashable, Sendable, Comparable, CustomStringConvertible, SQLConvertible {
    public let hex: String

    /// Nil unless `hex` is 64 digits of 0–9 and a–f.
    public init?(_ hex: some StringProtocol) {
        guard hex.utf8.count == 2 * DigestSuite.length, hex.utf8.allSatisfy(Self.isDigit) else { return nil }
        self.hex = String(hex)
    }

    init(of bytes: [UInt8]) {
        hex = Hex.encode(DigestSuite.sha256.hash(bytes))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    public var sqlValue: SQLValue { .text(hex) }
    public init?(sqlValue: SQLValue) {
        guard case .text(let hex) = sqlValue else { return nil }
        self.init(hex)
    }

    public var description: String { hex }

    public static func < (left: Self, right: Self) -> Bool { left.hex < right.hex }
}

/// What the database knows of a file. Add the content to the `FileStore` first, then the row within the act that needs
/// it:
/// a row never points at nothing, and a content without a row is swept away later.
public struct StoredFile: Sendable, Hashable {
    public let digest: ContentDigest
    /// Bytes.
    public let size: Int64
    /// "image/jpeg"; at most 255 characters.
    public let mediaType: String
    /// As its first bringer called it, cut to 255 characters; shown to people, never a path.
    public let originalName: String
    public let addedAt: Instant

    public init(_ content: FileStore.Content, mediaType: String, originalName: String, addedAt: Instant) {
        digest = content.digest
        size = content.size
        self.mediaType = String(mediaType.unicodeScalars.prefix(Self.longestText))
        self.originalName = String(originalName.unicodeScalars.filter { $0.value >= 0x20 }.prefix(Self.longestText))
        self.addedAt = addedAt
    }

    /// The database counts code points, as both engines' `length` does.
    static let longestText = 255

    /// Keeps the row; a content known already keeps the name and type it came with first.
    public func insert(_ tx: Tx) throws {
        try tx.run(
            """
            INSERT INTO stored_file (digest, size, media_type, original_name, added_at)
            VALUES (\(digest), \(size), \(mediaType), \(originalName), \(addedAt)) ON CONFLICT (digest) DO NOTHING
            """)
    }

    /// Which of these contents the database knows.
    public static func known(_ digests: [ContentDigest], _ tx: Tx) throws -> Set<ContentDigest> {
        guard !digests.isEmpty else { return [] }
        return try Set(tx.map("SELECT digest FROM stored_file WHERE digest IN \(list: digests)") { try $0[0] })
    }

    /// What their first bringers called these contents, as far as the database knows them.
    public static func names(of digests: [ContentDigest], _ tx: Tx) throws -> [ContentDigest: String] {
        guard !digests.isEmpty else { return [:] }
        var names: [ContentDigest: String] = [:]
        try tx.each("SELECT digest, original_name FROM stored_file WHERE digest IN \(list: digests)") {
            names[try $0[0]] = try $0[1]
        }
        return names
    }

    /// Forgets a file that no room refers to any more; the next sweep frees its bytes.
    public static func delete(_ digest: ContentDigest, _ tx: Tx) throws {
        try tx.run("DELETE FROM stored_file WHERE digest = \(digest)")
    }
}
