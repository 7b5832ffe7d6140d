import Components
import Foundation
import HTTPTypes
import Html
public import Hummingbird
import Identity
import Kernel
import Logging
import NIOCore
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
    let now: Instant
    private let cookies: [String: String]
    private let path: String
    private let query: FormData
    private let parameters: [String: String]
    private let client: Client
    private let knownTag: String?
    /// Set once the visit is known, so that an error page need not look it up again.
    var known: Visit?

    init(_ hall: Hall, _ request: Request, _ context: DoorContext) {
        self.hall = hall
        now = hall.clock.now
        requestID = ID<Call>(at: now).description
        path = Self.decoded(request.uri.path)
        query = (try? FormData(encoded: (request.uri.query ?? "").utf8)) ?? FormData()
        var parameters: [String: String] = [:]
        for (name, value) in context.parameters {
            parameters[String(name)] = Self.decoded(String(value))
        }
        self.parameters = parameters
        knownTag = request.headers[.ifNoneMatch]
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
    func visit(in tx: Tx) throws -> Visit {
        let token = cookies[Door.sessionCookie] ?? ""
        let signedIn =
            token.isEmpty
            ? nil
            : try Sessions.find(token, now: now, requestID: requestID, vault: hall.vault, cache: hall.sessions, tx: tx)
        let actor = try signedIn?.actor ?? Actors.visitor(requestID: requestID, tx: tx)
        return visit(actor, signedIn, session: signedIn == nil ? "" : token)
    }

    /// For an error page when even the database cannot be asked.
    var stranger: Visit {
        visit(Actor(kind: .visitor, label: "visitor", grants: [], requestID: requestID), nil, session: "")
    }

    private func visit(_ actor: Actor, _ signedIn: SignedIn?, session: String) -> Visit {
        let language = cookies["language"].flatMap(Language.init) ?? signedIn?.language ?? .zh
        let mode = cookies["mode"].flatMap(Mode.init) ?? (signedIn?.mode == .elder ? .elder : .standard)
        var link = Link(local: path) ?? "/"
        for field in query.fields.prefix(50) { link = link.with(field.name, field.value) }
        return Visit(
            hall: hall, actor: actor, signedIn: signedIn, session: session, language: language,
            theme: cookies["theme"].flatMap(Theme.init) ?? .system, mode: mode, path: link, query: query,
            parameters: parameters, client: client, cookies: cookies, knownTag: knownTag,
            requestID: requestID, now: now)
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
