public import Decide
public import Identity
public import Kernel
import Store

/// Why a household pays what it promised: the rule and the sentences by which its part was reckoned, as stated.
public struct ShareReason: Sendable, Hashable {
    /// Code of the rule: "works".
    public let rule: String
    public let version: Int
    /// Fen that were shared among all who bear a part.
    public let total: Int64
    /// What the households pay of it together.
    public let together: Int64
    /// What the household pays of it, fen.
    public let amount: Int64
    /// `ShareSplit.Line.reasons`.
    public let reasons: [Phrase]
    public let statedAt: Instant
}

extension Ledger {
    /// Keeps how a project's cost was shared, in the place of what was kept of it before, so that each household reads
    /// why. What was reckoned must be what was promised: from one source, or in all.
    /// - Throws: `Refusal` `share.pledge` naming a household and both amounts; `share.nobody`; `move.project`;
    ///   `right.missing`.
    public func stateShares(_ split: ShareSplit, rule: String, of project: String, in deed: Deed) throws {
        let place = try ledgerProject(project, for: deed.actor, in: deed.tx).place
        try deed.actor.require(.postEntries, at: place)
        try EntryDraft.checkText(rule, 1...LedgerLimits.code, "rule")
        let lines = split.lines.filter { $0.amount > 0 }
        guard !lines.isEmpty else {
            throw Refusal(
                "share.nobody", zh: "没有要付钱的住户。", en: "No household has anything to pay.", field: "project")
        }
        try Self.compare(lines, try Self.promised(project, deed.tx))
        let together = lines.reduce(0) { $0 + $1.amount }
        try deed.tx.run("DELETE FROM share_reason WHERE project = \(project)")
        for line in lines {
            let reasons = JSON.array(line.reasons.map { .array([.string($0.zh), .string($0.en)]) })
            try deed.tx.run(
                """
                INSERT INTO share_reason (project, party, rule, version, total, together, amount, reasons, stated_at)
                VALUES (\(project), \(line.household.id), \(rule), \(split.rule.version), \(split.total),
                    \(together), \(line.amount), \(reasons.text), \(deed.now))
                """)
        }
        let after = JSON.object([
            "sharing": .string("\(rule) \(split.rule.version)"), "amount": .integer(split.total),
            "rows": .integer(Int64(lines.count)),
        ])
        try deed.record("share.state", on: Subject("shares", project), at: place, after: after.text)
    }

    /// What each party promised: from each source and year, and in all.
    private static func promised(_ project: String, _ tx: Tx) throws -> [String: [Int64]] {
        var promised: [String: [Int64]] = [:]
        let conditions: SQL = "\(LedgerPart.ofProject(project)) AND s.party <> ''"
        _ = try FundSums.read(by: ["s.party", "s.source", "s.year"], conditions, at: .now, tx) { row, sums in
            if sums.pledged != 0 { promised[try row[0], default: []].append(sums.pledged) }
        }
        return promised.mapValues { $0.count > 1 ? $0 + [$0.reduce(0, +)] : $0 }
    }

    private static func compare(_ lines: [ShareSplit.Line], _ promised: [String: [Int64]]) throws {
        for line in lines {
            let found = promised[line.household.id] ?? []
            if found.contains(line.amount) { continue }
            let (asked, stands) = (Money.yuan(line.amount), Money.yuan(found.last ?? 0))
            throw Refusal(
                "share.pledge",
                zh: "“\(line.household.id)”按此应付 \(asked) 元，台账中承诺的是 \(stands) 元；请先核对分摊或更正承诺。",
                en: """
                    “\(line.household.id)” would pay \(asked) yuan by this, and promised \(stands) in the ledger; mend \
                    the sharing or the promise first.
                    """, field: "project")
        }
    }

    func shareReason(of party: String, _ project: String, _ tx: Tx) throws -> ShareReason? {
        let row = try tx.first(
            """
            SELECT rule, version, total, together, amount, reasons, stated_at FROM share_reason
            WHERE project = \(project) AND party = \(party)
            """)
        return try row.map { row in
            let reasons = try JSON(parsing: Array((try row[5] as String).utf8)).elements.map(\.elements).compactMap {
                $0.count == 2 ? Phrase(zh: $0[0].string ?? "", en: $0[1].string ?? "") : nil
            }
            return ShareReason(
                rule: try row[0], version: try row[1], total: try row[2], together: try row[3], amount: try row[4],
                reasons: reasons, statedAt: try row[6])
        }
    }
}
