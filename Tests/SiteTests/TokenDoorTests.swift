import Foundation
import Frame
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Kernel
import NIOCore
import Registry
import Site
import Store
import TestSupport
import Testing

/// Programs at the door: what their tokens open, and how they are told what is wrong.
@Suite("Tokens at the door")
struct TokenDoorTests {
    private static func withClient<Value: Sendable>(
        _ engine: Engine, _ body: @escaping @Sendable (TestHall, any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.districtOfficer, at: "430111")
            let router = Router(context: DoorContext.self, options: .autoGenerateHeadEndpoints)
            Door(test.hall).open(Site.routes + writing, in: router)
            return try await Application(router: router).test(.router) { try await body(test, $0) }
        }
    }

    /// The site's own routes for programs only read so far; this one would change an estate.
    private static let writing: [Route] = [
        .act("/api/v1/written", .right(.correctEstates)) { _, form in Answer(json: "\"\(form.text("name"))\"") }
    ]

    @Test(
        "A program with a token reads what its person may, and the day of its use is noted", arguments: Engine.available
    )
    func reads(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            let token = try await test.issueToken(.districtOfficer, .read, ["430111"])
            for path in ["/api/v1/estates", "/api/v1/estates/\(estate)", "/api/v1/summary?district=430111"] {
                #expect(try await client.ask(path, token).status == .ok, "\(path)")
            }
            #expect(try await client.ask("/api/v1/estates", token, .head).status == .ok)
            #expect(try await client.execute(uri: "/api/v1/estates", method: .get).status == .unauthorized)
            var headers: HTTPFields = [.authorization: "bearer  \(token)"]
            #expect(try await client.execute(uri: "/api/v1/estates", method: .get, headers: headers).status == .ok)
            // Of another scheme, which a proxy may ask for.
            headers[.authorization] = "Basic \(token)"
            headers[.cookie] = "yiju_session=\(try await test.signIn(.districtOfficer))"
            #expect(try await client.execute(uri: "/api/v1/estates", method: .get, headers: headers).status == .ok)

            var (used, tries): (Day?, Int) = (nil, 3_000)
            while used != TestHall.now.dayInChina, tries > 0 {
                used = try await test.hall.database.read { tx in
                    try tx.value("SELECT last_used_on FROM api_token", as: Day?.self) ?? nil
                }
                tries -= 1
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(used == TestHall.now.dayInChina)
        }
    }

    @Test(
        "An unknown, expired or revoked token is told so in problem details, whatever cookie comes with it",
        arguments: Engine.available)
    func refusesBadTokens(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let session = try await test.signIn(.districtOfficer)
            let expired = try await test.issueToken(.districtOfficer, .read, ["430111"])
            _ = try await test.hall.database.write { try $0.run("UPDATE api_token SET expires_at = \(TestHall.now)") }
            let revoked = try await test.issueToken(.districtOfficer, .read, ["430111"])
            _ = try await test.hall.database.write {
                try $0.run("UPDATE api_token SET revoked_at = created_at WHERE expires_at > \(TestHall.now)")
            }
            for token in [expired, revoked, "yiju_unknown", "", session] {
                for cookie in ["", session] {
                    // Also where a visitor may look.
                    for path in ["/api/v1/estates", "/api/v1/summary"] {
                        let answer = try await client.ask(path, token, cookie: cookie)
                        #expect(answer.status == .unauthorized)
                        #expect(answer.headers[.wwwAuthenticate] == #"Bearer error="invalid_token""#)
                        #expect(answer.headers[.contentType] == "application/problem+json")
                        #expect(String(buffer: answer.body).contains(#""code":"token.invalid""#))
                    }
                }
            }
        }
    }

    @Test("Beyond its scope a token is forbidden, and needs no form token within it", arguments: Engine.available)
    func refusesBeyondTheScope(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            let reading = try await test.issueToken(.districtOfficer, .read, ["430111"])
            let writing = try await test.issueToken(.districtOfficer, .write, ["430111"])
            let elsewhere = try await test.issueToken(.districtOfficer, .write, ["430111003"])
            let answers = [
                try await client.ask("/api/v1/written", reading, .post),
                try await client.ask("/api/v1/estates/\(estate)", elsewhere),
            ]
            for answer in answers {
                #expect(answer.status == .forbidden)
                #expect(answer.headers[.wwwAuthenticate] == #"Bearer error="insufficient_scope""#)
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
            #expect(String(buffer: answers[0].body).contains(#""code":"token.scope""#))
            let written = try await client.ask("/api/v1/written", writing, .post)
            #expect(written.status == .ok && String(buffer: written.body) == "\"x\"")
            // A cookie alone still needs its form token.
            let session = try await test.signIn(.districtOfficer)
            var headers = TestHall.form
            headers[.cookie] = "yiju_session=\(session)"
            let forged = try await client.execute(
                uri: "/api/v1/written", method: .post, headers: headers, body: ByteBuffer(string: "name=x"))
            #expect(forged.status == .forbidden && forged.headers[.wwwAuthenticate] == nil)
        }
    }

    @Test(
        "Pages are not for tokens: neither the token nor the cookie beside it opens them", arguments: Engine.available)
    func opensNoPage(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let session = try await test.signIn(.districtOfficer)
            let token = try await test.issueToken(.districtOfficer, .write, ["430111"])
            let refused = [
                "/account", "/estates", "/map", "/estates.csv", "/account/tokens",
            ]
            for path in refused {
                let answer = try await client.ask(path, token, cookie: session)
                #expect(answer.status == .unauthorized && answer.headers[.location] == nil, "\(path)")
                #expect(String(buffer: answer.body).contains(#""code":"token.path""#), "\(path)")
            }
            // What anybody may see is shown, as to anybody.
            let help = try await client.ask("/help", token, cookie: session)
            #expect(help.status == .ok && !String(buffer: help.body).contains("/sign-out"))
            for path in ["/nowhere", "/api/v1/nowhere"] {
                let answer = try await client.ask(path, token, cookie: session)
                #expect(answer.status == .notFound && answer.headers[.contentType] == "application/problem+json")
            }
        }
    }

    @Test("While a post waits for codes to be set up, its tokens wait too", arguments: Engine.available)
    func waitsForCodes(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let token = try await test.issueToken(.districtOfficer, .read, ["430111"])
            try await test.act { try CodeDuties.set(true, of: .districtOfficer, deed: $0) }
            let answer = try await client.ask("/api/v1/estates", token)
            #expect(answer.status == .forbidden && answer.headers[.location] == nil)
            #expect(String(buffer: answer.body).contains(#""code":"token.person""#))
        }
    }

    @Test("What a program did names its token in the log by id, never by its text", arguments: Engine.available)
    func logsNoToken(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let token = try await test.issueToken(.districtOfficer, .write, ["430111"])
            let id = try await test.hall.database.read {
                try $0.value("SELECT id FROM api_token", as: ID<TokenTag>.self)
            }
            _ = try await client.ask("/api/v1/written", token, .post)
            _ = try await client.ask("/account", token)
            _ = try await client.ask("/api/v1/estates", token + "x")
            #expect(test.log.lines.contains { $0["path"] == "/api/v1/written" && $0["token"] == id?.description })
            #expect(!test.log.lines.contains { $0.values.contains { $0.contains(token.dropFirst(5).prefix(20)) } })
        }
    }

    @Test("The page issues a token that works, shows it once, and ends it", arguments: Engine.available)
    func throughThePage(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let session = try await test.signIn(.districtOfficer)
            let form = [
                ("title", "大屏"), ("access", "read"), ("places", "430111"), ("lastDay", "2026-09-30"),
                ("current", TestHall.password),
            ]
            let shown = String(buffer: try await client.post("/account/tokens", session, form).body)
            let token = String(try #require(shown.firstMatch(of: /value="(yiju_[A-Za-z0-9_-]{43})"/)?.1))
            #expect(try await client.ask("/api/v1/estates", token).status == .ok)
            let list = String(buffer: try await client.get("/account/tokens", session).body)
            #expect(list.contains("大屏") && !list.contains(token))
            let revoke = try #require(list.firstMatch(of: /"(\/account\/tokens\/[0-9a-f-]{36}\/revoke)"/)?.1)
            #expect(try await client.get(String(revoke), session).status == .ok)
            #expect(try await client.ask("/api/v1/estates", token).status == .ok)
            #expect(
                try await client.post(String(revoke), session).headers[.location] == "/account/tokens?done=tokenRevoked"
            )
            #expect(try await client.ask("/api/v1/estates", token).status == .unauthorized)

            let wrong = form.map { ($0.0, $0.0 == "current" ? "not-the-password" : $0.1) }
            #expect(try await client.post("/account/tokens", session, wrong).status == .unprocessableContent)
            #expect(try await client.post("/account/tokens", session).status == .unprocessableContent)
        }
    }
}

