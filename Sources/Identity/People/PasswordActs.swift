public import Cryptography
public import Kernel
public import Store

/// Passwords are changed by their owner, and given anew by whoever manages the account.
public struct PasswordActs: Sendable {
    private let database: Database
    private let vault: Vault
    private let clock: any Clock
    private let rules: PasswordRules
    private let pool: Password.Pool

    public init(
        database: Database, vault: Vault, clock: any Clock, rules: PasswordRules, pool: Password.Pool = .shared
    ) {
        self.database = database
        self.vault = vault
        self.clock = clock
        self.rules = rules
        self.pool = pool
    }

    /// Changes the own password and ends all other sessions and all tokens.
    /// - Parameter session: The token of the session that stays open.
    /// - Throws: `Refusal`s `password.wrong`, `password.same`, `signin.wait`, and those of `PasswordRules`.
    public func change(from current: String, to new: String, keeping session: String?, as actor: Actor) async throws {
        let proof = OwnPassword(database: database, vault: vault, clock: clock, pool: pool)
        let account = try await proof.prove(current, as: actor)
        let person = account.person
        try Refusals.throwIfAny(refusals(new, current: current, account))
        let hash = try await PasswordHash(new, pool: pool)
        try await database.act(as: actor, clock: clock) { deed in
            let changed = try deed.tx.changes(
                by: """
                    UPDATE person SET password = \(hash.phc), must_change = 0, one_time_until = NULL
                    WHERE id = \(person) AND password = \(account.password)
                    """)
            guard changed == 1 else {
                throw Refusal(
                    .conflict, "password.changed", zh: "密码刚刚已在别处改过；请重新登录。",
                    en: "The password was changed elsewhere a moment ago; sign in again.")
            }
            try proof.accept(person, deed: deed)
            let kept = session.map(Sessions.hash) ?? []
            try deed.tx.run("DELETE FROM session WHERE person = \(person) AND token_hash <> \(kept)")
            try Tokens.endAll(of: person, deed: deed)
            try deed.record("password.change", on: Subject("person", person), at: account.place)
        }
    }

    /// Makes a one-time password for somebody who cannot sign in, ends that person's sessions and tokens and answers
    /// the password, which is shown once. It works for seven days and must be changed at the first sign-in.
    public func reset(_ person: ID<PersonTag>, as actor: Actor) async throws -> String {
        let password = Random.password()
        let hash = try await PasswordHash(password, pool: pool)
        try await database.act(as: actor, clock: clock) { deed in
            let place = try Managing.require(person, deed: deed)
            let until = Instant(milliseconds: deed.now.milliseconds + Limits.oneTimePassword)
            try deed.tx.run(
                """
                UPDATE person SET password = \(hash.phc), must_change = 1, one_time_until = \(until)
                WHERE id = \(person)
                """)
            try deed.tx.run("DELETE FROM session WHERE person = \(person)")
            try Tokens.endAll(of: person, deed: deed)
            try deed.record("password.reset", on: Subject("person", person), at: place)
        }
        return password
    }

    private func refusals(_ new: String, current: String, _ account: Account) -> [Refusal] {
        guard new != current else {
            return [
                Refusal(
                    "password.same", zh: "新密码须与现在的不同。", en: "The new password must differ from the current one.",
                    field: "password")
            ]
        }
        return rules.refusals(new, login: account.login, official: account.isOfficial)
    }
}

/// The own password, asked for once more before what would outlast a session that somebody borrowed.
struct OwnPassword: Sendable {
    let database: Database
    let vault: Vault
    let clock: any Clock
    let pool: Password.Pool

    /// - Throws: `Refusal`s `password.wrong`, `signin.wait`, `password.busy`.
    func prove(_ password: String, as actor: Actor) async throws -> Account {
        guard let person = actor.person else { throw Managing.unknown }
        let account: Account? = try await database.actKeeping(as: actor, clock: clock) { deed in
            if let refusal = try throttle(person).take(deed) { return .failure(refusal) }
            return .success(try Account.read(person, tx: deed.tx, today: deed.today))
        }
        guard try await pool.matches(password, account?.password), let account else {
            throw Refusal(
                "password.wrong", zh: "现在的密码不对。", en: "The current password is wrong.", field: "current")
        }
        return account
    }

    /// The attempt was a true one and is not counted any more.
    func accept(_ person: ID<PersonTag>, deed: Deed) throws { try throttle(person).clear(deed) }

    private func throttle(_ person: ID<PersonTag>) -> Throttle {
        Throttle([.init(.password, vault.bucket("password", person.description))])
    }
}

/// What a password is checked against.
struct Account: Sendable {
    let person: ID<PersonTag>
    let login: String
    let password: String?
    let place: PlaceCode
    /// Whoever holds no post, or any but a resident's.
    let isOfficial: Bool

    static func read(_ person: ID<PersonTag>, tx: Tx, today: Day) throws -> Account? {
        let row = try tx.first(
            "SELECT login, password, place FROM person WHERE id = \(person) AND disabled_at IS NULL")
        guard let row else { return nil }
        let posts = try PostQueries.posts(of: person, from: today, tx: tx)
        return Account(
            person: person, login: try row[0], password: try row[1], place: try row[2],
            isOfficial: posts.isEmpty || posts.contains { $0.post.role.isOfficial })
    }
}
