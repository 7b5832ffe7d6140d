import Common
import Kernel
import Store
import TestSupport
import Testing

func open(_ location: String) throws -> Database { try DatabaseLocation(database: location).open() }

@Suite("Migrations")
struct MigratorTests {
    static let second = Schema.Migration(
        "002-colour", "ALTER TABLE thing ADD COLUMN colour TEXT;\nCREATE TABLE shade (id BIGINT);")

    static func schema(_ migrations: Schema.Migration...) -> Schema {
        Schema(room: Tables.schema.room, migrations: migrations, tables: Tables.schema.tables)
    }

    @Test("Each is applied once, and what was added later on top", arguments: Engine.available)
    func once(engine: Engine) async throws {
        try await engine.withDatabase { database in
            func migrate(_ schema: Schema) async throws -> [String] {
                try await Migrator([schema]).migrate(database, now: Tables.now).map(\.name)
            }
            #expect(try await migrate(Self.schema(Tables.first)) == ["001-things"])
            #expect(try await migrate(Self.schema(Tables.first)) == [])
            try await database.write { try $0.addThing(1) }
            #expect(try await migrate(Self.schema(Tables.first, Self.second)) == ["002-colour"])
            #expect(try await Tables.ids(database) == [1])
        }
    }

    @Test("An old one that was edited is refused, and so is a database of a newer program", arguments: Engine.available)
    func refused(engine: Engine) async throws {
        try await engine.withDatabase { database in
            _ = try await Migrator([Self.schema(Tables.first, Self.second)]).migrate(database, now: Tables.now)
            let edited = Schema.Migration(Tables.first.name, Tables.first.script + " ")
            for (schema, code) in [
                (Self.schema(edited, Self.second), "schema.changed"), (Self.schema(Tables.first), "schema.newer"),
                (Schema(room: "other", migrations: [], tables: []), "schema.newer"),
            ] {
                let error = await failure { _ = try await Migrator([schema]).migrate(database, now: Tables.now) }
                let refusal = try #require(error as? StoreError).refusal
                #expect(refusal.code == code)
                #expect(refusal.message.zh != refusal.message.en && refusal.message.en.contains("migration"))
            }
        }
    }

    @Test(
        "What is missing is told without a change, and a newer or edited database is refused",
        arguments: Engine.available)
    func missing(engine: Engine) async throws {
        try await engine.withDriver { driver in
            let database = Database(driver: driver)
            let (old, new) = (Migrator([Self.schema(Tables.first)]), Migrator([Self.schema(Tables.first, Self.second)]))
            #expect(try await new.missing(in: database).map(\.name) == ["001-things", "002-colour"])
            _ = try await old.migrate(database, now: Tables.now)
            #expect(try await new.missing(in: database).map(\.name) == ["002-colour"])
            _ = try await new.migrate(database, now: Tables.now)
            #expect(try await new.missing(in: database).isEmpty)
            let newer = await failure { _ = try await old.missing(in: database) }
            #expect((newer as? StoreError)?.refusal.code == "schema.newer")
        }
    }

    @Test("An upgrade is recorded in its own transaction, a new database is none", arguments: Engine.available)
    func recorded(engine: Engine) async throws {
        try await engine.withDriver { driver in
            let database = Database(driver: driver)
            let note: @Sendable (Tx, [Migrator.Applied]) throws -> Void = { tx, applied in
                try tx.addThing(7, note: applied.map(\.name).joined())
            }
            _ = try await Migrator([Self.schema(Tables.first)]).migrate(database, now: Tables.now, record: note)
            #expect(try await Tables.ids(database) == [])
            let migrator = Migrator([Self.schema(Tables.first, Self.second)])
            _ = try await migrator.migrate(database, now: Tables.now, record: note)
            _ = try await migrator.migrate(database, now: Tables.now, record: note)
            #expect(try await database.read { try $0.value("SELECT note FROM thing") } == "002-colour")
        }
    }

    @Test("An older program knows all tables of a newer one, and clears these alone", arguments: Engine.available)
    func cleared(engine: Engine) async throws {
        try await engine.withDriver { driver in
            let database = Database(driver: driver)
            #expect(try await database.read { try Migrator.tables(in: $0) } == [])
            _ = try await Migrator([Self.schema(Tables.first, Self.second)]).migrate(database, now: Tables.now)
            #expect(try await database.read { try Migrator.tables(in: $0) } == ["thing", "part", "shade"])
            #expect(try await database.read { try Migrator.filledTable(in: $0) } == nil)
            try await database.write { tx in
                try tx.script("CREATE TABLE somebody_elses (id BIGINT)")
                try tx.addThing(1)
                try tx.run("INSERT INTO part (thing, number, text) VALUES (1, 1, 'x')")
            }
            #expect(try await database.read { try Migrator.filledTable(in: $0) } == "thing")
            try await database.writeAlone { tx in
                try Migrator.takeTurn(tx)
                try Migrator.clear(tx)
            }
            #expect(try await database.read { try Migrator.tables(in: $0) } == [])
            #expect(try await database.read { try $0.value("SELECT count(*) FROM somebody_elses") } == 0)
            let applied = try await Migrator([Self.schema(Tables.first)]).migrate(database, now: Tables.now)
            #expect(applied.count == 1)
        }
    }

    @Test("One that fails leaves nothing, not even those before it", arguments: Engine.available)
    func failing(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let bad = Schema.Migration("002-bad", "CREATE TABLE bad (id BIGINT);\nINSERT INTO nowhere VALUES (1);")
            let error = await failure {
                _ = try await Migrator([Self.schema(Tables.first, bad)]).migrate(database, now: Tables.now)
            }
            #expect(kind(of: error) == "statement")
            let applied = try await Migrator([Self.schema(Tables.first)]).migrate(database, now: Tables.now)
            #expect(applied.count == 1)
        }
    }

    @Test("Whichever statement fails, the next start finishes the work", arguments: Engine.available)
    func everyStatement(engine: Engine) async throws {
        for number in 1..<40 {
            let finished = try await engine.withDriver { driver in
                let statements = StatementCounter()
                let database = Database(driver: FaultyDriver(driver, statements))
                let migrator = Migrator([Self.schema(Tables.first, Self.second)])
                statements.fail(number)
                let error = await failure { _ = try await migrator.migrate(database, now: Tables.now) }
                guard statements.stop() else { return error == nil }
                #expect(kind(of: error) == "statement", "statement \(number)")
                let applied = try await migrator.migrate(database, now: Tables.now)
                #expect(applied.count == 2, "statement \(number)")
                return false
            }
            if finished { return }
        }
        Issue.record("the migration never came to its end")
    }

    @Test("Nodes that start at once migrate once", arguments: Engine.available)
    func atOnce(engine: Engine) async throws {
        for _ in 0..<5 {
            try await engine.withLocation { location in
                let nodes = try (0..<4).map { _ in try open(location) }
                let applied = try await withThrowingTaskGroup(of: Int.self) { group in
                    for node in nodes {
                        group.addTask {
                            try await Migrator([Self.schema(Tables.first, Self.second)])
                                .migrate(node, now: Tables.now).count
                        }
                    }
                    return try await group.reduce(into: [Int]()) { $0.append($1) }
                }
                #expect(applied.sorted() == [0, 0, 0, 2])
                for node in nodes { await node.close() }
            }
        }
    }
}
