public import Kernel

/// What verifying the ledger found.
public struct LedgerReport: Sendable {
    public struct Problem: Sendable, Hashable {
        public enum Kind: String, Sendable {
            /// Its fields or postings are not what was posted.
            case content
            /// Time, author, number or findings are not what was posted, or an entry before it was exchanged.
            case chain
            /// Posting it again is refused: it breaks a rule.
            case rule
            /// Posting it again gives other postings, another day or other findings.
            case postings
            /// A number is missing, or times go back.
            case order
            /// No line of the record names it, or one names another chain.
            case record
            /// A balance, reservation or clearance is not what the journal makes of it.
            case balance
            /// A source, contract, clearance, period, repair fund or appraisal is not what the record says.
            case terms
            /// A line of a bank's statement is not the cash it is matched with, or the record says otherwise.
            case bank
            /// A row belongs to no entry.
            case stray
        }

        public let kind: Kind
        /// Number of the entry; nil for what belongs to none.
        public let entry: Int64?
        public let detail: Phrase

        /// "分录 12：…".
        public var message: Phrase {
            guard let entry else { return detail }
            return Phrase(zh: "分录 \(entry)：\(detail.zh)", en: "entry \(entry): \(detail.en)")
        }
    }

    public internal(set) var entries: Int64 = 0
    public internal(set) var postings: Int64 = 0
    public internal(set) var cells = 0
    /// The first wrong entry first; at most `LedgerVerifier.problemsListed`.
    public internal(set) var problems: [Problem] = []

    public var isWhole: Bool { problems.isEmpty }
}
