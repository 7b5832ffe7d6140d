public import Identity
public import Kernel
import Store

extension Ledger {
    /// Registers a source, or changes it: the entries posted so far keep what held for them.
    /// - Throws: `Refusal` `source.*` naming the field.
    public func saveSource(_ source: FundSource, in deed: Deed) throws {
        let city: PlaceCode = try deed.tx.value("SELECT code FROM city LIMIT 1") ?? .country
        try deed.actor.require(.editSources, at: city)
        try Self.check(source)
        let planned: Int64? = try deed.tx.value(
            """
            SELECT c.debit - c.credit FROM cell c JOIN slice s ON s.id = c.slice
            WHERE c.stage = 'open' AND c.measure = 'fen' AND c.is_total = 0 AND s.source = \(source.code)
            """)
        guard source.amount >= planned ?? 0 else {
            throw Refusal(
                "source.planned",
                zh: "该来源已安排 \(Money.yuan(planned ?? 0))，金额不能少于此数；请先调减计划。",
                en: "\(Money.yuan(planned ?? 0)) of this source is planned; its amount cannot be less. Unplan first.",
                field: "amount")
        }
        let version = try insert(
            TermColumns.values(source), into: "fund_source",
            [
                "zh", "en", "kind", "document", "amount", "uses", "places", "year_from", "year_to", "share", "priority",
                "stat",
            ],
            deed)
        try deed.record(
            "source.edit", on: Subject("source", source.code), at: city, after: TermText.of(source, version))
    }

    private static func check(_ source: FundSource) throws {
        try EntryDraft.checkText(source.code, 1...LedgerLimits.code, "code")
        try EntryDraft.checkText(source.name.zh, 1...LedgerLimits.code, "zh")
        try EntryDraft.checkText(source.name.en, 1...LedgerLimits.key, "en")
        try EntryDraft.checkText(source.document, 1...LedgerLimits.memo, "document")
        for use in source.uses { try EntryDraft.checkText(use, 1...LedgerLimits.code, "uses") }
        guard source.uses.count <= 100, source.places.count <= 100, !source.uses.contains(where: { $0.contains(" ") })
        else {
            throw Refusal(
                "source.lists", zh: "用途和地区各最多 100 个，代码不含空格。",
                en: "Uses and places are at most 100 each, their codes without spaces.", field: "uses")
        }
        guard (0...LedgerLimits.amount).contains(source.amount), (0...10_000).contains(source.share),
            (1990...2100).contains(source.years.lowerBound), (1990...2100).contains(source.years.upperBound)
        else {
            throw Refusal(
                "source.numbers", zh: "金额须在 0 至 \(LedgerLimits.amount) 分之间，比例在 0 至 10000（万分之）之间，年度在 1990 至 2100 之间。",
                en: """
                    The amount is 0 to \(LedgerLimits.amount) fen, the share 0 to 10000 (ten-thousandths), years are 1990 \
                    to 2100.
                    """, field: "amount")
        }
    }

    /// Registers a contract of a project.
    /// - Throws: `Refusal` `contract.known`, `contract.numbers`, `move.project`.
    public func signContract(_ contract: Contract, in deed: Deed) throws {
        guard try Self.contract(contract.code, deed.tx) == nil else {
            throw Refusal(
                .conflict, "contract.known", zh: "合同“\(contract.code)”已登记；变更请附变更批复。",
                en: "The contract “\(contract.code)” is registered; a change needs an approved variation.",
                field: "code")
        }
        try EntryDraft.checkText(contract.code, 1...LedgerLimits.code, "code")
        try EntryDraft.checkText(contract.title, 1...LedgerLimits.memo, "title")
        try EntryDraft.checkText(contract.party, 1...LedgerLimits.code, "party")
        guard (1...LedgerLimits.amount).contains(contract.price), contract.variations == 0, contract.retention >= 0,
            contract.wages >= 0, contract.retention + contract.wages <= 10_000
        else {
            throw Refusal(
                "contract.numbers", zh: "合同价须大于 0；质保金与工资款比例之和不超过 10000（万分之）；变更另行办理。",
                en: """
                    The price is above 0; retention and wages are at most 10000 (ten-thousandths) together; variations \
                    come later.
                    """, field: "price")
        }
        try save(contract, act: "contract.sign", deed)
    }

    /// Changes a contract's ceiling by an approved variation, fen; each approval is used once.
    /// - Throws: `Refusal` `contract.unknown`, `clearance.missing`, `contract.committed`.
    public func varyContract(_ code: String, by amount: Int64, on id: ID<Clearance>, in deed: Deed) throws {
        guard var contract = try Self.contract(code, deed.tx) else { throw Self.noContract(code) }
        let row = try deed.tx.first("SELECT \(TermColumns.clearance) FROM clearance WHERE id = \(id)")
        guard let clearance = try row.map(TermColumns.clearance), clearance.kind == .variation,
            clearance.subject == code, clearance.holds(on: deed.today),
            try deed.tx.first("SELECT 1 FROM contract WHERE clearance = \(id)") == nil, amount != 0,
            amount <= clearance.amount ?? .max, amount > -contract.ceiling
        else {
            throw Finding(.clearance, move: 0, asked: amount, allowed: 0, about: "variation \(code)").refusal
        }
        contract.variations += amount
        let committed: Int64? = try deed.tx.value(
            """
            SELECT CAST(coalesce(sum(c.credit - c.debit), 0) AS BIGINT) FROM cell c JOIN slice s ON s.id = c.slice
            WHERE c.is_total = 0 AND c.measure = 'fen' AND s.contract = \(code) AND c.stage IN ('committed', 'advanced',
                'certified', 'wages', 'retained', 'discharged', 'settled')
            """)
        guard contract.ceiling >= committed ?? 0 else {
            throw Refusal(
                "contract.committed", zh: "该合同已签约 \(Money.yuan(committed ?? 0))；请先核减合同再办理减少的变更。",
                en: "\(Money.yuan(committed ?? 0)) of this contract is committed; decommit before it is reduced.",
                field: "amount")
        }
        try save(contract, act: "contract.vary", deed, on: id)
    }

