/// One database behind one set of words, whichever engine holds it.
///
/// `read` sees one snapshot. `write` is serializable and durable when it returns; several small writes that arrive
/// together share one commit. Bodies may run more than once when two writers met, so they do nothing but SQL.
public final class Database: Sendable {
    private let driver: any Driver
    private let queue: WriteQueue

    public init(driver: any Driver) {
        self.driver = driver
        self.queue = WriteQueue(driver: driver)
    }

    public var dialect: Dialect { driver.dialect }

    /// How many acts were asked for and how many commits they took.
    public var statistics: WriteStatistics { queue.statistics }

    /// Runs `body` on one snapshot; what others commit meanwhile is not seen.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        try await Self.repeated { try await driver.reading { session in try body(Tx(session)) } }
    }

    /// `read` for what a page or a program asks: a body of milliseconds, which loses no time between threads where the
    /// engine can do without. Long ones (exports, previews, backups) would keep other requests from theirs: `read`.
    public func glance<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        try await Self.repeated { try await driver.glancing { session in try body(Tx(session)) } }
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
        try await queue.write(body)
    }

    /// A write with a commit of its own: merges of imports, restores, migrations. Small writes do not wait in its
    /// batch.
    public func writeAlone<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        try await queue.writeAlone(body)
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
