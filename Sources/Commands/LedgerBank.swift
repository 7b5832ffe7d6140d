import ArgumentParser
import Foundation
import Identity
import Kernel
import Ledger
import Store

extension LedgerCommand {
    struct Bank: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "bank", abstract: "银行流水与台账核对 Match a bank statement with the journal's cash.",
            discussion: """
                列：日期，金额（可带借贷标志）或收入、支出，对方户名，流水号，摘要。金额相同、日期相近、且流水号或户名对得上的一对一自动核对；
                存疑的列出候选，用 --match 行=分录 回答。不加 --record 只显示；再次记录同一文件不改变任何内容。核对错了用 --take-back 撤回，须写理由。
                Columns: day, amount (with a direction) or income and outgo, counterparty, reference, memo. One to one where
                amount, day and reference or counterparty agree; doubtful ones are listed with candidates and answered by
                --match ROW=ENTRY. Without --record it only shows; the same file again is no change. A wrong match is taken
                back by --take-back, with its reason.
                退出码 Exit code: 0 全部读懂 all rows were read, 1 有拒绝 some refused.
                """)

        @Argument(help: "XLSX 或 CSV 文件 file.", completion: .file())
        var file: String?

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "账户名称 what the account is called.")
        var account = ""

        @Option(name: .long, help: "工作表 sheet.")
        var sheet: String?

        @Option(
            name: .long, help: "回答：行=分录，或 行=分录:wages（其中的工资款） answer: ROW=ENTRY or ROW=ENTRY:wages.",
            transform: { text in
                guard let answer = BankAnswer(text) else { throw ValidationError("--match 12=3041, 12=3041:wages") }
                return answer
            })
        var match: [BankAnswer] = []

        @Flag(name: .long, help: "记录流水和核对结果 Record the lines and their matches.")
        var record = false

        @Option(
            name: .long, help: "撤回与此分录的核对 take back the match with this entry: ENTRY or ENTRY:wages.",
            transform: { text in
                guard let named = BankAnswer(row: 0, text) else {
                    throw ValidationError("--take-back 3041, 3041:wages")
                }
                return (named.entry, text.contains(":") ? named.part : nil)
            })
        var takeBack: (entry: Int64, part: CashItem.Part?)?

        @Option(name: .long, help: "撤回的理由 why the match is taken back.")
        var reason = ""

        @Option(name: .long, help: "输出格式 output: table, json.")
        var format = ReportFormat.table

        func validate() throws {
            guard (file == nil) != (takeBack == nil) else {
                throw ValidationError(
                    "请给出文件，或用 --take-back 分录 --reason 理由 Give a file, or --take-back ENTRY --reason WHY.")
            }
        }

        func run() async throws {
            if let takeBack {
                try await self.takeBack(takeBack.entry, takeBack.part)
            } else if let file {
                try await match(file)
            }
        }

        private func takeBack(_ entry: Int64, _ part: CashItem.Part?) async throws {
            let house = try await House.open(self.house)
            let (ledger, reason) = (try house.ledger(), reason)
            let line = try await house.act { try ledger.takeBackMatch(with: entry, part, reason: reason, in: $0) }
            await house.close()
            let name = line.match.map { "\($0.entry):\($0.part.rawValue)" } ?? ""
            guard format == .json else {
                return Terminal.out(
                    """
                    已撤回 taken back: \(line.account) \(line.day) \(Money.yuan(line.amount)) \(line.reference) = \(name)
                    """)
            }
            let json = JSON.object([
                "takenBack": .string(name), "line": .string(line.id), "account": .string(line.account),
                "day": .string(line.day.description), "amount": .integer(line.amount),
                "reference": .string(line.reference),
            ])
            Terminal.out(json.text)
        }

        private func match(_ file: String) async throws {
            let house = try await House.open(self.house)
            let statement = try BankSheet(
                path: file, fileName: URL(filePath: file).lastPathComponent, account: account, sheet: sheet)
            let (ledger, owner, answers) = (try house.ledger(), house.owner, self.match)
            let report =
                if record {
                    try await house.act { try ledger.recordBank(statement, answers: answers, in: $0) }
                } else {
                    try await house.database.read {
                        try ledger.bankReport(statement, answers: answers, for: owner, in: $0)
                    }
                }
            await house.close()
            format == .json ? Terminal.out(json(report).text) : write(report)
            if !report.refused.isEmpty { throw ExitCode(1) }
        }

        private func write(_ report: BankReport) {
            Terminal.out("\(report.fileName) · \(report.sheetName)\(record ? "" : " · 未记录 not recorded")")
            Terminal.out(
                Terminal.table(
                    ["结果 outcome", "行数 rows"],
                    [
                        ["已核对过 matched before", String(report.known)], ["核对 matched", String(report.matches.count)],
                        ["存疑 asked", String(report.questions.count)],
                        ["台账没有 not in the journal", String(report.unmatchedLines.count)],
                        ["流水没有 not on the statement", String(report.unmatchedItems.count)],
                        ["拒绝 refused", String(report.refused.count)], ["写入 recorded", String(report.recorded)],
                    ]))
            for question in report.questions {
                Terminal.out("? \(Self.text(question.line))")
                for item in question.candidates {
                    Terminal.out("    --match \(question.line.row)=\(Self.name(item))  \(Self.text(item))")
                }
            }
            for line in report.unmatchedLines { Terminal.out("✗ 台账没有 not in the journal: \(Self.text(line))") }
            for item in report.unmatchedItems {
                Terminal.out("✗ 流水没有 not on the statement: \(Self.name(item)) \(Self.text(item))")
            }
            for row in report.refused {
                for refusal in row.refusals { Terminal.out("✗ 第 \(row.row) 行 row \(row.row): \(refusal.message.both)") }
            }
        }

        private static func text(_ line: BankLine) -> String {
            let words = [line.counterparty, line.reference, line.memo].filter { !$0.isEmpty }.joined(separator: " · ")
            return "第 \(line.row) 行 row \(line.row) \(line.day) \(Money.yuan(line.amount)) \(words)"
        }

        private static func text(_ item: CashItem) -> String { "\(item.day) \(Money.yuan(item.amount)) \(item.key)" }

        private static func name(_ item: CashItem) -> String {
            item.part == .all ? "\(item.entry)" : "\(item.entry):\(item.part.rawValue)"
        }

        private func json(_ report: BankReport) -> JSON {
            .object([
                "file": .string(report.fileName), "sheet": .string(report.sheetName),
                "account": .string(report.account), "recorded": .integer(Int64(report.recorded)),
                "known": .integer(Int64(report.known)),
                "matched": .array(
                    report.matches.map {
                        .object([
                            "line": Self.json($0.line), "item": Self.json($0.item), "answered": .bool($0.isAnswered),
                        ])
                    }),
                "asked": .array(
                    report.questions.map {
                        .object([
                            "line": Self.json($0.line), "candidates": .array($0.candidates.map(Self.json)),
                            "takenBack": .bool($0.isTakenBack),
                        ])
                    }),
                "unmatchedLines": .array(report.unmatchedLines.map(Self.json)),
                "unmatchedItems": .array(report.unmatchedItems.map(Self.json)),
                "refused": .array(
                    report.refused.map {
                        .object(["row": .integer(Int64($0.row)), "refusals": LedgerCommand.json($0.refusals)])
                    }),
            ])
        }

        private static func json(_ line: BankLine) -> JSON {
            .object([
                "row": .integer(Int64(line.row)), "day": .string(line.day.description), "amount": .integer(line.amount),
                "counterparty": .string(line.counterparty), "reference": .string(line.reference),
                "memo": .string(line.memo),
            ])
        }

        private static func json(_ item: CashItem) -> JSON {
            .object([
                "entry": .integer(item.entry), "part": .string(item.part.rawValue), "key": .string(item.key),
                "day": .string(item.day.description), "amount": .integer(item.amount),
            ])
        }
    }
}
