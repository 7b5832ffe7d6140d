import Frame

/// What estates are judged by, and the making of an evaluation.
enum SchemeRoutes {
    static let all: [Route] = []
}
