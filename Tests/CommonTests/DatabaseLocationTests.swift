import Common
import Foundation
import Kernel
import Store
import TestSupport
import Testing

@Suite("Where the data lies")
struct DatabaseLocationTests {
    @Test("--data names a directory, --database a file or a server")
    func parsing() throws {
        #expect(try DatabaseLocation(data: "city", database: nil) == .sqlite(path: "city/yiju.sqlite"))
        #expect(try DatabaseLocation(data: "/srv/yiju/", database: nil) == .sqlite(path: "/srv/yiju/yiju.sqlite"))
        #expect(try DatabaseLocation(data: nil, database: "sqlite:a/b.db") == .sqlite(path: "a/b.db"))
        #expect(try DatabaseLocation(data: nil, database: "sqlite:/b.db") == .sqlite(path: "/b.db"))
        for url in ["postgres://h/d", "postgresql://u@h:5433/d?sslmode=require"] {
            #expect(try DatabaseLocation(data: nil, database: url) == .postgres(url: url))
        }
    }

    @Test(
        "What is named by hand is never taken for what the environment names",
        arguments: [
            ([], [:], "sqlite:data/yiju.sqlite"),
            ([], ["YIJU_DATA": "/srv"], "sqlite:/srv/yiju.sqlite"),
            ([], ["YIJU_DATA": "/srv", "YIJU_DATABASE": "sqlite:/live"], "sqlite:/live"),
            (["--data"], ["YIJU_DATABASE": "sqlite:/live"], "sqlite:hand/yiju.sqlite"),
            (["--data"], ["YIJU_DATA": "/srv", "YIJU_DATABASE": "sqlite:/live"], "sqlite:hand/yiju.sqlite"),
            (["--database"], ["YIJU_DATA": "/srv", "YIJU_DATABASE": "sqlite:/live"], "sqlite:hand"),
            (["--data", "--database"], [:], "sqlite:hand"),
        ] as [([String], [String: String], String)])
    func ranks(flags: [String], environment: [String: String], expected: String) throws {
        let location = try DatabaseLocation(
            data: flags.contains("--data") ? "hand" : nil,
            database: flags.contains("--database") ? "sqlite:hand" : nil, environment: environment)
        #expect("\(location)" == expected)
    }

    @Test(
        "What names no place is refused in both languages",
        arguments: [
            ("", nil, "location.data"),
            (nil, "", "location.scheme"), (nil, "mysql://h/d", "location.scheme"), (nil, "city.db", "location.scheme"),
            (nil, "sqlite:", "location.path"), (nil, "sqlite::memory:", "location.path"),
            (nil, "sqlite://host/file", "location.path"), (nil, "sqlite:dir/", "location.path"),
        ] as [(String?, String?, String)])
    func refused(data: String?, database: String?, code: String) throws {
        let refusal = try #require(throws: Refusal.self) { try DatabaseLocation(data: data, database: database) }
        #expect(refusal.code == code)
        #expect(isBilingual(refusal))
    }

    @Test(
        "A password is never shown, however oddly it was written",
        arguments: [
            ("postgres://ann:s3cret@db:5432/yiju", "postgres://ann:***@db:5432/yiju"),
            ("postgres://ann:s3cret@db/yiju?sslmode=require", "postgres://ann:***@db/yiju?sslmode=require"),
            ("postgres://ann@db/yiju", "postgres://ann@db/yiju"),
            ("postgresql://db/yiju", "postgresql://db/yiju"),
            ("postgres://[::1]:5432/yiju", "postgres://[::1]:5432/yiju"),
            ("postgres://ann:s3@cret@db/yiju", "postgres://ann:***@db/yiju"),
            ("postgres://ann:s3?cret@db/yiju?sslmode=require", "postgres://ann:***@db/yiju?sslmode=require"),
            ("postgres://ann:s3/cret@db/yiju", "postgres://ann:***@db/yiju"),
            ("postgres://db/yiju?user=ann&password=s3cret", "postgres://db/yiju?user=ann&password=***"),
            ("postgres://db/yiju?user=ann&PassWord=s3cret", "postgres://db/yiju?user=ann&password=***"),
            ("postgres://db/yiju?options=-cfoo%3Ds3cret", "postgres://db/yiju?options=***"),
            ("postgres://db/yiju?user=a@b&password=s3cret", "postgres://…"),
            ("postgres://ann:s3/cr?et@db/yiju", "postgres://…"),
            ("postgres://ann:s3cret", "postgres://…"),
        ])
    func redacted(url: String, shown: String) throws {
        let location = try DatabaseLocation(database: url)
        #expect("\(location)" == shown)
        #expect(!"\(location)".contains("cret") && !String(reflecting: location).contains("cret"))
    }

