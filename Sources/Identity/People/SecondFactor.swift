public import Cryptography
public import Kernel
public import Store

/// One-time codes from an authenticator app (RFC 6238) as the second step of signing in.
public struct SecondFactor: Sendable {
    private let database: Database
    private let vault: Vault
    private let clock: any Clock
    private let pool: Password.Pool

    /// What the page shows once: for the app's camera, and for typing.
    public struct Enrolment: Sendable {
        public let uri: String
        public let secret: String
    }

    public init(database: Database, vault: Vault, clock: any Clock, pool: Password.Pool = .shared) {
        self.database = database
        self.vault = vault
        self.clock = clock
        self.pool = pool
    }

    /// Makes a secret; it counts only once a code of it was confirmed. The password is asked for: whoever finds a
    /// browser open must not make the account their own.
    /// - Throws: `Refusal` `totp.enabled` when codes are asked for already; those of `OwnPassword.prove`.
    public func enrol(as actor: Actor, password: String, issuer: String) async throws -> Enrolment {
        let proof = OwnPassword(database: database, vault: vault, clock: clock, pool: pool)
        _ = try await proof.prove(password, as: actor)
        return try await database.act(as: actor, clock: clock) { [vault] deed in
            let (person, state) = try Self.own(deed)
            try proof.accept(person, deed: deed)
            guard !state.confirmed else { throw Self.alreadyEnabled }
            guard let key = try PersonKeys.key(of: person, vault: vault, tx: deed.tx) else { throw Managing.unknown }
            let secret = TOTP.newSecret()
            let sealed = key.seal(secret, context: PersonKeys.context(person, "totp"))
            try deed.tx.run(
                "UPDATE person SET totp_sealed = \(sealed), totp_step = NULL WHERE id = \(person)")
            try deed.record("totp.enrol", on: Subject("person", person), at: state.place)
            return Enrolment(
                uri: TOTP.uri(secret: secret, account: state.login, issuer: issuer), secret: Base32.encode(secret))
        }
    }

    /// From now on a code is asked for at every sign-in.
    /// - Throws: `Refusal`s `totp.wrong`, `totp.enabled`, `signin.wait`.
    public func confirm(_ code: String, as actor: Actor) async throws {
        try await database.actKeeping(as: actor, clock: clock) { [vault] deed -> Result<Void, Refusal> in
            let (person, state) = try Self.own(deed)
            guard !state.confirmed else { return .failure(Self.alreadyEnabled) }
            if let refusal = try Self.spend(code, of: person, vault: vault, deed: deed) { return .failure(refusal) }
            try deed.tx.run("UPDATE person SET totp_confirmed = 1 WHERE id = \(person)")
            try deed.record("totp.enable", on: Subject("person", person), at: state.place)
            return .success(())
        }
    }

    /// The owner does without codes again, proving it with one.
    public func disable(_ code: String, as actor: Actor) async throws {
        try await database.actKeeping(as: actor, clock: clock) { [vault] deed -> Result<Void, Refusal> in
            let (person, state) = try Self.own(deed)
            guard state.confirmed else { return .success(()) }
            if let refusal = try Self.spend(code, of: person, vault: vault, deed: deed) { return .failure(refusal) }
            try Self.clear(person, at: state.place, deed: deed)
            return .success(())
        }
    }

    /// Takes the second step away from somebody who lost the phone.
    public static func remove(_ person: ID<PersonTag>, deed: Deed) throws {
        try clear(person, at: try Managing.require(person, deed: deed), deed: deed)
    }

    /// Checks a code and remembers its step, so that no code is ever accepted twice. Wrong ones count: see `Throttle`.
    static func spend(_ code: String, of person: ID<PersonTag>, vault: Vault, deed: Deed) throws -> Refusal? {
        let throttle = Throttle([.init(.code, vault.bucket("code", person.description))])
        if let refusal = try throttle.take(deed) { return refusal }
        let row = try deed.tx.first("SELECT totp_sealed, totp_step FROM person WHERE id = \(person)")
        guard let row, let sealed: [UInt8] = try row[0],
            let key = try PersonKeys.key(of: person, vault: vault, tx: deed.tx)
        else { return wrong }
        let secret = try key.open(sealed, context: PersonKeys.context(person, "totp"))
        guard code.utf8.count <= 32, let step = TOTP.verify(code, secret: secret, at: deed.now, lastStep: try row[1])
        else { return wrong }
        try deed.tx.run("UPDATE person SET totp_step = \(step) WHERE id = \(person)")
        try throttle.clear(deed)
        return nil
    }

    private static func clear(_ person: ID<PersonTag>, at place: PlaceCode, deed: Deed) throws {
        try deed.tx.run(
            "UPDATE person SET totp_sealed = NULL, totp_confirmed = 0, totp_step = NULL WHERE id = \(person)")
        try deed.record("totp.disable", on: Subject("person", person), at: place)
    }

    private static func own(_ deed: Deed) throws -> (ID<PersonTag>, (login: String, place: PlaceCode, confirmed: Bool))
    {
        guard let person = deed.actor.person,
            let row = try deed.tx.first("SELECT login, place, totp_confirmed FROM person WHERE id = \(person)")
        else { throw Managing.unknown }
        return (person, (try row[0], try row[1], try row[2]))
    }

    private static var wrong: Refusal {
        Refusal(
            "totp.wrong", zh: "验证码不对或已用过；请等下一个验证码，并核对手机时间。",
            en: "The code is wrong or was used already; wait for the next one and check the phone's clock.",
            field: "code")
    }

    private static var alreadyEnabled: Refusal {
        Refusal(
            .conflict, "totp.enabled", zh: "已启用验证码；要更换手机，请先停用。",
            en: "Codes are asked for already; to change phones, switch them off first.")
    }
}
