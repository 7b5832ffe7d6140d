import Components
import Cryptography
import Foundation
public import HTTPTypes
import Html
public import Hummingbird
import Identity
import Kernel
import Logging
import NIOCore
import NIOHTTP1
import Registry
import Store

/// The one door through which every request comes: session or token, right, form token, errors, headers. No page checks
/// these again, and none can forget to.
public struct Door: Sendable {
    static let formLimit = 1 << 20
    /// Carries the session's token.
    public static let sessionCookie = "yiju_session"

    private let hall: Hall
    private let guards: [HTTPField.Name: String]

    public init(_ hall: Hall) {
        self.hall = hall
        guards = Self.guards(hall.settings.basemap)
    }

    /// Hangs the routes into a router that answers HEAD as GET. What the router itself would refuse comes here too.
    public func open(_ routes: [Route], in router: Router<DoorContext>) {
        router.add(middleware: Fallback(door: self, meter: hall.metrics.meter(.get, Metrics.elsewhere)))
        for route in routes {
            let meter = hall.metrics.meter(route.method, route.path)
            router.on(RouterPath(stringLiteral: route.path), method: route.method) { request, context in
                await self.answer(route, meter, request, context)
            }
        }
        let pages = Set(routes.filter { $0.method == .get }.map(\.path))
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            refuseOthers(path, routes, pages, in: router)
        }
    }

    /// The page above a form's own address. A refused form leaves the browser at that address: whoever asks for it
    /// again, in the other language or by reloading, is led back to the page.
    private static func page(above path: String, _ routes: [Route], _ pages: Set<String>) -> Int? {
        guard routes.allSatisfy(\.isForm) else { return nil }
        let parts = path.split(separator: "/")
        return (1..<parts.count).last { pages.contains("/" + parts.prefix($0).joined(separator: "/")) }
    }

    /// Whoever comes to a known address by another method is told which ones it takes.
    private func refuseOthers(
        _ path: String, _ routes: [Route], _ pages: Set<String>, in router: Router<DoorContext>
    ) {
        let taken = Set(routes.map(\.method))
        let allowed = Self.methods.filter { taken.contains($0) || $0 == .head && taken.contains(.get) }
        let allow = allowed.map(\.rawValue).joined(separator: ", ")
        let meter = hall.metrics.meter(.get, Metrics.elsewhere)
        let above = Self.page(above: path, routes, pages)
        for method in Self.methods where !allowed.contains(method) && method != .head {
            if method == .get, let above {
                let way = Route.look(path, .anyone) { visit in
                    let parts = visit.path.path.split(separator: "/").prefix(above)
                    return .see(Link(local: "/" + parts.joined(separator: "/")) ?? "/")
                }
                router.on(RouterPath(stringLiteral: path), method: .get) { request, context in
                    await self.answer(way, meter, request, context)
                }
                continue
            }
            let refusal = Route(
                method: method, path: path, access: .anyone,
                handler: .look { _ in
                    throw Refusal(
                        .wrongMethod, "request.method", zh: "这个地址不接受 \(method.rawValue)，可用 \(allow)。",
                        en: "This address does not take \(method.rawValue); use \(allow).")
                })
            router.on(RouterPath(stringLiteral: path), method: method) { request, context in
                var response = await self.answer(refusal, meter, request, context)
                response.headers[.allow] = allow
                return response
            }
        }
    }

    private static let methods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace,
    ]

    /// For addresses and methods that no route has: with the same headers and in the same words as everything else.
    private struct Fallback: RouterMiddleware {
        typealias Context = DoorContext

        let door: Door
        let meter: Meter
        private static let missing = Route.look("/{rest}", .anyone) { _ in throw Visit.notFound }

        @concurrent func handle(
            _ request: Request, context: DoorContext, next: @concurrent (Request, DoorContext) async throws -> Response
        ) async throws -> Response {
            do {
                return try await next(request, context)
            } catch let error as HTTPError where error.status == .notFound {
                return await door.answer(Self.missing, meter, request, context)
            }
        }
    }

    private func answer(
        _ route: Route, _ meter: Meter, _ request: Request, _ context: DoorContext
    ) async -> Response {
        let started = ContinuousClock.now
        var call = Call(hall, route, request, context)
        var answer: Answer
        do {
            answer = try await self.handle(route, request, &call)
        } catch {
            answer = await failure(error, route, &call)
        }
        let took = ContinuousClock.now - started
        meter.count(answer.status.code, took: took)
        log(answer, request, call, took: took, isWrite: route.method != .get)
        return respond(answer, request, call)
    }

    /// Changes, faults and refusals leave a line. Of a refusal it tells what was refused to whom and from where, never
    /// what was typed: the trace of guessed passwords and of doors that were tried.
    private func log(_ answer: Answer, _ request: Request, _ call: Call, took: Duration, isWrite: Bool) {
        let isRefused = !answer.codes.isEmpty && answer.status != .notFound
        guard isWrite || isRefused || answer.status.code >= 500 else { return }
        var metadata: Logger.Metadata = [
            "id": "\(call.requestID)", "method": "\(request.method)", "path": "\(request.uri.path)",
            "status": "\(answer.status.code)", "ms": "\(Int(took / .milliseconds(1)))",
        ]
        if isRefused {
            metadata["refused"] = "\(answer.codes.joined(separator: ","))"
            metadata["address"] = "\(call.client.address)"
            metadata["person"] = "\(call.known?.actor.person.map(\.description) ?? "-")"
        }
        // The record names the person and the request; that it was a program, and which, stands here.
        if let token = call.known?.signedIn?.token { metadata["token"] = "\(token.id)" }
        hall.log.info("request", metadata: metadata)
    }

    private func handle(_ route: Route, _ request: Request, _ call: inout Call) async throws -> Answer {
        switch route.handler {
        case .page(let handler):
            let asked = call
            let (answer, visit) = try await hall.database.glance { tx in
                let visit = try asked.visit(in: tx)
                do {
                    try admit(visit, route)
                    return (try handler(visit, tx), visit)
                } catch  where error is Refusal || error is Refusals {
                    // Errors of the store leave the read, which tries again what may succeed.
                    return (ErrorPages.answer(ErrorPages.refusals(error), for: visit), visit)
                }
            }
            call.known = visit
            hall.keepAlive.touch(visit)
            return answer
        case .look(let handler):
            let visit = try await self.visit(&call)
            try admit(visit, route)
            return try await handler(visit)
        case .act(let handler):
            let visit = try await self.visit(&call)
            try admit(visit, route)
            try checkOrigin(request, visit)
            let body = try await request.body.collect(upTo: Self.formLimit)
            let form = try FormData(encoded: body.readableBytesView)
            try checkToken(form["csrf"], visit)
            return try await handler(visit, form)
        case .json(let type, let handler):
            let visit = try await self.visit(&call)
            try admit(visit, route)
            try checkOrigin(request, visit)
            try checkToken(request.headers[Self.formToken], visit)
            try Self.checkType(request, type)
            let body = try await request.body.collect(upTo: Self.formLimit)
            return try await handler(visit, try Self.json(Array(body.readableBytesView)))
        case .bare(let handler):
            if !isOpen(route, to: call) { try admit(try await self.visit(&call), route) }
            return try await handler(hall)
        case .upload(let handler, let limit):
            let visit = try await self.visit(&call)
            try admit(visit, route)
            try checkOrigin(request, visit)
            let upload = try await receive(request, limit: limit)
            defer { upload.discard() }
            try checkToken(upload.form["csrf"], visit)
            return try await handler(visit, upload)
        case .stream(let handler):
            let visit = try await self.visit(&call)
            try admit(visit, route)
            let seat = try hall.streams.seat(for: visit.session.isEmpty ? visit.client.address : visit.session)
            let (asked, events) = (call, try await handler(visit))
            return EventStream(events, seat: seat) { try await readmit(asked, route) }.answer
        }
    }

    /// Whether who opened a stream may still come in: signed in, not idle too long, with the right. An open stream is
    /// use of the session.
    private func readmit(_ call: Call, _ route: Route) async throws -> Bool {
        var call = call
        call.now = hall.clock.now
        let visit = try await self.visit(&call)
        do {
            try admit(visit, route)
            return true
        } catch {
            return false
        }
    }

    private func visit(_ call: inout Call) async throws -> Visit {
        let asked = call
        let visit = try await hall.database.glance { tx in try asked.visit(in: tx) }
        call.known = visit
        hall.keepAlive.touch(visit)
        return visit
    }

    /// Deny by default: the route's own condition, before anything else happens.
    private func admit(_ visit: Visit, _ route: Route) throws {
        if visit.isBearer { try admitProgram(visit, route) }
        if let person = visit.signedIn, person.mustChangePassword, !Self.openWithOneTimePassword.contains(route.path) {
            throw MustFirst(page: "/account/password")
        }
        if let person = visit.signedIn, person.mustSetUpCodes, !Self.openWithoutCodes.contains(route.path) {
            throw MustFirst(page: "/account/second-factor")
        }
        switch route.access {
        case .anyone: return
        case .signedIn:
            guard visit.signedIn != nil else {
                throw Refusal(.unauthenticated, "signin.required", zh: "请先登录。", en: "Please sign in first.")
            }
        case .right(let right): try visit.actor.require(right)
        case .either(let right, let other): if !visit.actor.may(other) { try visit.actor.require(right) }
        case .machine(or: let right): try visit.actor.require(right, at: hall.city.code)
        }
    }

    /// Without asking who it is. A token says who asks, wherever it comes from.
    private func isOpen(_ route: Route, to call: Call) -> Bool {
        switch route.access {
        case .anyone: true
        case .machine: call.isLocal && call.bearer == nil
        case .signedIn, .right, .either: false
        }
    }

    /// What a program may not although its person may: pages, writing with a token that reads, and to go on while the
    /// person has something to do first.
    private func admitProgram(_ visit: Visit, _ route: Route) throws {
        guard let person = visit.signedIn, let token = person.token else {
            if route.access == .anyone { return }
            throw Refusal(
                .unauthenticated, "token.path", zh: "令牌只用于 /api、/ogc、/tiles 下的地址和 /metrics；其他页面请登录后使用。",
                en: "Tokens open what lies under /api, /ogc and /tiles, and /metrics; sign in for everything else.")
        }
        if person.mustChangePassword || person.mustSetUpCodes {
            throw Refusal(
                .forbidden, "token.person", zh: "请先在网页上登录，换好密码或启用第二步验证，令牌才能继续使用。",
                en: "Sign in on the pages and change the password or set up codes first; then the token works again.")
        }
        if route.method != .get, token.scope.access == .read {
            throw Refusal(
                .forbidden, "token.scope", zh: "这个令牌只能读取；写入请另发可读写的令牌。",
                en: "This token only reads; to write, issue one that reads and writes.")
        }
    }

    private static let openWithOneTimePassword: Set<String> = [
        "/account/password", "/sign-out", "/preferences", "/assets/{name}", "/{rest}",
    ]
    private static let openWithoutCodes = openWithOneTimePassword.union(["/account/second-factor"])

    private func checkToken(_ token: String?, _ visit: Visit) throws {
        guard visit.session.isEmpty || CSRF.accepts(token ?? "", for: visit.session) else {
            throw Refusal(
                .forbidden, "form.token", zh: "页面已过期或来自别处；请刷新后重试。",
                en: "The page is out of date or came from elsewhere; reload it and try again.")
        }
    }

    /// Browsers say where a form came from; another site's is refused even where there is no session yet. A token is
    /// sent by nobody unasked, so that there is nothing to forge.
    private func checkOrigin(_ request: Request, _ visit: Visit) throws {
        guard visit.signedIn?.token == nil, let origin = request.headers[.origin] else { return }
        let host = request.head.authority ?? ""
        guard let sent = URL(string: origin)?.hostAndPort, sent == host else {
            throw Refusal(
                .forbidden, "form.origin", zh: "表单来自另一个网站，已拒绝。", en: "The form came from another site and was refused.")
        }
    }

    private static func checkType(_ request: Request, _ type: String) throws {
        let sent = (request.headers[.contentType] ?? "").split(separator: ";").first ?? ""
        guard sent.filter({ $0 != " " }).lowercased() == type else {
            throw Refusal(
                .unsupported, "body.type", zh: "请求体应为 \(type)；请设置 Content-Type。",
                en: "The body must be \(type); set Content-Type.", field: "Content-Type")
        }
    }

    private static func json(_ body: [UInt8]) throws -> JSON {
        do {
            return try JSON(parsing: body)
        } catch let refusal as Refusal {
            throw Refusal(.malformed, refusal.code, zh: refusal.message.zh, en: refusal.message.en)
        }
    }

    private func receive(_ request: Request, limit: Int) async throws -> Upload {
        let folder = FileManager.default.temporaryDirectory.appending(path: "yiju-upload-\(UUID().uuidString)")
        // Without a file the form may come as a plain one.
        if request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") ?? false {
            let body = try await request.body.collect(upTo: Self.formLimit)
            return Upload(form: try FormData(encoded: body.readableBytesView), sent: [], folder: folder)
        }
        do {
            var reader = try MultipartReader(
                contentType: request.headers[.contentType] ?? "", folder: folder, limit: limit)
            for try await bytes in request.body { try reader.take(bytes) }
            return try reader.finish()
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw error
        }
    }

    private func failure(_ error: any Error, _ route: Route, _ call: inout Call) async -> Answer {
        if let first = error as? MustFirst {
            guard case .json = route.handler else { return .see(first.page) }
            return ErrorPages.answer([MustFirst.refusal], for: call.known ?? call.stranger, asProblem: true)
        }
        let error = Self.translate(error)
        if !ErrorPages.isExpected(error) {
            hall.log.error("failed", metadata: ["id": "\(call.requestID)", "error": "\(error)"])
        }
        // With a token there is nothing to find out again: it was refused, or the database was.
        if call.known == nil, call.bearer == nil { _ = try? await self.visit(&call) }
        let (refusals, visit) = (ErrorPages.refusals(error), call.known ?? call.stranger)
        if case .json = route.handler { return ErrorPages.answer(refusals, for: visit, asProblem: true) }
        return ErrorPages.answer(refusals, for: visit)
    }

    private static func translate(_ error: any Error) -> any Error {
        if error is HTTPParserError {
            return Refusal(
                "request.malformed", zh: "请求不符合 HTTP 格式，已拒绝。",
                en: "The request is not well-formed HTTP and was refused.")
        }
        let isTooLarge = error is NIOTooManyBytesError || (error as? HTTPError)?.status == .contentTooLarge
        guard isTooLarge else { return error }
        return Refusal(
            .tooLarge, "form.large", zh: "提交的内容超过 \(formLimit >> 20) MB。",
            en: "What was sent is over \(formLimit >> 20) MB.")
    }

    private func respond(_ answer: Answer, _ request: Request, _ call: Call) -> Response {
        var headers = answer.headers
        // A page may say for itself which of the device's senses it asks for; nothing else is its own to say.
        let permissions = headers[.permissionsPolicy]
        for (name, value) in guards { headers[name] = value }
        if let permissions { headers[.permissionsPolicy] = permissions }
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        if hall.settings.isSecure { headers[Self.transport] = "max-age=31536000" }
        headers[Self.requestID] = call.requestID
        var response = Response(status: answer.status, headers: headers)
        switch answer.body {
        case .none: break
        case .bytes(let bytes): response.body = .init(byteBuffer: ByteBuffer(bytes: bytes))
        case .file(let path, let removeAfter): response.body = .file(path, removeAfter: removeAfter)
        case .stream(let body): response.body = .stream(body, to: request)
        }
        guard request.method == .head else { return response }
        if case .file(let path, removeAfter: true) = answer.body { try? FileManager.default.removeItem(atPath: path) }
        return response.createHeadResponse()
    }

    private static let transport = HTTPField.Name("Strict-Transport-Security").unsafelyUnwrapped
    private static let formToken = HTTPField.Name("X-CSRF-Token").unsafelyUnwrapped
    private static let requestID = HTTPField.Name("X-Request-Id").unsafelyUnwrapped

    /// OWASP ASVS 14.4. No inline script or style anywhere; the map's worker is made from a blob. Nothing comes from
    /// elsewhere but the base map that the city chose.
    private static func guards(_ basemap: Basemap?) -> [HTTPField.Name: String] {
        let elsewhere = (basemap?.origins.sorted() ?? []).map { " " + $0 }.joined()
        let policy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:\(elsewhere); "
            + "font-src 'self'; connect-src 'self'\(elsewhere); worker-src 'self' blob:; manifest-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        let named = [
            "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()", "X-Frame-Options": "DENY",
        ]
        return Dictionary(
            uniqueKeysWithValues: named.compactMap { name, value in HTTPField.Name(name).map { ($0, value) } })
    }
}

/// A one-time password opens nothing but the page that replaces it, a post that requires codes nothing but the page
/// that sets them up.
private struct MustFirst: Error {
    let page: Link

    /// For what is no page.
    static let refusal = Refusal(
        .forbidden, "account.first", zh: "请先在网页上修改密码或设置动态口令。",
        en: "Change the password or set up codes on the pages first.")
}

extension ErrorPages {
    /// Refusals and the store's own states are answers; anything else is a fault to be logged.
    static func isExpected(_ error: any Error) -> Bool {
        switch error {
        case is Refusal, is Refusals: true
        case StoreError.transient, StoreError.constraint, StoreError.full, StoreError.timeout: true
        default: false
        }
    }
}

extension URL {
    /// "yiju.example:8080", as a request's own address has it.
    var hostAndPort: String? {
        host().map { host in port.map { "\(host):\($0)" } ?? host }
    }
}

extension HTTPField.Name {
    /// Which of the device's senses a page may ask for.
    public static let permissionsPolicy = HTTPField.Name("Permissions-Policy").unsafelyUnwrapped
}