extension TestHall {
    static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    /// A fresh token of the person who sits in that role.
    func issueToken(_ role: Role, _ access: TokenScope.Access, _ places: [String]) async throws -> String {
        try await issueToken(of: role.rawValue.lowercased(), access, places)
    }

    func issueToken(of login: String, _ access: TokenScope.Access, _ places: [String]) async throws -> String {
        let actor = try await hall.database.read { [hall] tx in
            guard let id = try PersonQueries.id(login: login, tx: tx) else { throw Visit.notFound }
            return try Actors.load(id, now: TestHall.now, requestID: "test", vault: hall.vault, tx: tx)
        }
        let form = NewToken(
            title: "report", scope: TokenScope(access, within: try places.map(Self.code)),
            lastDay: Self.now.dayInChina.adding(days: 89))
        return try await TokenActs(database: hall.database, vault: hall.vault, clock: hall.clock, pool: Self.pool)
            .issue(form, password: Self.password, as: actor)
    }
}

extension TestClientProtocol {
    /// What a program does, with a token; a form when it writes.
    fileprivate func ask(
        _ path: String, _ token: String, _ method: HTTPRequest.Method = .get, cookie: String = ""
    ) async throws -> TestResponse {
        var headers = method == .post ? TestHall.form : [:]
        headers[.authorization] = "Bearer \(token)"
        if !cookie.isEmpty { headers[.cookie] = "yiju_session=\(cookie)" }
        return try await execute(
            uri: path, method: method, headers: headers, body: method == .post ? ByteBuffer(string: "name=x") : nil)
    }
}
