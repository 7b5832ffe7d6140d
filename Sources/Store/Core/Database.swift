/// One database behind one set of words, whichever engine holds it.
///
/// `read` sees one snapshot. `write` is serializable and durable when it returns; several small writes that arrive
/// together share one commit. Bodies may run more than once when two writers met, so they do nothing but SQL.
public final class Database: Sendable {
    private let driver: any Driver
    private let queue: WriteQueue
    private let signet: [UInt8]?

    /// - Parameter signet: a secret that lies outside the store and goes with every transaction: by what is derived
    ///   from it, rows written here are told from rows that others wrote.
    public convenience init(driver: any Driver, signet: [UInt8]? = nil) {
        self.init(driver: driver, queue: WriteQueue(driver: driver), signet: signet)
    }

    private init(driver: any Driver, queue: WriteQueue, signet: [UInt8]?) {
        self.driver = driver
        self.queue = queue
        self.signet = signet
    }

    public var dialect: Dialect { driver.dialect }

    /// How many acts were asked for and how many commits they took.
    public var statistics: WriteStatistics { queue.statistics }

    /// How busy its sessions are.
    public var sessions: SessionUse { driver.sessions }

    /// The same database, with the secret that its transactions carry from now on: see `init`.
    public func carrying(_ signet: [UInt8]?) -> Database {
        Database(driver: driver, queue: queue, signet: signet)
    }

    /// Runs `body` on one snapshot; what others commit meanwhile is not seen.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        try await Self.repeated { [signet] in
            try await driver.reading { session in try body(Tx(session, signet: signet)) }
        }
    }

    /// `read` for what a page or a program asks: a body of milliseconds, which loses no time between threads where the
    /// engine can do without. Long ones (exports, previews, backups) would keep other requests from theirs: `read`.
    public func glance<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        try await Self.repeated { [signet] in
            try await driver.glancing { session in try body(Tx(session, signet: signet)) }
        }
    }

    /// A migration or a restore makes a server's prepared statements stale: each session then fails once.
    private static func repeated<Value: Sendable>(_ read: () async throws -> Value) async throws -> Value {
        for _ in 0..<WriteQueue.attempts {
            do {
                return try await read()
            } catch StoreError.transient {}
        }
        return try await read()
    }

    /// - Throws: what `body` throws, in which case nothing of it is stored; `StoreError` when the store itself failed,
    ///   of which only `.uncertain` leaves open whether it is stored.
    public func write<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        try await queue.write(signet: signet, body)
    }

    /// A write with a commit of its own: merges of imports, restores, migrations. Small writes do not wait in its
    /// batch.
    public func writeAlone<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        try await queue.writeAlone(signet: signet, body)
    }

    public func close() async {
        await driver.close()
    }
}

/// What the queue of small writes has done since the database was opened: several acts may share one commit.
public struct WriteStatistics: Sendable, Equatable {
    public var acts = 0
    public var commits = 0
    public var retries = 0
    /// Acts that wait for their commit at this moment.
    public var waiting = 0
}
