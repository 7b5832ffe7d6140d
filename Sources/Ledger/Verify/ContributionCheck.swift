import Kernel
import Store

/// Whether repair funds and appraisals are what the record says, and cover what is built on them.
struct ContributionCheck {
    let tx: Tx

    /// The first wrong one first.
    func problems() throws -> [Phrase] { try funds() + draws() + appraisals() + missing() }

    private func funds() throws -> [Phrase] {
        let funds = try tx.map("SELECT building, place, balance, day, document FROM repair_fund ORDER BY building") {
            RepairFund(
                building: try $0[0], place: try $0[1], balance: try $0[2], day: try $0[3], document: try $0[4])
        }
        return try funds.compactMap { fund in
            let name = Phrase(zh: "“\(fund.building)”的维修资金", en: "the repair fund of “\(fund.building)”")
            let isWithin = (0...LedgerLimits.amount).contains(fund.balance)
            return try problem(
                name, isWithin: isWithin, "repairFund", fund.building, TermText.of(fund), at: fund.place)
        }
    }

    /// 民法典 281: votes clear no more than the fund holds.
    private func draws() throws -> [Phrase] {
        try tx.map(
            """
            SELECT c.subject, CAST(coalesce(sum(c.amount), 0) AS BIGINT), min(f.balance),
                sum(CASE WHEN c.amount IS NULL THEN 1 ELSE 0 END)
            FROM clearance c LEFT JOIN repair_fund f ON f.building = c.subject WHERE c.kind = 'repairFund'
            GROUP BY c.subject ORDER BY c.subject
            """
        ) { row -> Phrase? in
            let (building, cleared, balance): (String, Int64, Int64?) = (try row[0], try row[1], try row[2])
            if (try row[3] as Int) == 0, let balance, cleared <= balance { return nil }
            let holds = balance.map(Money.yuan)
            return Phrase(
                zh: "“\(building)”表决支取 \(Money.yuan(cleared))，维修资金余额\(holds.map { "只有 \($0)" } ?? "没有登记")",
                en: """
                    votes draw \(Money.yuan(cleared)) from the repair fund of “\(building)”, whose balance is \
                    \(holds ?? "not registered")
                    """)
        }.compactMap(\.self)
    }

    private func appraisals() throws -> [Phrase] {
        let appraisals = try tx.map(
            """
            SELECT project, party, amount_of_use, value, appraiser, from_day, until_day, rate, document
            FROM appraisal ORDER BY project, party
            """
        ) { row in
            Appraisal(
                project: try row[0], party: try row[1], use: try row[2], value: try row[3], appraiser: try row[4],
                from: try row[5], until: try row[6], rate: try row[7], document: try row[8])
        }
        return try appraisals.compactMap { appraisal in
            let id = "\(appraisal.project) \(appraisal.party)"
            let amounts = 1...LedgerLimits.amount
            let isWithin =
                amounts.contains(appraisal.use) && amounts.contains(appraisal.value)
                && appraisal.from <= appraisal.until
            return try problem(
                Phrase(zh: "评估“\(id)”", en: "the appraisal “\(id)”"), isWithin: isWithin, "appraisal", id,
                TermText.of(appraisal))
        }
    }

    /// What was saved and is not there.
    private func missing() throws -> [Phrase] {
        let saved = try tx.map(
            """
            SELECT DISTINCT subject_kind, subject_id FROM record_line
            WHERE subject_kind = 'repairFund' AND subject_id NOT IN (SELECT building FROM repair_fund)
                OR subject_kind = 'appraisal' AND subject_id NOT IN (SELECT project || ' ' || party FROM appraisal)
            ORDER BY subject_kind, subject_id
            """
        ) { (try $0[0] as String, try $0[1] as String) }
        return saved.map { kind, id in
            let isFund = kind == "repairFund"
            return Phrase(
                zh: "\(isFund ? "维修资金" : "评估")“\(id)”不见了",
                en: "the \(isFund ? "repair fund" : "appraisal") of “\(id)” is gone")
        }
    }

    /// - Parameter place: where the record says it lies; nil where the row does not tell.
    private func problem(
        _ name: Phrase, isWithin: Bool, _ subject: String, _ id: String, _ text: String, at place: PlaceCode? = nil
    ) throws -> Phrase? {
        guard isWithin else {
            return Phrase(zh: "\(name.zh)：数值越界", en: "\(name.en): its values are out of bounds")
        }
        let lies: SQL = place.map { "place = \($0)" } ?? "TRUE"
        let latest = try tx.first(
            """
            SELECT 1 FROM record_line l WHERE subject_kind = \(subject) AND subject_id = \(id) AND value_after = \(text)
                AND \(lies) AND at = (SELECT max(m.at) FROM record_line m
                    WHERE m.subject_kind = \(subject) AND m.subject_id = \(id))
            """)
        guard latest == nil else { return nil }
        return Phrase(zh: "\(name.zh)与操作记录不符", en: "\(name.en) is not what the record says")
    }
}
