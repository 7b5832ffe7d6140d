import Foundation
import Synchronization

/// The one queue of a node's small writes. While a commit is being flushed the next writes gather, and then share the
/// next flush. One refused act does not undo its neighbours: a batch is run boldly, its writes answered together, and
/// when one of them fails, again with care, each in a savepoint of its own. Hot rows then do not make PostgreSQL's
/// serializable writers retry each other.
final class WriteQueue: Sendable {
    static let batchLimit = 128
    static let waitingLimit = 10_000
    static let attempts = 20
    /// How long a write waits in all for a database that others hold: each attempt waits for seconds by itself. What
    /// the acts themselves take is not counted, so that a long one is repeated as a short one is.
    static let patience = Duration.seconds(8)

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

    var statistics: WriteStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.waiting = state.waiting.count
            return statistics
        }
    }

    func write<Value: Sendable>(
        signet: [UInt8]?, _ body: @escaping @Sendable (Tx) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job = WriteJob(signet: signet, body: body, continuation: continuation)
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

    func writeAlone<Value: Sendable>(
        signet: [UInt8]?, _ body: @escaping @Sendable (Tx) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job = WriteJob(signet: signet, body: body, continuation: continuation)
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
            // Who was answered may ask again at once, and then shares the next flush.
            if batch.count > 1 { await Task.yield() }
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
        var (repetition, waited) = (0, Duration.zero)
        var manner = batch.count == 1 ? Manner.alone : .bold
        while true {
            let asked = ContinuousClock.now
            var begun: ContinuousClock.Instant?
            do {
                try session.script(session.dialect.beginWrite)
                begun = .now
                try attempt(batch, manner, on: session)
                return repetition
            } catch is NeedsCare {
                manner = .careful
            } catch StoreError.transient(let reason) {
                repetition += 1
                waited += asked.duration(to: begun ?? .now)
                guard repetition < attempts, waited < patience else { throw StoreError.transient(reason) }
                // Jitter, so that two nodes that met do not meet again; this thread belongs to the session alone.
                let longest = 0.001 * Double(1 << min(repetition, 7))
                Thread.sleep(forTimeInterval: Double.random(in: 0.0005...longest))
            }
        }
    }

    /// How the acts of a batch are kept from each other.
    private enum Manner { case alone, bold, careful }

    /// One act of a bold batch has to be undone, and nobody knows yet whose fault it is.
    private struct NeedsCare: Error {}

    private static func attempt(_ batch: [WriteJob], _ manner: Manner, on session: any Session) throws {
        do {
            for job in batch {
                job.failure = nil
                switch manner {
                case .alone: try job.attempt(Tx(session, signet: job.signet))
                case .bold: try runBoldly(job, on: session)
                case .careful: try runCarefully(job, on: session)
                }
            }
            if manner == .bold { try settle(session) }
            try commit(session)
        } catch {
            // The transaction is over either way; SQLite may have ended it by itself when the disk was full.
            try? session.script("ROLLBACK")
            throw error
        }
    }

    /// What fails before the commit is undone by the engine; whether a commit without an answer was done, nobody knows.
    private static func commit(_ session: any Session) throws {
        do {
            try session.script("COMMIT")
        } catch StoreError.disconnected(let reason), StoreError.disk(let reason) {
            throw StoreError.uncertain(reason)
        }
    }

    /// Runs one act in a savepoint. Its own error undoes it alone; an error of the store ends the whole batch.
    private static func runCarefully(_ job: WriteJob, on session: any Session) throws {
        try session.script("SAVEPOINT act")
        do {
            try job.attempt(Tx(session, signet: job.signet))
        } catch let error where isOfTheAct(error) {
            job.failure = error
            try session.script("ROLLBACK TO SAVEPOINT act")
        }
        try session.script("RELEASE SAVEPOINT act")
    }

    /// Runs one act without a savepoint. One that refuses before it wrote anything leaves nothing to undo.
    private static func runBoldly(_ job: WriteJob, on session: any Session) throws {
        let tx = Tx(session, signet: job.signet, posts: true)
        do {
            try job.attempt(tx)
        } catch let error where isOfTheAct(error) {
            // A statement that failed may be that of an act before, whose answer came late.
            if tx.hasWritten || error is StoreError { throw NeedsCare() }
            job.failure = error
        }
    }

    /// Waits for the answers that a bold batch did not wait for.
    private static func settle(_ session: any Session) throws {
        do {
            try session.settle()
        } catch let error where isOfTheAct(error) {
            throw NeedsCare()
        }
    }

    private static func isOfTheAct(_ error: any Error) -> Bool {
        switch error {
        case StoreError.transient, StoreError.disconnected, StoreError.uncertain, StoreError.full, StoreError.disk:
            false
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

    let signet: [UInt8]?
    private let state: Mutex<State>

    init<Value: Sendable>(
        signet: [UInt8]?, body: @escaping @Sendable (Tx) throws -> Value,
        continuation: CheckedContinuation<Value, any Error>
    ) {
        self.signet = signet
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