    @Test("A new data directory and its database are the owner's alone")
    func permissionsOfNew() async throws {
        try await withTemporaryFolder { folder in
            let data = folder.appending(path: "deep/city").path
            let location = try DatabaseLocation(data: data)
            #expect(!location.exists)
            let database = try location.open()
            try await database.write { try $0.script("CREATE TABLE one (id BIGINT)") }
            #expect(location.exists)
            #expect(try permissions(folder.appending(path: "deep").path) == 0o700)
            #expect(try permissions(data) == 0o700)
            #expect(try permissions(data + "/yiju.sqlite") == 0o600)
            #expect(try permissions(data + "/yiju.sqlite-wal") == 0o600)
            await database.close()
        }
    }

    @Test(
        "A database is replaced as a whole or not at all, whatever it was", arguments: ["sound", "damaged", "absent"])
    func replacing(state: String) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "city.sqlite").path
            let location = DatabaseLocation.sqlite(path: path)
            if state == "sound" { try await Self.fill(location, with: 1) }
            if state == "damaged" {
                try Data(repeating: 7, count: 50_000).write(to: URL(filePath: path))
                try Data(repeating: 9, count: 5_000).write(to: URL(filePath: path + "-wal"))
            }
            struct Unwanted: Error {}
            await #expect(throws: Unwanted.self) { try await location.replace { _ in throw Unwanted() } }
            if state == "sound" { #expect(try await Self.ids(location) == [1]) }
            if state == "damaged" { #expect(try Data(contentsOf: URL(filePath: path)).count == 50_000) }
            try await location.replace { database in try await Self.write(2, database) }
            #expect(try permissions(path) == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["city.sqlite"])
            #expect(try await Self.ids(location) == [2])
        }
    }

    @Test("A database that is being served is not replaced")
    func replacingServed() async throws {
        try await withTemporaryFolder { folder in
            let location = DatabaseLocation.sqlite(path: folder.appending(path: "city.sqlite").path)
            let served = try location.open()
            try await Self.write(1, served)
            let refused = await #expect(throws: Refusal.self) {
                try await location.replace { try await Self.write(2, $0) }
            }
            #expect(refused?.code == "location.used" && refused.map(isBilingual) == true)
            #expect(try await served.read { try $0.map("SELECT id FROM one") { try $0[0] as Int } } == [1])
            await served.close()
        }
    }

    private static func ids(_ location: DatabaseLocation) async throws -> [Int] {
        let database = try location.open()
        let ids = try await database.read { try $0.map("SELECT id FROM one") { try $0[0] as Int } }
        await database.close()
        return ids
    }

    private static func fill(_ location: DatabaseLocation, with id: Int) async throws {
        let database = try location.open()
        try await write(id, database)
        await database.close()
    }

    private static func write(_ id: Int, _ database: Database) async throws {
        try await database.writeAlone { tx in
            try tx.script("CREATE TABLE one (id BIGINT)")
            try tx.run("INSERT INTO one (id) VALUES (\(id))")
        }
    }

    @Test("A place that cannot hold a database is refused with its path")
    func unusable() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "file").path
            try Data("not a database, only some words that are long enough to be looked at closely".utf8)
                .write(to: URL(filePath: file))
            let beneath = #expect(throws: Refusal.self) { try DatabaseLocation(data: file + "/city").open() }
            #expect(beneath?.message.en.contains(file) == true)
            let directory = #expect(throws: Refusal.self) { try DatabaseLocation.sqlite(path: folder.path).open() }
            #expect(directory?.code == "location.folder")
            let noDatabase = #expect(throws: StoreError.self) { try DatabaseLocation.sqlite(path: file).open() }
            #expect(noDatabase?.refusal.code == "store.corrupt")
        }
    }
}
