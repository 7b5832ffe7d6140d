import Cryptography
public import Kernel
public import Store

/// Slows guessing down without ever locking anybody out for good. Failures are counted in buckets: this account from
/// this address, this address, this account from anywhere. Beyond a bucket's free tries each failure doubles the wait,
/// up to a limit; failures are forgotten one by one, so that the typos of a whole office do not add up. An attempt is
/// counted before its password is looked at, so that a thousand at once are not free.
struct Throttle {
    struct Rule: Sendable {
        let free: Int
        let longest: Int64
        let forget: Int64

        /// One account from one address.
        static let pair = Rule(free: 5, longest: 15 * Limits.minute, forget: 24 * Limits.hour)
        /// Whole offices share an address.
        static let address = Rule(free: 50, longest: 15 * Limits.minute, forget: Limits.hour)
        /// Strangers who guess from everywhere make the owner wait a minute at most, and not at all where the owner has
        /// signed in before.
        static let account = Rule(free: 20, longest: Limits.minute, forget: 24 * Limits.hour)
        static let code = Rule(free: 5, longest: 15 * Limits.minute, forget: 24 * Limits.hour)
        static let password = Rule(free: 5, longest: 15 * Limits.minute, forget: 24 * Limits.hour)
        /// A whole house may share an address, and reads its codes from paper.
        static let letter = Rule(free: 20, longest: 15 * Limits.minute, forget: Limits.hour)

        /// The time in which one failure is forgotten.
        var forgetsOne: Int64 { forget / Int64(free) }

        /// How long to wait after so many failures.
        func wait(after failures: Int) -> Int64 {
            failures < free ? 0 : min(longest, 1000 << Int64(min(failures - free, 20)))
        }

        /// What is left of so many failures, and since when the next one is being forgotten.
        func remembered(_ failures: Int, since: Instant, now: Instant) -> (failures: Int, since: Instant) {
            let elapsed = max(0, now.milliseconds - since.milliseconds)
            let forgotten = elapsed / forgetsOne
            guard elapsed <= forget, forgotten < Int64(failures) else { return (0, now) }
            return (failures - Int(forgotten), Instant(milliseconds: since.milliseconds + forgotten * forgetsOne))
        }
    }

    struct Bucket: Sendable {
        let rule: Rule
        let key: [UInt8]

        init(_ rule: Rule, _ key: [UInt8]) {
            self.rule = rule
            self.key = key
        }
    }

    static let knownFor: Int64 = 30 * 24 * Limits.hour

    let buckets: [Bucket]

    init(_ buckets: [Bucket]) {
        self.buckets = buckets
    }

    /// Counts an attempt in every bucket, or answers when to come back.
    func take(_ deed: Deed) throws -> Refusal? {
        let rows = try read(deed)
        let until = rows.map(\.blockedUntil).max() ?? deed.now
        if until > deed.now { return Self.comeBack(until, now: deed.now) }
        for (bucket, row) in zip(buckets, rows) {
            let (kept, since) = bucket.rule.remembered(row.failures, since: row.last, now: deed.now)
            let failures = kept + 1
            let blocked = Instant(milliseconds: deed.now.milliseconds + bucket.rule.wait(after: failures))
            try deed.tx.run(
                """
                INSERT INTO sign_in_throttle (bucket, failures, last_at, blocked_until, known_until)
                VALUES (\(bucket.key), \(failures), \(since), \(blocked), 0)
                ON CONFLICT (bucket) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at,
                    blocked_until = excluded.blocked_until
                """)
        }
        return nil
    }

    /// The attempt was a true one: the first bucket is emptied and remembered, the shared ones forget this attempt.
    func clear(_ deed: Deed) throws {
        guard let own = buckets.first else { return }
        try deed.tx.run(
            """
            UPDATE sign_in_throttle SET failures = 0, blocked_until = 0,
                known_until = \(deed.now.milliseconds + Self.knownFor)
            WHERE bucket = \(own.key)
            """)
        try Throttle(Array(buckets.dropFirst())).forgive(deed)
    }

