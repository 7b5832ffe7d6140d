import Decide
public import Kernel
public import Store

/// What one household, owner unit or other party gives to a project, why, and what became of it.
public struct HouseholdShare: Sendable, Hashable {
    /// What a promise or a call for money rests on.
    public struct Ground: Sendable, Hashable {
        public let day: Day
        /// `pledge` or `call`.
        public let move: Move
        public let authority: EntryDraft.Authority
    }

    /// What all parties promised from the same sources.
    public struct Together: Sendable, Hashable {
        /// At least three, so that nobody's part is what is left of the others'.
        public let parties: Int
        public let pledged: Int64
    }

    public let project: String
    public let party: String
    /// By source and year.
    public let sources: [ProjectSheet.Source]
    public let total: FundSums
    /// Of what it paid in and did not get back, what the project has spent: by the source's part that is spent, rounded
    /// down. The rest lies there.
    public let used: Int64
    /// The same by item of the works menu, in proportion to what was paid for each; sums to `used`.
    public let uses: [ItemUse]
    /// Use of space in hundredths of m²·year: pledged and given.
    public let pledgedUse: Int64
    public let givenUse: Int64
    /// Fen that the given use counts as, by the appraisals that hold; it pays no bill.
    public let appraisedValue: Int64
    /// The oldest first, at most 20.
    public let grounds: [Ground]
    /// Nil for fewer than three parties.
    public let together: Together?
    /// How its part of the cost was reckoned, as it was stated; nil where nobody stated it.
    public let reason: ShareReason?
    /// Its entries, the newest first, at most 200.
    public let entries: [EntryLine]

    /// Money paid in and the value of use given, together.
    public var contribution: Int64 { total.received - total.returned + appraisedValue }

    /// It promised, was asked for or gave anything, in money or in space.
    public var isAny: Bool {
        (total.pledged, total.called, total.received) != (0, 0, 0) || (pledgedUse, givenUse) != (0, 0)
    }
}

extension Ledger {
    /// - Throws: `Refusal` `move.project` where there is no such project for this reader; `right.missing`.
    public func householdShare(
        of party: String, project: String, at moment: LedgerMoment = .now, for reader: Actor, in tx: Tx
    ) throws -> HouseholdShare {
        _ = try ledgerProject(project, for: reader, in: tx)
        return try share(of: party, project, at: moment, tx)
    }

    /// Whoever asks: the caller knows that they may see it.
    func share(
        of party: String, _ project: String, at moment: LedgerMoment = .now, _ tx: Tx
    ) throws -> HouseholdShare {
        let names = try TermNames(tx)
        let own: SQL = "\(LedgerPart.ofProject(project)) AND s.party = \(party)"
        let sources = try FundSums.read(by: ["s.source", "s.year"], own, at: moment, tx) { row, sums in
            let code: String = try row[0]
            return ProjectSheet.Source(
                code: code, name: names.name(.source, code), kind: names.kind(of: code), year: try row[1], sums: sums)
        }
        var total = FundSums()
        for source in sources { total += source.sums }
        let uses = try Self.uses(of: sources, project, moment, tx)
        let use = try FundSums.read(by: ["s.party"], own, measure: .use, at: moment, tx) { $1 }.first ?? FundSums()
        let given = use.received - use.returned
        return HouseholdShare(
            project: project, party: party, sources: sources, total: total, used: uses.reduce(0) { $0 + $1.paid },
            uses: uses, pledgedUse: use.pledged, givenUse: given,
            appraisedValue: try appraisedValue(of: party, project, given, tx),
            grounds: try Self.grounds(own, moment, tx), together: try Self.together(sources, project, moment, tx),
            reason: try shareReason(of: party, project, tx),
            entries: try Self.lines("\(own) AND \(try moment.counted(tx))", limit: 200, tx))
    }

