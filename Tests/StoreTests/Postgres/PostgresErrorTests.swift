import Dispatch
import Kernel
import Store
import StorePostgres
import Testing

@Suite("PostgreSQL: errors", .enabled(if: PostgresServer.isGiven, PostgresServer.howTo))
struct PostgresErrorTests {
    @Test(
        "A broken rule is a constraint, named, without the row's values",
        arguments: [
            ("INSERT INTO person VALUES (1, '13800000000', 5)", "person_pkey"),
            ("INSERT INTO person VALUES (2, '13800000000', 5)", "person_phone_key"),
            ("INSERT INTO person VALUES (3, 'x', -5)", "person_age_check"),
            ("INSERT INTO person VALUES (4, NULL, 5)", ""),
            ("INSERT INTO child VALUES (77)", "child_parent_fkey"),
        ] as [(StaticString, String)])
    func constraints(statement: StaticString, name: String) async throws {
        try await PostgresServer.withSchema { driver in
            try await driver.writing { session in
                try session.script(
                    """
                    CREATE TABLE person (id BIGINT PRIMARY KEY, phone TEXT NOT NULL UNIQUE, age BIGINT CHECK (age > 0));
                    CREATE TABLE child (parent BIGINT REFERENCES person (id));
                    INSERT INTO person VALUES (1, '13800000000', 40);
                    """)
            }
            let error = await failure {
                try await driver.transaction { try $0.perform(SQL(stringLiteral: statement)) }
            }
            let text = "\(try #require(error))"
            #expect(kind(of: error) == "constraint")
            #expect(name.isEmpty || text.contains(name))
            #expect(text.contains("13800000000") == false)
        }
    }

    @Test("Of two writers who read what the other writes, one is asked to try again")
    func serialization() async throws {
        try await PostgresServer.withSchema { driver in
            try await driver.writing { session in
                try session.script(
                    "CREATE TABLE purse (id BIGINT PRIMARY KEY, fen BIGINT); INSERT INTO purse VALUES (1, 5)")
            }
            let read = DispatchSemaphore(value: 0)
            let written = DispatchSemaphore(value: 0)
            async let first = failure {
                try await driver.transaction { session in
                    let fen: Int = try session.value("SELECT fen FROM purse WHERE id = 1")
                    read.signal()
                    written.wait()
                    try session.perform("UPDATE purse SET fen = \(fen + 1) WHERE id = 1")
                }
            }
            async let second = failure {
                try await driver.transaction { session in
                    read.wait()
                    try session.perform("UPDATE purse SET fen = fen * 2")
                }
                written.signal()
            }
            #expect(await kind(of: second) == "none")
            #expect(await kind(of: first) == "transient")
            #expect(try await driver.first("SELECT fen FROM purse") == [.integer(10)])
        }
    }

    @Test("Waiting too long for a lock is worth another try")
    func lock() async throws {
        var options = PostgresDriver.Options()
        options.lockTimeout = .milliseconds(100)
        try await PostgresServer.withSchema(options: options) { driver in
            try await driver.writing { session in
                try session.script("CREATE TABLE purse (id BIGINT PRIMARY KEY); INSERT INTO purse VALUES (1)")
            }
            let locked = DispatchSemaphore(value: 0)
            let tried = DispatchSemaphore(value: 0)
            async let holder = failure {
                try await driver.transaction { session in
                    try session.perform("UPDATE purse SET id = 2")
                    locked.signal()
                    tried.wait()
                }
            }
            let error = await failure {
                try await driver.transaction { session in
                    locked.wait()
                    defer { tried.signal() }
                    try session.perform("UPDATE purse SET id = 3")
                }
            }
            #expect(kind(of: error) == "transient")
            #expect(await kind(of: holder) == "none")
        }
    }

    @Test("A statement that runs too long is stopped, and the session works on")
    func statementTimeout() async throws {
        var options = PostgresDriver.Options()
        // Long enough for what comes after to be done in time on a busy machine.
        options.statementTimeout = .seconds(3)
        options.sessions = 1
        let driver = try PostgresServer.driver(options: options)
        let error = await failure { try await driver.reading { try $0.perform("SELECT pg_sleep(100)") } }
        #expect(kind(of: error) == "timeout")
        #expect(try await driver.first("SELECT 1") == [.integer(1)])
        await driver.close()
    }

