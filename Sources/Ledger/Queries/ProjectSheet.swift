public import Kernel
public import Store

/// A project's money on one page: where it comes from, what for, what is owed, and where it will end.
public struct ProjectSheet: Sendable, Hashable {
    /// What a source gives the project in one budget year.
    public struct Source: Sendable, Hashable {
        public let code: String
        public let name: Phrase
        public let kind: FundSource.Kind
        public let year: Int
        public let sums: FundSums
    }

    /// A contract and how far it has come; all amounts in fen.
    public struct Work: Sendable, Hashable {
        public let contract: Contract
        public internal(set) var committed: Int64 = 0
        /// Certified in all: due, wages and retained together.
        public internal(set) var certified: Int64 = 0
        /// Advances that certificates have not taken back.
        public internal(set) var advanced: Int64 = 0
        /// Certified, due and not paid, wages included.
        public internal(set) var due: Int64 = 0
        public internal(set) var wagesDue: Int64 = 0
        public internal(set) var retained: Int64 = 0
        public internal(set) var paid: Int64 = 0
        /// Of what was paid, what the settlement closed.
        public internal(set) var settled: Int64 = 0

        public var isSettled: Bool { settled > 0 && due == 0 && advanced == 0 && committed <= certified }
        /// What it will have cost: certified where it is settled, else the larger of certificates and price with
        /// variations.
        public var expected: Int64 { isSettled ? certified : max(contract.ceiling, certified) }
    }

    /// Ceilings follow each other: 概算, 合同价与变更, 计量, 支付.
    public struct Ceilings: Sendable, Hashable {
        /// The approved estimate.
        public let estimate: Int64
        /// Prices and variations of all contracts.
        public let contracts: Int64
        public let committed: Int64
        public let certified: Int64
        public let paid: Int64
        /// At completion, if nothing else is put under contract.
        public let forecast: Int64
        /// Planned of all sources, in money.
        public let planned: Int64

        /// Negative where the works will cost more than what was approved.
        public var margin: Int64 { estimate - forecast }
        /// Negative where more will be spent than sources were planned for.
        public var unfunded: Int64 { planned - forecast }
    }

    public let number: String
    public let name: String
    public let place: PlaceCode
    /// Code of the register's stage.
    public let stage: String
    public let plannedYear: Int?
    /// By source and year.
    public let sources: [Source]
    public let total: FundSums
    /// Use of space that was pledged, in hundredths of m²·year.
    public let pledgedUse: Int64
    /// What was paid, by item of the works menu.
    public let uses: [ItemUse]
    /// By code.
    public let works: [Work]
    public let ceilings: Ceilings
    /// Certificates and payments, the newest first, at most 200 each; older ones through `entries`.
    public let certificates: [EntryLine]
    public let payments: [EntryLine]
    /// Rules that its entries broke and were posted all the same.
    public let findings: [BrokenRule]
}

/// A finding with its entry.
public struct BrokenRule: Sendable, Hashable {
    public let entry: Int64
    public let day: Day
    public let project: String
    public let finding: Finding
    public let reason: String
}

extension Ledger {
    /// - Parameter number: of the project: "CSP-0012".
    /// - Throws: `Refusal` `move.project` where there is no such project for this reader; `right.missing`.
    public func projectSheet(
        _ number: String, at moment: LedgerMoment = .now, for reader: Actor, in tx: Tx
    ) throws -> ProjectSheet {
        try reader.require(.readLedger)
        let row = try tx.first("SELECT name, place, stage, planned_year FROM project WHERE number = \(number)")
        guard let row, reader.may(.readLedger, at: try row[1]) else {
            throw Refusal(
                .notFound, "move.project", zh: "没有项目“\(number)”。", en: "There is no project “\(number)”.",
                field: "project")
        }
        let names = try TermNames(tx)
        let conditions = LedgerPart.ofProject(number)
        let sources = try FundSums.read(by: ["s.source", "s.year"], conditions, at: moment, tx) { row, sums in
            let code: String = try row[0]
            return ProjectSheet.Source(
                code: code, name: names.name(.source, code), kind: names.kind(of: code), year: try row[1], sums: sums)
        }
        let uses = try FundSums.read(by: ["s.item"], conditions, at: moment, tx) {
            ItemUse(item: try $0[0], paid: $1.paid)
        }
        let use = try FundSums.read(by: ["s.project"], conditions, measure: .use, at: moment, tx) { $1.pledged }
        let works = try self.works(of: number, at: moment, tx)
        var total = FundSums()
        for source in sources { total += source.sums }
        let part = LedgerPart(project: number)
        return ProjectSheet(
            number: number, name: try row[0], place: try row[1], stage: try row[2], plannedYear: try row[3],
            sources: sources, total: total, pledgedUse: use.first ?? 0, uses: uses.filter { $0.paid != 0 },
            works: works, ceilings: try ceilings(of: number, works, total, moment, tx),
            certificates: try entries([.certify, .recover], of: part, at: moment, limit: 200, for: reader, in: tx),
            payments: try entries(
                [.pay, .payWages, .advance, .repay], of: part, at: moment, limit: 200, for: reader, in: tx),
            findings: try Self.brokenRules(LedgerPart.ofProject(number), at: moment, limit: 200, tx))
    }

    /// The contracts of a project with what stands at each stage of what is owed.
    func works(of number: String, at moment: LedgerMoment, _ tx: Tx) throws -> [ProjectSheet.Work] {
        var works: [String: ProjectSheet.Work] = [:]
        try tx.each("SELECT \(TermColumns.contract) FROM contract WHERE project = \(number) ORDER BY code, version") {
            let contract = try TermColumns.contract($0)
            works[contract.code] = ProjectSheet.Work(contract: contract)
        }
        try Self.eachDebt(LedgerPart.ofProject(number), at: moment, tx) { _, code, debt in
            works[code]?.take(debt)
        }
        return works.values.sorted { $0.contract.code < $1.contract.code }
    }

