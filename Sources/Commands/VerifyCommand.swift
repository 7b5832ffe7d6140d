import ArgumentParser
import Common
import Evaluation
import Foundation
import Identity
import Kernel
import Store

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "核验操作记录与文件是否完好 Verify that record and files are whole.",
        discussion: "退出码 Exit code: 0 完好 whole, 1 被改动 altered.")

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
        let house = try await House.open(self.house)
        let published = try head.map { try TreeHead(text: String(decoding: House.read($0), as: UTF8.self)) }
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
