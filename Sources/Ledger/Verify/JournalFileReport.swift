public import Identity
public import Kernel

/// What checking a sealed journal found, from its file alone.
public struct JournalFileReport: Sendable {
    /// Something that is not as it was written.
    public struct Problem: Sendable, Hashable {
        /// The line of the file, from 1.
        public let line: Int
        /// Number of the entry on it; nil where the line is none.
        public let entry: Int64?
        public let detail: Phrase

        /// "第 12 行（分录 11）：…".
        public var message: Phrase {
            let (zh, en) = entry.map { ("（分录 \($0)）", " (entry \($0))") } ?? ("", "")
            return Phrase(zh: "第 \(line) 行\(zh)：\(detail.zh)", en: "line \(line)\(en): \(detail.en)")
        }
    }

    public internal(set) var entries: Int64 = 0
    public internal(set) var postings: Int64 = 0
    public internal(set) var balances = 0
    /// The head that the file proves itself by; nil where it has none.
    public internal(set) var head: TreeHead?
    /// The published head that was given was compared.
    public internal(set) var isPublished = false
    /// In the order of the lines; at most `JournalFileVerifier.problemsListed`.
    public internal(set) var problems: [Problem] = []

    public var isWhole: Bool { problems.isEmpty }
}
