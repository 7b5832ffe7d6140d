import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Common

/// Backups that something or somebody changed: each is refused before anything is touched.
@Suite("Damaged and forged backups")
struct ForgedBackupTests {
    typealias Entries = [String: [UInt8]]

    struct Forgery: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: String
        let forge: @Sendable (inout Entries) -> Void

        init(_ description: String, _ code: String, _ forge: @escaping @Sendable (inout Entries) -> Void) {
            (testDescription, self.code, self.forge) = (description, code, forge)
        }
    }

    static let forgeries = [
        Forgery("a path upwards", "backup.entry") { $0["../evil"] = [1] },
        Forgery("a path from the root", "backup.entry") { $0["/etc/passwd"] = [1] },
        Forgery("a path within", "backup.entry") { $0["tables/../../evil.jsonl"] = [1] },
        Forgery("a path among the files", "backup.entry") { $0["files/../../../evil"] = [1] },
        Forgery("a backslash", "backup.entry") { $0["tables\\evil.jsonl"] = [1] },
        Forgery("a folder", "backup.entry") { $0["files/"] = [] },
        Forgery("a stranger", "backup.entry") { $0["readme.txt"] = [1] },
        Forgery("a table nobody spoke of", "backup.files") { $0["tables/evil.jsonl"] = [] },
        Forgery("no manifest", "backup.files") { $0["manifest.json"] = nil },
        Forgery("a manifest of something else", "backup.manifest") { $0["manifest.json"] = Array("{}".utf8) },
        Forgery("a manifest that is no JSON", "backup.manifest") { $0["manifest.json"] = [0xFF] },
        Forgery("a newer form", "backup.newer") { replace("\"version\":1", "\"version\":2", in: &$0) },
        Forgery("a newer migration", "backup.newer") { replace("001-houses", "999-castles", in: &$0) },
        Forgery("an unknown room", "backup.newer") { replace("\"room\":\"sample\"", "\"room\":\"castle\"", in: &$0) },
        Forgery("a table of another program", "backup.tables") {
            replace("\"name\":\"note\"", "\"name\":\"poem\"", in: &$0)
        },
        Forgery("negative rows", "backup.manifest") { replace("\"rows\":18", "\"rows\":-1", in: &$0) },
        Forgery("fewer rows than there are", "backup.table") { replace("\"rows\":18", "\"rows\":17", in: &$0) },
        Forgery("a missing table", "backup.files") { $0["tables/note.jsonl"] = nil },
        Forgery("a longer table", "backup.table") { $0["tables/house.jsonl", default: []].append(10) },
        Forgery("a changed value", "backup.table") { change("1998", "1999", in: "tables/house.jsonl", of: &$0) },
        Forgery("a row that is none", "backup.table") { change("[", "{", in: "tables/note.jsonl", of: &$0) },
        Forgery("two rows exchanged", "backup.table") { change("first", "secon", in: "tables/note.jsonl", of: &$0) },
        Forgery("a file said to be lost that is there", "backup.files") {
            replace("\"lost\":0", "\"lost\":1", in: &$0)
        },
        Forgery("a missing file", "backup.files") { entries in for name in fileNames(entries) { entries[name] = nil } },
        Forgery("a changed file", "backup.file") { entries in for name in fileNames(entries) { entries[name]?[0] ^= 1 }
        },
        Forgery("a file under a false name", "backup.files") { $0["files/" + String(repeating: "a", count: 64)] = [1] },
    ]

    @Test("A forged entry is found", arguments: forgeries)
    func forged(forgery: Forgery) async throws {
        try await withBackup { path, folder in
            let forged = folder.appending(path: "forged.zip").path
            try rewrite(path, to: forged, forgery.forge)
            let refused = try await #require(throws: Refusal.self) {
                try await Restore.check(forged, schemas: Samples.schemas)
            }
            #expect(refused.code == forgery.code, "\(refused)")
            #expect(isBilingual(refused))
        }
    }

    @Test("The same entries in another order are the same backup")
    func rewritten() async throws {
        try await withBackup { path, folder in
            let copy = folder.appending(path: "copy.zip").path
            try rewrite(path, to: copy) { _ in }
            let rewritten = try await Restore.check(copy, schemas: Samples.schemas).manifest
            #expect(try await Restore.check(path, schemas: Samples.schemas).manifest == rewritten)
        }
    }

    @Test("A bomb is refused before it goes off")
    func bomb() async throws {
        try await withBackup { path, folder in
            let bomb = folder.appending(path: "bomb.zip").path
            try rewrite(path, to: bomb) { $0["tables/house.jsonl"] = [UInt8](repeating: 10, count: 64 << 20) }
            let length = try #require(FileManager.default.attributesOfItem(atPath: bomb)[.size] as? Int)
            #expect(length < 1 << 20)
            #expect(await refusal { _ = try await Restore.check(bomb, schemas: Samples.schemas) } == "backup.bomb")
        }
    }

    static let emptyArchive = "PK\u{5}\u{6}" + String(repeating: "\0", count: 18)

    @Test("What is no archive is refused", arguments: ["", "PK", "not a ZIP archive at all", emptyArchive])
    func noArchive(text: String) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "city.zip").path
            try Data(text.utf8).write(to: URL(filePath: path))
            #expect(await refusal { _ = try await Restore.check(path, schemas: Samples.schemas) } == "backup.archive")
            #expect(
                await refusal { _ = try await Restore.check(path + "?", schemas: Samples.schemas) } == "backup.absent")
            #expect(
                await refusal { _ = try await Restore.check(folder.path, schemas: Samples.schemas) }
                    == "backup.archive")
        }
    }

    @Test("An archive cut short anywhere is refused, the database untouched")
    func cutShort() async throws {
        try await withBackup { path, folder in
            let bytes = try Data(contentsOf: URL(filePath: path))
            let cut = folder.appending(path: "cut.zip").path
            try await Engine.sqlite.withCity { database, files, _ in
                for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 60)) {
                    try bytes.prefix(length).write(to: URL(filePath: cut))
                    let result = await refusal {
                        _ = try await checkAndRestore(
                            cut, to: database, files: files, schemas: Samples.schemas, now: Samples.now)
                    }
                    #expect(result == "backup.archive", "\(length) of \(bytes.count) bytes")
                }
                #expect(try await Samples.digests(database).allSatisfy { $0.rows == 0 })
            }
        }
    }

    @Test("A flipped bit is found, or changes nothing that matters")
    func flipped() async throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        try await withBackup { path, folder in
            let bytes = try Data(contentsOf: URL(filePath: path))
            let original = try await Restore.check(path, schemas: Samples.schemas).manifest
            let flipped = folder.appending(path: "flipped.zip").path
            var found = 0
            for _ in 0..<150 {
                var copy = bytes
                copy[Int.random(in: 0..<copy.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                try copy.write(to: URL(filePath: flipped))
                do {
                    // Dates and attributes of an entry are nobody's concern.
                    #expect(
                        try await Restore.check(flipped, schemas: Samples.schemas).manifest == original, "seed \(seed)")
                } catch let refusal as Refusal {
                    #expect(refusal.code.hasPrefix("backup."), "seed \(seed)")
                    found += 1
                }
            }
            #expect(found > 75, "seed \(seed)")
        }
    }
}

