import Common
public import Identity
public import Kernel
public import Registry
import Store

/// What people do about facts that an evaluation used.
public enum Appeals {
    /// Characters of a reason, and of a decision.
    public static let longestReason = 1_000
    /// Open appeals of one estate.
    static let openEach = 30

    /// Contests a fact of an estate that the officer corrects facts of.
    /// - Throws: `Refusals` by field; `Refusal` `appeal.twice` while the same fact of the same run is contested already,
    ///   `right.missing`, `estate.none`.
    public static func make(_ draft: AppealDraft, register: Register, in deed: Deed) throws -> ID<Appeal> {
        let tx = deed.tx
        let estate = try register.visibleEstate(draft.estate, for: deed.actor, in: tx)
        try deed.actor.require(.correctEstates, at: estate.place)
        let (stated, claimed) = (try draft.stated.told, try draft.claimed.told)
        try Refusals.throwIfAny(try refusals(of: draft, register, in: tx))
        guard stated != claimed else { throw sameValue }
        let isOpen: SQL = "estate = \(draft.estate) AND state = 'open'"
        guard
            try tx.first("SELECT 1 FROM appeal WHERE \(isOpen) AND run = \(draft.run) AND fact = \(draft.fact)") == nil
        else { throw twice }
        let open: Int = try tx.value("SELECT count(*) FROM appeal WHERE \(isOpen)") ?? 0
        guard open < openEach else { throw tooMany }
        let id = ID<Appeal>(at: deed.now)
        let number: Int = try tx.value("SELECT coalesce(max(number), 0) + 1 FROM appeal") ?? 1
        try tx.run(
            """
            INSERT INTO appeal (id, number, run, estate, place, aspect, fact, stated, claimed, reason, evidence, state,
                made_at, made_by)
            VALUES (\(id), \(number), \(draft.run), \(draft.estate), \(estate.place), \(draft.aspect), \(draft.fact),
                \(stated.text), \(claimed.text), \(draft.reason), \(draft.evidence.json.text), 'open', \(deed.now),
                \(deed.actor.person))
            """)
        let told = JSON.object([
            "estate": .string(draft.estate.description), "run": .string(draft.run.description),
            "aspect": .string(draft.aspect), "fact": .string(draft.fact), "stated": stated, "claimed": claimed,
            "reason": .string(draft.reason), "evidence": draft.evidence.json,
        ])
        try deed.record("appeal.make", on: Subject("appeal", id), at: estate.place, after: told.text)
        return id
    }

    /// Finds an appeal right. The fact must have been corrected in the register since, by the register's own act; the
    /// appeal points at that line of the record, and the next run shows the effect.
    /// - Throws: `Refusal` `appeal.uncorrected` while the register still says what was contested, `appeal.decided`.
    public static func uphold(
        _ id: ID<Appeal>, decision: String, register: Register, in deed: Deed
    ) throws {
        let appeal = try openAppeal(id, decision, in: deed)
        let correction = try RecordQueries.change(
            of: appeal.fact, of: Subject("estate", appeal.estate), by: correcting, since: appeal.madeAt, tx: deed.tx)
        let fact = try register.estate(appeal.estate, in: deed.tx)?.facts.value(appeal.fact).told
        guard let correction, let fact, fact != appeal.stated else { throw uncorrected }
        try decide(appeal, .upheld, decision, correction: correction, in: deed)
    }

    /// Finds an appeal wrong: the fact stays as it is.
    /// - Throws: `Refusal` `appeal.decided`, `appeal.none`; by field.
    public static func dismiss(_ id: ID<Appeal>, decision: String, in deed: Deed) throws {
        try decide(try openAppeal(id, decision, in: deed), .dismissed, decision, correction: nil, in: deed)
    }

    /// The acts of the register by which a fact of an estate changes.
    private static let correcting = ["estate.correct", "estate.import", "field.settle"]

    private static func openAppeal(_ id: ID<Appeal>, _ decision: String, in deed: Deed) throws -> Appeal {
        let appeal = try AppealQueries.appeal(id, for: deed.actor, in: deed.tx)
        try deed.actor.require(.editEvaluation, at: appeal.place)
        guard appeal.state == .open else { throw decided }
        try Refusals.throwIfAny(
            Words.refusals(decision, field: "decision", limit: longestReason, Phrase(zh: "处理理由", en: "The decision")))
        return appeal
    }

