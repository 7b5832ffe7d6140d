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

/// Photos through the door: what officers send, who sees it, and what is refused in which words.
@Suite struct PhotoRouteTests {
    /// Two pictures of one colour each, 16 × 12, as PNG.
    private static func picture(_ name: String, isBlue: Bool = false) throws -> SentFile {
        let pixels = isBlue ? "PQiFpAEmIY1TCqATsCAH/j2YF0Q7lx" : "PYYqNBEmIY1TCqATsCAKVr0gHXz5Y3"
        let text = "iVBORw0KGgoAAAANSUhEUgAAABAAAAAMCAIAAADkharWAAAAFUlEQVR42m\(pixels)AAAAAElFTkSuQmCC"
        return SentFile(field: "photo", name: name, bytes: [UInt8](try #require(Data(base64Encoded: text))))
    }

    /// A district's officer with an estate, and the officer of another district.
    private func withOfficers(
        _ engine: Engine,
        _ body:
            @escaping @Sendable (
                TestHall, any TestClientProtocol, _ estate: ID<Estate>, _ token: String, _ stranger: String
            ) async throws -> Void
    ) async throws {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.districtOfficer, at: "430111", name: "段无痕")
            // Another role, since a role's name is its login.
            try await test.addPerson(.subdistrictOfficer, at: "430102001")
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            try await Application(router: Site.router(test.hall)).test(.router) { client in
                try await body(
                    test, client, estate, test.signIn(.districtOfficer), test.signIn(.subdistrictOfficer))
            }
        }
    }

    private func photos(_ test: TestHall, _ estate: ID<Estate>) async throws -> [Photo] {
        let register = test.hall.register
        return try await test.hall.database.read { try register.photos(of: estate, in: $0) }
    }

    @Test("Photos are sent, shown, handed out as JPEG to keep, and seen by nobody else", arguments: Engine.available)
    func sentAndShown(engine: Engine) async throws {
        try await withOfficers(engine) { test, client, estate, token, stranger in
            let path = "/estates/\(estate)/photos"
            let files = try [Self.picture("a.png"), Self.picture("b.png", isBlue: true)]
            let sent = try await client.send(path, token, [("caption", "北墙渗水")], files)
            #expect(sent.status == .seeOther && sent.headers[.location] == "\(path)?added=2")
            let photo = try #require(try await photos(test, estate).first)
            for page in [path, "/estates/\(estate)", "/photos/\(photo.id)"] {
                let text = String(buffer: try await client.get(page, token).body)
                #expect(text.contains(#"alt="北墙渗水""#), "\(page)")
            }
            for name in ["full.jpg", "thumb.jpg"] {
                let picture = "/photos/\(photo.id)/\(name)"
                let answer = try await client.get(picture, token)
                #expect(answer.status == .ok && answer.headers[.contentType] == "image/jpeg")
                #expect(answer.headers[.cacheControl] == "private, no-cache")
                #expect(answer.headers[.contentDisposition] == "inline")
                #expect(Array(buffer: answer.body).starts(with: [0xFF, 0xD8, 0xFF]))
                let tag = try #require(answer.headers[.eTag])
                #expect(try await client.get(picture, token, [.ifNoneMatch: tag]).status == .notModified)
                // Knowing the tag opens nothing.
                #expect(try await client.get(picture, stranger, [.ifNoneMatch: tag]).status == .forbidden)
            }
            for closed in [path, "/photos/\(photo.id)", "/api/v1/estates/\(estate)/photos"] {
                #expect(try await client.get(closed, stranger).status == .forbidden, "\(closed)")
            }
            #expect(try await client.send(path, stranger, [], files).status == .forbidden)
            #expect(try await client.post("/photos/\(photo.id)/remove", stranger).status == .forbidden)
            #expect(try await photos(test, estate).count == 2)
        }
    }

    @Test("A file that is no photo is refused by its name; those beside it are kept", arguments: Engine.available)
    func refusedByName(engine: Engine) async throws {
        try await withOfficers(engine) { test, client, estate, token, _ in
            let path = "/estates/\(estate)/photos"
            let pdf = SentFile(field: "photo", name: "验收单.pdf", bytes: Array("%PDF-1.7\n".utf8))
            let answer = try await client.send(path, token, [], [Self.picture("a.png"), pdf])
            let text = String(buffer: answer.body)
            #expect(answer.status == .unprocessableContent)
            #expect(text.contains("“验收单.pdf”") && text.contains("已添加 1 张照片"))
            #expect(try await photos(test, estate).count == 1)

            #expect(try await client.send(path, token, [], []).status == .unprocessableContent)
            let long = String(repeating: "长", count: 201)
            let labelled = try await client.send(
                path, token, [("caption", long)], [Self.picture("b.png", isBlue: true)])
            #expect(labelled.status == .unprocessableContent && String(buffer: labelled.body).contains(long))
            #expect(try await photos(test, estate).count == 1)
        }
    }

