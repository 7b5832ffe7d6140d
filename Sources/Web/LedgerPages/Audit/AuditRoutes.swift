import Frame

/// The auditor's desk: saved questions and own ones.
enum AuditRoutes {
    static let all: [Route] = []
}
