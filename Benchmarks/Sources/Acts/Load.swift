import Foundation
import Identity
import Kernel
import Store

/// Many clients, each of whom begins the next act when the last is durable.
struct Load {
    let acts: Int
    let clients: Int
    /// A commit for each act, as a program without a queue would do it.
    let alone: Bool

    struct Outcome {
        let seconds: Double
        let commits: Int
        let retries: Int
        /// fsync and fdatasync calls; nil without the counter.
        let flushes: UInt64?
    }

    func run(on database: Database) async throws -> Outcome {
        let before = (statistics: database.statistics, flushes: FlushCounter.value)
        let started = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask { try await self.work(as: client, on: database) }
            }
            try await group.waitForAll()
        }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let after = database.statistics
        return Outcome(
            seconds: seconds, commits: after.commits - before.statistics.commits,
            retries: after.retries - before.statistics.retries,
            flushes: FlushCounter.value.flatMap { now in before.flushes.map { now - $0 } })
    }

    private func work(as client: Int, on database: Database) async throws {
        let clock = SystemClock()
        let actor = Actor(
            kind: .person, person: ActTables.officer, label: "bench", sealedName: ActTables.sealedName, grants: [],
            requestID: "bench-\(client)")
        var random = SeededRandom(seed: UInt64(client))
        for _ in stride(from: client, to: acts, by: clients) {
            let id = Int.random(in: 1...ActTables.facts, using: &random)
            let value = Int.random(in: 0...1_000_000, using: &random)
            let act: @Sendable (Tx) throws -> Void = { tx in
                try ActTables.change(id, to: value, in: Deed(actor: actor, now: clock.now, tx: tx))
            }
            if alone { try await database.writeAlone(act) } else { try await database.write(act) }
        }
    }
}

/// Reads the number that `flush.c` keeps in a file it shares with us.
enum FlushCounter {
    static var value: UInt64? {
        guard let path = ProcessInfo.processInfo.environment["YIJU_FLUSHES"],
            let data = FileManager.default.contents(atPath: path), data.count == 8
        else { return nil }
        return data.enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
    }
}
