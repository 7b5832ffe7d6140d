import Frame

/// Who stands where, and why.
enum RankingRoutes {
    static let all: [Route] = []
}
