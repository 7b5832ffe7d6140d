public import Frame

/// The comprehensive evaluation: rankings and their reasons; schemes, weights, runs and what is published of them.
public enum EvaluationRoutes {
    public static let all: [Route] = RankingRoutes.all + SchemeRoutes.all
}
