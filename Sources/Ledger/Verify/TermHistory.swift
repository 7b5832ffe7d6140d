import Kernel
import Store

/// All versions of sources, contracts and periods in the order in which they came to hold.
struct TermHistory {
    private enum Change {
        case source(FundSource)
        case contract(Contract)
        case period(Day)
    }

    private let tx: Tx
    private var changes: [(since: Int64, change: Change)] = []
    private var next = 0
    /// What the record must say, and when it was said where the row tells.
    private var told: [(subject: String, id: String, text: String, at: Instant?)] = []

    init(_ tx: Tx) throws {
        self.tx = tx
        var (changes, told) = (self.changes, self.told)
        try tx.each("SELECT \(TermColumns.source), version, since FROM fund_source ORDER BY since, code, version") {
            let (source, version) = (try TermColumns.source($0), TermVersion(number: try $0[13], since: try $0[14]))
            changes.append((version.since, .source(source)))
            told.append(("source", source.code, TermText.of(source, version), nil))
        }
        try tx.each(
            "SELECT \(TermColumns.contract), version, since, clearance FROM contract ORDER BY since, code, version"
        ) {
            let (contract, version) = (try TermColumns.contract($0), TermVersion(number: try $0[10], since: try $0[11]))
            changes.append((version.since, .contract(contract)))
            told.append(("contract", contract.code, TermText.of(contract, version, try $0[12]), nil))
        }
        try tx.each("SELECT until, since, closed_at FROM period ORDER BY until") {
            let (until, since): (Day, Int64) = (try $0[0], try $0[1])
            changes.append((since, .period(until)))
            told.append(("period", until.description, JSON.object(["since": .integer(since)]).text, try $0[2]))
        }
        // Stable: versions that came after the same entry stay in their order.
        let sorted = changes.enumerated().sorted { ($0.element.since, $0.offset) < ($1.element.since, $1.offset) }
        (self.changes, self.told) = (sorted.map(\.element), told)
    }

    /// Brings a book to what held when the entry with this number was posted.
    mutating func advance(_ book: Book, before number: Int64) {
        while next < changes.count, changes[next].since < number {
            switch changes[next].change {
            case .source(let source): book.sources[source.code] = source
            case .contract(let contract): book.contracts[contract.code] = contract
            case .period(let until): book.openFrom = max(book.openFrom, until.adding(days: 1))
            }
            next += 1
        }
    }

    /// Where terms and the record disagree.
    func problems(state: JournalState) throws -> [Phrase] {
        var problems: [Phrase] = []
        if state.terms != Int64(told.count) {
            problems.append(
                Phrase(zh: "来源、合同、期间的版本数不符", en: "there are more or fewer versions of terms than were made"))
        }
        for (subject, id, text, at) in told where try !isRecorded(subject, id, text, at: at) {
            problems.append(Phrase(zh: "\(subject) \(id) 与操作记录不符", en: "\(subject) \(id) is not what the record says"))
        }
        let clearances = try tx.map("SELECT \(TermColumns.clearance), issued_at FROM clearance ORDER BY id") {
            (try TermColumns.clearance($0), try $0[9] as Instant)
        }
        for (clearance, at) in clearances {
            let id = clearance.id.description
            guard try !isRecorded("clearance", id, TermText.of(clearance), at: at) else { continue }
            problems.append(
                Phrase(zh: "批准凭据 \(id) 与操作记录不符", en: "clearance \(id) is not what the record says"))
        }
        let issued: Int? = try tx.value("SELECT count(*) FROM record_line WHERE act = 'clearance.issue'")
        if issued != clearances.count { problems.append(Phrase(zh: "批准凭据数目不符", en: "clearances are missing or added")) }
        return problems
    }

    private func isRecorded(_ subject: String, _ id: String, _ text: String, at: Instant?) throws -> Bool {
        let moment: SQL = at.map { "at = \($0)" } ?? "TRUE"
        return try tx.first(
            """
            SELECT 1 FROM record_line WHERE subject_kind = \(subject) AND subject_id = \(id) AND value_after = \(text)
                AND \(moment) LIMIT 1
            """) != nil
    }
}
