import Kernel
import Store

/// What the questions look at, read once: each project of the ledger with its money, debts and reported stages.
struct AuditDesk {
    struct Project {
        let number: String
        let name: String
        let place: PlaceCode
        /// By code of the source: planned, received, returned and paid.
        var funds: [String: FundSums] = [:]
        var works: [ProjectSheet.Work] = []
        var estimate: Int64 = 0
        /// Reported to the register: stage to its first day, up to the day asked.
        var reached: [String: Day] = [:]
        /// The last of them.
        var stage = ""

        var total: FundSums {
            var total = FundSums()
            for sums in funds.values { total += sums }
            return total
        }
    }

    let projects: [Project]
    let names: TermNames
    let day: Day
    let limits: AuditLimits
    let moment: LedgerMoment
    let tx: Tx
    private let within: SQL

    init(_ limits: AuditLimits, at moment: LedgerMoment, day: Day, within: SQL, _ tx: Tx) throws {
        (self.limits, self.moment, self.day, self.within, self.tx) = (limits, moment, day, within, tx)
        names = try TermNames(tx)
        var found: [String: Project] = [:]
        for (number, known) in names.projects {
            found[number] = Project(number: number, name: known.name, place: known.place)
        }
        try Self.readMoney(&found, within, moment, tx)
        try Self.readReports(&found, day, tx)
        projects = found.values.filter { !$0.funds.isEmpty || $0.estimate > 0 || !$0.works.isEmpty }
            .sorted { $0.number < $1.number }
    }

    /// Of funding, of what is owed, and the estimate.
    private static let stages: [LedgerStage] = [
        .received, .returned, .paid, .unapproved, .committed, .advanced, .certified, .wages, .retained, .discharged,
        .settled,
    ]

    /// Cells hold what their postings sum to, so that no posting is read to know what stands now; as of a day the
    /// postings are summed by their cells before anything is joined.
    private static func readMoney(
        _ found: inout [String: Project], _ within: SQL, _ moment: LedgerMoment, _ tx: Tx
    ) throws {
        let contracts = try contracts(tx)
        let stands: SQL =
            moment == .now
            ? "SELECT id AS cell, credit - debit AS amount FROM cell WHERE is_total = 0"
            : "SELECT p.cell, sum(p.amount) AS amount FROM posting p WHERE \(try moment.counted(tx)) GROUP BY p.cell"
        let columns = stages.map { stage -> SQL in
            "CAST(sum(CASE c.stage WHEN \(stage.code) THEN b.amount ELSE 0 END) AS BIGINT)"
        }
        try tx.each(
            """
            SELECT s.project, s.source, CASE c.stage WHEN 'paid' THEN '' ELSE s.contract END AS debt,
                CAST(sum(b.amount) AS BIGINT), \(SQL.joined(columns, by: ", "))
            FROM (\(stands)) AS b JOIN cell c ON c.id = b.cell JOIN slice s ON s.id = c.slice
            WHERE c.measure = 'fen' AND c.stage <> 'open' AND \(within)
            GROUP BY s.project, s.source, debt ORDER BY s.project, s.source, debt
            """
        ) { row in
            let (number, source, code): (String, String, String) = (try row[0], try row[1], try row[2])
            var at: [LedgerStage: Int64] = [:]
            for (index, stage) in stages.enumerated() { at[stage] = try row[4 + index] as Int64 }
            if !source.isEmpty {
                found[number]?.funds[source] = FundSums(standing: at, inAll: try row[3])
            } else if code.isEmpty {
                found[number]?.estimate = -(at[.unapproved] ?? 0)
            } else if let contract = contracts[code] {
                var work = ProjectSheet.Work(contract: contract)
                work.take(at)
                found[number]?.works.append(work)
            }
        }
    }

    private static func contracts(_ tx: Tx) throws -> [String: Contract] {
        var contracts: [String: Contract] = [:]
        try tx.each("SELECT \(TermColumns.contract) FROM contract ORDER BY code, version") {
            let contract = try TermColumns.contract($0)
            contracts[contract.code] = contract
        }
        return contracts
    }

    private static func readReports(_ found: inout [String: Project], _ day: Day, _ tx: Tx) throws {
        try tx.each(
            """
            SELECT p.number, t.stage, t.day FROM project_stage t JOIN project p ON p.id = t.project
            WHERE t.day <= \(day) ORDER BY p.number, t.position
            """
        ) { row in
            let (number, stage, day): (String, String, Day) = (try row[0], try row[1], try row[2])
            guard let known = found[number] else { return }
            found[number]?.stage = stage
            if known.reached[stage] == nil { found[number]?.reached[stage] = day }
        }
    }

    /// - Returns: how many were looked at, and what was found, in any order.
    func answer(_ question: AuditQuestion) throws -> (examined: Int, findings: [AuditFinding]) {
        switch question {
        case .residentsShare: residentsShare()
        case .arrival: arrival()
        case .use: use()
        case .idleCash: try idleCash()
        case .sharing: try sharing()
        case .repairFund: repairFund()
        case .paidBeyond: paidBeyond()
        case .pastEstimate: pastEstimate()
        case .advances: advances()
        case .wages: try wages()
        case .jointAcceptance: jointAcceptance()
        case .settlement: settlement()
        case .reported: reported()
        case .brokenRules: try brokenRules()
        }
    }

    func finding(
        _ project: Project, _ subject: AuditFinding.Subject = .project, amount: Int64, value: Double? = nil,
        limit: Double? = nil, since: Day? = nil, zh: String, en: String
    ) -> AuditFinding {
        AuditFinding(
            subject: subject, project: project.number, name: project.name, place: project.place, amount: amount,
            value: value, limit: limit, since: since, words: Phrase(zh: zh, en: en))
    }

