import Kernel
import Store
import TestSupport
import Testing

@Suite("SQL text")
struct SQLTextTests {
    static let nasty = [
        "", "'", "''", "\"", "`", ";", "'; DROP TABLE thing; --", "1 OR 1=1", "') OR ('1'='1", "$1", "?1", ":name",
        "@p", "\u{1}",
        "\u{1}\u{1}", "%", "_", "\\", "\\'; --", "/* */", "--", "\r\n\t", "宜居 '小区'", "👨‍👩‍👧", "<script>alert(1)</script>",
        String(repeating: "宜'", count: 10_000),
    ]

    @Test("Text from outside is bound, never read as SQL", arguments: Engine.available)
    func injection(engine: Engine) async throws {
        try await Tables.withDatabase(engine) { database in
            for (id, text) in Self.nasty.enumerated() {
                try await database.write { try $0.addThing(id, code: text, note: text) }
            }
            for (id, text) in Self.nasty.enumerated() {
                let found = try await database.read { tx in
                    let equal: [Int] = try tx.map("SELECT id FROM thing WHERE code = \(text) AND note = \(text)") {
                        try $0[0]
                    }
                    let listed: [Int] = try tx.map("SELECT id FROM thing WHERE code IN \(list: [text])") { try $0[0] }
                    let spliced: SQL = "code = \(text)"
                    let joined: [Int] = try tx.map("SELECT id FROM thing WHERE \(spliced)") { try $0[0] }
                    let back: String? = try tx.value("SELECT \(text)")
                    return (equal, listed, joined, back)
                }
                #expect(found == ([id], [id], [id], text))
            }
        }
    }

    @Test("Text that cannot be stored whole, for a NUL in it, is refused and not cut off", arguments: Engine.available)
    func nul(engine: Engine) async throws {
        try await Tables.withDatabase(engine) { database in
            for text in ["\0", "a\0b", "宜居\0"] {
                let statement = await failure { try await database.write { try $0.addThing(1, note: text) } }
                let row: [SQLValue] = [.integer(1), .text(text), .integer(0)]
                let bulk = await failure {
                    try await database.write {
                        try $0.insert(into: "thing", columns: ["id", "code", "count"], rows: [row])
                    }
                }
                #expect(kind(of: statement) == "constraint" && kind(of: bulk) == "constraint")
            }
            let stored = try await Tables.ids(database)
            #expect(stored.isEmpty)
        }
    }

    @Test("A search finds what contains the text literally and in the same case", arguments: Engine.available)
    func containing(engine: Engine) async throws {
        try await Tables.withDatabase(engine) { database in
            let codes = ["100%", "1000", "a_b", "aXb", "C:\\x", "C:x", "Abc", "abc", "50%\u{301}!", "50 \u{301}!"]
            for (id, code) in codes.enumerated() {
                try await database.write { try $0.addThing(id, code: code) }
            }
            for (text, ids) in [
                ("0%", [0, 8]), ("_b", [2]), ("a_", [2]), (":\\", [4]), ("abc", [7]), ("Ab", [6]), ("", Array(0..<10)),
                ("0%\u{301}!", [8]),
            ] {
                let found: [Int] = try await database.read { tx in
                    try tx.map("SELECT id FROM thing WHERE code LIKE \(SQL.containing(text)) ESCAPE '\\' ORDER BY id") {
                        try $0[0]
                    }
                }
                #expect(found == ids, "\(text)")
            }
        }
    }

    @Test("Pieces are spliced with their values in order")
    func pieces() {
        let inner: SQL = "b = \(2) OR c = \("x")"
        let all: SQL = "a = \(1) AND (\(inner)) AND d = \(nil as Int?) LIMIT \(literal: 5)"
        #expect(all.template == "a = ? AND (b = ? OR c = ?) AND d = ? LIMIT 5")
        #expect(all.values == [.integer(1), .integer(2), .text("x"), .null])
        #expect(SQL.all([]).template == "TRUE")
        #expect(SQL.all(["a = \(1)", "b = \(2)"]).template == "a = ? AND b = ?")
        let none: SQL = "id IN \(list: [Int]())"
        #expect(none.template == "id IN (NULL)")
    }

    @Test("Lists, missing values and truth are the same on both engines", arguments: Engine.available)
    func meaning(engine: Engine) async throws {
        try await Tables.withDatabase(engine) { database in
            try await database.write { tx in for id in 1...5 { try tx.addThing(id, note: id == 3 ? nil : "n") } }
            func ids(_ condition: SQL) async throws -> [Int] {
                try await database.read { tx in
                    try tx.map("SELECT id FROM thing WHERE \(condition) ORDER BY id") { try $0[0] }
                }
            }
            #expect(try await ids("id IN \(list: [2, 4, 9])") == [2, 4])
            #expect(try await ids("id IN \(list: [Int]())") == [])
            #expect(try await ids("note IS NULL") == [3])
            #expect(try await ids(SQL.all(["id > \(1)", "id < \(4)"])) == [2, 3])
            #expect(try await ids(SQL.all([])) == [1, 2, 3, 4, 5])
        }
    }

    @Test("A scope contains the places whose codes begin with its own", arguments: Engine.available)
    func scope(engine: Engine) async throws {
        let codes = ["43", "4301", "430111", "430111002", "430111002007", "430112", "4302", "44"]
        try await Tables.withDatabase(engine) { database in
            try await database.write { tx in for (id, code) in codes.enumerated() { try tx.addThing(id, code: code) } }
            func found(_ places: [PlaceCode]) async throws -> [String] {
                let scope = Scope(places)
                return try await database.read { tx in
                    try tx.map("SELECT code FROM thing WHERE \(scope, contains: "code") ORDER BY code") { try $0[0] }
                }
            }
            let yuhua = try #require(PlaceCode("430111"))
            let other = try #require(PlaceCode("4302"))
            #expect(try await found([yuhua]) == ["430111", "430111002", "430111002007"])
            #expect(try await found([yuhua, other]) == ["430111", "430111002", "430111002007", "4302"])
            #expect(try await found([.country]) == codes)
            #expect(try await found([]) == [])
        }
    }
}
