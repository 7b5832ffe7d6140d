public import Identity
public import Kernel
import Store

extension Job {
    /// Asks for work, which some node begins soon. Who may ask, the act that calls this has checked.
    ///
    /// What waits already, on the same subject with the same input, is not asked for twice.
    /// - Throws: `Refusal` `job.many` when too many are open, `job.input` when the input is too large,
    ///   `signin.required`.
    @discardableResult
    public static func ask(
        _ kind: String, on subject: Subject, at place: PlaceCode, input: JSON = .object([]), in deed: Deed
    ) throws -> ID<Job> {
        let (actor, tx, text) = (deed.actor, deed.tx, input.text)
        guard actor.kind != .visitor else {
            throw Refusal(.unauthenticated, "signin.required", zh: "请先登录。", en: "Please sign in first.")
        }
        guard text.utf8.count <= JobLimits.inputBytes else { throw tooLarge }
        let waiting: ID<Job>? = try tx.value(
            """
            SELECT id FROM job WHERE state = 'waiting' AND cancel_asked = 0 AND kind = \(kind) AND input = \(text)
                AND subject_kind = \(subject.kind) AND subject_id = \(subject.id) ORDER BY id LIMIT 1
            """)
        if let waiting { return waiting }
        try refuseMany(actor, tx)
        let id = ID<Job>(at: deed.now)
        try tx.run(
            """
            INSERT INTO job (id, kind, subject_kind, subject_id, place, input, asked_by, asker_kind, asked_at, state,
                done, total, sentence_zh, sentence_en, attempts, cancel_asked)
            VALUES (\(id), \(kind), \(subject.kind), \(subject.id), \(place), \(text), \(actor.person),
                \(actor.kind.rawValue), \(deed.now), 'waiting', 0, 0, \(waitingSentence.zh), \(waitingSentence.en), 0, 0)
            """)
        let told = JSON.object(["kind": .string(kind), "on": .string("\(subject.kind) \(subject.id)")])
        try deed.record("job.ask", on: Subject("job", id), at: place, after: told.text)
        return id
    }

    /// Calls a job off: one that waits at once, one that runs as soon as it looks up. What is over stays as it is.
    /// Its asker may, the machine's owner, and who edits the rights there.
    /// - Returns: false when it was over already, or called off before.
    /// - Throws: `Refusal` `job.none`, `job.notYours`.
    @discardableResult
    public static func cancel(_ id: ID<Job>, in deed: Deed) throws -> Bool {
        let job = try JobQueries.job(id, for: deed.actor, in: deed.tx)
        guard job.mayCancel(deed.actor) else {
            throw Refusal(
                .forbidden, "job.notYours", zh: "只有发起人或管理员可以取消这项任务；请与发起人联系。",
                en: "Only who asked for this job or an administrator may cancel it; speak with them.")
        }
        guard !job.state.isOver, !job.isCancelAsked else { return false }
        if job.state == .waiting {
            try deed.tx.run(
                """
                UPDATE job SET state = 'cancelled', cancel_asked = 1, ended_at = \(deed.now),
                    sentence_zh = \(cancelledSentence.zh), sentence_en = \(cancelledSentence.en) WHERE id = \(id)
                """)
        } else {
            try deed.tx.run("UPDATE job SET cancel_asked = 1 WHERE id = \(id)")
        }
        try deed.record(
            "job.cancel", on: Subject("job", id), at: job.place, before: JSON.object(["kind": .string(job.kind)]).text)
        return true
    }

    /// Whether `cancel` would take it from this actor; a page shows the button by it.
    public func mayCancel(_ actor: Actor) -> Bool {
        isAsked(by: actor) || actor.kind == .owner || actor.may(.editRights, at: place)
    }

    private static func refuseMany(_ actor: Actor, _ tx: Tx) throws {
        let isOpen: SQL = "state IN ('waiting', 'running')"
        let (everyone, own): (Int, Int) = (
            try tx.value("SELECT count(*) FROM job WHERE \(isOpen)") ?? 0,
            try tx.value(
                "SELECT count(*) FROM job WHERE \(isOpen) AND \(JobQueries.isAsked(by: actor))") ?? 0
        )
        guard everyone < JobLimits.openInAll, own < JobLimits.openEach else {
            throw Refusal(
                .tooMany, "job.many", zh: "未完成的任务太多；请等前面的任务结束，或取消不需要的任务。",
                en: "Too many jobs are waiting or running; wait for one to end, or cancel one that is not needed.")
        }
    }

    private static var tooLarge: Refusal {
        Refusal(
            .tooLarge, "job.input", zh: "任务的参数超过 \(JobLimits.inputBytes / 1024) KB；请减少选择的内容。",
            en: "The job's input is larger than \(JobLimits.inputBytes / 1024) KB; choose less.")
    }

    static let waitingSentence = Phrase(zh: "等待开始", en: "waiting to begin")
    static let cancelledSentence = Phrase(zh: "已取消，没有保存任何结果", en: "cancelled; nothing was stored")
}
