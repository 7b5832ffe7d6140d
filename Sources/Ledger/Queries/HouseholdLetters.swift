public import Kernel
public import Store

extension Ledger {
    /// A project's letters by party.
    /// - Throws: `Refusal` `move.project` where there is no such project for this reader; `right.missing`.
    public func letters(of project: String, for reader: Actor, in tx: Tx) throws -> [String: HouseholdLetter] {
        _ = try ledgerProject(project, for: reader, in: tx)
        let letters = try tx.map(
            "SELECT \(HouseholdLetter.columns) FROM household_letter l WHERE l.project = \(project)",
            HouseholdLetter.init)
        return Dictionary(letters.map { ($0.party, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Who pays to a project in residents' cash, by party; neither owner units nor buildings' repair funds get letters.
    func households(of project: String, _ tx: Tx) throws -> [String] {
        let names = try TermNames(tx)
        let conditions: SQL = "\(LedgerPart.ofProject(project)) AND s.party <> ''"
        let giving = try FundSums.read(by: ["s.party", "s.source"], conditions, at: .now, tx) { row, sums in
            (
                party: try row[0] as String, kind: names.kind(of: try row[1]),
                isGiven: (sums.pledged, sums.called, sums.received) != (0, 0, 0)
            )
        }
        return Set(giving.filter { $0.isGiven && $0.kind == .residentsCash }.map(\.party)).sorted()
    }

    /// The share that a letter tells of, to whoever showed its code or keeps its household.
    public func householdShare(by letter: HouseholdLetter, in tx: Tx) throws -> HouseholdShare {
        try share(of: letter.party, letter.project, tx)
    }

    /// The households that the actor keeps in the account, in the order in which they came.
    public func keptHouseholds(of actor: Actor, in tx: Tx) throws -> [HouseholdLetter] {
        guard let person = actor.person else { return [] }
        return try tx.map(
            """
            SELECT \(HouseholdLetter.columns) FROM kept_household k
            JOIN household_letter l ON l.project = k.project AND l.party = k.party
            WHERE k.person = \(person) AND l.revoked_at IS NULL ORDER BY k.kept_at, k.project, k.party
            """, HouseholdLetter.init)
    }

    /// - Throws: `Refusal` `letter.none` where the actor keeps no such household.
    public func keptHousehold(
        _ party: String, of project: String, by actor: Actor, in tx: Tx
    ) throws -> HouseholdLetter {
        let kept = try keptHouseholds(of: actor, in: tx).first { ($0.project, $0.party) == (project, party) }
        guard let kept else { throw Self.noLetter }
        return kept
    }
}
