import ArgumentParser
import Decide
import Foundation
import Kernel
import Ledger
import Store

extension LedgerCommand {
    struct Share: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "share", abstract: "试算费用分摊 Try how a cost is shared.",
            discussion: """
                文件如 {"total": 100000000, "households": [{"id": "1-101", "area": 8000, "floor": 1, "relief": "dibao"}]}：
                总额以分计，面积以百分之一平方米计。不记账；什么也不保存。
                A file like the one above: the total in fen, areas in hundredths of m². Nothing is posted or kept.
                """)

        @Argument(help: "文件 file: JSON.", completion: .file())
        var file: String

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "分摊规则 rule: works, lift, pipes.")
        var rule = "works"

        @Option(name: .long, help: "规则日期 the rule of which day: 2026-06-30.", transform: Balances.day)
        var day: Day?

        @Option(name: .long, help: "假设某方承担（万分之） what if: ownerUnit=3000.")
        var what: [String] = []

        @Option(name: .long, help: "只看一户及其理由 one household and why.")
        var household: String?

        @Option(name: .long, help: "输出格式 output: table, json.")
        var format = ReportFormat.table

        func run() throws {
            let rules = try ShareRules.load(file: try house.root() + "/Resources/ledger/share-rules.json")
            let day = day ?? SystemClock().now.dayInChina
            guard var rule = rules.rule(rule, on: day) else {
                throw Refusal(
                    .notFound, "share.none", zh: "\(day) 没有分摊规则“\(self.rule)”。",
                    en: "There is no rule “\(self.rule)” on \(day).", field: "rule")
            }
            for text in what {
                let parts = text.split(separator: "=")
                guard parts.count == 2, let part = Int64(parts[1]) else {
                    throw ValidationError("--what: ownerUnit=3000")
                }
                rule = rule.with(String(parts[0]), bearing: part)
            }
            let json = try JSON(parsing: House.read(file))
            guard let total = json["total"]?.integer else {
                throw Refusal("entry.value", zh: "“total”须是整数分。", en: "“total” must be whole fen.", field: "total")
            }
            let households = try (json["households"]?.elements ?? []).map(Self.household)
            let split: ShareSplit
            do { split = try ShareSplit(total, by: rule, among: households) } catch { throw error.refusal }
            try write(split)
        }

        private static func household(_ json: JSON) throws -> ShareHousehold {
            guard let id = json["id"]?.string, !id.isEmpty, let area = json["area"]?.integer else {
                throw Refusal(
                    "entry.value", zh: "住户须有 id 和 area（百分之一平方米）。",
                    en: "A household has an id and an area (hundredths of m²).", field: "households")
            }
            return ShareHousehold(
                id: id, area: area, floor: Int(clamping: json["floor"]?.integer ?? 1),
                benefit: json["benefit"]?.integer ?? 100, relief: json["relief"]?.string)
        }

        private func write(_ split: ShareSplit) throws {
            if let household {
                guard let line = split[household] else {
                    throw Refusal(
                        .notFound, "share.household", zh: "没有住户“\(household)”。",
                        en: "There is no household “\(household)”.", field: "household")
                }
                return Terminal.out(line.reasons.map(\.both).joined(separator: "\n"))
            }
            if format == .json { return Terminal.out(json(split).text) }
            let bearers = split.bearers.map {
                [$0.code, Money.yuan($0.fixed), Money.yuan($0.relief), "", Money.yuan($0.amount)]
            }
            let lines = split.lines.map {
                [
                    $0.household.id, Money.yuan($0.gross), Money.yuan(-$0.relief), Money.yuan($0.takenOn),
                    Money.yuan($0.amount),
                ]
            }
            Terminal.out(
                Terminal.table(
                    ["承担者 who", "应摊 gross", "减免 relief", "分担 taken on", "金额 amount"], bearers + lines))
        }

        private func json(_ split: ShareSplit) -> JSON {
            .object([
                "total": .integer(split.total), "rule": .integer(Int64(split.rule.version)),
                "bearers": .array(
                    split.bearers.map { .object(["code": .string($0.code), "amount": .integer($0.amount)]) }),
                "households": .array(
                    split.lines.map { line in
                        .object([
                            "id": .string(line.household.id), "gross": .integer(line.gross),
                            "relief": .integer(line.relief), "takenOn": .integer(line.takenOn),
                            "amount": .integer(line.amount),
                            "reasons": .array(line.reasons.map { .string($0.zh) }),
                        ])
                    }),
            ])
        }
    }
}
