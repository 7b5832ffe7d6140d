public import Kernel
public import Store

/// What one household, owner unit or other party gives to a project, and what became of it.
public struct HouseholdShare: Sendable, Hashable {
    public let project: String
    public let party: String
    /// By source and year.
    public let sources: [ProjectSheet.Source]
    public let total: FundSums
    /// Of what it paid in and did not get back, what the project has spent: by the source's part that is spent, rounded
    /// down. The rest lies there.
    public let used: Int64
    /// Use of space in hundredths of m²·year: pledged and given.
    public let pledgedUse: Int64
    public let givenUse: Int64
    /// Fen that the given use counts as, by the appraisals that hold; it pays no bill.
    public let appraisedValue: Int64
    /// Its entries, the newest first, at most 200.
    public let entries: [EntryLine]

    /// Money paid in and the value of use given, together.
    public var contribution: Int64 { total.received - total.returned + appraisedValue }
}

extension Ledger {
    /// - Throws: `Refusal` `move.project` where there is no such project for this reader; `right.missing`.
    public func householdShare(
        of party: String, project: String, at moment: LedgerMoment = .now, for reader: Actor, in tx: Tx
    ) throws -> HouseholdShare {
        let place: PlaceCode? = try tx.value("SELECT place FROM project WHERE number = \(project)")
        guard let place, reader.may(.readLedger, at: place) else {
            try reader.require(.readLedger)
            throw Refusal(
                .notFound, "move.project", zh: "没有项目“\(project)”。", en: "There is no project “\(project)”.",
                field: "project")
        }
        let names = try TermNames(tx)
        let own: SQL = "\(LedgerPart.ofProject(project)) AND s.party = \(party)"
        let sources = try FundSums.read(by: ["s.source", "s.year"], own, at: moment, tx) { row, sums in
            let code: String = try row[0]
            return ProjectSheet.Source(
                code: code, name: names.name(.source, code), kind: names.kind(of: code), year: try row[1], sums: sums)
        }
        let whole = try FundSums.read(by: ["s.source", "s.year"], LedgerPart.ofProject(project), at: moment, tx) {
            (key: "\(try $0[0] as String) \(try $0[1] as Int)", sums: $1)
        }
        let spent = Dictionary(whole.map { ($0.key, $0.sums) }, uniquingKeysWith: { first, _ in first })
        var (total, used) = (FundSums(), Int64(0))
        for source in sources {
            total += source.sums
            guard let all = spent["\(source.code) \(source.year)"] else { continue }
            used += Self.part(
                source.sums.received - source.sums.returned, of: all.received - all.returned, spent: all.paid)
        }
        let use = try FundSums.read(by: ["s.party"], own, measure: .use, at: moment, tx) { $1 }.first ?? FundSums()
        return HouseholdShare(
            project: project, party: party, sources: sources, total: total, used: used, pledgedUse: use.pledged,
            givenUse: use.received - use.returned,
            appraisedValue: try appraisedValue(of: party, project, use.received - use.returned, tx),
            entries: try entries(
                of: LedgerPart(project: project, party: party), at: moment, limit: 200, for: reader, in: tx))
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
