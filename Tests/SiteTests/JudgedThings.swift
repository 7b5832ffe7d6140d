import Common
import Evaluation
import Frame
import Identity
import Kernel
import Registry
import Store

/// What an evaluation of one district leaves, for addresses that name it.
struct JudgedThings {
    let run: ID<EvaluationRun>
    let draft: ID<SchemeDraft>
    let session: ID<WeightingSession>
    let residents: ID<ResidentWeights>
    let publication: ID<Publication>
    let appeal: ID<Appeal>
    let job: ID<Job>

    init(_ estate: ID<Estate>, at district: PlaceCode, _ test: TestHall) async throws {
        let (hall, owner) = (test.hall, Actor.machineOwner(requestID: "test"))
        let evaluations = hall.evaluations
        let order = EvaluationOrder(place: district)
        let run = try await evaluations.evaluate(order, as: owner, clock: hall.clock, in: hall.database)
        self.run = run
        publication = try await evaluations.publish(
            run, title: "公布", as: owner, vault: hall.vault, files: hall.files, clock: hall.clock, in: hall.database)
        (draft, session, residents) = try await test.act { deed in
            let scheme = try evaluations.scheme(.current, in: deed.tx).scheme
            let subject = WeightingSubject.groups(.need)
            let day = deed.today
            return (
                try Self.draft(evaluations, in: deed),
                try Weighting.open(
                    WeightingDraft(
                        place: district, scheme: scheme, subject: subject, title: "权重", method: .pairwise), in: deed),
                try Weighting.enter(
                    ResidentTotals(
                        place: district, scheme: scheme, subject: subject, source: "问卷", day: day, rule: .chosen,
                        respondents: 40, totals: subject.items(in: scheme).map { _ in 10 }), in: deed)
            )
        }
        (appeal, job) = try await test.act { deed in
            let appeal = AppealDraft(
                run: run, estate: estate, aspect: "leakage", fact: "roofLeakage", claimed: .choice("poor"),
                reason: "漏水")
            return (
                try evaluations.appeal(appeal, in: deed), try Self.job(order, at: district, evaluations, in: deed)
            )
        }
    }

    /// There may be so many drafts and no more.
    private static func draft(_ evaluations: Evaluations, in deed: Deed) throws -> ID<SchemeDraft> {
        let drafts = try evaluations.drafts(for: deed.actor, in: deed.tx)
        if let last = drafts.last, drafts.count >= 20 { try evaluations.discardDraft(last.id, in: deed) }
        return try evaluations.draftScheme(in: deed)
    }

    /// Nobody does jobs here: one that waits serves again.
    private static func job(
        _ order: EvaluationOrder, at district: PlaceCode, _ evaluations: Evaluations, in deed: Deed
    ) throws -> ID<Job> {
        let kind = evaluations.jobKind.name
        let last = try JobQueries.latest(kind, on: Subject("place", district.digits), in: deed.tx)
        if let last, !last.state.isOver, !last.isCancelAsked { return last.id }
        return try evaluations.ask(order, in: deed)
    }
}
