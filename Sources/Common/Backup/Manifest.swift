public import Kernel
public import Store

/// What a backup says of itself: the archive's `manifest.json`.
public struct Manifest: Sendable, Hashable {
    /// The form of the archive; a higher one is of a newer Yiju.
    public static let version: Int64 = 1
    static let format = "yiju-backup"
    /// Where it stands in the archive, and how long it may be in bytes.
    static let name = "manifest.json"
    static let longest = 16 << 20

    public struct Migration: Sendable, Hashable {
        public let room: String
        public let name: String
        public let hash: String
    }

    public struct Table: Sendable, Hashable {
        public let name: String
        public let columns: [String]
        public let rows: Int
        /// The rows' length as text, in bytes.
        public let bytes: Int64
        public let sha256: String

        var entry: String { "tables/\(name).jsonl" }
    }

    public let madeAt: Instant
    /// The engine the backup was made from; it can be restored into any.
    public let engine: Dialect
    public let migrations: [Migration]
    /// In the order in which their rows can be inserted.
    public let tables: [Table]
    /// How many uploaded files lie in the archive, and their length in bytes.
    public let files: Int
    public let fileBytes: Int64
    /// How many files the database names that the file store had lost or found damaged when the backup was made.
    public let lost: Int

    /// What people who open the archive should know.
    static let note = Phrase(
        zh: "本备份不含密钥（主密钥与签名密钥）：请另行备份密钥目录；没有密钥，姓名、电话等密封的数据无法读出。",
        en: """
            The keys (master key and signing key) are not in this archive: back up the key directory separately. Without \
            it, sealed data such as names and phones cannot be read.
            """)

    var json: JSON {
        .object([
            "format": .string(Self.format), "version": .integer(Self.version),
            "note": .object(["zh": .string(Self.note.zh), "en": .string(Self.note.en)]),
            "madeAt": .string(madeAt.rfc3339), "madeAtMilliseconds": .integer(madeAt.milliseconds),
            "engine": .string(engine.rawValue),
            "migrations": .array(
                migrations.map { ["room": .string($0.room), "name": .string($0.name), "hash": .string($0.hash)] }
                    .map(JSON.object)),
            "tables": .array(tables.map(\.json)),
            "files": .object([
                "count": .integer(Int64(files)), "bytes": .integer(fileBytes),
                "lost": .integer(Int64(lost)),
            ]),
        ])
    }
}

extension Manifest.Table {
    fileprivate var json: JSON {
        .object([
            "name": .string(name), "columns": .array(columns.map(JSON.string)), "rows": .integer(Int64(rows)),
            "bytes": .integer(bytes), "sha256": .string(sha256),
        ])
    }

    fileprivate init(_ json: JSON) throws {
        name = try json.required("name", \.string)
        columns = try json.required("columns", \.strings)
        rows = try json.required("rows", \.count)
        bytes = Int64(try json.required("bytes", \.count))
        sha256 = try json.required("sha256", \.string)
    }
}

extension Manifest {
    /// - Throws: `Refusal` `backup.manifest`, `backup.newer`.
    init(parsing bytes: [UInt8]) throws {
        guard let json = try? JSON(parsing: bytes), json["format"]?.string == Self.format else {
            throw JSON.unreadable("format")
        }
        let version = try json.required("version", \.integer)
        guard version <= Self.version else {
            throw Refusal(
                .unavailable, "backup.newer", zh: "备份由更新版本的宜居制作（格式 \(version)）；请升级本程序后再恢复。",
                en: "The backup was made by a newer Yiju (form \(version)). Upgrade this program, then restore.")
        }
        madeAt = Instant(milliseconds: try json.required("madeAtMilliseconds", \.integer))
        engine = try json.required("engine") { $0.string.flatMap(Dialect.init) }
        migrations = try json.required("migrations", \.list).map {
            Migration(
                room: try $0.required("room", \.string), name: try $0.required("name", \.string),
                hash: try $0.required("hash", \.string))
        }
        tables = try json.required("tables", \.list).map(Table.init)
        let files = try json.required("files") { $0 }
        self.files = try files.required("count", \.count)
        fileBytes = Int64(try files.required("bytes", \.count))
        lost = try files.required("lost", \.count)
    }
}

extension JSON {
    /// A member that must be there and of the kind that `read` takes.
    fileprivate func required<Value>(_ key: String, _ read: (JSON) throws -> Value?) throws -> Value {
        guard let value = try self[key].flatMap(read) else { throw Self.unreadable(key) }
        return value
    }

    fileprivate var list: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    fileprivate var strings: [String]? {
        guard let strings = list?.map(\.string), !strings.contains(nil) else { return nil }
        return strings.compactMap(\.self)
    }

    fileprivate var count: Int? { integer.flatMap { $0 >= 0 ? Int($0) : nil } }

    fileprivate static func unreadable(_ key: String) -> Refusal {
        Refusal(
            .unavailable, "backup.manifest", zh: "这不是宜居的备份，或其目录已损坏（manifest.json 的 \(key)）；请换一份备份。",
            en: """
                This is no backup of Yiju, or its table of contents is damaged (manifest.json, \(key)). Use another backup.
                """,
            field: key)
    }
}