    static func percent(_ rate: Double) -> String {
        let tenths = Int((rate * 1_000).rounded())
        return "\(tenths / 10).\(abs(tenths % 10)) %"
    }

    // MARK: what needs more than the projects

    private func idleCash() throws -> (Int, [AuditFinding]) {
        let holding: SQL = moment == .now ? "credit > debit" : "TRUE"
        let cells: SQL = """
            SELECT id FROM cell WHERE stage = 'received' AND measure = 'fen' AND is_total = 0 AND \(holding)
            """
        let idle = try IdleCash.read(within, withCash: cells, at: moment, day: day, tx) { [$0.project] }.parts[0]
        let found = projects.compactMap { project -> AuditFinding? in
            guard let cash = idle[project.number], let days = cash.averageDays, days > Double(limits.idleDays) else {
                return nil
            }
            return finding(
                project, amount: cash.amount, value: days, limit: Double(limits.idleDays),
                since: cash.longest.map { day.adding(days: -$0) },
                zh: "闲置 \(Money.yuan(cash.amount)) 元，平均 \(Int(days)) 天。",
                en: "\(Money.yuan(cash.amount)) yuan have been idle for \(Int(days)) days on average.")
        }
        return (projects.count, found)
    }

    /// Pledges and calls that stand and whose last move is older than allowed.
    private func sharing() throws -> (Int, [AuditFinding]) {
        let known = Dictionary(projects.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        var (examined, found) = (0, [AuditFinding]())
        try tx.each(
            """
            SELECT s.project, s.party, c.stage, CAST(sum(p.amount) AS BIGINT), max(p.effective)
            FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = c.slice
            WHERE c.stage IN ('pledged', 'called') AND s.party <> '' AND c.measure = 'fen'
                AND \(try moment.counted(tx)) AND \(within)
            GROUP BY s.project, s.party, c.stage ORDER BY s.project, s.party, c.stage
            """
        ) { row in
            examined += 1
            let (party, stage, open, last): (String, String, Int64, Day) = (
                try row[1], try row[2], try row[3], try row[4]
            )
            let days = day.number - last.number
            guard open > 0, days > limits.pledgeDays, let project = known[try row[0]] else { return }
            let isCalled = stage == LedgerStage.called.code
            found.append(
                finding(
                    project, amount: open, value: Double(days), limit: Double(limits.pledgeDays), since: last,
                    zh: "“\(party)”承诺的 \(Money.yuan(open)) 元\(isCalled ? "已催缴未到账" : "未催缴")，已 \(days) 天。",
                    en: """
                        \(Money.yuan(open)) yuan pledged by “\(party)” were \(isCalled ? "called and not paid" : "not called") \
                        for \(days) days.
                        """))
        }
        return (examined, found)
    }

    private func wages() throws -> (Int, [AuditFinding]) {
        var found: [AuditFinding] = []
        for project in projects {
            for work in project.works where work.wagesDue > 0 {
                let last: Day? = try tx.value(
                    """
                    SELECT max(p.effective) FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = p.slice
                    WHERE c.stage = 'wages' AND p.move = 'certify' AND s.contract = \(work.contract.code)
                        AND \(LedgerPart.ofProject(project.number)) AND \(try moment.counted(tx)) HAVING count(*) > 0
                    """)
                guard let last, day.number - last.number > limits.wageDays else { continue }
                let days = day.number - last.number
                found.append(
                    finding(
                        project, .contract(work.contract.code), amount: work.wagesDue, value: Double(days),
                        limit: Double(limits.wageDays), since: last,
                        zh: "合同 \(work.contract.code) 应付工资 \(Money.yuan(work.wagesDue)) 元，逾 \(days) 天未付。",
                        en:
                            "\(Money.yuan(work.wagesDue)) yuan of wages in \(work.contract.code) are unpaid after \(days) days."
                    ))
            }
        }
        return (projects.reduce(0) { $0 + $1.works.count }, found)
    }

    private func brokenRules() throws -> (Int, [AuditFinding]) {
        // Few entries broke a rule: each is looked at, instead of all postings.
        let concerned: SQL = """
            EXISTS (SELECT 1 FROM posting p JOIN slice s ON s.id = p.slice
                WHERE p.entry = f.entry AND \(try moment.counted(tx)) AND \(within))
            """
        let broken = try Ledger.brokenRules(where: concerned, limit: 10_000, tx)
        let entries: Int? = try tx.value("SELECT count(*) FROM journal_entry")
        let found = broken.map { rule in
            let known = names.projects[rule.project]
            let (words, about) = (rule.finding.rule.words.rule, rule.finding.about)
            return AuditFinding(
                subject: .entry(rule.entry), project: rule.project, name: known?.name ?? rule.project,
                place: known?.place, amount: max(0, rule.finding.asked - rule.finding.allowed), value: nil, limit: nil,
                since: rule.day,
                words: Phrase(
                    zh: """
                        \(words.zh)（\(about)）：\(Money.yuan(rule.finding.asked)) 元，最多 \
                        \(Money.yuan(rule.finding.allowed)) 元。\(rule.reason)
                        """,
                    en: """
                        \(words.en) (\(about)): \(Money.yuan(rule.finding.asked)) yuan, at most \
                        \(Money.yuan(rule.finding.allowed)). \(rule.reason)
                        """))
        }
        return (entries ?? 0, found)
    }
}

extension FundSums {
    /// Money moves along the chain and never out of it: all that stands on it was planned, and what went on was
    /// received before.
    fileprivate init(standing at: [LedgerStage: Int64], inAll all: Int64) {
        self.init()
        (planned, returned, paid) = (all, at[.returned] ?? 0, at[.paid] ?? 0)
        received = (at[.received] ?? 0) + returned + paid
    }
}
