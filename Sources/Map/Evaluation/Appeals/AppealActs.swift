import Common
public import Identity
public import Kernel
import Registry
import Store

extension Evaluations {
    /// Contests a fact that a run used of an estate that the officer corrects facts of. What the run used is looked up.
    /// - Throws: `Refusals` by field; `Refusal` `appeal.twice` while the same fact of the same run is contested
    ///   already, `right.missing`, `evaluation.estate`.
    public func appeal(_ draft: AppealDraft, in deed: Deed) throws -> ID<Appeal> {
        let tx = deed.tx
        let estate = try register.visibleEstate(draft.estate, for: deed.actor, in: tx)
        try deed.actor.require(.correctEstates, at: estate.place)
        let run = try run(draft.run, for: deed.actor, in: tx)
        try Refusals.throwIfAny(try refusals(of: draft, run, in: tx))
        let (stated, claimed) = (try fact(draft.fact, of: draft.estate, in: run, tx).told, try draft.claimed.told)
        guard stated != claimed else { throw AppealRefusals.sameValue }
        let isOpen: SQL = "estate = \(draft.estate) AND state = 'open'"
        guard
            try tx.first("SELECT 1 FROM appeal WHERE \(isOpen) AND run = \(draft.run) AND fact = \(draft.fact)") == nil
        else { throw AppealRefusals.twice }
        let open: Int = try tx.value("SELECT count(*) FROM appeal WHERE \(isOpen)") ?? 0
        guard open < AppealLimits.openEach else { throw AppealRefusals.tooMany }
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
    public func upholdAppeal(_ id: ID<Appeal>, decision: String, in deed: Deed) throws {
        let appeal = try openAppeal(id, decision, in: deed)
        let correction = try RecordQueries.change(
            of: appeal.fact, of: Subject("estate", appeal.estate), by: Self.correcting, since: appeal.madeAt,
            tx: deed.tx)
        let fact = try register.estate(appeal.estate, in: deed.tx)?.facts.value(appeal.fact).told
        guard let correction, let fact, fact != appeal.stated else { throw AppealRefusals.uncorrected }
        try decide(appeal, .upheld, decision, correction: correction, in: deed)
    }

    /// Finds an appeal wrong: the fact stays as it is.
    /// - Throws: `Refusal` `appeal.decided`, `appeal.none`; by field.
    public func dismissAppeal(_ id: ID<Appeal>, decision: String, in deed: Deed) throws {
        try decide(try openAppeal(id, decision, in: deed), .dismissed, decision, correction: nil, in: deed)
    }

    /// The acts of the register by which a fact of an estate changes.
    private static let correcting = ["estate.correct", "estate.import", "field.settle"]

    private func openAppeal(_ id: ID<Appeal>, _ decision: String, in deed: Deed) throws -> Appeal {
        let appeal = try appeal(id, for: deed.actor, in: deed.tx)
        try deed.actor.require(.editEvaluation, at: appeal.place)
        guard appeal.state == .open else { throw AppealRefusals.decided }
        try Refusals.throwIfAny(
            Words.refusals(
                decision, field: "decision", limit: AppealLimits.reason, Phrase(zh: "处理理由", en: "The decision")))
        return appeal
    }

    private func decide(
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

    private func refusals(of draft: AppealDraft, _ run: EvaluationRun, in tx: Tx) throws -> [Refusal] {
        var refusals = Words.refusals(
            draft.reason, field: "reason", limit: AppealLimits.reason, Phrase(zh: "申诉理由", en: "The reason"))
        let aspect = try scheme(of: run, in: tx).aspect(draft.aspect)
        if !(aspect?.indicators.contains { $0.measure.facts.contains(draft.fact) } ?? false) {
            refusals.append(AppealRefusals.noFact)
        }
        return try refusals + evidenceRefusals(draft, in: tx)
    }

    /// What the run took the fact for.
    private func fact(
        _ key: String, of estate: ID<Estate>, in run: EvaluationRun, _ tx: Tx
    ) throws -> FactValue {
        let position: Int? = try tx.value(
            "SELECT position FROM evaluation_result WHERE run = \(run.id) AND estate = \(estate)")
        guard let position else { throw AppealRefusals.notInRun }
        let frozen = try frozen(at: position, of: run, in: tx)
        let keys = try keys(of: run, in: tx)
        return keys.firstIndex(of: key).map { frozen.facts[$0] } ?? .unknown
    }

    private func evidenceRefusals(_ draft: AppealDraft, in tx: Tx) throws -> [Refusal] {
        let evidence = draft.evidence
        guard evidence.photos.count + evidence.files.count <= AppealEvidence.most else {
            return [AppealRefusals.tooMuchEvidence]
        }
        let photos = evidence.photos.isEmpty ? [] : try register.photos(of: draft.estate, in: tx).map(\.id)
        let files = try StoredFile.known(evidence.files, tx)
        let isThere = Set(evidence.photos).isSubset(of: photos) && Set(evidence.files).isSubset(of: files)
        return isThere ? [] : [AppealRefusals.noEvidence]
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
