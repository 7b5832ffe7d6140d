import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Common

@Suite("Backups")
struct BackupTests {
    static let pairs = Engine.available.flatMap { from in Engine.available.map { (from, $0) } }

    @Test("A backup of one engine brings the same rows and files back on the other", arguments: pairs)
    func roundTrip(from: Engine, to: Engine) async throws {
        try await from.withCity { database, files, folder in
            try await Samples.fill(database)
            var stored: [StoredFile] = []
            for text in ["", "合同", String(repeating: "long ", count: 100_000)] {
                stored.append(try await Samples.add(text, to: files, database))
            }
            let path = folder.appending(path: "city.zip").path
            let report = try await Backup.write(
                database, schemas: Samples.schemas, files: files, to: path, now: Samples.now)
            #expect(report.manifest.engine.rawValue == from.rawValue)
            #expect(report.manifest.files == 3 && report.lostFiles.isEmpty)
            #expect(report.manifest.madeAt == Samples.now)

            try await to.withCity { other, otherFiles, otherFolder in
                let restored = try await checkAndRestore(
                    path, to: other, files: otherFiles, schemas: Samples.schemas, now: Samples.now)
                #expect(restored.manifest == report.manifest && restored.lostFiles.isEmpty)
                #expect(try await Samples.digests(other) == Samples.digests(database))
                #expect(try await otherFiles.verify(other) == FileVerification.whole(3))
                let again = otherFolder.appending(path: "again.zip").path
                let second = try await Backup.write(
                    other, schemas: Samples.schemas, files: otherFiles, to: again, now: Samples.now)
                #expect(second.manifest.tables.map(\.rows) == report.manifest.tables.map(\.rows))
                // Through SQLite -0 becomes 0, one byte shorter; everything else is the same to the bit.
                if from == to { #expect(second.manifest.tables == report.manifest.tables) }
            }
        }
    }

    @Test("The archive is its owner's alone, says that it holds no keys, and leaves nothing beside it")
    func archive() async throws {
        try await Engine.sqlite.withCity { database, files, folder in
            try await Samples.fill(database)
            let path = folder.appending(path: "city.zip").path
            _ = try await Backup.write(database, schemas: Samples.schemas, files: files, to: path, now: Samples.now)
            #expect(try permissions(path) == 0o600)
            let beside = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            #expect(beside == ["city.zip", "files"])
            let archive = try ArchiveReader(path)
            #expect(
                archive.entries.keys.sorted() == [
                    "manifest.json", "tables/house.jsonl", "tables/job.jsonl", "tables/note.jsonl",
                    "tables/stored_file.jsonl",
                ])
            let manifest = try JSON(
                parsing: archive.bytes(of: #require(archive.entries["manifest.json"]), limit: 1 << 20))
            #expect(manifest["note"]?["en"]?.string?.contains("keys") == true)
            #expect(manifest["note"]?["zh"]?.string?.contains("不含密钥") == true)
            #expect(manifest["format"] == "yiju-backup" && manifest["version"] == 1 && manifest["engine"] == "sqlite")
        }
    }

    @Test("An existing file is not overwritten unless asked to; nothing is written to where nothing can be")
    func overwriting() async throws {
        try await Engine.sqlite.withCity { database, files, folder in
            let path = folder.appending(path: "city.zip").path
            func write(_ path: String, force: Bool) async throws {
                _ = try await Backup.write(
                    database, schemas: Samples.schemas, files: files, to: path, now: Samples.now, force: force)
            }
            try Data("mine".utf8).write(to: URL(filePath: path))
            #expect(await refusal { try await write(path, force: false) } == "backup.exists")
            #expect(try Data(contentsOf: URL(filePath: path)) == Data("mine".utf8))
            try await write(path, force: true)
            #expect(try await Restore.check(path, schemas: Samples.schemas).manifest.tables.count == 4)
            #expect(await refusal { try await write(folder.path, force: true) } == "backup.exists")
            #expect(
                await refusal { try await write("\(folder.path)/no/such/folder.zip", force: false) } == "disk.failed")
        }
    }

    @Test("A backup taken while people write shows one moment", arguments: Engine.available)
    func oneMoment(engine: Engine) async throws {
        try await engine.withCity { database, files, folder in
            try await Samples.fill(database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    var number = UInt8(100)
                    while !Task.isCancelled, number < 250 {
                        let id: [UInt8] = [number]
                        try await database.write { tx in
                            try tx.run(
                                "INSERT INTO note (house, number, text) VALUES (\([UInt8(0)]), \(Int(id[0])), 'n')")
                            try tx.run("INSERT INTO house (id) VALUES (\(id))")
                        }
                        number += 1
                    }
                }
                var counts: [Int] = []
                for round in 0..<6 {
                    let path = folder.appending(path: "\(round).zip").path
                    let report = try await Backup.write(
                        database, schemas: Samples.schemas, files: files, to: path, now: Samples.now)
                    let rows = report.manifest.tables.map(\.rows)
                    // The writer adds one house and one note together; the samples had twice as many notes.
                    #expect(rows[2] - Samples.houses.count == rows[3] - 2 * Samples.houses.count)
                    counts.append(rows[2])
                }
                group.cancelAll()
                #expect(Set(counts).count > 1, "the writer wrote meanwhile")
            }
        }
    }

