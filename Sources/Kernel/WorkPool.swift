import Dispatch
import Synchronization

/// A few threads of their own for work that takes long, so that no request's thread ever does it, and a queue before
/// them that refuses rather than grows.
public final class WorkPool: Sendable {
    private typealias Job = @Sendable () -> Void

    private struct State {
        var running = 0
        var waiting: [Job] = []
    }

    private let threads: Int
    private let longestQueue: Int
    private let busy: Refusal
    private let state = Mutex(State())
    private let queue: DispatchQueue

    /// - Parameters:
    ///   - threads: how many jobs run at once, 1 or 2.
    ///   - longestQueue: how many wait at most, 0 to 1000.
    ///   - busy: what is thrown when so many wait already.
    public init(_ label: String, threads: Int, longestQueue: Int, busy: Refusal) {
        precondition((1...2).contains(threads) && (0...1000).contains(longestQueue))
        (self.threads, self.longestQueue, self.busy) = (threads, longestQueue, busy)
        queue = DispatchQueue(label: label, qos: .userInitiated, attributes: .concurrent)
    }

    /// Does the work when its turn has come, in the order in which it was asked for.
    /// - Throws: `busy` at once when the queue is full; else what `work` throws.
    public func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let accepted = accept { continuation.resume(with: Result(catching: work)) }
            if !accepted { continuation.resume(throwing: busy) }
        }
    }

    /// Starts the job, or queues it; false when the queue is full.
    private func accept(_ job: @escaping Job) -> Bool {
        let (accepted, starts) = state.withLock { state in
            if state.running < threads {
                state.running += 1
                return (true, true)
            }
            guard state.waiting.count < longestQueue else { return (false, false) }
            state.waiting.append(job)
            return (true, false)
        }
        if starts { queue.async { self.work(beginningWith: job) } }
        return accepted
    }

    /// One thread's turn: the job it was started for, then whatever waits.
    private func work(beginningWith first: @escaping Job) {
        var next: Job? = first
        while let job = next {
            job()
            next = state.withLock { state in
                if state.waiting.isEmpty {
                    state.running -= 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
        }
    }
}
