public import Common
public import Identity
public import Kernel
public import Store

/// A result that was made public: the immutable document, its digest and signature. Withdrawing says so beside it and
/// changes nothing of it.
public struct Publication: Sendable, Hashable {
    public let id: ID<Publication>
    public let run: ID<EvaluationRun>
    public let place: PlaceCode
    public let title: String
    public let schemeVersion: Int
    /// Rows of the document.
    public let estates: Int
    /// SHA-256 of the document, its name in the file store.
    public let digest: ContentDigest
    /// Bytes.
    public let size: Int
    public let signature: DetachedSignature
    public let publishedAt: Instant
    public let publishedBy: ID<PersonTag>?
    public let withdrawnAt: Instant?
    /// Why it was withdrawn.
    public let reason: String?

    static let columns: SQL = """
        id, run, place, title, scheme_version, estates, digest, size, key_id, signature, published_at, \
        published_by, withdrawn_at, reason
        """

    init(_ row: Row) throws {
        id = try row[0]
        run = try row[1]
        place = try row[2]
        title = try row[3]
        schemeVersion = try row[4]
        estates = try row[5]
        digest = try row[6]
        size = try row[7]
        publishedAt = try row[10]
        signature = DetachedSignature(
            purpose: PublishedDocument.purpose, at: publishedAt, keyID: try row[8], signature: try row[9])
        publishedBy = try row[11]
        withdrawnAt = try row[12]
        reason = try row[13]
    }
}

/// What pages and programs ask of publications. They are public: whoever may read totals may read them.
public enum PublicationQueries {
    /// The newest first, withdrawn ones included, at most 200.
    public static func publications(at place: PlaceCode, in tx: Tx) throws -> [Publication] {
        let scope = Scope([place])
        return try tx.map(
            """
            SELECT \(Publication.columns) FROM publication WHERE \(scope, contains: "place")
            ORDER BY published_at DESC, id DESC LIMIT 200
            """
        ) { try Publication($0) }
    }

    /// - Throws: `Refusal` `publication.none`.
    public static func publication(_ id: ID<Publication>, in tx: Tx) throws -> Publication {
        guard let row = try tx.first("SELECT \(Publication.columns) FROM publication WHERE id = \(id)") else {
            throw Refusal(
                .notFound, "publication.none", zh: "没有这项公布；请从列表中重新打开。",
                en: "There is no such publication; open it from the list.")
        }
        return try Publication(row)
    }

    /// What is public of a run: nil when it was not published, or was withdrawn since.
    public static func publication(of run: ID<EvaluationRun>, in tx: Tx) throws -> Publication? {
        try tx.first(
            "SELECT \(Publication.columns) FROM publication WHERE run = \(run) AND withdrawn_at IS NULL"
        ).map { try Publication($0) }
    }
}
