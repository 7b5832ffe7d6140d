import Foundation
import Store
import StoreSQLite
import TestSupport
import Testing

/// What "a write is durable when it returns" rests on: settings read back, and flushes counted from outside.
@Suite("Durability")
struct DurabilityTests {
    @Test("SQLite: a journal that readers pass by, whole flushes, foreign keys; on the connection that writes")
    func settings() async throws {
        try await Engine.sqlite.withDatabase { database in
            let settings = try await database.write { tx in
                [
                    try tx.value("PRAGMA journal_mode", as: String.self),
                    try tx.value("PRAGMA synchronous", as: Int.self).map { "synchronous \($0)" },
                    try tx.value("PRAGMA foreign_keys", as: Int.self).map { "foreign keys \($0)" },
                ]
            }
            #expect(settings == ["wal", "synchronous 2", "foreign keys 1"])
        }
    }

    @Test("PostgreSQL: the server waits for its disk", .enabled(if: PostgresServer.isGiven, PostgresServer.howTo))
    func serverSettings() async throws {
        try await Engine.postgres.withDatabase { database in
            let settings = try await database.write { tx in
                [
                    try tx.value("SELECT current_setting('synchronous_commit')", as: String.self),
                    try tx.value("SELECT current_setting('transaction_isolation')", as: String.self),
                ]
            }
            #expect(settings == ["on", "serializable"])
        }
    }

    @Test("Rules of the tables hold on both engines", arguments: Engine.available)
    func rules(engine: Engine) async throws {
        try await Tables.withDatabase(engine) { database in
            try await database.write { try $0.addThing(1) }
            let broken: [SQL] = [
                "INSERT INTO part (thing, number, text) VALUES (7, 1, 'of nothing')",
                "INSERT INTO thing (id, code, count) VALUES (2, 'c1', 0)",
                "INSERT INTO thing (id, code, count) VALUES (1, 'x', 0)",
                "INSERT INTO thing (id, code, count) VALUES (2, 'x', -1)",
                "INSERT INTO thing (id, count) VALUES (2, 0)",
            ]
            for statement in broken {
                let error = await failure { _ = try await database.write { try $0.run(statement) } }
                #expect(kind(of: error) == "constraint", "\(statement.template)")
            }
            #expect(try await Tables.ids(database) == [1])
        }
    }

    @Test("What was written is seen by whoever reads next", arguments: Engine.available)
    func readYourWrites(engine: Engine) async throws {
        try await Tables.withDatabase(engine) { database in
            for id in 1...40 {
                try await database.write { try $0.addThing(id) }
                let seen = try await Tables.ids(database).count
                #expect(seen == id)
            }
        }
    }

    @Test(
        "One acknowledged act costs a flush, and a hundred that wait for it share one",
        .enabled(if: Tracer.works, "needs strace, and the right to trace"))
    func flushes() async throws {
        let idle = try await Tracer.flushes(acts: 0, "write", "1", "0")
        let one = try await Tracer.flushes(acts: 1, "write", "1", "1")
        let several = try await Tracer.flushes(acts: 21, "write", "1", "21")
        // One that keeps its commit open, and those that wait for the next.
        let pair = try await Tracer.flushes(acts: 2, "together", "2")
        let crowd = try await Tracer.flushes(acts: 101, "together", "101")
        #expect(one - idle >= 1)
        #expect(several - one >= 20, "one after the other, each has its own")
        #expect(crowd == pair, "a hundred that wait cost what one does")
    }
}

/// Counts the flushes of the test program with strace.
private enum Tracer {
    static let program = "/usr/bin/strace"

    static let works = ChildProcess.succeeds("\(program) -qq -o /dev/null true")

    static func flushes(acts: Int, _ arguments: String...) async throws -> Int {
        try await withTemporaryFolder { folder in
            let report = folder.appending(path: "report").path
            let location = "sqlite:\(folder.path)/city.sqlite"
            let writer = try ChildProcess(
                program,
                [
                    "-f", "-qq", "-c", "-e", "trace=fdatasync,fsync", "-o", report, ChildProcess.program("CrashWriter"),
                    location,
                ] + arguments)
            #expect(try await writer.end() == 0)
            #expect(writer.lines.count == acts)
            let lines = try String(contentsOfFile: report, encoding: .utf8).split(separator: "\n")
            // "  0.00    0.000000           0         4           fdatasync"
            let counts = lines.filter { $0.hasSuffix("sync") }
                .map { $0.split(separator: " ") }
                .compactMap { Int($0[3]) }
            return counts.reduce(0, +)
        }
    }
}
