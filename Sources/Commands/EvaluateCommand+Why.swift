import ArgumentParser
import Evaluation
import Foundation
import Kernel
import Registry
import Store

extension EvaluateCommand {
    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain", abstract: "说明一个小区为何排在此处 Why an estate stands where it stands.")

        @Argument(help: "小区编号或标识 the estate's number or id.")
        var estate: String

        @OptionGroup var house: HouseOptions

        @Option(name: .customLong("run"), help: "评价编号 the run's id; 默认最近一次 default: the latest.")
        var runID: String?

        @Option(name: .long, help: "输出格式 output: table, json.")
        var format = ReportFormat.table

        func run() async throws {
            let house = try await House.open(self.house)
            let (evaluations, owner, estate, runID) = (house.evaluations, house.owner, estate, runID)
            let why = try await house.database.read { tx in
                let run = try EvaluationChoosing.run(runID, evaluations, owner, in: tx)
                let id = try EvaluationChoosing.estate(estate, run, evaluations, owner, in: tx)
                return try evaluations.explanation(of: id, in: run, for: owner, in: tx)
            }
            await house.close()
            if format == .json { return Terminal.out(why.json.text) }
            Terminal.out(EvaluationTable.head(why.run, why.scheme))
            Terminal.out(Terminal.table(EvaluationTable.columns, [EvaluationTable.row(why.line)]))
            Terminal.out(Terminal.table(Self.columns, why.contributions.map { row($0, why) }))
            for (label, neighbour) in [
                ("前一名 above", why.above), ("后一名 below", why.below), ("入围线 cut-off", why.atCutOff),
            ] {
                guard let neighbour else { continue }
                let name = neighbour.line?.name ?? ""
                Terminal.out("\(label): \(neighbour.rank) \(name) · \(told(neighbour.why, why.scheme))")
            }
            Terminal.out("区县中位 district median: \(told(why.againstDistrict, why.scheme))")
            let tasks = why.missing.prefix(10).map { "\($0.indicator.name.both)（\(EvaluationTable.points($0.points))）" }
            if !tasks.isEmpty { Terminal.out("宜先补查 survey first: \(tasks.joined(separator: "、"))") }
        }

        private static let columns = ["方面 aspect", "权重 weight", "分值 value", "得分 points"]

        private func row(_ part: ExplainedPart, _ why: EstateExplanation) -> [String] {
            let (aspect, value) = (why.scheme.aspects[part.aspect], why.line.aspects[part.aspect])
            let (low, high) = (EvaluationTable.points(value.low), EvaluationTable.points(value.high))
            let range = value.isCertain ? "" : "（\(low)–\(high)）"
            return [
                aspect.name.both, EvaluationTable.percent(aspect.weight), EvaluationTable.points(value.middle) + range,
                EvaluationTable.points(part.points),
            ]
        }

        private func told(_ why: ExplainedDifference, _ scheme: Scheme) -> String {
            let parts = why.parts.map { "\(scheme.aspects[$0.aspect].name.zh) \(EvaluationTable.points($0.points))" }
            return "\(EvaluationTable.points(why.difference))（\(parts.joined(separator: "、"))）"
        }
    }

    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "compare", abstract: "比较两次评价：谁变动，为何 Compare two runs: who moves, and why.")

        @Argument(help: "先前的评价编号 the earlier run's id.")
        var first: String

        @Argument(help: "后来的评价编号 the later run's id.")
        var second: String

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "输出格式 output: table, json.")
        var format = ReportFormat.table

        @Option(name: .long, help: "最多行数 at most this many rows.")
        var limit = 50

        func run() async throws {
            let house = try await House.open(self.house)
            let (evaluations, owner, first, second, limit) = (house.evaluations, house.owner, first, second, limit)
            let comparison = try await house.database.read { tx in
                let from = try EvaluationChoosing.run(first, evaluations, owner, in: tx)
                let to = try EvaluationChoosing.run(second, evaluations, owner, in: tx)
                return try evaluations.comparison(of: from, with: to, most: limit, for: owner, in: tx)
            }
            await house.close()
            if format == .json { return Terminal.out(comparison.json.text) }
            let spearman = comparison.spearman.map { "\(($0 * 1000).rounded() / 1000)" } ?? "—"
            Terminal.out(
                """
                共同排名 ranked in both \(comparison.ranked) · 变动 moved \(comparison.moved) · \
                进入首批 enter \(comparison.enters) · 退出首批 leave \(comparison.leaves) · Spearman \(spearman)
                """)
            Terminal.out(
                Terminal.table(
                    ["编号 number", "名称 name", "原名次 from", "现名次 to", "原因 why"], comparison.moves.map(row)))
        }

        private func row(_ move: Move) -> [String] {
            let why = move.why.prefix(3).map { "\($0.name.zh) \(EvaluationTable.points($0.points))" }
            return [
                move.line.number, move.line.name, move.from.map(String.init) ?? "", move.to.map(String.init) ?? "",
                why.joined(separator: "、"),
            ]
        }
    }
}
