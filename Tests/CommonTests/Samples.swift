import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Common

/// Two tables with every kind of value in them, one pointing at the other.
enum Samples {
    static let schema = Schema(
        room: "sample", migrations: [tables], tables: [.init("house", key: "id"), .init("note", key: "house, number")])
    static let schemas = [CommonSchema.schema, schema]
    static let now = Instant(milliseconds: 1_782_800_000_000)

    static let tables = Schema.Migration(
        "001-houses",
        """
        CREATE TABLE house (id BYTEA PRIMARY KEY, number BIGINT, size DOUBLE PRECISION, name TEXT);
        CREATE TABLE note (
            house BYTEA NOT NULL REFERENCES house (id),
            number BIGINT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (house, number)
        );
        """)

    static let reals: [Double] = [
        0, -0.0, 0.1, 1, -1, 1e16, 1e-7, 1.0 / 3, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
        .leastNonzeroMagnitude, .leastNormalMagnitude, .infinity, -.infinity, Double(Int64.max), 9_007_199_254_740_992,
    ]
    static let integers: [Int64] = [0, 1, -1, .max, .min, 1 << 53, 1_998]
    static let texts = [
        "", "宜居", "湖橡", "a\tb\nc\rd\\e\"f'g\u{1}\u{1F}\u{7F}", "👨‍👩‍👧 𠮷 é e\u{301}\u{2028}", "[1,null]", "\\N",
        "'; DROP TABLE house; --",
    ]
    static let bytes: [[UInt8]] = [[], [0], Array(0...255), Array("\\x00".utf8)]

    /// A house for every interesting value and a few with nothing.
    static var houses: [[SQLValue]] {
        let count = max(reals.count, integers.count, texts.count) + 2
        return (0..<count).map { index in
            [
                .bytes([UInt8(index)] + (index < bytes.count ? bytes[index] : [])),
                index < integers.count ? .integer(integers[index]) : .null,
                index < reals.count ? .real(reals[index]) : .null,
                index < texts.count ? .text(texts[index]) : .null,
            ]
        }
    }

    static func fill(_ database: Database) async throws {
        try await database.write { tx in
            try tx.insert(into: "house", columns: ["id", "number", "size", "name"], rows: houses)
            for house in houses {
                try tx.run("INSERT INTO note (house, number, text) VALUES (\(value: house[0]), 1, 'first')")
                try tx.run("INSERT INTO note (house, number, text) VALUES (\(value: house[0]), 2, 'second')")
            }
        }
    }

    /// A server says once for each connection and statement that a table has changed meanwhile; then it is worth a
    /// retry.
    static func digests(_ database: Database, _ schemas: [Schema] = schemas) async throws -> [TableDigest] {
        for _ in 0..<40 {
            do {
                return try await database.read { try TableDigest.all($0, schemas) }
            } catch StoreError.transient { continue }
        }
        return try await database.read { try TableDigest.all($0, schemas) }
    }

    static func add(_ text: String, to files: FileStore, _ database: Database) async throws -> StoredFile {
        let content = try await files.add(Array(text.utf8))
        let file = StoredFile(content, mediaType: "text/plain", originalName: "说明.txt", addedAt: now)
        try await database.write { try file.insert($0) }
        return file
    }
}

/// What `yiju restore` does.
@discardableResult
func checkAndRestore(
    _ path: String, to database: Database, files: FileStore, schemas: [Schema], force: Bool = false, now: Instant
) async throws -> Restore.Checked {
    let checked = try await Restore.check(path, schemas: schemas)
    try await Restore.apply(checked, to: database, files: files, schemas: schemas, force: force, now: now)
    return checked
}

/// Runs `body` and answers the code of the refusal it threw, or what else it threw.
func refusal(_ body: () async throws -> Void) async -> String {
    do {
        try await body()
        return "none"
    } catch let refusal as Refusal {
        return refusal.code
    } catch {
        return "\(error)"
    }
}

/// Both halves of a refusal say something, and in their own language.
func isBilingual(_ refusal: Refusal) -> Bool {
    refusal.message.zh.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
        && !refusal.message.en.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
}

extension FileVerification {
    static func whole(_ named: Int) -> FileVerification {
        FileVerification(named: named, missing: [], altered: [], unreadable: [])
    }
}

extension Engine {
    /// A database with a folder for files and backups beside it.
    func withCity<Value>(
        _ schemas: [Schema] = Samples.schemas, _ body: (Database, FileStore, URL) async throws -> Value
    ) async throws -> Value {
        try await withTemporaryFolder { folder in
            let files = try FileStore(folder: folder.appending(path: "files").path)
            return try await withDatabase(schemas: schemas) { try await body($0, files, folder) }
        }
    }
}

func permissions(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
}