    /// Of what each source's cash was spent on, the part that these sums have in it.
    private static func uses(
        of sources: [ProjectSheet.Source], _ project: String, _ moment: LedgerMoment, _ tx: Tx
    ) throws -> [ItemUse] {
        var (all, paid): ([String: FundSums], [String: [(item: String, fen: Int64)]]) = ([:], [:])
        _ = try FundSums.read(by: ["s.source", "s.year", "s.item"], LedgerPart.ofProject(project), at: moment, tx) {
            let key = "\(try $0[0] as String) \(try $0[1] as Int)"
            all[key, default: FundSums()] += $1
            if $1.paid > 0 { paid[key, default: []].append((try $0[2], $1.paid)) }
        }
        var uses: [String: Int64] = [:]
        for source in sources {
            let key = "\(source.code) \(source.year)"
            guard let whole = all[key], let items = paid[key] else { continue }
            let used = part(
                source.sums.received - source.sums.returned, of: whole.received - whole.returned, spent: whole.paid)
            let parts = try shared { () throws(ShareFlaw) in
                try LargestRemainder.split(used, by: items.map(\.fen), keys: items.map(\.item))
            }
            for (item, fen) in zip(items, parts) { uses[item.item, default: 0] += fen }
        }
        return uses.filter { $0.value > 0 }.map { ItemUse(item: $0.key, paid: $0.value) }
            .sorted { ($1.paid, $0.item) < ($0.paid, $1.item) }
    }

    private static func grounds(_ own: SQL, _ moment: LedgerMoment, _ tx: Tx) throws -> [HouseholdShare.Ground] {
        try tx.map(
            """
            SELECT DISTINCT e.number, e.effective, p.move, e.authority_kind, e.authority_ref
            FROM posting p JOIN journal_entry e ON e.number = p.entry JOIN cell c ON c.id = p.cell
            JOIN slice s ON s.id = p.slice
            WHERE p.move IN ('pledge', 'call') AND e.kind <> 'reverse'
                AND NOT EXISTS (SELECT 1 FROM journal_entry r WHERE r.kind = 'reverse' AND r.refers = e.key)
                AND \(own) AND \(try moment.counted(tx))
            ORDER BY e.number, p.move LIMIT 20
            """
        ) { row in
            guard let move = Move(code: try row[2]) else { throw LedgerFault.unreadable("posting") }
            return HouseholdShare.Ground(
                day: try row[1], move: move, authority: .init(kind: try row[3], reference: try row[4]))
        }
    }

    private static func together(
        _ sources: [ProjectSheet.Source], _ project: String, _ moment: LedgerMoment, _ tx: Tx
    ) throws -> HouseholdShare.Together? {
        let codes = Set(sources.filter { $0.sums.pledged > 0 }.map(\.code)).sorted()
        guard !codes.isEmpty else { return nil }
        let conditions: SQL = "\(LedgerPart.ofProject(project)) AND s.party <> '' AND s.source IN \(list: codes)"
        let pledged = try FundSums.read(by: ["s.party"], conditions, at: moment, tx) { $1.pledged }.filter { $0 > 0 }
        guard pledged.count >= 3 else { return nil }
        return HouseholdShare.Together(parties: pledged.count, pledged: pledged.reduce(0, +))
    }

    /// `own` of `all`, of which `spent` is spent; rounded down, never more than `own`.
    static func part(_ own: Int64, of all: Int64, spent: Int64) -> Int64 {
        guard own > 0, all > 0, spent > 0 else { return 0 }
        if spent >= all { return own }
        let product = own.multipliedFullWidth(by: spent)
        return all.dividingFullWidth((product.high, product.low)).quotient
    }

    /// The value of the use that was given, at the rate at which it was appraised.
    private func appraisedValue(of party: String, _ project: String, _ given: Int64, _ tx: Tx) throws -> Int64 {
        guard given > 0, let appraisal = try appraisal(of: party, project: project, in: tx) else { return 0 }
        return Self.part(appraisal.value, of: appraisal.use, spent: given)
    }
}
