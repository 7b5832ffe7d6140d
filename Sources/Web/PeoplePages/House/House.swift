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
        .look("/healthz", .anyone) { visit in
            let one: Int? = try await visit.hall.database.read { tx in try tx.value("SELECT 1") }
            guard one == 1 else { throw StoreError.disconnected("SELECT 1 answered nothing").refusal }
            return .text("ok\n")
        },
        .look("/components", .anyone) { visit in
            visit.page(
                visit.language("组件", "Components"), assets: [.map],
                componentsGallery(visit.language, csrf: visit.csrf))
        },
    ]
}

extension Answer {
    /// Plain text, for programs.
    fileprivate static func text(_ text: String) -> Answer {
        Answer(json: text, type: "text/plain; charset=utf-8")
    }
}
