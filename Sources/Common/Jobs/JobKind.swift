public import Identity
public import Kernel
public import Store
import Synchronization

/// Work of one kind: what a node does for the jobs that bear its name. Composed where the node is started.
public struct JobKind: Sendable {
    /// "evaluation.run".
    public let name: String
    /// What people read: "综合评价".
    public let title: Phrase
    let work: @Sendable (JobContext) async throws -> JobOutcome

    /// - Parameter work: reads what it needs, computes off the request's threads (`JobContext.compute`), tells how far
    ///   it is, and answers what is to be stored. It may run again from the start, so it stores nothing itself. A
    ///   `Refusal` ends the job as refused with its sentence.
    public init(
        _ name: String, title: Phrase, work: @escaping @Sendable (JobContext) async throws -> JobOutcome
    ) {
        (self.name, self.title, self.work) = (name, title, work)
    }
}

/// What came of the work.
public struct JobOutcome: Sendable {
    /// What people read when it is done: "已评价 1450 个小区".
    let sentence: Phrase
    let write: @Sendable (Deed) throws -> String?

    /// - Parameter write: stores the result, in the asker's name and within the transaction that ends the job; SQL
    ///   only, since it may run again. Answers what the result is called, an id. Rights are those of this moment.
    public init(_ sentence: Phrase, write: @escaping @Sendable (Deed) throws -> String?) {
        (self.sentence, self.write) = (sentence, write)
    }
}

/// What the work has at hand: its job, the database, and somebody to tell how far it is.
public final class JobContext: Sendable {
    public let job: Job
    public let database: Database

    private struct State {
        var done = 0
        var total = 0
        var sentence: Phrase
        var isNews = false
        var stop: Stop?
    }

    /// Why work is to end early.
    enum Stop: Sendable {
        /// Somebody cancelled the job.
        case cancelled
        /// Another node has it now.
        case lost
        /// The node is shutting down.
        case shutdown
    }

    struct News: Sendable, Equatable {
        let done: Int
        let total: Int
        let sentence: Phrase
    }

    private let state: Mutex<State>

    private let loadAsker: @Sendable (Tx) throws -> Actor

    init(_ job: Job, _ database: Database, asker: @escaping @Sendable (Tx) throws -> Actor) {
        (self.job, self.database, loadAsker) = (job, database, asker)
        state = Mutex(State(sentence: job.sentence))
    }

    /// Who asked, with the rights of this moment.
    /// - Throws: `Refusal` `person.unknown` when the account is closed by now.
    public func asker(in tx: Tx) throws -> Actor { try loadAsker(tx) }

    /// Says how far the work is. Costs next to nothing: what is written, at most four times a second, is the latest.
    /// Progress never goes back: less than was told before changes the sentence alone.
    /// - Parameter done: 0 to `total`; what lies outside is cut.
    public func report(_ done: Int, of total: Int, _ sentence: Phrase) {
        let total = max(total, 0)
        let done = min(max(done, 0), total)
        state.withLock { state in
            let isFurther = Double(done) * Double(max(state.total, 1)) >= Double(state.done) * Double(max(total, 1))
            if total > 0, isFurther { (state.done, state.total) = (done, total) }
            state.sentence = sentence.shortened(to: JobLimits.sentence)
            state.isNews = true
        }
    }

    /// Long loops ask this now and then; what is thrown is passed on.
    /// - Throws: `CancellationError` when the job was cancelled, or this node no longer does it.
    public func checkCancelled() throws {
        if stop != nil { throw CancellationError() }
    }

    /// Runs what computes for long on a thread of its own: requests are answered by the others.
    public func compute<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try checkCancelled()
        return try await offload(to: .jobs, body)
    }

    var stop: Stop? { state.withLock { $0.stop } }

    /// The first reason stays.
    func halt(_ stop: Stop) {
        state.withLock { if $0.stop == nil { $0.stop = stop } }
    }

    /// What was told since the last look; nil for nothing.
    func takeNews() -> News? {
        state.withLock { state in
            guard state.isNews else { return nil }
            state.isNews = false
            return News(done: state.done, total: state.total, sentence: state.sentence)
        }
    }
}

extension Phrase {
    /// Engines count code points.
    func shortened(to limit: Int) -> Phrase {
        Phrase(
            zh: String(String.UnicodeScalarView(zh.unicodeScalars.prefix(limit))),
            en: String(String.UnicodeScalarView(en.unicodeScalars.prefix(limit))))
    }
}
