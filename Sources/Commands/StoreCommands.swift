import ArgumentParser
import Common
import Foundation
import Identity
import Kernel
import Store

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "备份为一个文件，服务期间也可进行 Back up into one archive, also while serving.",
        discussion: """
            包含全部数据与上传的文件，两种数据库通用；不含密钥目录，请另行保管。
            Holds all data and uploaded files and suits both engines; the keys are not in it: keep their directory separately.
            """)

    @Argument(help: "备份文件 archive.", completion: .file())
    var file: String

    @OptionGroup var house: HouseOptions

    @Flag(name: .long, help: "覆盖已有文件 Overwrite an existing file.")
    var force = false

    @OptionGroup var lost: LostFilesOption

    func run() async throws {
        let ground = try await Ground.open(house)
        try Backup.refuseExisting(file, force: force)
        await record(in: ground)
        let report = try await Backup.write(
            ground.database, schemas: House.schemas, files: ground.files, to: file, now: SystemClock().now, force: force
        ) { Terminal.err($0.both) }
        await ground.database.close()
        Terminal.out("已备份 Backed up: \(file) · \(report.manifest.told)")
        try lost.tell(report.lostFiles)
    }

    /// Before the tables are read, so that the archive itself tells when it was made, also once it was restored. A
    /// backup never fails for want of this line: a full disk is a reason to make one.
    private func record(in ground: Ground) async {
        let (now, name) = (SystemClock().now, URL(filePath: file).lastPathComponent)
        do {
            try await ground.database.write { tx in
                try Ground.deed(now, tx).record("backup.write", on: Subject("backup", name), at: Ground.place(tx))
            }
            await Ground.seal(ground.database, ground.vault)
        } catch {
            Terminal.warn(error)
        }
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "从备份恢复 Restore from an archive.",
        discussion: """
            先检查备份；该城市的密钥须已在密钥目录中；已有数据时须加 --force，并先停止服务。
            The archive is checked first. The city's keys must be in their directory already. A database that holds data
            needs --force, and the service must be stopped.
            """)

    @Argument(help: "备份文件 archive.", completion: .file())
    var file: String

    @OptionGroup var house: HouseOptions

    @Flag(name: .long, help: "替换已有数据，无论新旧或损坏 Replace the data that is there, be it newer or damaged.")
    var force = false

    @OptionGroup var lost: LostFilesOption

    func run() async throws {
        let checked = try await Restore.check(file, schemas: House.schemas)
        let vault = try await keys(of: checked)
        let location = try house.location()
        let (sqlite, postgres) = Ground.drivers(serves: false)
        let files = try house.files()
        if force {
            try await location.replace(sqlite: sqlite, postgres: postgres) {
                try await fill($0.carrying(vault?.signet), files, checked, vault)
            }
        } else {
            let database = try location.open(sqlite: sqlite, postgres: postgres, signet: vault?.signet)
            try await fill(database, files, checked, vault)
            await database.close()
        }
        Terminal.out("已恢复 Restored: \(checked.manifest.told)")
        try lost.tell(checked.lostFiles)
    }

    private func fill(
        _ database: Database, _ files: FileStore, _ checked: Restore.Checked, _ vault: Vault?
    ) async throws {
        let (now, name) = (SystemClock().now, URL(filePath: file).lastPathComponent)
        let madeAt = checked.manifest.madeAt.rfc3339
        try await Restore.apply(
            checked, to: database, files: files, schemas: House.schemas, force: force, now: now,
            progress: { Terminal.err($0.both) }
        ) { tx in
            // Who signed out since the backup stays signed out, and what was revoked stays revoked.
            try Sessions.endEverybodys(tx)
            try Tokens.endEverybodys(now: now, tx)
            // An archive without a city has no keys, and no record to go on with.
            guard tx.signet != nil else { return }
            try Ground.deed(now, tx).record(
                "backup.restore", on: Subject("backup", name), at: Ground.place(tx),
                after: JSON.object(["madeAt": .string(madeAt)]).text)
        }
        try await vault?.keptHead?.follow(database)
        await Ground.seal(database, vault)
    }

    /// Without its keys nobody reads what comes back, and none are made in their place.
    private func keys(of checked: Restore.Checked) async throws -> Vault? {
        guard let mark = try await checked.firstRow(of: "vault_mark") else { return nil }
        do {
            let vault = try Vault.open(house.keysFolder)
            try vault.refuseOther(mark)
            return vault
        } catch let refusal as Refusal where ["vault.absent", "vault.other"].contains(refusal.code) {
            let keys = house.keysFolder
            throw Refusal(
                .unavailable, refusal.code,
                zh: "\(keys) 中没有这份备份所属城市的密钥，没有恢复；请先把另行保管的密钥目录复制到那里（目录 700，文件 600），或用 --keys 指明。",
                en: """
                    The keys of the city this backup is of are not in \(keys); nothing was restored. First copy the key \
                    directory, which is kept separately, to that place (mode 700, its files 600), or name it with --keys.
                    """)
        }
    }
}

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "把数据库升级到本版本 Bring the database up to this version.")

    @OptionGroup var house: HouseOptions

    func run() async throws {
        let location = try house.location()
        // A mistyped folder must not become a city.
        guard location.exists else { throw Ground.nothing(at: location) }
        let (sqlite, postgres) = Ground.drivers(serves: false)
        let vault = try Vault.openIfAny(house.keysFolder)
        let database = try location.open(sqlite: sqlite, postgres: postgres, signet: vault?.signet)
        try await Ground.refuseOther(vault, of: database)
        let applied = try await Ground.migrate(database)
        if !applied.isEmpty { await Ground.seal(database, vault) }
        await database.close()
        for migration in applied { Terminal.out("+ \(migration.room)/\(migration.name)") }
        Terminal.out(applied.isEmpty ? "已是最新 Up to date" : "已执行 \(applied.count) 项迁移 applied")
    }
}

/// What is to be done about uploaded files that are in no backup.
struct LostFilesOption: ParsableArguments {
    @Flag(name: .long, help: "文件缺失或损坏时仍以 0 退出 Exit with 0 although files are lost or damaged.")
    var acceptLost = false

    /// Names them; the exit code says so too, since nobody reads what a nightly backup prints.
    func tell(_ digests: [ContentDigest]) throws {
        guard !digests.isEmpty else { return }
        for digest in digests.prefix(100) { Terminal.err("✗ 文件缺失或损坏 file lost or damaged: \(digest)") }
        Terminal.err(
            """
            共 \(digests.count) 个文件不在备份中；请运行 yiju verify，并从更早的备份中找回。
            \(digests.count) files are not in the backup; run yiju verify, and look for them in an earlier one.
            """)
        if !acceptLost { throw ExitCode(1) }
    }
}

extension Manifest {
    /// "12 张表 tables · 340 行 rows · 2 个文件 files".
    fileprivate var told: String {
        let rows = tables.reduce(0) { $0 + $1.rows }
        return "\(tables.count) 张表 tables · \(rows) 行 rows · \(files) 个文件 files"
    }
}