    @Test("What a killed backup left behind goes with the next one, a day later; of a running one nothing")
    func stale() async throws {
        try await Engine.sqlite.withCity { database, files, folder in
            for (name, age) in [(".yiju-backup.aaaaaa", 2.0), (".yiju-backup.bbbbbb", 0.5), ("mine", 9)] {
                let left = folder.appending(path: name)
                try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
                try Data("plain".utf8).write(to: left.appending(path: "person"))
                let day = Date(timeIntervalSince1970: Double(Samples.now.milliseconds) / 1000 - age * 86_400)
                try FileManager.default.setAttributes([.modificationDate: day], ofItemAtPath: left.path)
            }
            let path = folder.appending(path: "city.zip").path
            _ = try await Backup.write(database, schemas: Samples.schemas, files: files, to: path, now: Samples.now)
            let beside = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            #expect(beside == [".yiju-backup.bbbbbb", "city.zip", "files", "mine"])
        }
    }

    @Test("A lost or damaged file is named and does not spoil the backup", arguments: Engine.available)
    func lostFiles(engine: Engine) async throws {
        try await engine.withCity { database, files, folder in
            var stored: [StoredFile] = []
            for text in ["kept", "lost", "damaged"] { stored.append(try await Samples.add(text, to: files, database)) }
            try FileManager.default.removeItem(atPath: files.path(of: stored[1].digest))
            try Data("!".utf8).write(to: URL(filePath: files.path(of: stored[2].digest)))
            let path = folder.appending(path: "city.zip").path
            let report = try await Backup.write(
                database, schemas: Samples.schemas, files: files, to: path, now: Samples.now)
            #expect(report.lostFiles == [stored[1].digest, stored[2].digest].sorted() && report.manifest.lost == 2)
            try await engine.withCity { other, otherFiles, _ in
                let restored = try await checkAndRestore(
                    path, to: other, files: otherFiles, schemas: Samples.schemas, now: Samples.now)
                #expect(restored.lostFiles == report.lostFiles)
                #expect(try await otherFiles.verify(other).missing.sorted() == report.lostFiles)
                #expect(try await otherFiles.bytes(of: stored[0].digest) == Array("kept".utf8))
            }
        }
    }

    @Test("Where the engine knows -0 it comes back as -0", .enabled(if: Engine.available.count == 2, "no PostgreSQL"))
    func negativeZero() async throws {
        try await Engine.postgres.withCity { database, files, folder in
            _ = try await database.write { try $0.run("INSERT INTO house (id, size) VALUES (\([UInt8(1)]), \(-0.0))") }
            let path = folder.appending(path: "city.zip").path
            _ = try await Backup.write(database, schemas: Samples.schemas, files: files, to: path, now: Samples.now)
            for engine in Engine.available {
                let sign = try await engine.withCity { other, otherFiles, _ in
                    _ = try await checkAndRestore(
                        path, to: other, files: otherFiles, schemas: Samples.schemas, now: Samples.now)
                    #expect(try await Samples.digests(other) == Samples.digests(database))
                    return try await other.read { try $0.value("SELECT size FROM house", as: Double.self)?.sign }
                }
                #expect(sign == (engine == .postgres ? .minus : .plus))
            }
        }
    }
}
