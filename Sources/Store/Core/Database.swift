/// One database behind one set of words, whichever engine holds it.
///
/// `read` sees one snapshot. `write` is serializable and durable when it returns; several small writes that arrive
/// together share one commit. Bodies may run more than once when two writers met, so they do nothing but SQL.
public final class Database: Sendable {
    private let driver: any Driver
    private let queue: WriteQueue
    private let signet: [UInt8]?

    /// - Parameter signet: a secret that lies outside the store and goes with every transaction: by what is derived from
    ///   it, rows written here are told from rows that others wrote.
    public init(driver: any Driver, signet: [UInt8]? = nil) {
        self.driver = driver
        self.queue = WriteQueue(driver: driver)
        self.signet = signet
    }

    public var dialect: Dialect { driver.dialect }

    /// How many acts were asked for and how many commits they took.
    public var statistics: WriteStatistics { queue.statistics }

    /// Runs `body` on one snapshot; what others commit meanwhile is not seen.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        let signet = signet
        // A migration or a restore makes a server's prepared statements stale: each session then fails once.
        for _ in 0..<WriteQueue.attempts {
            do {
                return try await driver.reading { session in try body(Tx(session, signet: signet)) }
            } catch StoreError.transient {}
        }
        return try await driver.reading { session in try body(Tx(session, signet: signet)) }
    }

    /// - Throws: what `body` throws, in which case nothing of it is stored; `StoreError` when the store itself failed.
    public func write<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        try await queue.write { [signet] tx in try body(tx.carrying(signet)) }
    }

    /// A write with a commit of its own: merges of imports, restores, migrations. Small writes do not wait in its
    /// batch.
    public func writeAlone<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        try await queue.writeAlone { [signet] tx in try body(tx.carrying(signet)) }
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
}
