import Foundation
import Frame
import Geo
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Kernel
import Registry
import Site
import Store
import TestSupport
import Testing

/// Each test is named by what it judges of OGC API – Features, Part 1: Core, version 1.0.1 (OGC 17-069r4).
@Suite("OGC API – Features")
struct OGCTests {
    private static let estates = "/ogc/collections/estates/items"
    private static let collections = ["districts", "estates", "buildings", "projects"]

    // MARK: What there is

    @Test(
        "/req/core/root-op, root-success: /ogc answers 200 with links to definition, conformance and collections",
        arguments: Engine.available)
    func root(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            let landing = try await scene.json("/ogc")
            #expect(landing["title"]?.string == "开放数据")
            #expect(landing.link("self") == "http://localhost/ogc")
            #expect(landing.link("alternate", "text/html") == "http://localhost/ogc?f=html")
            #expect(landing.link("conformance") == "http://localhost/ogc/conformance")
            #expect(landing.link("data") == "http://localhost/ogc/collections")
            let english = try await scene.json("/ogc", [.acceptLanguage: "en"])
            #expect(english["title"]?.string == "Open data")
        }
    }

    @Test(
        "/req/core/api-definition-op, api-definition-success, /req/oas30/oas-definition-1: the definition, in the type asked for",
        arguments: Engine.available)
    func definition(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            let landing = try await scene.json("/ogc")
            let type = "application/vnd.oai.openapi+json;version=3.0"
            for (relation, type) in [("service-desc", type), ("service-doc", "text/html")] {
                let address = try #require(landing.link(relation, type))
                let answer = try await scene.get(address, [.accept: type])
                #expect(answer.status == .ok)
                #expect(answer.headers[.contentType]?.hasPrefix(type) == true)
            }
            let definition = try await scene.json("/ogc/api")
            #expect(definition["openapi"]?.string == "3.0.3")
            let paths = Set(definition["paths"]?.members.map(\.key) ?? [])
            for id in Self.collections {
                let wanted = [
                    "/collections/\(id)", "/collections/\(id)/items", "/collections/\(id)/items/{featureId}",
                ]
                #expect(paths.isSuperset(of: wanted))
            }
            #expect(paths.isSuperset(of: ["/", "/conformance", "/api", "/collections"]) && paths.count == 16)
        }
    }

    @Test(
        "/req/core/conformance-op, conformance-success: the classes that are kept, and no other",
        arguments: Engine.available)
    func conformance(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            let classes = try await scene.json("/ogc/conformance")["conformsTo"]?.elements.compactMap(\.string)
            let base = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
            #expect(classes == ["core", "geojson", "oas30"].map { base + $0 })
        }
    }

    @Test(
        "/req/core/fc-md-op, fc-md-success, fc-md-links, fc-md-items, fc-md-items-links: every collection with its items",
        arguments: Engine.available)
    func listsCollections(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            let list = try await scene.json("/ogc/collections")
            #expect(list.link("self", "application/json") == "http://localhost/ogc/collections")
            #expect(list.link("alternate", "text/html") == "http://localhost/ogc/collections?f=html")
            let collections = list["collections"]?.elements ?? []
            #expect(collections.compactMap { $0["id"]?.string } == Self.collections)
            for collection in collections {
                let items = "http://localhost/ogc/collections/\(collection["id"]?.string ?? "")/items"
                #expect(collection.link("items", "application/geo+json") == items)
                #expect(collection.link("items", "text/html") == items + "?f=html")
            }
        }
    }

    @Test(
        "/req/core/sfc-md-op, sfc-md-success: a collection by itself says what the list says of it",
        arguments: Engine.available)
    func tellsOneCollection(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            for listed in try await scene.json("/ogc/collections")["collections"]?.elements ?? [] {
                let alone = try await scene.json("/ogc/collections/\(listed["id"]?.string ?? "")")
                for member in listed.members where member.key != "links" {
                    #expect(alone[member.key] == member.value, "\(member.key)")
                }
                let links = Set(alone["links"]?.elements ?? [])
                #expect(links.isSuperset(of: listed["links"]?.elements ?? []))
            }
            #expect(try await scene.get("/ogc/collections/rivers").status == .notFound)
        }
    }

    @Test(
        "/req/core/fc-md-extent, fc-md-extent-multi: every point of every feature lies in the extent",
        arguments: Engine.available)
    func keepsItsExtent(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            for id in Self.collections {
                let extent = try await scene.json("/ogc/collections/\(id)")["extent"]?["spatial"]?["bbox"]
                let box = extent?.elements.first?.elements.compactMap(\.double) ?? []
                try #require(box.count == 4)
                for feature in try await scene.json("/ogc/collections/\(id)/items")["features"]?.elements ?? [] {
                    for point in (feature["geometry"]?["coordinates"] ?? .null).positions {
                        #expect((box[0]...box[2]).contains(point[0]) && (box[1]...box[3]).contains(point[1]))
                    }
                }
            }
        }
    }

    // MARK: Parameters

    @Test(
        "/req/core/query-param-unknown: what no address knows is refused with 400, by name", arguments: Engine.available
    )
    func refusesTheUnknown(engine: Engine) async throws {
        let addresses = [
            "/ogc?x=1", "/ogc/conformance?limit=5", "/ogc/api?x=1", "/ogc/collections?bbox=1,2,3,4",
            "/ogc/collections/estates?limit=1", "\(Self.estates)?foo=1", "\(Self.estates)?bbox-crs=x",
            "/ogc/collections/buildings/items?stage=works", "/ogc/collections/districts/items?number=1",
        ]
        try await Scene.with(engine) { scene in
            for address in addresses {
                let answer = try await scene.get(address)
                #expect(answer.status == .badRequest, "\(address)")
                #expect(answer.headers[.contentType] == "application/problem+json")
                let problem = try JSON(parsing: String(buffer: answer.body))
                #expect(problem["code"]?.string == "ogc.parameter.unknown")
                let named = address.split(separator: "?").last?.split(separator: "=").first.map(String.init)
                #expect(problem["errors"]?.elements.first?["field"]?.string == named)
            }
            let both = try await scene.get("\(Self.estates)?foo=1&limit=0&bar=2")
            let problem = try JSON(parsing: String(buffer: both.body))
            #expect(problem["errors"]?.elements.map { $0["field"]?.string } == ["foo", "limit", "bar"])
        }
    }

    @Test(
        "/req/core/query-param-invalid: a value that cannot be read is refused with 400, whatever it is",
        arguments: Engine.available)
    func refusesTheInvalid(engine: Engine) async throws {
        let values = [
            "limit=0", "limit=-1", "limit=1.5", "limit=", "limit=ten", "limit=5&limit=6",
            "bbox=", "bbox=112,28,113", "bbox=112,28,113,29,30", "bbox=nan,28,113,29", "bbox=112,28,inf,29",
            "bbox=112,28,1e999,29", "bbox=112,29,113,28", "bbox=181,28,182,29", "bbox=112,-91,113,29",
            "bbox=112,28,9,113,29,1", "bbox=a,b,c,d", "bbox=,,,", "bbox=112,28,113,29;DROP",
            "datetime=", "datetime=yesterday", "datetime=2026-06-30", "datetime=2026-02-30T08:00:00Z",
            "datetime=../..", "datetime=..", "datetime=2026-06-30T08:00:00Z/2026-06-29T08:00:00Z",
            "datetime=2026-06-30T25:00:00Z", "datetime=2026-06-30T08:00:00", "datetime=2026-06-30T08:00:00Z/a",
            "f=xml", "place=43011", "place=x", "stage=nowhere", "cursor=abc", "cursor=%ff",
            "number=\(String(repeating: "x", count: 201))",
        ]
        try await Scene.with(engine) { scene in
            for value in values {
                let answer = try await scene.get("\(Self.estates)?\(value)")
                #expect(answer.status == .badRequest, "\(value.prefix(60))")
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
            #expect(try await scene.get("/ogc/collections/districts/items?cursor=abc").status == .badRequest)
        }
    }

    @Test(
        "/req/core/fc-limit-definition, fc-limit-response-1: never more than asked for, and a limit above ours is ours",
        arguments: Engine.available)
    func limits(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            let endless = String(repeating: "9", count: 30)
            for (limit, count) in [("1", 1), ("2", 2), ("1000", 3), ("1001", 3), (endless, 3)] {
                let page = try await scene.json("\(Self.estates)?limit=\(limit)")
                #expect(page["features"]?.elements.count == count)
            }
        }
    }

    @Test(
        "/req/core/fc-bbox-definition, fc-bbox-response: what lies in the box, and what has no location",
        arguments: Engine.available)
    func boxes(engine: Engine) async throws {
        let boxes: [(String, [String])] = [
            ("113,28.1,113.015,28.2", ["公交小区", "无坐标院"]), ("113,28.1,0,113.015,28.2,100", ["公交小区", "无坐标院"]),
            // Its sides belong to it.
            ("113.01,28.15,113.02,28.16", ["公交小区", "无坐标院"]), ("-10,-10,10,10", ["无坐标院"]),
            ("113,28.1,113.1,28.2", ["公交小区", "砂子塘新村", "无坐标院"]),
            ("-180,-90,180,90", ["公交小区", "砂子塘新村", "无坐标院"]),
            // Over the 180th meridian, from the east of the one round to the west of the other.
            ("113.015,-90,-170,90", ["砂子塘新村", "无坐标院"]), ("170,-90,113.015,90", ["公交小区", "无坐标院"]),
        ]
        try await Scene.with(engine) { scene in
            for (box, names) in boxes {
                let page = try await scene.json("\(Self.estates)?bbox=\(box)")
                #expect(Set(page.names) == Set(names), "\(box)")
                #expect(page["numberMatched"]?.integer == Int64(names.count))
            }
            let ask = { (collection: String, box: String) in
                try await scene.json("/ogc/collections/\(collection)/items?bbox=\(box)").names
            }
            #expect(try await ask("buildings", "113,28.1,113.015,28.2") == ["1栋"])
            #expect(try await ask("buildings", "0,0,1,1").isEmpty)
            // By any of its estates.
            #expect(try await ask("projects", "113.015,28.1,113.1,28.2") == ["片区改造"])
            #expect(try await ask("projects", "0,0,1,1").isEmpty)
            #expect(try await ask("districts", "113.009,28.149,113.011,28.151").count == 1)
            #expect(try await ask("districts", "0,0,1,1").isEmpty)
            #expect(try await ask("districts", "113.009,-90,-170,90").contains("雨花区"))
        }
    }

    @Test(
        "/req/core/fc-time-definition, fc-time-response: what changed then, both ends included; what has no time, always",
        arguments: Engine.available)
    func times(engine: Engine) async throws {
        let all: Set = ["公交小区", "砂子塘新村", "无坐标院"]
        let old: Set = ["公交小区"]
        let times: [(String, Set<String>)] = [
            ("2020-01-01T00:00:00Z", old), ("2020-01-01T08:00:00.000%2B08:00", old), ("2020-01-01T00:00:01Z", []),
            ("../2020-01-01T00:00:00Z", old), ("/2020-01-01T00:00:00Z", old), ("../2019-12-31T23:59:59Z", []),
            ("2020-01-01T00:00:00Z/..", all), ("2020-01-01T00:00:00Z/", all),
            ("2020-01-01T00:00:00.001Z/..", all.subtracting(old)), ("2019-01-01T00:00:00Z/2021-01-01T00:00:00Z", old),
            ("2021-01-01T00:00:00Z/2022-01-01T00:00:00Z", []),
        ]
        try await Scene.with(engine) { scene in
            let then = try #require(Day("2020-01-01")).startInChina.adding(seconds: 8 * 3600)
            let estate = scene.bus
            _ = try await scene.test.hall.database.write {
                try $0.run("UPDATE estate SET changed_at = \(then) WHERE id = \(estate)")
            }
            for (time, names) in times {
                #expect(Set(try await scene.json("\(Self.estates)?datetime=\(time)").names) == names, "\(time)")
            }
            let ever = "datetime=1990-01-01T00:00:00Z"
            #expect(try await scene.json("/ogc/collections/projects/items?\(ever)").names.isEmpty)
            #expect(try await scene.json("/ogc/collections/buildings/items?\(ever)").names == ["1栋"])
            #expect(try await scene.json("/ogc/collections/districts/items?\(ever)").names.contains("雨花区"))
        }
    }

    @Test(
        "/req/core/fc-response: place, stage and number select, together with the rest", arguments: Engine.available)
    func selects(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            let bus = try await scene.json("\(Self.estates)/\(scene.bus)")
            let number = try #require(bus["properties"]?["number"]?.string)
            let asked = [
                ("place=430111003", ["砂子塘新村"]), ("place=430102", []), ("stage=works", []),
                ("stage=surveyed&place=430111003", ["砂子塘新村"]), ("number=\(number)", ["公交小区"]), ("number=CS", []),
                ("number=\(number)&bbox=0,0,1,1", []),
            ]
            for (query, names) in asked {
                #expect(try await scene.json("\(Self.estates)?\(query)").names == names, "\(query)")
            }
            #expect(try await scene.json("/ogc/collections/projects/items?stage=surveyed").names == ["片区改造"])
            #expect(try await scene.json("/ogc/collections/districts/items?place=430111").names == ["雨花区"])
        }
    }

    // MARK: Features

    @Test(
        "/req/core/fc-op, fc-links, fc-rel-type: each list links itself, its page for people and the next page, with types",
        arguments: Engine.available)
    func links(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            for id in Self.collections {
                let address = "/ogc/collections/\(id)/items?limit=1"
                let page = try await scene.json(address)
                #expect(page.link("self", "application/geo+json") == "http://localhost" + address)
                #expect(page.link("alternate", "text/html") == "http://localhost\(address)&f=html")
                let isLast = page["numberMatched"]?.integer == 1
                #expect((page.link("next", "application/geo+json") == nil) == isLast)
            }
        }
    }

    @Test(
        "/req/core/fc-numberMatched, fc-numberReturned, fc-timeStamp: counted on the first page; following pages leave it out",
        arguments: Engine.available)
    func counts(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            let first = try await scene.json("\(Self.estates)?limit=2")
            #expect(first["numberMatched"]?.integer == 3 && first["numberReturned"]?.integer == 2)
            #expect(first["timeStamp"]?.string == TestHall.now.rfc3339)
            let next = try #require(first.link("next"))
            let second = try await scene.json(next)
            #expect(second["numberMatched"] == nil && second["numberReturned"]?.integer == 1)
            #expect(second.link("next") == nil)
        }
    }

    @Test("Leafing meets every feature once, though others are edited meanwhile", arguments: Engine.available)
    func leafs(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            var (address, met) = (Optional("\(Self.estates)?limit=1&bbox=113,28,114,29"), [String]())
            while let here = address, met.count < 10 {
                let page = try await scene.json(here)
                met += page["features"]?.elements.compactMap { $0["id"]?.string } ?? []
                address = page.link("next")
                let (register, estate) = (scene.test.hall.register, scene.bus)
                try await scene.test.act { deed in
                    let version = try register.estate(estate, in: deed.tx)?.version ?? 0
                    let change = EstateChange(name: "公交小区\(version)")
                    _ = try register.correctEstate(estate, change, seen: version, in: deed)
                }
            }
            #expect(met.count == 3 && Set(met).count == 3)
        }
    }

    @Test(
        "/req/core/f-op, f-success, f-links, /req/geojson/content: each feature of a list by its id, with links",
        arguments: Engine.available)
    func features(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            for collection in Self.collections {
                let items = "/ogc/collections/\(collection)/items"
                let listed = try await scene.json(items)
                #expect(listed["type"]?.string == "FeatureCollection")
                for feature in listed["features"]?.elements ?? [] {
                    let id = try #require(feature["id"]?.string)
                    let alone = try await scene.json("\(items)/\(id)")
                    for member in feature.members { #expect(alone[member.key] == member.value, "\(member.key)") }
                    #expect(alone["type"]?.string == "Feature")
                    #expect(alone.link("self", "application/geo+json") == "http://localhost\(items)/\(id)")
                    #expect(alone.link("alternate", "text/html") == "http://localhost\(items)/\(id)?f=html")
                    let above = "http://localhost/ogc/collections/\(collection)"
                    #expect(alone.link("collection", "application/json") == above)
                }
                #expect(try await scene.get("\(items)/0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b11").status == .notFound)
                #expect(try await scene.get("\(items)/1").status == .notFound)
            }
        }
    }

    @Test(
        "/req/geojson/definition: features as application/geo+json, all else as application/json",
        arguments: Engine.available)
    func types(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            for address in ["/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/estates"] {
                #expect(try await scene.get(address).headers[.contentType] == "application/json", "\(address)")
            }
            for address in [Self.estates, "\(Self.estates)/\(scene.bus)"] {
                for accept in ["", "*/*", "application/geo+json", "application/json, text/html;q=0.9"] {
                    let answer = try await scene.get(address, accept.isEmpty ? [:] : [.accept: accept])
                    #expect(answer.headers[.contentType] == "application/geo+json", "\(address) \(accept)")
                }
            }
        }
    }

    @Test(
        "/req/core/crs84: longitude comes first; an estate is a point, a project the points of its estates",
        arguments: Engine.available)
    func shapes(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            let estate = try await scene.json("\(Self.estates)/\(scene.bus)")
            #expect(estate["geometry"]?.text == #"{"type":"Point","coordinates":[113.01,28.15]}"#)
            let project = try await scene.json("/ogc/collections/projects/items")["features"]?.elements.first
            #expect(project?["geometry"]?["type"]?.string == "MultiPoint")
            #expect(Set(project?["geometry"]?["coordinates"]?.positions ?? []) == [[113.01, 28.15], [113.02, 28.14]])
            let footprint = #"{"type":"Polygon","coordinates":[[[113,28],[113.1,28],[113.1,28.1],[113,28]]]}"#
            _ = try await scene.test.hall.database.write {
                try $0.run("UPDATE building SET footprint = \(footprint)")
            }
            let building = try await scene.json("/ogc/collections/buildings/items")["features"]?.elements.first
            #expect(building?["geometry"]?.text == footprint)
        }
    }

    @Test("/req/core/http: HEAD, and 404 for what there is not, as problem details", arguments: Engine.available)
    func speaksHTTP(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            let head = try await scene.get(Self.estates, method: .head)
            #expect(head.status == .ok && head.body.readableBytes == 0)
            #expect(head.headers[.contentLanguage] == "zh-CN")
            for address in ["/ogc/nowhere", "/ogc/collections/estates/nowhere"] {
                let answer = try await scene.get(address)
                #expect(answer.status == .notFound)
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
            #expect(try await scene.get("/ogc/").status == .ok, "clients add a slash")
        }
    }

    // MARK: Who may

    @Test(
        "A visitor sees the districts; estates are for those who may read them, within their places",
        arguments: Engine.available)
    func rights(engine: Engine) async throws {
        try await Scene.with(engine) { scene in
            let visitor = try await scene.client.execute(uri: "/ogc/collections", method: .get)
            let open = try JSON(parsing: String(buffer: visitor.body))
            #expect(open["collections"]?.elements.compactMap { $0["id"]?.string } == ["districts"])
            var (address, codes) = (Optional("/ogc/collections/districts/items?limit=2"), [String]())
            while let here = address, codes.count < 100 {
                let path = here.replacing("http://localhost", with: "")
                let page = try JSON(
                    parsing: String(buffer: try await scene.client.execute(uri: path, method: .get).body))
                codes += page["features"]?.elements.compactMap { $0["id"]?.string } ?? []
                address = page.link("next")
            }
            #expect(codes == scene.test.hall.register.outlines.all.map(\.code.digits))
            for address in ["/ogc/collections/estates", Self.estates, "\(Self.estates)/\(scene.bus)"] {
                let refused = try await scene.client.execute(uri: address, method: .get)
                #expect(refused.status == .unauthorized && refused.headers[.wwwAuthenticate] == "Bearer")
            }
            // Of another district: not in the list, and not by its id.
            #expect(!(try await scene.json(Self.estates).names.contains("韭菜园")))
            #expect(try await scene.get("\(Self.estates)/\(scene.elsewhere)").status == .forbidden)
            #expect(try await scene.json("\(Self.estates)?place=430102").names.isEmpty)
            let narrow = try await scene.test.issueToken(.districtOfficer, .read, ["430111003"])
            let page = try await scene.client.execute(
                uri: Self.estates, method: .get, headers: [.authorization: "Bearer \(narrow)"])
            #expect(try JSON(parsing: String(buffer: page.body)).names == ["砂子塘新村"])
        }
    }

    @Test("People read the same as pages, in their language, signed in with their session", arguments: Engine.available)
    func pages(engine: Engine) async throws {
        let addresses = [
            "/ogc", "/ogc/conformance", "/ogc/api", "/ogc/collections", "/ogc/collections/estates", Self.estates,
        ]
        try await Scene.with(engine) { scene in
            let session = try await scene.test.signIn(.districtOfficer)
            let browser: HTTPFields = [
                .accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                .acceptLanguage: "en",
            ]
            for address in addresses {
                for answer in [
                    try await scene.client.get(address, session, browser),
                    try await scene.client.get("\(address)?f=html", session),
                ] {
                    #expect(answer.status == .ok, "\(address)")
                    #expect(answer.headers[.contentType] == "text/html; charset=utf-8", "\(address)")
                }
                let asked = try await scene.client.get("\(address)?f=json", session, browser)
                #expect(asked.headers[.contentType]?.contains("json") == true, "\(address)")
            }
            let all = String(buffer: try await scene.client.get("\(Self.estates)?f=html", session).body)
            #expect(all.contains("公交小区") && !all.contains("rel=\"next\""))
            let first = String(buffer: try await scene.client.get("\(Self.estates)?f=html&limit=1", session).body)
            #expect(first.contains("rel=\"next\""))
        }
    }

    // MARK: Where it is

    @Test("Whole addresses rest on what the operator told; what is no address of a site is none")
    func knowsItsAddress() {
        for text in ["https://yiju.example", "http://10.0.0.7:8080", "https://[2001:db8::1]:8443"] {
            #expect(SiteAddress(text)?.text == text)
            #expect(SiteAddress(text + "/")?.text == text)
        }
        let wrong = [
            "", "yiju.example", "ftp://yiju.example", "https://", "https://a b", "https://a/ogc", "https://a?b",
            "https://user@a", "https://a:port", "https://a\n", "javascript:alert(1)",
            "https://" + String(repeating: "a", count: 300),
        ]
        for text in wrong { #expect(SiteAddress(text) == nil, "\(text.prefix(40))") }
    }
}

