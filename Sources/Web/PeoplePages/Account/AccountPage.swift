import Components
import Frame
import Html
import Identity
import Kernel
import Store

/// My own account: who I am, where I sit, where I am signed in.
struct AccountPage {
    let me: Person
    let posts: [HeldPost]
    let places: PlaceTitles
    let sessions: [SessionInfo]
    /// What happened to this account, the newest first.
    let history: [RecordedAct]
    let telling: RecordTelling
    let done: Html
    let csrf: String
    let today: Day

    private static let historyLines = 12

    static let routes: [Route] =
        [
            .page("/account", .signedIn) { visit, tx in
                let page = try AccountPage(visit, tx)
                return visit.page(visit.language("我的账号", "My account"), page.view(visit.language))
            },
            .act("/account/sessions/end", .signedIn, endOne),
            .act("/account/sessions/end-all", .signedIn, endAll),
        ] + contactForm

    init(_ visit: Visit, _ tx: Tx) throws {
        me = try Self.me(visit, tx)
        today = visit.today
        posts = try HeldPost.all(of: me.id, from: visit.today, reader: visit, tx)
        places = try PlaceTitles(posts.map(\.post.place) + [me.place], visit, tx)
        sessions = try Sessions.list(of: me.id, current: visit.session, now: visit.now, tx: tx)
        history = try RecordQueries.history(
            of: Subject("person", me.id), reader: visit.actor, limit: Self.historyLines, vault: visit.hall.vault, tx: tx
        )
        telling = try RecordTelling(history, visit, tx)
        done = Done.notice(visit)
        csrf = visit.csrf
    }

    static func me(_ visit: Visit, _ tx: Tx) throws -> Person {
        guard let id = visit.actor.person, let me = try PersonQueries.person(id, vault: visit.hall.vault, tx: tx) else {
            throw Visit.notFound
        }
        return me
    }

    private static func endOne(_ visit: Visit, _ form: FormData) async throws -> Answer {
        let handle = form.text("session")
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try Sessions.end(handle: handle, deed: deed)
        }
        return .see(Done.sessionEnded.told(on: "/account"))
    }

    private static func endAll(_ visit: Visit, _: FormData) async throws -> Answer {
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try Sessions.endAll(deed: deed)
        }
        return Answer.see("/sign-in").cookie(Door.sessionCookie, "", isSecure: visit.hall.settings.isSecure, days: 0)
    }

    // MARK: name and phone

    private static let contactForm = formPage("/account/contact", .signedIn) { visit, tx, sent in
        let title = visit.language("姓名与电话", "Name and phone")
        let crumbs = [Crumb(visit.language("我的账号", "My account"), "/account"), Crumb(title)]
        let body = ContactForm(try me(visit, tx), sent).view(
            visit.language, at: visit.path, csrf: visit.csrf, back: "/account")
        return visit.page(title, layout: .narrow, breadcrumbs(visit.language, crumbs) + pageHead(title) + body)
    } send: { visit, form in
        guard let me = visit.actor.person else { throw Visit.notFound }
        try await ContactForm.save(me, visit, form)
        return .see(Done.contact.told(on: "/account"))
    }
}

/// A post as its holder's page shows it, with those who stand in.
struct HeldPost {
    struct Hand {
        /// As the reader may be told it.
        let name: Phrase
        let holding: Holding
        /// Nil where the reader may not see the person.
        let link: Link?
    }

    let post: Post
    /// How the page's person sits in it.
    let holding: Holding
    /// Everybody who sat, sits or will sit in it, the earliest first.
    let hands: [Hand]

    func deputies(on day: Day) -> [Hand] {
        hands.filter { $0.holding.kind == .deputy && ($0.holding.to ?? day) >= day }
    }

    /// The posts in which a person sits on `day` or later.
    static func all(of person: ID<PersonTag>, from day: Day, reader visit: Visit, _ tx: Tx) throws -> [HeldPost] {
        let held = try PostQueries.posts(of: person, from: day, tx: tx).map { post, holding in
            (post, holding, all: try PostQueries.holdings(of: post.id, tx: tx))
        }
        let names = try PersonNames(
            of: Set(held.flatMap { $0.all.map(\.person) }), reader: visit.actor, vault: visit.hall.vault, tx: tx)
        return held.map { post, holding, all in
            let seesPeople = visit.actor.may(.readPeople, at: post.place)
            let hands = all.map { holding in
                Hand(
                    name: ActorWords.person(names.name(holding.person, at: post.place)), holding: holding,
                    link: seesPeople && names.isTold(holding.person, at: post.place)
                        ? "/people/\(holding.person)" : nil)
            }
            return HeldPost(post: post, holding: holding, hands: hands)
        }
    }
}
