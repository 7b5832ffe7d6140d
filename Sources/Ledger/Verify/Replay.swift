import Kernel
import Store

/// A journal being posted again, with the answers that the world gave when it was posted first.
final class Replay: BookLookups {
    let book: Book
    private let tx: Tx
    /// Of the entry in hand.
    var number: Int64 = 0
    private var reversed: Set<String> = []
    private var places: [String: PlaceCode?] = [:]

    init(_ book: Book, _ tx: Tx) {
        (self.book, self.tx) = (book, tx)
    }

    func post(_ draft: EntryDraft, today: Day) throws -> Outcome {
        if let key = draft.corrects, try !isEarlier(key) { throw LedgerFault.unreadable("corrects") }
        let outcome = try book.post(draft, today: today, self)
        if case .reverse(let key) = draft.work { reversed.insert(key) }
        if case .reserve = draft.work { book.holds[draft.key]?.number = number }
        return outcome
    }

    private func isEarlier(_ key: String) throws -> Bool {
        let found: Int64? = try tx.value("SELECT number FROM journal_entry WHERE key = \(key)")
        return found.map { $0 < number } ?? false
    }

    func place(of project: String) throws -> PlaceCode? {
        if let known = places[project] { return known }
        let place: PlaceCode? = try tx.value("SELECT place FROM project WHERE number = \(project)")
        places[project] = .some(place)
        return place
    }

    /// As it was issued: what was used of it is counted again.
    func clearance(_ id: ID<Clearance>) throws -> Clearance? {
        try tx.first("SELECT \(TermColumns.clearance) FROM clearance WHERE id = \(id)").map {
            var clearance = try TermColumns.clearance($0)
            clearance.used = 0
            return clearance
        }
    }

    func hold(_ key: String) throws -> Hold? { nil }

    func original(_ key: String) throws -> Original? {
        let original = try JournalRows.original(key, isReversed: reversed.contains(key), book, tx)
        return original.flatMap { $0.number < number ? $0 : nil }
    }
}

/// What an entry was asked to do, read back from its rows.
enum StoredEntry {
    /// From the columns `JournalRows.entries`; nil where they are not those of an entry.
    /// - Parameter moves: reads them back from the postings.
    static func draft(_ row: Row, moves: (SealedEntry.Kind) -> [MoveDraft]) throws -> EntryDraft? {
        guard let kind = SealedEntry.Kind(rawValue: try row[3]), let manner = try manner(row) else { return nil }
        let moves = moves(kind)
        let (refers, until): (String?, Day?) = (try row[16], try row[17])
        guard (refers == nil) == (kind == .post || kind == .reserve), (until != nil) == (kind == .reserve) else {
            return nil
        }
        let work: EntryDraft.Work
        switch kind {
        case .post: work = .post(moves)
        case .reserve:
            guard let move = moves.first, let until else { return nil }
            work = .reserve(move, until: until)
        case .capture:
            guard let move = moves.first, let refers else { return nil }
            work = .capture(hold: refers, amount: move.amount)
        case .release, .expire: work = .release(hold: refers ?? "", expired: kind == .expire)
        case .reverse: work = .reverse(refers ?? "")
        }
        let evidence: String = try row[12]
        return EntryDraft(
            key: try row[2], day: try row[4], work, manner: manner,
            authority: .init(kind: try row[9], reference: try row[10]), clearance: try row[11],
            evidence: evidence.isEmpty
                ? [] : evidence.split(separator: " ", omittingEmptySubsequences: false).map(String.init),
            memo: try row[13], corrects: try row[18])
    }

    private static func manner(_ row: Row) throws -> EntryDraft.Manner? {
        let (manner, reason): (String, String) = (try row[14], try row[15])
        switch manner {
        case "ordinary" where reason.isEmpty: return .ordinary
        case "fact" where reason.isEmpty: return .fact
        case "override": return .override(reason)
        default: return nil
        }
    }
}
