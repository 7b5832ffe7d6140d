import ArgumentParser
import Decide
import Foundation
import Kernel
import Sheets

/// The decision mathematics on files: for those who check a ranking, or make one of their own, without a city.
struct DecideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "对文件中的矩阵排序、定权、检验稳健性 Rank, weigh and test a matrix in a file.",
        discussion: """
            文件为 JSON：matrix（每个方案一行）、types（1 越大越好，-1 越小越好）、weights；按方法另需 promethee_p、promethee_q、\
            spotis_bounds、vikor_v、weight_samples。不需要城市数据。
            A JSON file: matrix (a row for each alternative), types (1 more is better, -1 less), weights; as methods need \
            them promethee_p, promethee_q, spotis_bounds, vikor_v, weight_samples. No city is needed.
            """,
        subcommands: [Rank.self, Weigh.self, Robustness.self])

    struct Rank: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rank", abstract: "排序 Rank the alternatives of a file.")

        @OptionGroup var file: DecideFile

        @Option(name: .long, help: "方法 method: \(Method.names).")
        var method: String

        @Option(
            name: .long, help: "归一化 normalisation, of additive and topsis: \(Normalisation.names); 默认 default minmax.")
        var normalisation: String?

        @Option(name: .long, help: "偏好函数 preference function of promethee2: \(Preference.names); 默认 default usual.")
        var preference: String?

        @Option(name: .long, help: "输出格式 output: table, json, csv.")
        var format = OutputFormat.table

        enum Method: String, CaseIterable {
            case additive, topsis, vikor, promethee2, spotis, waspas, marcos
        }

        func validate() throws {
            let method = try Method(named: method, for: "--method")
            if let normalisation {
                _ = try Normalisation(named: normalisation, for: "--normalisation")
                guard method == .additive || method == .topsis else { throw unused("--normalisation", method) }
            }
            if let preference {
                _ = try Preference(named: preference, for: "--preference")
                guard method == .promethee2 else { throw unused("--preference", method) }
            }
        }

        private func unused(_ option: String, _ method: Method) -> ValidationError {
            ValidationError("\(option)：方法 \(method) 不用此项，请去掉。 \(option): \(method) has no use for it; leave it out.")
        }

        func run() throws {
            let input = try DecideInput(path: file.input)
            let method = try rankingMethod(input)
            let weights = try input.weights()
            let ranking = try input.explaining { try method.rank(input.matrix, weights) }
            try write(ranking)
        }

        private func rankingMethod(_ input: DecideInput) throws -> RankingMethod {
            let normalisation = try normalisation.map { try Normalisation(named: $0, for: "--normalisation") }
            let preference = try preference.map { try Preference(named: $0, for: "--preference") } ?? .usual
            return switch try Method(named: method, for: "--method") {
            case .additive: .additive(normalisation ?? .minmax)
            case .topsis: .topsis(normalisation ?? .minmax)
            case .vikor: .vikor(v: try input.vikorV())
            case .promethee2: .prometheeII(preference, try input.thresholds(preference))
            case .spotis: .spotis(try input.bounds())
            case .waspas: .waspas
            case .marcos: .marcos
            }
        }

        private func write(_ ranking: Ranking) throws {
            let ranks = ranking.ranks
            let header = ["方案 alternative", "分数 score", "名次 rank"]
            switch format {
            case .json:
                Terminal.out(
                    JSON.object([
                        "method": .string(method), "best": .string(ranking.best == .highest ? "highest" : "lowest"),
                        "scores": .numbers(ranking.scores), "ranks": .numbers(ranks),
                        "constant_columns": .places(ranking.alike),
                    ]).text)
            case .csv:
                try Terminal.csv(
                    header, ranks.indices.map { [.integer($0 + 1), .number(ranking.scores[$0]), .number(ranks[$0])] })
            case .table:
                let order = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
                let rows = order.map { ["\($0 + 1)", "\(ranking.scores[$0])", Terminal.number(ranks[$0])] }
                Terminal.out(Terminal.table(header, rows))
                Terminal.tell(alike: ranking.alike)
            }
        }
    }

    struct Weigh: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "weights", abstract: "由数据定权 Weights of the criteria, from the data of a file.")

        @OptionGroup var file: DecideFile

        @Option(name: .long, help: "方法 method: \(WeightMethod.names).")
        var method: String

        @Option(name: .long, help: "输出格式 output: table, json, csv.")
        var format = OutputFormat.table

        func validate() throws { _ = try WeightMethod(named: method, for: "--method") }

        func run() throws {
            let input = try DecideInput(path: file.input)
            let method = try WeightMethod(named: method, for: "--method")
            let weights = try input.explaining { try method.weights(of: input.matrix) }
            let header = ["指标 criterion", "权重 weight"]
            switch format {
            case .json:
                Terminal.out(
                    JSON.object([
                        "method": .string(method.rawValue), "weights": .numbers(weights.values),
                        "constant_columns": .places(input.matrix.constantColumns),
                    ]).text)
            case .csv:
                try Terminal.csv(header, weights.values.enumerated().map { [.integer($0 + 1), .number($1)] })
            case .table:
                Terminal.out(Terminal.table(header, weights.values.enumerated().map { ["\($0 + 1)", "\($1)"] }))
                Terminal.tell(alike: input.matrix.constantColumns)
            }
        }
    }

    struct Robustness: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "smaa",
            abstract: "名次对权重的稳健性 Which places alternatives take over many weightings (SMAA).",
            discussion: """
                分数为极差归一化后的加权和。权重取自文件中的 weight_samples；没有时，从全部可能的权重中均匀抽取。
                The score is the weighted sum of min-max normalised values. Weightings are the file's weight_samples; where \
                there are none they are drawn uniformly from all that are possible.
                """)

        @OptionGroup var file: DecideFile

        @Option(name: .long, help: "抽取的权重组数 weightings to draw; 默认 default 10000.")
        var samples: Int?

        @Option(name: .long, help: "随机种子 seed; 相同的种子得相同的结果 the same seed gives the same result.")
        var seed: UInt64 = 1

        @Option(name: .long, help: "输出格式 output: table, json, csv.")
        var format = OutputFormat.table

        func run() throws {
            let input = try DecideInput(path: file.input)
            let matrix = input.matrix
            let smaa = try input.explaining {
                let values = try Normalisation.minmax.values(of: matrix)
                let table = try ValueTable(rows: matrix.rows, columns: matrix.columns, values: values)
                return try SMAA(table, try weightings(input))
            }
            try write(smaa)
        }

        /// The file's own, unless some are to be drawn.
        private func weightings(_ input: DecideInput) throws -> WeightSamples {
            if samples == nil, let given = try input.weightSamples() { return try WeightSamples(given) }
            return try WeightSpace.any(columns: input.matrix.columns).samples(samples ?? 10_000, seed: seed)
        }

        private func write(_ smaa: SMAA) throws {
            let rows = 0..<smaa.alternatives
            let header = ["方案 alternative", "第一 first", "平均名次 mean rank", "90 % 从 from", "90 % 到 to"]
            switch format {
            case .json: Terminal.out(json(smaa).text)
            case .csv:
                let lines = rows.map { row -> [OutputCell] in
                    let places = smaa.places(of: row)
                    return [
                        .integer(row + 1), .number(smaa.share(of: row, amongFirst: 1) ?? 0),
                        .number(smaa.meanPlace(of: row)), .integer(places.best), .integer(places.worst),
                    ]
                }
                try Terminal.csv(header, lines)
            case .table:
                let order = rows.sorted { (smaa.meanPlace(of: $0), $0) < (smaa.meanPlace(of: $1), $1) }
                let lines = order.map { row in
                    let places = smaa.places(of: row)
                    return [
                        "\(row + 1)", String(format: "%.1f %%", 100 * (smaa.share(of: row, amongFirst: 1) ?? 0)),
                        String(format: "%.2f", smaa.meanPlace(of: row)),
                        "\(places.best)", "\(places.worst)",
                    ]
                }
                Terminal.out(Terminal.table(header, lines))
            }
        }

        private func json(_ smaa: SMAA) -> JSON {
            let counts = (0..<smaa.alternatives).map { row -> JSON in
                .array(smaa.counts[row * smaa.bands.count..<(row + 1) * smaa.bands.count].map { .integer(Int64($0)) })
            }
            return JSON.object([
                "samples": .integer(Int64(smaa.samples)),
                "seed": smaa.seed.map { .string(String($0)) } ?? .null,
                "bands": .places(smaa.bands), "rank_acceptability_counts": .array(counts),
                "mean_ranks": .numbers((0..<smaa.alternatives).map(smaa.meanPlace)),
                "central_weights": .array(smaa.centralWeights.map { $0.map(JSON.numbers) ?? .null }),
            ])
        }
    }
}

