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

/// Programs that change estates: nothing is overwritten unseen, registered twice or half-understood.
@Suite("Writing through the API")
struct APIWriteTests {
    private static let patch = "application/merge-patch+json"
    private static let facts =
        #"{"facts":{"households":364,"gasShare":null},"evidence":"不动产登记","surveyedOn":"2026-06-01"}"#

    private static func withEstate<Value: Sendable>(
        _ engine: Engine, _ body: @escaping @Sendable (TestHall, Program, ID<Estate>) async throws -> Value
    ) async throws -> Value {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.districtOfficer, at: "430111")
            let token = try await test.issueToken(.districtOfficer, .write, ["430111"])
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            return try await Application(router: Site.router(test.hall)).test(.router) { client in
                try await body(test, Program(client: client, token: token), estate)
            }
        }
    }

    @Test("A correction that saw the newest is stored; the same again has not seen it", arguments: Engine.available)
    func corrects(engine: Engine) async throws {
        try await Self.withEstate(engine) { _, program, estate in
            let path = "/api/v1/estates/\(estate)"
            let tag = try #require(try await program.ask(path).headers[.eTag])
            let sent: HTTPFields = [.contentType: Self.patch + "; charset=utf-8", .ifMatch: "\"0-0\", \(tag)"]
            let answer = try await program.send(.patch, path, sent, Self.facts)
            #expect(answer.status == .ok, "\(String(buffer: answer.body))")
            let document = try JSON(parsing: String(buffer: answer.body))
            #expect(document["households"]?.integer == 364 && document["version"]?.integer == 2)
            #expect(document["facts"]?["values"]?["gasShare"]?.elements.first == .null)
            #expect(document["facts"]?["sources"]?.elements.first?.elements.first == "不动产登记")
            #expect(answer.headers[.eTag] != tag)
            #expect(try await program.ask(path).headers[.eTag] == answer.headers[.eTag])
            let late = try await program.send(.patch, path, sent, #"{"address":"城南东路"}"#)
            #expect(late.status == .preconditionFailed)
            let record = try await program.read(path + "/record?limit=1")["record"]?.elements.first
            #expect(record?["act"] == "estate.correct" && record?["after"]?["households"]?.integer == 364)
            // What is not named stays; null empties.
            let newest = try #require(answer.headers[.eTag])
            let emptied = try await program.send(
                .patch, path, [.contentType: Self.patch, .ifMatch: newest],
                #"{"address":null,"location":null,"aliases":["公交公司宿舍"]}"#)
            let after = try JSON(parsing: String(buffer: emptied.body))
            #expect(after["households"]?.integer == 364 && after["aliases"]?.elements == ["公交公司宿舍"])
        }
    }

    @Test("Every way of sending it wrong has its own answer, and changes nothing", arguments: Engine.available)
    func refusals(engine: Engine) async throws {
        try await Self.withEstate(engine) { test, program, estate in
            let path = "/api/v1/estates/\(estate)"
            let tag = try #require(try await program.ask(path).headers[.eTag])
            let good: HTTPFields = [.contentType: Self.patch, .ifMatch: tag]
            let wrong: [(HTTPFields, String, HTTPResponse.Status, String)] = [
                ([.contentType: Self.patch], Self.facts, .preconditionRequired, "condition.missing"),
                (
                    [.contentType: Self.patch, .ifMatch: "\"1-0\""], Self.facts, .preconditionFailed,
                    "condition.outdated"
                ),
                (
                    [.contentType: Self.patch, .ifMatch: "W/" + tag], Self.facts, .preconditionFailed,
                    "condition.outdated"
                ),
                ([.contentType: "application/json", .ifMatch: tag], Self.facts, .unsupportedMediaType, "body.type"),
                ([.ifMatch: tag], Self.facts, .unsupportedMediaType, "body.type"),
                (good, "{", .badRequest, "json.malformed"), (good, "[]", .unprocessableContent, "member.kind"),
                (good, #"{"stage":"works"}"#, .unprocessableContent, "member.unknown"),
                (good, #"{"name":"甲","name":"乙"}"#, .unprocessableContent, "member.twice"),
                (good, #"{"name":null}"#, .unprocessableContent, "member.kind"),
                (good, #"{"name":"\u0000"}"#, .unprocessableContent, "name.control"),
                (good, #"{"location":[28.15,113.02]}"#, .unprocessableContent, "estate.location.outside"),
                (good, #"{"facts":{"households":364}}"#, .unprocessableContent, "evidence.missing"),
                (good, #"{"facts":{"households":"364"},"evidence":"x"}"#, .unprocessableContent, "fact.kind"),
                (good, #"{"facts":{"gasShare":101},"evidence":"x"}"#, .unprocessableContent, "cell.bounds"),
                (good, #"{"facts":{"lifts":{"many":1}},"evidence":"x"}"#, .unprocessableContent, "fact.kind"),
                (good, #"{"surveyedOn":"2026-07-01"}"#, .unprocessableContent, "member.kind"),
                (good, #"{"place":"430102001001"}"#, .forbidden, "right.missing"),
                (good, "\"" + String(repeating: "x", count: 1 << 20) + "\"", .contentTooLarge, "form.large"),
            ]
            for (headers, body, status, code) in wrong {
                let answer = try await program.send(.patch, path, headers, body)
                let problem = try JSON(parsing: String(buffer: answer.body))
                #expect(
                    answer.status == status && problem["code"]?.string == code, "\(body.prefix(60)) \(problem.text)")
            }
            #expect(try await program.ask(path).headers[.eTag] == tag)
            let reading = Program(
                client: program.client, token: try await test.issueToken(.districtOfficer, .read, ["430111"]))
            #expect(try await reading.send(.patch, path, good, Self.facts).status == .forbidden)
        }
    }

    @Test("A session writes with its form token in a header, and not without", arguments: [Engine.sqlite])
    func sessions(engine: Engine) async throws {
        try await Self.withEstate(engine) { test, program, estate in
            let session = try await test.signIn(.districtOfficer)
            let path = "/api/v1/estates/\(estate)"
            let headers: HTTPFields = [
                .contentType: Self.patch, .ifMatch: "*", .cookie: "yiju_session=\(session)",
            ]
            let body = ByteBuffer(string: Self.facts)
            let forged = try await program.client.execute(uri: path, method: .patch, headers: headers, body: body)
            #expect(forged.status == .forbidden)
            let own = try await program.client.send(.patch, path, session, type: Self.patch, Self.facts)
            #expect(own.status == .ok)
        }
    }

    @Test(
        "A registration that is sent twice registers once; another content under its key is refused",
        arguments: Engine.available)
    func registers(engine: Engine) async throws {
        try await Self.withEstate(engine) { _, program, _ in
            let key = try #require(HTTPField.Name("Idempotency-Key"))
            let headers: HTTPFields = [.contentType: "application/json", key: "batch-7/1"]
            let body = #"{"name":"东塘小区","place":"430111002001","officialCode":"HN-1"}"#
            let first = try await program.send(.post, "/api/v1/estates", headers, body)
            #expect(first.status == .created, "\(String(buffer: first.body))")
            let address = try #require(first.headers[.location])
            #expect(try await program.read(address)["name"] == "东塘小区")
            let second = try await program.send(.post, "/api/v1/estates", headers, body)
            #expect(second.status == .ok && second.headers[.location] == address)
            let other = try await program.send(
                .post, "/api/v1/estates", headers, #"{"name":"西塘小区","place":"430111002001"}"#)
            #expect(other.status == .unprocessableContent && String(buffer: other.body).contains("request.reused"))
            // Without a key it is another estate, whose code must be its own.
            let plain: HTTPFields = [.contentType: "application/json"]
            let taken = try await program.send(.post, "/api/v1/estates", plain, body)
            #expect(taken.status == .conflict && String(buffer: taken.body).contains("estate.code.taken"))
            let foreign = try await program.send(
                .post, "/api/v1/estates", plain, #"{"name":"韭菜园","place":"430102001001"}"#)
            #expect(foreign.status == .forbidden)
            let total = try await program.read("/api/v1/estates?q=%E5%A1%98%E5%B0%8F%E5%8C%BA")["total"]?.integer
            #expect(total == 1)
        }
    }

    @Test("A building is corrected by whoever saw the newest; its name must be its own", arguments: Engine.available)
    func correctsBuildings(engine: Engine) async throws {
        try await Self.withEstate(engine) { test, program, estate in
            let register = test.hall.register
            let ids = try await test.act { deed in
                try ["1栋", "2栋"].map {
                    try register.registerBuilding(BuildingChange(name: $0), of: estate, in: deed)
                }
            }
            let path = "/api/v1/buildings/\(ids[0])"
            let seen = try await program.ask(path)
            let tag = try #require(seen.headers[.eTag])
            #expect(try await program.ask(path, [.ifNoneMatch: tag]).status == .notModified)
            let listed = try await program.read("/api/v1/estates/\(estate)/buildings")["buildings"]?.elements.first
            #expect(try JSON(parsing: String(buffer: seen.body)) == listed)
            let wrong: [(String?, String, HTTPResponse.Status, String)] = [
                (nil, #"{"name":"3栋"}"#, .preconditionRequired, "condition.missing"),
                ("\"1-0\"", #"{"name":"3栋"}"#, .preconditionFailed, "condition.outdated"),
                (tag, #"{"name":"2栋"}"#, .conflict, "building.twice"),
                (tag, #"{"address":"x"}"#, .unprocessableContent, "member.unknown"),
                (tag, #"{"facts":{"floors":7}}"#, .unprocessableContent, "evidence.missing"),
                (tag, #"{"facts":{"floors":"7"},"evidence":"x"}"#, .unprocessableContent, "fact.kind"),
                (tag, #"{"location":[28.15,113.02]}"#, .unprocessableContent, "estate.location.outside"),
            ]
            for (condition, body, status, code) in wrong {
                var headers: HTTPFields = [.contentType: Self.patch]
                headers[.ifMatch] = condition
                let answer = try await program.send(.patch, path, headers, body)
                let problem = try JSON(parsing: String(buffer: answer.body))
                #expect(answer.status == status && problem["code"]?.string == code, "\(body) \(problem.text)")
            }
            let done = try await program.send(
                .patch, path, [.contentType: Self.patch, .ifMatch: tag],
                #"{"name":"甲栋","officialCode":"HN-7","facts":{"floors":7},"evidence":"不动产登记"}"#)
            let document = try JSON(parsing: String(buffer: done.body))
            #expect(done.status == .ok, "\(document.text)")
            #expect(document["name"] == "甲栋" && document["version"]?.integer == 2)
            #expect(document["facts"]?["values"]?["floors"]?.elements.first?.integer == 7)
            #expect(try await program.ask(path).headers[.eTag] == done.headers[.eTag])
            let late = try await program.send(
                .patch, path, [.contentType: Self.patch, .ifMatch: tag], #"{"officialCode":null}"#)
            #expect(late.status == .preconditionFailed)
        }
    }

    @Test(
        "A project's name, year, estates, buildings and works are corrected; a list takes the place of the whole list",
        arguments: Engine.available)
    func correctsProjects(engine: Engine) async throws {
        try await Self.withEstate(engine) { test, program, estate in
            let register = test.hall.register
            let second = try await test.addEstate("铁建小区", at: "430111003")
            let stranger = try await test.addEstate("韭菜园", at: "430102001001")
            let (building, project) = try await test.act { deed in
                let building = try register.registerBuilding(BuildingChange(name: "9栋"), of: second, in: deed)
                let draft = ProjectDraft(
                    name: "一期", estates: [estate], measures: [MeasureDraft(item: "roof", target: .building)],
                    stage: "programmed")
                return (building, try register.createProject(draft, in: deed))
            }
            let path = "/api/v1/projects/\(project)"
            let tag = try #require(try await program.ask(path).headers[.eTag])
            #expect(try await program.ask(path, [.ifNoneMatch: tag]).status == .notModified)
            let wrong: [(String, HTTPResponse.Status, String, String?)] = [
                (#"{"stage":"works"}"#, .unprocessableContent, "member.unknown", "stage"),
                (#"{"name":""}"#, .unprocessableContent, "name.missing", "name"),
                (#"{"name":null}"#, .unprocessableContent, "member.kind", "name"),
                (#"{"plannedYear":"2026"}"#, .unprocessableContent, "member.kind", "plannedYear"),
                (#"{"plannedYear":1999}"#, .unprocessableContent, "project.year", "plannedYear"),
                (#"{"estates":[]}"#, .unprocessableContent, "project.estates", "estates"),
                (#"{"estates":["x"]}"#, .unprocessableContent, "member.kind", "estates"),
                (#"{"estates":["\#(stranger)"]}"#, .forbidden, "right.missing", nil),
                (#"{"buildings":["\#(building)"]}"#, .unprocessableContent, "project.buildings", "buildings"),
                (#"{"measures":[{"item":"moon"}]}"#, .unprocessableContent, "measure.item", "measures[0].item"),
                (
                    #"{"measures":[{"item":"roof","target":"facility"}]}"#, .unprocessableContent, "measure.target",
                    "measures[0].target"
                ),
                (#"{"measures":[7]}"#, .unprocessableContent, "member.kind", "measures[0]"),
            ]
            for (body, status, code, field) in wrong {
                let answer = try await program.send(.patch, path, [.contentType: Self.patch, .ifMatch: tag], body)
                let problem = try JSON(parsing: String(buffer: answer.body))
                #expect(answer.status == status && problem["code"]?.string == code, "\(body) \(problem.text)")
                #expect(problem["field"]?.string == field, "\(body)")
            }
            #expect(try await program.send(.patch, path, [.contentType: Self.patch], "{}").status.code == 428)
            #expect(try await program.ask(path).headers[.eTag] == tag)

            let change = """
                {"name":"连片改造","plannedYear":2027,"estates":["\(estate)","\(second)"],"buildings":["\(building)"],
                 "measures":[{"item":"roof","target":"building","building":"\(building)","note":"只做东侧"}]}
                """
            let done = try await program.send(.patch, path, [.contentType: Self.patch, .ifMatch: tag], change)
            let document = try JSON(parsing: String(buffer: done.body))
            #expect(done.status == .ok, "\(document.text)")
            #expect(document["name"] == "连片改造" && document["plannedYear"]?.integer == 2027)
            #expect(document["estates"]?.elements.count == 2 && document["place"] == "430111")
            #expect(document["measures"]?.elements.first?["note"] == "只做东侧")
            // What is not named stays, and of a measure its note alone is a change, too.
            let newest = try #require(done.headers[.eTag])
            let again = try await program.send(
                .patch, path, [.contentType: Self.patch, .ifMatch: newest],
                #"{"plannedYear":null,"measures":[{"item":"roof","building":"\#(building)","note":"全做"}]}"#)
            let after = try JSON(parsing: String(buffer: again.body))
            #expect(after["version"]?.integer == 3 && after["buildings"]?.elements.count == 1, "\(after.text)")
            let told = try await test.hall.database.read { tx in
                try tx.map("SELECT value_after FROM record_line WHERE act = 'project.correct'") {
                    try JSON(parsing: $0[0] as String)["measures"]?.elements.first?.string ?? ""
                }
            }
            for words in ["9栋 只做东侧", "9栋 全做"] { #expect(told.contains { $0.hasSuffix(words) }, "\(told)") }
            #expect(
                try await program.send(.patch, path, [.contentType: Self.patch, .ifMatch: tag], #"{"name":"x"}"#).status
                    == .preconditionFailed)
        }
    }
}
