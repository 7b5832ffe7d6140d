public import Logging
public import Store

/// PostgreSQL 15, and what speaks its protocol, through libpq. A fixed number of sessions is shared by readers and
/// writers; each has a thread of its own while it works, so that a blocking call never holds up the cooperative pool.
///
/// A broken session is replaced on its next use. The driver never runs a body twice: what was under way when a
/// connection broke throws `StoreError.disconnected`.
public struct PostgresDriver: Driver {
    /// Limits, all of them finite by default. A `Duration` of zero turns a server's time limit off.
    public struct Options: Sendable {
        /// How many connections are open at most.
        public var sessions = 8
        /// How many callers may wait for a free session; one more is refused at once.
        public var waiting = 1024
        /// How long a caller waits for a free session before `StoreError.timeout`.
        public var waitTimeout = Duration.seconds(10)
        /// How long making a connection may take; whole seconds, at least 2.
        public var connectTimeout = Duration.seconds(5)
        /// How long a statement may run, the handing over of its rows included. Backups turn it off.
        public var statementTimeout = Duration.seconds(30)
        /// How long a statement waits for a lock before `StoreError.transient`.
        public var lockTimeout = Duration.seconds(5)
        /// How long the server keeps a transaction in which nothing happens.
        public var idleInTransactionTimeout = Duration.seconds(60)

        public init() {}
    }

    public var dialect: Dialect { .postgres }

    public var sessions: SessionUse { seats.use }

    private let seats: SeatPool

    /// Nothing is connected yet: the first use does that.
    /// - Parameter url: `postgres://user:password@host:port/database?sslmode=require`, with libpq's parameters; what
    ///   it leaves out comes from libpq's environment variables and password file.
    /// - Throws: `Refusal` "store.url" when the address cannot be read.
    public init(
        url: String, options: Options = Options(), logger: Logger = Logger(label: "yiju.store.postgres")
    ) throws {
        let address = try Address(url: url, options: options)
        seats = SeatPool(
            seats: (1...max(1, options.sessions)).map { Seat($0, address: address, options: options, logger: logger) },
            waiting: options.waiting, timeout: options.waitTimeout)
    }

    public func reading<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        let seat = try await seats.take()
        defer { seats.give(back: seat) }
        return try await seat.reading(body)
    }

    public func writing<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        let seat = try await seats.take()
        defer { seats.give(back: seat) }
        return try await seat.writing(body)
    }

    /// Waits for the bodies that are running.
    public func close() async {
        await seats.close()
    }
}
