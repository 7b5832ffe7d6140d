import Cryptography
public import Identity
public import Kernel
public import Store

/// Writes the journal as a file that anybody can check without the database: JSON Lines, each with the digest of itself
/// and all before it. First the proof that the record holds the journal's end, then every entry with its postings, then
/// the balances they make, at the end the city's signature. The journal goes to the last entry that is sealed.
public struct SealedJournal {
    private static let chunk: Int64 = 1_000

    private let vault: Vault
    private let now: Instant
    private let published: TreeHead?

    /// - Parameter published: a head that somebody kept: the file then proves that the record still begins with it.
    public init(vault: Vault, now: Instant, published: TreeHead? = nil) {
        (self.vault, self.now, self.published) = (vault, now, published)
    }

    /// - Parameter write: is given the file piece by piece.
    /// - Throws: `Refusal` `right.missing` to readers who do not read the whole city's ledger, `ledger.unsealed` where
    ///   no entry is sealed, `proof.size` for a head beyond the record.
    public func write(for reader: Actor, in tx: Tx, _ write: (String) throws -> Void) throws {
        let city: PlaceCode? = try tx.value("SELECT code FROM city LIMIT 1")
        try reader.require(.readLedger, at: city ?? .country)
        guard let line = try ProvedLine.last("ledger.post", on: "entry", tx: tx),
            let after = line.said.flatMap({ try? JSON(parsing: $0.after) }), let last = after["last"]?.integer
        else {
            throw Refusal(
                .notFound, "ledger.unsealed", zh: "台账还没有封存的分录；请先记账并启动服务或稍后再试。",
                en: "No entry of the ledger is sealed yet; post some, and start the service or try again in a moment.")
        }
        var lines = SealedLines()
        try write(lines.line(head(line, last, city ?? .country, tx)))
        let cells = try cells(tx)
        for first in stride(from: 0, to: last, by: Int(Self.chunk)) {
            try write(entries(after: first, to: min(last, first + Self.chunk), cells, tx, &lines))
        }
        try write(balances(after: last, cells, tx, &lines))
        try write(lines.end(signedBy: vault, at: now))
    }

    private func head(_ line: ProvedLine, _ last: Int64, _ city: PlaceCode, _ tx: Tx) throws -> [JSON.Member] {
        var members: [JSON.Member] = [
            JSON.Member("format", .string(JournalFileLine.format)), JSON.Member("city", .string(city.digits)),
            JSON.Member("entries", .integer(last)),
            JSON.Member("key", .string(vault.recordKeys.verifying.pem)), JSON.Member("head", .string(line.head.text)),
            JSON.Member("line", .string(Hex.encode(line.content))), JSON.Member("index", .integer(Int64(line.index))),
            JSON.Member("path", Self.hex(line.path)),
        ]
        if let published {
            let proof = try RecordProofs.consistency(from: published.size, tx: tx)
            members.append(JSON.Member("published", .string(published.text)))
            members.append(JSON.Member("consistency", Self.hex(proof.path)))
        }
        return members
    }

    private static func hex(_ hashes: [[UInt8]]) -> JSON { .array(hashes.map { .string(Hex.encode($0)) }) }

    private struct Cell {
        let spot: JournalFileLine.Spot
        let isTotal: Bool
        var sums: JournalFileLine.Sums
    }

    /// By their numbers, which count from 1.
    private func cells(_ tx: Tx) throws -> [Cell] {
        try tx.map(
            """
            SELECT c.stage, c.measure, \(BookReading.sliceColumns), c.is_total, c.debit, c.credit, c.held
            FROM cell c JOIN slice s ON s.id = c.slice ORDER BY c.id
            """
        ) { row in
            guard let stage = LedgerStage(code: try row[0]), let measure = LedgerMeasure(rawValue: try row[1]) else {
                throw LedgerFault.unreadable("cell")
            }
            let spot = JournalFileLine.Spot(stage: stage, measure: measure, slice: try BookReading.slice(row, from: 2))
            return Cell(
                spot: spot, isTotal: try row[9],
                sums: JournalFileLine.Sums(debit: try row[10], credit: try row[11], held: try row[12]))
        }
    }

