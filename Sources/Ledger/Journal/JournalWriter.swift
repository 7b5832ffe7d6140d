import Cryptography
import Identity
import Kernel
import Store

/// Posts entries within one transaction: arithmetic in the book, rows gathered, written together by `flush`.
final class JournalWriter: BookLookups {
    private let deed: Deed
    private let book: Book
    private(set) var state: JournalState
    private let firstNumber: Int64
    private var ids = IDSequence()

    private var entries: [[SQLValue]] = []
    private var postings: [[SQLValue]] = []
    private var findings: [[SQLValue]] = []
    private var holds: [Int64: Hold] = [:]
    private var clearances: [ID<Clearance>: Clearance] = [:]
    private var storedSlices: Int
    private var postedKeys: [String: (number: Int64, content: [UInt8])] = [:]
    /// All keys of this batch that are stored are in `postedKeys`.
    private var areKeysRead = false
    private var places: [String: PlaceCode?] = [:]
    /// Where the projects of all entries lie.
    private var reach: PlaceCode?
    private var isOverride = false

    init(_ deed: Deed, _ book: Book, _ state: JournalState) {
        (self.deed, self.book, self.state) = (deed, book, state)
        firstNumber = state.last + 1
        storedSlices = book.slices.count
    }

    // MARK: one entry

    /// Posts the entry, or answers the one that has its key already and the same content.
    /// - Throws: `Refusal` or `Refusals`; then nothing of the entry is in the book or will be stored.
    func post(_ ready: ReadyEntry) throws -> PostedEntry {
        let (draft, content) = (ready.draft, ready.content)
        if let known = try known(draft.key) {
            guard known.content == content else { throw Self.otherContent(draft.key) }
            return PostedEntry(number: known.number, key: draft.key, isNew: false, findings: [])
        }
        try readyToRefer(draft)
        if case .override = draft.manner { isOverride = true } else { isOverride = false }
        var outcome = try book.post(draft, today: deed.today, self)
        book.isAhead = true
        let number = state.last + 1
        if case .reserve = draft.work {
            outcome.hold?.number = number
            book.holds[draft.key]?.number = number
        }
        let entry = SealedEntry(
            draft: draft, number: number, id: ids.next(at: deed.now), effective: outcome.day,
            recorded: max(deed.now, state.recorded), actorKind: deed.actor.kind.rawValue, person: deed.actor.person,
            content: content, findings: outcome.findings)
        let chain = entry.chain(after: state.chain)
        gather(entry, chain, outcome)
        (state.last, state.chain, state.recorded) = (number, chain, entry.recorded)
        postedKeys[draft.key] = (number, content)
        return PostedEntry(number: number, key: draft.key, isNew: true, findings: outcome.findings)
    }

    private func known(_ key: String) throws -> (number: Int64, content: [UInt8])? {
        if let posted = postedKeys[key] { return posted }
        guard !areKeysRead else { return nil }
        return try deed.tx.first("SELECT number, content FROM journal_entry WHERE key = \(key)").map {
            (try $0[0], try $0[1])
        }
    }

    func expect(_ entries: [ReadyEntry]) throws {
        for chunk in entries.map(\.draft.key).chunks(of: 200) {
            try deed.tx.each("SELECT key, number, content FROM journal_entry WHERE key IN \(list: Array(chunk))") {
                postedKeys[try $0[0]] = (try $0[1], try $0[2])
            }
        }
        areKeysRead = true
        let projects = Set(entries.flatMap { $0.draft.moves.map(\.slice.project) })
        for chunk in projects.sorted().chunks(of: 200) {
            for project in chunk { places[project] = .some(nil) }
            try deed.tx.each("SELECT number, place FROM project WHERE number IN \(list: Array(chunk))") {
                places[try $0[0]] = .some(try $0[1])
            }
        }
    }

    static func otherContent(_ key: String) -> Refusal {
        Refusal(
            .conflict, "key.reused", zh: "键“\(key)”已用于内容不同的分录，没有记账；同一分录请原样重发，新分录请换键。",
            en: """
                The key “\(key)” belongs to an entry with other content; nothing was posted. Send the same entry \
                unchanged, or give a new one a new key.
                """, field: "key")
    }

    /// What an entry names must be in the tables before it is looked up.
    private func readyToRefer(_ draft: EntryDraft) throws {
        switch draft.work {
        case .post, .reserve: if draft.corrects == nil { return }
        default: break
        }
        try flushRows()
        guard let key = draft.corrects, try known(key) == nil else { return }
        let there: Int64? = try deed.tx.value("SELECT number FROM journal_entry WHERE key = \(key)")
        guard there == nil else { return }
        throw Refusal(
            .notFound, "entry.none", zh: "没有键为“\(key)”的分录可更正。",
            en: "There is no entry with the key “\(key)” to correct.",
            field: "corrects")
    }

    // MARK: what the book asks

    /// Also the one place where rights are checked: no move is made without asking where its project lies.
    func place(of project: String) throws -> PlaceCode? {
        let found: PlaceCode?
        if let read = places[project] {
            found = read
        } else {
            found = try deed.tx.value("SELECT place FROM project WHERE number = \(project)")
            places[project] = .some(found)
        }
        guard let found else { return nil }
        try deed.actor.require(.postEntries, at: found)
        if isOverride { try deed.actor.require(.overrideLedger, at: found) }
        return found
    }

