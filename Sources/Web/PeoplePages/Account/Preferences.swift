import Components
import Frame
import Html
import Identity
import Kernel

/// Language, theme and size of the pages: kept in the browser for a year, and with the account of who is signed in.
enum Preferences {
    static let routes: [Route] = [.look("/preferences", .anyone, keep)]

    private static let days = 365

    private static func keep(_ visit: Visit) async throws -> Answer {
        let language = visit.query["language"].flatMap { Language(rawValue: $0) }
        let mode = visit.query["mode"].flatMap { Mode(rawValue: $0) }
        let theme = visit.query["theme"].flatMap { Theme(rawValue: $0) }
        var answer = Answer.see(back(visit))
        // Not hidden from our script, which changes the theme without asking the server.
        for (name, value) in [("language", language?.rawValue), ("mode", mode?.rawValue), ("theme", theme?.rawValue)] {
            guard let value else { continue }
            answer = answer.cookie(
                name, value, isSecure: visit.hall.settings.isSecure, isHidden: false, days: days)
        }
        if visit.signedIn != nil, language != nil || mode != nil {
            try await store(visit, language ?? visit.language, mode ?? visit.mode)
        }
        return answer
    }

    /// Unlike after signing in, this may be the sign-in page itself.
    private static func back(_ visit: Visit) -> Link {
        guard let link = visit.query["back"].flatMap({ Link(local: $0) }), link.path != "/preferences" else {
            return "/"
        }
        return link
    }

    private static func store(_ visit: Visit, _ language: Language, _ mode: Mode) async throws {
        let size: DisplayMode = mode == .elder ? .elder : .standard
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try PersonActs.prefer(language, size, deed: deed)
        }
    }
}
