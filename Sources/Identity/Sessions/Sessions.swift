import Cryptography
public import Kernel
public import Store

/// Who is behind a request, with everything a page needs to greet and serve them.
public struct SignedIn: Sendable {
    public let actor: Actor
    public let person: ID<PersonTag>
    public let login: String
    public let name: String
    public let language: Language
    public let mode: DisplayMode
    /// The posts held or stood in for today.
    public let posts: [ActingPost]
    /// Nothing but the page that changes the password may be used.
    public let mustChangePassword: Bool
    public let hasSecondFactor: Bool
    /// One of today's posts requires one-time codes and they are not set up: nothing but that page may be used.
    public let mustSetUpCodes: Bool
    public let expiresAt: Instant
    /// Whether `Sessions.touch` is due: at most once a minute; for a token `Tokens.touch`: once a day.
    public let touchIsDue: Bool
    /// By which a program of theirs came; nil for a session.
    public let token: ActingToken?

    init(
        _ person: ID<PersonTag>, _ profile: SessionCache.Profile, requestID: String, expiresAt: Instant,
        touchIsDue: Bool, token: ActingToken? = nil
    ) {
        actor = profile.actor(person, requestID: requestID, within: token?.scope)
        self.person = person
        login = profile.login
        name = profile.name
        language = profile.language
        mode = profile.mode
        posts = profile.posts
        mustChangePassword = profile.mustChangePassword
        hasSecondFactor = profile.hasSecondFactor
        mustSetUpCodes = profile.mustHaveSecondFactor && !profile.hasSecondFactor
        self.expiresAt = expiresAt
        self.touchIsDue = touchIsDue
        self.token = token
    }
}

/// One open session as its owner sees it in the list.
public struct SessionInfo: Sendable, Hashable {
    /// Names the session without being its token.
    public let handle: String
    public let createdAt: Instant
    public let lastSeen: Instant
    public let address: String
    public let agent: String
    public let isCurrent: Bool
}

/// Sessions lie in the database, so that any node serves any request; only the hash of a token is kept.
public enum Sessions {
    static func hash(_ token: String) -> [UInt8] { DigestSuite.sha256.hash(token.utf8) }

    /// Who the token belongs to, or nil: unknown, ended, idle too long, waiting for its code, account closed. One
    /// indexed statement where the node remembers the person, else two; no write.
    public static func find(
        _ token: String, now: Instant, requestID: String, vault: Vault, cache: SessionCache? = nil, tx: Tx
    ) throws -> SignedIn? {
        guard token.utf8.count == tokenLength else { return nil }
        let row = try tx.first(
            """
            SELECT s.person, s.last_seen, s.expires_at,
                (SELECT v.version FROM people_version v WHERE v.id = 1)
            FROM session s
            WHERE s.token_hash = \(hash(token)) AND s.stage = 'open' AND s.expires_at > \(now)
                AND s.last_seen > \(now.milliseconds - Limits.sessionIdle)
            """)
        guard let row else { return nil }
        let (person, lastSeen): (ID<PersonTag>, Instant) = (try row[0], try row[1])
        let profile = try SessionCache.profile(
            of: person, version: try row[3] ?? 0, day: now.dayInChina, cache: cache, vault: vault, tx: tx)
        return try profile.map {
            SignedIn(
                person, $0, requestID: requestID, expiresAt: try row[2],
                touchIsDue: now.milliseconds - lastSeen.milliseconds >= Limits.touchEvery)
        }
    }

    /// Keeps a session from idling out. A write outside the request's read, when `touchIsDue`.
    public static func touch(_ token: String, now: Instant, tx: Tx) throws {
        try tx.run(
            """
            UPDATE session SET last_seen = \(now)
            WHERE token_hash = \(hash(token)) AND last_seen <= \(now.milliseconds - Limits.touchEvery)
            """)
    }

    /// The open sessions of the signed-in person, the latest first.
    public static func list(of person: ID<PersonTag>, current token: String, now: Instant, tx: Tx) throws
        -> [SessionInfo]
    {
        let current = hash(token)
        return try tx.map(
            """
            SELECT token_hash, created_at, last_seen, address, agent FROM session
            WHERE person = \(person) AND stage = 'open' AND expires_at > \(now)
                AND last_seen > \(now.milliseconds - Limits.sessionIdle)
            ORDER BY last_seen DESC, token_hash
            """
        ) { row in
            let hash: [UInt8] = try row[0]
            return SessionInfo(
                handle: Hex.encode(hash.prefix(8)), createdAt: try row[1], lastSeen: try row[2], address: try row[3],
                agent: try row[4], isCurrent: hash == current)
        }
    }

