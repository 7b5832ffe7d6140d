import Dispatch
import Foundation
import Kernel
import Synchronization
import Testing

@testable import Cryptography

@Suite struct PasswordPoolTests {
    @Test("Hashes and matches as Password does; nobody's password is wrong")
    func work() async throws {
        let pool = Password.Pool(cost: .test)
        let hash = try await pool.hash("changsha")
        #expect(try await pool.matches("changsha", hash))
        #expect(try await !pool.matches("Changsha", hash))
        #expect(try await !pool.matches("nobody", nil))
        await #expect(throws: Refusal.self) { try await pool.hash("") }
    }

    @Test("A full queue refuses at once, loses nothing that it accepted, and recovers")
    func limit() async throws {
        let pool = Password.Pool(threads: 1, longestQueue: 2, cost: .test)
        let gate = DispatchSemaphore(value: 0)
        let (started, start) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await pool.run {
                start.yield()
                // Not for ever: where nothing is refused, the test fails instead of hanging.
                _ = gate.wait(timeout: .now() + 300)
            }
        }
        for await _ in started { break }
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<10 { group.addTask { await outcome(of: pool) } }
            // The thread is occupied and two wait for it: until the gate opens only the refused return.
            var outcomes: [String] = []
            while outcomes.count < 8, let outcome = await group.next() { outcomes.append(outcome) }
            gate.signal()
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        #expect(outcomes.count { $0 == "password.busy" } == 8, "\(outcomes)")
        #expect(outcomes.count { $0 == "hashed" } == 2, "\(outcomes)")
        try await first.value
        #expect(await outcome(of: pool) == "hashed")
    }

    private func outcome(of pool: Password.Pool) async -> String {
        do {
            return try await Password.matches("changsha", pool.hash("changsha")) ? "hashed" : "another hash"
        } catch {
            return (error as? Refusal)?.code ?? "\(error)"
        }
    }

    @Test("Never more than two at once")
    func width() async throws {
        let pool = Password.Pool(threads: 2, longestQueue: 100, cost: .test)
        let seen = Seen()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    try await pool.run {
                        seen.enter()
                        Thread.sleep(forTimeInterval: 0.001)
                        seen.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect((1...2).contains(seen.most))
    }
}

/// How many were inside at the same time.
private final class Seen: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    func enter() {
        counts.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
    }

    func leave() { counts.withLock { $0.now -= 1 } }

    var most: Int { counts.withLock { $0.most } }
}