    @Test("Eleven files at once are too many, and none is kept", arguments: Engine.available)
    func elevenFiles(engine: Engine) async throws {
        try await withOfficers(engine) { test, client, estate, token, _ in
            let files = try (1...11).map { try Self.picture("\($0).png") }
            let answer = try await client.send("/estates/\(estate)/photos", token, [], files)
            #expect(answer.status == .unprocessableContent)
            #expect(String(buffer: answer.body).contains("一次最多上传 10 张照片"))
            #expect(try await photos(test, estate).isEmpty)
        }
    }

    @Test("A phone that sends a photo twice under its id has it there once", arguments: Engine.available)
    func sentTwice(engine: Engine) async throws {
        try await withOfficers(engine) { test, client, estate, token, _ in
            let (path, id) = ("/estates/\(estate)/photos", ID<Photo>(at: TestHall.now))
            for _ in 0..<2 {
                let sent = try await client.send(path, token, [("id", "\(id)")], [Self.picture("a.png")])
                #expect([.ok, .seeOther].contains(sent.status))
            }
            #expect(try await photos(test, estate).map(\.id) == [id])
            let wrong = try await client.send(path, token, [("id", "7")], [Self.picture("b.png", isBlue: true)])
            #expect(wrong.status == .unprocessableContent)
        }
    }

    @Test("What a colleague changed meanwhile stays; a removed photo is gone", arguments: Engine.available)
    func changedAndRemoved(engine: Engine) async throws {
        try await withOfficers(engine) { test, client, estate, token, _ in
            _ = try await client.send("/estates/\(estate)/photos", token, [], [Self.picture("a.png")])
            let path = "/photos/\(try #require(try await photos(test, estate).first).id)"
            _ = try await client.post(path, token, [("caption", "围墙"), ("was.caption", "")])
            // This form was opened before, and its question alone was chosen.
            let second = try await client.post(
                path, token, [("caption", ""), ("was.caption", ""), ("question", "floors"), ("was.question", "")])
            #expect(second.headers[.location] == "\(path)?saved=1")
            #expect(try await photos(test, estate).map(\.label) == [PhotoLabel(question: "floors", caption: "围墙")])
            let unknown = try await client.post(path, token, [("building", "7"), ("was.building", "")])
            #expect(unknown.status == .unprocessableContent)

            #expect(try await client.get(path + "/remove", token).status == .ok)
            #expect(try await client.post(path + "/remove", token).headers[.location] == "/estates/\(estate)/photos")
            for page in [path, path + "/full.jpg", path + "/thumb.jpg"] {
                #expect(try await client.get(page, token).status == .notFound, "\(page)")
            }
            let history = String(buffer: try await client.get("/estates/\(estate)/history", token).body)
            #expect(history.contains("移除照片：围墙"))
        }
    }

    @Test("Whoever sent a photo is named to those who may see people there", arguments: Engine.available)
    func names(engine: Engine) async throws {
        try await withOfficers(engine) { test, client, estate, token, _ in
            try await test.addPerson(.planner, at: "430111002")
            _ = try await client.send("/estates/\(estate)/photos", token, [], [Self.picture("a.png")])
            let planner = try await test.signIn(.planner)
            let photo = try #require(try await photos(test, estate).first)
            for path in ["/photos/\(photo.id)", "/api/v1/estates/\(estate)/photos"] {
                #expect(String(buffer: try await client.get(path, token).body).contains("段无痕"), "\(path)")
                let told = String(buffer: try await client.get(path, planner).body)
                #expect(!told.contains("段无痕") && told.contains("工作人员"), "\(path)")
            }
        }
    }

    @Test(
        "A box of the map is four numbers of degrees, west before east",
        arguments: ["nan,28,114,29", "114,28,112,29", "112,28,114", "112,28,114,99", "a,b,c,d", "1,2,3,inf", ""])
    func boxes(bbox: String) async throws {
        try await withOfficers(.sqlite) { _, client, _, token, _ in
            #expect(try await client.get("/map/photos.geojson?bbox=112,28,114,29", token).status == .ok)
            let answer = try await client.get("/map/photos.geojson?bbox=\(bbox)", token)
            #expect(answer.status == .unprocessableContent)
        }
    }
}
