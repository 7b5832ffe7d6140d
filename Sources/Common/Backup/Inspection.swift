import Kernel
import Store

/// A look at every byte of a backup before anything is touched.
struct Inspection {
    private let path: String
    private let archive: ArchiveReader
    private let schemas: [Schema]

    init(_ path: String, _ schemas: [Schema]) throws {
        self.path = path
        archive = try ArchiveReader(path)
        self.schemas = schemas
    }

    func run() throws -> Restore.Checked {
        guard let entry = archive.entries[Manifest.name] else { throw incomplete(Manifest.name) }
        let manifest = try Manifest(parsing: archive.bytes(of: entry, limit: Manifest.longest))
        try refuseNewer(manifest)
        try refuseEdited(manifest)
        try compareTables(manifest)
        try compareNames(manifest)
        let lost = try manifest.tables.flatMap(readThrough)
        guard lost.count == manifest.lost else { throw incomplete("files/\(lost.first?.hex ?? "")") }
        for entry in archive.entries.values {
            guard let digest = entry.digest else { continue }
            let bytes = try archive.bytes(of: entry, limit: FileStore.largestFile)
            guard ContentDigest(of: bytes) == digest else { throw Self.alteredFile(digest) }
        }
        return Restore.Checked(path: path, manifest: manifest, lostFiles: lost)
    }

    /// Every migration must be ours, and of each room the first ones, since rooms append them.
    private func refuseNewer(_ manifest: Manifest) throws {
        for room in Set(manifest.migrations.map(\.room)).sorted() {
            let theirs = Set(manifest.migrations.filter { $0.room == room }.map(\.name))
            let ours = schemas.first { $0.room == room }?.migrations.map(\.name) ?? []
            guard theirs == Set(ours.prefix(theirs.count)) else {
                let stranger = theirs.subtracting(ours).min() ?? theirs.min() ?? ""
                throw Refusal(
                    .unavailable, "backup.newer",
                    zh: "备份由更新版本的宜居制作（含未知的迁移 \(room)/\(stranger)）；请升级本程序后再恢复。",
                    en: """
                        The backup was made by a newer Yiju (it has the migration \(room)/\(stranger), unknown here). \
                        Upgrade this program, then restore.
                        """)
            }
        }
    }

    /// Tables are made anew by our migrations, so these must be the ones they were made by.
    private func refuseEdited(_ manifest: Manifest) throws {
        let ours = schemas.flatMap { schema in
            schema.migrations.map { Manifest.Migration(room: schema.room, name: $0.name, hash: $0.hash) }
        }
        guard let stranger = manifest.migrations.first(where: { !ours.contains($0) }) else { return }
        throw Refusal(
            .unavailable, "restore.migrations",
            zh: "备份所用的迁移 \(stranger.room)/\(stranger.name) 与本程序的不同；请使用制作备份的程序。",
            en: """
                The backup was made with another migration \(stranger.room)/\(stranger.name) than this program has. Use \
                the program that made the backup.
                """)
    }

    /// A backup made with the same migrations has the same tables; an older one may lack some.
    private func compareTables(_ manifest: Manifest) throws {
        let ours = Set(schemas.flatMap(\.tables).map(\.name.description))
        let theirs = Set(manifest.tables.map(\.name))
        if theirs.count != manifest.tables.count { throw incomplete(Manifest.name) }
        if let stranger = theirs.subtracting(ours).min() {
            throw Refusal(
                .unavailable, "backup.tables", zh: "备份中的表 \(stranger) 是本程序没有的；请使用制作备份的版本恢复，再升级。",
                en: """
                    This program has no table \(stranger), which the backup holds. Restore with the version that made it, \
                    then upgrade.
                    """)
        }
        let isSame = manifest.migrations.count == schemas.reduce(0) { $0 + $1.migrations.count }
        if isSame, let missing = ours.subtracting(theirs).min() { throw incomplete("tables/\(missing).jsonl") }
    }

    /// Exactly the entries that the manifest speaks of.
    private func compareNames(_ manifest: Manifest) throws {
        let entries = archive.entries.values
        if let table = manifest.tables.first(where: { archive.entries[$0.entry] == nil }) {
            throw incomplete(table.entry)
        }
        let files = entries.filter { $0.digest != nil }
        guard files.count == manifest.files, files.reduce(0, { $0 + $1.size }) == manifest.fileBytes else {
            throw incomplete("files/")
        }
        guard entries.count == 1 + manifest.tables.count + files.count else { throw incomplete("tables/") }
    }

    /// Reads all rows of a table; answers the files that its rows name and the archive does not hold.
    private func readThrough(_ table: Manifest.Table) throws -> [ContentDigest] {
        let reader = try TableReader(table, in: archive)
        let digest = table.name == "stored_file" ? table.columns.firstIndex(of: "digest") : nil
        var lost: [ContentDigest] = []
        while let row = try reader.next() {
            guard let digest else { continue }
            guard let name = ContentDigest(sqlValue: row[digest]) else { throw TableReader.damaged(table) }
            if archive.entries["files/\(name)"] == nil { lost.append(name) }
        }
        return lost
    }

    private func incomplete(_ name: String) -> Refusal {
        Refusal(
            .unavailable, "backup.files", zh: "备份不完整：\(name) 与目录不符；请换一份备份。",
            en: "The backup is incomplete: \(name) is not as its table of contents says. Use another backup.",
            field: name)
    }

    static func alteredFile(_ digest: ContentDigest) -> Refusal {
        Refusal(
            .unavailable, "backup.file", zh: "备份中的文件 \(digest) 已损坏或被改动；请换一份备份。",
            en: "The file \(digest) in the backup was damaged or altered. Use another backup.", field: "files/\(digest)"
        )
    }
}

extension ArchiveReader.Entry {
    /// Of an uploaded file; nil for the manifest and the tables.
    var digest: ContentDigest? { name.hasPrefix("files/") ? ContentDigest(name.dropFirst("files/".count)) : nil }
}
