public import Identity
public import Kernel
public import Store

extension Ledger {
    /// Lays a statement beside the journal, and changes nothing.
    /// - Throws: `Refusal` `right.missing`; `bank.answer` for an answer that cannot be.
    public func bankReport(
        _ sheet: BankSheet, answers: [BankAnswer] = [], for reader: Actor, in tx: Tx
    ) throws -> BankReport {
        try reader.require(.readLedger, at: try Self.city(tx))
        return try BankDesk(sheet, tx).report(answers)
    }

    /// The same, and records the statement with the matches that are sure and those that are answered. The same file
    /// again is no change; lines that were open are matched when the journal has caught up.
    /// - Throws: as `bankReport`; the right to post entries in the whole city is needed.
    public func recordBank(
        _ sheet: BankSheet, answers: [BankAnswer] = [], in deed: Deed
    ) throws -> BankReport {
        let city = try Self.city(deed.tx)
        try deed.actor.require(.postEntries, at: city)
        let desk = try BankDesk(sheet, deed.tx)
        var report = try desk.report(answers)
        let matched = Dictionary(
            report.matches.map { ($0.line.id, $0.item) }, uniquingKeysWith: { first, _ in first })
        let changed = sheet.lines.filter { matched[$0.id] != nil || desk.stored[$0.id] == nil }
        // As many lines of the record as it takes: each stays short.
        for chunk in changed.chunks(of: 200) {
            for line in chunk { try Self.write(line, matched[line.id], sheet.account, deed) }
            let told = chunk.compactMap { line in
                matched[line.id].map { JSON.string("\(line.id.prefix(16)) = \($0.entry):\($0.part.rawValue)") }
            }
            let after = JSON.object([
                "file": .string(sheet.fileName), "rows": .integer(Int64(chunk.count)), "matched": .array(told),
            ])
            try deed.record("ledger.bank", on: Subject("bank", sheet.account), at: city, after: after.text)
        }
        report.recorded = changed.count
        return report
    }

    private static func city(_ tx: Tx) throws -> PlaceCode {
        try tx.value("SELECT code FROM city LIMIT 1") ?? .country
    }

    /// Counterparty and memo may name residents: the digest alone is kept of them.
    private static func write(_ line: BankLine, _ item: CashItem?, _ account: String, _ deed: Deed) throws {
        let matched: Instant? = item == nil ? nil : deed.now
        try deed.tx.run(
            """
            INSERT INTO bank_line (id, account, day, amount, reference, entry, part, stored_at, matched_at)
            VALUES (\(line.id), \(account), \(line.day), \(line.amount), \(line.reference), \(item?.entry),
                \(item?.part.rawValue), \(deed.now), \(matched))
            ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, part = excluded.part,
                matched_at = excluded.matched_at
            """)
    }
}

/// A statement beside the journal, within one transaction.
private struct BankDesk {
    private let sheet: BankSheet
    /// What is stored of the statement's lines: whether they are matched.
    let stored: [String: Bool]
    private let items: [CashItem]

    init(_ sheet: BankSheet, _ tx: Tx) throws {
        self.sheet = sheet
        var stored: [String: Bool] = [:]
        for chunk in sheet.lines.map(\.id).chunks(of: 200) {
            try tx.each("SELECT id, entry FROM bank_line WHERE id IN \(list: Array(chunk))") {
                stored[try $0[0]] = (try $0[1] as Int64?) != nil
            }
        }
        self.stored = stored
        guard let first = sheet.lines.map(\.day).min(), let last = sheet.lines.map(\.day).max() else {
            items = []
            return
        }
        let reach = BankMatching.askedDays
        items = try CashReading(tx: tx).items(from: first.adding(days: -reach), to: last.adding(days: reach))
    }

