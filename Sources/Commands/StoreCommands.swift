import ArgumentParser
import Common
import Foundation
import Identity
import Kernel
import Store

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "备份为一个文件,服务期间也可进行 Back up into one archive, also while serving.",
        discussion: """
            包含全部数据与上传的文件,两种数据库通用;不含密钥目录,请另行保管。
            Holds all data and uploaded files and suits both engines; the keys are not in it: keep their directory separately.
            """)

    @Argument(help: "备份文件 archive.", completion: .file())
    var file: String

    @OptionGroup var house: HouseOptions

    @Flag(name: .long, help: "覆盖已有文件 Overwrite an existing file.")
    var force = false

    func run() async throws {
        let house = try await House.open(self.house)
        let report = try await Backup.write(
            house.database, schemas: House.schemas, files: house.files, to: file, now: house.clock.now, force: force
        ) { Terminal.err($0.both) }
        await house.close()
        Terminal.out("已备份 Backed up: \(file) · \(report.manifest.told)")
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "从备份恢复 Restore from an archive.",
        discussion: "先检查备份;已有数据时须加 --force。 The archive is checked first; a database that holds data needs --force.")

    @Argument(help: "备份文件 archive.", completion: .file())
    var file: String

    @OptionGroup var house: HouseOptions

    @Flag(name: .long, help: "替换已有数据 Replace the data that is there.")
    var force = false

    func run() async throws {
        _ = try await Restore.check(file, schemas: House.schemas)
        let house = try await House.open(self.house, creating: true)
        let manifest = try await Restore.apply(
            file, to: house.database, files: house.files, schemas: House.schemas, force: force, now: house.clock.now
        ) { Terminal.err($0.both) }
        try await house.vault.keptHead?.follow(house.database)
        await house.close()
        Terminal.out("已恢复 Restored: \(manifest.told)")
    }
}

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "把数据库升级到本版本 Bring the database up to this version.")

    @OptionGroup var house: HouseOptions

    func run() async throws {
        let database = try house.location().open()
        let applied = try await Migrator(House.schemas).migrate(database, now: SystemClock().now)
        await database.close()
        for migration in applied { Terminal.out("+ \(migration.room)/\(migration.name)") }
        Terminal.out(applied.isEmpty ? "已是最新 Up to date" : "已执行 \(applied.count) 项迁移 applied")
    }
}

extension Manifest {
    /// "12 张表 tables · 340 行 rows · 2 个文件 files".
    fileprivate var told: String {
        let rows = tables.reduce(0) { $0 + $1.rows }
        return "\(tables.count) 张表 tables · \(rows) 行 rows · \(files) 个文件 files"
    }
}
