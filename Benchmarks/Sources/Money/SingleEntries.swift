import Identity
import Kernel
import Ledger
import Store

/// Many clients, each of whom posts the next entry when the last is durable: what was planned is allotted, fen by fen.
struct SingleEntries: Sendable {
    let entries: Int
    let clients: Int
    let year: Int

    /// Seconds, without what it takes to read the book first.
    func run(on database: Database, _ ledger: Ledger) async throws -> Double {
        let slices = try await database.read { tx in
            try tx.map(
                """
                SELECT DISTINCT s.source, s.project FROM cell c JOIN slice s ON s.id = c.slice
                WHERE c.stage = 'planned' ORDER BY s.project, s.source
                """
            ) { Slice(source: try $0[0], project: try $0[1], year: year) }
        }
        let run = ID<SingleEntries>(at: SystemClock().now).description
        try await post(-1, slices[0], run, on: database, ledger)
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask {
                    var random = SeededRandom(seed: UInt64(client))
                    for number in stride(from: client, to: self.entries, by: self.clients) {
                        let slice = slices[Int.random(in: slices.indices, using: &random)]
                        try await self.post(number, slice, run, on: database, ledger)
                    }
                }
            }
            try await group.waitForAll()
        }
        return (ContinuousClock.now - began) / .seconds(1)
    }

    private func post(
        _ number: Int, _ slice: Slice, _ run: String, on database: Database, _ ledger: Ledger
    ) async throws {
        let clock = SystemClock()
        let draft = EntryDraft(
            key: "\(run)-\(number)", day: clock.now.dayInChina, .post([MoveDraft(.allot, 1, slice)]),
            authority: .init(kind: "document", reference: "bench"))
        try await database.act(as: Actor.machineOwner(requestID: run), clock: clock) { deed in
            _ = try ledger.post(draft, in: deed)
        }
    }
}