/// The file that every part of `yiju decide` reads.
struct DecideFile: ParsableArguments {
    @Option(name: .long, help: "输入的 JSON 文件 the JSON file to read.", completion: .file(extensions: ["json"]))
    var input: String
}

extension RawRepresentable where Self: CaseIterable, RawValue == String {
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// What an option names; an unknown name is told with those that there are.
    fileprivate init(named name: String, for option: String) throws {
        guard let known = Self(rawValue: name) else {
            throw ValidationError(
                "\(option)：没有“\(name)”，可用的有 \(Self.names)。 \(option): there is no “\(name)”; choose one of \(Self.names)."
            )
        }
        self = known
    }
}

extension JSON {
    fileprivate static func numbers(_ numbers: [Double]) -> JSON { .array(numbers.map { .number($0) }) }

    fileprivate static func places(_ places: [Int]) -> JSON { .array(places.map { .integer(Int64($0)) }) }
}

extension Terminal {
    fileprivate static func csv(_ header: [String], _ rows: [[OutputCell]]) throws {
        var writer = CSVWriter { Terminal.out(bytes: $0) }
        for row in [header.map { .text($0) }] + rows { try writer.append(row) }
        try writer.finish()
    }

    /// Whole places without a fraction, shared ones with a half.
    fileprivate static func number(_ rank: Double) -> String { JSON.number(rank).text }

    fileprivate static func tell(alike: [Int]) {
        guard !alike.isEmpty else { return }
        let criteria = alike.map { "\($0 + 1)" }.joined(separator: ", ")
        err("指标 \(criteria) 各方案相同，不影响名次。 Criteria \(criteria) are the same for all and move nobody.")
    }
}