    func report(_ answers: [BankAnswer]) throws -> BankReport {
        var report = BankReport(
            fileName: sheet.fileName, sheetName: sheet.sheetName, account: sheet.account, refused: sheet.refused)
        let open = sheet.lines.filter { stored[$0.id] != true }
        report.known = sheet.lines.count - open.count
        let answered = try answered(answers, open)
        let rest = items.filter { item in
            !answered.values.contains { $0.entry == item.entry && $0.part.overlaps(item.part) }
        }
        let asked = open.filter { answered[$0.row] == nil }
        let outcomes = Dictionary(
            zip(asked.map(\.row), BankMatching.outcomes(asked, rest)), uniquingKeysWith: { first, _ in first })
        var touched: [Int64: [CashItem.Part]] = [:]
        for line in open {
            if let item = answered[line.row] {
                report.matches.append(.init(line: line, item: item, isAnswered: true))
                touched[item.entry, default: []].append(item.part)
                continue
            }
            switch outcomes[line.row] ?? .none {
            case .sure(let index):
                report.matches.append(.init(line: line, item: rest[index], isAnswered: false))
                touched[rest[index].entry, default: []].append(rest[index].part)
            case .asked(let indices):
                report.questions.append(.init(line: line, candidates: indices.map { rest[$0] }))
                for index in indices { touched[rest[index].entry, default: []].append(rest[index].part) }
            case .none: report.unmatchedLines.append(line)
            }
        }
        report.unmatchedItems = unmatched(rest, touched)
        return report
    }

    /// Within the statement's own days; of an entry with parts, the whole alone.
    private func unmatched(_ items: [CashItem], _ touched: [Int64: [CashItem.Part]]) -> [CashItem] {
        guard let first = sheet.lines.map(\.day).min(), let last = sheet.lines.map(\.day).max() else { return [] }
        let wholes = Set(items.filter { $0.part == .all }.map(\.entry))
        return items.filter { item in
            let isTouched = (touched[item.entry] ?? []).contains { $0.overlaps(item.part) }
            let isInWhole = item.part != .all && wholes.contains(item.entry) && touched[item.entry] == nil
            return (first...last).contains(item.day) && !isTouched && !isInWhole
        }
    }

    /// By the row. "All" of an entry whose cash has one part is that part.
    private func answered(_ answers: [BankAnswer], _ open: [BankLine]) throws -> [Int: CashItem] {
        let lines = Dictionary(open.map { ($0.row, $0) }, uniquingKeysWith: { first, _ in first })
        var answered: [Int: CashItem] = [:]
        for answer in answers {
            guard let line = lines[answer.row], answered[answer.row] == nil else {
                throw Self.refusal(
                    answer, "该行没有待核对的流水，或答了两次", "the row has no line that is open, or is answered twice")
            }
            let parts = items.filter { $0.entry == answer.entry }
            let item =
                parts.first { $0.part == answer.part } ?? (answer.part == .all && parts.count == 1 ? parts[0] : nil)
            guard let item else {
                throw Self.refusal(
                    answer, "该分录没有未核对的这部分收付", "the entry has no such cash that is open near the statement's days")
            }
            guard item.amount == line.amount else {
                throw Self.refusal(
                    answer, "金额不同：流水 \(Money.yuan(line.amount))，分录 \(Money.yuan(item.amount))",
                    "the amounts differ: \(Money.yuan(line.amount)) and \(Money.yuan(item.amount))")
            }
            guard !answered.values.contains(where: { $0.entry == item.entry && $0.part.overlaps(item.part) }) else {
                throw Self.refusal(answer, "该分录已答给另一行", "the entry was given to another row")
            }
            answered[answer.row] = item
        }
        return answered
    }

    private static func refusal(_ answer: BankAnswer, _ zh: String, _ en: String) -> Refusal {
        Refusal(
            "bank.answer", zh: "第 \(answer.row) 行 = 分录 \(answer.entry)：\(zh)；请更正后重试。",
            en: "Row \(answer.row) = entry \(answer.entry): \(en); mend it and try again.", field: "match")
    }
}
