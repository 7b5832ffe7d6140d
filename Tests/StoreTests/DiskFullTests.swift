import Common
import Foundation
import Kernel
import Store
import TestSupport
import Testing

@Suite("A full disk")
struct DiskFullTests {
    @Test("SQLite's own limit: the act that does not fit is refused, all before it stay, and smaller ones go on")
    func pages() async throws {
        try await Tables.withDatabase(.sqlite) { database in
            try await database.write { try $0.script("PRAGMA max_page_count = 60") }
            let stored = try await fill(database)
            #expect(stored > 3)
            #expect(try await Tables.ids(database) == Array(1...stored))
            try await database.write { try $0.script("PRAGMA max_page_count = 10000") }
            try await database.write { try $0.addThing(stored + 1) }
            #expect(try await Tables.ids(database).count == stored + 1)
        }
    }

    @Test(
        "A disk that is full: nothing acknowledged is lost, and once there is space again, all goes on",
        .enabled(if: SmallDisk.canMount, "needs root and the right to mount"))
    func disk() async throws {
        try await SmallDisk.with(kibibytes: 1024) { disk in
            let ballast = disk.appending(path: "ballast")
            try Data(count: 256 << 10).write(to: ballast)
            let location = try DatabaseLocation(database: "sqlite:\(disk.path)/city.sqlite")
            let database = try location.open()
            _ = try await Migrator([Tables.schema]).migrate(database, now: Tables.now)
            let stored = try await fill(database)
            #expect(stored > 3)
            #expect(try await Tables.ids(database) == Array(1...stored), "reading goes on")

            let files = try? FileStore(folder: disk.appending(path: "files").path)
            let added = await failure { _ = try await files?.add([UInt8](repeating: 7, count: 512 << 10)) }
            #expect(files == nil || kind(of: added) == "full")

            try FileManager.default.removeItem(at: ballast)
            try await database.write { try $0.addThing(stored + 1) }
            await database.close()
            let reopened = try location.open()
            #expect(try await Tables.ids(reopened) == Array(1...stored + 1))
            await reopened.close()
        }
    }

    @Test(
        "A backup that does not fit is refused and leaves no half archive",
        .enabled(if: SmallDisk.canMount, "needs root and the right to mount"))
    func backup() async throws {
        let schemas = [CommonSchema.schema, Tables.schema]
        try await Engine.sqlite.withDatabase(schemas: schemas) { database in
            var random = SeededRandom(seed: 1)
            let noise = (0..<400_000).map { _ in String(random.next() % 36, radix: 36) }.joined()
            try await database.write { [noise] in try $0.addThing(1, note: noise) }
            try await withTemporaryFolder { folder in
                let files = try FileStore(folder: folder.path)
                try await SmallDisk.with(kibibytes: 512) { disk in
                    let path = disk.appending(path: "city.zip").path
                    let error = await failure {
                        _ = try await Backup.write(database, schemas: schemas, files: files, to: path, now: Tables.now)
                    }
                    #expect(kind(of: error) == "full")
                    let left = try FileManager.default.contentsOfDirectory(atPath: disk.path)
                    #expect(left.isEmpty)
                }
            }
        }
    }

    /// Adds things until there is no space; answers how many were acknowledged.
    private func fill(_ database: Database) async throws -> Int {
        let text = String(repeating: "宜居", count: 1500)
        for id in 1..<10_000 {
            do {
                try await database.write { try $0.addThing(id, note: text) }
            } catch {
                #expect(kind(of: error) == "full")
                #expect((error as? StoreError)?.refusal.code == "store.full")
                // Full is full: not only the first to meet it is told.
                let next = await failure { try await database.write { try $0.addThing(id, note: text) } }
                #expect(kind(of: next) == "full")
                return id - 1
            }
        }
        Issue.record("the disk never became full")
        return 0
    }
}

/// A disk of a few hundred KiB in memory.
private enum SmallDisk {
    static let canMount: Bool = {
        guard geteuid() == 0 else { return false }
        let folder = FileManager.default.temporaryDirectory.appending(path: "yiju-mount-\(UUID().uuidString)").path
        guard mkdir(folder, 0o700) == 0 else { return false }
        defer { rmdir(folder) }
        return ChildProcess.succeeds("mount -t tmpfs -o size=64k tmpfs '\(folder)'")
            && ChildProcess.succeeds("umount '\(folder)'")
    }()

    static func with(kibibytes: Int, _ body: (URL) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            #expect(ChildProcess.succeeds("mount -t tmpfs -o size=\(kibibytes)k tmpfs '\(folder.path)'"))
            defer { _ = ChildProcess.succeeds("umount -l '\(folder.path)'") }
            try await body(folder)
        }
    }
}
