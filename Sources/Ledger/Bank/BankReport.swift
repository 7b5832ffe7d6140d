import Kernel

/// A statement beside the journal: what is sure, what is asked, and what stands on one side alone.
public struct BankReport: Sendable {
    public struct Match: Sendable {
        public let line: BankLine
        public let item: CashItem
        /// A person said so.
        public let isAnswered: Bool
    }

    public struct Question: Sendable {
        public let line: BankLine
        /// The likeliest first; at most ten.
        public let candidates: [CashItem]
    }

    public let fileName: String
    public let sheetName: String
    public let account: String
    public let refused: [BankSheet.Refused]
    /// Lines that were matched before.
    public internal(set) var known = 0
    public internal(set) var matches: [Match] = []
    public internal(set) var questions: [Question] = []
    /// Lines that the journal knows nothing of.
    public internal(set) var unmatchedLines: [BankLine] = []
    /// Cash of the journal within the statement's days that stands on no line and is no candidate.
    public internal(set) var unmatchedItems: [CashItem] = []
    /// Lines that were stored or whose match was: zero where nothing changed.
    public internal(set) var recorded = 0
}

/// What a person says of a line: which entry it is.
public struct BankAnswer: Sendable, Hashable {
    /// The row of the table.
    public let row: Int
    public let entry: Int64
    public let part: CashItem.Part

    public init(row: Int, entry: Int64, part: CashItem.Part = .all) {
        (self.row, self.entry, self.part) = (row, entry, part)
    }

    /// "12=3041", or "12=3041:wages" for the wages of an entry that paid more.
    public init?(_ text: String) {
        let sides = text.split(separator: "=", omittingEmptySubsequences: false)
        guard sides.count == 2, let row = Int(sides[0]) else { return nil }
        let named = sides[1].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let entry = Int64(named[0]),
            let part = CashItem.Part(rawValue: named.count == 2 ? String(named[1]) : "all")
        else { return nil }
        self.init(row: row, entry: entry, part: part)
    }
}
