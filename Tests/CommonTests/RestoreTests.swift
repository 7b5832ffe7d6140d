import Dispatch
import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Common

@Suite("Restores")
struct RestoreTests {
    @Test("A database that holds data is only replaced when asked to", arguments: Engine.available)
    func force(engine: Engine) async throws {
        try await withBackup { path, digests in
            try await engine.withCity { database, files, _ in
                _ = try await database.write { try $0.run("INSERT INTO house (id, name) VALUES (\([UInt8(9)]), '旧')") }
                let before = try await Samples.digests(database)
                func restore(force: Bool) async throws {
                    _ = try await checkAndRestore(
                        path, to: database, files: files, schemas: Samples.schemas, force: force, now: Samples.now)
                }
                #expect(await refusal { try await restore(force: false) } == "restore.notEmpty")
                #expect(try await Samples.digests(database) == before)
                try await restore(force: true)
                #expect(try await Samples.digests(database) == digests)
                #expect(await refusal { try await restore(force: false) } == "restore.notEmpty")
                // The same once more, over itself.
                try await restore(force: true)
                #expect(try await Samples.digests(database) == digests)
            }
        }
    }

    @Test("Whichever statement of a restore fails, the database is as before", arguments: Engine.available)
    func everyStatement(engine: Engine) async throws {
        try await withBackup { path, digests in
            try await withTemporaryFolder { folder in
                let files = try FileStore(folder: folder.path)
                try await engine.withDriver { driver in
                    let statements = StatementCounter()
                    let database = Database(driver: FaultyDriver(driver, statements))
                    _ = try await Migrator(Samples.schemas).migrate(database, now: Samples.now)
                    _ = try await database.write {
                        try $0.run("INSERT INTO house (id, name) VALUES (\([UInt8(9)]), '旧')")
                    }
                    let before = try await Samples.digests(database)
                    for number in 1..<200 {
                        statements.fail(
                            number, with: number % 2 == 0 ? .full("made full") : .statement("made to fail"))
                        let result = await refusal {
                            _ = try await checkAndRestore(
                                path, to: database, files: files, schemas: Samples.schemas, force: true,
                                now: Samples.now)
                        }
                        let hasFailed = statements.stop()
                        let after = try await Samples.digests(database)
                        if !hasFailed {
                            #expect(number > 20, "all statements were counted")
                            #expect(result == "none" && after == digests)
                            return
                        }
                        #expect(result != "none" && after == before, "statement \(number)")
                    }
                    Issue.record("the restore never came to its end")
                }
            }
        }
    }

    @Test("Two writers that meet do not break a restore", arguments: Engine.available)
    func transient(engine: Engine) async throws {
        try await withBackup { path, digests in
            try await withTemporaryFolder { folder in
                let files = try FileStore(folder: folder.path)
                try await engine.withDriver { driver in
                    let statements = StatementCounter()
                    let database = Database(driver: FaultyDriver(driver, statements))
                    _ = try await Migrator(Samples.schemas).migrate(database, now: Samples.now)
                    statements.fail(16, with: .transient("two writers met"))
                    _ = try await checkAndRestore(
                        path, to: database, files: files, schemas: Samples.schemas, force: true, now: Samples.now)
                    #expect(statements.stop())
                    #expect(try await Samples.digests(database) == digests)
                }
            }
        }
    }

    @Test(
        "A backup of an older Yiju is brought up to date, whether the database is empty or not",
        arguments: BackupTests.pairs)
    func older(from: Engine, to: Engine) async throws {
        let newer = Schema(
            room: "sample",
            migrations: [
                Samples.tables,
                Schema.Migration(
                    "002-colour",
                    """
                    ALTER TABLE house ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey';
                    UPDATE house SET colour = 'red' WHERE name = '宜居';
                    CREATE TABLE visit (house BYTEA REFERENCES house (id), day TEXT, PRIMARY KEY (house, day));
                    """),
            ],
            tables: Samples.schema.tables + [.init("visit", key: "house, day")])
        let schemas = [CommonSchema.schema, newer]
        try await from.withCity { database, files, folder in
            try await Samples.fill(database)
            let path = folder.appending(path: "old.zip").path
            _ = try await Backup.write(database, schemas: Samples.schemas, files: files, to: path, now: Samples.now)
            _ = try await Migrator(schemas).migrate(database, now: Samples.now)
            let migrated = try await Samples.digests(database, schemas)
            try await to.withCity(schemas) { other, otherFiles, _ in
                for force in [false, true, true] {
                    _ = try await checkAndRestore(
                        path, to: other, files: otherFiles, schemas: schemas, force: force, now: Samples.now)
                    #expect(try await Samples.digests(other, schemas) == migrated)
                    #expect(try await Migrator(schemas).migrate(other, now: Samples.now).isEmpty)
                    _ = try await other.write {
                        try $0.run("INSERT INTO visit (house, day) VALUES (\([UInt8(4)]), '2026-06-30')")
                    }
                }
            }
            // And a newer backup is not for an older program.
            let new = folder.appending(path: "new.zip").path
            _ = try await Backup.write(database, schemas: schemas, files: files, to: new, now: Samples.now)
            #expect(await refusal { _ = try await Restore.check(new, schemas: Samples.schemas) } == "backup.newer")
        }
    }

