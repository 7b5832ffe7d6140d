public import Store
import Synchronization

/// A driver whose n-th statement fails, to see that whatever fails leaves nothing half-done. BEGIN and COMMIT count; an
/// insert of many rows counts twice, before its first row and after it. Nothing fails a second time.
public struct FaultyDriver: Driver {
    public let statements: StatementCounter
    private let driver: any Driver

    public init(_ driver: any Driver, _ statements: StatementCounter) {
        self.driver = driver
        self.statements = statements
    }

    public var dialect: Dialect { driver.dialect }

    public var sessions: SessionUse { driver.sessions }

    public func reading<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await driver.reading { try body(FaultySession($0, statements)) }
    }

    public func writing<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await driver.writing { try body(FaultySession($0, statements)) }
    }

    public func close() async {
        await driver.close()
    }
}

/// Counts a driver's statements and says which one is to fail, and how.
public final class StatementCounter: Sendable {
    private struct State {
        var count = 0
        var failing: (number: Int, error: StoreError, afterwards: Bool)?
        var hasFailed = false
    }

    private let state = Mutex(State())

    public init() {}

    /// The `number`-th statement from now on fails, counting from 1.
    /// - Parameter afterwards: a script such as COMMIT is done first, and only its answer is lost.
    public func fail(
        _ number: Int, with error: StoreError = .statement("made to fail by the test"), afterwards: Bool = false
    ) {
        state.withLock { $0 = State(failing: (number, error, afterwards)) }
    }

    /// From now on everything works. Answers whether the statement that was to fail was reached.
    public func stop() -> Bool {
        state.withLock { state in
            defer { state = State() }
            return state.hasFailed
        }
    }

    /// How many there were, since the last that was to fail was named.
    public var soFar: Int { state.withLock { $0.count } }

    func count() throws {
        state.withLock { $0.count += 1 }
        try fail(afterwards: false)
    }

    func fail(afterwards: Bool) throws {
        try state.withLock { state in
            guard let failing = state.failing, failing.number == state.count, failing.afterwards == afterwards,
                !state.hasFailed
            else { return }
            state.hasFailed = true
            throw failing.error
        }
    }
}

private final class FaultySession: Session {
    private let session: any Session
    private let statements: StatementCounter

    init(_ session: any Session, _ statements: StatementCounter) {
        self.session = session
        self.statements = statements
    }

    var dialect: Dialect { session.dialect }

    func run(_ sql: SQL, _ body: (Row) throws -> Void) throws -> Int {
        try statements.count()
        return try session.run(sql, body)
    }

    func script(_ text: String) throws {
        // A rollback that failed would only tell of a connection that is lost anyway.
        if text.hasPrefix("ROLLBACK") { return try session.script(text) }
        try statements.count()
        try session.script(text)
        try statements.fail(afterwards: true)
    }

    func upsert(into table: StaticString, columns: [String], rows: [[SQLValue]]) throws {
        try statements.count()
        try session.upsert(into: table, columns: columns, rows: rows)
    }

    func insert(into table: StaticString, columns: [String], rows: () throws -> [SQLValue]?) throws {
        try statements.count()
        var isFirst = true
        try session.insert(into: table, columns: columns) {
            let row = try rows()
            if !isFirst { return row }
            isFirst = false
            try statements.count()
            return row
        }
    }
}