    /// The attempt was a true one and counts no longer; what others got wrong through these buckets still does.
    func forgive(_ deed: Deed) throws {
        for shared in buckets {
            try deed.tx.run(
                """
                UPDATE sign_in_throttle SET failures = failures - 1, blocked_until = 0
                WHERE bucket = \(shared.key) AND failures > 0
                """)
        }
    }

    /// Whether a true sign-in came through this bucket within thirty days.
    static func isKnown(_ key: [UInt8], deed: Deed) throws -> Bool {
        try deed.tx.value(
            "SELECT 1 FROM sign_in_throttle WHERE bucket = \(key) AND known_until > \(deed.now)", as: Int64.self) != nil
    }

    /// Buckets that nobody has touched for a day and nobody needs to remember.
    static func prune(_ deed: Deed) throws {
        try deed.tx.run(
            """
            DELETE FROM sign_in_throttle
            WHERE last_at < \(deed.now.milliseconds - 24 * Limits.hour) AND known_until < \(deed.now)
            """)
    }

    private func read(_ deed: Deed) throws -> [(failures: Int, last: Instant, blockedUntil: Instant)] {
        let rows = try deed.tx.rows(
            """
            SELECT bucket, failures, last_at, blocked_until FROM sign_in_throttle
            WHERE bucket IN \(list: buckets.map(\.key))
            """)
        return try buckets.map { bucket in
            guard let row = try rows.first(where: { try $0[0] == bucket.key }) else {
                return (0, deed.now, Instant(milliseconds: 0))
            }
            return (try row[1], try row[2], try row[3])
        }
    }

    private static func comeBack(_ until: Instant, now: Instant) -> Refusal {
        let seconds = (until.milliseconds - now.milliseconds + 999) / 1000
        let clock = until.adding(seconds: 60).timeInChina
        return seconds <= 60
            ? Refusal(
                .tooMany, "signin.wait", zh: "尝试次数过多；请 \(seconds) 秒后再试。",
                en: "Too many attempts; try again in \(seconds) seconds.")
            : Refusal(
                .tooMany, "signin.wait", zh: "尝试次数过多；请在 \(clock) 以后再试。",
                en: "Too many attempts; try again after \(clock) (China time).")
    }
}

extension Database {
    /// An act whose refusal must be remembered: a failed attempt is counted although it is refused.
    func actKeeping<Value: Sendable>(
        as actor: Actor, clock: any Clock, _ body: @escaping @Sendable (Deed) throws -> Result<Value, Refusal>
    ) async throws -> Value {
        try await act(as: actor, clock: clock, body).get()
    }

    /// An act that is opened by a code which came on paper: guessing is slowed down by address, and an attempt counts
    /// before the code is looked at.
    /// - Parameter body: nil where the code opens nothing; the attempt then stays counted.
    /// - Throws: `Refusal` `signin.wait`.
    public func actByCode<Value: Sendable>(
        from client: Client, vault: Vault, as actor: Actor, clock: any Clock,
        _ body: @escaping @Sendable (Deed) throws -> Value?
    ) async throws -> Value? {
        try await actKeeping(as: actor, clock: clock) { deed in
            let address = vault.bucket("letter", ClientAddress.bucket(client.address))
            let throttle = Throttle([.init(.letter, address)])
            if let refusal = try throttle.take(deed) { return .failure(refusal) }
            guard let value = try body(deed) else { return .success(nil) }
            try throttle.forgive(deed)
            try Throttle.prune(deed)
            return .success(value)
        }
    }
}

/// Where a request comes from, as the throttle sees it. An IPv6 customer has a whole /64.
enum ClientAddress {
    static func bucket(_ address: String) -> String {
        guard address.utf8.count <= 64, address.contains(":") else { return String(address.prefix(64)) }
        if let dotted = address.split(separator: ":").last, dotted.contains(".") { return String(dotted) }
        let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        let left = (halves.first ?? "").split(separator: ":").map { $0.lowercased() }
        let right = halves.count > 1 ? halves[1].split(separator: ":").map { $0.lowercased() } : []
        let filled = left + Array(repeating: "0", count: max(0, 8 - left.count - right.count)) + right
        return filled.prefix(4).map { $0.drop { $0 == "0" } }.joined(separator: ":")
    }
}
