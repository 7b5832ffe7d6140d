import ArgumentParser
import Common
import Evaluation
import Foundation
import Identity
import Kernel
import Ledger
import Store

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "核验操作记录与文件是否完好 Verify that record and files are whole.",
        discussion: """
            给出文件时只核验该文件（yiju ledger export --format sealed 的导出），不需要数据库和密钥。
            With a file, checks that file alone (of yiju ledger export --format sealed), without database and keys.
            退出码 Exit code: 0 完好 whole, 1 被改动 altered.
            """)

    @Argument(help: "密封日记账文件 a sealed journal.", completion: .file())
    var file: String?

    @OptionGroup var house: HouseOptions

    @Option(
        name: .long,
        help: "与已公布的树头比对（密钥目录中保存的总会比对） Compare with a published tree head; the one kept beside the keys always is.",
        completion: .file())
    var head: String?

    @Option(name: .long, help: "把当前树头写入文件 Write the present signed tree head to this file.", completion: .file())
    var publish: String?

    @Option(name: .long, help: "输出格式 output: table, json.")
    var format = ReportFormat.table

    func run() async throws {
        let published = try head.map { try TreeHead(text: String(decoding: House.read($0), as: UTF8.self)) }
        if let file {
            let report = try JournalFile.check(file, published: published)
            JournalFile.write(report, format)
            if !report.isWhole { throw ExitCode(1) }
            return
        }
        let house = try await House.open(self.house)
        // Read before the record, which it must not be ahead of.
        let kept = try house.vault.keptHead?.read()
        let report = try await Verifier.verify(
            house.database, keys: house.vault.recordKeys, now: house.clock.now,
            published: [published, kept].compactMap(\.self))
        let files = try await house.files.verify(house.database)
        let forged = try await Publishing.forged(
            house.database, files: house.files, key: house.vault.recordKeys.verifying)
        await house.close()
        write(report, files, forged)
        if let publish { try self.publish(report, to: publish) }
        if !report.isWhole || !files.isWhole || !forged.isEmpty { throw ExitCode(1) }
    }

    /// A head vouches for all before it, so that of an altered record is never published.
    private func publish(_ report: VerificationReport, to path: String) throws {
        guard report.isWhole else {
            throw Refusal(
                .conflict, "head.altered", zh: "操作记录已被改动，没有公布树头。",
                en: "The record was altered; its head was not published.")
        }
        guard let head = report.head else {
            throw Refusal(
                .notFound, "head.none", zh: "操作记录还没有封存的行，没有树头可公布；请先启动服务。",
                en: "No line of the record is sealed yet, so there is no head to publish; start the service first.")
        }
        do {
            try Data(head.text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Refusal(
                .unavailable, "head.file", zh: "无法把树头写入“\(path)”；请检查目录、权限和磁盘。",
                en: "The head cannot be written to “\(path)”; check its folder, the permissions and the disk.")
        }
    }

    private func write(_ report: VerificationReport, _ files: FileVerification, _ forged: [Publication]) {
        let isWhole = report.isWhole && files.isWhole && forged.isEmpty
        if format == .json {
            let problems = report.problems.map {
                JSON.object([
                    "kind": .string($0.kind.rawValue), "index": $0.index.map { .integer(Int64($0)) } ?? .null,
                    "line": $0.line.map { .string($0.description) } ?? .null, "zh": .string($0.message.zh),
                    "en": .string($0.message.en),
                ])
            }
            Terminal.out(
                JSON.object([
                    "whole": .bool(isWhole), "lines": .integer(Int64(report.lines)),
                    "unsealed": .integer(Int64(report.unsealed)), "problems": .array(problems),
                    "files": .integer(Int64(files.named)), "filesMissing": digests(files.missing),
                    "filesAltered": digests(files.altered), "filesUnreadable": digests(files.unreadable),
                    "publicationsForged": .array(forged.map { .string($0.id.description) }),
                ]).text)
            return
        }
        for problem in report.problems { Terminal.out("✗ \(problem.message.both)") }
        for digest in files.missing { Terminal.out("✗ 文件缺失 file missing: \(digest)") }
        for digest in files.altered { Terminal.out("✗ 文件被改动 file altered: \(digest)") }
        for digest in files.unreadable { Terminal.out("✗ 文件无法读取 file unreadable: \(digest)") }
        for publication in forged { Terminal.out("✗ 公布的结果签名无效 signature not valid: \(publication.title)") }
        let wrong = files.missing.count + files.altered.count + files.unreadable.count
        let problems = report.problems.count + wrong + forged.count
        Terminal.out(
            isWhole
                ? "完好 Whole: \(report.lines) 行记录 lines, \(files.named) 个文件 files"
                : "已被改动 Altered: \(problems) 处问题 problems")
    }

    private func digests(_ digests: [ContentDigest]) -> JSON {
        .array(digests.map { .string("\($0)") })
    }
}

/// Checking a sealed journal by its file alone.
private enum JournalFile {
    static func check(_ path: String, published: TreeHead?) throws -> JournalFileReport {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Refusal(.notFound, "file.missing", zh: "读不到文件“\(path)”。", en: "The file “\(path)” cannot be read.")
        }
        var verifier = JournalFileVerifier(published: published)
        while let more = try file.read(upToCount: 1 << 20), !more.isEmpty { verifier.read([UInt8](more)) }
        return verifier.finish()
    }

    static func write(_ report: JournalFileReport, _ format: ReportFormat) {
        if format == .json {
            let problems = report.problems.map {
                JSON.object([
                    "line": .integer(Int64($0.line)), "entry": $0.entry.map { .integer($0) } ?? .null,
                    "zh": .string($0.message.zh), "en": .string($0.message.en),
                ])
            }
            Terminal.out(
                JSON.object([
                    "whole": .bool(report.isWhole), "entries": .integer(report.entries),
                    "postings": .integer(report.postings), "balances": .integer(Int64(report.balances)),
                    "key": report.head.map { .string($0.keyID) } ?? .null,
                    "size": report.head.map { .integer(Int64($0.size)) } ?? .null,
                    "published": .bool(report.isPublished), "problems": .array(problems),
                ]).text)
            return
        }
        for problem in report.problems { Terminal.out("✗ \(problem.message.both)") }
        guard report.isWhole, let head = report.head else {
            return Terminal.out("已被改动 Altered: \(report.problems.count) 处问题 problems")
        }
        Terminal.out(
            "完好 Whole: \(report.entries) 笔分录 entries, \(report.postings) 条过账 postings, \(report.balances) 个余额 balances")
        Terminal.out(
            report.isPublished
                ? "与给出的树头一致 As the given head says: 密钥 key \(head.keyID)"
                : "请将密钥与公布的树头比对（--head） Compare the key with a published head (--head): \(head.keyID)")
    }
}
