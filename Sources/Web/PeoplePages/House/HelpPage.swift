import Components
import Frame
import Html
import Identity
import Kernel
import Store

/// Short help for whoever asks: what can I do here, how is it done quickly, whom to ask.
struct HelpPage {
    let posts: [ActingPost]
    let places: PlaceTitles
    /// What the reader may do somewhere.
    let rights: [Right]
    let isSignedIn: Bool
    /// The administrators of the city, for those who are signed in.
    let administrators: [String]

    static let routes: [Route] = [
        .page("/help", .anyone) { visit, tx in
            let page = try HelpPage(visit, tx)
            return visit.page(visit.language("帮助", "Help"), page.view(visit.language))
        }
    ]

    private static let mostNamed = 5

    init(_ visit: Visit, _ tx: Tx) throws {
        posts = visit.signedIn?.posts ?? []
        places = try PlaceTitles(posts.map(\.place), visit, tx)
        rights = Right.allCases.filter { visit.actor.may($0) }
        isSignedIn = visit.signedIn != nil
        administrators = isSignedIn ? try Self.administrators(visit, tx) : []
    }

    private static func administrators(_ visit: Visit, _ tx: Tx) throws -> [String] {
        let posts = try PostQueries.posts(within: Scope([visit.cityCode]), from: visit.today, tx: tx)
            .filter { $0.role == .administrator }
        let holders = try posts.flatMap { try PostQueries.holdings(of: $0.id, tx: tx) }
            .filter { $0.kind == .holder && $0.covers(visit.today) }
        return try holders.prefix(mostNamed).compactMap {
            try PersonQueries.person($0.person, vault: visit.hall.vault, tx: tx)?.name
        }
    }
}
