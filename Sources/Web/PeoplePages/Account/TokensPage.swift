import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// The own API tokens: which there are, one more, one less.
struct TokensPage {
    let list: TokenList
    /// Where a new token may be good for: the posts, what their rights reach, and what lies next below each post.
    let choices: [PlaceCode]
    /// Chosen unless something else was sent.
    let posts: [PlaceCode]
    let sent: Sent
    let done: Html
    let csrf: String

    static let path: Link = "/account/tokens"
    static let title = Phrase(zh: "API 令牌", en: "API tokens")
    private static let choicesListed = 200
    /// A new token is good for so many days unless its owner says otherwise.
    static let usualDays = 90

    static let routes: [Route] =
        formPage("/account/tokens", .signedIn, show: show, send: send) + revokeToken

    private static func show(_ visit: Visit, _ tx: Tx, _ sent: Sent) throws -> Frame.Answer {
        let page = try TokensPage(visit, tx, sent)
        return answer(visit, page.view(visit.language))
    }

    private init(_ visit: Visit, _ tx: Tx, _ sent: Sent) throws {
        let me = try AccountPage.me(visit, tx)
        let reach = Scope(visit.actor.grants.map(\.place))
        posts = Set(visit.signedIn?.posts.map(\.place) ?? []).filter(reach.contains).sorted()
        var within = Set(posts + reach.places)
        for post in posts { within.formUnion(try visit.hall.register.places(below: post, in: tx).map(\.code)) }
        choices = Array(within.sorted().prefix(Self.choicesListed))
        list = try TokenList(of: me.id, at: Self.path, alsoNaming: choices, visit, tx)
        self.sent = sent
        done = Done.notice(visit)
        csrf = visit.csrf
    }

    private static func send(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let hall = visit.hall
        // Whoever does not say gets the lesser.
        let access = TokenScope.Access(rawValue: form.text("access")) ?? .read
        let places = try form.all("places").map { text in
            guard let place = text.isEmpty ? .country : PlaceCode(text) else {
                throw Refusal("token.places", zh: "请选择地区。", en: "Choose the places.", field: "places")
            }
            return place
        }
        let new = NewToken(
            title: form.text("title"), scope: TokenScope(access, within: places),
            lastDay: try form.requiredDay("lastDay")
        )
        // Before: once the token is made, nothing may keep it from being shown.
        let titles = try await hall.database.read { tx in try PlaceTitles(new.scope.places, visit, tx) }
        let acts = TokenActs(database: hall.database, vault: hall.vault, clock: hall.clock, pool: hall.passwords)
        let text = try await acts.issue(new, password: form["current"] ?? "", as: visit.actor)
        return answer(visit, issued(text, new, titles, visit.language))
    }

    private static func answer(_ visit: Visit, _ body: Html) -> Frame.Answer {
        let t = visit.language
        let crumbs = breadcrumbs(t, [Crumb(t("我的账号", "My account"), "/account"), Crumb(title(t))])
        return visit.page(title(t), crumbs + body)
    }

    // MARK: ending one

    private static let revokeToken = formPage("/account/tokens/{token}/revoke", .signedIn) { visit, tx, sent in
        let t = visit.language
        let me = try AccountPage.me(visit, tx)
        let crumbs = [
            Crumb(t("我的账号", "My account"), "/account"), Crumb(title(t), path), Crumb(TokenList.revoke(t)),
        ]
        let body = try TokenList.question(of: me.id, back: path, visit, tx, sent)
        return visit.page(
            TokenList.revoke(t), layout: .narrow, breadcrumbs(t, crumbs) + pageHead(TokenList.revoke(t)) + body)
    } send: { visit, _ in
        guard let me = visit.actor.person else { throw Visit.notFound }
        try await TokenList.revoke(of: me, visit)
        return .see(Done.tokenRevoked.told(on: path))
    }
}

/// A person's tokens with the way to end each: on the own page, and on that of whoever manages the account.
struct TokenList {
    let tokens: [APIToken]
    let places: PlaceTitles
    /// The page that it stands on.
    let path: Link
    let now: Instant

    static let revoke = Phrase(zh: "吊销令牌", en: "Revoke the token")

    init(
        of person: ID<PersonTag>, at path: Link, alsoNaming named: [PlaceCode] = [], _ visit: Visit, _ tx: Tx
    ) throws {
        tokens = try Tokens.list(of: person, tx: tx)
        places = try PlaceTitles(named + tokens.flatMap(\.scope.places), visit, tx)
        self.path = path
        now = visit.now
    }

    /// Whether to end the token of the address, asked once.
    static func question(
        of person: ID<PersonTag>, back: Link, _ visit: Visit, _ tx: Tx, _ sent: Sent
    ) throws -> Html {
        let t = visit.language
        guard let token = try Tokens.token(visit.id("token"), of: person, tx: tx) else { throw Visit.notFound }
        let titles = try PlaceTitles(token.scope.places, visit, tx)
        let facts =
            [FactLine(t("令牌", "Token"), "\(token.title)")] + TokenWords.facts(token.scope, token.lastDay, titles, t)
        let meaning = t(
            "使用它的程序立即失去访问，无法撤销；需要时另发新的令牌。",
            "The programs that use it lose their access at once. It cannot be undone; issue a new one when needed.")
        let buttons = [submitButton(revoke(t), .danger), linkButton(t("取消", "Cancel"), back, .plain)]
        let ask = form(action: visit.path, csrf: visit.csrf, formActions(buttons))
        return stack([sent.summary(t), card(factList(t, facts) + paragraph(meaning) + ask)].filter { !$0.isEmpty })
    }

    /// Ends the token of the address.
    static func revoke(of person: ID<PersonTag>, _ visit: Visit) async throws {
        let (id, vault): (ID<TokenTag>, Vault) = (try visit.id("token"), visit.hall.vault)
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try TokenActs.revoke(id, of: person, vault: vault, deed: deed)
        }
    }
}
