import Cryptography
import Identity
import Kernel
import Store

/// An entry as it is stored and sealed.
struct SealedEntry {
    enum Kind: String {
        case post, reserve, capture, release, expire, reverse
    }

    let draft: EntryDraft
    let number: Int64
    let id: ID<JournalEntry>
    let effective: Day
    let recorded: Instant
    let actorKind: String
    let person: ID<PersonTag>?
    let content: [UInt8]
    let findings: [Finding]

    /// The digest of everything said of the entry and of all before it.
    func chain(after previous: [UInt8]) -> [UInt8] {
        var encoding = Canonical()
        encoding.append(previous)
        encoding.append(number)
        encoding.append(id.bytes)
        encoding.append(effective.description)
        encoding.append(recorded.milliseconds)
        encoding.append(actorKind)
        encoding.append(person?.bytes ?? [])
        encoding.append(content)
        for finding in findings {
            encoding.append(finding.rule.rawValue)
            encoding.append(Int64(finding.move))
            encoding.append(finding.asked)
            encoding.append(finding.allowed)
            encoding.append(finding.about)
        }
        return DigestSuite.sha256.hash(encoding.bytes)
    }

    /// In the order of `JournalRows.entryColumns`.
    func row(_ chain: [UInt8]) -> [SQLValue] {
        let (manner, reason) =
            switch draft.manner {
            case .ordinary: ("ordinary", "")
            case .fact: ("fact", "")
            case .override(let reason): ("override", reason)
            }
        let (kind, refers, until): (Kind, String?, Day?) =
            switch draft.work {
            case .post: (.post, nil, nil)
            case .reserve(_, let until): (.reserve, nil, until)
            case .capture(let hold, _): (.capture, hold, nil)
            case .release(let hold, let expired): (expired ? .expire : .release, hold, nil)
            case .reverse(let key): (.reverse, key, nil)
            }
        return [
            .integer(number), id.sqlValue, .text(draft.key), .text(kind.rawValue), draft.day.sqlValue,
            effective.sqlValue, recorded.sqlValue, .text(actorKind), person.sqlValue, .text(draft.authority.kind),
            .text(draft.authority.reference), draft.clearance.sqlValue, .text(draft.evidence.joined(separator: " ")),
            .text(draft.memo), .text(manner), .text(reason), refers.sqlValue, until.sqlValue, draft.corrects.sqlValue,
            .bytes(content), .bytes(chain),
        ]
    }
}

/// Entries and postings as rows, and rows as they are read back.
enum JournalRows {
    static let entryColumns: [StaticString] = [
        "number", "id", "key", "kind", "stated", "effective", "recorded", "actor_kind", "person", "authority_kind",
        "authority_ref", "clearance", "evidence", "memo", "manner", "reason", "refers", "until", "corrects", "content",
        "chain",
    ]
    static let postingColumns: [StaticString] = [
        "entry", "line", "move", "cell", "slice", "amount", "held", "effective",
    ]
    static let findingColumns: [StaticString] = ["entry", "position", "rule", "move", "asked", "allowed", "about"]
    static let sliceColumns: [StaticString] = [
        "id", "source", "project", "area", "item", "party", "contract", "year",
    ]

    static let entries: SQL = """
        number, id, key, kind, stated, effective, recorded, actor_kind, person, authority_kind, authority_ref, \
        clearance, evidence, memo, manner, reason, refers, until, corrects, content, chain
        """

    static func postings(of entry: Int64, _ book: Book, _ tx: Tx) throws -> [BookPosting] {
        try tx.map("SELECT line, cell, slice, amount, held, move FROM posting WHERE entry = \(entry) ORDER BY line") {
            try BookReading.posting($0, of: book)
        }
    }

    /// The entry with this key as a reversal needs it. A part of a reservation was cleared when that was made.
    static func original(_ key: String, isReversed: Bool, _ book: Book, _ tx: Tx) throws -> Original? {
        let row = try tx.first(
            """
            SELECT e.number, e.kind, coalesce(e.clearance, h.clearance) FROM journal_entry e
            LEFT JOIN journal_entry h ON h.key = e.refers AND e.kind = 'capture' WHERE e.key = \(key)
            """)
        guard let row else { return nil }
        let (number, kind): (Int64, String) = (try row[0], try row[1])
        return Original(
            number: number, postings: try postings(of: number, book, tx), clearance: try row[2], isReversed: isReversed,
            movesNothing: kind != "post" && kind != "capture")
    }

    static func moves(of entry: Int64, kind: SealedEntry.Kind, _ book: Book, _ tx: Tx) throws -> [MoveDraft] {
        moves(try postings(of: entry, book, tx), kind: kind, book)
    }

    static func moves(_ postings: [BookPosting], kind: SealedEntry.Kind, _ book: Book) -> [MoveDraft] {
        moves(
            stride(from: 0, to: postings.count - 1, by: 2).lazy.map { index in
                let (from, to) = (postings[index], postings[index + 1])
                let cell = book.cells[Int(from.cell)]
                return PostedLeg(
                    move: from.move, from: cell.stage, measure: cell.measure, slice: book.slices[Int(from.slice)],
                    moved: to.amount, held: from.held)
            }, kind: kind)
    }

    /// The moves that an entry was asked to make, read back from its postings: legs that share an amount are added up,
    /// of legs that each carry all of it the first one counts.
    static func moves(_ legs: some Sequence<PostedLeg>, kind: SealedEntry.Kind) -> [MoveDraft] {
        var moves: [MoveDraft] = []
        for leg in legs {
            let row = leg.move.row
            let amount = kind == .reserve ? leg.held : leg.moved
            if row.isSplit, let last = moves.last, last.move == leg.move, last.slice == leg.slice {
                moves[moves.count - 1].amount &+= amount
            } else if row.isSplit || leg.from == row.legs[0].from {
                moves.append(MoveDraft(leg.move, amount, leg.slice, measure: leg.measure))
            }
        }
        return moves
    }
}

/// Two postings of an entry: what went from one stage to the next.
struct PostedLeg {
    let move: Move
    let from: LedgerStage
    let measure: LedgerMeasure
    let slice: Slice
    let moved: Int64
    /// What is held where it came from, in addition.
    let held: Int64
}

/// The subject of entries' ids.
public enum JournalEntry {}

/// What became of an entry that was sent.
public struct PostedEntry: Sendable, Hashable {
    public let number: Int64
    public let key: String
    /// False where the same entry was there already: nothing changed.
    public let isNew: Bool
    /// The rules it broke, where it was posted all the same.
    public let findings: [Finding]
}
