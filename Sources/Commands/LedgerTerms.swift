import ArgumentParser
import Identity
import Kernel
import Ledger
import Store

extension LedgerCommand {
    struct Terms: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "terms",
            abstract: "登记来源、合同、变更、凭据等 Enter sources, contracts, variations, clearances: one JSON object a line.",
            discussion: """
                按顺序逐行登记，每行整体成功或整体拒绝；再次运行同一文件不改变任何内容。写法见 docs/ledger.md。
                In order, each line whole or refused with its reason; the same file again changes nothing. See docs/ledger.md.
                退出码 Exit code: 0 全部登记 all entered, 1 有拒绝 some refused.
                """)

        @Argument(help: "文件 file: JSON Lines.", completion: .file())
        var file: String

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "输出格式 output: table, json (逐行 a line for each refused term).")
        var format = ReportFormat.table

        func run() async throws {
            var lines = try LineReader(file)
            let house = try await House.open(self.house)
            let ledger = try house.ledger()
            var (entered, known, refused) = (0, 0, 0)
            while let (number, bytes) = try lines.next() {
                var title: String?
                do {
                    let term = try Self.term(bytes)
                    title = term.title
                    let (owner, clock) = (house.owner, house.clock)
                    let isNew = try await house.database.writeAlone { tx in
                        try ledger.enter(term, in: Deed(actor: owner, now: clock.now, tx: tx))
                    }
                    if isNew { entered += 1 } else { known += 1 }
                } catch {
                    refused += 1
                    tell(number, title, Yiju.refusals(of: error))
                }
            }
            await house.sealOrWarn()
            await house.close()
            Terminal.out(
                format == .json
                    ? JSON.object([
                        "entered": .integer(Int64(entered)), "unchanged": .integer(Int64(known)),
                        "refused": .integer(Int64(refused)),
                    ]).text : "已登记 Entered: \(entered) · 已有 unchanged: \(known) · 拒绝 refused: \(refused)")
            if refused > 0 { throw ExitCode(1) }
        }

        private static func term(_ bytes: [UInt8]) throws -> TermDraft {
            guard bytes.count <= TermDraft.longestLine else { throw LineReader.tooLong(TermDraft.longestLine) }
            return try TermDraft(json: try JSON(parsing: bytes))
        }

        private func tell(_ number: Int, _ title: String?, _ refusals: [Refusal]) {
            if format == .json {
                Terminal.out(
                    JSON.object([
                        "line": .integer(Int64(number)), "term": title.map { .string($0) } ?? .null,
                        "refusals": LedgerCommand.json(refusals),
                    ]).text)
                return
            }
            Terminal.err("✗ 第 \(number) 行 line \(number) \(title ?? "")")
            for refusal in refusals { Terminal.err("  \(refusal.code): \(refusal.message.both)") }
        }
    }

    static func json(_ refusals: [Refusal]) -> JSON {
        .array(
            refusals.map {
                .object([
                    "code": .string($0.code), "zh": .string($0.message.zh), "en": .string($0.message.en),
                    "field": $0.field.map { .string($0) } ?? .null,
                ])
            })
    }
}
