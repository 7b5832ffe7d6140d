import Cryptography
import Identity
import Kernel
public import Store

/// Posts the whole journal again into an empty book and compares everything: fields, chain, postings, rules, findings,
/// balances, reservations, clearances, terms, repair funds, appraisals, the bank's lines and the lines of the record.
/// Reads a chunk of entries at a time.
public struct LedgerVerifier {
    public static let problemsListed = 20
    static let chunk = 1_000

    private let tx: Tx
    private let stored: Book
    private let replay: Replay
    private var terms: TermHistory
    private var report = LedgerReport()
    private var state = JournalState()
    /// Up to here lines of the record cover the entries.
    private var covered: Int64 = 0
    private var findingCount = 0

    private init(_ ledger: Ledger, _ tx: Tx) throws {
        self.tx = tx
        stored = try BookReading(tx, classes: ledger.classes).whole()
        replay = Replay(Book(classes: ledger.classes), tx)
        terms = try TermHistory(tx)
    }

    /// The report of one snapshot. Whether the record itself is whole says Identity's `Verifier`.
    public static func verify(_ ledger: Ledger, in tx: Tx) throws -> LedgerReport {
        do {
            var verifier = try LedgerVerifier(ledger, tx)
            try verifier.readEntries()
            if verifier.report.problems.count < problemsListed { try verifier.compareEnd() }
            return verifier.report
        } catch let refusal as Refusal where refusal.code == "ledger.unreadable" {
            var report = LedgerReport()
            report.problems = [.init(kind: .balance, entry: nil, detail: refusal.message)]
            return report
        } catch StoreError.wrongColumn(let detail) {
            var report = LedgerReport()
            let words = Phrase(zh: "数据无法识别：\(detail)", en: "what is stored cannot be read: \(detail)")
            report.problems = [.init(kind: .terms, entry: nil, detail: words)]
            return report
        }
    }

    private mutating func note(_ kind: LedgerReport.Problem.Kind, _ entry: Int64?, _ zh: String, _ en: String) {
        guard report.problems.count < Self.problemsListed else { return }
        report.problems.append(.init(kind: kind, entry: entry, detail: Phrase(zh: zh, en: en)))
    }

    // MARK: entries

    private mutating func readEntries() throws {
        while report.problems.count < Self.problemsListed {
            let first = state.last
            let rows = try tx.rows(
                """
                SELECT \(JournalRows.entries) FROM journal_entry WHERE number > \(first)
                ORDER BY number LIMIT \(literal: Self.chunk)
                """)
            guard let last = rows.last else { return }
            let end: Int64 = try last[0]
            var postings = try postings(after: first, to: end)
            var findings = try findings(after: first, to: end)
            let lines = try lines(after: first, to: end)
            for row in rows {
                let number: Int64 = try row[0]
                do {
                    try read(row, postings.take(number), findings.take(number))
                } catch StoreError.wrongColumn(let detail) {
                    note(.content, number, "内容无法识别（\(detail)）", "its fields are not those of an entry (\(detail))")
                    state.last = number
                }
                checkLine(lines[number], number)
            }
            report.postings += Int64(postings.count)
            findingCount += findings.count
            let strays = postings.untaken + findings.untaken
            for number in strays.prefix(3) { note(.stray, number, "有属于不存在分录的行", "rows belong to no such entry") }
        }
    }

    private mutating func read(_ row: Row, _ postings: [BookPosting], _ findings: [Finding]) throws {
        let number: Int64 = try row[0]
        report.entries += 1
        if number != state.last + 1 {
            note(.order, state.last + 1, "缺少这一号", "this number is missing")
        }
        let recorded: Instant = try row[6]
        if recorded < state.recorded { note(.order, number, "记录时间早于前一笔", "it was recorded before the one before it") }
        guard let draft = try StoredEntry.draft(row, moves: { JournalRows.moves(postings, kind: $0, stored) }) else {
            note(.content, number, "内容无法识别", "its fields are not those of an entry")
            return advance(number, try row[20], recorded)
        }
        let content: [UInt8] = try row[19]
        if DigestSuite.sha256.hash(draft.content) != content {
            note(.content, number, "内容与记账时不同", "its content is not what was posted")
        }
        let entry = SealedEntry(
            draft: draft, number: number, id: try row[1], effective: try row[5], recorded: recorded,
            actorKind: try row[7], person: try row[8], content: content, findings: findings)
        let chain: [UInt8] = try row[20]
        if entry.chain(after: state.chain) != chain {
            note(.chain, number, "与链不符：它或之前的分录被改动", "it does not fit the chain: it or one before it was altered")
        }
        repost(entry, postings)
        advance(number, chain, recorded)
    }

