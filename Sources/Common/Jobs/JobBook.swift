import Cryptography
import Identity
import Kernel
import Store

/// One attempt at a job by one node.
struct JobHold: Sendable {
    let job: Job
    let node: String

    /// Whether the row is still held by this attempt and no other.
    var isOurs: SQL {
        "id = \(job.id) AND state = 'running' AND node = \(node) AND attempts = \(job.attempts)"
    }
}

/// The statements by which a runner takes, keeps and ends jobs. Each is one transaction; each end asks whether the job
/// is still held, so that two nodes never both end one.
struct JobBook: Sendable {
    let database: Database
    let vault: Vault
    let clock: any Clock
    let kinds: [String]
    /// Names this runner in leases.
    let node = Random.token()

    enum Sign: Sendable { case goOn, cancel, lost }

    // MARK: taking

    /// Takes the oldest job that waits or whose lease has ended; ends on the way what was cancelled or lost too often.
    /// - Parameter id: this one only.
    func claim(_ id: ID<Job>? = nil) async throws -> JobHold? {
        // A look first, so that an idle city writes nothing.
        guard try await database.glance({ try next(id, $0) }) != nil else { return nil }
        return try await database.write { tx in
            for _ in 0..<JobLimits.openInAll {
                guard let job = try next(id, tx) else { return nil }
                if job.isCancelAsked {
                    try set(.cancelled, Job.cancelledSentence, where: "id = \(job.id)", tx)
                } else if job.attempts >= JobLimits.attempts {
                    try set(.failed, Self.interrupted, code: "job.interrupted", where: "id = \(job.id)", tx)
                } else {
                    return try hold(job, tx)
                }
            }
            return nil
        }
    }

    private func next(_ id: ID<Job>?, _ tx: Tx) throws -> Job? {
        let wanted: SQL = if let id { "id = \(id) AND " } else { "" }
        return try tx.first(
            """
            SELECT \(Job.columns) FROM job WHERE \(wanted)state IN ('waiting', 'running')
                AND (state = 'waiting' OR held_until <= \(clock.now)) AND kind IN \(list: kinds) ORDER BY id LIMIT 1
            """
        ).map { try Job($0) }
    }

    private func hold(_ job: Job, _ tx: Tx) throws -> JobHold? {
        let now = clock.now
        try tx.run(
            """
            UPDATE job SET state = 'running', node = \(node), held_until = \(heldUntil(now)), started_at = \(now),
                attempts = attempts + 1, done = 0, total = 0, sentence_zh = \(Self.begun.zh),
                sentence_en = \(Self.begun.en) WHERE id = \(job.id)
            """)
        return try JobQueries.job(job.id, in: tx).map { JobHold(job: $0, node: node) }
    }

    // MARK: keeping

    /// Writes what the work told, and holds the job for longer.
    func renew(_ hold: JobHold, _ news: JobContext.News?) async throws -> Sign {
        let until = heldUntil(clock.now)
        return try await database.write { tx in
            if let news {
                try tx.run(
                    """
                    UPDATE job SET held_until = \(until), done = \(news.done), total = \(news.total),
                        sentence_zh = \(news.sentence.zh), sentence_en = \(news.sentence.en) WHERE \(hold.isOurs)
                    """)
            } else {
                try tx.run("UPDATE job SET held_until = \(until) WHERE \(hold.isOurs)")
            }
            return try sign(hold, tx)
        }
    }

    func look(_ hold: JobHold) async throws -> Sign {
        try await database.glance { try sign(hold, $0) }
    }

    private func sign(_ hold: JobHold, _ tx: Tx) throws -> Sign {
        let isCancelled: Bool? = try tx.value("SELECT cancel_asked FROM job WHERE \(hold.isOurs)")
        return isCancelled.map { $0 ? .cancel : .goOn } ?? .lost
    }

    // MARK: ending

    /// Stores the result and ends the job, both or neither.
    /// - Throws: what the outcome's write throws; `CancellationError` when the job was cancelled or is no longer held.
    func finish(_ hold: JobHold, _ outcome: JobOutcome) async throws {
        try await database.writeAlone { tx in
            guard try sign(hold, tx) == .goOn else { throw CancellationError() }
            let deed = Deed(actor: try asker(of: hold.job, tx), now: clock.now, tx: tx)
            let result = try outcome.write(deed)
            let sentence = outcome.sentence.shortened(to: JobLimits.sentence)
            try set(.done, sentence, result: result, where: hold.isOurs, tx)
        }
    }

    /// Ends the job without a result, unless it is another's by now.
    func close(_ hold: JobHold, as state: Job.State, _ sentence: Phrase, code: String? = nil) async throws {
        try await database.write { tx in
            try set(state, sentence.shortened(to: JobLimits.sentence), code: code, where: hold.isOurs, tx)
        }
    }

    /// Lets another node, or this one after its restart, begin the job again; that attempt does not count.
    func giveBack(_ hold: JobHold) async throws {
        try await database.write { tx in
            try tx.run(
                """
                UPDATE job SET state = 'waiting', node = NULL, held_until = NULL, attempts = attempts - 1, done = 0,
                    total = 0, sentence_zh = \(Job.waitingSentence.zh), sentence_en = \(Job.waitingSentence.en)
                WHERE \(hold.isOurs)
                """)
        }
    }

    /// Drops what ended long ago. The record keeps who asked for what.
    func dropOld() async throws {
        let eldest = clock.now.adding(seconds: -JobLimits.keptDays * 86_400)
        let isOld: SQL = "ended_at < \(eldest)"
        guard try await database.glance({ try $0.first("SELECT 1 FROM job WHERE \(isOld) LIMIT 1") }) != nil else {
            return
        }
        try await database.write { tx in
            try tx.run(
                """
                DELETE FROM job WHERE id IN
                    (SELECT id FROM job WHERE \(isOld) ORDER BY ended_at LIMIT \(JobLimits.dropped))
                """)
        }
    }

    private func set(
        _ state: Job.State, _ sentence: Phrase, code: String? = nil, result: String? = nil, where condition: SQL,
        _ tx: Tx
    ) throws {
        let isDone: SQL = state == .done ? ", done = total" : ""
        try tx.run(
            """
            UPDATE job SET state = \(state), sentence_zh = \(sentence.zh), sentence_en = \(sentence.en),
                code = \(code), result = \(result), ended_at = \(clock.now), node = NULL, held_until = NULL\(isDone)
            WHERE \(condition)
            """)
    }

    /// Who asked, with the rights of this moment: who lost a right meanwhile stores nothing by it.
    func asker(of job: Job, _ tx: Tx) throws -> Actor {
        let request = "job \(job.id)"
        guard let person = job.askedBy else {
            return job.askerKind == .owner ? .machineOwner(requestID: request) : .system(requestID: request)
        }
        return try Actors.load(person, now: clock.now, requestID: request, vault: vault, tx: tx)
    }

    private func heldUntil(_ now: Instant) -> Instant { Instant(milliseconds: now.milliseconds + JobLimits.lease) }

    private static let begun = Phrase(zh: "已开始", en: "begun")

    private static let interrupted = Phrase(
        zh: "中断了 \(JobLimits.attempts) 次，不再重试，没有保存任何结果；请管理员检查服务器后重新发起。",
        en: """
            Interrupted \(JobLimits.attempts) times and begun no more; nothing was stored. An administrator must look \
            after the server; then ask again.
            """)
}
