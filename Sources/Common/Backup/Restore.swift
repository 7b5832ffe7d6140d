public import Kernel
public import Store

/// Brings a backup back into a database, on whichever engine. The keys are not in the archive: the key directory must
/// be restored from its own backup before the city is served again.
public enum Restore {
    /// Reads the whole archive and touches nothing: its structure, that every row and file is what was backed up, and
    /// that this program knows all migrations the backed-up database had.
    /// - Throws: `Refusal` that says what is wrong: `backup.absent`, `.archive`, `.entry`, `.bomb`, `.manifest`,
    ///   `.newer`, `.table`, `.tables`, `.file`, `.files`.
    public static func check(_ path: String, schemas: [Schema]) async throws -> Manifest {
        try await offload(to: .archives) { try Inspection(path, schemas).run() }
    }

    /// Checks the archive, adds its files to the store, then replaces all rows in one transaction; whatever fails, the
    /// database is as before. A backup of an older Yiju is loaded into the tables of its time, which are then migrated.
    /// - Parameters:
    ///   - schemas: all rooms of this program, `CommonSchema` among them.
    ///   - force: replaces what the database holds; without it only an empty database is filled.
    /// - Throws: what `check` refuses; `Refusal` `restore.notEmpty`, `restore.migrations`; `StoreError`.
    public static func apply(
        _ path: String, to database: Database, files: FileStore, schemas: [Schema], force: Bool = false, now: Instant,
        progress: @escaping @Sendable (Phrase) -> Void = { _ in }
    ) async throws -> Manifest {
        progress(Phrase(zh: "检查备份", en: "checking the backup"))
        let manifest = try await check(path, schemas: schemas)
        _ = try await Migrator(schemas).migrate(database, now: now)
        let load = Load(path: path, manifest: manifest, schemas: schemas, force: force, progress: progress)
        try await database.read { try load.refuseUnfit($0) }
        progress(Phrase(zh: "恢复 \(manifest.files) 个文件", en: "restoring \(manifest.files) files"))
        try await offload(to: .archives) { try addFiles(of: path, to: files) }
        try await database.writeAlone { try load.run($0) }
        return manifest
    }

    /// Contents have no owner until their rows are there: those of a restore that fails afterwards are swept away.
    private static func addFiles(of path: String, to files: FileStore) throws {
        let archive = try ArchiveReader(path)
        for entry in archive.entries.values {
            guard let digest = entry.digest else { continue }
            let bytes = try archive.bytes(of: entry, limit: FileStore.largestFile)
            guard ContentDigest(of: bytes) == digest else { throw Inspection.alteredFile(digest) }
            _ = try files.keep(bytes)
        }
    }
}

/// Replaces the rows of a database by those of a checked archive, within the caller's transaction.
private struct Load: Sendable {
    let path: String
    let manifest: Manifest
    let schemas: [Schema]
    let force: Bool
    let progress: @Sendable (Phrase) -> Void

    private var tables: [Schema.Table] { schemas.flatMap(\.tables) }

    private var isOlder: Bool { manifest.migrations.count < schemas.reduce(0) { $0 + $1.migrations.count } }

    func run(_ tx: Tx) throws {
        try tx.allowLongStatements()
        try refuseUnfit(tx)
        let archive = try ArchiveReader(path)
        if isOlder {
            try rebuild(tx)
        } else {
            for table in tables.reversed() { try tx.run("DELETE FROM \(SQL(stringLiteral: table.name))") }
        }
        let held = Dictionary(manifest.tables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for table in tables {
            guard let backedUp = held[table.name.description] else { continue }
            progress(Phrase(zh: "恢复 \(table.name)", en: "restoring \(table.name)"))
            try fill(table, with: backedUp, from: archive, tx)
        }
        if isOlder { try migrate(tx) { !isKnown($0, $1) } }
    }

    private func fill(_ table: Schema.Table, with held: Manifest.Table, from archive: ArchiveReader, _ tx: Tx) throws {
        guard try tx.columns(of: table.name) == held.columns else { throw TableReader.damaged(held) }
        let reader = try TableReader(held, in: archive)
        try tx.insertAll(into: table.name) { try reader.next() }
        // What an engine took differently than it was told (text with a NUL, a number out of range) shows here.
        var (read, restored) = (reader.text, TableText())
        try restored.read(table, tx)
        guard restored.rows == read.rows, restored.same() == read.same() else {
            throw Refusal(
                .unavailable, "restore.different", zh: "表 \(held.name) 恢复后与备份不一致,没有恢复任何内容;请把日志交给维护人员。",
                en: """
                    Once restored, the table \(held.name) would differ from the backup; nothing was restored. Give the log \
                    to whoever maintains Yiju.
                    """)
        }
    }

    /// The tables as they were when the backup was made.
    private func rebuild(_ tx: Tx) throws {
        for table in tables.reversed() { try tx.run("DROP TABLE \(SQL(stringLiteral: table.name))") }
        try migrate(tx, where: isKnown)
    }

    private func migrate(_ tx: Tx, where isWanted: (Schema, Schema.Migration) -> Bool) throws {
        for schema in schemas {
            for migration in schema.migrations where isWanted(schema, migration) { try tx.script(migration.script) }
        }
    }

    private func isKnown(_ schema: Schema, _ migration: Schema.Migration) -> Bool {
        manifest.migrations.contains { $0.room == schema.room && $0.name == migration.name }
    }

    func refuseUnfit(_ tx: Tx) throws {
        let hashes = try tx.map("SELECT room, name, hash FROM yiju_migration") {
            Manifest.Migration(room: try $0["room"], name: try $0["name"], hash: try $0["hash"])
        }
        if let stranger = manifest.migrations.first(where: { !hashes.contains($0) }) {
            throw Refusal(
                .unavailable, "restore.migrations",
                zh: "备份所用的迁移 \(stranger.room)/\(stranger.name) 与本程序的不同;请使用制作备份的程序。",
                en: """
                    The backup was made with another migration \(stranger.room)/\(stranger.name) than this program has. \
                    Use the program that made the backup.
                    """)
        }
        if force { return }
        for table in tables where try tx.first("SELECT 1 FROM \(SQL(stringLiteral: table.name)) LIMIT 1") != nil {
            throw Refusal(
                .conflict, "restore.notEmpty",
                zh: "数据库中已有数据(\(table.name)),没有恢复;请恢复到空的数据目录,或用 --force 以备份替换全部数据。",
                en: """
                    The database already holds data (\(table.name)); nothing was restored. Restore into an empty one, or \
                    replace everything with --force.
                    """)
        }
    }
}