    @Test("Going back: the older program's backup replaces the database of a newer one", arguments: BackupTests.pairs)
    func goingBack(from: Engine, to: Engine) async throws {
        let newer = Schema(
            room: "sample",
            migrations: [
                Samples.tables,
                Schema.Migration("002-visits", "CREATE TABLE visit (house BYTEA PRIMARY KEY REFERENCES house (id));"),
            ],
            tables: Samples.schema.tables + [.init("visit", key: "house")])
        let stranger = Schema(
            room: "castle", migrations: [Schema.Migration("001", "CREATE TABLE castle (id BIGINT PRIMARY KEY);")],
            tables: [.init("castle", key: "id")])
        try await from.withCity { database, files, folder in
            try await Samples.fill(database)
            let path = folder.appending(path: "old.zip").path
            _ = try await Backup.write(database, schemas: Samples.schemas, files: files, to: path, now: Samples.now)
            try await to.withCity([CommonSchema.schema, newer, stranger]) { other, otherFiles, _ in
                try await other.write { tx in
                    try tx.run("INSERT INTO house (id) VALUES (\([UInt8(4)]))")
                    try tx.run("INSERT INTO visit (house) VALUES (\([UInt8(4)]))")
                }
                let held = await refusal {
                    try await checkAndRestore(
                        path, to: other, files: otherFiles, schemas: Samples.schemas, now: Samples.now)
                }
                #expect(held == "restore.notEmpty")
                try await checkAndRestore(
                    path, to: other, files: otherFiles, schemas: Samples.schemas, force: true, now: Samples.now)
                #expect(try await Samples.digests(other) == Samples.digests(database))
                #expect(try await Migrator(Samples.schemas).missing(in: other).isEmpty)
                // And forward again: nothing of the newer one is in the way.
                let all = [CommonSchema.schema, newer, stranger]
                #expect(try await Migrator(all).migrate(other, now: Samples.now).count == 2)
            }
        }
    }

