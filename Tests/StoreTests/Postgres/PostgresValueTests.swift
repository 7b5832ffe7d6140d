import Kernel
import Store
import StorePostgres
import Testing

@Suite("PostgreSQL: values", .enabled(if: PostgresServer.isGiven, PostgresServer.howTo))
struct PostgresValueTests {
    static let samples: [SQLValue] = [
        .null,
        .integer(0), .integer(-1), .integer(.max), .integer(.min),
        .real(0), .real(-0.0), .real(0.1), .real(.greatestFiniteMagnitude), .real(.leastNonzeroMagnitude),
        .real(1e-7), .real(.infinity), .real(-.infinity),
        .text(""), .text("宜居"), .text("👨‍👩‍👧 𠮷 é e\u{301}"), .text("a\tb\nc\rd\\e\\.'\"\u{7F}\u{1}"), .text("\\N"),
        .text("NULL"),
        .bytes([]), .bytes([0]), .bytes(Array(0...255)),
    ]

    @Test("What is written by a statement or by COPY comes back the same", arguments: [false, true])
    func roundTrip(byCopy: Bool) async throws {
        try await PostgresServer.withSchema { driver in
            try await driver.writing { session in
                try session.script(
                    "CREATE TABLE thing (id BIGINT PRIMARY KEY, i BIGINT, d DOUBLE PRECISION, t TEXT, b BYTEA)")
            }
            // Each sample in its own column, NULL in the others.
            let rows: [[SQLValue]] = Self.samples.enumerated().map { number, sample in
                var row: [SQLValue] = [.integer(Int64(number)), .null, .null, .null, .null]
                switch sample {
                case .null: break
                case .integer: row[1] = sample
                case .real: row[2] = sample
                case .text: row[3] = sample
                case .bytes: row[4] = sample
                }
                return row
            }
            try await driver.transaction { session in
                if byCopy {
                    var next = rows.makeIterator()
                    try session.insert(into: "thing", columns: ["id", "i", "d", "t", "b"]) { next.next() }
                    return
                }
                for row in rows {
                    let changed = try session.run(
                        """
                        INSERT INTO thing VALUES (\(value: row[0]), \(value: row[1]), \(value: row[2]),
                            \(value: row[3]), \(value: row[4]))
                        """
                    ) { _ in }
                    #expect(changed == 1)
                }
            }
            let back = try await driver.reading { try $0.all("SELECT * FROM thing ORDER BY id").map(\.values) }
            #expect(back == rows)
        }
    }

    @Test("Every kind of value is bound alone and read back", arguments: samples)
    func bound(value: SQLValue) async throws {
        let driver = try PostgresServer.driver()
        #expect(try await driver.first("SELECT \(value: value)") == [value])
        await driver.close()
    }

    @Test("Not-a-number survives")
    func notANumber() async throws {
        let driver = try PostgresServer.driver()
        let value: Double = try await driver.reading { try $0.value("SELECT \(Double.nan)") }
        #expect(value.isNaN)
        await driver.close()
    }

    @Test("The server's other types become the store's five")
    func otherTypes() async throws {
        let driver = try PostgresServer.driver()
        let row = try await driver.first(
            """
            SELECT 1::smallint, -2::int, 3::bigint, true, 1 > 2, 1.5::real, sum(x), avg(x), 10::numeric(40) ^ 30,
                'a'::varchar(3), 'b'::name, DATE '2026-06-30', '{"a": 1}'::json, 12.00::numeric
            FROM (VALUES (1::bigint), (2)) AS list(x)
            """)
        #expect(
            row == [
                .integer(1), .integer(-2), .integer(3), .integer(1), .integer(0), .real(1.5), .integer(3), .real(1.5),
                .real(1e30), .text("a"), .text("b"), .text("2026-06-30"), .text(#"{"a": 1}"#), .real(12),
            ])
        await driver.close()
    }