    /// Marks a contract as disputed, which holds payments but never their wages, or as settled again.
    /// - Throws: `Refusal` `contract.unknown`.
    public func disputeContract(_ code: String, isDisputed: Bool, in deed: Deed) throws {
        guard var contract = try Self.contract(code, deed.tx) else { throw Self.noContract(code) }
        guard contract.isDisputed != isDisputed else { return }
        contract.isDisputed = isDisputed
        try save(contract, act: "contract.dispute", deed)
    }

    private static func contract(_ code: String, _ tx: Tx) throws -> Contract? {
        try tx.first("SELECT \(TermColumns.contract) FROM contract WHERE code = \(code) ORDER BY version DESC LIMIT 1")
            .map(TermColumns.contract)
    }

    private static func noContract(_ code: String) -> Refusal {
        Refusal(
            .notFound, Rule.contractUnknown.rawValue, zh: "没有合同“\(code)”。", en: "There is no contract “\(code)”.",
            field: "code")
    }

    private func save(
        _ contract: Contract, act: String, _ deed: Deed, on clearance: ID<Clearance>? = nil
    ) throws {
        let place: PlaceCode? = try deed.tx.value("SELECT place FROM project WHERE number = \(contract.project)")
        guard let place else {
            throw Refusal(
                "move.project", zh: "登记库中没有项目“\(contract.project)”；请更正项目编号。",
                en: "The register has no project “\(contract.project)”; mend its number.", field: "project")
        }
        try deed.actor.require(.postEntries, at: place)
        let version = try insert(
            TermColumns.values(contract) + [clearance.sqlValue], into: "contract",
            [
                "title", "project", "party", "price", "variations", "retention", "retention_until", "wages", "disputed",
                "clearance",
            ], deed)
        try deed.record(
            act, on: Subject("contract", contract.code), at: place, after: TermText.of(contract, version, clearance))
    }

    /// Adds the next version of a term, whose first value is its code.
    private func insert(
        _ values: [SQLValue], into table: StaticString, _ columns: [StaticString], _ deed: Deed
    ) throws -> TermVersion {
        let state = try changeTerms(deed.tx)
        let last: Int? = try deed.tx.value(
            "SELECT coalesce(max(version), 0) FROM \(SQL(stringLiteral: table)) WHERE code = \(value: values[0])")
        let version = TermVersion(number: (last ?? 0) + 1, since: state.last)
        try deed.tx.insert(
            into: table, columns: ["version", "since", "code"] + columns,
            rows: [[version.number.sqlValue, .integer(version.since)] + values])
        return version
    }

    /// What another room decided becomes something that the ledger goes by. Rooms call it within their own acts.
    /// - Throws: `Refusal` `clearance.subject` where there is no such project or contract, `entry.text`.
    public func issue(_ clearance: Clearance, in deed: Deed) throws {
        try EntryDraft.checkText(clearance.issuer, 1...LedgerLimits.memo, "issuer")
        let place =
            clearance.kind == .repairFund ? try checkDraw(clearance, in: deed) : try Self.place(of: clearance, deed.tx)
        try deed.actor.require(.issueClearances, at: place)
        guard clearance.digest.utf8.count == 64, clearance.amount ?? 0 >= 0,
            clearance.until.map({ $0 >= clearance.from }) ?? true
        else {
            throw Refusal(
                "clearance.document", zh: "凭据须有文件的 SHA-256 摘要、非负金额和先后正确的日期。",
                en: "A clearance has its document's SHA-256 digest, an amount not below zero, and days in order.",
                field: "digest")
        }
        try deed.tx.run(
            """
            INSERT INTO clearance (id, kind, subject, digest, issuer, amount, from_day, until_day, issued_at)
            VALUES (\(clearance.id), \(clearance.kind.rawValue), \(clearance.subject), \(clearance.digest),
                \(clearance.issuer), \(clearance.amount), \(clearance.from), \(clearance.until), \(deed.now))
            """)
        try deed.record(
            "clearance.issue", on: Subject("clearance", clearance.id), at: place, after: TermText.of(clearance))
    }

    private static func place(of clearance: Clearance, _ tx: Tx) throws -> PlaceCode {
        let project: SQL =
            clearance.kind.isOfProject
            ? "\(clearance.subject)" : "(SELECT max(project) FROM contract WHERE code = \(clearance.subject))"
        let place: PlaceCode? = try tx.value("SELECT place FROM project WHERE number = \(project)")
        guard let place else {
            throw Refusal(
                .notFound, "clearance.subject", zh: "没有项目或合同“\(clearance.subject)”。",
                en: "There is no project or contract “\(clearance.subject)”.", field: "subject")
        }
        return place
    }
}
