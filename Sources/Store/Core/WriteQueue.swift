import Foundation
import Synchronization

/// The one queue of a node's small writes. While a commit is being flushed the next writes gather, and then share the
/// next flush: each runs in a savepoint of its own, so that one refused act does not undo its neighbours. Hot rows then
/// do not make PostgreSQL's serializable writers retry each other.
final class WriteQueue: Sendable {
    static let batchLimit = 128
    static let waitingLimit = 10_000
    static let attempts = 10

    private struct State {
        var waiting: [WriteJob] = []
        var draining = false
        var statistics = WriteStatistics()
    }

    private let driver: any Driver
    private let state = Mutex(State())

    init(driver: any Driver) {
        self.driver = driver
    }

    var statistics: WriteStatistics { state.withLock { $0.statistics } }

    func write<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job = WriteJob(body: body, continuation: continuation)
            let verdict = state.withLock { state -> (accepted: Bool, mustDrain: Bool) in
                guard state.waiting.count < Self.waitingLimit else { return (false, false) }
                state.waiting.append(job)
                defer { state.draining = true }
                return (true, !state.draining)
            }
            if !verdict.accepted {
                job.finish(throwing: StoreError.transient("\(Self.waitingLimit) writes are waiting already"))
            } else if verdict.mustDrain {
                Task.detached { await self.drain() }
            }
        }
    }

    func writeAlone<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job = WriteJob(body: body, continuation: continuation)
            Task.detached { await self.commit([job]) }
        }
    }

    private func drain() async {
        while true {
            let batch = state.withLock { state -> [WriteJob] in
                let batch = Array(state.waiting.prefix(Self.batchLimit))
                state.waiting.removeFirst(batch.count)
                if batch.isEmpty { state.draining = false }
                return batch
            }
            if batch.isEmpty { return }
            await commit(batch)
        }
    }

    /// Commits the batch; when the commit as a whole fails for a reason that one member may have caused, each alone.
    private func commit(_ batch: [WriteJob]) async {
        do {
            let retries = try await driver.writing { session in try Self.run(batch, on: session) }
            state.withLock {
                $0.statistics.acts += batch.count
                $0.statistics.commits += 1
                $0.statistics.retries += retries
            }
            for job in batch { job.finish() }
        } catch StoreError.constraint where batch.count > 1 {
            for job in batch { await commit([job]) }
        } catch {
            for job in batch { job.finish(throwing: error) }
        }
    }

    /// One transaction of all jobs, run again while writers meet. Returns the number of repetitions.
    private static func run(_ batch: [WriteJob], on session: any Session) throws -> Int {
        var repetition = 0
        while true {
            do {
                try attempt(batch, on: session)
                return repetition
            } catch StoreError.transient(let reason) {
                repetition += 1
                guard repetition < attempts else { throw StoreError.transient(reason) }
                // Jitter, so that two nodes that met do not meet again; this thread belongs to the session alone.
                let longest = 0.001 * Double(1 << min(repetition, 7))
                Thread.sleep(forTimeInterval: Double.random(in: 0.0005...longest))
            }
        }
    }

    private static func attempt(_ batch: [WriteJob], on session: any Session) throws {
        let tx = Tx(session)
        try session.script(session.dialect.beginWrite)
        do {
            for job in batch { try run(job, in: tx, on: session, alone: batch.count == 1) }
            try session.script("COMMIT")
        } catch {
            // The transaction is over either way; SQLite may have ended it by itself when the disk was full.
            try? session.script("ROLLBACK")
            throw error
        }
    }

    /// Runs one act. Its own error undoes it alone; an error of the store ends the whole batch.
    private static func run(_ job: WriteJob, in tx: Tx, on session: any Session, alone: Bool) throws {
        job.failure = nil
        if alone {
            return try job.attempt(tx)
        }
        try session.script("SAVEPOINT act")
        do {
            try job.attempt(tx)
        } catch let error where isOfTheAct(error) {
            job.failure = error
            try session.script("ROLLBACK TO SAVEPOINT act")
        }
        try session.script("RELEASE SAVEPOINT act")
    }

    private static func isOfTheAct(_ error: any Error) -> Bool {
        switch error {
        case StoreError.transient, StoreError.disconnected, StoreError.full: false
        default: true
        }
    }
}

/// A body with the continuation that waits for it. Touched by one thread at a time: first the asker's, then the
/// session's.
private final class WriteJob: Sendable {
    private struct State: Sendable {
        var failure: (any Error)?
        var run: @Sendable (Tx) throws -> @Sendable () -> Void
        var answer: (@Sendable () -> Void)?
        var fail: @Sendable (any Error) -> Void
    }

    private let state: Mutex<State>

    init<Value: Sendable>(
        body: @escaping @Sendable (Tx) throws -> Value, continuation: CheckedContinuation<Value, any Error>
    ) {
        state = Mutex(
            State(
                run: { tx in
                    let value = try body(tx)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) }))
    }

    var failure: (any Error)? {
        get { state.withLock { $0.failure } }
        set { state.withLock { $0.failure = newValue } }
    }

    func attempt(_ tx: Tx) throws {
        let run = state.withLock { $0.run }
        let answer = try run(tx)
        state.withLock { $0.answer = answer }
    }

    /// Resumes the asker with the value of the last attempt, or with the act's own error.
    func finish() {
        let (failure, answer, fail) = state.withLock { ($0.failure, $0.answer, $0.fail) }
        if let failure { fail(failure) } else { answer?() }
    }

    func finish(throwing error: any Error) {
        state.withLock { $0.fail }(error)
    }
}

extension Dialect {
    var beginWrite: String {
        switch self {
        case .sqlite: "BEGIN IMMEDIATE"
        case .postgres: "BEGIN ISOLATION LEVEL SERIALIZABLE"
        }
    }
}
