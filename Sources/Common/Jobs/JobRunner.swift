public import Identity
public import Kernel
public import Store

/// Does the city's jobs on this node, one at a time, oldest first. Any number of nodes may run one over the same
/// database: who holds a job's lease does it. A node that is lost loses its job when the lease ends, 30 s later; the
/// next one begins it again from the start, which is right because nothing of it was stored. After three starts
/// without an end the job has failed.
public struct JobRunner: Sendable {
    let book: JobBook
    private let kinds: [String: JobKind]

    /// - Parameter kinds: all that this program knows, each name once; jobs of others are left to nodes that know them.
    public init(database: Database, vault: Vault, clock: any Clock, kinds: [JobKind]) {
        self.kinds = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        book = JobBook(database: database, vault: vault, clock: clock, kinds: self.kinds.keys.sorted())
    }

    /// Does jobs until cancelled; then gives back the one it is at, to be begun again.
    /// - Parameter onError: told of what is no job's own refusal.
    public func run(_ onError: @escaping @Sendable (any Error) -> Void) async {
        var sweptAt: Instant?
        while !Task.isCancelled {
            do {
                if sweptAt.map({ $0.adding(seconds: 3600) <= book.clock.now }) ?? true {
                    try await book.dropOld()
                    sweptAt = book.clock.now
                }
                if try await runOnce(onError) { continue }
            } catch {
                if Task.isCancelled { break }
                onError(error)
                try? await Task.sleep(for: .seconds(2))
            }
            try? await Task.sleep(for: .milliseconds(JobLimits.poll))
        }
    }

    /// Does the oldest job that waits or was lost by its node.
    /// - Returns: false when there was none.
    @discardableResult
    public func runOnce(_ onError: @escaping @Sendable (any Error) -> Void = { _ in }) async throws -> Bool {
        guard let hold = try await book.claim() else { return false }
        await perform(hold, onError)
        return true
    }

    /// For the terminal: does this one job here, or waits for the node that has it.
    /// - Parameter tell: shown the job four times a second.
    /// - Returns: the job when it is over.
    /// - Throws: `Refusal` `job.none`; `CancellationError`; what the store throws.
    public func carryOut(
        _ id: ID<Job>, for actor: Actor, tell: @escaping @Sendable (Job) -> Void = { _ in },
        onError: @escaping @Sendable (any Error) -> Void = { _ in }
    ) async throws -> Job {
        let worker = Task {
            while !Task.isCancelled {
                do {
                    if let hold = try await book.claim(id) { await perform(hold, onError) }
                } catch {
                    if !Task.isCancelled { onError(error) }
                }
                try? await Task.sleep(for: .milliseconds(JobLimits.poll))
            }
        }
        do {
            let job = try await watch(id, for: actor, tell)
            worker.cancel()
            return job
        } catch {
            worker.cancel()
            // What was interrupted here is given back first.
            await worker.value
            throw error
        }
    }

    private func watch(_ id: ID<Job>, for actor: Actor, _ tell: @Sendable (Job) -> Void) async throws -> Job {
        while true {
            let job = try await book.database.read { try JobQueries.job(id, for: actor, in: $0) }
            tell(job)
            if job.state.isOver { return job }
            try await Task.sleep(for: .milliseconds(JobLimits.pulse))
        }
    }

    /// One attempt at a job: the work, its progress beside it, its end. Errors of the work end the job, not the runner.
    private func perform(_ hold: JobHold, _ onError: @escaping @Sendable (any Error) -> Void) async {
        guard let kind = kinds[hold.job.kind] else { return }
        let context = JobContext(hold.job, book.database) { [book] in try book.asker(of: hold.job, $0) }
        let work = Task { try await kind.work(context) }
        let pulse = Task { await keep(hold, context, work) }
        let result = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            context.halt(.shutdown)
            work.cancel()
        }
        pulse.cancel()
        await pulse.value
        // A task of its own: when this one is cancelled, its last writes must not be.
        await Task {
            do {
                try await end(hold, context, result, onError)
            } catch {
                // Left to the lease: whoever takes the job over begins it again.
                onError(error)
            }
        }.value
    }

    /// Writes progress, renews the lease and looks whether the job was cancelled, until the work is over.
    private func keep(_ hold: JobHold, _ context: JobContext, _ work: Task<JobOutcome, any Error>) async {
        var renewed = book.clock.now
        while (try? await Task.sleep(for: .milliseconds(JobLimits.pulse))) != nil {
            let news = context.takeNews()
            let isDue = book.clock.now.milliseconds - renewed.milliseconds >= JobLimits.lease / 3
            // Trouble of the store is no reason to stop: the end is written only by who still holds the job.
            guard let sign = try? await (news != nil || isDue ? book.renew(hold, news) : book.look(hold)) else {
                continue
            }
            if news != nil || isDue { renewed = book.clock.now }
            switch sign {
            case .goOn: continue
            case .cancel: context.halt(.cancelled)
            case .lost: context.halt(.lost)
            }
            return work.cancel()
        }
    }

    private func end(
        _ hold: JobHold, _ context: JobContext, _ result: Result<JobOutcome, any Error>,
        _ onError: @Sendable (any Error) -> Void
    ) async throws {
        do {
            let outcome = try result.get()
            if let last = context.takeNews() { _ = try await book.renew(hold, last) }
            try await book.finish(hold, outcome)
        } catch let refusal as Refusal {
            try await book.close(hold, as: .refused, refusal.message, code: refusal.code)
        } catch let refusals as Refusals {
            let first = refusals.all.first
            try await book.close(hold, as: .refused, Self.sentence(of: refusals), code: first?.code)
        } catch is CancellationError {
            switch context.stop {
            case .lost: return
            case .shutdown: try await book.giveBack(hold)
            case .cancelled, nil: try await book.close(hold, as: .cancelled, Job.cancelledSentence)
            }
        } catch let error as StoreError where error.mayPass {
            throw error
        } catch {
            onError(error)
            let told = (error as? StoreError)?.refusal ?? Self.broken
            try await book.close(hold, as: .failed, told.message, code: told.code)
        }
    }

    private static func sentence(of refusals: Refusals) -> Phrase {
        Phrase(
            zh: refusals.all.map(\.message.zh).joined(separator: " "),
            en: refusals.all.map(\.message.en).joined(separator: " "))
    }

    private static let broken = Refusal(
        .unavailable, "job.broken", zh: "系统内部出错，没有保存任何结果；请把任务编号告诉管理员。",
        en: "Something is wrong inside Yiju; nothing was stored. Tell an administrator the job's id.")
}

extension StoreError {
    /// The same work may succeed in half a minute.
    fileprivate var mayPass: Bool {
        switch self {
        case .transient, .disconnected, .uncertain, .timeout: true
        default: false
        }
    }
}
