public import Components
public import HTTPTypes
public import Html
public import Identity
public import Kernel
import Registry

/// One request as pages see it: who asks, in which language, for what.
public struct Visit: Sendable {
    public let hall: Hall
    public let actor: Actor
    /// Nil when nobody is signed in.
    public let signedIn: SignedIn?
    /// The place of the first post held; nil for none.
    let postPlace: Phrase?
    /// The session's token; empty when there is none.
    public let session: String
    public let language: Language
    public let theme: Theme
    public let mode: Mode
    /// This page's own address.
    public let path: Link
    /// Where to come back to after signing in: this page, or for a form that was sent, the page it was on; nil when the
    /// browser does not tell.
    let back: Link?
    public let query: FormData
    public let parameters: [String: String]
    public let client: Client
    /// As the browser sent them.
    public let cookies: [String: String]
    /// The tag of the file the browser already has (`If-None-Match`).
    public let knownTag: String?
    /// The media types that are wanted (`Accept`); empty for any.
    public let accept: String
    let address: SiteAddress?
    /// The tags of what a program saw before it writes (`If-Match`).
    let seenTag: String?
    /// Names a request that may be sent twice (`Idempotency-Key`).
    public let requestKey: String?
    /// A program that came with a token, good or bad: answered as one, whatever it asked for.
    let isBearer: Bool
    public let requestID: String
    public let now: Instant

    public var today: Day { now.dayInChina }

    /// A script of a page asks for JSON: it gets data, and errors as problem details, where a form gets pages.
    public var wantsJSON: Bool { accept.contains("application/json") }

    /// The token that forms carry, so that no other site can act in the reader's name.
    public var csrf: String { session.isEmpty ? "" : CSRF.token(for: session) }

    /// The id in the address.
    /// - Throws: a refusal of kind `.notFound` when it is none.
    public func id<Subject>(_ name: String = "id", of _: Subject.Type = Subject.self) throws -> ID<Subject> {
        guard let id = parameters[name].flatMap({ ID<Subject>($0) }) else { throw Self.notFound }
        return id
    }

    public func place(_ name: String = "code") throws -> PlaceCode {
        guard let code = parameters[name].flatMap({ PlaceCode($0) }) else { throw Self.notFound }
        return code
    }

    /// A write must say what it saw.
    /// - Throws: a refusal of kind `.unconditional` when it does not.
    public func requireCondition() throws {
        guard seenTag == nil else { return }
        throw Refusal(
            .unconditional, "condition.missing", zh: "请先读取，再把所见的 ETag 放在 If-Match 头中提交。",
            en: "Read it first, and send the ETag you saw in the header If-Match.", field: "If-Match")
    }

    /// Whether the sender saw what is there (RFC 9110, 13.1.1): tags are compared strongly, `*` is anything.
    /// - Throws: a refusal of kind `.outdated` when it is something else by now.
    public func requireSeen(_ tag: String) throws {
        let seen = (seenTag ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
        guard !seen.contains(tag), seen != ["*"] else { return }
        throw Refusal(
            .outdated, "condition.outdated", zh: "所见的版本已不是现在的版本；请重新读取，核对后再提交。",
            en: "What you saw is no longer what is there; read it again, compare, and send again.", field: "If-Match")
    }

    public static var notFound: Refusal {
        Refusal(.notFound, "page.none", zh: "没有这个页面。", en: "There is no such page.")
    }

    /// The whole address of a link, for what is read away from this site; a path from its root where we do not know how
    /// we are reached: whoever asked does (RFC 3986, 5).
    public func absolute(_ link: Link) -> String { (address?.text ?? "") + link.text }

    /// A whole page around `body`.
    public func page(
        _ title: String, layout: Layout = .standard, assets: [Asset] = [], source: String? = nil,
        status: Answer.Status = .ok, _ body: Html
    ) -> Answer {
        var page = Page(language: language, title: title, path: path, csrf: csrf, body: body)
        // A screen on the wall is dark unless somebody wants it light.
        page.theme = layout == .wall && theme == .system ? .dark : theme
        page.mode = mode
        page.layout = layout
        page.nav = Navigation.items(for: self)
        page.viewer = signedIn.map { Viewer(name: $0.name, post: postName($0), account: "/account") }
        page.isDemo = hall.city.isGenerated
        page.place = language(hall.city.name.zh + "老旧小区改造", hall.city.name.en + " estate renewal")
        page.searchAction = actor.may(.readEstates) ? "/estates" : nil
        page.searchText = query["q"] ?? ""
        page.assets = assets
        page.assetVersion = hall.publicFiles.version
        page.source = source
        return Answer(status, html: Components.page(page))
    }

    private func postName(_ person: SignedIn) -> String {
        guard let post = person.posts.first else { return language("没有岗位", "no post") }
        let role = post.role.name(language)
        return postPlace.map { language("\($0.zh)\u{A0}\(role)", "\(role), \($0.en)") } ?? role
    }
}
