public import Kernel
public import Store

/// Brings a backup back into a database, on whichever engine. The keys are not in the archive: the key directory must
/// be restored from its own backup before the city is served again.
public enum Restore {
    /// A backup that was read to its last byte.
    public struct Checked: Sendable {
        public let manifest: Manifest
        /// Files that were lost already when the backup was made.
        public let lostFiles: [ContentDigest]
        fileprivate let path: String

        init(path: String, manifest: Manifest, lostFiles: [ContentDigest]) {
            (self.path, self.manifest, self.lostFiles) = (path, manifest, lostFiles)
        }

        /// The first row of one of its tables; nil when there is none.
        public func firstRow(of table: String) async throws -> Row? {
            guard let held = manifest.tables.first(where: { $0.name == table }) else { return nil }
            return try await offload(to: .archives) { [path] in
                let values = try TableReader(held, in: ArchiveReader(path)).next()
                return values.map { Row(columns: Row.Columns(held.columns), values: $0) }
            }
        }
    }

    /// Reads the whole archive and touches nothing: its structure, that every row and file is what was backed up, and
    /// that this program knows all migrations the backed-up database had.
    /// - Throws: `Refusal` that says what is wrong: `backup.absent`, `.archive`, `.entry`, `.bomb`, `.manifest`,
    ///   `.newer`, `.table`, `.tables`, `.file`, `.files`, `restore.migrations`.
    public static func check(_ path: String, schemas: [Schema]) async throws -> Checked {
        try await offload(to: .archives) { try Inspection(path, schemas).run() }
    }

    /// Adds the files of a checked archive to the store, then makes all tables anew in one transaction, whatever Yiju
    /// had made them before, a newer one too; whatever fails, the database is as before. A backup of an older Yiju is
    /// loaded into the tables of its time, which are then migrated.
    /// - Parameters:
    ///   - schemas: all rooms of this program, `CommonSchema` among them.
    ///   - force: replaces what the database holds; without it only an empty database is filled.
    ///   - finish: what else belongs to it, within the transaction.
    /// - Throws: `Refusal` `restore.notEmpty`, `restore.different`; `StoreError`.
    public static func apply(
        _ checked: Checked, to database: Database, files: FileStore, schemas: [Schema], force: Bool = false,
        now: Instant, progress: @escaping @Sendable (Phrase) -> Void = { _ in },
        finish: @escaping @Sendable (Tx) throws -> Void = { _ in }
    ) async throws {
        let path = checked.path
        let load = Load(
            path: path, manifest: checked.manifest, schemas: schemas, force: force, now: now, progress: progress)
        try await database.read { try load.refuseFilled($0) }
        progress(Phrase(zh: "恢复 \(checked.manifest.files) 个文件", en: "restoring \(checked.manifest.files) files"))
        try await offload(to: .archives) { try addFiles(of: path, to: files) }
        try await database.writeAlone { tx in
            try load.run(tx)
            try finish(tx)
        }
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

/// Makes the tables of a database anew from a checked archive, within the caller's transaction.
private struct Load: Sendable {
    let path: String
    let manifest: Manifest
    let schemas: [Schema]
    let force: Bool
    let now: Instant
    let progress: @Sendable (Phrase) -> Void

    func run(_ tx: Tx) throws {
        try Migrator.takeTurn(tx)
        try refuseFilled(tx)
        let archive = try ArchiveReader(path)
        let migrator = Migrator(schemas)
        try Migrator.clear(tx)
        // First the tables as they were when the backup was made.
        try migrator.migrate(tx, now: now) { migration in
            manifest.migrations.contains { $0.room == migration.room && $0.name == migration.name }
        }
        let held = Dictionary(manifest.tables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for table in schemas.flatMap(\.tables) {
            guard let backedUp = held[table.name.description] else { continue }
            progress(Phrase(zh: "恢复 \(table.name)", en: "restoring \(table.name)"))
            try fill(table, with: backedUp, from: archive, tx)
        }
        try migrator.migrate(tx, now: now)
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
                .unavailable, "restore.different", zh: "表 \(held.name) 恢复后与备份不一致，没有恢复任何内容；请把日志交给维护人员。",
                en: """
                    Once restored, the table \(held.name) would differ from the backup; nothing was restored. Give the log \
                    to whoever maintains Yiju.
                    """)
        }
    }

    func refuseFilled(_ tx: Tx) throws {
        guard !force, let table = try Migrator.filledTable(in: tx) else { return }
        throw Refusal(
            .conflict, "restore.notEmpty",
            zh: "数据库中已有数据（\(table)），没有恢复；请恢复到空的数据目录，或用 --force 以备份替换全部数据。",
            en: """
                The database already holds data (\(table)); nothing was restored. Restore into an empty one, or replace \
                everything with --force.
                """)
    }
}
