import Foundation
import Kernel
import Store
import StoreSQLite
import TestSupport
import Testing

@Suite(
    "A database that another process locks", .enabled(if: ChildProcess.isInstalled("/usr/bin/sqlite3"), "needs sqlite3")
)
struct LockedTests {
    @Test("Writing says that it is busy and stores nothing, reading goes on, and all works again once it is free")
    func locked() async throws {
        try await withLock(busyTimeout: 0.05) { database, release in
            let error = await failure { try await database.write { try $0.addThing(2) } }
            #expect(kind(of: error) == "transient")
            let refusal = (error as? StoreError)?.refusal
            #expect(refusal?.code == "store.busy" && refusal?.kind == .unavailable)
            #expect(try await Tables.ids(database) == [1])
            try await release()
            #expect(try await Tables.ids(database) == [1])
            try await database.write { try $0.addThing(2) }
            #expect(try await Tables.ids(database) == [1, 2])
        }
    }

    @Test(
        "A long one is not waited for as often as writers that meet try again",
        .enabled(if: ProcessInfo.processInfo.environment["YIJU_TEST_QUICK"] == nil, "takes nine seconds"))
    func long() async throws {
        let statements = StatementCounter()
        try await withLock(busyTimeout: 3, statements) { database, release in
            let before = statements.soFar
            let error = await failure { try await database.write { try $0.addThing(2) } }
            // Three times three seconds reach eight; where the machine is slow, fewer do.
            #expect(kind(of: error) == "transient" && (1...3).contains(statements.soFar - before))
            try await release()
            try await database.write { try $0.addThing(2) }
        }
    }

    @Test("A short lock is waited for")
    func short() async throws {
        try await withLock(busyTimeout: 120) { database, release in
            async let write: Void = database.write { try $0.addThing(2) }
            try await Task.sleep(for: .milliseconds(300))
            try await release()
            try await write
            #expect(try await Tables.ids(database) == [1, 2])
        }
    }

    private func withLock(
        busyTimeout: Double, _ statements: StatementCounter = StatementCounter(),
        _ body: (Database, () async throws -> Void) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "city.sqlite").path
            var options = SQLiteDriver.Options()
            options.busyTimeout = busyTimeout
            let driver = FaultyDriver(try SQLiteDriver(path: path, options: options), statements)
            let database = Database(driver: driver)
            _ = try await Migrator([Tables.schema]).migrate(database, now: Tables.now)
            try await database.write { try $0.addThing(1) }
            let locker = try ChildProcess("/usr/bin/sqlite3", [path])
            locker.write("BEGIN EXCLUSIVE;\nSELECT 'held';\n")
            #expect(try await locker.wait { $0.contains("held") })
            try await body(database) {
                locker.write("ROLLBACK;\nSELECT 'free';\n")
                let isFree = try await locker.wait { $0.contains("free") }
                #expect(isFree)
            }
            locker.closeInput()
            try await locker.end()
            await database.close()
        }
    }
}
