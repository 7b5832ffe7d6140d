import Common
import Foundation
import Identity
import Kernel
import Store
import TestSupport
import Testing

/// Each engine is the other's oracle, on the tables that a city has.
@Suite("The same acts of a city on both engines", .enabled(if: Engine.available.count == 2, "no PostgreSQL"))
struct SameActsTests {
    private struct Moment: Sendable {
        let outcomes: [String]
        let tables: [String: [String]]
    }

    @Test("Random acts have the same outcomes and leave the same rows in every table")
    func randomActs() async throws {
        let seed = testSeed()
        let rounds = ProcessInfo.processInfo.environment["YIJU_TEST_QUICK"] == nil ? 10 : 3
        let vault = Vault.ephemeral()
        var courses: [[Moment]] = []
        for engine in Engine.available { courses.append(try await Self.course(engine, vault, seed, rounds)) }
        for (round, (left, right)) in zip(courses[0], courses[1]).enumerated() {
            try #require(left.outcomes == right.outcomes, "seed \(seed), round \(round)")
            for (table, rows) in left.tables {
                try #require(rows == right.tables[table], "seed \(seed), round \(round), table \(table)")
            }
        }
        let outcomes = courses[0].flatMap(\.outcomes)
        let done = outcomes.count { $0.hasSuffix("done") }
        #expect(done > 10 && done < outcomes.count, "seed \(seed): some are done, some refused: \(outcomes)")
    }

    /// What a city has after every twenty acts.
    private static func course(
        _ engine: Engine, _ vault: Vault, _ seed: UInt64, _ rounds: Int
    ) async throws -> [Moment] {
        try await withTemporaryFolder { folder in
            try await engine.withDatabase(schemas: Premises.schemas, now: Premises.start) { database in
                let house = try await Premises(found: database, vault: vault)
                var staff = Staff(of: house, seed: seed, folder: folder)
                var moments: [Moment] = []
                for _ in 0..<rounds {
                    var outcomes: [String] = []
                    for _ in 0..<20 { outcomes.append(try await staff.act()) }
                    let tables = try await database.read { try Masked.tables($0, Premises.schemas) }
                    moments.append(Moment(outcomes: outcomes, tables: tables))
                }
                return moments
            }
        }
    }
}
