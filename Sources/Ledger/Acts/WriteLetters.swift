public import Identity
public import Kernel
import Store

extension Ledger {
    /// Writes one household its letter. A new one takes the place of an old one, whose code opens nothing any more and
    /// by whose code nobody keeps the household any longer.
    /// - Throws: `Refusal` `letter.party` where the party gives nothing to the project; `letter.contact`;
    ///   `move.project`; `right.missing`.
    public func writeLetter(
        to party: String, of project: String, _ terms: LetterTerms, in deed: Deed
    ) throws -> FreshLetter {
        let place = try letterPlace(project, deed)
        guard try share(of: party, project, deed.tx).isAny else {
            throw Refusal(
                .notFound, "letter.party", zh: "“\(party)”在这个项目没有出资；请先登记其承诺。",
                en: "“\(party)” gives nothing to this project; post what it promises first.", field: "party")
        }
        return try write(party, project, try Self.checked(terms), place, deed)
    }

    /// Writes letters to the project's households that have none, in the order of their names.
    /// - Parameter again: also to those that have one; a revoked letter counts as none.
    /// - Returns: at most `HouseholdLetter.printLimit` of them, and how many are left.
    /// - Throws: `Refusal` `letter.nobody` where nobody is left to be written to; as `writeLetter`.
    public func writeLetters(
        of project: String, again: Bool, _ terms: LetterTerms, in deed: Deed
    ) throws -> (letters: [FreshLetter], left: Int) {
        let place = try letterPlace(project, deed)
        let terms = try Self.checked(terms)
        var written: Set<String> = []
        if !again {
            written = Set(
                try deed.tx.map(
                    "SELECT party FROM household_letter WHERE project = \(project) AND revoked_at IS NULL"
                ) { try $0[0] })
        }
        let waiting = try households(of: project, deed.tx).filter { !written.contains($0) }
        guard !waiting.isEmpty else {
            throw Refusal(
                .conflict, "letter.nobody", zh: "没有还需写信的住户；要重写，请勾选“已有信的也重写”。",
                en: "No household is left to be written to; to write anew, tick that those with a letter get one too.",
                field: "again")
        }
        let letters = try waiting.prefix(HouseholdLetter.printLimit).map { try write($0, project, terms, place, deed) }
        return (letters, waiting.count - letters.count)
    }

    /// The code opens nothing any more, and whoever kept the household by it loses it.
    /// - Throws: `Refusal` `letter.none`; `move.project`; `right.missing`.
    public func revokeLetter(to party: String, of project: String, in deed: Deed) throws {
        let place = try letterPlace(project, deed)
        let changed = try deed.tx.changes(
            by: """
                UPDATE household_letter SET code_digest = NULL, revoked_at = \(deed.now)
                WHERE project = \(project) AND party = \(party) AND revoked_at IS NULL
                """)
        guard changed > 0 else { throw Self.noLetter }
        try dropKept(party, project, deed)
        try deed.record("letter.revoke", on: Self.subject(project, party), at: place)
    }

    /// The letter whose code this is; nil where it is nobody's, or not any more. Its first use is noted.
    public func openLetter(_ code: String, in deed: Deed) throws -> HouseholdLetter? {
        guard let digest = LetterCode.digest(of: code) else { return nil }
        let found = try deed.tx.first(
            "SELECT \(HouseholdLetter.columns) FROM household_letter l WHERE l.code_digest = \(digest)")
        guard let letter = try found.map(HouseholdLetter.init) else { return nil }
        if letter.seenAt == nil {
            try deed.tx.run("UPDATE household_letter SET seen_at = \(deed.now) WHERE code_digest = \(digest)")
        }
        return letter
    }

