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
        #expect(try DatabaseLocation(data: "city", database: nil).folder == "city")
        #expect(try DatabaseLocation(database: "postgres://h/d").folder == nil)
    }

    @Test(
        "What names no place is refused in both languages",
        arguments: [
            (nil, nil, "location.missing"), ("a", "sqlite:b", "location.both"), ("", nil, "location.data"),
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
