import Kernel

extension Password {
    /// Hashes passwords on threads of their own; a queue before them refuses rather than grows.
    public final class Pool: Sendable {
        /// The pool that a process shares, so that all its sign-ins together stay within two threads.
        public static let shared = Pool()

        private let cost: Cost
        private let pool: WorkPool

        /// At most `threads` (1 to 2) hashes at once and at most `longestQueue` waiting: 40 wait about half a second.
        public init(threads: Int = 2, longestQueue: Int = 40, cost: Cost = .standard) {
            self.cost = cost
            let busy = Refusal(
                .unavailable, "password.busy", zh: "登录的人太多，请过几秒再试。",
                en: "Too many people are signing in; please try again in a few seconds.")
            pool = WorkPool("yiju.password", threads: threads, longestQueue: longestQueue, busy: busy)
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
            try await pool.run(work)
        }
    }
}
