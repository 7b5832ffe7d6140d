import Dispatch
import Kernel
import Synchronization

extension Password {
    /// A few threads of their own on which passwords are hashed, so that no request's thread ever is, and a queue
    /// before them that refuses rather than grows.
    public final class Pool: Sendable {
        /// The pool that a process shares, so that all its sign-ins together stay within two threads.
        public static let shared = Pool()

        private typealias Job = @Sendable () -> Void

        private struct State {
            var running = 0
            var waiting: [Job] = []
        }

        private let threads: Int
        private let longestQueue: Int
        private let cost: Cost
        private let state = Mutex(State())
        private let queue = DispatchQueue(label: "yiju.password", qos: .userInitiated, attributes: .concurrent)

        /// At most `threads` (1 to 2) hashes at once and at most `longestQueue` waiting: 40 wait about half a second.
        public init(threads: Int = 2, longestQueue: Int = 40, cost: Cost = .standard) {
            precondition((1...2).contains(threads) && (0...1000).contains(longestQueue))
            (self.threads, self.longestQueue, self.cost) = (threads, longestQueue, cost)
        }

        /// `Password.hash` off the request's thread. Refuses `password.busy` when too many wait.
        public func hash(_ password: String) async throws -> String {
            try await run { [cost] in try Password.hash(password, cost: cost) }
        }

        /// The hash of a password that was found right, made anew at today's cost; nil where it has that already.
        public func renewed(_ password: String, _ hash: String) async throws -> String? {
            guard Password.needsRehash(hash, cost: cost) else { return nil }
            return try await self.hash(password)
        }

        /// `Password.matches` off the request's thread. Nil is a person who does not exist or has no password: false
        /// after as long as for one who has, so that time tells nobody which names exist. Refuses `password.busy`.
        public func matches(_ password: String, _ hash: String?) async throws -> Bool {
            try await run { [cost] in
                if let hash { return Password.matches(password, hash) }
                _ = try Password.hash("nobody", cost: cost)
                return false
            }
        }

        func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
            try await withCheckedThrowingContinuation { continuation in
                let accepted = accept { continuation.resume(with: Result(catching: work)) }
                guard !accepted else { return }
                continuation.resume(
                    throwing: Refusal(
                        .unavailable, "password.busy", zh: "登录的人太多，请过几秒再试。",
                        en: "Too many people are signing in; please try again in a few seconds."))
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
}