    func clearance(_ id: ID<Clearance>) throws -> Clearance? {
        try deed.tx.first("SELECT \(TermColumns.clearance) FROM clearance WHERE id = \(id)").map {
            try TermColumns.clearance($0)
        }
    }

    func hold(_ key: String) throws -> Hold? {
        let row = try deed.tx.first(
            """
            SELECT e.number, e.clearance, h.until, h.left_amount FROM journal_entry e JOIN hold h ON h.entry = e.number
            WHERE e.key = \(key)
            """)
        guard let row else { return nil }
        let number: Int64 = try row[0]
        guard let move = try JournalRows.moves(of: number, kind: .reserve, book, deed.tx).first else { return nil }
        return Hold(number: number, move: move, clearance: try row[1], until: try row[2], left: try row[3])
    }

    func original(_ key: String) throws -> Original? {
        let reversals: Int? = try deed.tx.value(
            "SELECT count(*) FROM journal_entry WHERE kind = 'reverse' AND refers = \(key)")
        return try JournalRows.original(key, isReversed: reversals != 0, book, deed.tx)
    }

    // MARK: rows

    private func gather(_ entry: SealedEntry, _ chain: [UInt8], _ outcome: Outcome) {
        entries.append(entry.row(chain))
        let (number, day) = (entry.number.sqlValue, entry.effective.sqlValue)
        for (index, posting) in outcome.postings.enumerated() {
            postings.append([
                number, (index + 1).sqlValue, .text(posting.move.code), .integer(Int64(posting.cell) + 1),
                .integer(Int64(posting.slice) + 1), .integer(posting.amount), .integer(posting.held), day,
            ])
        }
        for (index, finding) in outcome.findings.enumerated() {
            findings.append([
                number, (index + 1).sqlValue, .text(finding.rule.rawValue), finding.move.sqlValue,
                .integer(finding.asked), .integer(finding.allowed), .text(finding.about),
            ])
        }
        if let hold = outcome.hold { holds[hold.number] = hold }
        if let clearance = outcome.clearance { clearances[clearance.id] = clearance }
        for place in outcome.places { reach = reach.map { Self.common($0, place) } ?? place }
    }

    /// The smallest place that holds both.
    private static func common(_ left: PlaceCode, _ right: PlaceCode) -> PlaceCode {
        var place = left
        while !place.contains(right) { place = place.parent ?? .country }
        return place
    }

    /// Writes what was posted, and its line in the record. Nothing to write writes nothing.
    func flush() throws {
        try flushRows()
        guard state.last >= firstNumber else { return }
        try state.write(deed.tx)
        let after = JSON.object([
            "first": .integer(firstNumber), "last": .integer(state.last), "chain": .string(Hex.encode(state.chain)),
        ])
        try deed.record(
            "ledger.post", on: Self.subject(state.last), at: reach ?? .country, after: after.text)
    }

    /// Padded, so that lines are found by a range of numbers.
    static func subject(_ number: Int64) -> Subject {
        let digits = String(number)
        return Subject("entry", String(repeating: "0", count: max(0, 12 - digits.count)) + digits)
    }

    private func flushRows() throws {
        let tx = deed.tx
        if book.slices.count > storedSlices {
            try tx.insert(into: "slice", columns: JournalRows.sliceColumns, rows: newSlices())
            storedSlices = book.slices.count
        }
        try CellWriter.write(book, tx)
        if !entries.isEmpty {
            try tx.insert(into: "journal_entry", columns: JournalRows.entryColumns, rows: entries)
            try tx.insert(into: "posting", columns: JournalRows.postingColumns, rows: postings)
        }
        if !findings.isEmpty {
            try tx.insert(into: "finding", columns: JournalRows.findingColumns, rows: findings)
        }
        for hold in holds.values.sorted(by: { $0.number < $1.number }) {
            try tx.run(
                """
                INSERT INTO hold (entry, until, left_amount) VALUES (\(hold.number), \(hold.until), \(hold.left))
                ON CONFLICT (entry) DO UPDATE SET left_amount = excluded.left_amount
                """)
        }
        for clearance in clearances.values.sorted(by: { $0.id < $1.id }) {
            try tx.run("UPDATE clearance SET used = \(clearance.used) WHERE id = \(clearance.id)")
        }
        entries.removeAll(keepingCapacity: true)
        postings.removeAll(keepingCapacity: true)
        findings.removeAll()
        holds.removeAll()
        clearances.removeAll()
    }

    private func newSlices() -> [[SQLValue]] {
        book.slices[storedSlices...].enumerated().map { offset, slice in
            [
                (storedSlices + offset + 1).sqlValue, .text(slice.source), .text(slice.project), .text(slice.area),
                .text(slice.item), .text(slice.party), .text(slice.contract), slice.year.sqlValue,
            ]
        }
    }
}

extension Array {
    /// In their order, so many at a time.
    func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
