import Cryptography
public import Kernel
public import Store

/// API tokens lie in the database beside the sessions, so that any node knows them; only hashes are kept.
public enum Tokens {
    /// Who the token acts for, cut down to its scope, or nil: unknown, expired, revoked, account closed. It costs what
    /// `Sessions.find` costs: one indexed statement where the node remembers the person, else two; no write.
    public static func find(
        _ text: String, now: Instant, requestID: String, vault: Vault, cache: SessionCache? = nil, tx: Tx
    ) throws -> SignedIn? {
        guard let hash = TokenText.hash(of: text) else { return nil }
        let row = try tx.first(
            """
            SELECT t.id, t.person, t.access, t.places, t.expires_at, t.last_used_on,
                (SELECT v.version FROM people_version v WHERE v.id = 1)
            FROM api_token t
            WHERE t.secret_hash = \(hash) AND t.revoked_at IS NULL AND t.expires_at > \(now)
            """)
        guard let row else { return nil }
        let (person, today): (ID<PersonTag>, Day) = (try row[1], now.dayInChina)
        let profile = try SessionCache.profile(
            of: person, version: try row[6] ?? 0, day: today, cache: cache, vault: vault, tx: tx)
        let lastUsed: Day? = try row[5]
        let token = ActingToken(id: try row[0], scope: TokenScope(try row[2], stored: try row[3]))
        return try profile.map {
            SignedIn(
                person, $0, requestID: requestID, expiresAt: try row[4],
                touchIsDue: lastUsed.map { $0 < today } ?? true,
                token: token)
        }
    }

    /// Notes that the token was used today. A write outside the request's read, when `touchIsDue`.
    public static func touch(_ token: ID<TokenTag>, now: Instant, tx: Tx) throws {
        let today = now.dayInChina
        try tx.run(
            """
            UPDATE api_token SET last_used_on = \(today)
            WHERE id = \(token) AND (last_used_on IS NULL OR last_used_on < \(today))
            """)
    }

    /// A person's tokens, the latest first: all that live, and those that ended last. Whether the reader may see them
    /// is for the caller to check.
    public static func list(of person: ID<PersonTag>, tx: Tx) throws -> [APIToken] {
        try tx.map("\(select) WHERE person = \(person) ORDER BY created_at DESC, id DESC", read)
    }

    /// One token of a person; nil when there is none.
    public static func token(_ id: ID<TokenTag>, of person: ID<PersonTag>, tx: Tx) throws -> APIToken? {
        try tx.first("\(select) WHERE id = \(id) AND person = \(person)").map(read)
    }

    private static let select: SQL = """
        SELECT id, title, access, places, created_at, expires_at, last_used_on, revoked_at FROM api_token
        """

    private static func read(_ row: Row) throws -> APIToken {
        APIToken(
            id: try row[0], title: try row[1], scope: TokenScope(try row[2], stored: try row[3]),
            createdAt: try row[4], expiresAt: try row[5], lastUsedOn: try row[6], revokedAt: try row[7])
    }

    /// Ends everybody's tokens: a backup brings back those that were revoked since it was made.
    public static func endEverybodys(now: Instant, _ tx: Tx) throws {
        try tx.run("UPDATE api_token SET revoked_at = \(now) WHERE revoked_at IS NULL")
    }

    /// Ends all tokens of a person whose sessions end; the act that does so has its own line in the record.
    static func endAll(of person: ID<PersonTag>, deed: Deed) throws {
        try deed.tx.run(
            "UPDATE api_token SET revoked_at = \(deed.now) WHERE person = \(person) AND revoked_at IS NULL")
    }

    /// An erased person's words for them go with the person.
    static func forget(of person: ID<PersonTag>, deed: Deed) throws {
        try deed.tx.run("DELETE FROM api_token WHERE person = \(person)")
    }
}
