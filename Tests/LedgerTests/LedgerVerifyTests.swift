import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Verifying the ledger")
struct LedgerVerifyTests {
    /// One of everything that can stand in the ledger.
    private static func fill(_ town: LedgerTown) async throws {
        let ledger = town.ledger
        try await town.begin()
        try await town.act { try ledger.closePeriod(until: History.day.adding(days: -100), in: $0) }
        try await town.post(LedgerTown.draft("certify", [MoveDraft(.certify, 500, LedgerTown.work)]))
        let authority = EntryDraft.Authority(kind: "document", reference: "1")
        let give = MoveDraft(.giveBack, 80, LedgerTown.money)
        try await town.post(
            EntryDraft(key: "hold", day: History.day, .reserve(give, until: History.day), authority: authority))
        try await town.post(
            EntryDraft(key: "part", day: History.day, .capture(hold: "hold", amount: 30), authority: authority))
        try await town.post(LedgerTown.draft("fact", [MoveDraft(.pay, 600, LedgerTown.bill)], manner: .fact))
        try await town.post(LedgerTown.draft("more", [MoveDraft(.plan, 1, LedgerTown.money)]))
    }

    /// Rows that a forger could change, each with one byte of difference.
    private static let forgeries: [(String, SQL)] = [
        ("an amount", "UPDATE posting SET amount = amount + 1 WHERE entry = 2 AND line = 2"),
        ("both amounts", "UPDATE posting SET amount = amount * 2 WHERE entry = 1"),
        ("a held amount", "UPDATE posting SET held = held + 1 WHERE entry = 8 AND line = 1"),
        ("a posting's day", "UPDATE posting SET effective = '2026-06-29' WHERE entry = 3 AND line = 1"),
        ("a posting's move", "UPDATE posting SET move = 'receive' WHERE entry = 3"),
        ("a posting's cell", "UPDATE posting SET cell = 1 WHERE entry = 3 AND line = 2"),
        ("a posting less", "DELETE FROM posting WHERE entry = 3 AND line = 2"),
        (
            "a posting more",
            """
            INSERT INTO posting (entry, line, move, cell, slice, amount, held, effective)
            SELECT 99, line, move, cell, slice, amount, held, effective FROM posting WHERE entry = 1
            """
        ),
        ("a day", "UPDATE journal_entry SET effective = '2026-06-29' WHERE number = 4"),
        ("a stated day", "UPDATE journal_entry SET stated = '2026-06-29' WHERE number = 4"),
        ("a memo", "UPDATE journal_entry SET memo = 'x' WHERE number = 4"),
        ("a key", "UPDATE journal_entry SET key = 'drax' WHERE number = 3"),
        ("an authority", "UPDATE journal_entry SET authority_ref = '财建2号' WHERE number = 2"),
        ("evidence", "UPDATE journal_entry SET evidence = '' WHERE number = 10"),
        ("the manner", "UPDATE journal_entry SET manner = 'ordinary' WHERE number = 10"),
        ("who posted", "UPDATE journal_entry SET actor_kind = 'system' WHERE number = 2"),
        ("when", "UPDATE journal_entry SET recorded = recorded + 1 WHERE number = 11"),
        ("a content's digest", "UPDATE journal_entry SET content = chain WHERE number = 2"),
        ("a chain", "UPDATE journal_entry SET chain = content WHERE number = 11"),
        ("an id", "UPDATE journal_entry SET id = (SELECT id FROM clearance ORDER BY id LIMIT 1) WHERE number = 5"),
        ("the last entry gone", "DELETE FROM journal_entry WHERE number = 11"),
        ("a number", "UPDATE journal_entry SET number = 12 WHERE number = 11"),
        ("a balance", "UPDATE cell SET credit = credit + 1 WHERE stage = 'received' AND is_total = 0"),
        ("a total", "UPDATE cell SET credit = credit + 1, debit = debit + 1 WHERE stage = 'received' AND is_total = 1"),
        ("a cell's stage", "UPDATE cell SET stage = 'called' WHERE stage = 'planned'"),
        ("a slice", "UPDATE slice SET party = 'x' WHERE id = 2"),
        ("a reservation", "UPDATE hold SET left_amount = left_amount + 1"),
        ("a reservation's end", "UPDATE hold SET until = '2027-06-30'"),
        ("a finding", "UPDATE finding SET asked = asked - 1 WHERE entry = 10"),
        ("a finding less", "DELETE FROM finding WHERE entry = 10"),
        ("a source", "UPDATE fund_source SET amount = amount + 1 WHERE code = 'central'"),
        ("a source's beginning", "UPDATE fund_source SET since = 1 WHERE code = 'residents'"),
        ("a contract", "UPDATE contract SET retention = 299 WHERE code = 'C2'"),
        ("a clearance", "UPDATE clearance SET amount = 901 WHERE amount = 900"),
        ("a clearance's use", "UPDATE clearance SET used = used - 1 WHERE used = 500"),
        ("a period", "UPDATE period SET closed_at = closed_at + 1"),
        ("a period more", "INSERT INTO period (until, since, closed_at) VALUES ('2026-06-01', 11, 0)"),
        ("the state", "UPDATE ledger_state SET recorded = recorded + 1"),
        ("the state's chain", "UPDATE ledger_state SET chain = (SELECT content FROM journal_entry WHERE number = 1)"),
    ]

