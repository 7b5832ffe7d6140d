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
    /// again is no change; lines that the journal knew nothing of are matched when it has caught up, those that were
    /// asked about by an answer alone.
    /// - Parameter seen: `BankReport.certain` of the report that was looked at, where one was.
    /// - Throws: as `bankReport`; `bank.outdated` where other matches are sure than were seen. Needs the right to post
    ///   entries in the whole city.
    public func recordBank(
        _ sheet: BankSheet, answers: [BankAnswer] = [], seen: String? = nil, in deed: Deed
    ) throws -> BankReport {
        let city = try Self.city(deed.tx)
        try deed.actor.require(.postEntries, at: city)
        let desk = try BankDesk(sheet, deed.tx)
        if let seen, seen != desk.certain { throw Self.outdated(sheet) }
        var report = try desk.report(answers)
        let matched = Dictionary(
            report.matches.map { ($0.line.id, $0.item) }, uniquingKeysWith: { first, _ in first })
        let changed = sheet.lines.filter { matched[$0.id] != nil || desk.isNews($0) }
        // As many lines of the record as it takes: each stays short.
        for chunk in changed.chunks(of: 200) {
            for line in chunk {
                let item = matched[line.id]
                try Self.write(line, item, sheet.account, isAsked: item == nil && desk.hasCandidates(line), deed)
            }
            let told = chunk.compactMap { line in
                matched[line.id].map { JSON.string(BankRecord.match(line.id, $0.entry, $0.part)) }
            }
            let after = JSON.object([
                "file": .string(sheet.fileName), "rows": .integer(Int64(chunk.count)), "matched": .array(told),
            ])
            try deed.record("ledger.bank", on: Subject("bank", sheet.account), at: city, after: after.text)
        }
        report.recorded = changed.count
        return report
    }

    /// Takes a wrong match back: the line is open again, and matched by an answer alone from then on.
    /// - Parameters:
    ///   - line: its whole id.
    ///   - reason: stands in the record.
    /// - Returns: the line as it was, with its match.
    /// - Throws: `Refusal` `bank.line.none`, `bank.line.open`, `bank.reason`, `entry.text`. Needs the right to post
    ///   entries in the whole city.
    @discardableResult
    public func takeBackMatch(of line: String, reason: String, in deed: Deed) throws -> KeptBankLine {
        let city = try Self.city(deed.tx)
        try deed.actor.require(.postEntries, at: city)
        guard !reason.isEmpty else {
            throw Refusal("bank.reason", zh: "请写明为什么撤回。", en: "Say why the match is taken back.", field: "reason")
        }
        try EntryDraft.checkText(reason, 1...LedgerLimits.memo, "reason")
        let kept = try bankLine(line, for: deed.actor, in: deed.tx)
        guard let match = kept.match else {
            throw Refusal(
                .conflict, "bank.line.open", zh: "这行流水没有对上任何分录，无需撤回；请刷新列表。",
                en: "This line is matched with no entry, so there is nothing to take back; reload the list.")
        }
        try deed.tx.run(
            """
            UPDATE bank_line SET entry = NULL, part = NULL, matched_at = NULL, doubt = 'takenBack'
            WHERE id = \(kept.id)
            """)
        let told = JSON.string(BankRecord.match(kept.id, match.entry, match.part))
        try deed.record(
            "ledger.bank.takeBack", on: Subject("bank", kept.account), at: city,
            before: JSON.object(["matched": .array([told])]).text, after: JSON.object(["reason": .string(reason)]).text)
        return kept
    }

    /// The same, by the entry that the line was matched with.
    /// - Parameter part: which cash of the entry; needed where two lines show its parts.
    /// - Throws: `Refusal` `bank.line.none` where no line, or not one alone, shows it.
    @discardableResult
    public func takeBackMatch(
        with entry: Int64, _ part: CashItem.Part? = nil, reason: String, in deed: Deed
    ) throws -> KeptBankLine {
        try deed.actor.require(.postEntries, at: try Self.city(deed.tx))
        let lines = try bankLines(of: entry, for: deed.actor, in: deed.tx)
        let meant = lines.filter { part == nil || $0.match?.part == part }
        guard meant.count == 1 else {
            let names = lines.compactMap(\.match).map { "\(entry):\($0.part.rawValue)" }.joined(separator: ", ")
            throw Refusal(
                .notFound, "bank.line.none",
                zh: names.isEmpty ? "没有流水对上第 \(entry) 号分录。" : "请写明第 \(entry) 号分录的哪一部分：\(names)。",
                en: names.isEmpty
                    ? "No line of a statement is matched with entry \(entry)."
                    : "Say which cash of entry \(entry): \(names).", field: "take-back")
        }
        return try takeBackMatch(of: meant[0].id, reason: reason, in: deed)
    }

    static func city(_ tx: Tx) throws -> PlaceCode {
        try tx.value("SELECT code FROM city LIMIT 1") ?? .country
    }

    private static func outdated(_ sheet: BankSheet) -> Refusal {
        Refusal(
            .conflict, "bank.outdated", zh: "预览“\(sheet.fileName)”之后台账有了变化，确定对上的行不同了；请再核对一遍，然后记录。",
            en: """
                The journal moved on since “\(sheet.fileName)” was looked at, and other lines are certain now; look through \
                it again, then record it.
                """, field: "certain")
    }

    /// Counterparty and memo may name residents: the digest alone is kept of them.
    private static func write(
        _ line: BankLine, _ item: CashItem?, _ account: String, isAsked: Bool, _ deed: Deed
    ) throws {
        let (matched, doubt): (Instant?, BankDoubt) = (item == nil ? nil : deed.now, isAsked ? .asked : .none)
        try deed.tx.run(
            """
            INSERT INTO bank_line (id, account, day, amount, reference, entry, part, stored_at, matched_at, doubt)
            VALUES (\(line.id), \(account), \(line.day), \(line.amount), \(line.reference), \(item?.entry),
                \(item?.part.rawValue), \(deed.now), \(matched), \(doubt.rawValue))
            ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, part = excluded.part,
                matched_at = excluded.matched_at,
                doubt = CASE WHEN bank_line.doubt = '' THEN excluded.doubt ELSE bank_line.doubt END
            """)
    }
}

/// Matches as the record tells them, by which `verify` sees whether a stored one was altered.
enum BankRecord {
    /// "4f1c9a7730de5b21 = 3041:wages".
    static func match(_ line: String, _ entry: Int64, _ part: CashItem.Part) -> String {
        "\(line.prefix(16)) = \(entry):\(part.rawValue)"
    }
}
