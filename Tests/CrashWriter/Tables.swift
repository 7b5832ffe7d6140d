import Foundation
import Kernel
import Store
import Synchronization

/// Two tables that always agree, unless an act was stored by half.
enum CrashTables {
    static let schema = Schema(
        room: "crash",
        migrations: [
            Schema.Migration(
                "001",
                """
                CREATE TABLE crash_left (number BIGINT PRIMARY KEY, text TEXT NOT NULL);
                CREATE TABLE crash_right (number BIGINT PRIMARY KEY, text TEXT NOT NULL);
                """)
        ],
        tables: [.init("crash_left", key: "number"), .init("crash_right", key: "number")])

    /// `clients` at a time. Numbers begin far beyond the largest stored: a server may still be storing what a writer
    /// asked for before it was killed.
    static func write(into database: Database, clients: Int, acts: Int) async throws {
        let last: Int? = try await database.read { try $0.value("SELECT coalesce(max(number), 0) FROM crash_left") }
        let first = (last ?? 0) + 1000
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask {
                    var number = first + client
                    while number - first < acts {
                        try await database.write { [number] tx in try addPair(number, tx) }
                        say(number)
                        number += clients
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// `acts` of as many clients, the first of which keeps its commit open until all others wait for theirs.
    static func writeTogether(into database: Database, acts: Int) async throws {
        let hasBegun = Atomic(false)
        async let first: Void = database.write { tx in
            hasBegun.store(true, ordering: .releasing)
            while database.statistics.waiting < acts - 1 { usleep(1_000) }
            try addPair(1, tx)
        }
        while !hasBegun.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(1)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 2...acts {
                group.addTask {
                    try await database.write { try addPair(number, $0) }
                    say(number)
                }
            }
            try await group.waitForAll()
        }
        try await first
        say(1)
    }

    private static func addPair(_ number: Int, _ tx: Tx) throws {
        try tx.run("INSERT INTO crash_left (number, text) VALUES (\(number), 'half')")
        try tx.run("INSERT INTO crash_right (number, text) VALUES (\(number), 'whole')")
    }
}

/// As many rows as a test wants, none of them small.
enum BulkTables {
    static let schema = Schema(
        room: "bulk",
        migrations: [
            Schema.Migration(
                "001",
                "CREATE TABLE bulk (id BYTEA PRIMARY KEY, number BIGINT, size DOUBLE PRECISION, text TEXT NOT NULL);")
        ],
        tables: [.init("bulk", key: "id")])

    /// Reads rows of half a kilobyte that PostgreSQL makes up: how many, their numbers' sum, and by how many KiB the
    /// process grew while it read.
    static func stream(_ rows: Int, from database: Database) async throws -> (count: Int, sum: Int, growth: Int) {
        try await database.read { tx in
            // What any first query takes is no matter of their number.
            try tx.each("SELECT 1") { _ in }
            let before = peakMemory
            var (count, sum) = (0, 0)
            try tx.each("SELECT i, repeat('x', 500) AS filler FROM generate_series(1, \(rows)) AS i") { row in
                count += 1
                sum += try row["i"]
            }
            return (count, sum, peakMemory - before)
        }
    }
}
