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

/// The API as programs read it: pages of lists, what is refused, and what `/openapi.json` says of it.
@Suite("API")
struct APITests {
    private static func withProgram<Value: Sendable>(
        _ engine: Engine, _ body: @escaping @Sendable (TestHall, Program) async throws -> Value
    ) async throws -> Value {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.districtOfficer, at: "430111")
            let token = try await test.issueToken(.districtOfficer, .write, ["430111"])
            return try await Application(router: Site.router(test.hall)).test(.router) { client in
                try await body(test, Program(client: client, token: token))
            }
        }
    }

    @Test("Every route of the API is described, and everything described is a route", arguments: [Engine.sqlite])
    func describesEveryRoute(engine: Engine) async throws {
        try await Self.withProgram(engine) { _, program in
            let document = try await program.read("/openapi.json")
            let described = (document["paths"]?.members ?? []).flatMap { path in
                path.value.members.map(\.key).filter { $0 != "parameters" }.map { "\($0.uppercased()) \(path.key)" }
            }
            let routes = Site.routes.filter { $0.path.hasPrefix("/api/") }.map { "\($0.method.rawValue) \($0.path)" }
            #expect(described.sorted() == routes.sorted())
            #expect(routes.count > 10)
        }
    }

    @Test("The examples of the description have the members of real answers", arguments: Engine.available)
    func examplesAreReal(engine: Engine) async throws {
        try await Self.withProgram(engine) { test, program in
            let things = try await Things(.own, test)
            let document = try await program.read("/openapi.json")
            let real: [(String, String, String?)] = [
                ("Estate", "/api/v1/estates/{id}", nil), ("EstateLine", "/api/v1/estates", "estates"),
                ("Building", "/api/v1/estates/{id}/buildings", "buildings"),
                ("RecordLine", "/api/v1/estates/{id}/record", "record"),
                ("Photo", "/api/v1/estates/{id}/photos", "photos"), ("Project", "/api/v1/projects/{id}", nil),
                ("ProjectLine", "/api/v1/projects", "projects"), ("Stage", "/api/v1/stages", "stages"),
                ("Place", "/api/v1/places", "places"), ("Form", "/api/v1/forms/{subject}", nil),
                ("Summary", "/api/v1/summary", nil),
            ]
            for (name, path, list) in real {
                let route = try #require(Site.routes.first { $0.path == path && $0.method == .get })
                let answer = try await program.read(things.address(of: route))
                let line = try #require(list.map { answer[$0]?.elements.first } ?? answer, "\(path)")
                let example = document["components"]?["schemas"]?[name]?["examples"]?.elements.first
                #expect(Set(line.members.map(\.key)) == Set((example?.members ?? []).map(\.key)), "\(name)")
            }
        }
    }

    @Test(
        "In every order, each estate comes once however the pages are cut, and one that is added shifts nothing",
        arguments: Engine.available)
    func pages(engine: Engine) async throws {
        try await Self.withProgram(engine) { test, program in
            var known: Set<String> = []
            // Alike in name, so that the order must fall back on what tells them apart.
            for name in ["甲园", "甲园", "乙园", "丙园", "丙园", "丁园", "丁园"] {
                known.insert("\(try await test.addEstate(name, at: "430111002001"))")
            }
            for sort in EstateFilter.Sort.allCases.flatMap({ [$0.rawValue, "-" + $0.rawValue] }) {
                let whole = try await program.read("/api/v1/estates?limit=200&sort=\(sort)")
                let order = Self.ids(whole)
                #expect(known.isSubset(of: order), "\(sort)")
                #expect(whole["next"] == .null && whole["total"]?.integer == Int64(order.count), "\(sort)")
                var next: String? = "/api/v1/estates?limit=2&sort=\(sort)"
                var found: [String] = []
                while let address = next, found.count <= order.count + 2 {
                    let page = try await program.read(address)
                    found += Self.ids(page)
                    next = page["next"]?.string
                    if found.count == 2 { known.insert("\(try await test.addEstate("新园", at: "430111002001"))") }
                }
                #expect(found.filter(order.contains) == order, "\(sort)")
                #expect(found.count == Set(found).count, "\(sort)")
            }
        }
    }

    private static func ids(_ page: JSON) -> [String] {
        (page["estates"]?.elements ?? []).compactMap { $0["id"]?.string }
    }

    @Test("The next page stands in the header Link too; the lists of all kinds go on", arguments: Engine.available)
    func linksOn(engine: Engine) async throws {
        try await Self.withProgram(engine) { test, program in
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            let register = test.hall.register
            for number in [10, 2, 1] {
                _ = try await test.act { deed in
                    _ = try register.registerBuilding(BuildingChange(name: "\(number)栋"), of: estate, in: deed)
                    return try register.createProject(
                        ProjectDraft(name: "项目\(number)", estates: [estate]), in: deed)
                }
            }
            let lists = [
                ("/api/v1/estates/\(estate)/buildings", "buildings", 3), ("/api/v1/projects", "projects", 3),
                ("/api/v1/places", "places", 9), ("/api/v1/estates/\(estate)/record", "record", 7),
            ]
            for (path, name, count) in lists {
                let whole = try await program.read(path)[name]?.elements ?? []
                #expect(whole.count >= count, "\(path)")
                var (found, next): ([JSON], String?) = ([], "\(path)?limit=1")
                while let address = next, found.count <= whole.count {
                    let answer = try await program.ask(address)
                    let page = try JSON(parsing: String(buffer: answer.body))
                    found += page[name]?.elements ?? []
                    next = page["next"]?.string
                    #expect(
                        HTTPField.Name("Link").flatMap { answer.headers[$0] } == next.map { "<\($0)>; rel=\"next\"" })
                }
                #expect(found == whole, "\(path)")
            }
            let buildings = try await program.read(lists[0].0)["buildings"]?.elements.compactMap { $0["name"]?.string }
            #expect(buildings == ["1栋", "2栋", "10栋"])
        }
    }

    @Test("What an address asks and is not understood is refused by name", arguments: Engine.available)
    func refusesParameters(engine: Engine) async throws {
        try await Self.withProgram(engine) { test, program in
            for name in ["一园", "二园", "三园"] { _ = try await test.addEstate(name, at: "430111002001") }
            let cursor = try #require(try await program.read("/api/v1/estates?limit=1")["next"]?.string)
            let wrong: [(String, String, String)] = [
                ("/api/v1/estates?page=2", "query.unknown", "page"), ("/api/v1/stages?x=1", "query.unknown", "x"),
                ("/api/v1/estates?limit=0", "query.value", "limit"),
                ("/api/v1/estates?limit=201", "query.value", "limit"),
                ("/api/v1/estates?limit=1&limit=2", "query.twice", "limit"),
                ("/api/v1/estates?district=4301", "query.value", "district"),
                ("/api/v1/estates?stage=a,,b", "query.value", "stage"),
                ("/api/v1/estates?bbox=1,2,0,3", "query.value", "bbox"),
                ("/api/v1/estates?cursor=xyz", "cursor.foreign", "cursor"),
                (cursor + "&sort=number", "cursor.foreign", "cursor"),
                (cursor.replacing("estates", with: "projects"), "cursor.foreign", "cursor"),
                ("/api/v1/estates?q=%ff", "query.malformed", ""),
            ]
            for (path, code, field) in wrong {
                let answer = try await program.ask(path)
                let problem = try JSON(parsing: String(buffer: answer.body))
                #expect(answer.status == .badRequest, "\(path)")
                #expect(problem["code"]?.string == code && problem["field"]?.string ?? "" == field, "\(path)")
            }
        }
    }

    @Test("Errors are told in the language that the program asks for", arguments: [Engine.sqlite])
    func speaks(engine: Engine) async throws {
        try await Self.withProgram(engine) { _, program in
            for (wish, language, detail) in [
                ("en-GB,en", "en", "Unknown parameters: x."), ("zh", "zh-CN", "不认识的参数：x。"),
            ] {
                let answer = try await program.ask("/api/v1/stages?x=1", [.acceptLanguage: wish])
                let problem = try JSON(parsing: String(buffer: answer.body))
                #expect(problem["detail"]?.string?.hasPrefix(detail) == true)
                #expect(answer.headers[.contentLanguage] == language)
                #expect(answer.headers[.contentType] == "application/problem+json")
                #expect(problem["status"]?.integer == 400 && problem["requestId"]?.string?.isEmpty == false)
            }
        }
    }

    @Test("Whoever has the newest is told so with 304", arguments: [Engine.sqlite])
    func notModified(engine: Engine) async throws {
        try await Self.withProgram(engine) { test, program in
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            for path in ["/api/v1/estates/\(estate)", "/api/v1/forms/estate", "/openapi.json"] {
                let tag = try #require(try await program.ask(path).headers[.eTag], "\(path)")
                let again = try await program.ask(path, [.ifNoneMatch: tag])
                #expect(again.status == .notModified && again.body.readableBytes == 0, "\(path)")
            }
        }
    }

    @Test("The page of the API is for people, in both languages, whoever asks", arguments: [Engine.sqlite])
    func page(engine: Engine) async throws {
        try await Self.withProgram(engine) { _, program in
            for language in ["zh", "en"] {
                let headers: HTTPFields = [.acceptLanguage: language]
                let answer = try await program.client.execute(uri: "/api", method: .get, headers: headers)
                let page = String(buffer: answer.body)
                #expect(answer.status == .ok && page.contains("<html lang=\"\(language)"))
                for route in Site.routes where route.path.hasPrefix("/api/") {
                    #expect(page.contains("\(route.method.rawValue) \(route.path)"))
                }
            }
        }
    }
}

/// A program with a token.
struct Program: Sendable {
    let client: any TestClientProtocol
    let token: String

    func ask(_ path: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
        try await send(.get, path, headers, nil)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], _ body: String?
    ) async throws -> TestResponse {
        var headers = headers
        headers[.authorization] = "Bearer \(token)"
        return try await client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
    }

    func read(_ path: String) async throws -> JSON {
        let answer = try await ask(path)
        #expect(answer.status == .ok, "\(path): \(String(buffer: answer.body).prefix(300))")
        return try JSON(parsing: String(buffer: answer.body))
    }
}