    @Test("Mistakes of ours are statement errors and leave the session usable")
    func mistakes() async throws {
        var options = PostgresDriver.Options()
        options.sessions = 1
        try await PostgresServer.withSchema(options: options) { driver in
            let statements: [SQL] = [
                "SELEC 1", "SELECT * FROM nowhere", "SELECT 1 / \(0)", "SELECT \("a") + \(1)",
                "COPY (SELECT 1) TO STDOUT",
                "CREATE TABLE forbidden_while_reading (id BIGINT)",
            ]
            for statement in statements {
                let error = await failure { try await driver.reading { try $0.perform(statement) } }
                #expect(kind(of: error) == "statement", "\(statement.template)")
            }
            let wrongWidth = await failure {
                try await driver.transaction { session in
                    try session.script("CREATE TABLE pair (a BIGINT, b BIGINT)")
                    try session.insert(into: "pair", columns: ["a", "b"]) { [.integer(1)] }
                }
            }
            #expect(kind(of: wrongWidth) == "statement")
            let leftOpen = await failure { try await driver.writing { try $0.script("BEGIN") } }
            #expect(kind(of: leftOpen) == "statement")
            let answer = try await driver.first("SELECT 1")
            #expect(answer == [.integer(1)])
        }
    }

    @Test("A body that swallows an error cannot commit: it is told what failed first")
    func swallowed() async throws {
        try await PostgresServer.withSchema { driver in
            try await driver.writing { try $0.script("CREATE TABLE one (id BIGINT PRIMARY KEY)") }
            let error = await failure {
                try await driver.transaction { session in
                    try session.perform("INSERT INTO one VALUES (1)")
                    try? session.script("INSERT INTO one VALUES (1)")
                    let aftermath = #expect(throws: StoreError.self) { try session.perform("SELECT 1") }
                    #expect(kind(of: aftermath) == "constraint")
                }
            }
            #expect(kind(of: error) == "constraint")
            #expect(try await driver.first("SELECT count(*) FROM one") == [.integer(0)])
            // Behind a savepoint it can.
            try await driver.transaction { session in
                try session.perform("INSERT INTO one VALUES (1)")
                try session.script("SAVEPOINT act")
                try? session.script("INSERT INTO one VALUES (1)")
                try session.script("ROLLBACK TO SAVEPOINT act")
                try session.perform("INSERT INTO one VALUES (2)")
                try session.script("RELEASE SAVEPOINT act")
                try session.script("SAVEPOINT act")
                try session.perform("INSERT INTO one VALUES (3)")
                try session.script("RELEASE SAVEPOINT act")
                try session.perform("INSERT INTO one VALUES (4)")
            }
            #expect(try await driver.first("SELECT count(*) FROM one") == [.integer(4)])
            // There is no such savepoint: at the latest the COMMIT says so.
            let unknown = await failure {
                try await driver.transaction { session in
                    try session.perform("INSERT INTO one VALUES (5)")
                    try session.script("RELEASE SAVEPOINT nowhere")
                }
            }
            #expect(kind(of: unknown) == "statement")
            #expect(try await driver.first("SELECT count(*) FROM one") == [.integer(4)])
        }
    }

    @Test("A prepared statement whose table changed is worth another try")
    func changedTable() async throws {
        var options = PostgresDriver.Options()
        options.sessions = 2
        try await PostgresServer.withSchema(options: options) { driver in
            try await driver.writing { try $0.script("CREATE TABLE thing (a BIGINT); INSERT INTO thing VALUES (1)") }
            for _ in 0..<3 { #expect(try await driver.first("SELECT * FROM thing").count == 1) }
            try await driver.writing { try $0.script("ALTER TABLE thing ADD COLUMN b TEXT") }
            let error = await failure { _ = try await driver.first("SELECT * FROM thing") }
            #expect(kind(of: error) == "transient")
            #expect(try await driver.first("SELECT * FROM thing") == [.integer(1), .null])
        }
    }

    @Test("Notices and warnings of the server go to the log")
    func notices() async throws {
        let log = LogCollector()
        let driver = try PostgresServer.driver(logger: log.logger)
        try await driver.writing { try $0.script("DO $$ BEGIN RAISE WARNING 'the roof leaks'; END $$") }
        #expect(log.lines.contains { $0.contains("the roof leaks") && $0.contains("WARNING") })
        await driver.close()
    }
}
