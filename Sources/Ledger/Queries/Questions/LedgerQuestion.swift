public import Kernel
public import Store

/// Along what an own question is answered.
public enum AskAxis: String, Sendable, CaseIterable {
    case district, project, kind, source, year, item, contract, party, area, stage
    /// The year of the day on which an entry counts; `year` is the budget's.
    case happened

    public var name: Phrase {
        switch self {
        case .district: Phrase(zh: "区县", en: "district")
        case .project: Phrase(zh: "项目", en: "project")
        case .kind: Phrase(zh: "资金类别", en: "kind of source")
        case .source: Phrase(zh: "资金来源", en: "source")
        case .year: Phrase(zh: "预算年度", en: "budget year")
        case .item: Phrase(zh: "改造内容", en: "work item")
        case .contract: Phrase(zh: "合同", en: "contract")
        case .party: Phrase(zh: "当事方", en: "party")
        case .area: Phrase(zh: "更新片区", en: "renewal area")
        case .stage: Phrase(zh: "环节", en: "stage")
        case .happened: Phrase(zh: "发生年份", en: "year of entry")
        }
    }

    /// Text in either engine; empty where a posting has none.
    var column: SQL {
        switch self {
        case .district: "coalesce(substr(j.place, 1, 6), '')"
        case .project: "s.project"
        case .kind: "coalesce(k.kind, '')"
        case .source: "s.source"
        case .year: "CASE s.year WHEN 0 THEN '' ELSE CAST(s.year AS TEXT) END"
        case .item: "s.item"
        case .contract: "s.contract"
        case .party: "s.party"
        case .area: "s.area"
        case .stage: "c.stage"
        case .happened: "substr(p.effective, 1, 4)"
        }
    }
}

/// What counts: entries of these days, as they were known then. All nil for everything so far.
public struct LedgerPeriod: Sendable, Hashable {
    /// From this day on; nil since the beginning.
    public var from: Day?
    public var moment: LedgerMoment

    public init(from: Day? = nil, _ moment: LedgerMoment = .now) {
        (self.from, self.moment) = (from, moment)
    }

    fileprivate func counted(_ tx: Tx) throws -> SQL {
        let until = try moment.counted(tx)
        return from.map { "\(until) AND p.effective >= \($0)" } ?? until
    }
}

/// A question of one's own: one number along chosen axes, of chosen parts, in one period or in two beside each other.
public struct LedgerQuestion: Sendable, Hashable {
    public enum Value: String, Sendable, CaseIterable {
        /// What came to a stage, cumulative; reversals take away.
        case arrived = "in"
        case left = "out"
        /// What stands there.
        case balance

        public var name: Phrase {
            switch self {
            case .arrived: Phrase(zh: "累计转入", en: "came in")
            case .left: Phrase(zh: "累计转出", en: "went out")
            case .balance: Phrase(zh: "余额", en: "balance")
            }
        }

        /// Odd lines are debits; the amount is what the balance gains.
        fileprivate var term: SQL {
            switch self {
            case .arrived: "CASE WHEN p.line % 2 = 0 THEN p.amount ELSE 0 END"
            case .left: "CASE WHEN p.line % 2 = 1 THEN -p.amount ELSE 0 END"
            case .balance: "p.amount"
            }
        }
    }

    public var by: [AskAxis]
    public var measure = LedgerMeasure.fen
    public var value = Value.arrived
    /// Empty for all, which then are told apart: over all stages everything sums to nothing.
    public var stages: Set<LedgerStage> = []
    public var part = LedgerPart()
    public var period = LedgerPeriod()
    /// Beside which the period stands; nil for no comparison.
    public var beside: LedgerPeriod?

    public static let axisLimit = 5
    public static let lineLimit = 20_000

    public init(by: [AskAxis] = []) {
        self.by = by
    }

    /// Those asked for, once each, and the stage where several are counted.
    public var axes: [AskAxis] {
        var axes: [AskAxis] = []
        for axis in by where !axes.contains(axis) && axes.count < Self.axisLimit { axes.append(axis) }
        if stages.count != 1, !axes.contains(.stage) { axes.append(.stage) }
        return axes
    }
}

/// The answer: a line for each combination that has something, in the order of the codes.
public struct AskedTable: Sendable, Hashable {
    public struct Key: Sendable, Hashable {
        /// Empty where the postings have no value along the axis.
        public let code: String
        /// Nil where the ledger knows none.
        public let name: Phrase?
    }

    public struct Line: Sendable, Hashable {
        /// One for each axis.
        public let keys: [Key]
        /// Minor units of the measure.
        public let amount: Int64
        /// The same in the period beside it; zero where none was asked.
        public let beside: Int64

        public var difference: Int64 { amount - beside }
    }

    public let axes: [AskAxis]
    public let lines: [Line]
    /// By stage where several are counted; else one line. Never over several stages.
    public let totals: [Line]
}