    /// Signs out of this session.
    public static func end(_ token: String, deed: Deed) throws {
        guard let person = deed.actor.person else { return }
        let ended = try deed.tx.changes(
            by: "DELETE FROM session WHERE token_hash = \(hash(token)) AND person = \(person)")
        if ended > 0 { try record("session.signOut", of: person, deed: deed) }
    }

    /// Ends one of the own sessions by the handle shown in the list.
    public static func end(handle: String, deed: Deed) throws {
        guard let person = deed.actor.person else { return }
        let hashes: [[UInt8]] = try deed.tx.map("SELECT token_hash FROM session WHERE person = \(person)") { try $0[0] }
        guard let found = hashes.first(where: { Hex.encode($0.prefix(8)) == handle }) else {
            throw Refusal(.notFound, "session.unknown", zh: "这次登录已经结束。", en: "This session has already ended.")
        }
        try deed.tx.run("DELETE FROM session WHERE token_hash = \(found)")
        try record("session.signOut", of: person, deed: deed)
    }

    /// Signs out everywhere, this session included; the person's tokens end too.
    public static func endAll(deed: Deed) throws {
        guard let person = deed.actor.person else { return }
        try deed.tx.run("DELETE FROM session WHERE person = \(person)")
        try Tokens.endAll(of: person, deed: deed)
        try record("session.signOutEverywhere", of: person, deed: deed)
    }

    /// Ends everybody's sessions: a backup brings back those that were ended since it was made.
    public static func endEverybodys(_ tx: Tx) throws {
        try tx.run("DELETE FROM session")
    }

    enum Stage: String, SQLConvertible {
        /// The password was right; the code is still to come.
        case code
        case open
    }

    /// Opens a session and answers its token, which is kept nowhere. The oldest of its stage ends when there are too
    /// many: whoever has the password alone ends none of those that a code opened.
    static func open(_ person: ID<PersonTag>, stage: Stage, client: Client, deed: Deed) throws -> String {
        let token = Random.token()
        let life = stage == .open ? Limits.sessionAbsolute : Limits.codeStep
        try deed.tx.run("DELETE FROM session WHERE expires_at <= \(deed.now)")
        let older: [[UInt8]] = try deed.tx.map(
            """
            SELECT token_hash FROM session WHERE person = \(person) AND stage = \(stage)
            ORDER BY last_seen DESC, token_hash
            """
        ) { try $0[0] }
        for surplus in older.dropFirst(Limits.sessionsPerPerson - 1) {
            try deed.tx.run("DELETE FROM session WHERE token_hash = \(surplus)")
        }
        try deed.tx.run(
            """
            INSERT INTO session (token_hash, person, stage, created_at, last_seen, expires_at, address, agent)
            VALUES (\(hash(token)), \(person), \(stage), \(deed.now), \(deed.now),
                \(deed.now.milliseconds + life), \(client.address), \(client.agent))
            """)
        return token
    }

    /// The person whose password was right and whose code is awaited.
    static func awaitingCode(_ token: String, now: Instant, tx: Tx) throws -> ID<PersonTag>? {
        try tx.value(
            """
            SELECT s.person FROM session s JOIN person q ON q.id = s.person
            WHERE s.token_hash = \(hash(token)) AND s.stage = 'code' AND s.expires_at > \(now)
                AND q.disabled_at IS NULL
            """)
    }

    static func record(_ act: String, of person: ID<PersonTag>, deed: Deed) throws {
        let place: PlaceCode? = try deed.tx.value("SELECT place FROM person WHERE id = \(person)")
        try deed.record(act, on: Subject("person", person), at: place ?? .country)
    }

    /// 32 bytes in Base64URL.
    private static let tokenLength = 43
}

/// Proof that a form came from our own page: derived from the session's token, so that nothing is stored.
public enum CSRF {
    public static func token(for session: String) -> String {
        Base64URL.encode(DigestSuite.sha256.hmac(key: Array(session.utf8), Array("yiju form".utf8)))
    }

    public static func accepts(_ token: String, for session: String) -> Bool {
        constantTimeEquals(Array(token.utf8), Array(self.token(for: session).utf8))
    }
}
