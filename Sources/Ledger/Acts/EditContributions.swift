public import Identity
import Kernel
public import Store

extension Ledger {
    /// States what a building's repair fund holds. Draws already cleared stay covered.
    /// - Throws: `Refusal` `repairFund.*`.
    public func saveRepairFund(_ fund: RepairFund, in deed: Deed) throws {
        try deed.actor.require(.editSources, at: fund.place)
        try EntryDraft.checkText(fund.building, 1...LedgerLimits.code, "building")
        try EntryDraft.checkText(fund.document, 1...LedgerLimits.memo, "document")
        let cleared = try Self.clearedDraws(fund.building, deed.tx)
        guard (0...LedgerLimits.amount).contains(fund.balance), fund.balance >= cleared else {
            throw Refusal(
                "repairFund.cleared",
                zh: "“\(fund.building)”的维修资金余额不能少于已表决支取的 \(Money.yuan(cleared))，也不能超过 \(LedgerLimits.amount) 分。",
                en: """
                    The repair fund of “\(fund.building)” cannot hold less than the \(Money.yuan(cleared)) whose draw was \
                    voted, nor more than \(LedgerLimits.amount) fen.
                    """, field: "balance")
        }
        try deed.tx.run(
            """
            INSERT INTO repair_fund (building, place, balance, day, document)
            VALUES (\(fund.building), \(fund.place), \(fund.balance), \(fund.day), \(fund.document))
            ON CONFLICT (building) DO UPDATE SET place = excluded.place, balance = excluded.balance,
                day = excluded.day, document = excluded.document
            """)
        try deed.record(
            "repairFund.save", on: Subject("repairFund", fund.building), at: fund.place, after: TermText.of(fund))
    }

    /// Registers what given use of space is worth, or changes it.
    /// - Throws: `Refusal` `move.project`, `appraisal.numbers`.
    public func saveAppraisal(_ appraisal: Appraisal, in deed: Deed) throws {
        let place: PlaceCode? = try deed.tx.value("SELECT place FROM project WHERE number = \(appraisal.project)")
        guard let place else {
            throw Refusal(
                "move.project", zh: "登记库中没有项目“\(appraisal.project)”；请更正项目编号。",
                en: "The register has no project “\(appraisal.project)”; mend its number.", field: "project")
        }
        try deed.actor.require(.editSources, at: place)
        try EntryDraft.checkText(appraisal.party, 1...LedgerLimits.code, "party")
        try EntryDraft.checkText(appraisal.appraiser, 1...LedgerLimits.memo, "appraiser")
        try EntryDraft.checkText(appraisal.rate, 1...LedgerLimits.memo, "rate")
        try EntryDraft.checkText(appraisal.document, 1...LedgerLimits.memo, "document")
        let amounts = 1...LedgerLimits.amount
        guard amounts.contains(appraisal.use), amounts.contains(appraisal.value), appraisal.from <= appraisal.until
        else {
            throw Refusal(
                "appraisal.numbers", zh: "面积·年与评估价值须大于 0，起止日期须先后正确。",
                en: "Use and value are above 0, and the days of the term in order.", field: "value")
        }
        try deed.tx.run(
            """
            INSERT INTO appraisal (project, party, amount_of_use, value, appraiser, from_day, until_day, rate, document)
            VALUES (\(appraisal.project), \(appraisal.party), \(appraisal.use), \(appraisal.value),
                \(appraisal.appraiser), \(appraisal.from), \(appraisal.until), \(appraisal.rate), \(appraisal.document))
            ON CONFLICT (project, party) DO UPDATE SET amount_of_use = excluded.amount_of_use,
                value = excluded.value, appraiser = excluded.appraiser, from_day = excluded.from_day,
                until_day = excluded.until_day, rate = excluded.rate, document = excluded.document
            """)
        try deed.record(
            "appraisal.save", on: Subject("appraisal", "\(appraisal.project) \(appraisal.party)"), at: place,
            after: TermText.of(appraisal))
    }

    /// Nil where nothing of this party was appraised.
    public func appraisal(of party: String, project: String, in tx: Tx) throws -> Appraisal? {
        try tx.first(
            """
            SELECT project, party, amount_of_use, value, appraiser, from_day, until_day, rate, document FROM appraisal
            WHERE project = \(project) AND party = \(party)
            """
        ).map { row in
            Appraisal(
                project: try row[0], party: try row[1], use: try row[2], value: try row[3], appraiser: try row[4],
                from: try row[5], until: try row[6], rate: try row[7], document: try row[8])
        }
    }

    /// Nil where nobody stated what the building's fund holds.
    public func repairFund(of building: String, in tx: Tx) throws -> RepairFund? {
        try tx.first("SELECT building, place, balance, day, document FROM repair_fund WHERE building = \(building)")
            .map { row in
                RepairFund(
                    building: try row[0], place: try row[1], balance: try row[2], day: try row[3],
                    document: try row[4])
            }
    }

    /// Fen that votes have cleared to be drawn from a building's fund.
    static func clearedDraws(_ building: String, _ tx: Tx) throws -> Int64 {
        try tx.value(
            """
            SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM clearance
            WHERE kind = 'repairFund' AND subject = \(building)
            """) ?? 0
    }

    /// 民法典 281, 278: the fund is drawn by its owners' vote, and never below nothing.
    /// - Returns: where the building lies.
    func checkDraw(_ clearance: Clearance, in deed: Deed) throws -> PlaceCode {
        guard let fund = try repairFund(of: clearance.subject, in: deed.tx) else {
            throw Refusal(
                .notFound, "clearance.subject", zh: "没有登记“\(clearance.subject)”的维修资金余额。",
                en: "The balance of the repair fund of “\(clearance.subject)” is not registered.", field: "subject")
        }
        let left = fund.balance - (try Self.clearedDraws(clearance.subject, deed.tx))
        guard let amount = clearance.amount, amount <= left else {
            throw Refusal(
                "repairFund.balance",
                zh: "支取须写明金额，且不超过该楼维修资金尚未表决支取的 \(Money.yuan(left))；本次 \(clearance.amount.map(Money.yuan) ?? "未写明")。",
                en: """
                    A draw states its amount, at most the \(Money.yuan(left)) of the building's fund that no vote has \
                    cleared; asked \(clearance.amount.map(Money.yuan) ?? "nothing stated").
                    """, field: "amount")
        }
        return fund.place
    }
}
