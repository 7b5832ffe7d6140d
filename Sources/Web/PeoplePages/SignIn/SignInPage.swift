import Components
import Frame
import Html
import Identity
import Kernel
import Store

/// Where people sign in with name and password.
struct SignInPage {
    /// Where to go afterwards.
    let back: String?
    let name: String
    /// Who is signed in here already.
    let current: String?
    /// The one-time code came too late.
    let isLate: Bool
    /// The demo city's accounts; empty anywhere else.
    let demo: [DemoPerson]
    let places: PlaceTitles
    let sent: Sent

    static let routes = formPage("/sign-in", .anyone, show: show, send: send)

    init(_ visit: Visit, _ tx: Tx, _ sent: Sent) throws {
        back = sent.form["back"] ?? visit.query["back"]
        name = sent.value("name", or: visit.query.text("name"))
        current = visit.signedIn?.name
        isLate = visit.query["late"] != nil
        let people = visit.isDemo ? DemoPeople.changsha(password: DemoPeople.password) : []
        demo = try people.filter { try PersonQueries.id(login: $0.login, tx: tx) != nil }
        places = try PlaceTitles(demo.map(\.place), visit, tx)
        self.sent = sent
    }

    private static func show(_ visit: Visit, _ tx: Tx, _ sent: Sent) throws -> Answer {
        let page = try SignInPage(visit, tx, sent)
        return visit.page(
            visit.language("登录", "Sign in"), layout: .bare, page.view(visit.language, csrf: visit.csrf))
    }

    private static func send(_ visit: Visit, _ form: FormData) async throws -> Answer {
        let hall = visit.hall
        let signIn = SignIn(database: hall.database, vault: hall.vault, clock: hall.clock, pool: hall.passwords)
        let step: SignInStep
        do {
            step = try await signIn.begin(
                login: form.text("name"), password: form["password"] ?? "", client: visit.client,
                requestID: visit.requestID)
        } catch let refusal as Refusal where refusal.kind == .unauthenticated {
            // The door would answer with this same page, but without what was typed.
            throw Refusal(refusal.code, zh: refusal.message.zh, en: refusal.message.en, field: "password")
        }
        switch step {
        case .open(let token): return try await Entrance.open(visit, token, back: form["back"])
        case .code(let token): return Entrance.askForCode(visit, token, back: form["back"])
        }
    }
}

/// What follows a right password, and a right code.
enum Entrance {
    /// Carries the token that waits for its code, for that one page.
    static let stepCookie = "yiju_step"

    /// Hands over the new session. One that was open in this browser ends: nobody goes on in another's.
    static func open(_ visit: Visit, _ token: String, back: String?) async throws -> Answer {
        try await endSession(visit)
        let isSecure = visit.hall.settings.isSecure
        return Answer.see(returnLink(back))
            .cookie(Door.sessionCookie, token, isSecure: isSecure)
            .cookie(stepCookie, "", isSecure: isSecure, days: 0)
    }

    static func askForCode(_ visit: Visit, _ token: String, back: String?) -> Answer {
        Answer.see(Link("/sign-in/code", ["back": back]))
            .cookie(stepCookie, token, isSecure: visit.hall.settings.isSecure)
    }

    static func endSession(_ visit: Visit) async throws {
        guard !visit.session.isEmpty else { return }
        let session = visit.session
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try Sessions.end(session, deed: deed)
        }
    }
}

/// Signing out of this browser.
enum SignOut {
    static let routes: [Route] = [
        .act("/sign-out", .anyone) { visit, _ in
            try await Entrance.endSession(visit)
            return Answer.see("/sign-in").cookie(
                Door.sessionCookie, "", isSecure: visit.hall.settings.isSecure, days: 0)
        }
    ]
}
