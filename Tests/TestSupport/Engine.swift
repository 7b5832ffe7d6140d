public import Foundation
public import Kernel
public import Store
import StorePostgres
import StoreSQLite

/// The two engines that every test of stored behaviour runs on: `@Test(arguments: Engine.available)`.
public enum Engine: String, Sendable, CaseIterable {
    case sqlite
    case postgres

    /// PostgreSQL is there when `YIJU_TEST_POSTGRES` names a server; `EnginesTests` fails where it should be and is
    /// not.
    public static var available: [Engine] { postgresURL == nil ? [.sqlite] : [.sqlite, .postgres] }

    public static var postgresURL: String? { ProcessInfo.processInfo.environment["YIJU_TEST_POSTGRES"] }

    /// A database of its own for one test, brought to `schemas`, gone afterwards.
    public func withDatabase<Value>(
        schemas: [Schema] = [], now: Instant = Instant(milliseconds: 1_782_800_000_000),
        signet: [UInt8] = Array("a test's signet".utf8), _ body: (Database) async throws -> Value
    ) async throws -> Value {
        try await withDriver { driver in
            let database = Database(driver: driver, signet: signet)
            _ = try await Migrator(schemas).migrate(database, now: now)
            return try await body(database)
        }
    }

    /// A bare driver on an empty database of its own.
    public func withDriver<Value>(_ body: (any Driver) async throws -> Value) async throws -> Value {
        switch self {
        case .sqlite:
            return try await withTemporaryFolder { folder in
                try await Self.using(SQLiteDriver(path: folder.appending(path: "yiju.sqlite").path), body)
            }
        case .postgres:
            return try await Self.withPostgresSchema { url in try await Self.using(Self.driver(url), body) }
        }
    }

    /// The address of an empty database of its own, for tests that open it themselves or from another process.
    public func withLocation<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        switch self {
        case .sqlite:
            return try await withTemporaryFolder { try await body("sqlite:\($0.appending(path: "yiju.sqlite").path)") }
        case .postgres:
            return try await Self.withPostgresSchema(body)
        }
    }

    private static func using<Value>(_ driver: any Driver, _ body: (any Driver) async throws -> Value) async throws
        -> Value
    {
        do {
            let value = try await body(driver)
            await driver.close()
            return value
        } catch {
            await driver.close()
            throw error
        }
    }

    private static func withPostgresSchema<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        guard let url = postgresURL else { throw SkippedEngine() }
        await Turnstile.postgres.enter()
        do {
            let value = try await withOwnSchema(url, body)
            await Turnstile.postgres.leave()
            return value
        } catch {
            await Turnstile.postgres.leave()
            throw error
        }
    }

    /// A small pool: many tests run at once, and on a slow machine nobody is sent away for that.
    private static func driver(_ url: String, sessions: Int = 4) throws -> PostgresDriver {
        var options = PostgresDriver.Options()
        options.sessions = sessions
        options.waitTimeout = .seconds(120)
        options.connectTimeout = .seconds(60)
        return try PostgresDriver(url: url, options: options)
    }

    private static func withOwnSchema<Value>(
        _ url: String, _ body: (String) async throws -> Value
    ) async throws -> Value {
        let name = "t_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        let admin = try driver(url, sessions: 1)
        try await admin.writing { try $0.script("CREATE SCHEMA \(name)") }
        let separator = url.contains("?") ? "&" : "?"
        do {
            let value = try await body("\(url)\(separator)options=-csearch_path%3D\(name)")
            try await drop(name, admin)
            return value
        } catch {
            try await drop(name, admin)
            throw error
        }
    }

    private static func drop(_ name: String, _ admin: PostgresDriver) async throws {
        try await admin.writing { try $0.script("DROP SCHEMA \(name) CASCADE") }
        await admin.close()
    }
}

struct SkippedEngine: Error {}

/// A folder of its own for one test, gone afterwards.
public func withTemporaryFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "yiju-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

/// Lets a few tests at a time use the server, which has a limit on connections.
actor Turnstile {
    static let postgres = Turnstile(places: 12)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) {
        free = places
    }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
