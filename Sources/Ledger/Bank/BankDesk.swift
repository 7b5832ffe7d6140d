import Cryptography
import Kernel
import Store

/// A statement beside the journal, within one transaction.
struct BankDesk {
    private let sheet: BankSheet
    /// What is stored of the statement's lines: whether they are matched.
    let stored: [String: Bool]
    /// SHA-256 over the matches that are sure, hexadecimal.
    let certain: String
    private let open: [BankLine]
    /// Of the open lines. Answers change nothing about them: what a person was not shown as sure stays a question.
    private let outcomes: [BankMatching.Outcome]
    private let doubted: Set<String>
    private let items: [CashItem]

    init(_ sheet: BankSheet, _ tx: Tx) throws {
        var (stored, doubted) = ([String: Bool](), Set<String>())
        for chunk in sheet.lines.map(\.id).chunks(of: 200) {
            try tx.each("SELECT id, entry, taken_back FROM bank_line WHERE id IN \(list: Array(chunk))") { row in
                let id: String = try row[0]
                stored[id] = (try row[1] as Int64?) != nil
                if (try row[2] as Int) == 1 { doubted.insert(id) }
            }
        }
        let (open, items) = (sheet.lines.filter { stored[$0.id] != true }, try Self.items(sheet, tx))
        let outcomes = BankMatching.outcomes(open, items, doubted: doubted)
        var told: [UInt8] = []
        for (line, outcome) in zip(open, outcomes) {
            guard case .sure(let index) = outcome else { continue }
            told += Array("\(line.id)=\(items[index].entry):\(items[index].part.rawValue)\n".utf8)
        }
        (self.sheet, self.stored, self.doubted, self.open) = (sheet, stored, doubted, open)
        (self.items, self.outcomes, certain) = (items, outcomes, Hex.encode(DigestSuite.sha256.hash(told)))
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
        report.new = open.count { stored[$0.id] == nil }
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
                    .init(line: line, candidates: free, isTakenBack: doubted.contains(line.id)))
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
