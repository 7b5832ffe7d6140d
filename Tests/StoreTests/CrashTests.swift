import Common
import Foundation
import Kernel
import Store
import TestSupport
import Testing

@Suite("Crashes")
struct CrashTests {
    @Test(
        "A writer killed at any moment loses nothing it was told was stored, and leaves nothing half-stored",
        arguments: Engine.available)
    func killedWriter(engine: Engine) async throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        try await engine.withLocation { location in
            var acknowledged: Set<Int> = []
            for round in 1...12 {
                let writer = try ChildProcess(
                    ChildProcess.program("CrashWriter"), [location, "write", "\(1 + round % 6)"])
                // Some die before their first act is stored, some in the midst of thousands.
                let acts = round % 4 == 0 ? 0 : Int.random(in: 1...400, using: &random)
                #expect(try await writer.wait { $0.count >= acts }, "seed \(seed)")
                try await Task.sleep(for: .microseconds(Int.random(in: 0...20_000, using: &random)))
                writer.kill()
                #expect(try await writer.end() == -SIGKILL)
                acknowledged.formUnion(writer.lines.compactMap { Int($0) })

                let database = try open(location)
                let stored = try await CrashRows.numbers(database)
                #expect(stored.left == stored.right, "seed \(seed), round \(round)")
                #expect(acknowledged.isSubset(of: stored.left), "seed \(seed), round \(round)")
                await database.close()
            }
            #expect(acknowledged.count > 100, "seed \(seed)")
        }
    }
}

/// What the test program wrote.
enum CrashRows {
    static func numbers(_ database: Database) async throws -> (left: Set<Int>, right: Set<Int>) {
        try await database.read { tx in
            // A writer killed early may not even have made its tables.
            guard try exists("crash_left", tx) else { return ([], []) }
            return (
                try Set(tx.map("SELECT number FROM crash_left") { try $0[0] }),
                try Set(tx.map("SELECT number FROM crash_right") { try $0[0] })
            )
        }
    }

    private static func exists(_ table: String, _ tx: Tx) throws -> Bool {
        switch tx.dialect {
        case .sqlite: try tx.first("SELECT 1 FROM sqlite_schema WHERE name = \(table)") != nil
        case .postgres:
            try tx.first("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = \(table)") != nil
        }
    }
}
