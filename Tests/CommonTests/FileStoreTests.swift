import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Common

@Suite("The file store")
struct FileStoreTests {
    /// SHA-256 of "abc", FIPS 180-2 appendix B.
    static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test("A content lies under its digest, once however often it is added")
    func place() async throws {
        try await withStore { files in
            let first = try await files.add(Array("abc".utf8))
            let again = try await files.add(chunks(["a", "", "bc"]))
            #expect(first == again && first.digest.hex == Self.abc && first.size == 3)
            let path = "\(files.folder)/ba/78/\(Self.abc)"
            #expect(try Data(contentsOf: URL(filePath: path)) == Data("abc".utf8))
            #expect(try permissions(path) == 0o600)
            #expect(try await files.bytes(of: first.digest) == Array("abc".utf8))
            #expect(try drafts(files).isEmpty)
            #expect(try await files.add([]).size == 0)
        }
    }

    @Test("A file larger than the limit is refused, and leaves nothing behind")
    func limit() async throws {
        try await withStore(limit: 5) { files in
            #expect(await refusal { _ = try await files.add(Array("123456".utf8)) } == "file.large")
            #expect(await refusal { _ = try await files.add(chunks(["123", "456"])) } == "file.large")
            let content = try await files.add(chunks(["123", "45"]))
            #expect(content.size == 5)
            #expect(try drafts(files).isEmpty)
        }
    }

    @Test("An upload that breaks off leaves nothing behind")
    func brokenOff() async throws {
        try await withStore { files in
            await #expect(throws: BrokenOff.self) { try await files.add(chunks(["abc"], thenThrow: BrokenOff())) }
            let left = try drafts(files)
            #expect(left.isEmpty)
            #expect(await refusal { _ = try await files.bytes(of: digest(Self.abc)) } == "file.missing")
        }
    }

    @Test("What the disk changed or lost is not handed out, and adding it again mends it")
    func altered() async throws {
        try await withStore { files in
            let content = try await files.add(Array("abc".utf8))
            let path = files.path(of: content.digest)
            try Data("abd".utf8).write(to: URL(filePath: path))
            #expect(await refusal { _ = try await files.bytes(of: content.digest) } == "file.altered")
            _ = try await files.add(Array("abc".utf8))
            #expect(try await files.bytes(of: content.digest) == Array("abc".utf8))
            try FileManager.default.removeItem(atPath: path)
            #expect(await refusal { _ = try await files.bytes(of: content.digest) } == "file.missing")
        }
    }

    @Test(
        "Nothing but a digest is a name",
        arguments: ["", "../../etc/passwd", abc.uppercased(), abc + "0", "x" + abc.dropFirst()])
    func names(name: String) {
        #expect(ContentDigest(name) == nil)
    }

    @Test(
        "The row remembers the first name and type; odd names are cut to what can be stored",
        arguments: Engine.available)
    func rows(engine: Engine) async throws {
        try await engine.withCity { database, files, _ in
            let content = try await files.add(Array("abc".utf8))
            let long = StoredFile(
                content, mediaType: "image/jpeg", originalName: "a\u{0}b\n" + String(repeating: "宜", count: 400),
                addedAt: Samples.now)
            let other = StoredFile(content, mediaType: "text/plain", originalName: "other", addedAt: Samples.now)
            try await database.write { try long.insert($0) }
            try await database.write { try other.insert($0) }
            let found = try await Self.stored(database)
            #expect(found?.first == .text("image/jpeg"))
            let name = try #require(found?.last.flatMap { String(sqlValue: $0) })
            #expect(name == long.originalName && name.hasPrefix("ab宜") && name.unicodeScalars.count == 255)
            try await database.write { try StoredFile.delete(content.digest, $0) }
            #expect(try await Self.stored(database) == nil)
        }
    }

    private static func stored(_ database: Database) async throws -> [SQLValue]? {
        try await database.read { try $0.first("SELECT media_type, original_name FROM stored_file")?.values }
    }

    @Test("Verification names what is missing and what was altered", arguments: Engine.available)
    func verification(engine: Engine) async throws {
        try await engine.withCity { database, files, _ in
            var stored: [StoredFile] = []
            for number in 0..<20 { stored.append(try await Samples.add("file \(number)", to: files, database)) }
            #expect(try await files.verify(database) == FileVerification.whole(20))
            try FileManager.default.removeItem(atPath: files.path(of: stored[3].digest))
            try Data("file 7?".utf8).write(to: URL(filePath: files.path(of: stored[7].digest)))
            let found = try await files.verify(database)
            #expect(found.missing == [stored[3].digest] && found.altered == [stored[7].digest] && !found.isWhole)
        }
    }

