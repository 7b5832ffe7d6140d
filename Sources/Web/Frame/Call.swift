import Components
import Foundation
import HTTPTypes
import Html
public import Hummingbird
import Identity
import Kernel
import Logging
import NIOCore
import Registry
import Store

/// What the router hands over beside the request: the other end of the connection.
public struct DoorContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    let remote: String

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remote = source.channel.remoteAddress?.ipAddress ?? ""
    }
}

/// A request before anybody knows who asks.
struct Call: Sendable {
    let hall: Hall
    let requestID: String
    /// When the request came, or a stream of its was last looked after.
    var now: Instant
    private let cookies: [String: String]
    /// The token of the header `Authorization: Bearer`; nil without one. It alone then says who asks, never the cookie.
    let bearer: String?
    /// Whether the address takes tokens. Of the route, since it is the route that is opened, however it was written.
    private let isForPrograms: Bool
    private let path: String
    private let query: FormData
    /// What is wrong with the address; pages leave out what they cannot read, programs are told.
    private let queryFault: Refusal?
    private let parameters: [String: String]
    let client: Client
    private let knownTag: String?
    private let seenTag: String?
    private let requestKey: String?
    /// The other end is a program on this machine, with no proxy between.
    let isLocal: Bool
    /// What the browser asks for where nobody has chosen.
    private let asked: Language?
    private let accept: String
    private let address: SiteAddress?
    /// Nil unless the request only reads; then the page itself is one to come back to.
    private let isReading: Bool
    /// The page of this site that the form was on.
    private let referrer: Link?
    /// Set once the visit is known, so that an error page need not look it up again.
    var known: Visit?

    init(_ hall: Hall, _ route: Route, _ request: Request, _ context: DoorContext) {
        self.hall = hall
        isForPrograms = Route.isForPrograms(route.path)
        bearer = Self.bearer(request.headers[.authorization] ?? "")
        now = hall.clock.now
        requestID = ID<Call>(at: now).description
        path = request.uri.path
        do {
            query = try FormData(encoded: (request.uri.query ?? "").utf8)
            queryFault = nil
        } catch {
            query = FormData()
            queryFault = Refusal(
                .malformed, "query.malformed", zh: "网址中的参数不是有效的 UTF-8 文字，或多得无法读取。",
                en: "The parameters in the address are not valid UTF-8 text, or too many to read.")
        }
        var parameters: [String: String] = [:]
        for (name, value) in context.parameters {
            parameters[String(name)] = Self.decoded(String(value))
        }
        self.parameters = parameters
        knownTag = request.headers[.ifNoneMatch]
        seenTag = request.headers[.ifMatch]
        requestKey = Self.idempotencyKey.flatMap { request.headers[$0] }
        isLocal = Self.isLoopback(context.remote) && !Self.forwarding.contains { request.headers[$0] != nil }
        asked = Self.language(request.headers[.acceptLanguage] ?? "")
        accept = request.headers[.accept] ?? ""
        address = SiteAddress(of: request.head.authority ?? "", hall.settings)
        isReading = request.method == .get || request.method == .head
        referrer = Self.referrer(request)
        cookies = Self.cookies(request.headers[.cookie] ?? "")
        let forwarded =
            hall.settings.trustsProxy ? HTTPField.Name("X-Forwarded-For").flatMap { request.headers[$0] } : nil
        let address = forwarded.flatMap { $0.split(separator: ",").last.map { $0.filter { $0 != " " } } }
        client = Client(address: address ?? context.remote, agent: request.headers[.userAgent] ?? "")
    }

    private static func decoded(_ text: String) -> String {
        text.utf8.contains(UInt8(ascii: "%")) ? text.removingPercentEncoding ?? text : text
    }

    /// Who asks, looked up in the request's own snapshot.
    /// - Throws: `Refusal` `token.invalid`.
    func visit(in tx: Tx) throws -> Visit {
        if isForPrograms, let queryFault { throw queryFault }
        let session = bearer == nil ? cookies[Door.sessionCookie] ?? "" : ""
        let signedIn = if let bearer { try program(bearer, in: tx) } else { try person(session, in: tx) }
        let actor = try signedIn?.actor ?? Actors.visitor(requestID: requestID, tx: tx)
        // The top bar names it; a program has none.
        let post = isForPrograms ? nil : signedIn?.posts.first
        let place = try post.flatMap { try name(of: $0.place, in: tx) }
        return visit(actor, signedIn, in: place, session: signedIn == nil ? "" : session)
    }