    /// Keeps the household of a letter in the account, so that its code is not asked for again.
    /// - Returns: nil where the code opens nothing. Again is no change.
    /// - Throws: `Refusal` `letter.many`; `signin.required`.
    public func keepHousehold(by code: String, in deed: Deed) throws -> HouseholdLetter? {
        guard let person = deed.actor.person else {
            throw Refusal(.unauthenticated, "signin.required", zh: "请先登录。", en: "Please sign in first.")
        }
        guard let letter = try openLetter(code, in: deed) else { return nil }
        let kept = try keptHouseholds(of: deed.actor, in: deed.tx)
        if kept.contains(where: { ($0.project, $0.party) == (letter.project, letter.party) }) { return letter }
        guard kept.count < HouseholdLetter.keepLimit else {
            throw Refusal(
                .conflict, "letter.many", zh: "一个账号最多保留 \(HouseholdLetter.keepLimit) 户；请先移除不用的。",
                en: "An account keeps at most \(HouseholdLetter.keepLimit) households; take one off first.",
                field: "code")
        }
        try deed.tx.run(
            """
            INSERT INTO kept_household (person, project, party, kept_at)
            VALUES (\(person), \(letter.project), \(letter.party), \(deed.now))
            """)
        try deed.record(
            "letter.keep", on: Self.subject(letter.project, letter.party), at: try placeOf(letter.project, deed.tx))
        return letter
    }

    /// Takes a household off the own account.
    /// - Throws: `Refusal` `letter.none` where it is not there.
    public func forgetHousehold(_ party: String, of project: String, in deed: Deed) throws {
        let letter = try keptHousehold(party, of: project, by: deed.actor, in: deed.tx)
        try deed.tx.run(
            """
            DELETE FROM kept_household
            WHERE person = \(deed.actor.person) AND project = \(letter.project) AND party = \(letter.party)
            """)
        try deed.record("letter.forget", on: Self.subject(project, party), at: try placeOf(project, deed.tx))
    }

    /// An erased person keeps no household; the act that erases has its own line in the record.
    public func forgetHouseholds(of person: ID<PersonTag>, in deed: Deed) throws {
        try deed.tx.run("DELETE FROM kept_household WHERE person = \(person)")
    }

    // MARK: parts

    private func letterPlace(_ project: String, _ deed: Deed) throws -> PlaceCode {
        let place = try ledgerProject(project, for: deed.actor, in: deed.tx).place
        try deed.actor.require(.postEntries, at: place)
        return place
    }

    private static func checked(_ terms: LetterTerms) throws -> LetterTerms {
        let contact = terms.contact
        guard (1...LetterTerms.contactLimit).contains(contact.count), contact.utf8.count <= 400,
            contact.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else {
            throw Refusal(
                "letter.contact", zh: "请写明有疑问时找谁：单位与电话，至多 \(LetterTerms.contactLimit) 字。",
                en: "Say whom to ask: an office and its telephone, at most \(LetterTerms.contactLimit) characters.",
                field: "contact")
        }
        return terms
    }

    private func write(
        _ party: String, _ project: String, _ terms: LetterTerms, _ place: PlaceCode, _ deed: Deed
    ) throws -> FreshLetter {
        let code = LetterCode.make()
        try dropKept(party, project, deed)
        try deed.tx.run(
            """
            INSERT INTO household_letter (project, party, code_digest, contact, due, made_at)
            VALUES (\(project), \(party), \(LetterCode.digest(of: code)), \(terms.contact), \(terms.due), \(deed.now))
            ON CONFLICT (project, party) DO UPDATE SET code_digest = excluded.code_digest, contact = excluded.contact,
                due = excluded.due, made_at = excluded.made_at, seen_at = NULL, revoked_at = NULL
            """)
        let after = terms.due.map { JSON.object(["due": .string($0.description)]).text }
        try deed.record("letter.write", on: Self.subject(project, party), at: place, after: after)
        return FreshLetter(letter: HouseholdLetter(project, party, terms, madeAt: deed.now), code: code)
    }

    private func dropKept(_ party: String, _ project: String, _ deed: Deed) throws {
        try deed.tx.run("DELETE FROM kept_household WHERE project = \(project) AND party = \(party)")
    }

    private func placeOf(_ project: String, _ tx: Tx) throws -> PlaceCode {
        try tx.value("SELECT place FROM project WHERE number = \(project)") ?? .country
    }

    private static func subject(_ project: String, _ party: String) -> Subject {
        Subject("letter", "\(project) \(party)")
    }

    static var noLetter: Refusal {
        Refusal(
            .notFound, "letter.none", zh: "没有这封信；也许已经作废。", en: "There is no such letter; it may be revoked already.")
    }
}