    @Test("Whatever is changed anywhere is found, and found gone when it is put back", arguments: Engine.available)
    func forgeries(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await Self.fill(town)
            let whole = try await town.verify()
            #expect(whole.problems == [] && whole.entries == 11)
            let ledger = town.ledger
            for (what, forgery) in Self.forgeries {
                let report = try await town.reportOf(forgery)
                #expect(report.map { !$0.isWhole } == true, "\(what)")
            }
            // The first wrong entry is named.
            let report = try await town.reportOf(
                "UPDATE posting SET amount = amount * 2 WHERE entry >= 4 AND entry <= 6")
            #expect(report?.problems.first?.entry == 4)
            #expect(try await database(town) { try LedgerVerifier.verify(ledger, in: $0) }.isWhole)
        }
    }

    /// The columns of all that a journal stands on, and what names a row.
    private static let columns: [(table: SQL, key: SQL, columns: [SQL])] = [
        ("ledger_state", "id", ["last", "chain", "recorded", "terms"]),
        ("period", "until", ["until", "since", "closed_at"]),
        (
            "fund_source", "code, version",
            [
                "code", "version", "since", "zh", "en", "kind", "document", "amount", "uses", "places", "year_from",
                "year_to", "share", "priority", "stat",
            ]
        ),
        (
            "contract", "code, version",
            [
                "code", "version", "since", "title", "project", "party", "price", "variations", "retention",
                "retention_until", "wages", "disputed",
            ]
        ),
        (
            "clearance", "id",
            ["id", "kind", "subject", "digest", "issuer", "amount", "from_day", "until_day", "issued_at", "used"]
        ),
        ("slice", "id", ["id", "source", "project", "area", "item", "party", "contract", "year"]),
        ("cell", "id", ["id", "stage", "measure", "is_total", "slice", "debit", "credit", "held"]),
        (
            "journal_entry", "number",
            [
                "number", "id", "key", "kind", "stated", "effective", "recorded", "actor_kind", "authority_kind",
                "authority_ref", "clearance", "evidence", "memo", "manner", "reason", "refers", "until", "content",
                "chain",
            ]
        ),
        ("posting", "entry, line", ["entry", "line", "move", "cell", "slice", "amount", "held", "effective"]),
        ("hold", "entry", ["entry", "until", "left_amount"]),
        ("finding", "entry, position", ["entry", "position", "rule", "move", "asked", "allowed", "about"]),
    ]

    @Test("One byte changed in any column of any row is found", arguments: Engine.available)
    func oneByte(engine: Engine) async throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        try await LedgerTown.with(engine) { town in
            try await Self.fill(town)
            var found = 0
            for _ in 0..<200 {
                let place = Self.columns[Int.random(in: Self.columns.indices, using: &random)]
                let column = place.columns[Int.random(in: place.columns.indices, using: &random)]
                let rows: Int = try await database(town) { try $0.value("SELECT count(*) FROM \(place.table)") } ?? 0
                let row = Int.random(in: 0..<max(1, rows), using: &random)
                let chosen: SQL = "FROM \(place.table) ORDER BY \(place.key) LIMIT 1 OFFSET \(literal: row)"
                let value = try await database(town) { try $0.first("SELECT \(column) \(chosen)")?.values.first }
                guard let value, let altered = Self.altered(value, &random) else { continue }
                let change: SQL = """
                    UPDATE \(place.table) SET \(column) = \(value: altered)
                    WHERE (\(place.key)) IN (SELECT \(place.key) \(chosen))
                    """
                // What keys and checks of the database do not take was not changed.
                do {
                    let report = try await town.reportOf(change)
                    found += 1
                    #expect(report.map { !$0.isWhole } == true, "seed \(seed): \(change) of row \(row), was \(value)")
                } catch StoreError.constraint { continue }
            }
            #expect(found > 100, "seed \(seed): the database took \(found)")
        }
    }

    /// Another by one bit; nil where there is nothing to change.
    private static func altered(_ value: SQLValue, _ random: inout SeededRandom) -> SQLValue? {
        switch value {
        case .integer(let number): return .integer(number ^ (1 << Int64.random(in: 0...15, using: &random)))
        case .text(""): return .text("x")
        case .text(let text):
            var bytes = Array(text.utf8)
            bytes[Int.random(in: bytes.indices, using: &random)] ^= 1
            return String(validating: bytes, as: UTF8.self).map { .text($0) }
        case .bytes(var bytes) where !bytes.isEmpty:
            bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            return .bytes(bytes)
        default: return nil
        }
    }

    private func database<Value: Sendable>(
        _ town: LedgerTown, _ body: @escaping @Sendable (Tx) throws -> Value
    ) async throws -> Value {
        try await town.database.read(body)
    }

    @Test("An entry that no act posted is found, though rows and balances agree", arguments: Engine.available)
    func recordMissing(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await Self.fill(town)
            let report = try await town.reportOf("DELETE FROM record_line WHERE act = 'ledger.post'")
            #expect(report?.problems.contains { $0.kind == .record } == true)
        }
    }
}

extension LedgerTown {
    private struct PutBack: Error {
        let report: LedgerReport?
    }

    /// What verifying says of a change that is then undone. Nil where the change changed nothing.
    func reportOf(_ forgery: SQL) async throws -> LedgerReport? {
        let ledger = ledger
        do {
            try await database.writeAlone { tx in
                guard try tx.changes(by: forgery) > 0 else { throw PutBack(report: nil) }
                throw PutBack(report: try LedgerVerifier.verify(ledger, in: tx))
            }
            return nil
        } catch let undone as PutBack {
            return undone.report
        }
    }
}