    private func person(_ session: String, in tx: Tx) throws -> SignedIn? {
        if session.isEmpty { return nil }
        return try Sessions.find(
            session, now: now, requestID: requestID, vault: hall.vault, cache: hall.sessions, tx: tx)
    }

    /// Where tokens do not open, one is not even looked at: the program is a visitor.
    private func program(_ token: String, in tx: Tx) throws -> SignedIn? {
        guard isForPrograms else { return nil }
        let found = try Tokens.find(
            token, now: now, requestID: requestID, vault: hall.vault, cache: hall.sessions, tx: tx)
        if let found { return found }
        throw Refusal(
            .unauthenticated, "token.invalid", zh: "令牌无效、已过期或已吊销；请在“我的账号”中另发新的令牌。",
            en: "The token is unknown, expired or revoked; issue a new one under “My account”.")
    }

    /// Of a post's place. The city's own name needs no look into the database.
    private func name(of place: PlaceCode, in tx: Tx) throws -> Phrase? {
        if place == hall.city.code { return hall.city.name }
        return try hall.register.placeNames([place], in: tx)[place].map { Phrase(zh: $0.title(.zh), en: $0.title(.en)) }
    }

    /// For an error page when even the database cannot be asked.
    var stranger: Visit {
        visit(Actor(kind: .visitor, label: "visitor", grants: [], requestID: requestID), nil, in: nil, session: "")
    }

    private func visit(_ actor: Actor, _ signedIn: SignedIn?, in place: Phrase?, session: String) -> Visit {
        // A browser always asks for some language; a program that does has chosen.
        let chosen = bearer == nil ? cookies["language"].flatMap(Language.init) : asked
        let language = chosen ?? signedIn?.language ?? asked ?? .zh
        let mode = cookies["mode"].flatMap(Mode.init) ?? (signedIn?.mode == .elder ? .elder : .standard)
        var link = Link(local: path) ?? "/"
        for field in query.fields.prefix(50) { link = link.with(field.name, field.value) }
        return Visit(
            hall: hall, actor: actor, signedIn: signedIn, postPlace: place, session: session, language: language,
            theme: cookies["theme"].flatMap(Theme.init) ?? .system, mode: mode, path: link,
            back: isReading ? link : referrer, query: query, parameters: parameters, client: client, cookies: cookies,
            knownTag: knownTag, accept: accept, address: address, seenTag: seenTag, requestKey: requestKey,
            isBearer: bearer != nil, requestID: requestID, now: now)
    }

    /// RFC 6750, 2.1. The scheme is written in any case (RFC 9110, 11.1).
    private static func bearer(_ header: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.first?.lowercased() == "bearer" else { return nil }
        return parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
    }

    /// The first of our languages in the order of the reader's wishes (RFC 9110, 12.5.4).
    private static func language(_ header: String) -> Language? {
        let wishes = header.prefix(200).split(separator: ",").compactMap {
            wish -> (language: Language, weight: Double)? in
            let parts = wish.split(separator: ";").map { $0.filter { $0 != " " } }
            let language = parts.first?.split(separator: "-").first.flatMap { Language(rawValue: $0.lowercased()) }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            return language.map { ($0, weight ?? 1) }
        }
        // Not `max`, which answers the last of equals.
        return wishes.sorted { $0.weight > $1.weight }.first { $0.weight > 0 }?.language
    }

    private static let idempotencyKey = HTTPField.Name("Idempotency-Key")
    /// What proxies add: behind one, everybody comes from this machine.
    private static let forwarding = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"].compactMap {
        HTTPField.Name($0)
    }

    private static func isLoopback(_ address: String) -> Bool {
        address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
    }

    private static func referrer(_ request: Request) -> Link? {
        guard let text = request.headers[.referer], text.utf8.count <= 2048, let url = URL(string: text),
            url.hostAndPort == request.head.authority
        else { return nil }
        return Link(local: url.path() + (url.query().map { "?" + $0 } ?? ""))
    }

    private static func cookies(_ header: String) -> [String: String] {
        var cookies: [String: String] = [:]
        for pair in header.utf8.count <= 8192 ? header.split(separator: ";") : [] {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            cookies[String(parts[0].drop { $0 == " " })] = String(parts[1])
        }
        return cookies
    }
}
