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

/// Phones at the door: what they take along, what they bring, and how they are told what is wrong.
@Suite("Phones at the door")
struct FieldDoorTests {
    private static let json = "application/json"

    private static func withClient<Value: Sendable>(
        _ engine: Engine, _ body: @escaping @Sendable (TestHall, any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.districtOfficer, at: "430111")
            try await test.addPerson(.subdistrictOfficer, at: "430111002")
            return try await Application(router: Site.router(test.hall)).test(.router) { try await body(test, $0) }
        }
    }

    private static func batch(
        _ estate: ID<Estate>, id: ID<FieldItem>, _ households: String, seen: String = "null"
    ) -> String {
        let now = TestHall.now.milliseconds
        let item = #""id":"\#(id)","estate":"\#(estate)","at":\#(now),"taken":\#(now)"#
        let answer = #""answers":{"households":"\#(households)"},"seen":{"households":[\#(seen)]}"#
        return #"{"sentAt":\#(now),"items":[{\#(item),\#(answer)}]}"#
    }

    @Test(
        "What a phone brings with the form's token is stored, once; the estate's page tells it",
        arguments: Engine.available)
    func brings(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            let (token, id) = (try await test.signIn(.subdistrictOfficer), ID<FieldItem>(at: TestHall.now))
            for _ in 0..<2 {
                let answer = try await client.send(
                    .post, "/field/answers", token, type: Self.json, Self.batch(estate, id: id, "364"))
                let json = try JSON(parsing: String(buffer: answer.body))
                #expect(answer.status == .ok)
                #expect(json["items"]?.elements.first?["outcome"]?.string == "applied")
                #expect(json["form"]?.integer == 1)
            }
            let page = String(buffer: try await client.get("/estates/\(estate)", token).body)
            #expect(page.contains("364") && page.contains("现场摸底"))
            let other = try await client.send(
                .post, "/field/answers", try await test.signIn(.districtOfficer), type: Self.json,
                Self.batch(estate, id: id, "364"))
            #expect(other.status == .conflict && String(buffer: other.body).contains("field.id.taken"))
        }
    }

    @Test(
        "Without the form's token, from another site, signed out or malformed, nothing is taken, and JSON says why",
        arguments: Engine.available)
    func refuses(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            let token = try await test.signIn(.subdistrictOfficer)
            let body = Self.batch(estate, id: ID(at: TestHall.now), "364")
            let post = { (headers: HTTPFields, body: String) in
                try await client.execute(
                    uri: "/field/answers", method: .post, headers: headers, body: ByteBuffer(string: body))
            }
            var headers: HTTPFields = [.contentType: "application/json", .cookie: "yiju_session=\(token)"]
            #expect(try await post(headers, body).status == .forbidden)
            let header = try #require(HTTPField.Name("X-CSRF-Token"))
            headers[header] = CSRF.token(for: token)
            headers[.origin] = "https://evil.example"
            #expect(try await post(headers, body).status == .forbidden)
            headers[.origin] = nil
            headers[.contentType] = "text/plain"
            #expect(try await post(headers, body).status == .unsupportedMediaType)
            #expect(try await post([.contentType: "application/json"], body).status == .unauthorized)
            for wrong in ["", "[", "[]", #"{"sentAt":0,"items":[{}]}"#, String(repeating: "[", count: 5000)] {
                let answer = try await client.send(.post, "/field/answers", token, type: Self.json, wrong)
                #expect([.badRequest, .unprocessableContent].contains(answer.status), "\(wrong.prefix(40))")
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
            let count: Int? = try await test.hall.database.read { try $0.value("SELECT count(*) FROM field_item") }
            #expect(count == 0)
        }
    }

    @Test(
        "The package holds the officer's estates and the form, and nobody's name; the page holds neither",
        arguments: Engine.available)
    func takesAlong(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            _ = try await test.addEstate("外区小区", at: "430102001")
            let token = try await test.signIn(.subdistrictOfficer)
            _ = try await client.send(
                .post, "/field/answers", token, type: Self.json, Self.batch(estate, id: ID(at: TestHall.now), "约364"))
            let places = String(buffer: try await client.get("/field/places.json", token).body)
            #expect(places.contains("430111002") && !places.contains("430102001"))
            let package = try await client.get("/field/package.json?place=430111002&place=430102", token)
            let text = String(buffer: package.body)
            let json = try JSON(parsing: text)
            #expect(json["estates"]?.elements.compactMap { $0["name"]?.string } == ["公交小区"])
            let facts = json["estates"]?.elements.first?["facts"]
            #expect(facts?["households"]?.elements.first?.string == "约364")
            let questions = json["form"]?["questions"]?.elements ?? []
            #expect(questions.count > 80 && !questions.contains { $0["key"]?.string == "name" })
            let name = Role.subdistrictOfficer.name.zh
            #expect(!text.contains(name))
            let page = try await client.get("/field", token)
            let html = String(buffer: page.body)
            #expect(page.status == .ok && !html.contains(name) && !html.contains(CSRF.token(for: token)))
            #expect(page.headers[.permissionsPolicy]?.contains("geolocation=(self)") ?? false)
            let elsewhere = try await client.get("/estates", token)
            #expect(elsewhere.headers[.permissionsPolicy]?.contains("geolocation=()") ?? false)
            let session = String(buffer: try await client.get("/field/session.json", token).body)
            #expect(session.contains(CSRF.token(for: token)))
        }
    }

    @Test("A conflict waits on its page until somebody has chosen", arguments: Engine.available)
    func settles(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            let (first, second) = (try await test.signIn(.subdistrictOfficer), try await test.signIn(.districtOfficer))
            let ids = [ID<FieldItem>(at: TestHall.now), ID<FieldItem>(at: TestHall.now)]
            _ = try await client.send(
                .post, "/field/answers", first, type: Self.json, Self.batch(estate, id: ids[0], "364"))
            _ = try await client.send(
                .post, "/field/answers", second, type: Self.json, Self.batch(estate, id: ids[1], "361"))
            let page = String(buffer: try await client.get("/field/conflicts", first).body)
            #expect(page.contains("公交小区") && page.contains("364") && page.contains("361"))
            #expect(String(buffer: try await client.get("/", first).body).contains("/field/conflicts"))
            let address = "/field/conflicts/\(ids[1])"
            let none = try await client.post(address, first, [("version", "2")])
            #expect(none.status == .unprocessableContent)
            let chosen = [("version", "2"), ("choice.\(ids[1]).households", "mine")]
            #expect(try await client.post(address, first, chosen).status == .seeOther)
            let told = String(buffer: try await client.get("/estates/\(estate)", first).body)
            #expect(told.contains("361"))
            let empty = String(buffer: try await client.get("/field/conflicts", first).body)
            #expect(!empty.contains("公交小区"))
        }
    }
}
