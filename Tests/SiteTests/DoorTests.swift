import Cryptography
import Foundation
import Frame
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Kernel
import NIOCore
import Site
import Store
import TestSupport
import Testing

@Suite struct DoorTests {
    private static func withClient<Value: Sendable>(
        _ engine: Engine, _ body: @escaping @Sendable (TestHall, any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.districtOfficer, at: "430111")
            return try await Application(router: Site.router(test.hall)).test(.router) { try await body(test, $0) }
        }
    }

    @Test("Every answer forbids inline scripts, framing and guessing of types", arguments: Engine.available)
    func guards(engine: Engine) async throws {
        try await Self.withClient(engine) { _, client in
            let requests: [(String, HTTPRequest.Method)] = [
                ("/", .get), ("/sign-in", .get), ("/nowhere", .get), ("/assets/yiju.css", .get), ("/", .head),
                ("/nowhere", .head), ("/nowhere", .post), ("/estates", .delete), ("/sign-out", .get),
            ]
            for (path, method) in requests {
                let answer = try await client.execute(uri: path, method: method)
                let policy = HTTPField.Name("Content-Security-Policy").flatMap { answer.headers[$0] } ?? ""
                #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
                #expect(HTTPField.Name("X-Content-Type-Options").flatMap { answer.headers[$0] } == "nosniff")
            }
        }
    }

    @Test("HEAD is answered as GET is, without its body", arguments: Engine.available)
    func heads(engine: Engine) async throws {
        try await Self.withClient(engine) { _, client in
            for path in ["/healthz", "/", "/sign-in", "/nowhere"] {
                let (get, head) = (
                    try await client.execute(uri: path, method: .get),
                    try await client.execute(uri: path, method: .head)
                )
                #expect(head.status == get.status && head.headers[.contentType] == get.headers[.contentType])
                #expect(head.body.readableBytes == 0)
            }
        }
    }

    @Test(
        "A page is answered while nothing can be written; the session is kept alive as soon as it can",
        arguments: Engine.available)
    func answersWhileWritesWait(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let token = try await test.signIn(.districtOfficer)
            let database = test.hall.database
            let long = TestHall.now.adding(seconds: -120)
            _ = try await database.write { try $0.run("UPDATE session SET last_seen = \(long)") }
            let gate = DispatchSemaphore(value: 0)
            let writing = Task { try await database.writeAlone { _ in gate.wait() } }
            for _ in 0..<3 {
                #expect(try await client.get("/account", token).status == .ok)
            }
            gate.signal()
            try await writing.value
            // Not for ever: where it is not kept alive, the test fails instead of hanging.
            var (seen, tries): (Instant?, Int) = (nil, 3_000)
            while seen != TestHall.now, tries > 0 {
                seen = try await database.read { try $0.value("SELECT last_seen FROM session") }
                tries -= 1
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(seen == TestHall.now)
        }
    }

    @Test(
        "After the session has ended, one comes back to the page the form was on, never to where it was sent",
        arguments: Engine.available)
    func comesBack(engine: Engine) async throws {
        try await Self.withClient(engine) { _, client in
            let post = { (referer: String?) in
                var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
                headers[.referer] = referer
                let answer = try await client.execute(
                    uri: "/account/sessions/end", method: .post, headers: headers, body: ByteBuffer(string: "session=1")
                )
                return answer.headers[.location]
            }
            #expect(try await post(nil) == "/sign-in")
            #expect(try await post("http://localhost/account?x=1") == "/sign-in?back=%2Faccount%3Fx%3D1")
            #expect(try await post("https://evil.example/account") == "/sign-in")
            let page = try await client.execute(uri: "/account?x=1", method: .get)
            #expect(page.headers[.location] == "/sign-in?back=%2Faccount%3Fx%3D1")
        }
    }

    @Test("Whoever has chosen no language reads the one the browser asks for", arguments: Engine.available)
    func speaksTheBrowsersLanguage(engine: Engine) async throws {
        try await Self.withClient(engine) { _, client in
            let wishes = [
                "": "zh", "zh-CN,zh;q=0.9,en;q=0.8": "zh", "en-GB,en;q=0.9": "en", "de,en;q=0.5,zh;q=0.7": "zh",
                "fr": "zh", "en;q=0": "zh", "*": "zh",
            ]
            for (wish, language) in wishes {
                var headers: HTTPFields = [.acceptLanguage: wish]
                let page = String(
                    buffer: try await client.execute(uri: "/sign-in", method: .get, headers: headers).body)
                #expect(page.contains("<html lang=\"\(language)"), "\(wish)")
                headers[.cookie] = "language=en"
                let chosen = String(
                    buffer: try await client.execute(uri: "/sign-in", method: .get, headers: headers).body)
                #expect(chosen.contains("<html lang=\"en"), "\(wish)")
            }
        }
    }

    @Test(
        "A refusal leaves its code, the address and the person in the log, and nothing that was typed",
        arguments: Engine.available)
    func logsRefusals(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let guess = "name=districtofficer&password=geheimes-Wort"
            _ = try await client.execute(
                uri: "/sign-in", method: .post, headers: [.contentType: "application/x-www-form-urlencoded"],
                body: ByteBuffer(string: guess))
            let token = try await test.signIn(.districtOfficer)
            _ = try await client.get("/people/new", token)
            let person = try await test.hall.database.read { try PersonQueries.id(login: "districtofficer", tx: $0) }
            let lines = test.log.lines
            #expect(lines.contains { $0["refused"] == "signin.wrong" && $0["address"] != nil && $0["person"] == "-" })
            let door = lines.filter { $0["refused"] == "right.missing" }
            #expect(door.map { $0["person"] } == [person?.description])
            #expect(!lines.contains { $0.values.contains { $0.contains("geheim") || $0.contains("districtofficer") } })
        }
    }

    @Test("Whoever sits in a post that requires codes sets them up before anything else", arguments: Engine.available)
    func requiresCodes(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let token = try await test.signIn(.districtOfficer)
            #expect(try await client.get("/account", token).status == .ok)
            try await test.act { try CodeDuties.set(true, of: .districtOfficer, deed: $0) }
            for path in ["/", "/account", "/estates", "/api/v1/estates"] {
                #expect(try await client.get(path, token).headers[.location] == "/account/second-factor", "\(path)")
            }
            let page = "/account/second-factor"
            #expect(try await client.get(page, token).status == .ok)
            let wrong = try await client.post(page, token, [("do", "begin"), ("current", "not-the-password")])
            #expect(wrong.status == .unprocessableContent)
            let begun = try await client.post(page, token, [("do", "begin"), ("current", TestHall.password)])
            let text = try #require(String(buffer: begun.body).firstMatch(of: /name="secret" value="([A-Z2-7]+)"/)?.1)
            let secret = try #require(Base32.decode(text))
            let code = TOTP.code(secret: secret, at: TestHall.now)
            let confirmed = try await client.post(page, token, [("do", "confirm"), ("code", code)])
            #expect(confirmed.status == .seeOther)
            #expect(try await client.get("/account", token).status == .ok)
        }
    }

    @Test("A form without its token, or from another site, is refused and does nothing", arguments: Engine.available)
    func refusesForeignForms(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let token = try await test.signIn(.districtOfficer)
            var headers: HTTPFields = [
                .cookie: "yiju_session=\(token)", .contentType: "application/x-www-form-urlencoded",
            ]
            let without = try await client.execute(
                uri: "/sign-out", method: .post, headers: headers, body: ByteBuffer(string: "csrf=wrong"))
            #expect(without.status == .forbidden)
            headers[.origin] = "https://evil.example"
            let foreign = try await client.execute(
                uri: "/sign-out", method: .post, headers: headers,
                body: ByteBuffer(string: "csrf=\(CSRF.token(for: token))"))
            #expect(foreign.status == .forbidden)
            headers[.origin] = nil
            let still = try await client.execute(uri: "/account", method: .get, headers: headers)
            #expect(still.status == .ok)
        }
    }

    @Test("Hostile requests get a clear answer and the server lives on", arguments: Engine.available)
    func survives(engine: Engine) async throws {
        let long = String(repeating: "x", count: 100_000)
        let requests: [(String, HTTPRequest.Method, HTTPFields, String)] = [
            ("/assets/..%2f..%2fetc%2fpasswd", .get, [:], ""), ("/estates/not-an-id", .get, [:], ""),
            ("/?q=%ff%fe", .get, [:], ""), ("/estates?page=-1&sort=%27", .get, [:], ""),
            ("/", .get, [.cookie: "yiju_session=\(long.prefix(4000))"], ""), ("/", .get, [.cookie: ";;=;a"], ""),
            ("/sign-in", .post, [.contentType: "application/x-www-form-urlencoded"], "name=%zz"),
            ("/sign-in", .post, [.contentType: "application/x-www-form-urlencoded"], "name=\(long)&password=\(long)"),
            (
                "/sign-in", .post, [.contentType: "application/x-www-form-urlencoded"],
                String(repeating: "a=b&", count: 5000)
            ),
            ("/imports", .post, [.contentType: "multipart/form-data; boundary="], "--\r\n"),
        ]
        try await Self.withClient(engine) { _, client in
            for (path, method, headers, body) in requests {
                let answer = try await client.execute(
                    uri: path, method: method, headers: headers, body: method == .post ? ByteBuffer(string: body) : nil)
                #expect(
                    (200..<500).contains(answer.status.code), "\(method) \(path.prefix(60)) → \(answer.status.code)")
            }
            let after = try await client.execute(uri: "/healthz", method: .get)
            #expect(after.status == .ok)
        }
    }

    @Test("Every address says which methods it takes when another comes; programs read it as problem details")
    func otherMethods() async throws {
        try await Self.withClient(.sqlite) { _, client in
            var led = 0
            for (path, routes) in Dictionary(grouping: Site.routes, by: \.path) {
                let taken = Set(routes.map(\.method))
                let allowed = Set(taken.map(\.rawValue)).union(taken.contains(.get) ? ["HEAD"] : [])
                let address = path.replacing(/\{\w+\}/, with: "x")
                let others = Set<HTTPRequest.Method>([.get, .post, .put, .patch, .delete, .options, .trace])
                for method in others.subtracting(taken) {
                    let answer = try await client.execute(uri: address, method: method)
                    if method == .get, answer.status == .seeOther {
                        // A form's own address leads back to the page it is on.
                        let page = answer.headers[.location] ?? ""
                        #expect(taken == [.post] && address.hasPrefix(page + "/"), "\(path) → \(page)")
                        led += 1
                        continue
                    }
                    #expect(answer.status == .methodNotAllowed, "\(method) \(path)")
                    let told = (answer.headers[.allow] ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
                    #expect(Set(told) == allowed, "\(method) \(path)")
                    guard path.hasPrefix("/api/") else { continue }
                    let problem = try JSON(parsing: String(buffer: answer.body))
                    #expect(problem["code"] == "request.method" && problem["status"]?.integer == 405)
                    #expect(answer.headers[.contentType] == "application/problem+json")
                }
            }
            #expect(led > 20)
            #expect(try await client.execute(uri: "/nowhere", method: .delete).status == .notFound)
        }
    }
}
