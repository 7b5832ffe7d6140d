import ArgumentParser
import Foundation
import Identity
import Kernel
import Ledger
import Registry
import Store

extension LedgerCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "从表格导入指标文件、到账、支付 Import budget documents, receipts or payments.",
            discussion: """
                有被拒绝的行时不导入任何行，除非用 --accept-good；再次导入同样的行不改变任何内容。国库支付是事实：照记，违反规则的注明。
                Nothing is posted when rows are refused, unless --accept-good; the same rows again are no change. Payments of
                the treasury are facts: posted, and flagged where they break a rule.
                """)

        @Argument(help: "XLSX 或 CSV 文件 file.", completion: .file())
        var file: String

        @Option(name: .long, help: "类别 kind: budget, receipts, payments.")
        var kind: Kind

        enum Kind: String, ExpressibleByArgument, CaseIterable {
            case budget, receipts, payments
        }

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "工作表 sheet.")
        var sheet: String?

        @Flag(name: .long, help: "只预览，不记账 Show what would happen, post nothing.")
        var preview = false

        @Flag(name: .long, help: "只导入合格行 Post the good rows, leave the others.")
        var acceptGood = false

        @Option(name: .long, help: "输出格式 output: table, json.")
        var format = ReportFormat.table

        /// Undoes what was posted to be shown.
        private struct Previewed: Error {
            let report: LedgerImportReport
        }

        func run() async throws {
            let house = try await House.open(self.house)
            let menu = try WorksMenu.load(file: house.root + "/Resources/menu/works-menu-v1.json")
            let table = try LedgerSheet(
                path: file, fileName: URL(filePath: file).lastPathComponent,
                kind: LedgerSheet.Kind(rawValue: kind.rawValue) ?? .payments, sheet: sheet,
                menu: Dictionary(menu.items.map { ($0.zh, $0.code) }, uniquingKeysWith: { first, _ in first }))
            let (ledger, preview, acceptGood) = (Ledger(menu: menu), preview, acceptGood)
            var (report, isPosted) = (LedgerImportReport?.none, false)
            do {
                report = try await house.act { deed in
                    let report = try ledger.importSheet(table, acceptGood: acceptGood || preview, in: deed)
                    if preview { throw Previewed(report: report) }
                    return report
                }
                isPosted = true
            } catch let previewed as Previewed {
                report = previewed.report
            } catch let hindered as LedgerImportHindered {
                report = hindered.report
            }
            await house.close()
            if let report { write(report, isPosted: isPosted) }
            if !isPosted && !preview { throw ExitCode(1) }
        }

        private func write(_ report: LedgerImportReport, isPosted: Bool) {
            if format == .json {
                Terminal.out(json(report, isPosted: isPosted).text)
                return
            }
            Terminal.out("\(report.fileName) · \(report.sheetName)\(isPosted ? "" : " · 未导入 not imported")")
            Terminal.out(
                Terminal.table(
                    ["结果 outcome", "行数 rows"],
                    [
                        ["记账 posted", String(report.posted)], ["不变 unchanged", String(report.unchanged)],
                        ["拒绝 refused", String(report.refused.count)], ["注明 flagged", String(report.flagged.count)],
                        ["金额 amount", Money.yuan(report.amount)],
                    ]))
            for row in report.refused {
                Terminal.out("✗ 第 \(row.row) 行 row \(row.row) \(row.title)")
                for refusal in row.refusals {
                    Terminal.out("   \(refusal.field.map { $0 + ": " } ?? "")\(refusal.message.both)")
                }
            }
            for row in report.flagged {
                let rules = row.findings.map { $0.rule.words.rule.both }.joined(separator: "；")
                Terminal.out("! 第 \(row.row) 行 row \(row.row) \(row.title): \(rules)")
            }
        }

        private func json(_ report: LedgerImportReport, isPosted: Bool) -> JSON {
            .object([
                "file": .string(report.fileName), "sheet": .string(report.sheetName), "applied": .bool(isPosted),
                "posted": .integer(Int64(report.posted)), "unchanged": .integer(Int64(report.unchanged)),
                "amount": .integer(report.amount),
                "refused": .array(
                    report.refused.map {
                        .object([
                            "row": .integer(Int64($0.row)), "title": .string($0.title),
                            "refusals": LedgerCommand.json($0.refusals),
                        ])
                    }),
                "flagged": .array(
                    report.flagged.map {
                        .object([
                            "row": .integer(Int64($0.row)), "title": .string($0.title),
                            "rules": .array($0.findings.map { .string($0.rule.rawValue) }),
                        ])
                    }),
            ])
        }
    }
}