    private mutating func advance(_ number: Int64, _ chain: [UInt8], _ recorded: Instant) {
        (state.last, state.chain, state.recorded) = (number, chain, recorded)
    }

    /// The rules, and what follows from the entry.
    private mutating func repost(_ entry: SealedEntry, _ postings: [BookPosting]) {
        do {
            terms.advance(replay.book, before: entry.number)
            replay.number = entry.number
            let outcome = try replay.post(entry.draft, today: entry.recorded.dayInChina)
            if outcome.postings != postings { note(.postings, entry.number, "过账结果不同", "its postings are others") }
            if outcome.findings != entry.findings { note(.postings, entry.number, "违规标记不同", "its findings are others") }
            if outcome.day != entry.effective { note(.postings, entry.number, "生效日不同", "its day is another") }
        } catch let refusal as Refusal {
            note(.rule, entry.number, refusal.message.zh, refusal.message.en)
        } catch let refusals as Refusals {
            for refusal in refusals.all { note(.rule, entry.number, refusal.message.zh, refusal.message.en) }
        } catch {
            note(.rule, entry.number, "无法重新过账", "it cannot be posted again")
        }
    }

    private func postings(after first: Int64, to last: Int64) throws -> ByEntry<BookPosting> {
        var postings = ByEntry<BookPosting>()
        try tx.each(
            """
            SELECT p.line, p.cell, p.slice, p.amount, p.held, p.move, p.entry, p.effective, e.effective
            FROM posting p JOIN journal_entry e ON e.number = p.entry
            WHERE p.entry > \(first) AND p.entry <= \(last) ORDER BY p.entry, p.line
            """
        ) { row in
            let (line, entry): (Int, Int64) = (try row[0], try row[6])
            // A wrong line or day is a posting that nothing posts.
            let isSound = line == postings.count(of: entry) + 1 && row.values[7] == row.values[8]
            guard isSound, let posting = try? BookReading.posting(row, of: stored) else {
                return postings.spoil(entry)
            }
            postings.append(posting, to: entry)
        }
        return postings
    }

    private func findings(after first: Int64, to last: Int64) throws -> ByEntry<Finding> {
        var findings = ByEntry<Finding>()
        try tx.each(
            """
            SELECT entry, position, rule, move, asked, allowed, about FROM finding
            WHERE entry > \(first) AND entry <= \(last) ORDER BY entry, position
            """
        ) { row in
            let (entry, position): (Int64, Int) = (try row[0], try row[1])
            guard let rule = Rule(rawValue: try row[2]), position == findings.count(of: entry) + 1 else {
                return findings.spoil(entry)
            }
            findings.append(
                Finding(rule, move: try row[3], asked: try row[4], allowed: try row[5], about: try row[6]), to: entry)
        }
        return findings
    }

    // MARK: the record

    private struct Line {
        let first: Int64
        let chain: String
    }

    /// Lines of the record by the last entry they cover.
    private func lines(after first: Int64, to last: Int64) throws -> [Int64: Line] {
        var lines: [Int64: Line] = [:]
        let (from, to) = (JournalWriter.subject(first + 1).id, JournalWriter.subject(last).id)
        try tx.each(
            """
            SELECT subject_id, value_after FROM record_line
            WHERE subject_kind = 'entry' AND subject_id >= \(from) AND subject_id <= \(to) AND act = 'ledger.post'
            """
        ) { row in
            let after = (try row[1] as String?).flatMap { try? JSON(parsing: $0) }
            guard let number = Int64(try row[0] as String), let after else { return }
            lines[number] = Line(first: after["first"]?.integer ?? -1, chain: after["chain"]?.string ?? "")
        }
        return lines
    }

    private mutating func checkLine(_ line: Line?, _ number: Int64) {
        guard let line else {
            guard number - covered == Int64(LedgerLimits.batch) else { return }
            note(.record, covered + 1, "操作记录中没有这笔分录", "the record has no line for it")
            covered = number
            return
        }
        if line.first != covered + 1 || line.chain != Hex.encode(state.chain) {
            note(.record, covered + 1, "与操作记录不符", "it is not what the record says")
        }
        covered = number
    }