    @Test(
        "What belongs to a restore is done in its transaction or, when that fails, not at all",
        arguments: Engine.available)
    func finish(engine: Engine) async throws {
        try await withBackup { path, digests in
            try await engine.withCity { database, files, _ in
                let checked = try await Restore.check(path, schemas: Samples.schemas)
                #expect(try await checked.firstRow(of: "stored_file")?["original_name"] == "说明.txt")
                #expect(try await checked.firstRow(of: "nowhere") == nil)
                struct Unwanted: Error {}
                await #expect(throws: Unwanted.self) {
                    try await Restore.apply(
                        checked, to: database, files: files, schemas: Samples.schemas, now: Samples.now,
                        finish: { _ in throw Unwanted() })
                }
                #expect(try await Samples.digests(database).allSatisfy { $0.rows == 0 })
                try await Restore.apply(
                    checked, to: database, files: files, schemas: Samples.schemas, now: Samples.now,
                    finish: { try $0.run("DELETE FROM note") })
                let after = try await Samples.digests(database)
                #expect(after.map(\.rows) == [1, 0, Samples.houses.count, 0] && after[2] == digests[2])
            }
        }
    }

    @Test("A backup whose migrations were edited since is refused, the database untouched", arguments: Engine.available)
    func editedMigration(engine: Engine) async throws {
        let edited = Schema(
            room: "sample", migrations: [Schema.Migration(Samples.tables.name, Samples.tables.script + "\n")],
            tables: Samples.schema.tables)
        try await withBackup { path, _ in
            try await engine.withCity([CommonSchema.schema, edited]) { database, files, _ in
                let result = await refusal {
                    _ = try await checkAndRestore(
                        path, to: database, files: files, schemas: [CommonSchema.schema, edited], now: Samples.now)
                }
                #expect(result == "restore.migrations")
                let after = try await Samples.digests(database)
                #expect(after.allSatisfy { $0.rows == 0 })
            }
        }
    }

    @Test(
        "What the other engine cannot hold leaves it untouched",
        .enabled(if: Engine.available.count == 2, "no PostgreSQL"))
    func unholdable() async throws {
        try await Engine.sqlite.withCity { database, files, folder in
            // SQLite keeps a word in a column of numbers.
            _ = try await database.write { try $0.run("INSERT INTO house (id, number) VALUES (\([UInt8(1)]), 'many')") }
            let path = folder.appending(path: "city.zip").path
            _ = try await Backup.write(database, schemas: Samples.schemas, files: files, to: path, now: Samples.now)
            try await Engine.postgres.withCity { other, otherFiles, _ in
                await #expect(throws: StoreError.self) {
                    try await checkAndRestore(
                        path, to: other, files: otherFiles, schemas: Samples.schemas, now: Samples.now)
                }
                let after = try await Samples.digests(other)
                #expect(after.allSatisfy { $0.rows == 0 })
            }
        }
    }

    @Test(
        "Many rows pass in little memory",
        .enabled(if: ProcessInfo.processInfo.environment["YIJU_TEST_QUICK"] == nil, "takes too long for a quick look"),
        arguments: Engine.available)
    func memory(engine: Engine) async throws {
        let rows = 200_000
        try await withTemporaryFolder { folder in
            let empty = folder.appending(path: "empty.zip").path
            let full = folder.appending(path: "full.zip").path
            let files = folder.appending(path: "files").path
            try await engine.withLocation { location in
                let database = try DatabaseLocation(database: location).open()
                let schemas = [CommonSchema.schema, BulkRows.schema]
                _ = try await Migrator(schemas).migrate(database, now: Samples.now)
                let before = try await peak([location, "backup", files, empty])
                try await BulkRows.fill(database, rows)
                let after = try await peak([location, "backup", files, full])
                #expect(after - before < 48 * 1024, "KiB more for \(rows) rows")
                await database.close()
            }
            let little = try await engine.withLocation { try await peak([$0, "restore", files, empty]) }
            try await engine.withLocation { location in
                let much = try await peak([location, "restore", files, full])
                #expect(much - little < 48 * 1024, "KiB more for \(rows) rows")
                let database = try DatabaseLocation(database: location).open()
                let restored = try #require(try await Samples.digests(database, [BulkRows.schema]).first)
                let archive = try ArchiveReader(full)
                let manifest = try Manifest(
                    parsing: archive.bytes(of: #require(archive.entries["manifest.json"]), limit: 1 << 20))
                let backedUp = try #require(manifest.tables.first { $0.name == "bulk" })
                #expect(restored.sha256 == backedUp.sha256 && restored.rows == rows)
                #expect(backedUp.bytes > 16 << 20, "the rows are many enough to tell")
                await database.close()
            }
        }
    }
}

/// A backup of the samples in a folder of its own.
private func withBackup(_ body: (String, [TableDigest]) async throws -> Void) async throws {
    try await Engine.sqlite.withCity { database, files, folder in
        try await Samples.fill(database)
        _ = try await Samples.add("合同", to: files, database)
        let path = folder.appending(path: "city.zip").path
        _ = try await Backup.write(database, schemas: Samples.schemas, files: files, to: path, now: Samples.now)
        try await body(path, Samples.digests(database))
    }
}

/// The same table as the test program's.
private enum BulkRows {
    static let schema = Schema(
        room: "bulk",
        migrations: [
            Schema.Migration(
                "001",
                "CREATE TABLE bulk (id BYTEA PRIMARY KEY, number BIGINT, size DOUBLE PRECISION, text TEXT NOT NULL);")
        ],
        tables: [.init("bulk", key: "id")])

    static func fill(_ database: Database, _ count: Int) async throws {
        try await database.writeAlone { tx in
            var random = SeededRandom(seed: 1)
            var number = 0
            try tx.insert(into: "bulk", columns: ["id", "number", "size", "text"]) {
                number += 1
                guard number <= count else { return nil }
                let id = ID<Bulk>(at: Samples.now, using: &random)
                let text = (0..<3).map { _ in String(random.next(), radix: 36) }.joined(separator: "宜")
                return [id.sqlValue, .integer(Int64(number)), .real(Double(number) / 3), .text(text)]
            }
        }
    }

    enum Bulk {}
}

/// Runs the test program; its peak memory in KiB.
private func peak(_ arguments: [String]) async throws -> Int {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let program = URL(filePath: own).deletingLastPathComponent().appending(path: "CrashWriter").path
    let command = ([program] + arguments).map { "'\($0)'" }.joined(separator: " ")
    let printed = try await offload(to: DispatchQueue(label: "CrashWriter")) {
        let pipe = try #require(popen(command, "re"))
        var line = [CChar](repeating: 0, count: 64)
        let hasLine = fgets(&line, 64, pipe) != nil
        #expect(pclose(pipe) == 0)
        return hasLine ? String(decoding: line.prefix { $0 != 10 && $0 != 0 }.map(UInt8.init), as: UTF8.self) : ""
    }
    return try #require(Int(printed))
}
