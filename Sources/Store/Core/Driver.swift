/// One engine behind the store. A driver hands out sessions and knows nothing of acts, batches or migrations.
public protocol Driver: Sendable {
    var dialect: Dialect { get }

    /// How busy the driver's sessions are at this moment.
    var sessions: SessionUse { get }

    /// Runs `body` on a session that sees one snapshot and may not write. Waits for a free session.
    func reading<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value

    /// The same for a body that takes milliseconds: it may run in the caller's own thread.
    func glancing<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value

    /// Runs `body` on the writing session (SQLite) or one of them (PostgreSQL), outside any transaction: the store
    /// begins and commits itself.
    func writing<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value

    /// Closes all sessions; later calls throw `StoreError.disconnected`.
    func close() async
}

extension Driver {
    public func glancing<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await reading(body)
    }
}

/// The sessions of a database, readers' where they are told from the writer's.
public struct SessionUse: Sendable, Equatable {
    public let limit: Int
    public let busy: Int
    /// Callers who wait for one.
    public let waiting: Int

    public init(limit: Int, busy: Int, waiting: Int) {
        self.limit = limit
        self.busy = busy
        self.waiting = waiting
    }
}

/// Where the engines differ and the store must know.
public enum Dialect: String, Sendable {
    case sqlite
    case postgres
}

/// One connection, used by one thread at a time. All methods throw `StoreError`.
public protocol Session: AnyObject {
    var dialect: Dialect { get }

    /// Runs a statement and hands every row to `body` as it arrives. Returns the number of rows changed by a write.
    @discardableResult
    func run(_ sql: SQL, _ body: (Row) throws -> Void) throws -> Int

    /// Runs a write whose count nobody asks. What is wrong with it may be told by a later call, by `settle` at the
    /// latest.
    func post(_ sql: SQL) throws

    /// Waits for what was posted.
    func settle() throws

    /// Runs a script of several statements without values: migrations, BEGIN, COMMIT.
    func script(_ text: String) throws

    /// Inserts many rows as fast as the engine can: a prepared statement in SQLite, COPY in PostgreSQL.
    /// `rows` is asked for the next row until it answers nil. The columns' names are the program's or the database's
    /// own.
    func insert(into table: StaticString, columns: [String], rows: () throws -> [SQLValue]?) throws

    /// Inserts rows, or sets all columns of those that are there: the first column is the table's key, and no two rows
    /// have the same.
    func upsert(into table: StaticString, columns: [String], rows: [[SQLValue]]) throws
}

extension Session {
    public func post(_ sql: SQL) throws { try run(sql) { _ in } }

    public func settle() throws {}

    public func upsert(into table: StaticString, columns: [String], rows: [[SQLValue]]) throws {
        for statement in Upsert.statements(into: table, columns: columns, rows: rows) { try run(statement) { _ in } }
    }
}