    private static func decide(
        _ appeal: Appeal, _ state: Appeal.State, _ decision: String, correction: ID<RecordLine>?, in deed: Deed
    ) throws {
        try deed.tx.run(
            """
            UPDATE appeal SET state = \(state), decided_at = \(deed.now), decided_by = \(deed.actor.person),
                decision = \(decision), correction = \(correction) WHERE id = \(appeal.id)
            """)
        let told = JSON.object([
            "decision": .string(decision), "correction": correction.map { .string($0.description) } ?? .null,
        ])
        try deed.record(
            state == .upheld ? "appeal.uphold" : "appeal.dismiss", on: Subject("appeal", appeal.id), at: appeal.place,
            after: told.text)
    }

    private static func refusals(of draft: AppealDraft, _ register: Register, in tx: Tx) throws -> [Refusal] {
        var refusals = Words.refusals(
            draft.reason, field: "reason", limit: longestReason, Phrase(zh: "申诉理由", en: "The reason"))
        refusals += Words.refusals(draft.aspect, field: "aspect", limit: 40, Phrase(zh: "指标", en: "The aspect"))
        if try register.form(.estate, in: tx).question(draft.fact) == nil { refusals.append(noFact) }
        return try refusals + evidenceRefusals(draft, register, in: tx)
    }

    private static func evidenceRefusals(
        _ draft: AppealDraft, _ register: Register, in tx: Tx
    ) throws -> [Refusal] {
        let evidence = draft.evidence
        guard evidence.photos.count + evidence.files.count <= AppealEvidence.most else { return [tooMuchEvidence] }
        let photos = evidence.photos.isEmpty ? [] : try register.photos(of: draft.estate, in: tx).map(\.id)
        let files = try StoredFile.known(evidence.files, tx)
        let isThere = Set(evidence.photos).isSubset(of: photos) && Set(evidence.files).isSubset(of: files)
        return isThere ? [] : [noEvidence]
    }
}

extension FactValue {
    /// The value as JSON, equal values as equal JSON.
    var told: JSON {
        get throws {
            var bytes: [UInt8] = []
            appendJSON(to: &bytes)
            return try JSON(parsing: bytes)
        }
    }
}

extension Appeals {
    private static var noFact: Refusal {
        Refusal(
            "appeal.fact", zh: "调查表中没有这一项；请从小区报告里选择要申诉的数据。",
            en: "The survey form has no such question; choose the fact in the estate's report.", field: "fact")
    }

    private static var sameValue: Refusal {
        Refusal(
            "appeal.same", zh: "您填写的值与评估所用的相同；请填写您认为正确的值。",
            en: "The value is the one that the evaluation used; give the one that is right.", field: "claimed")
    }

    private static var twice: Refusal {
        Refusal(
            .conflict, "appeal.twice", zh: "这次评估的这项数据已有待核查的申诉；请在原申诉中查看进展。",
            en: "This fact of this run is contested already; follow the open appeal.")
    }

    private static var tooMany: Refusal {
        Refusal(
            .tooMany, "appeal.many", zh: "该小区待核查的申诉已有 \(openEach) 件；请等待处理。",
            en: "This estate has \(openEach) open appeals already; wait until they are decided.")
    }

    private static var tooMuchEvidence: Refusal {
        Refusal(
            "appeal.evidence.many", zh: "照片和文件合计最多 \(AppealEvidence.most) 件。",
            en: "At most \(AppealEvidence.most) photos and files together.", field: "evidence")
    }

    private static var noEvidence: Refusal {
        Refusal(
            "appeal.evidence", zh: "有证据照片或文件不存在，或不属于该小区；请重新上传。",
            en: "A photo or file given as evidence is not there, or not this estate's; upload it again.",
            field: "evidence")
    }

    private static var uncorrected: Refusal {
        Refusal(
            .conflict, "appeal.uncorrected", zh: "小区台账中的这项数据还没有更正；请先在小区页面更正，再判定申诉成立。",
            en: "The register still says what was contested; correct the estate's fact first, then uphold the appeal.")
    }

    private static var decided: Refusal {
        Refusal(.conflict, "appeal.decided", zh: "这项申诉已经处理。", en: "This appeal was decided already.")
    }
}
