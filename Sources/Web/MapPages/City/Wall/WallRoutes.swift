import Components
import Frame
import Html
import Identity
import Kernel

/// The wall: the page, its parts to be fetched anew, and what tells when.
enum WallRoutes {
    static let all: [Route] = [
        .page("/wall", .right(.readEstates)) { visit, tx in
            let page = try WallPage(visit, in: tx)
            return visit.page(
                visit.language("指挥大屏", "Wall"), layout: .wall,
                assets: [.style("wall.css"), .script("wall.js")], source: visit.registerSource,
                Components.wall(visit.language, page.wall, parts: "/wall/parts", events: "/wall/events"))
        },
        .page("/wall/parts", .right(.readEstates)) { visit, tx in
            Answer(html: wallParts(visit.language, try WallPage(visit, in: tx).wall))
        },
        .stream("/wall/events", .right(.readEstates)) { visit in
            try await visit.hall.changes.changes().map { ServerEvent("change", String($0)) }
        },
    ]
}
