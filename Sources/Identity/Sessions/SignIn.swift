public import Cryptography
public import Kernel
public import Store

/// Where a sign-in comes from.
public struct Client: Sendable, Hashable {
    public let address: String
    public let agent: String

    /// Both come from outside: over-long values are cut, control characters dropped.
    public init(address: String, agent: String) {
        self.address = address.plain(upTo: 64)
        self.agent = agent.plain(upTo: 200)
    }
}

/// What follows a right password.
public enum SignInStep: Sendable, Hashable {
    /// Signed in; the token goes into the cookie.
    case open(token: String)
    /// The account asks for a one-time code; this token is good for that page alone, for five minutes.
    case code(token: String)
}

/// Signing in with name and password, and with a one-time code where the account asks for one.
public struct SignIn: Sendable {
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

    /// - Throws: `Refusal`s `signin.wrong` (name or password: which one is never told), `signin.wait`,
    ///   `signin.expired`, `password.busy`.
    public func begin(login: String, password: String, client: Client, requestID: String) async throws -> SignInStep {
        let login = login.plain(upTo: 64).trimmed.lowercased()
        let visitor = Actor(kind: .visitor, label: "访客 visitor", grants: [], requestID: requestID)
        let candidate: Candidate? = try await database.actKeeping(as: visitor, clock: clock) { deed in
            if let refusal = try throttle(login, client, deed).take(deed) { return .failure(refusal) }
            return .success(try Candidate.read(login, tx: deed.tx))
        }
        // Nobody behind the name costs the same time as somebody.
        let matches = try await pool.matches(String(password.prefix(Limits.passwordLongest + 1)), candidate?.password)
        guard matches, let candidate else { throw Self.wrong }
        if let until = candidate.oneTimeUntil, until <= clock.now {
            throw Refusal(
                .unauthenticated, "signin.expired", zh: "一次性密码已过期；请管理员重新发放。",
                en: "The one-time password has expired; ask an administrator for a new one.")
        }
        // Now that the password is known, and only now, a hash made at an older cost can be made anew. When the pool is
        // busy it waits for the next time.
        let renewed = (try? await pool.renewed(password, candidate.password ?? "")) ?? nil
        return try await open(candidate, renewed: renewed, login, client, requestID)
    }

    /// The second step: the code from the app. The waiting token is spent and a new one answers it.
    /// - Throws: `Refusal`s `totp.wrong`, `signin.wait`, `signin.again` when the five minutes are over.
    public func confirm(code: String, token: String, client: Client, requestID: String) async throws -> String {
        let visitor = Actor(kind: .visitor, label: "访客 visitor", grants: [], requestID: requestID)
        return try await database.actKeeping(as: visitor, clock: clock) { deed in
            guard let person = try Sessions.awaitingCode(token, now: deed.now, tx: deed.tx) else {
                return .failure(Self.again)
            }
            if let refusal = try SecondFactor.spend(code, of: person, vault: vault, deed: deed) {
                return .failure(refusal)
            }
            try deed.tx.run("DELETE FROM session WHERE token_hash = \(Sessions.hash(token))")
            return .success(try enter(person, client, deed))
        }
    }

    private func open(
        _ candidate: Candidate, renewed: String?, _ login: String, _ client: Client, _ requestID: String
    ) async throws -> SignInStep {
        let person = candidate.person
        let visitor = Actor(kind: .visitor, label: "访客 visitor", grants: [], requestID: requestID)
        return try await database.act(as: visitor, clock: clock) { deed in
            // The password may have been changed, or the account closed, while it was being checked.
            guard try Candidate.read(login, tx: deed.tx)?.password == candidate.password else { throw Self.wrong }
            if let renewed { try deed.tx.run("UPDATE person SET password = \(renewed) WHERE id = \(person)") }
            try throttle(login, client, deed).clear(deed)
            try Throttle.prune(deed)
            guard !candidate.asksForCode else {
                return .code(token: try Sessions.open(person, stage: .code, client: client, deed: deed))
            }
            return .open(token: try enter(person, client, deed))
        }
    }

    private func enter(_ person: ID<PersonTag>, _ client: Client, _ deed: Deed) throws -> String {
        let token = try Sessions.open(person, stage: .open, client: client, deed: deed)
        try deed.tx.run("UPDATE person SET signed_in_at = \(deed.now) WHERE id = \(person)")
        // The record takes the person's name from its sealed place; the label here is not read.
        let actor = Actor(
            kind: .person, person: person, label: "", grants: [], requestID: deed.actor.requestID)
        try Sessions.record("session.signIn", of: person, deed: deed.as(actor))
        return token
    }

    private func throttle(_ login: String, _ client: Client, _ deed: Deed) throws -> Throttle {
        let address = ClientAddress.bucket(client.address)
        let pair = vault.bucket("pair", login, address)
        let own = Throttle.Bucket(.pair, pair)
        // Whoever has signed in from here before does not wait for what others get wrong.
        if try Throttle.isKnown(pair, deed: deed) { return Throttle([own]) }
        return Throttle([
            own, Throttle.Bucket(.address, vault.bucket("address", address)),
            Throttle.Bucket(.account, vault.bucket("account", login)),
        ])
    }

    private struct Candidate: Sendable {
        let person: ID<PersonTag>
        let password: String?
        let oneTimeUntil: Instant?
        let asksForCode: Bool

        static func read(_ login: String, tx: Tx) throws -> Candidate? {
            try tx.first(
                """
                SELECT id, password, one_time_until, totp_confirmed FROM person
                WHERE login = \(login) AND disabled_at IS NULL
                """
            ).map { Candidate(person: try $0[0], password: try $0[1], oneTimeUntil: try $0[2], asksForCode: try $0[3]) }
        }
    }

    private static var wrong: Refusal {
        Refusal(
            .unauthenticated, "signin.wrong", zh: "登录名或密码不对。", en: "The name or the password is wrong.",
            field: "password")
    }

    private static var again: Refusal {
        Refusal(
            .unauthenticated, "signin.again", zh: "等待时间已过；请重新输入登录名和密码。",
            en: "This step has timed out; enter name and password again.")
    }
}
