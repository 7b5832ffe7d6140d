public import Kernel
public import Store

/// Writes all projects with money as an OC4IDS 0.9 project package: budget by source, contracts with their variations,
/// payments. Households are named by no more than the kind of source. Amounts are in yuan, exact to the fen.
public struct OC4IDSExport: Sendable {
    private let ledger: Ledger
    private let published: Instant

    /// - Parameter published: stated as the package's date.
    public init(ledger: Ledger, published: Instant) {
        (self.ledger, self.published) = (ledger, published)
    }

    /// - Parameter write: is given the file piece by piece.
    /// - Throws: `Refusal` `right.missing` to readers who do not read the whole city's ledger; `export.empty` where no
    ///   project has money, since a package without projects is none.
    public func write(for reader: Actor, in tx: Tx, _ write: (String) throws -> Void) throws {
        let city = try tx.first("SELECT code, name, generated FROM city LIMIT 1")
        try reader.require(.readLedger, at: try city.map { try $0[0] } ?? .country)
        let projects = try OC4IDSProject.all(tx)
        guard let first = projects.first else {
            throw Refusal(
                .notFound, "export.empty", zh: "台账中没有任何项目的资金，无法导出。", en: "No project has money in the ledger yet.")
        }
        let name: String = try city.map { try $0[1] } ?? "宜居"
        let isGenerated: Bool = try city.map { try $0[2] } ?? false
        let head = JSON.object([
            "uri": .string("urn:yiju:\(try city.map { try $0[0] as String } ?? "")"), "version": "0.9",
            "publishedDate": .string(published.rfc3339),
            "publisher": .object(["name": .string(name + (isGenerated ? "（演示数据，均为生成）" : ""))]),
        ]).text
        try write(head.dropLast() + ",\"projects\":[")
        for project in projects {
            if project.number != first.number { try write(",\n") }
            try write(project.json(authority: name).text)
        }
        try write("]}\n")
    }
}

/// What the package says of one project.
private struct OC4IDSProject {
    struct Work {
        var contract: Contract
        var variations: [ContractChange] = []
        var payments: [JSON] = []
    }

    let number: String
    let name: String
    let place: PlaceCode
    let updated: Instant
    var stages: [(stage: String, day: Day)] = []
    var estimate: Int64 = 0
    var approved: Day?
    var budget: [(source: FundSource, year: Int, fen: Int64)] = []
    var works: [String: Work] = [:]

    static func all(_ tx: Tx) throws -> [OC4IDSProject] {
        var found: [String: OC4IDSProject] = [:]
        try tx.each(
            """
            SELECT number, name, place, changed_at FROM project WHERE number IN (SELECT DISTINCT project FROM slice)
            """
        ) { row in
            let number: String = try row[0]
            found[number] = OC4IDSProject(number: number, name: try row[1], place: try row[2], updated: try row[3])
        }
        try tx.each(
            """
            SELECT p.number, t.stage, t.day FROM project_stage t JOIN project p ON p.id = t.project
            ORDER BY p.number, t.position
            """
        ) { found[try $0[0]]?.stages.append((try $0[1], try $0[2])) }
        try readBudgets(&found, tx)
        try readContracts(&found, tx)
        return found.values.filter { !$0.budget.isEmpty || $0.estimate > 0 }.sorted { $0.number < $1.number }
    }

    private static func readBudgets(_ found: inout [String: OC4IDSProject], _ tx: Tx) throws {
        let names = try TermNames(tx)
        _ = try FundSums.read(by: ["s.project", "s.source", "s.year"], "TRUE", at: .now, tx) { row, sums in
            guard sums.planned > 0, let source = names.source(try row[1]) else { return }
            found[try row[0]]?.budget.append((source, try row[2], sums.planned))
        }
        try tx.each(
            """
            SELECT s.project, CAST(-sum(p.amount) AS BIGINT), min(p.effective)
            FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = p.slice
            WHERE c.stage = 'unapproved' GROUP BY s.project
            """
        ) { row in
            let number: String = try row[0]
            found[number]?.estimate = try row[1]
            found[number]?.approved = try row[2]
        }
    }

    private static func readContracts(_ found: inout [String: OC4IDSProject], _ tx: Tx) throws {
        for change in try ContractChange.read("TRUE", tx) {
            let contract = change.contract
            var work = found[contract.project]?.works[contract.code] ?? Work(contract: contract)
            if change.before != nil, change.amount != 0 { work.variations.append(change) }
            work.contract = contract
            found[contract.project]?.works[contract.code] = work
        }
        try tx.each(
            """
            SELECT s.project, s.contract, e.key, e.effective, p.move, CAST(sum(p.amount) AS BIGINT)
            FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = p.slice
            JOIN journal_entry e ON e.number = p.entry
            WHERE c.stage = 'paid' GROUP BY s.project, s.contract, e.number, e.key, e.effective, p.move
            ORDER BY s.project, s.contract, e.number, p.move
            """
        ) { row in
            let (project, contract): (String, String) = (try row[0], try row[1])
            let (key, day, move, fen): (String, Day, String, Int64) = (try row[2], try row[3], try row[4], try row[5])
            guard fen != 0, let party = found[project]?.works[contract]?.contract.party else { return }
            found[project]?.works[contract]?.payments.append(
                .object([
                    "id": .string("\(key):\(move)"), "date": date(day), "value": value(fen),
                    "payee": .object(["name": .string(party), "id": .string(party)]),
                ]))
        }
    }

    // MARK: JSON