private func withBackup(_ body: (String, URL) async throws -> Void) async throws {
    try await Engine.sqlite.withCity { database, files, folder in
        try await Samples.fill(database)
        _ = try await Samples.add("合同", to: files, database)
        let path = folder.appending(path: "city.zip").path
        _ = try await Backup.write(database, schemas: Samples.schemas, files: files, to: path, now: Samples.now)
        try await body(path, folder)
    }
}

private func rewrite(_ path: String, to copy: String, _ forge: (inout ForgedBackupTests.Entries) -> Void) throws {
    let original = try ArchiveReader(path)
    var entries = try original.entries.mapValues { try original.bytes(of: $0, limit: 1 << 20) }
    forge(&entries)
    let writer = try ArchiveWriter(copy)
    for (name, bytes) in entries { try writer.add(name, bytes: bytes) }
    try writer.finish()
}

private func fileNames(_ entries: ForgedBackupTests.Entries) -> [String] {
    entries.keys.filter { $0.hasPrefix("files/") }
}

private func replace(_ old: String, _ new: String, in entries: inout ForgedBackupTests.Entries) {
    change(old, new, in: "manifest.json", of: &entries)
}

/// Changes the first occurrence; a test that changes nothing fails.
private func change(_ old: String, _ new: String, in name: String, of entries: inout ForgedBackupTests.Entries) {
    var text = String(decoding: entries[name] ?? [], as: UTF8.self)
    if let range = text.range(of: old) { text.replaceSubrange(range, with: new) }
    entries[name] = Array(text.utf8)
}
