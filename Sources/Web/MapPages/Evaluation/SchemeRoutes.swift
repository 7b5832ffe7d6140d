import Frame
import Kernel

/// What estates are judged by, and the making of an evaluation.
enum SchemeRoutes {
    static let all: [Route] = schemes + weights + runs + sessions + publications

    private static let schemes: [Route] = [
        .page("/evaluation/scheme", .right(.readEvaluation), SchemePage.answer),
        .page("/evaluation/scheme.json", .right(.readEvaluation), SchemePage.document),
        .page("/evaluation/scheme/difference", .right(.readEvaluation), SchemeDifferencePage.answer),
        .act("/evaluation/drafts", .right(.editEvaluation), DraftActs.begin),
        .upload(
            "/evaluation/drafts/upload", .right(.editEvaluation), limit: SchemeFilePage.limit, SchemeFilePage.upload),
        .page("/evaluation/drafts/{draft}", .right(.editEvaluation)) { visit, tx in
            try DraftPage(visit, in: tx).answer(visit)
        },
        .act("/evaluation/drafts/{draft}/weights", .right(.editEvaluation), DraftActs.weights),
        .page("/evaluation/drafts/{draft}/rules", .right(.editEvaluation)) { visit, tx in
            try DraftPartPage(visit, in: tx).answer(visit)
        },
        .act("/evaluation/drafts/{draft}/rules", .right(.editEvaluation), DraftPartPage.save),
        .page("/evaluation/drafts/{draft}/aspects/{aspect}", .right(.editEvaluation)) { visit, tx in
            try DraftPartPage(visit, in: tx).answer(visit)
        },
        .act("/evaluation/drafts/{draft}/aspects/{aspect}", .right(.editEvaluation), DraftPartPage.save),
        .act("/evaluation/drafts/{draft}/document", .right(.editEvaluation), DraftActs.document),
        .act("/evaluation/drafts/{draft}/issue", .right(.editEvaluation), DraftActs.issue),
        .act("/evaluation/drafts/{draft}/discard", .right(.editEvaluation), DraftActs.discard),
        .page("/evaluation/drafts/{draft}/simulation", .right(.editEvaluation), DraftPage.simulation),
    ]

    private static let weights: [Route] = [
        .page("/evaluation/weights", .right(.readEvaluation), WeightsPage.answer),
        .act("/evaluation/weights/draft", .right(.editEvaluation), WeightsPage.take),
        .page("/evaluation/runs/{id}/matrix.json", .right(.readEvaluation), WeightsPage.matrix),
    ]

    private static let runs: [Route] = [
        .page("/evaluation/new", .right(.runEvaluation)) { visit, tx in try NewRunPage.answer(visit, in: tx) },
        .act("/evaluation/new", .right(.runEvaluation), NewRunPage.ask),
        .page("/evaluation/runs/{id}/replay", .right(.readEvaluation), NewRunPage.replay),
        .page("/jobs", .signedIn, JobPages.list),
        .page("/jobs/{job}", .signedIn, JobPages.one),
        .act("/jobs/{job}/cancel", .signedIn, JobPages.cancel),
    ]

    private static let sessions: [Route] = [
        .page("/evaluation/weighting", .signedIn) { visit, tx in try WeightingPages.list(visit, in: tx) },
        .act("/evaluation/weighting", .right(.editEvaluation), WeightingActs.open),
        .act("/evaluation/weighting/residents", .right(.editEvaluation), WeightingActs.residents),
        .act("/evaluation/weighting/residents/{residents}/take", .right(.editEvaluation), WeightingActs.takeResidents),
        .page("/evaluation/weighting/beside", .right(.readEvaluation), BothRankingsPage.answer),
        .page("/evaluation/weighting/{session}", .signedIn) { visit, tx in try SessionPage(visit, in: tx).answer(visit)
        },
        .act("/evaluation/weighting/{session}/invite", .right(.editEvaluation), WeightingActs.invite),
        .act("/evaluation/weighting/{session}/judge", .signedIn, WeightingActs.judge),
        .act("/evaluation/weighting/{session}/close", .right(.editEvaluation), WeightingActs.close),
        .act("/evaluation/weighting/{session}/take", .right(.editEvaluation), WeightingActs.take),
    ]

    private static let publications: [Route] = [
        .page("/evaluation/runs/{id}/publish", .right(.publishEvaluation)) { visit, tx in
            try PublicationPages.preview(visit, in: tx)
        },
        .act("/evaluation/runs/{id}/publish", .right(.publishEvaluation), PublicationPages.publish),
        .page("/public/evaluations", .anyone, PublicationPages.list),
        .look("/public/evaluations/{publication}", .anyone) { visit in try await PublicationPages.one(visit) },
        .look("/public/evaluations/{publication}/document.json", .anyone, PublicationPages.document),
        .act("/public/evaluations/{publication}/withdraw", .right(.publishEvaluation), PublicationPages.withdraw),
    ]
}