    private func ceilings(
        of number: String, _ works: [ProjectSheet.Work], _ total: FundSums, _ moment: LedgerMoment, _ tx: Tx
    ) throws -> ProjectSheet.Ceilings {
        let estimate = try estimate(of: number, at: moment, tx)
        return ProjectSheet.Ceilings(
            estimate: estimate ?? 0, contracts: works.reduce(0) { $0 + $1.contract.ceiling },
            committed: works.reduce(0) { $0 + $1.committed }, certified: works.reduce(0) { $0 + $1.certified },
            paid: works.reduce(0) { $0 + $1.paid }, forecast: works.reduce(0) { $0 + $1.expected },
            planned: total.planned)
    }

    /// What was approved for a project, fen; nil where nothing was.
    func estimate(of number: String, at moment: LedgerMoment, _ tx: Tx) throws -> Int64? {
        try tx.value(
            """
            SELECT CAST(-sum(p.amount) AS BIGINT) FROM posting p JOIN cell c ON c.id = p.cell
            JOIN slice s ON s.id = p.slice
            WHERE c.stage = 'unapproved' AND \(LedgerPart.ofProject(number)) AND \(try moment.counted(tx))
            HAVING count(*) > 0
            """)
    }

    /// What is owed on each contract: project, contract, balances by stage.
    static func eachDebt(
        _ conditions: SQL, at moment: LedgerMoment, _ tx: Tx,
        _ body: (String, String, [LedgerStage: Int64]) throws -> Void
    ) throws {
        var current: (project: String, contract: String, debt: [LedgerStage: Int64])?
        try tx.each(
            """
            SELECT s.project, s.contract, c.stage, CAST(sum(p.amount) AS BIGINT)
            FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = p.slice
            WHERE c.stage IN ('committed', 'advanced', 'certified', 'wages', 'retained', 'discharged', 'settled')
                AND s.contract <> '' AND \(try moment.counted(tx)) AND \(conditions)
            GROUP BY s.project, s.contract, c.stage ORDER BY s.project, s.contract, c.stage
            """
        ) { row in
            let (project, contract): (String, String) = (try row[0], try row[1])
            if let last = current, (last.project, last.contract) != (project, contract) {
                try body(last.project, last.contract, last.debt)
                current = nil
            }
            guard let stage = LedgerStage(code: try row[2]) else { throw LedgerFault.unreadable("cell") }
            var debt = current?.debt ?? [:]
            debt[stage] = try row[3]
            current = (project, contract, debt)
        }
        if let last = current { try body(last.project, last.contract, last.debt) }
    }

    /// Rules that entries of a part broke, within the reader's places, the newest first.
    /// - Parameter limit: at most 1,000.
    /// - Throws: `Refusal` `right.missing`.
    public func brokenRules(
        of part: LedgerPart = .init(), at moment: LedgerMoment = .now, limit: Int = 200, for reader: Actor, in tx: Tx
    ) throws -> [BrokenRule] {
        try reader.require(.readLedger)
        return try Self.brokenRules(
            SQL.all([try Self.within(reader, tx), part.conditions(classes)]), at: moment,
            limit: min(max(limit, 0), 1_000), tx)
    }

    /// Rules broken by entries whose postings meet the conditions, the newest first.
    static func brokenRules(
        _ conditions: SQL, at moment: LedgerMoment, limit: Int, _ tx: Tx
    ) throws -> [BrokenRule] {
        let concerned: SQL = """
            f.entry IN (SELECT p.entry FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = p.slice
                WHERE \(try moment.counted(tx)) AND \(conditions))
            """
        return try brokenRules(where: concerned, limit: limit, tx)
    }

    /// - Parameter concerned: a condition on `finding f`.
    static func brokenRules(where concerned: SQL, limit: Int, _ tx: Tx) throws -> [BrokenRule] {
        try tx.map(
            """
            SELECT f.entry, e.effective, e.reason, f.rule, f.move, f.asked, f.allowed, f.about,
                (SELECT min(s.project) FROM posting p JOIN slice s ON s.id = p.slice WHERE p.entry = f.entry)
            FROM finding f JOIN journal_entry e ON e.number = f.entry
            WHERE \(concerned)
            ORDER BY f.entry DESC, f.position LIMIT \(literal: limit)
            """
        ) { row in
            guard let rule = Rule(rawValue: try row[3]) else { throw LedgerFault.unreadable("finding") }
            return BrokenRule(
                entry: try row[0], day: try row[1], project: try row[8] ?? "",
                finding: Finding(rule, move: try row[4], asked: try row[5], allowed: try row[6], about: try row[7]),
                reason: try row[2])
        }
    }
}

extension ProjectSheet.Work {
    mutating func take(_ debt: [LedgerStage: Int64]) {
        let at = { (stage: LedgerStage) in debt[stage] ?? 0 }
        let closed = at(.discharged) + at(.settled)
        committed = at(.committed) + at(.advanced) + at(.certified) + at(.wages) + at(.retained) + closed
        advanced = at(.advanced)
        (due, wagesDue, retained) = (at(.certified) + at(.wages), at(.wages), at(.retained))
        certified = due + retained + closed
        // An advance is cash paid for work that is still to be certified.
        paid = closed + advanced
        settled = at(.settled)
    }
}
