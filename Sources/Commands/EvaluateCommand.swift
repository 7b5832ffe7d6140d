import ArgumentParser
import Evaluation
import Foundation
import Kernel
import Registry
import Sheets
import Store

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "综合评价 Evaluate the estates: need, readiness, ranks, and why.",
        subcommands: [Run.self, Explain.self, Compare.self, Replay.self, Runs.self], defaultSubcommand: Run.self)

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "进行一次评价并列出排名 Make an evaluation and list its ranking.")

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "方案版本号或草稿编号 scheme: a version or a draft's id; 默认 default: in force.")
        var scheme: String?

        @Option(name: .long, help: "评价日期 day, e.g. 2026-06-30; 默认今天 default: today.")
        var asOf: String?

        @Option(name: .long, help: "地区代码，或市、区县名称 place: a code, or the name of the city or a district.")
        var place: String?

        @Option(name: .long, help: "输出格式 output: table, json, csv.")
        var format = OutputFormat.table

        @Option(name: .long, help: "最多行数 at most this many rows.")
        var limit = 1_000_000

        func run() async throws {
            let house = try await House.open(self.house)
            let (evaluations, owner, limit, place) = (house.evaluations, house.owner, limit, place)
            var order = EvaluationOrder(scheme: try Self.choice(scheme), asOf: try asOf.map(Self.day))
            order.place = try await house.database.read { tx in
                try place.map { try Choosing.place($0, evaluations.register, in: tx) }
            }
            let id = try await evaluations.evaluate(order, as: owner, clock: house.clock, in: house.database)
            await house.sealOrWarn()
            let (run, scheme, lines) = try await house.database.read { tx in
                let run = try evaluations.run(id, for: owner, in: tx)
                var lines: [RankingLine] = []
                try evaluations.eachLine(of: run, for: owner, in: tx) { if lines.count < limit { lines.append($0) } }
                return (run, try evaluations.scheme(of: run, in: tx), lines)
            }
            await house.close()
            try write(run, scheme, lines)
        }

        private static func choice(_ text: String?) throws -> EvaluationOrder.Choice {
            guard let text else { return .current }
            if let version = Int(text) { return .version(version) }
            if let draft = ID<SchemeDraft>(text) { return .draft(draft) }
            throw Refusal(
                "scheme.choice", zh: "“\(text)”不是方案的版本号或草稿编号。",
                en: "“\(text)” is neither a scheme's version nor a draft's id.", field: "scheme")
        }

        private static func day(_ text: String) throws -> Day {
            guard let day = Day(text) else {
                throw Refusal(
                    "evaluation.day", zh: "“\(text)”不是日期；请写成 2026-06-30 的样子。",
                    en: "“\(text)” is no day; write it like 2026-06-30.", field: "as-of")
            }
            return day
        }

        private func write(_ run: EvaluationRun, _ scheme: Scheme, _ lines: [RankingLine]) throws {
            switch format {
            case .json:
                Terminal.out(
                    JSON.object(["run": run.json, "lines": .array(lines.map { $0.json(scheme) })]).text)
            case .table:
                Terminal.out(EvaluationTable.head(run, scheme))
                Terminal.out(Terminal.table(EvaluationTable.columns, lines.map(EvaluationTable.row)))
            case .csv:
                var writer = CSVWriter { Terminal.out(bytes: $0) }
                for row in [EvaluationTable.columns] + lines.map(EvaluationTable.row) {
                    try writer.append(row.map { .text($0) })
                }
                try writer.finish()
            }
        }
    }

    struct Runs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "runs", abstract: "列出历次评价 List the evaluations made.")

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "输出格式 output: table, json.")
        var format = ReportFormat.table

        func run() async throws {
            let house = try await House.open(self.house)
            let (evaluations, owner) = (house.evaluations, house.owner)
            let runs = try await house.database.read { try evaluations.runs(for: owner, in: $0) }
            await house.close()
            guard format == .table else { return Terminal.out(JSON.array(runs.map(\.json)).text) }
            let rows = runs.map { run in
                [
                    run.id.description, run.at.rfc3339, run.place.digits, run.asOf.description,
                    run.schemeVersion.map(String.init) ?? "草稿 draft", String(run.ranked), String(run.flagged), run.by,
                ]
            }
            Terminal.out(
                Terminal.table(
                    [
                        "编号 id", "时间 at", "地区 place", "评价日 as of", "方案 scheme", "排名 ranked", "不排名 flagged",
                        "进行者 by",
                    ], rows))
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replay", abstract: "按保存的事实与方案重算，逐位核对 Compute a run again from its record, bit for bit.")

        @Argument(help: "评价编号 the run's id.")
        var id: String

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "输出格式 output: table, json.")
        var format = ReportFormat.table

        func run() async throws {
            let house = try await House.open(self.house)
            let (evaluations, owner, text) = (house.evaluations, house.owner, id)
            let replay = try await house.database.read { tx in
                try evaluations.replay(EvaluationChoosing.run(text, evaluations, owner, in: tx).id, for: owner, in: tx)
            }
            await house.close()
            if format == .json {
                Terminal.out(
                    JSON.object([
                        "run": replay.run.json, "isEqual": .bool(replay.isEqual),
                        "estates": .integer(Int64(replay.estates)), "resultDigest": .string(replay.resultDigest),
                        "difference": (replay.difference?.both).map { .string($0) } ?? .null,
                    ]).text)
            }
            if let difference = replay.difference {
                throw Refusal(.conflict, "evaluation.replay", zh: difference.zh, en: difference.en)
            }
            guard format == .table else { return }
            Terminal.out("\(replay.estates) 个小区重算后逐位相同 estates come out the same, bit for bit: \(replay.resultDigest)")
        }
    }
}

