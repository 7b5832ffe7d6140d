public import Identity
public import Kernel
public import Store

extension Ledger {
    /// How a bill would be paid now.
    /// - Throws: `Refusal` `move.project`, `right.missing`.
    public func planPayment(_ bill: Bill, for reader: Actor, in tx: Tx) throws -> PaymentPlan {
        try reader.require(.readLedger)
        let place: PlaceCode? = try tx.value("SELECT place FROM project WHERE number = \(bill.project)")
        guard let place, reader.may(.readLedger, at: place) else {
            throw Refusal(
                .notFound, "move.project", zh: "没有项目“\(bill.project)”。", en: "There is no project “\(bill.project)”.",
                field: "project")
        }
        return try PaymentPlan(bill, from: purses(for: bill, at: place, tx))
    }

    /// Posts a plan that somebody has seen.
    /// - Parameters:
    ///   - key: of the entry; the same key pays once.
    ///   - day: on which it counts.
    /// - Throws: `Refusal` `plan.outdated` where the plan would be another by now, `plan.missing` where the sources do
    ///   not suffice; and whatever the journal refuses.
    @discardableResult
    public func pay(
        _ plan: PaymentPlan, key: String, day: Day, authority: EntryDraft.Authority, evidence: [String] = [],
        memo: String = "", in deed: Deed
    ) throws -> PostedEntry {
        guard plan.missing == 0, !plan.lines.isEmpty else {
            throw Refusal(
                "plan.missing", zh: "各来源合计还缺 \(Money.yuan(plan.missing))，没有支付；请先使资金到账，或减少金额。",
                en: """
                    The sources are \(Money.yuan(plan.missing)) short; nothing was paid. Have money paid in first, or pay \
                    less.
                    """, field: "amount")
        }
        let draft = EntryDraft(
            key: key, day: day, .post(plan.moves), authority: authority, evidence: evidence, memo: memo)
        // A payment that was posted is not planned again: its own money is gone by now.
        let isPosted = try deed.tx.first("SELECT 1 FROM journal_entry WHERE key = \(key)") != nil
        if !isPosted {
            let now = try planPayment(plan.bill, for: deed.actor, in: deed.tx)
            guard now.lines == plan.lines else {
                throw Refusal(
                    .outdated, "plan.outdated", zh: "资金余额已变化，分配方案与所示不同，没有支付；请查看新的方案。",
                    en:
                        "Balances changed and the plan is no longer the one shown; nothing was paid. Look at the new one."
                )
            }
        }
        return try post(draft, in: deed)
    }

    /// The cash of every source in the project, with what is in its way.
    private func purses(for bill: Bill, at place: PlaceCode, _ tx: Tx) throws -> [Purse] {
        let sources = try TermNames(tx)
        let estimate: Int64 =
            try tx.value(
                """
                SELECT c.debit - c.credit FROM cell c JOIN slice s ON s.id = c.slice
                WHERE c.stage = 'unapproved' AND c.is_total = 0 AND \(LedgerPart.ofProject(bill.project))
                """) ?? 0
        var paid: [String: Int64] = [:]
        try tx.each(
            """
            SELECT s.source, c.credit - c.debit FROM cell c JOIN slice s ON s.id = c.slice
            WHERE c.stage = 'paid' AND c.measure = 'fen' AND c.is_total = 1 AND s.source <> ''
                AND \(LedgerPart.ofProject(bill.project))
            """
        ) { paid[try $0[0]] = try $0[1] }
        return try tx.map(
            """
            SELECT s.source, s.year, c.credit - c.debit - c.held FROM cell c JOIN slice s ON s.id = c.slice
            WHERE c.stage = 'received' AND c.measure = 'fen' AND c.is_total = 0
                AND \(LedgerPart.ofProject(bill.project))
            ORDER BY s.source, s.year
            """
        ) { row -> Purse? in
            guard let source = sources.source(try row[0]) else { return nil }
            let left = source.share == 10_000 ? Int64.max : Book.part(estimate, source.share) - (paid[source.code] ?? 0)
            return Purse(
                source: source, year: try row[1], cash: try row[2], shareLeft: left,
                restriction: restriction(of: source, for: bill.item),
                obstacle: obstacle(of: source, year: try row[1], bill.item, place, left))
        }.compactMap(\.self)
    }

    private func restriction(of source: FundSource, for item: String) -> Purse.Restriction {
        if source.uses.isEmpty { return .none }
        return source.uses.contains(item) ? .item : .class
    }

    private func obstacle(
        of source: FundSource, year: Int, _ item: String, _ place: PlaceCode, _ shareLeft: Int64
    ) -> Rule? {
        if !source.years.contains(year) { return .sourceYear }
        if !source.places.isEmpty, !source.places.contains(where: { $0.contains(place) }) { return .sourcePlace }
        if !source.uses.isEmpty, !source.uses.contains(item), !(classes[item].map { source.uses.contains($0) } ?? false)
        {
            return .sourceUse
        }
        return shareLeft <= 0 ? .sourceShare : nil
    }
}
