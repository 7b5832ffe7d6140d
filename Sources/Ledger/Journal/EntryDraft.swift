import Cryptography
public import Kernel

/// One move of an entry.
public struct MoveDraft: Sendable, Hashable {
    public var move: Move
    public var measure: LedgerMeasure
    public var slice: Slice
    /// Fen, or hundredths of m²·year; above zero.
    public var amount: Int64

    public init(_ move: Move, _ amount: Int64, _ slice: Slice, measure: LedgerMeasure = .fen) {
        (self.move, self.amount, self.slice, self.measure) = (move, amount, slice, measure)
    }
}

/// An entry on its way into the journal.
public struct EntryDraft: Sendable, Hashable {
    public enum Work: Sendable, Hashable {
        case post([MoveDraft])
        /// Holds the amount on the cells the move draws on, until the day at the latest.
        case reserve(MoveDraft, until: Day)
        /// Posts a part of what the entry with this key reserved.
        case capture(hold: String, amount: Int64)
        /// Frees what is left of it; `expired` when its day has passed.
        case release(hold: String, expired: Bool)
        /// Takes the entry with this key back, whole.
        case reverse(String)
    }

    public enum Manner: Sendable, Hashable {
        case ordinary
        /// Reported by the treasury: it happened, whatever it breaks.
        case fact
        /// Posted although it breaks a rule, for this reason.
        case override(String)
    }

    /// On whose word: an approval, a contract, a vote.
    public struct Authority: Sendable, Hashable {
        public var kind: String
        public var reference: String

        public init(kind: String, reference: String) {
            (self.kind, self.reference) = (kind, reference)
        }
    }

    /// Told apart by it: the same key with the same content is the same entry.
    public var key: String
    /// The day on which it counts.
    public var day: Day
    public var work: Work
    public var manner: Manner
    public var authority: Authority
    public var clearance: ID<Clearance>?
    /// SHA-256 of files, hexadecimal.
    public var evidence: [String]
    public var memo: String
    /// Key of the entry that this one corrects.
    public var corrects: String?

    public init(
        key: String, day: Day, _ work: Work, manner: Manner = .ordinary, authority: Authority,
        clearance: ID<Clearance>? = nil, evidence: [String] = [], memo: String = "", corrects: String? = nil
    ) {
        (self.key, self.day, self.work, self.manner, self.authority) = (key, day, work, manner, authority)
        (self.clearance, self.evidence, self.memo, self.corrects) = (clearance, evidence, memo, corrects)
    }

    var moves: [MoveDraft] {
        switch work {
        case .post(let moves): moves
        case .reserve(let move, _): [move]
        default: []
        }
    }

    /// What was asked for, in bytes that differ when anything of it differs: the content that a key stands for.
    var content: [UInt8] {
        var encoding = Canonical()
        encoding.append(key)
        encoding.append(day.description)
        switch work {
        case .post(let moves):
            encoding.append("post")
            for move in moves { encoding.append(move) }
        case .reserve(let move, let until):
            encoding.append("reserve")
            encoding.append(move)
            encoding.append(until.description)
        case .capture(let hold, let amount):
            encoding.append("capture")
            encoding.append(hold)
            encoding.append(amount)
        case .release(let hold, let expired):
            encoding.append(expired ? "expire" : "release")
            encoding.append(hold)
        case .reverse(let key):
            encoding.append("reverse")
            encoding.append(key)
        }
        switch manner {
        case .ordinary: encoding.append("ordinary")
        case .fact: encoding.append("fact")
        case .override(let reason):
            encoding.append("override")
            encoding.append(reason)
        }
        encoding.append(authority.kind)
        encoding.append(authority.reference)
        encoding.append(clearance?.description ?? "")
        encoding.append(Int64(evidence.count))
        for digest in evidence { encoding.append(digest) }
        encoding.append(memo)
        encoding.append(corrects ?? "")
        return encoding.bytes
    }
}

/// An entry with the digest of what it says, which any thread can make before the entry's turn comes.
public struct ReadyEntry: Sendable {
    public let draft: EntryDraft
    let content: [UInt8]

    public init(_ draft: EntryDraft) {
        self.draft = draft
        content = DigestSuite.sha256.hash(draft.content)
    }
}

/// Bytes in which no two lists of fields look alike: each text with its length before it.
struct Canonical {
    private(set) var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(320)
    }

    mutating func append(_ number: Int64) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ text: String) {
        let utf8 = text.utf8
        withUnsafeBytes(of: UInt32(utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: utf8)
    }

    mutating func append(_ blob: [UInt8]) {
        withUnsafeBytes(of: UInt32(blob.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: blob)
    }

    mutating func append(_ draft: MoveDraft) {
        append(draft.move.code)
        append(draft.measure.rawValue)
        append(draft.amount)
        let slice = draft.slice
        for text in [slice.source, slice.project, slice.area, slice.item, slice.party, slice.contract] { append(text) }
        append(Int64(slice.year))
    }
}
