import Kernel
import Store

/// A look at every byte of a backup before anything is touched.
struct Inspection {
    private let archive: ArchiveReader
    private let schemas: [Schema]

    init(_ path: String, _ schemas: [Schema]) throws {
        archive = try ArchiveReader(path)
        self.schemas = schemas
    }

    func run() throws -> Manifest {
        guard let entry = archive.entries[Manifest.name] else { throw incomplete(Manifest.name) }
        let manifest = try Manifest(parsing: archive.bytes(of: entry, limit: Manifest.longest))
        try refuseNewer(manifest)
        try compareTables(manifest)
        try compareNames(manifest)
        for table in manifest.tables { try readThrough(table, manifest) }
        for entry in archive.entries.values {
            guard let digest = entry.digest else { continue }
            let bytes = try archive.bytes(of: entry, limit: FileStore.largestFile)
            guard ContentDigest(of: bytes) == digest else { throw Self.alteredFile(digest) }
        }
        return manifest
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
                    zh: "备份由更新版本的宜居制作(含未知的迁移 \(room)/\(stranger));请升级本程序后再恢复。",
                    en: """
                        The backup was made by a newer Yiju (it has the migration \(room)/\(stranger), unknown here). \
                        Upgrade this program, then restore.
                        """)
            }
        }
    }

    /// A backup made with the same migrations has the same tables; an older one may lack some.
    private func compareTables(_ manifest: Manifest) throws {
        let ours = Set(schemas.flatMap(\.tables).map(\.name.description))
        let theirs = Set(manifest.tables.map(\.name))
        if theirs.count != manifest.tables.count { throw incomplete(Manifest.name) }
        if let stranger = theirs.subtracting(ours).min() {
            throw Refusal(
                .unavailable, "backup.tables", zh: "备份中的表 \(stranger) 是本程序没有的;请使用制作备份的版本恢复,再升级。",
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

    private func readThrough(_ table: Manifest.Table, _ manifest: Manifest) throws {
        let reader = try TableReader(table, in: archive)
        let lost = Set(manifest.lostFiles)
        let digest = table.name == "stored_file" ? table.columns.firstIndex(of: "digest") : nil
        while let row = try reader.next() {
            guard let digest else { continue }
            guard let name = ContentDigest(sqlValue: row[digest]) else { throw TableReader.damaged(table) }
            if archive.entries["files/\(name)"] == nil, !lost.contains(name) { throw incomplete("files/\(name)") }
        }
    }

    private func incomplete(_ name: String) -> Refusal {
        Refusal(
            .unavailable, "backup.files", zh: "备份不完整:\(name) 与目录不符;请换一份备份。",
            en: "The backup is incomplete: \(name) is not as its table of contents says. Use another backup.",
            field: name)
    }

    static func alteredFile(_ digest: ContentDigest) -> Refusal {
        Refusal(
            .unavailable, "backup.file", zh: "备份中的文件 \(digest) 已损坏或被改动;请换一份备份。",
            en: "The file \(digest) in the backup was damaged or altered. Use another backup.", field: "files/\(digest)"
        )
    }
}

extension ArchiveReader.Entry {
    /// Of an uploaded file; nil for the manifest and the tables.
    var digest: ContentDigest? { name.hasPrefix("files/") ? ContentDigest(name.dropFirst("files/".count)) : nil }
}
