import Dispatch
import Logging
import Store

/// One session and the queue it lives on. An actor whose executor is that queue: the compiler keeps the connection on
/// it, and libpq may block there.
actor Seat {
    private let queue: QueueExecutor
    private let session: PostgresSession
    private let logger: Logger
    private var isClosed = false
    private var failures = 0
    private var nextAttempt = ContinuousClock.now

    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    init(_ number: Int, address: Address, options: PostgresDriver.Options, logger: Logger) {
        var logger = logger
        logger[metadataKey: "session"] = "\(number)"
        self.logger = logger
        queue = QueueExecutor(label: "yiju.postgres.\(number)")
        session = PostgresSession(address: address, logger: logger)
    }

    func reading<Value: Sendable>(_ body: @Sendable (any Session) throws -> Value) async throws -> Value {
        try await connect()
        session.begin(.reading)
        try session.script("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        do {
            let value = try body(session)
            session.commitWithoutWaiting()
            return value
        } catch {
            session.rollBack()
            throw error
        }
    }

    func writing<Value: Sendable>(_ body: @Sendable (any Session) throws -> Value) async throws -> Value {
        try await connect()
        session.begin(.writing)
        // Also covers a body that throws, or leaves its transaction open.
        defer { session.rollBack() }
        let value = try body(session)
        if session.isInTransaction { throw StoreError.statement("a transaction was left open; it is rolled back") }
        return value
    }

    func close() {
        isClosed = true
        session.disconnect()
    }

    /// Makes sure of a connection that works. After a failed attempt the next one waits: 50 ms, doubled up to 1 s.
    private func connect() async throws {
        if isClosed { throw SeatPool.closed }
        if session.isAlive() { return }
        if failures > 0 {
            try await Task.sleep(until: nextAttempt, clock: .continuous)
            if isClosed { throw SeatPool.closed }
        }
        do {
            try session.connect()
            if failures > 0 { logger.info("database connected again") }
            failures = 0
        } catch {
            logger.warning("database not connected", metadata: ["error": "\(error)", "failures": "\(failures + 1)"])
            let pause = min(1000, 50 << min(failures, 10)) * Int.random(in: 75...100) / 100
            failures += 1
            nextAttempt = .now + .milliseconds(pause)
            throw error
        }
    }
}

/// Runs an actor's jobs on a dispatch queue.
private final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
