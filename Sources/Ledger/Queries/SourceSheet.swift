public import Kernel
public import Store

/// What stands at a stage, in fen.
public struct StageBalance: Sendable, Hashable {
    public let stage: LedgerStage
    public let fen: Int64
}

/// What was paid for an item of the works menu, in fen; its code is empty where none was stated.
public struct ItemUse: Sendable, Hashable {
    public let item: String
    public let paid: Int64
}

/// Where every fen of a source went.
public struct SourceSheet: Sendable, Hashable {
    /// What one project has of the source in one budget year.
    public struct Line: Sendable, Hashable {
        public let project: String
        public let name: String
        public let place: PlaceCode?
        public let year: Int
        public let sums: FundSums
    }

    /// Where the document's amount stands today; the parts sum to it exactly.
    public struct Standing: Sendable, Hashable {
        /// Not planned for any project yet.
        public let unplanned: Int64
        /// By stage, in the order of the chain: planned, pledged, allotted, called, received, paid, returned.
        public let stages: [StageBalance]

        public var sum: Int64 { stages.reduce(unplanned) { $0 + $1.fen } }
    }

    public let source: FundSource
    public let standing: Standing
    public let sums: FundSums
    /// By project and year.
    public let lines: [Line]
    /// In the order of the codes.
    public let uses: [ItemUse]
}

extension Ledger {
    /// All sources as they hold now, in the order of their codes.
    /// - Throws: `Refusal` `right.missing`.
    public func sources(for reader: Actor, in tx: Tx) throws -> [FundSource] {
        try reader.require(.readLedger)
        var found: [String: FundSource] = [:]
        try tx.each("SELECT \(TermColumns.source) FROM fund_source ORDER BY code, version") {
            let source = try TermColumns.source($0)
            found[source.code] = source
        }
        return found.values.sorted { $0.code < $1.code }
    }

    /// What happened to each source's money, by its code; sources without postings are left out.
    /// - Throws: `Refusal` `right.missing`.
    public func sourceSums(
        of part: LedgerPart = .init(), at moment: LedgerMoment = .now, for reader: Actor, in tx: Tx
    ) throws -> [String: FundSums] {
        try reader.require(.readLedger)
        let conditions: SQL = "\(try Self.within(reader, tx)) AND \(part.conditions(classes))"
        let sums = try FundSums.read(by: ["s.source"], conditions, at: moment, tx) { (try $0[0] as String, $1) }
        return Dictionary(sums, uniquingKeysWith: { first, _ in first })
    }

    /// The budget's years of which there is money, in their order.
    /// - Throws: `Refusal` `right.missing`.
    public func budgetYears(for reader: Actor, in tx: Tx) throws -> [Int] {
        try reader.require(.readLedger)
        return try tx.map("SELECT DISTINCT year FROM slice WHERE year > 0 ORDER BY year") { try $0[0] }
    }

    /// - Throws: `Refusal` `source.unknown`, `right.missing`. Readers of a part of the city see their lines, and
    ///   a standing of these alone.
    public func sourceSheet(
        _ code: String, at moment: LedgerMoment = .now, for reader: Actor, in tx: Tx
    ) throws -> SourceSheet {
        guard let source = try sources(for: reader, in: tx).first(where: { $0.code == code }) else {
            throw Refusal(
                .notFound, Rule.sourceUnknown.rawValue, zh: "没有资金来源“\(code)”。", en: "There is no source “\(code)”.",
                field: "source")
        }
        let conditions: SQL = "\(try Self.within(reader, tx)) AND s.source = \(code)"
        let names = try TermNames(tx)
        var total = FundSums()
        let lines = try FundSums.read(by: ["s.project", "s.year"], conditions, at: moment, tx) { row, sums in
            total += sums
            let project: String = try row[0]
            let known = names.projects[project]
            return SourceSheet.Line(
                project: project, name: known?.name ?? project, place: known?.place, year: try row[1], sums: sums)
        }
        let uses = try FundSums.read(by: ["s.item"], conditions, at: moment, tx) { row, sums in
            ItemUse(item: try row[0], paid: sums.paid)
        }
        return SourceSheet(
            source: source, standing: try standing(of: source, conditions, moment, tx), sums: total, lines: lines,
            uses: uses.filter { $0.paid != 0 })
    }

    private func standing(
        of source: FundSource, _ conditions: SQL, _ moment: LedgerMoment, _ tx: Tx
    ) throws -> SourceSheet.Standing {
        var balances: [String: Int64] = [:]
        try tx.each(
            """
            SELECT c.stage, CAST(sum(p.amount) AS BIGINT) FROM posting p JOIN cell c ON c.id = p.cell
            JOIN slice s ON s.id = p.slice
            WHERE c.measure = 'fen' AND \(try moment.counted(tx)) AND \(conditions) GROUP BY c.stage
            """
        ) { balances[try $0[0]] = try $0[1] }
        let stages: [LedgerStage] = [.planned, .pledged, .allotted, .called, .received, .paid, .returned]
        return SourceSheet.Standing(
            unplanned: source.amount + (balances[LedgerStage.open.code] ?? 0),
            stages: stages.map { StageBalance(stage: $0, fen: balances[$0.code] ?? 0) })
    }
}
