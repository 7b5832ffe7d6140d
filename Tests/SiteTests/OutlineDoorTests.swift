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
import TestSupport
import Testing

/// What the map's editor sends and is told, and what a form without scripts gets.
@Suite("Outlines at the door")
struct OutlineDoorTests {
    private static let neighbourhood = "430111002001"

    private static func withClient<Value: Sendable>(
        _ engine: Engine,
        _ body: @escaping @Sendable (TestHall, any TestClientProtocol, String, ID<Estate>) async throws -> Value
    ) async throws -> Value {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.districtOfficer, at: "430111")
            let estate = try await test.addEstate("公交小区", at: neighbourhood)
            let token = try await test.signIn(.districtOfficer)
            return try await Application(router: Site.router(test.hall)).test(.router) {
                try await body(test, $0, token, estate)
            }
        }
    }

    private static func json(_ answer: TestResponse) throws -> JSON { try JSON(parsing: String(buffer: answer.body)) }

    @Test(
        "A script reads the shapes, sends one and is told the new version and what is odd", arguments: Engine.available)
    func script(engine: Engine) async throws {
        try await Self.withClient(engine) { _, client, token, estate in
            let empty = try Self.json(try await client.get("/estates/\(estate)/outline.geojson", token))
            #expect(empty["features"]?.elements.first?["geometry"] == .null)
            #expect(empty["features"]?.elements.first?["properties"]?["version"] == .integer(1))
            let fields = [("geometry", Things.square), ("version", "1"), ("evidence", "现场测量")]
            let sent = try await client.send("/estates/\(estate)/outline", token, fields)
            #expect(sent.status == .ok && sent.headers[.contentType] == "application/json")
            let told = try Self.json(sent)
            #expect(told["version"] == .integer(2) && told["changed"] == .bool(true))
            #expect((told["areaM2"]?.double ?? 0) > 10_000 && told["notices"] == .array([]))
            let drawn = try Self.json(try await client.get("/estates/\(estate)/outline.geojson", token))
            #expect(drawn["features"]?.elements.first?["geometry"]?["type"] == .string("Polygon"))
            let late = try await client.send("/estates/\(estate)/outline", token, fields)
            #expect(late.status == .conflict && late.headers[.contentType] == "application/problem+json")
            #expect(try Self.json(late)["code"] == .string("estate.changed"))
            let broken = try await client.send(
                "/estates/\(estate)/outline", token, [("geometry", "{\"type\":\"Point\"}"), ("version", "2")])
            #expect(broken.status == .unprocessableContent)
            let removed = try await client.send(
                "/estates/\(estate)/outline", token, [("remove", "1"), ("version", "2")])
            #expect(try Self.json(removed)["areaM2"] == .null)
        }
    }

    @Test(
        "A form goes on to the page, whichever way it is encoded; a refused one comes back with the reason",
        arguments: Engine.available)
    func forms(engine: Engine) async throws {
        try await Self.withClient(engine) { _, client, token, estate in
            let address = "/estates/\(estate)/outline"
            let plain = try await client.post(address, token, [("geometry", Things.square), ("version", "1")])
            #expect(plain.status == .seeOther && plain.headers[.location] == "\(address)?saved=1")
            let page = String(buffer: try await client.get("\(address)?saved=1", token).body)
            #expect(page.contains("5 个点"))
            let inParts = try await client.upload(address, token, [("remove", "1"), ("version", "2")])
            #expect(inParts.status == .seeOther)
            let file = try await client.upload(address, token, [("version", "3")], file: Things.square)
            #expect(file.status == .seeOther && file.headers[.location] == "\(address)?saved=1")
            let wrong = try await client.post(address, token, [("geometry", "not a shape"), ("version", "4")])
            let text = String(buffer: wrong.body)
            #expect(
                wrong.status == .unprocessableContent && text.contains("not a shape") && text.contains("f-geometry"))
            #expect(try await client.post(address, "", [("geometry", Things.square)]).status == .seeOther)
        }
    }

    @Test("A footprint is sent to its building, and a line around buildings to a project", arguments: Engine.available)
    func footprintsAndProjects(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client, token, estate in
            let register = test.hall.register
            let (building, project) = try await test.act { deed in
                (
                    try register.registerBuilding(BuildingChange(name: "1栋"), of: estate, in: deed),
                    try register.createProject(ProjectDraft(name: "一期", estates: [estate]), in: deed)
                )
            }
            let fields = [("geometry", Things.square), ("version", "1")]
            let drawn = try await client.send("/buildings/\(building)/footprint", token, fields)
            #expect(try Self.json(drawn)["version"] == .integer(2), "it stands inside now")
            let around = [("polygon", Things.square), ("version", "1")]
            let address = "/projects/\(project)/buildings"
            let seen = try Self.json(try await client.send(address, token, around + [("preview", "1")]))
            #expect(seen["applied"] == .bool(false) && seen["version"] == .integer(1))
            #expect(seen["buildings"]?.elements.first?["name"] == .string("1栋"))
            let done = try Self.json(try await client.send(address, token, around))
            #expect(done["applied"] == .bool(true) && done["version"] == .integer(2))
            #expect(done["buildings"]?.elements.count == 1)
            let again = try await client.post(address, token, [("polygon", Things.square), ("version", "2")])
            #expect(again.headers[.location] == "/projects/\(project)")
        }
    }
}

extension TestClientProtocol {
    /// As a page's script does.
    fileprivate func send(_ path: String, _ token: String, _ fields: [(String, String)]) async throws -> TestResponse {
        let body = (fields + [("csrf", CSRF.token(for: token))]).map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        let headers: HTTPFields = [
            .contentType: "application/x-www-form-urlencoded", .accept: "application/json",
            .cookie: "yiju_session=\(token)",
        ]
        return try await execute(
            uri: path, method: .post, headers: headers, body: ByteBuffer(string: body.joined(separator: "&")))
    }
}