/// Three estates of one district, two of them located, with a building and a project; one of another district; and an
/// officer of the first, who asks with a token.
private struct Scene {
    let test: TestHall
    let client: any TestClientProtocol
    let bus: ID<Estate>
    let elsewhere: ID<Estate>
    private let token: String

    static func with(_ engine: Engine, _ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.districtOfficer, at: "430111")
            let token = try await test.issueToken(.districtOfficer, .read, ["430111"])
            let register = test.hall.register
            let (bus, elsewhere) = try await test.act { deed in
                func estate(_ name: String, _ place: String, _ location: Coordinate?) throws -> ID<Estate> {
                    try register.registerEstate(
                        EstateChange(name: name, place: try TestHall.code(place), location: .some(location)), in: deed)
                }
                let bus = try estate("公交小区", "430111002001", Coordinate(longitude: 113.01, latitude: 28.15))
                let sand = try estate("砂子塘新村", "430111003", Coordinate(longitude: 113.02, latitude: 28.14))
                _ = try estate("无坐标院", "430111002001", nil)
                let elsewhere = try estate("韭菜园", "430102001001", Coordinate(longitude: 112.99, latitude: 28.19))
                let corner = Coordinate(longitude: 113.0101, latitude: 28.1501)
                let house = BuildingChange(name: "1栋", location: .some(corner))
                _ = try register.registerBuilding(house, of: bus, in: deed)
                _ = try register.createProject(ProjectDraft(name: "片区改造", estates: [bus, sand]), in: deed)
                return (bus, elsewhere)
            }
            try await Application(router: Site.router(test.hall)).test(.router) { client in
                try await body(Scene(test: test, client: client, bus: bus, elsewhere: elsewhere, token: token))
            }
        }
    }

    /// - Parameter address: a path, or a whole address as links have it.
    func get(
        _ address: String, _ headers: HTTPFields = [:], method: HTTPRequest.Method = .get
    ) async throws -> TestResponse {
        var headers = headers
        headers[.authorization] = "Bearer \(token)"
        return try await client.execute(
            uri: address.replacing("http://localhost", with: ""), method: method, headers: headers)
    }

    func json(_ address: String, _ headers: HTTPFields = [:]) async throws -> JSON {
        let answer = try await get(address, headers)
        #expect(answer.status == .ok, "\(address)")
        return try JSON(parsing: String(buffer: answer.body))
    }
}

extension JSON {
    /// Where a link of that relation, and of that type if one is given, leads.
    fileprivate func link(_ relation: String, _ type: String? = nil) -> String? {
        self["links"]?.elements.first {
            $0["rel"]?.string == relation && (type == nil || $0["type"]?.string == type)
        }?["href"]?.string
    }

    fileprivate var names: [String] {
        self["features"]?.elements.compactMap { $0["properties"]?["name"]?.string } ?? []
    }

    /// All pairs of numbers, however deep.
    fileprivate var positions: [[Double]] {
        let numbers = elements.compactMap(\.double)
        return numbers.count == 2 ? [numbers] : elements.flatMap(\.positions)
    }
}