    func json(authority: String) -> JSON {
        var members = [
            JSON.Member("id", .string(number)), JSON.Member("updated", .string(updated.rfc3339)),
            JSON.Member("language", "zh"), JSON.Member("title", .string(name)), JSON.Member("type", "rehabilitation"),
            JSON.Member("sector", .array(["socialHousing"])),
            JSON.Member(
                "locations", .array([.object(["id": .string(place.digits), "description": .string(place.digits)])])),
        ]
        if let status { members.append(JSON.Member("status", .string(status))) }
        if let first = stages.first { members.append(JSON.Member("period", period(first.day, day(of: "accepted")))) }
        if let start = day(of: "works") {
            members.append(JSON.Member("implementationPeriod", period(start, day(of: "accepted"))))
        }
        members.append(JSON.Member("publicAuthority", .object(["name": .string(authority), "id": .string(authority)])))
        members.append(JSON.Member("budget", budgetJSON))
        members.append(JSON.Member("parties", .array(parties(authority))))
        if !works.isEmpty {
            let processes = works.values.sorted { $0.contract.code < $1.contract.code }.map(process)
            members.append(JSON.Member("contractingProcesses", .array(processes)))
        }
        return .object(members)
    }

    /// The register's stages as the standard's phases.
    private var status: String? {
        switch stages.last?.stage {
        case "surveyed", "evaluated", "consented": "identification"
        case "programmed", "schemeVoted", "design", "approval", "tender": "preparation"
        case "works": "implementation"
        case "accepted", "settled", "handedOver": "completion"
        case "aftercare": "maintenance"
        case "leftOut": "cancelled"
        default: nil
        }
    }

    private func day(of stage: String) -> Day? { stages.first { $0.stage == stage }?.day }

    private var budgetJSON: JSON {
        var members: [JSON.Member] = []
        if estimate > 0 { members.append(JSON.Member("amount", Self.value(estimate))) }
        if let approved { members.append(JSON.Member("approvalDate", Self.date(approved))) }
        if !budget.isEmpty {
            let lines = budget.map { source, year, fen in
                JSON.object([
                    "id": .string("\(source.code):\(year)"), "description": .string(source.name.zh),
                    "amount": Self.value(fen),
                    "sourceParty": .object(["name": .string(source.kind.name.zh), "id": .string(source.kind.rawValue)]),
                ])
            }
            members.append(
                JSON.Member(
                    "budgetBreakdowns",
                    .array([.object(["id": "sources", "description": "资金来源", "budgetBreakdown": .array(lines)])])))
        }
        return .object(members)
    }

    /// Everybody whom the project refers to.
    private func parties(_ authority: String) -> [JSON] {
        let suppliers = Set(works.values.map(\.contract.party)).sorted().map { party in
            JSON.object(["id": .string(party), "name": .string(party), "roles": .array(["supplier"])])
        }
        let kinds = FundSource.Kind.allCases.filter { kind in budget.contains { $0.source.kind == kind } }.map { kind in
            JSON.object(["id": .string(kind.rawValue), "name": .string(kind.name.zh), "roles": .array(["funder"])])
        }
        let owner = JSON.object([
            "id": .string(authority), "name": .string(authority), "roles": .array(["publicAuthority"]),
        ])
        return [owner] + suppliers + kinds
    }

    private func process(_ work: Work) -> JSON {
        let contract = work.contract
        let supplier = JSON.object(["name": .string(contract.party), "id": .string(contract.party)])
        var summary = [
            JSON.Member("ocid", .string("yiju-\(contract.code)")), JSON.Member("title", .string(contract.title)),
            JSON.Member("nature", .array(["construction"])),
            JSON.Member("status", day(of: "settled") == nil ? "active" : "closed"),
            JSON.Member("suppliers", .array([supplier])), JSON.Member("contractValue", Self.value(contract.price)),
        ]
        if day(of: "settled") != nil { summary.append(JSON.Member("finalValue", Self.value(contract.ceiling))) }
        let changes = work.variations.enumerated().map { Self.modification($0 + 1, $1) }
        if !changes.isEmpty { summary.append(JSON.Member("modifications", .array(changes))) }
        if !work.payments.isEmpty { summary.append(JSON.Member("transactions", .array(work.payments))) }
        return .object(["id": .string(contract.code), "summary": .object(summary)])
    }

    private static func modification(_ number: Int, _ change: ContractChange) -> JSON {
        var members = [JSON.Member("id", .string(String(number)))]
        if let recorded = change.recorded { members.append(JSON.Member("date", .string(recorded.at.rfc3339))) }
        members.append(JSON.Member("type", "value"))
        if let approval = change.clearance {
            let text = "\(approval.kind.name.zh)，\(approval.issuer)，\(approval.from)"
            members.append(JSON.Member("rationale", .string(text)))
        }
        return .object(
            members + [
                JSON.Member("oldContractValue", value(change.contract.ceiling - change.amount)),
                JSON.Member("newContractValue", value(change.contract.ceiling)),
            ])
    }

    private func period(_ start: Day, _ end: Day?) -> JSON {
        var members = [JSON.Member("startDate", Self.date(start))]
        if let end { members.append(JSON.Member("endDate", Self.date(end))) }
        return .object(members)
    }

    private static func date(_ day: Day) -> JSON { .string("\(day)T00:00:00+08:00") }

    /// Fen as yuan: fewer than 2⁵³ of them are exact to the second decimal.
    private static func value(_ fen: Int64) -> JSON {
        .object(["amount": .number(Double(fen) / 100), "currency": "CNY"])
    }
}
