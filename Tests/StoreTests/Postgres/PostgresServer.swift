import FoundationEssentials
import Kernel
import Logging
import Store
import StorePostgres
import Synchronization
import Testing

/// The server that tests may use, named by YIJU_TEST_POSTGRES; each test works in a schema of its own and drops it.
enum PostgresServer {
    static let url = ProcessInfo.processInfo.environment["YIJU_TEST_POSTGRES"]
    /// What restarts the server; nil unless the test runs alone, since others use the server too.
    static let restart = Exclusive.isAsked ? Exclusive.control.map { "\($0) restart" } : nil
    static let isGiven = url != nil
    static let howTo: Comment =
        "no PostgreSQL: set YIJU_TEST_POSTGRES, for example postgres://postgres@127.0.0.1:55432/postgres"

    /// As usual, but nobody is sent away because many tests run at once on a slow machine.
    static var patient: PostgresDriver.Options {
        var options = PostgresDriver.Options()
        options.waitTimeout = .seconds(120)
        options.connectTimeout = .seconds(60)
        return options
    }

    static func driver(
        schema: String? = nil, options: PostgresDriver.Options = patient, logger: Logger? = nil
    ) throws -> PostgresDriver {
        var url = try #require(url, howTo)
        if let schema {
            url += (url.contains("?") ? "&" : "?") + "options=-c%20search_path%3D\(schema)"
        }
        return try PostgresDriver(url: url, options: options, logger: logger ?? quiet)
    }

    /// Runs `body` with a driver whose unqualified names lie in a fresh schema.
    static func withSchema<Value>(
        options: PostgresDriver.Options = patient, logger: Logger? = nil,
        _ body: (PostgresDriver) async throws -> Value
    ) async throws -> Value {
        let schema = "yiju_test_\(UInt64.random(in: 0 ..< .max))"
        let keeper = try driver()
        try await keeper.writing { try $0.script("CREATE SCHEMA \(schema)") }
        let driver = try driver(schema: schema, options: options, logger: logger)
        let result: Result<Value, any Error>
        do { result = .success(try await body(driver)) } catch { result = .failure(error) }
        await driver.close()
        try await keeper.writing { try $0.script("DROP SCHEMA \(schema) CASCADE") }
        await keeper.close()
        return try result.get()
    }

    private static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}

extension PostgresDriver {
    /// The first row of a query in a use of its own.
    func first(_ sql: SQL) async throws -> [SQLValue] {
        try await reading { session in try session.all(sql).first?.values ?? [] }
    }

    /// Runs statements in one transaction.
    func transaction(_ body: @escaping @Sendable (any Session) throws -> Void) async throws {
        try await writing { session in
            try session.script("BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            try body(session)
            try session.script("COMMIT")
        }
    }
}

extension Session {
    func all(_ sql: SQL) throws -> [Row] {
        var rows: [Row] = []
        try run(sql) { rows.append($0) }
        return rows
    }

    func perform(_ sql: SQL) throws {
        try run(sql) { _ in }
    }

    func value<Value: SQLConvertible>(_ sql: SQL) throws -> Value {
        try #require(try all(sql).first)[0]
    }
}

/// A logger that keeps what it is told.
final class LogCollector: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(collector: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let collector: LogCollector
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            collector.kept.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}

/// The error's case, for comparing: "transient", "constraint" …
func kind(of error: (any Error)?) -> String {
    guard let error = error as? StoreError else { return error.map { "\($0)" } ?? "none" }
    return switch error {
    case .transient: "transient"
    case .constraint: "constraint"
    case .disconnected: "disconnected"
    case .uncertain: "uncertain"
    case .full: "full"
    case .disk: "disk"
    case .timeout: "timeout"
    case .statement: "statement"
    case .wrongColumn: "wrongColumn"
    case .schema: "schema"
    }
}

func failure(_ body: () async throws -> Void) async -> (any Error)? {
    do {
        try await body()
        return nil
    } catch { return error }
}
