public import Identity
public import Kernel
public import Store

/// What pages, the API and the terminal ask of jobs.
public enum JobQueries {
    /// What the actor asked for, the newest first.
    /// - Parameter limit: 1 to 200.
    public static func mine(_ actor: Actor, limit: Int = 50, in tx: Tx) throws -> [Job] {
        try tx.map(
            """
            SELECT \(Job.columns) FROM job WHERE \(isAsked(by: actor)) ORDER BY id DESC LIMIT \(min(max(limit, 1), 200))
            """
        ) { try Job($0) }
    }

    /// One job, for its asker, the machine's owner, and whoever reads the record or edits rights there.
    /// - Throws: `Refusal` `job.none`, also where the actor may not see it.
    public static func job(_ id: ID<Job>, for actor: Actor, in tx: Tx) throws -> Job {
        guard let job = try job(id, in: tx),
            job.mayCancel(actor) || actor.may(.readRecord, at: job.place)
        else {
            throw Refusal(
                .notFound, "job.none", zh: "没有这项任务，或它早已结束并被清除；请从列表中重新打开。",
                en: "There is no such job, or it ended long ago and was dropped; open it from the list.")
        }
        return job
    }

    /// The newest job of a kind on a subject, for whoever may see the subject; nil where there was none.
    public static func latest(_ kind: String, on subject: Subject, in tx: Tx) throws -> Job? {
        try tx.first(
            """
            SELECT \(Job.columns) FROM job WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id)
                AND kind = \(kind) ORDER BY id DESC LIMIT 1
            """
        ).map { try Job($0) }
    }

    static func job(_ id: ID<Job>, in tx: Tx) throws -> Job? {
        try tx.first("SELECT \(Job.columns) FROM job WHERE id = \(id)").map { try Job($0) }
    }

    static func isAsked(by actor: Actor) -> SQL {
        if let person = actor.person { return "asked_by = \(person)" }
        return "asked_by IS NULL AND asker_kind = \(actor.kind.rawValue)"
    }
}
