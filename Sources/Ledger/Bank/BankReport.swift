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
        /// A match of the line was taken back, so it is asked about however sure it looks.
        public let isTakenBack: Bool
    }

    public let fileName: String
    public let sheetName: String
    public let account: String
    public let refused: [BankSheet.Refused]
    /// Lines that were matched before.
    public internal(set) var known = 0
    /// Lines that are not stored yet.
    public internal(set) var new = 0
    public internal(set) var matches: [Match] = []
    public internal(set) var questions: [Question] = []
    /// Lines that the journal knows nothing of.
    public internal(set) var unmatchedLines: [BankLine] = []
    /// Cash of the journal within the statement's days that stands on no line and is no candidate.
    public internal(set) var unmatchedItems: [CashItem] = []
    /// Lines that were stored or whose match was: zero where nothing changed.
    public internal(set) var recorded = 0
    /// SHA-256 over the matches that are sure, hexadecimal: who saw them can say so.
    public internal(set) var certain = ""

    public var counts: BankCounts {
        BankCounts(
            known: known, matched: matches.count, asked: questions.count, unknown: unmatchedLines.count,
            refused: refused.count, recorded: recorded)
    }
}

/// How many rows of a statement fared how.
public struct BankCounts: Sendable, Hashable {
    /// Matched before.
    public let known: Int
    public let matched: Int
    public let asked: Int
    /// The journal knows nothing of them.
    public let unknown: Int
    public let refused: Int
    /// Stored, or matched since they were.
    public let recorded: Int

    init(known: Int, matched: Int, asked: Int, unknown: Int, refused: Int, recorded: Int) {
        (self.known, self.matched, self.asked) = (known, matched, asked)
        (self.unknown, self.refused, self.recorded) = (unknown, refused, recorded)
    }

    init(json: JSON) {
        func count(_ name: String) -> Int { Int(json[name]?.integer ?? 0) }
        self.init(
            known: count("known"), matched: count("matched"), asked: count("asked"), unknown: count("unknown"),
            refused: count("refused"), recorded: count("recorded"))
    }

    var json: JSON {
        .object([
            "known": .integer(Int64(known)), "matched": .integer(Int64(matched)), "asked": .integer(Int64(asked)),
            "unknown": .integer(Int64(unknown)), "refused": .integer(Int64(refused)),
            "recorded": .integer(Int64(recorded)),
        ])
    }
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
        self.init(row: row, String(sides[1]))
    }

    /// - Parameter text: "3041", "3041:wages".
    public init?(row: Int, _ text: String) {
        let named = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = named.first, let entry = Int64(first),
            let part = CashItem.Part(rawValue: named.count == 2 ? String(named[1]) : "all")
        else { return nil }
        self.init(row: row, entry: entry, part: part)
    }
}
