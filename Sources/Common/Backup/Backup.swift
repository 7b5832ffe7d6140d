public import Kernel
public import Store

/// One archive of everything a city has, taken while it is being served: every table as of one moment and every
/// uploaded file. The archive is the same whichever engine holds the data and can be restored into any.
///
/// It holds **no keys**: the master key and the signing key lie in the key directory, which is backed up separately and
/// kept elsewhere. Whoever has only one of the two reads no name and no phone.
public enum Backup {
    public struct Report: Sendable {
        public let manifest: Manifest
        /// The archive's length.
        public let bytes: Int64
        /// Files that the database names and the file store has lost or found damaged: they are not in the archive.
        public let lostFiles: [ContentDigest]
    }

    /// Writes the archive in a folder beside, flushes it, and gives it its name: no half backup ever bears that name.
    /// - Parameters:
    ///   - schemas: all rooms of this program, `CommonSchema` among them.
    ///   - force: replaces a file that is already there.
    ///   - progress: told what is being done, for a terminal or a job's page.
    /// - Throws: `Refusal` `backup.exists`, `backup.write`, `disk.failed`; `StoreError`, `.full` when the disk is.
    public static func write(
        _ database: Database, schemas: [Schema], files: FileStore, to path: String, now: Instant, force: Bool = false,
        progress: @escaping @Sendable (Phrase) -> Void = { _ in }
    ) async throws -> Report {
        try refuseExisting(path, force: force)
        let beside = Disk.parent(of: path)
        try removeStale(in: beside, now: now)
        let work = try Disk.makeTemporaryFolder(beside: "\(beside)/\(folderName)")
        // While the hold lasts no sweep takes a file that the snapshot names.
        let hold = try FileStore.Hold(files.folder, .shared)
        defer {
            withExtendedLifetime(hold) {}
            Disk.removeFolder(work)
        }
        let taken = try await database.read { try snapshot($0, schemas, in: work, progress) }
        return try await offload(to: .archives) {
            let partial = "\(work)/archive.zip"
            let (manifest, lost) = try archive(
                taken, files, work, to: partial, now: now, dialect: database.dialect, progress)
            try refuseExisting(path, force: force)
            try Disk.rename(partial, to: path)
            try Disk.flush(folder: beside)
            return Report(manifest: manifest, bytes: Disk.status(of: path)?.size ?? 0, lostFiles: lost)
        }
    }

    /// A killed backup leaves its folder, with the tables as plain text; no living one takes a day.
    private static func removeStale(in folder: String, now: Instant) throws {
        let eldest = now.milliseconds / 1000 - 86_400
        for name in try Disk.names(in: folder) where name.hasPrefix("\(folderName).") {
            let path = "\(folder)/\(name)"
            if let status = Disk.status(of: path), status.changed < eldest { Disk.removeFolder(path) }
        }
    }

    private static let folderName = ".yiju-backup"

    /// - Throws: `Refusal` `backup.exists`, as `write` does first.
    public static func refuseExisting(_ path: String, force: Bool) throws {
        guard Disk.exists(path), !force || Disk.isFolder(path) else { return }
        throw Refusal(
            .conflict, "backup.exists", zh: "\(path) 已存在；请换一个文件名，或用 --force 覆盖。",
            en: "\(path) exists already; choose another name, or overwrite it with --force.", field: "file")
    }

    private struct Snapshot: Sendable {
        let migrations: [Manifest.Migration]
        let tables: [Manifest.Table]
        let files: [ContentDigest]
    }

    /// All tables as of one moment, as text in the work folder.
    private static func snapshot(
        _ tx: Tx, _ schemas: [Schema], in work: String, _ progress: (Phrase) -> Void
    ) throws -> Snapshot {
        try tx.allowLongStatements()
        let migrations = try tx.map("SELECT room, name, hash FROM yiju_migration ORDER BY room, name") {
            Manifest.Migration(room: try $0["room"], name: try $0["name"], hash: try $0["hash"])
        }
        let tables = try schemas.flatMap(\.tables).map { table in
            progress(Phrase(zh: "读取 \(table.name)", en: "reading \(table.name)"))
            Disk.remove("\(work)/\(table.name)")
            let file = try DiskFile("\(work)/\(table.name)", for: .creating)
            var text = TableText()
            try text.read(table, tx) { try file.append($0) }
            return Manifest.Table(
                name: table.name.description, columns: try tx.columns(of: table.name), rows: text.rows,
                bytes: text.bytes,
                sha256: text.exact())
        }
        let files: [ContentDigest] = try tx.map("SELECT digest FROM stored_file ORDER BY digest") { try $0[0] }
        return Snapshot(migrations: migrations, tables: tables, files: files)
    }

    private static func archive(
        _ snapshot: Snapshot, _ files: FileStore, _ work: String, to path: String, now: Instant, dialect: Dialect,
        _ progress: (Phrase) -> Void
    ) throws -> (Manifest, lost: [ContentDigest]) {
        progress(Phrase(zh: "核对 \(snapshot.files.count) 个文件", en: "checking \(snapshot.files.count) files"))
        // A damaged file must not make the archive one that cannot be restored: it is named instead.
        let lost = try snapshot.files.filter { try !isSound($0, files) }
        let isLost = Set(lost)
        let kept = snapshot.files.filter { !isLost.contains($0) }
        let manifest = Manifest(
            madeAt: now, engine: dialect, migrations: snapshot.migrations, tables: snapshot.tables, files: kept.count,
            fileBytes: kept.reduce(0) { $0 + (Disk.status(of: files.path(of: $1))?.size ?? 0) }, lost: lost.count)
        // Made beforehand, so that the archive is never readable by others: libzip keeps the permissions it finds.
        _ = try DiskFile(path, for: .creating)
        let archive = try ArchiveWriter(path)
        try archive.add(Manifest.name, bytes: Array(manifest.json.text.utf8))
        for table in snapshot.tables { try archive.add(table.entry, file: "\(work)/\(table.name)", .deflated) }
        for digest in kept { try archive.add("files/\(digest)", file: files.path(of: digest), .stored) }
        progress(Phrase(zh: "写入备份", en: "writing the archive"))
        try archive.finish()
        try DiskFile(path, for: .reading).flush()
        return (manifest, lost)
    }

    private static func isSound(_ digest: ContentDigest, _ files: FileStore) throws -> Bool {
        do {
            _ = try files.read(digest)
            return true
        } catch let refusal as Refusal where refusal.code.hasPrefix("file.") {
            return false
        }
    }
}
