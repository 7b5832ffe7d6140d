import Dispatch
import Foundation
import Glibc
import Kernel
import Store
import Synchronization
import Testing

@testable import StorePostgres

@Suite("PostgreSQL: connections", .enabled(if: PostgresServer.isGiven, PostgresServer.howTo))
struct PostgresConnectionTests {
    private static let processId: SQL = "SELECT pg_backend_pid()"

    private func oneSession() -> PostgresDriver.Options {
        var options = PostgresServer.patient
        options.sessions = 1
        options.statementTimeout = .seconds(120)
        return options
    }

    /// Ends another session and waits until the server has cleared it away.
    private func terminate(_ process: Int, by keeper: PostgresDriver) async throws {
        try await keeper.writing { try $0.perform("SELECT pg_terminate_backend(\(process)::int)") }
        while try await keeper.first("SELECT 1 FROM pg_stat_activity WHERE pid = \(process)") != [] {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    @Test("A session that dies at work tells its body; the next use has a new connection")
    func diesAtWork() async throws {
        let keeper = try PostgresServer.driver()
        try await PostgresServer.withSchema(options: oneSession()) { driver in
            try await driver.writing { try $0.script("CREATE TABLE thing (id BIGINT)") }
            let process: Int = try await driver.reading { try $0.value(Self.processId) }
            let begun = DispatchSemaphore(value: 0)
            async let work = failure {
                try await driver.transaction { session in
                    try session.perform("INSERT INTO thing VALUES (1)")
                    begun.signal()
                    try session.perform("SELECT pg_sleep(100)")
                }
            }
            await Task.detached { begun.wait() }.value
            try await terminate(process, by: keeper)
            #expect(await kind(of: work) == "disconnected")
            #expect(try await driver.first("SELECT count(*) FROM thing") == [.integer(0)])
            let next: Int = try await driver.reading { try $0.value(Self.processId) }
            #expect(next != process)
        }
        await keeper.close()
    }

    @Test("A session that died while it was idle is replaced unnoticed", arguments: [true, false])
    func diesIdle(reading: Bool) async throws {
        let keeper = try PostgresServer.driver()
        try await PostgresServer.withSchema(options: oneSession()) { driver in
            try await driver.writing { try $0.script("CREATE TABLE thing (id BIGINT)") }
            for round in 0..<5 {
                let process: Int = try await driver.reading { try $0.value(Self.processId) }
                try await terminate(process, by: keeper)
                if reading {
                    #expect(try await driver.first("SELECT 1") == [.integer(1)])
                } else {
                    try await driver.transaction { try $0.perform("INSERT INTO thing VALUES (\(round))") }
                }
            }
            #expect(try await driver.first("SELECT count(*) FROM thing") == [.integer(reading ? 0 : 5)])
        }
        await keeper.close()
    }

    /// The last moment at which a lost connection can be replaced: between the check and BEGIN.
    @Test("A session that dies before its first BEGIN is replaced unnoticed")
    func diesBeforeBegin() async throws {
        let keeper = try PostgresServer.driver()
        let driver = try PostgresServer.driver(options: oneSession())
        let process: Int = try await driver.reading { try $0.value(Self.processId) }
        let isThere = DispatchSemaphore(value: 0)
        let isGone = DispatchSemaphore(value: 0)
        async let next: Int = driver.writing { session in
            isThere.signal()
            isGone.wait()
            try session.script("BEGIN")
            defer { try? session.script("COMMIT") }
            return try session.value(Self.processId)
        }
        await Task.detached { isThere.wait() }.value
        try await terminate(process, by: keeper)
        isGone.signal()
        #expect(try await next != process)
        await driver.close()
        await keeper.close()
    }

    @Test("A connection lost at COMMIT is an error: nobody knows whether it was kept")
    func diesBeforeCommit() async throws {
        let keeper = try PostgresServer.driver()
        try await PostgresServer.withSchema(options: oneSession()) { driver in
            try await driver.writing { try $0.script("CREATE TABLE thing (id BIGINT)") }
            let process: Int = try await driver.reading { try $0.value(Self.processId) }
            let written = DispatchSemaphore(value: 0)
            let isGone = DispatchSemaphore(value: 0)
            async let work = failure {
                try await driver.transaction { session in
                    try session.perform("INSERT INTO thing VALUES (1)")
                    written.signal()
                    isGone.wait()
                }
            }
            await Task.detached { written.wait() }.value
            try await terminate(process, by: keeper)
            isGone.signal()
            #expect(await kind(of: work) == "disconnected")
            #expect(try await driver.first("SELECT count(*) FROM thing") == [.integer(0)])
        }
        await keeper.close()
    }

    @Test("Each connection begins with the settings that the store relies on")
    func settings() async throws {
        let driver = try PostgresServer.driver()
        let expected = [
            "client_encoding": "UTF8", "statement_timeout": "30s", "lock_timeout": "5s", "synchronous_commit": "on",
            "idle_in_transaction_session_timeout": "1min", "TimeZone": "UTC", "standard_conforming_strings": "on",
            "client_min_messages": "warning", "application_name": "yiju", "transaction_isolation": "repeatable read",
            "transaction_read_only": "on",
        ]
        for (name, value) in expected {
            #expect(try await driver.first("SELECT current_setting(\(name))") == [.text(value)], "\(name)")
        }
        await driver.close()
    }

    @Test("A reader sees one moment, whatever others write meanwhile")
    func snapshot() async throws {
        try await PostgresServer.withSchema { driver in
            try await driver.writing { try $0.script("CREATE TABLE thing (id BIGINT)") }
            let read = DispatchSemaphore(value: 0)
            let written = DispatchSemaphore(value: 0)
            async let counts: [Int] = driver.reading { session in
                let before: Int = try session.value("SELECT count(*) FROM thing")
                read.signal()
                written.wait()
                return [before, try session.value("SELECT count(*) FROM thing")]
            }
            await Task.detached { read.wait() }.value
            try await driver.transaction { try $0.perform("INSERT INTO thing VALUES (1)") }
            written.signal()
            #expect(try await counts == [0, 0])
            #expect(try await driver.first("SELECT count(*) FROM thing") == [.integer(1)])
        }
    }

    @Test(
        "The server restarts; calls work again",
        .enabled(
            if: PostgresServer.restart != nil,
            "runs alone: YIJU_TEST_EXCLUSIVE=1, and YIJU_TEST_POSTGRES_CTL names the server"))
    func restart() async throws {
        let driver = try PostgresServer.driver()
        #expect(try await driver.first("SELECT 1") == [.integer(1)])
        // Not Foundation's Process: it waits for everything that inherits its socket, the new server too.
        let status = Mutex<Int32?>(nil)
        Thread.detachNewThread {
            let answer = system(PostgresServer.restart)
            status.withLock { $0 = answer }
        }
        // Calls go on meanwhile; they fail with a word, or work.
        var failures: [String] = []
        while status.withLock({ $0 }) == nil {
            if let error = await failure({ _ = try await driver.first("SELECT 1") }) {
                failures.append(kind(of: error))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(status.withLock { $0 } == 0)
        #expect(failures.allSatisfy { $0 == "disconnected" })
        // A call made within the pause after a failed attempt waits for it, so that the first already works.
        #expect(try await driver.first("SELECT 1") == [.integer(1)])
        await driver.close()
    }
}

@Suite("PostgreSQL: no server needed")
struct PostgresAddressTests {
    @Test(
        "An address that cannot be read is refused in both languages, without its password",
        arguments: [
            "mysql://a:geheim@b/c", "postgres://a:geheim@b:x:y/c?nonsense=1", "geheim", "",
        ])
    func unreadable(url: String) {
        let refusal = #expect(throws: Refusal.self) { try PostgresDriver(url: url) }
        #expect(refusal?.code == "store.url")
        #expect(refusal?.description.contains("geheim") == false)
    }

    @Test("A server that is not there is disconnected, and the password stays out of error and log")
    func nobodyThere() async throws {
        let log = LogCollector()
        let driver = try PostgresDriver(url: "postgres://someone:geheim@127.0.0.1:1/nowhere", logger: log.logger)
        for _ in 0..<4 {
            let error = await failure { try await driver.reading { _ in } }
            #expect(kind(of: error) == "disconnected")
            #expect("\(try #require(error))".contains("geheim") == false)
        }
        #expect(log.lines.count == 4)
        #expect(!log.lines.contains { $0.contains("geheim") })
        await driver.close()
        #expect(kind(of: await failure { try await driver.writing { _ in } }) == "disconnected")
    }

    @Test(
        "The server's codes become the store's kinds",
        arguments: [
            ("40001", "transient"), ("40P01", "transient"), ("55P03", "transient"), ("26000", "transient"),
            ("23505", "constraint"), ("23503", "constraint"), ("23514", "constraint"), ("23502", "constraint"),
            ("53100", "full"), ("53200", "timeout"), ("53400", "timeout"), ("54000", "statement"), ("57014", "timeout"),
            ("08006", "disconnected"), ("08003", "disconnected"), ("57P01", "disconnected"),
            ("57P02", "disconnected"), ("57P03", "disconnected"), ("25P03", "disconnected"),
            ("42601", "statement"), ("42P01", "statement"), ("22003", "statement"), ("0A000", "statement"),
            ("", "statement"),
        ])
    func codes(code: String, expected: String) {
        #expect(kind(of: StoreError(sqlState: code, message: "why")) == expected)
    }
}
