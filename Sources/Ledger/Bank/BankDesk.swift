import Cryptography
import Kernel
import Store

/// Why a line is matched by an answer alone.
enum BankDoubt: String {
    case none = ""
    /// It was asked about, and left open.
    case asked
    case takenBack
}

/// A statement beside the journal, within one transaction.
struct BankDesk {
    private struct Kept {
        let isMatched: Bool
        let doubt: BankDoubt
    }

    private let sheet: BankSheet
    /// What is stored of the statement's lines.
    private let kept: [String: Kept]
    /// SHA-256 over the matches that are sure, hexadecimal.
    let certain: String
    private let open: [BankLine]
    /// Of the open lines. Answers change nothing about them: what a person was not shown as sure stays a question.
    private let outcomes: [BankMatching.Outcome]
    /// Lines whose cash the journal may hold.
    private let candidates: Set<String>
    private let items: [CashItem]

    init(_ sheet: BankSheet, _ tx: Tx) throws {
        var kept: [String: Kept] = [:]
        for chunk in sheet.lines.map(\.id).chunks(of: 200) {
            try tx.each("SELECT id, entry, doubt FROM bank_line WHERE id IN \(list: Array(chunk))") { row in
                guard let doubt = BankDoubt(rawValue: try row[2]) else { throw LedgerFault.unreadable("bank_line") }
                let entry: Int64? = try row[1]
                kept[try row[0]] = Kept(isMatched: entry != nil, doubt: doubt)
            }
        }
        let (open, items) = (sheet.lines.filter { kept[$0.id]?.isMatched != true }, try Self.items(sheet, tx))
        let doubted = Set(kept.filter { $0.value.doubt != .none }.keys)
        let outcomes = BankMatching.outcomes(open, items, doubted: doubted)
        var (told, candidates) = ([UInt8](), Set<String>())
        for (line, outcome) in zip(open, outcomes) where outcome != .none {
            candidates.insert(line.id)
            guard case .sure(let index) = outcome else { continue }
            told += Array("\(line.id)=\(items[index].entry):\(items[index].part.rawValue)\n".utf8)
        }
        (self.sheet, self.kept, self.open, self.candidates) = (sheet, kept, open, candidates)
        (self.items, self.outcomes, certain) = (items, outcomes, Hex.encode(DigestSuite.sha256.hash(told)))
    }

    func hasCandidates(_ line: BankLine) -> Bool { candidates.contains(line.id) }

    /// Whether the line is to be stored though nothing matches it: it is new, or asked about for the first time.
    func isNews(_ line: BankLine) -> Bool {
        guard let kept = kept[line.id] else { return true }
        return !kept.isMatched && kept.doubt == .none && hasCandidates(line)
    }

    private static func items(_ sheet: BankSheet, _ tx: Tx) throws -> [CashItem] {
        guard let first = sheet.lines.map(\.day).min(), let last = sheet.lines.map(\.day).max() else { return [] }
        let reach = BankMatching.askedDays
        return try CashReading(tx: tx).items(from: first.adding(days: -reach), to: last.adding(days: reach))
    }

    func report(_ answers: [BankAnswer]) throws -> BankReport {
        var report = BankReport(
            fileName: sheet.fileName, sheetName: sheet.sheetName, account: sheet.account, refused: sheet.refused)
        report.known = sheet.lines.count - open.count
        report.new = open.count { kept[$0.id] == nil }
        report.certain = certain
        let answered = try answered(answers)
        let given = Parts(answered.values)
        var touched = given
        for (line, outcome) in zip(open, outcomes) {
            if let item = answered[line.row] {
                report.matches.append(.init(line: line, item: item, isAnswered: true))
                continue
            }
            let candidates =
                switch outcome {
                case .sure(let index): [items[index]]
                case .asked(let indices): indices.map { items[$0] }
                case .none: [CashItem]()
                }
            let free = candidates.filter { !given.overlap($0) }
            touched.add(free)
            if case .sure = outcome, let item = free.first {
                report.matches.append(.init(line: line, item: item, isAnswered: false))
            } else if free.isEmpty {
                report.unmatchedLines.append(line)
            } else {
                report.questions.append(
                    .init(line: line, candidates: free, isTakenBack: kept[line.id]?.doubt == .takenBack))
            }
        }
        report.unmatchedItems = unmatched(touched)
        return report
    }

    /// Within the statement's own days; of an entry with parts, the whole alone.
    private func unmatched(_ touched: Parts) -> [CashItem] {
        guard let first = sheet.lines.map(\.day).min(), let last = sheet.lines.map(\.day).max() else { return [] }
        let wholes = Set(items.filter { $0.part == .all }.map(\.entry))
        return items.filter { item in
            let isInWhole = item.part != .all && wholes.contains(item.entry) && !touched.hasAny(of: item.entry)
            return (first...last).contains(item.day) && !touched.overlap(item) && !isInWhole
        }
    }

    /// By the row. "All" of an entry whose cash has one part is that part.
    private func answered(_ answers: [BankAnswer]) throws -> [Int: CashItem] {
        let lines = Dictionary(open.map { ($0.row, $0) }, uniquingKeysWith: { first, _ in first })
        let byEntry = Dictionary(grouping: items, by: \.entry)
        var (answered, given) = ([Int: CashItem](), Parts([]))
        for answer in answers {
            guard let line = lines[answer.row], answered[answer.row] == nil else {
                throw refusal(answer, "该行没有待核对的流水，或答了两次", "the row has no line that is open, or is answered twice")
            }
            let parts = byEntry[answer.entry] ?? []
            let item =
                parts.first { $0.part == answer.part } ?? (answer.part == .all && parts.count == 1 ? parts[0] : nil)
            guard let item else {
                throw refusal(
                    answer, "该分录没有未核对的这部分收付", "the entry has no such cash that is open near the statement's days")
            }
            guard item.amount == line.amount else {
                throw refusal(
                    answer, "金额不同：流水 \(Money.yuan(line.amount))，分录 \(Money.yuan(item.amount))",
                    "the amounts differ: \(Money.yuan(line.amount)) and \(Money.yuan(item.amount))")
            }
            guard !given.overlap(item) else {
                throw refusal(answer, "该分录已答给另一行", "the entry was given to another row")
            }
            given.add([item])
            answered[answer.row] = item
        }
        return answered
    }

    private func refusal(_ answer: BankAnswer, _ zh: String, _ en: String) -> Refusal {
        Refusal(
            "bank.answer", zh: "“\(sheet.fileName)”第 \(answer.row) 行 = 分录 \(answer.entry)：\(zh)；请更正后重试。",
            en: "“\(sheet.fileName)”, row \(answer.row) = entry \(answer.entry): \(en); mend it and try again.",
            field: BankAnswer.field(answer.row))
    }

    /// Cash that lines have, by its entry.
    private struct Parts {
        private var parts: [Int64: [CashItem.Part]] = [:]

        init(_ items: some Sequence<CashItem>) { add(items) }

        mutating func add(_ items: some Sequence<CashItem>) {
            for item in items { parts[item.entry, default: []].append(item.part) }
        }

        func overlap(_ item: CashItem) -> Bool { (parts[item.entry] ?? []).contains { $0.overlaps(item.part) } }

        func hasAny(of entry: Int64) -> Bool { parts[entry] != nil }
    }
}

extension BankAnswer {
    public static let fieldPrefix = "row-"

    /// What an answer to a row is called among the fields of a form: "row-12".
    public static func field(_ row: Int) -> String { fieldPrefix + String(row) }
}
