public import Cryptography
public import Kernel
public import Store

/// Tokens are issued by their owner for programs of theirs, and revoked by the owner or whoever manages the account.
public struct TokenActs: Sendable {
    private let database: Database
    private let vault: Vault
    private let clock: any Clock
    private let pool: Password.Pool

    public init(database: Database, vault: Vault, clock: any Clock, pool: Password.Pool = .shared) {
        self.database = database
        self.vault = vault
        self.clock = clock
        self.pool = pool
    }

    /// Makes a token and answers its text, which is kept nowhere and shown once. The password is asked for: a token
    /// outlasts a session that somebody borrowed.
    /// - Throws: `Refusal`s `token.title`, `token.places`, `token.days`, `token.many`; those of `OwnPassword.prove`.
    public func issue(_ form: NewToken, password: String, as actor: Actor) async throws -> String {
        // Before the password, so that a form to be mended does not count as a guess.
        try Refusals.throwIfAny(form.refusals(for: actor, on: clock.now.dayInChina))
        let proof = OwnPassword(database: database, vault: vault, clock: clock, pool: pool)
        let account = try await proof.prove(password, as: actor)
        return try await database.actKeeping(as: actor, clock: clock) { [vault] deed in
            try proof.accept(account.person, deed: deed)
            let ended = try Self.ended(of: account.person, deed: deed)
            let live = try Tokens.list(of: account.person, tx: deed.tx).count - ended.count
            guard live < Limits.tokensPerPerson else { return .failure(Self.tooMany) }
            for old in ended.dropFirst(Limits.tokensEndedKept) {
                try deed.tx.run("DELETE FROM api_token WHERE id = \(old)")
            }
            return .success(try Self.insert(form, account, vault, deed))
        }
    }

    /// Ends a token at once. Nothing changes, and nothing is recorded, for one that was revoked already.
    /// - Throws: `Refusal` `token.unknown`; `right.missing` or `person.unknown` unless it is the actor's own or the
    ///   actor manages the person's account.
    public static func revoke(_ id: ID<TokenTag>, of person: ID<PersonTag>, vault: Vault, deed: Deed) throws {
        if deed.actor.person != person { try Managing.require(person, deed: deed) }
        guard let token = try Tokens.token(id, of: person, tx: deed.tx) else { throw unknown }
        guard token.revokedAt == nil else { return }
        try deed.tx.run("UPDATE api_token SET revoked_at = \(deed.now) WHERE id = \(id)")
        let place: PlaceCode? = try deed.tx.value("SELECT place FROM person WHERE id = \(person)")
        let after: RecordFields = ["title": try sealed(token.title, about: person, vault, deed)]
        try deed.record("token.revoke", on: Subject("person", person), at: place ?? .country, after: after.json)
    }

    /// The latest first.
    private static func ended(of person: ID<PersonTag>, deed: Deed) throws -> [ID<TokenTag>] {
        try Tokens.list(of: person, tx: deed.tx).filter { $0.state(at: deed.now) != .live }.map(\.id)
    }

    private static func insert(_ form: NewToken, _ account: Account, _ vault: Vault, _ deed: Deed) throws -> String {
        let (text, hash) = TokenText.make()
        try deed.tx.run(
            """
            INSERT INTO api_token (id, person, title, secret_hash, access, places, created_at, expires_at)
            VALUES (\(ID<TokenTag>(at: deed.now)), \(account.person), \(form.title), \(hash), \(form.scope.access),
                \(form.scope.stored), \(deed.now), \(form.expiresAt))
            """)
        let after: RecordFields = [
            "title": try sealed(form.title, about: account.person, vault, deed),
            "access": .text(form.scope.access.rawValue), "within": .list(form.scope.places.map { .text($0.digits) }),
            "to": .text(form.lastDay.description),
        ]
        try deed.record("token.issue", on: Subject("person", account.person), at: account.place, after: after.json)
        return text
    }

    /// What people write about their own doings may name them.
    private static func sealed(
        _ title: String, about person: ID<PersonTag>, _ vault: Vault, _ deed: Deed
    ) throws -> RecordFields.Value {
        try PersonKeys.sealText(title, about: person, vault: vault, tx: deed.tx).map { .text($0) } ?? .null
    }

    private static var tooMany: Refusal {
        Refusal(
            .conflict, "token.many", zh: "每人最多有 \(Limits.tokensPerPerson) 个有效令牌；请先吊销不用的。",
            en: "Nobody has more than \(Limits.tokensPerPerson) live tokens; revoke what is not used first.")
    }

    private static var unknown: Refusal {
        Refusal(.notFound, "token.unknown", zh: "没有这个令牌。", en: "There is no such token.")
    }
}