    /// A server must learn the type of each value; NULL has none. Every statement runs often enough to be prepared.
    @Test("NULL and numbers stand wherever SQL lets a value stand")
    func inference() async throws {
        try await PostgresServer.withSchema { driver in
            try await driver.writing { session in
                try session.script(
                    "CREATE TABLE estate (id BIGINT PRIMARY KEY, name TEXT, area BIGINT, rate DOUBLE PRECISION)")
            }
            let none = SQLValue.null
            try await driver.transaction { session in
                for id in 0..<6 {
                    let name = id % 2 == 0 ? SQLValue.text("n\(id)") : .null
                    let area = id % 3 == 0 ? id.sqlValue : .null
                    // An integer goes into a column of doubles, NULL into any.
                    try session.perform("INSERT INTO estate VALUES (\(id), \(value: name), \(value: area), \(id))")
                }
                for _ in 0..<4 {
                    let kept: Int = try session.value(
                        "UPDATE estate SET area = COALESCE(\(value: none), area) WHERE id = 3 RETURNING area")
                    #expect(kept == 3)
                    let name: String = try session.value(
                        "SELECT COALESCE(\(value: none), name) FROM estate WHERE id = 2")
                    #expect(name == "n2")
                    #expect(try session.all("SELECT id FROM estate ORDER BY id LIMIT \(2) OFFSET \(1)").count == 2)
                    #expect(
                        try session.all("SELECT 1 FROM estate WHERE \(value: none) IS NULL OR area = \(value: none)")
                            .count == 6)
                    #expect(try session.all("SELECT 1 FROM estate WHERE \(3) IS NULL OR area = \(3)").count == 1)
                    #expect(try session.all("SELECT 1 FROM estate WHERE name = \(value: none)").isEmpty)
                    #expect(try session.all("SELECT 1 FROM estate WHERE name LIKE \("n%") ESCAPE '\\'").count == 3)
                    #expect(try session.all("SELECT 1 FROM estate WHERE id IN \(list: [1, 2, 9])").count == 2)
                    #expect(try session.all("SELECT 1 FROM estate WHERE rate >= \(2.5) AND rate < \(5)").count == 2)
                    let sum: Double = try session.value("SELECT \(1) + rate + \(0.5) FROM estate WHERE id = 2")
                    #expect(sum == 3.5)
                    let text: String = try session.value("SELECT \("a") || \("b")")
                    #expect(text == "ab")
                    let choice: String = try session.value(
                        "SELECT CASE WHEN \(1) = \(1) THEN \("yes") ELSE \(value: none) END")
                    #expect(choice == "yes")
                }
            }
            // The same place now a number, now NULL: the types seen serve all.
            try await driver.transaction { session in
                for id in 10..<40 {
                    let area = id % 2 == 0 ? id.sqlValue : .null
                    let name = id % 3 == 0 ? SQLValue.text("x") : .null
                    try session.perform(
                        "INSERT INTO estate (id, name, area) VALUES (\(id), \(value: name), \(value: area))")
                }
            }
            let counts = try await driver.first("SELECT count(*), count(name), count(area) FROM estate WHERE id >= 10")
            #expect(counts == [.integer(30), .integer(10), .integer(15)])
        }
    }

    @Test("Text compares by its bytes, whatever collation the database has")
    func collation() async throws {
        try await PostgresServer.withSchema { driver in
            try await driver.writing { session in
                try session.script("CREATE TABLE word (word TEXT NOT NULL); ALTER TABLE word ADD COLUMN text TEXT;")
                try session.insert(into: "word", columns: ["word"]) { nil }
                for word in ["b", "B", "a", "岳", "_", "é"] {
                    try session.perform("INSERT INTO word (word) VALUES (\(word))")
                }
            }
            let words: [String] = try await driver.reading { session in
                try session.all("SELECT word FROM word ORDER BY word").map { try $0["word"] }
            }
            #expect(words == ["B", "_", "a", "b", "é", "岳"])
            let collations = try await driver.reading { session in
                try session.all(
                    """
                    SELECT collation_name FROM information_schema.columns
                    WHERE table_schema = current_schema() AND table_name = 'word'
                    """
                ).map(\.values)
            }
            #expect(collations == [[.text("C")], [.text("C")]])
        }
    }

    @Test("Text with U+0000 is refused with a clear word, by statement and by COPY")
    func zeroCharacter() async throws {
        try await PostgresServer.withSchema { driver in
            try await driver.writing { try $0.script("CREATE TABLE note (note TEXT)") }
            let byStatement = await failure {
                try await driver.transaction { try $0.perform("INSERT INTO note VALUES (\("a\0b"))") }
            }
            let byCopy = await failure {
                try await driver.transaction { session in
                    var rows: [[SQLValue]] = [[.text("fine")], [.text("a\0b")]]
                    try session.insert(into: "note", columns: ["note"]) { rows.isEmpty ? nil : rows.removeFirst() }
                }
            }
            #expect(kind(of: byStatement) == "constraint")
            #expect(kind(of: byCopy) == "constraint")
            #expect(try await driver.first("SELECT count(*) FROM note") == [.integer(0)])
        }
    }
}