    @Test("A file that the disk does not hand out is neither missing nor altered", arguments: Engine.available)
    func unreadable(engine: Engine) async throws {
        try await engine.withCity { database, files, _ in
            let stored = try await Samples.add("file", to: files, database)
            let path = files.path(of: stored.digest)
            try FileManager.default.removeItem(atPath: path)
            // Root may read everything, but the store follows no link.
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/")
            let found = try await files.verify(database)
            #expect(found.unreadable == [stored.digest] && found.missing.isEmpty && found.altered.isEmpty)
            #expect(!found.isWhole)
        }
    }

    @Test("A sweep frees what no row names once it is old, and nothing else", arguments: Engine.available)
    func sweep(engine: Engine) async throws {
        try await engine.withCity { database, files, _ in
            let named = try await Samples.add("named", to: files, database)
            let orphan = try await files.add(Array("orphan".utf8))
            let young = try await files.add(Array("young".utf8))
            let draft = "\(files.folder)/incoming/1-a"
            try Data("half".utf8).write(to: URL(filePath: draft))
            for path in [files.path(of: named.digest), files.path(of: orphan.digest), draft] { try age(path) }
            #expect(try await files.sweep(database, now: now) == 2)
            #expect(try await files.bytes(of: named.digest).count == 5)
            #expect(try await files.bytes(of: young.digest).count == 5)
            #expect(await refusal { _ = try await files.bytes(of: orphan.digest) } == "file.missing")
            #expect(!FileManager.default.fileExists(atPath: draft))
        }
    }

    @Test("A content handed in again after a sweep had taken it for an old orphan stays")
    func addedAnew() async throws {
        try await withStore { files in
            let content = try await files.add(Array("abc".utf8))
            try age(files.path(of: content.digest))
            let eldest = now.milliseconds / 1000 - 86_400
            _ = try await files.add(Array("abc".utf8))
            let wentAnew = try files.free(content.digest, before: eldest)
            try age(files.path(of: content.digest))
            let wentOld = try files.free(content.digest, before: eldest)
            #expect(!wentAnew && wentOld)
        }
    }

    @Test("While a backup holds the store nothing is swept, and the store lets go again")
    func hold() async throws {
        try await Engine.sqlite.withCity { database, files, _ in
            let orphan = try await files.add(Array("orphan".utf8))
            try age(files.path(of: orphan.digest))
            let freed = try await files.withHoldDuring { try await files.sweep(database, now: now) }
            #expect(freed == 0)
            #expect(try await files.sweep(database, now: now) == 1)
        }
    }

    @Test("Adding a content anew while sweeps run never loses it", arguments: Engine.available)
    func race(engine: Engine) async throws {
        try await engine.withCity { database, files, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for _ in 0..<15 { _ = try await files.sweep(database, now: now) } }
                group.addTask {
                    for number in 0..<60 {
                        // An old orphan that somebody hands in again just now.
                        let bytes = Array("file \(number)".utf8)
                        let content = try await files.add(bytes)
                        try? age(files.path(of: content.digest))
                        _ = try await files.add(bytes)
                        let file = StoredFile(content, mediaType: "text/plain", originalName: "", addedAt: now)
                        try await database.write { try file.insert($0) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await files.verify(database) == FileVerification.whole(60))
        }
    }

    @Test("A full disk is said to be one")
    func full() throws {
        let error = Disk.failure("/x", code: ENOSPC) as? StoreError
        #expect(error?.refusal.code == "store.full")
        let denied = Disk.failure("/x", code: EACCES) as? Refusal
        #expect(denied.map(isBilingual) == true && denied?.message.en.contains("/x") == true)
    }
}

private struct BrokenOff: Error {}

private let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))

private func withStore(limit: Int = FileStore.largestFile, _ body: (FileStore) async throws -> Void) async throws {
    try await withTemporaryFolder { try await body(FileStore(folder: $0.appending(path: "files").path, limit: limit)) }
}

private func digest(_ hex: String) throws -> ContentDigest { try #require(ContentDigest(hex)) }

private func drafts(_ files: FileStore) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(files.folder)/incoming")
}

/// Two days older than it is.
private func age(_ path: String) throws {
    try FileManager.default.setAttributes([.modificationDate: Date() - 2 * 86_400], ofItemAtPath: path)
}

private func chunks(_ texts: [String], thenThrow error: (any Error)? = nil) -> AsyncThrowingStream<[UInt8], any Error> {
    AsyncThrowingStream { continuation in
        for text in texts { continuation.yield(Array(text.utf8)) }
        continuation.finish(throwing: error)
    }
}

extension FileStore {
    fileprivate func withHoldDuring<Value>(_ body: () async throws -> Value) async throws -> Value {
        let hold = try Hold(folder, .shared)
        defer { withExtendedLifetime(hold) {} }
        return try await body()
    }
}