/// Runs and estates as people name them on the command line.
enum EvaluationChoosing {
    /// A run by its id or the beginning of it, if only one begins so; nil for the latest.
    static func run(
        _ text: String?, _ evaluations: Evaluations, _ actor: Actor, in tx: Tx
    ) throws -> EvaluationRun {
        guard let text else {
            if let run = try evaluations.latestRun(for: actor, in: tx) { return run }
            throw Refusal(
                .notFound, "evaluation.first", zh: "还没有进行过评价；请先运行 yiju evaluate。",
                en: "No evaluation has been made yet; run yiju evaluate first.")
        }
        if let id = ID<EvaluationRun>(text) { return try evaluations.run(id, for: actor, in: tx) }
        let found = try evaluations.runs(for: actor, in: tx).filter { $0.id.description.hasPrefix(text.lowercased()) }
        guard found.count == 1, !text.isEmpty else {
            throw Refusal(
                .notFound, "evaluation.none", zh: "“\(text)”不是一次评价的编号，或不止一次以它开头；见 yiju evaluate runs。",
                en: "“\(text)” is no run's id, or several begin so; see yiju evaluate runs.")
        }
        return found[0]
    }

    /// An estate by its number or id.
    static func estate(
        _ text: String, _ run: EvaluationRun, _ evaluations: Evaluations, _ actor: Actor, in tx: Tx
    ) throws -> ID<Estate> {
        if let id = ID<Estate>(text) { return id }
        var filter = RankingFilter()
        filter.text = text
        let found = try evaluations.ranking(of: run, filter, size: 12, for: actor, in: tx).lines
        if let exact = found.first(where: { $0.number == text.uppercased() }) { return exact.estate }
        if found.count == 1 { return found[0].estate }
        let list = found.map { "\($0.number) \($0.name)" }.joined(separator: "、")
        throw Refusal(
            .notFound, "evaluation.estate",
            zh: found.isEmpty ? "这次评价里没有小区“\(text)”。" : "“\(text)”可以是：\(list)；请写编号。",
            en: found.isEmpty
                ? "This evaluation has no estate “\(text)”."
                : "Several estates match “\(text)”: \(list); give a number.")
    }
}

/// Rankings as rows of text.
enum EvaluationTable {
    static let columns = [
        "名次 rank", "等级 band", "编号 number", "名称 name", "需求 need", "范围 range", "名次范围 ranks", "首批占比 in first",
        "条件 gate", "已知 known", "不排名 flag",
    ]

    static func head(_ run: EvaluationRun, _ scheme: Scheme) -> String {
        let mark = scheme.isDefault ? "（\(scheme.source.both)）" : ""
        return """
            \(scheme.title.both)\(mark) · \(run.asOf) · \(run.id)
            排名 ranked \(run.ranked) · 不排名 flagged \(run.flagged) · 首批 first \(run.first)
            """
    }

    static func row(_ line: RankingLine) -> [String] {
        [
            line.rank.map(String.init) ?? "", line.band.map { $0 + (line.bestBand == line.worstBand ? "" : "?") } ?? "",
            line.number, line.name, points(line.need.middle), "\(points(line.need.low))–\(points(line.need.high))",
            zipped(line.bestRank, line.worstRank), line.firstShare.map { percent($0) } ?? "", line.gate.name.zh,
            percent(Double(line.known) / 1000), line.flag?.name.both ?? "",
        ]
    }

    private static func zipped(_ best: Int?, _ worst: Int?) -> String {
        best.flatMap { best in worst.map { "\(best)–\($0)" } } ?? ""
    }

    /// In hundredths of the scale: 0.6234 is 62.3 points.
    static func points(_ score: Double) -> String { "\((score * 1000).rounded() / 10)" }

    static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
