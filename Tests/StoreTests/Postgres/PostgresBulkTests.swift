import Kernel
import Store
import StorePostgres
import Testing

@Suite("PostgreSQL: many rows", .enabled(if: PostgresServer.isGiven, PostgresServer.howTo))
struct PostgresBulkTests {
    @Test(
        "A hundred thousand rows of nasty text go through COPY and come back",
        arguments: [UInt64.random(in: 1...1_000_000)])
    func copy(seed: UInt64) async throws {
        let pieces = [
            "\\", "\t", "\n", "\r", "\\N", "\\.", "'", "\"", "\u{1}", "宜居", "👷🏽‍♀️", "\u{202E}", "a", ",", "\u{7F}",
            "\u{85}",
        ]
        let count = 100_000
        let text = { @Sendable (random: inout SeededRandom) in
            (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }
        try await PostgresServer.withSchema { driver in
            try await driver.writing {
                try $0.script("CREATE TABLE thing (id BIGINT PRIMARY KEY, text TEXT, bytes BYTEA)")
            }
            try await driver.transaction { session in
                var random = SeededRandom(seed: seed)
                var id = 0
                try session.insert(into: "thing", columns: ["id", "text", "bytes"]) {
                    guard id < count else { return nil }
                    id += 1
                    let text = text(&random)
                    return [.integer(Int64(id)), .text(text), id % 7 == 0 ? .null : .bytes(Array(text.utf8))]
                }
            }
            let wrong: Int = try await driver.reading { session in
                var random = SeededRandom(seed: seed)
                var id = 0
                var wrong = 0
                try session.run("SELECT id, text, bytes FROM thing ORDER BY id") { row in
                    id += 1
                    let text = text(&random)
                    let bytes = id % 7 == 0 ? SQLValue.null : .bytes(Array(text.utf8))
                    if row.values != [.integer(Int64(id)), .text(text), bytes] { wrong += 1 }
                }
                return wrong + (count - id)
            }
            #expect(wrong == 0, "seed \(seed)")
        }
    }

    @Test("A million rows of half a kilobyte stream through little memory")
    func stream() async throws {
        // In a process of its own: what other tests hold meanwhile is not counted.
        let reader = try ChildProcess(
            ChildProcess.program("CrashWriter"), [#require(PostgresServer.url), "stream", "1000000"])
        #expect(try await reader.end() == 0)
        let told = reader.lines.compactMap { Int($0) }
        try #require(told.count == 3)
        #expect(told[0] == 1_000_000 && told[1] == 500_000_500_000)
        #expect(told[2] < 32 * 1024, "KiB more; all of it would be 500 MB")
    }

    @Test("A body may run statements while it reads rows, and while it inserts")
    func nested() async throws {
        try await PostgresServer.withSchema { driver in
            try await driver.writing {
                try $0.script("CREATE TABLE a (id BIGINT); CREATE TABLE b (id BIGINT, n BIGINT)")
            }
            try await driver.transaction { session in
                var id = 0
                try session.insert(into: "a", columns: ["id"]) {
                    id += 1
                    return id > 1000 ? nil : [.integer(Int64(id))]
                }
                var seen: [Int] = []
                try session.run("SELECT id FROM a ORDER BY id") { row in
                    let id: Int = try row["id"]
                    seen.append(id)
                    if id <= 3 {
                        try session.run("SELECT id FROM a WHERE id > \(997) ORDER BY id") { inner in
                            let count: Int = try session.value("SELECT count(*) FROM b")
                            try session.perform("INSERT INTO b VALUES (\(try inner["id"] as Int), \(count))")
                        }
                    }
                }
                #expect(seen == Array(1...1000))
                let last: Int = try session.value("SELECT max(n) FROM b")
                #expect(last == 8)

                var number = 0
                try session.insert(into: "b", columns: ["id", "n"]) {
                    number += 1
                    // Every tenth row asks the database first, and sees the rows before it.
                    if number % 10 == 0 {
                        let count: Int = try session.value("SELECT count(*) FROM b WHERE id < 0")
                        #expect(count == number - 1)
                    }
                    return number > 35 ? nil : [.integer(Int64(-number)), .null]
                }
                let inserted: Int = try session.value("SELECT count(*) FROM b WHERE id < 0")
                #expect(inserted == 35)
            }
        }
    }

    @Test("A body that stops reading in the middle leaves its transaction whole")
    func stopped() async throws {
        struct Enough: Error {}
        try await PostgresServer.withSchema { driver in
            try await driver.writing { try $0.script("CREATE TABLE a (id BIGINT)") }
            try await driver.transaction { session in
                #expect(throws: Enough.self) {
                    try session.run("SELECT generate_series(1, 10000)") { _ in throw Enough() }
                }
                try session.perform("INSERT INTO a VALUES (1)")
            }
            #expect(try await driver.first("SELECT count(*) FROM a") == [.integer(1)])
            // An insert that stops takes its rows back.
            let error = await failure {
                try await driver.transaction { session in
                    var id: Int64 = 0
                    try session.insert(into: "a", columns: ["id"]) {
                        id += 1
                        if id > 50_000 { throw Enough() }
                        return [.integer(id)]
                    }
                }
            }
            #expect(error is Enough)
            #expect(try await driver.first("SELECT count(*) FROM a") == [.integer(1)])
        }
    }

    @Test("A result that breaks off while another statement runs does not look complete")
    func brokenOff() async throws {
        let driver = try PostgresServer.driver()
        let error = await failure {
            _ = try await driver.reading { session in
                try session.run("SELECT 1 / (5000 - i) FROM generate_series(1, 10000) AS i") { _ in
                    try? session.perform("SELECT 1")
                }
            }
        }
        #expect(kind(of: error) == "statement")
        #expect(try await driver.first("SELECT 1") == [.integer(1)])
        await driver.close()
    }

    @Test("COPY tells a broken rule like any statement")
    func copyConstraint() async throws {
        try await PostgresServer.withSchema { driver in
            try await driver.writing { try $0.script("CREATE TABLE a (id BIGINT PRIMARY KEY)") }
            let error = await failure {
                try await driver.transaction { session in
                    var id: Int64 = 0
                    try session.insert(into: "a", columns: ["id"]) {
                        id += 1
                        return id > 300_000 ? nil : [.integer(id % 1000)]
                    }
                }
            }
            #expect(kind(of: error) == "constraint")
            #expect(try await driver.first("SELECT count(*) FROM a") == [.integer(0)])
        }
    }

    @Test("A statement whose plan depends on its values is planned for each")
    func searches() async throws {
        var options = PostgresDriver.Options()
        options.sessions = 1
        let driver = try PostgresServer.driver(options: options)
        let prepared: [String] = try await driver.reading { session in
            for number in 0..<4 {
                try session.perform("SELECT 1 WHERE 'ab' LIKE \("a%") AND 1 = \(number)")
                try session.perform("SELECT 2 WHERE 5 >= \(number)")
                try session.perform("SELECT 3 WHERE 5 <\(number)")
                try session.perform("SELECT 4 LIMIT \(number)")
                try session.perform("SELECT 6 WHERE 5 <> \(number)")
                try session.perform("SELECT 5 WHERE 5 = \(number)")
            }
            return try session.all("SELECT statement FROM pg_prepared_statements").map { try $0[0] }
        }
        #expect(prepared.sorted() == ["SELECT 5 WHERE 5 = $1", "SELECT 6 WHERE 5 <> $1"])
        await driver.close()
    }

    @Test("More statements than a session keeps prepared all work, again and again")
    func manyStatements() async throws {
        var options = PostgresDriver.Options()
        options.sessions = 1
        let driver = try PostgresServer.driver(options: options)
        let prepared: Int = try await driver.reading { session in
            for _ in 0..<3 {
                for width in 1...300 {
                    let list = Array(1...width)
                    let count: Int = try session.value(
                        "SELECT count(*) FROM generate_series(1, 500) AS i WHERE i IN \(list: list)")
                    #expect(count == width)
                }
            }
            return try session.value("SELECT count(*) FROM pg_prepared_statements")
        }
        #expect((200...256).contains(prepared))
        await driver.close()
    }
}
