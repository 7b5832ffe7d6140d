import Identity
import Kernel
public import Registry
import Store
import Synchronization

/// The ledger's keeper: what acts and queries need beside the database. One for each `Database`, since it keeps the
/// book between transactions.
public final class Ledger: Sendable {
    /// Item of the works menu to its class.
    let classes: [String: String]
    private let kept = Mutex<KeptBook?>(nil)

    public convenience init(menu: WorksMenu) {
        self.init(classes: Dictionary(menu.items.map { ($0.code, $0.class) }, uniquingKeysWith: { first, _ in first }))
    }

    init(classes: [String: String]) {
        self.classes = classes
    }

    /// Lends the book as it is stored now; keeps it as it is after `body`, which writes what it changed.
    func withBook<Value>(_ tx: Tx, _ body: (Book, inout JournalState) throws -> Value) throws -> Value {
        var state = try JournalState.read(tx)
        let book = try current(state, tx)
        book.clearances = [:]
        book.holds = [:]
        book.isAhead = false
        do {
            let value = try body(book, &state)
            keep(book, state)
            return value
        } catch let error where !book.isAhead && (error is Refusal || error is Refusals) {
            // Refused as a whole: the book is as it was lent.
            keep(book, state)
            throw error
        }
    }

    private func keep(_ book: Book, _ state: JournalState) {
        let next = KeptBook(book: book, state: state)
        kept.withLock { $0 = next }
    }

    /// The kept book where it is what is stored, brought up to date where it is older; else a new one.
    private func current(_ state: JournalState, _ tx: Tx) throws -> Book {
        let taken = kept.withLock { kept in
            defer { kept = nil }
            return kept
        }
        guard let taken, try taken.state.isBefore(state, tx) else {
            return try BookReading(tx, classes: classes).whole()
        }
        let reading = BookReading(tx, classes: classes)
        if taken.state.last < state.last { try reading.catchUp(taken.book, from: taken.state.last) }
        if taken.state.terms != state.terms { try reading.readTerms(taken.book) }
        return taken.book
    }
}

private struct KeptBook: Sendable {
    let book: Book
    let state: JournalState
}

/// How far the journal goes: the row that puts all writers in one order.
struct JournalState: Sendable, Equatable {
    /// Number of the last entry.
    var last: Int64 = 0
    /// Its chain; of none, 32 zeros.
    var chain = [UInt8](repeating: 0, count: 32)
    /// When it was recorded; times never go back.
    var recorded = Instant(milliseconds: 0)
    /// Counts the changes of sources, contracts and periods.
    var terms: Int64 = 0

    static func read(_ tx: Tx) throws -> JournalState {
        guard let row = try tx.first("SELECT last, chain, recorded, terms FROM ledger_state WHERE id = 1") else {
            return JournalState()
        }
        return JournalState(last: try row[0], chain: try row[1], recorded: try row[2], terms: try row[3])
    }

    func write(_ tx: Tx) throws {
        try tx.run(
            """
            INSERT INTO ledger_state (id, last, chain, recorded, terms)
            VALUES (1, \(last), \(chain), \(recorded), \(terms))
            ON CONFLICT (id) DO UPDATE SET last = excluded.last, chain = excluded.chain,
                recorded = excluded.recorded, terms = excluded.terms
            """)
    }

    /// Whether the stored journal begins with what this state ended with.
    func isBefore(_ stored: JournalState, _ tx: Tx) throws -> Bool {
        if last == stored.last { return chain == stored.chain }
        guard last < stored.last else { return false }
        if last == 0 { return true }
        return try tx.value("SELECT chain FROM journal_entry WHERE number = \(last)", as: [UInt8].self) == chain
    }
}