    private func entries(
        after first: Int64, to last: Int64, _ cells: [Cell], _ tx: Tx, _ lines: inout SealedLines
    ) throws -> String {
        let postings = try postings(after: first, to: last, cells, tx)
        let findings = try findings(after: first, to: last, tx)
        let rows = try tx.rows(
            """
            SELECT \(JournalRows.entries) FROM journal_entry WHERE number > \(first) AND number <= \(last)
            ORDER BY number
            """)
        var text = ""
        for row in rows {
            let number: Int64 = try row[0]
            var members = JournalFileLine.members(row)
            members.append(JSON.Member("postings", .array(postings[number] ?? [])))
            if let findings = findings[number] { members.append(JSON.Member("findings", .array(findings))) }
            text += lines.line(members)
        }
        return text
    }

    private func postings(after first: Int64, to last: Int64, _ cells: [Cell], _ tx: Tx) throws -> [Int64: [JSON]] {
        var postings: [Int64: [JSON]] = [:]
        try tx.each(
            """
            SELECT p.entry, p.move, p.cell, p.amount, p.held, \(BookReading.sliceColumns)
            FROM posting p JOIN slice s ON s.id = p.slice WHERE p.entry > \(first) AND p.entry <= \(last)
            ORDER BY p.entry, p.line
            """
        ) { row in
            let cell: Int = try row[2]
            guard let move = Move(code: try row[1]), cells.indices.contains(cell - 1) else {
                throw LedgerFault.unreadable("posting")
            }
            var spot = cells[cell - 1].spot
            spot.slice = try BookReading.slice(row, from: 5)
            let posting = JournalFileLine.Posting(move: move, spot: spot, amount: try row[3], held: try row[4])
            postings[try row[0], default: []].append(JournalFileLine.json(posting))
        }
        return postings
    }

    private func findings(after first: Int64, to last: Int64, _ tx: Tx) throws -> [Int64: [JSON]] {
        var findings: [Int64: [JSON]] = [:]
        try tx.each(
            """
            SELECT entry, rule, move, asked, allowed, about FROM finding WHERE entry > \(first) AND entry <= \(last)
            ORDER BY entry, position
            """
        ) { row in
            guard let rule = Rule(rawValue: try row[1]) else { throw LedgerFault.unreadable("finding") }
            let finding = Finding(rule, move: try row[2], asked: try row[3], allowed: try row[4], about: try row[5])
            findings[try row[0], default: []].append(JournalFileLine.json(finding))
        }
        return findings
    }

    /// The kept balances without what was posted after the last sealed entry.
    private func balances(
        after last: Int64, _ cells: [Cell], _ tx: Tx, _ lines: inout SealedLines
    ) throws -> String {
        var (cells, text) = (cells, "")
        try tx.each("SELECT cell, line, amount, held FROM posting WHERE entry > \(last)") { row in
            let (cell, line): (Int, Int) = (try row[0], try row[1])
            guard cells.indices.contains(cell - 1) else { throw LedgerFault.unreadable("posting") }
            cells[cell - 1].sums.add(-(try row[2] as Int64), held: -(try row[3] as Int64), isDebit: line % 2 == 1)
        }
        for cell in cells where !cell.isTotal && cell.sums != JournalFileLine.Sums() {
            text += lines.line(
                JournalFileLine.members(cell.spot, "balance") + [
                    JSON.Member("debit", .integer(cell.sums.debit)), JSON.Member("credit", .integer(cell.sums.credit)),
                    JSON.Member("held", .integer(cell.sums.held)),
                ])
        }
        return text
    }
}

/// Gives each line its digest.
private struct SealedLines {
    private var sum = JournalFileLine.start
    private var count: Int64 = 0

    mutating func line(_ members: [JSON.Member]) -> String {
        var text = JSON.object(members).text
        text.removeLast()
        sum = JournalFileLine.sum(text.utf8, after: sum)
        count += 1
        return text + JournalFileLine.tail(sum) + "\n"
    }

    func end(signedBy vault: Vault, at now: Instant) -> String {
        let signature = vault.sign(sum, for: JournalFileLine.purpose, at: now)
        return JSON.object(["lines": .integer(count), "signature": .string(signature.text)]).text + "\n"
    }
}