    // MARK: the end

    private mutating func compareEnd() throws {
        if covered != state.last { note(.record, covered + 1, "操作记录中没有这笔分录", "the record has no line for it") }
        let now = try JournalState.read(tx)
        if (now.last, now.chain, now.recorded) != (state.last, state.chain, state.recorded) {
            note(.order, state.last, "日记账末尾与台账状态不符", "the journal's end is not what the state says")
        }
        compareCells()
        try compareHolds()
        try compareClearances()
        try countRows()
        for problem in try terms.problems(state: now) { note(.terms, nil, problem.zh, problem.en) }
        for problem in try ContributionCheck(tx: tx).problems() { note(.terms, nil, problem.zh, problem.en) }
        for (entry, problem) in try BankCheck(tx: tx).problems() { note(.bank, entry, problem.zh, problem.en) }
    }

    private mutating func compareCells() {
        report.cells = replay.book.cells.count
        if stored.slices != replay.book.slices { note(.balance, nil, "维度表与日记账不符", "the slices are not the journal's") }
        let (left, right) = (stored.cells, replay.book.cells)
        if left.count != right.count { note(.balance, nil, "余额表行数不符", "there are more or fewer cells than posted") }
        for (kept, made) in zip(left, right) where kept != made {
            let about =
                ([made.stage.code] + Dimensions.named.map { replay.book.slices[Int(made.slice)].text($0.dimension) })
                .filter { !$0.isEmpty }.joined(separator: ":")
            let (was, made) = (Money.yuan(kept.balance), Money.yuan(made.balance))
            note(
                .balance, nil, "余额 \(about) 存为 \(was)，日记账得 \(made)",
                "the balance of \(about) is stored as \(was), the journal makes it \(made)")
        }
    }

    private mutating func compareHolds() throws {
        let made = Dictionary(
            replay.book.holds.values.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        var seen = 0
        var wrong: [Int64] = []
        try tx.each("SELECT entry, until, left_amount FROM hold ORDER BY entry") { row in
            let entry: Int64 = try row[0]
            seen += 1
            guard let hold = made[entry], hold.until == (try row[1]), hold.left == (try row[2]) else {
                return wrong.append(entry)
            }
        }
        for entry in wrong.prefix(3) { note(.balance, entry, "预留余额不符", "what is left of the reservation is wrong") }
        if seen != made.count { note(.balance, nil, "预留表行数不符", "there are more or fewer reservations than made") }
    }

    private mutating func compareClearances() throws {
        var wrong: [ID<Clearance>] = []
        try tx.each("SELECT \(TermColumns.clearance) FROM clearance ORDER BY id") { row in
            let clearance = try TermColumns.clearance(row)
            if clearance.used != replay.book.clearances[clearance.id]?.used ?? 0 { wrong.append(clearance.id) }
        }
        for id in wrong.prefix(3) {
            note(.balance, nil, "批准凭据 \(id) 的已用金额不符", "what clearance \(id) was used for is wrong")
        }
    }

    private mutating func countRows() throws {
        let postings: Int64? = try tx.value("SELECT count(*) FROM posting")
        let findings: Int? = try tx.value("SELECT count(*) FROM finding")
        if postings != report.postings || findings != findingCount {
            note(.stray, nil, "有不属于任何分录的过账行或标记", "there are postings or findings of no entry")
        }
    }
}

/// Rows of a chunk, by the entry they belong to.
struct ByEntry<Element> {
    private var rows: [Int64: [Element]] = [:]
    private var spoilt: Set<Int64> = []
    private(set) var count = 0

    var untaken: [Int64] { rows.keys.sorted() }

    func count(of entry: Int64) -> Int { rows[entry]?.count ?? 0 }

    mutating func append(_ element: Element, to entry: Int64) {
        rows[entry, default: []].append(element)
        count += 1
    }

    /// A row that cannot be what was written: the entry then has none, and cannot agree.
    mutating func spoil(_ entry: Int64) {
        spoilt.insert(entry)
        count += 1
    }

    mutating func take(_ entry: Int64) -> [Element] {
        let taken = rows.removeValue(forKey: entry) ?? []
        return spoilt.contains(entry) ? [] : taken
    }
}
