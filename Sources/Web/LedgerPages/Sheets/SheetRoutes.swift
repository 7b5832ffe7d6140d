import Frame

/// One project, source, household or entry at a time.
enum SheetRoutes {
    static let all: [Route] = []
}
