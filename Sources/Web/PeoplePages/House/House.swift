import Components
import Frame
import Html
import Kernel
import Store

/// What the house itself answers: its files, its health, its building blocks.
enum House {
    static let routes: [Route] = [
        .look("/assets/{name}", .anyone) { visit in
            try visit.hall.publicFiles.answer(
                visit.parameters["name"] ?? "", isVersioned: visit.query["v"] != nil, known: visit.knownTag)
        },
        .bare("/healthz", .anyone) { _ in .text("ok\n") },
        .bare("/readyz", .anyone) { hall in await readiness(of: hall) },
        .bare("/metrics", .machine(or: .readRecord)) { hall in hall.metricsAnswer },
        .look("/components", .anyone) { visit in
            visit.page(
                visit.language("组件", "Components"), assets: [.map],
                componentsGallery(visit.language, csrf: visit.csrf))
        },
    ]

    /// Whether requests should be sent here: the database answers, and has the tables of this version.
    private static func readiness(of hall: Hall) async -> Answer {
        do {
            let missing = try await Migrator(hall.schemas).missing(in: hall.database)
            return missing.isEmpty ? .text("ready\n") : unready("\(missing.count) migrations are missing")
        } catch {
            return unready("the database: \((error as? StoreError)?.refusal.code ?? "fault")")
        }
    }

    private static func unready(_ reason: String) -> Answer {
        var answer = Answer.text(reason + "\n")
        answer.status = Refusal.Kind.unavailable.status
        return answer
    }
}

extension Answer {
    /// Plain text, for programs.
    fileprivate static func text(_ text: String) -> Answer {
        Answer(json: text, type: "text/plain; charset=utf-8")
    }
}
