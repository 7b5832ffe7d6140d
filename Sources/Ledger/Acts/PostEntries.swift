public import Identity
public import Kernel
import Store

extension Ledger {
    /// Posts one entry: whole, with its balances, its findings and its line in the record, or not at all.
    /// - Returns: the entry; the one that was there already where key and content are the same.
    /// - Throws: `Refusal` or `Refusals`, which name the rule, the number and what would be allowed.
    @discardableResult
    public func post(_ draft: EntryDraft, in deed: Deed) throws -> PostedEntry {
        try deed.actor.require(.postEntries)
        return try withBook(deed.tx) { book, state in
            let writer = JournalWriter(deed, book, state)
            let posted = try writer.post(ReadyEntry(draft))
            try writer.flush()
            try recordFindings(of: draft, posted, in: deed)
            state = writer.state
            return posted
        }
    }

    /// Posts many entries in their order, each whole or refused with its reasons; one line of the record for all.
    /// - Parameter drafts: at most `LedgerLimits.batch`.
    public func postMany(_ drafts: [EntryDraft], in deed: Deed) throws -> [Result<PostedEntry, Refusals>] {
        try postMany(drafts.map(ReadyEntry.init), in: deed)
    }

    /// The same of entries that another thread made ready.
    public func postMany(_ entries: [ReadyEntry], in deed: Deed) throws -> [Result<PostedEntry, Refusals>] {
        try deed.actor.require(.postEntries)
        precondition(entries.count <= LedgerLimits.batch)
        return try withBook(deed.tx) { book, state in
            let writer = JournalWriter(deed, book, state)
            try writer.expect(entries)
            var results: [Result<PostedEntry, Refusals>] = []
            results.reserveCapacity(entries.count)
            for entry in entries { results.append(try Self.result { try writer.post(entry) }) }
            try writer.flush()
            for (entry, result) in zip(entries, results) {
                if case .success(let posted) = result { try recordFindings(of: entry.draft, posted, in: deed) }
            }
            state = writer.state
            return results
        }
    }

    private static func result(_ post: () throws -> PostedEntry) throws -> Result<PostedEntry, Refusals> {
        do {
            return .success(try post())
        } catch let refusal as Refusal {
            return .failure(Refusals([refusal]))
        } catch let refusals as Refusals {
            return .failure(refusals)
        }
    }

    /// What was posted against a rule stands in the record by itself, with its reason.
    private func recordFindings(of draft: EntryDraft, _ posted: PostedEntry, in deed: Deed) throws {
        guard posted.isNew, !posted.findings.isEmpty else { return }
        let place: PlaceCode? = try deed.tx.value(
            "SELECT place FROM project WHERE number = \(draft.moves.first?.slice.project ?? "")")
        var after = [
            JSON.Member("key", .string(draft.key)),
            JSON.Member("rules", .array(posted.findings.map { .string($0.rule.rawValue) })),
        ]
        // A fact of the treasury needs none.
        if case .override(let reason) = draft.manner { after.append(JSON.Member("reason", .string(reason))) }
        try deed.record(
            "ledger.override", on: JournalWriter.subject(posted.number), at: place ?? .country,
            after: JSON.object(after).text)
    }

    /// Ends the reservations whose day has passed: each an entry of its own.
    /// - Returns: how many.
    @discardableResult
    public func expireReservations(in deed: Deed) throws -> Int {
        try deed.actor.require(.postEntries)
        let ended: [(number: Int64, key: String)] = try deed.tx.map(
            """
            SELECT e.number, e.key FROM hold h JOIN journal_entry e ON e.number = h.entry
            WHERE h.left_amount > 0 AND h.until < \(deed.today) ORDER BY h.entry LIMIT \(literal: LedgerLimits.batch)
            """
        ) { (try $0[0], try $0[1]) }
        let drafts = ended.map { number, key in
            EntryDraft(
                key: "expire:\(number)", day: deed.today, .release(hold: key, expired: true),
                authority: .init(kind: "expiry", reference: key))
        }
        return try postMany(drafts, in: deed).count { if case .success = $0 { true } else { false } }
    }
}