extension Ledger {
    /// - Throws: `Refusal` `question.large` where the answer has too many lines; `right.missing`.
    public func ask(_ question: LedgerQuestion, for reader: Actor, in tx: Tx) throws -> AskedTable {
        try reader.require(.readLedger)
        let axes = question.axes
        let found = try tx.map(try statement(question, axes, reader, tx)) { row in
            AskedRow(
                codes: try axes.indices.map { try row[$0] }, amount: try row[axes.count] ?? 0,
                beside: try row[axes.count + 1] ?? 0)
        }
        guard found.count <= LedgerQuestion.lineLimit else {
            throw Refusal(
                .tooLarge, "question.large", zh: "答案超过 \(LedgerQuestion.lineLimit) 行；请减少维度或增加条件。",
                en: "The answer has more than \(LedgerQuestion.lineLimit) lines; ask by less, or with more conditions.")
        }
        let names = try AskedNames(axes, tx)
        let lines = found.filter { $0.amount != 0 || $0.beside != 0 }
            // The engines sort text differently.
            .sorted { $0.codes.lexicographicallyPrecedes($1.codes) }
            .map { row in
                let keys = zip(axes, row.codes).map { AskedTable.Key(code: $1, name: names.name($0, $1)) }
                return AskedTable.Line(keys: keys, amount: row.amount, beside: row.beside)
            }
        return AskedTable(axes: axes, lines: lines, totals: Self.totals(lines, axes))
    }

    private func statement(
        _ question: LedgerQuestion, _ axes: [AskAxis], _ reader: Actor, _ tx: Tx
    ) throws -> SQL {
        let period = try question.period.counted(tx)
        let beside = try question.beside?.counted(tx)
        let term = question.value.term
        func sum(_ condition: SQL) -> SQL {
            "CAST(coalesce(sum(CASE WHEN \(condition) THEN \(term) ELSE 0 END), 0) AS BIGINT)"
        }
        var conditions: [SQL] = [
            "c.measure = \(question.measure.rawValue)", try Self.within(reader, tx),
            question.part.conditions(classes),
            beside.map { "((\(period)) OR (\($0)))" } ?? period,
        ]
        if !question.stages.isEmpty {
            conditions.append("c.stage IN \(list: question.stages.sorted().map(\.code))")
        }
        var joins: SQL = ""
        if axes.contains(.district) { joins += " LEFT JOIN project j ON j.number = s.project" }
        if axes.contains(.kind) {
            joins += " LEFT JOIN (SELECT code, max(kind) AS kind FROM fund_source GROUP BY code) k ON k.code = s.source"
        }
        let columns = axes.map(\.column) + [sum(period), beside.map(sum) ?? "CAST(0 AS BIGINT)"]
        let groups: SQL = axes.isEmpty ? "" : "GROUP BY \(SQL.joined(axes.map(\.column), by: ", "))"
        return """
            SELECT \(SQL.joined(columns, by: ", "))
            FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = p.slice\(joins)
            WHERE \(SQL.all(conditions)) \(groups) LIMIT \(literal: LedgerQuestion.lineLimit + 1)
            """
    }

    private static func totals(_ lines: [AskedTable.Line], _ axes: [AskAxis]) -> [AskedTable.Line] {
        let stage = axes.firstIndex(of: .stage)
        var sums: [String: AskedTable.Line] = [:]
        for line in lines {
            let key = stage.map { line.keys[$0] }
            let sum = sums[key?.code ?? ""]
            sums[key?.code ?? ""] = AskedTable.Line(
                keys: key.map { [$0] } ?? [], amount: (sum?.amount ?? 0) + line.amount,
                beside: (sum?.beside ?? 0) + line.beside)
        }
        guard stage != nil else { return sums[""].map { [$0] } ?? [] }
        return LedgerStage.allCases.compactMap { sums[$0.code] }
    }
}

private struct AskedRow {
    let codes: [String]
    let amount: Int64
    let beside: Int64
}

/// What codes are called, of the axes asked for.
private struct AskedNames {
    private let terms: TermNames
    private var contracts: [String: String] = [:]

    init(_ axes: [AskAxis], _ tx: Tx) throws {
        terms = try TermNames(tx)
        guard axes.contains(.contract) else { return }
        var contracts: [String: String] = [:]
        try tx.each("SELECT code, title FROM contract ORDER BY code, version") { contracts[try $0[0]] = try $0[1] }
        self.contracts = contracts
    }

    func name(_ axis: AskAxis, _ code: String) -> Phrase? {
        guard !code.isEmpty else { return nil }
        switch axis {
        case .district: return terms.name(.district, code)
        case .project: return terms.projects[code].map { Phrase(zh: $0.name, en: $0.name) }
        case .kind: return FundSource.Kind(rawValue: code)?.name
        case .source: return terms.source(code)?.name
        case .stage: return LedgerStage(code: code)?.name
        case .contract: return contracts[code].map { Phrase(zh: $0, en: $0) }
        case .year, .item, .party, .area, .happened: return nil
        }
    }
}
