public import Frame
import Kernel

/// The comprehensive evaluation: rankings and their reasons; schemes, weights, runs and what is published of them.
public enum EvaluationRoutes {
    public static let all: [Route] = reading + appeals + SchemeRoutes.all

    private static let reading: [Route] =
        [
            .page("/evaluation", .right(.readEvaluation)) { visit, tx in
                try RankingPage(latest: visit, in: tx)?.answer(visit) ?? RankingPage.none(visit)
            },
            .page("/evaluation/runs", .right(.readEvaluation), RunsPage.answer),
            .page("/evaluation/runs/{id}", .right(.readEvaluation)) { visit, tx in
                try RankingPage(visit.run(in: tx), visit, in: tx).answer(visit)
            },
            .page("/evaluation/runs/{id}/survey", .right(.readEvaluation), SurveyFirstPage.answer),
            .page("/evaluation/runs/{id}/methods", .right(.readEvaluation), MethodsPage.answer),
            .page("/evaluation/runs/{id}/compare", .right(.readEvaluation), EstatesBesidePage.answer),
            .page("/evaluation/runs/{id}/against", .right(.readEvaluation), RunsBesidePage.answer),
            .page("/evaluation/runs/{id}/estates/{estate}", .right(.readEvaluation)) { visit, tx in
                try ReportPage(visit, in: tx).answer(visit)
            },
        ] + RankingExport.routes

    private static let appeals: [Route] = [
        .page("/evaluation/appeals", .right(.readEvaluation), AppealsPage.answer),
        .act("/evaluation/runs/{id}/estates/{estate}", .right(.correctEstates), AppealActs.make),
        .page("/evaluation/appeals/{appeal}", .right(.readEvaluation), AppealPage.answer),
        .act("/evaluation/appeals/{appeal}", .right(.editEvaluation), AppealActs.decide),
    ]
}
