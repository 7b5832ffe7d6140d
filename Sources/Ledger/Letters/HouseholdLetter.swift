public import Kernel
import Store

/// A letter by which a household sees its own share without an account, or keeps it in one. Whoever holds a value of
/// this type has shown that they may see the household: the ledger alone makes them.
public struct HouseholdLetter: Sendable, Hashable {
    public enum State: Sendable, CaseIterable {
        case made
        /// Its code was used.
        case seen
        case revoked
    }

    public let project: String
    public let party: String
    public let terms: LetterTerms
    public let madeAt: Instant
    /// When its code was first used.
    public let seenAt: Instant?
    public let revokedAt: Instant?

    public var state: State { revokedAt != nil ? .revoked : seenAt != nil ? .seen : .made }

    /// Written at once.
    public static let printLimit = 200
    /// Households that a person keeps.
    public static let keepLimit = 10

    static let columns: SQL = "l.project, l.party, l.contact, l.due, l.made_at, l.seen_at, l.revoked_at"

    init(_ row: Row) throws {
        (project, party) = (try row[0], try row[1])
        terms = LetterTerms(contact: try row[2], due: try row[3])
        (madeAt, seenAt, revokedAt) = (try row[4], try row[5], try row[6])
    }

    init(_ project: String, _ party: String, _ terms: LetterTerms, madeAt: Instant) {
        (self.project, self.party, self.terms, self.madeAt) = (project, party, terms, madeAt)
        (seenAt, revokedAt) = (nil, nil)
    }
}

/// What a letter says beside the share.
public struct LetterTerms: Sendable, Hashable {
    /// Whom to ask: an office with its telephone.
    public var contact: String
    /// Until when what was called for is to be paid; nil where no day is set.
    public var due: Day?

    public static let contactLimit = 100

    public init(contact: String, due: Day? = nil) {
        (self.contact, self.due) = (contact, due)
    }
}

/// A letter just written: with its code, which is kept nowhere.
public struct FreshLetter: Sendable, Hashable {
    public let letter: HouseholdLetter
    /// "K7MQ-PX2R-HTVN-W9CD".
    public let code: String
}
