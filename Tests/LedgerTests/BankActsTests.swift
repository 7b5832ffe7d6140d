import Identity
import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Matches of bank lines")
struct BankActsTests {
    private func codes(_ act: () async throws -> Void) async throws -> String? {
        do {
            try await act()
            return nil
        } catch let refusal as Refusal { return refusal.code }
    }

    @Test(
        "A match is taken back with its reason: the line is open, asked about from then on, and the record tells",
        arguments: Engine.available)
    func takenBack(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.busy()
            try await town.recordStatement()
            let ledger = town.ledger
            let line = try #require(try await town.bankLines().lines.first { $0.amount == 1_000 })
            try await town.act { try ledger.takeBackMatch(of: line.id, reason: "另一笔拨款", in: $0) }

            let kept = try #require(try await town.bankLines().lines.first { $0.id == line.id })
            #expect(kept.match == nil && kept.isTakenBack && kept.amount == 1_000)
            #expect(try await town.unseen().items.map(\.key) == ["back", "receive"])
            let told = try await town.database.read {
                try $0.first("SELECT value_before, value_after FROM record_line WHERE act = 'ledger.bank.takeBack'")
            }
            let (before, after): (String, String) = (try #require(told)[0], try #require(told)[1])
            #expect(before.contains("\(line.id.prefix(16)) = ") && after.contains("另一笔拨款"))
            #expect(try await town.verify().problems == [])

            // However sure it looks, it is never matched by itself again.
            let sheet = try LedgerTown.statement(LedgerTown.statement)
            let again = try await town.act { try ledger.recordBank(sheet, in: $0) }
            #expect(again.matches.isEmpty && again.recorded == 0)
            #expect(again.questions.map(\.line.row) == [2] && again.questions.map(\.isTakenBack) == [true])
            let answer = BankAnswer(row: 2, entry: try await town.number(of: "receive"))
            let chosen = try await town.act { try ledger.recordBank(sheet, answers: [answer], in: $0) }
            #expect(chosen.matches.map(\.item.key) == ["receive"] && chosen.recorded == 1)
            #expect(try await town.verify().problems == [])
        }
    }

    @Test("A line that is not matched, one that is not there, no reason: refused, and nothing changes")
    func refused() async throws {
        try await LedgerTown.with(.sqlite) { town in
            try await town.busy()
            try await town.recordStatement()
            let (ledger, before) = (town.ledger, try await town.bankLines())
            let open = try #require(before.lines.first { $0.match == nil })
            let matched = try #require(before.lines.first { $0.match != nil })
            func refusal(_ id: String, _ reason: String, as actor: Actor = LedgerTown.owner) async throws -> String? {
                try await codes {
                    try await town.act(as: actor) { _ = try ledger.takeBackMatch(of: id, reason: reason, in: $0) }
                }
            }
            #expect(try await refusal(open.id, "x") == "bank.line.open")
            #expect(try await refusal(String(matched.id.prefix(16)), "x") == "bank.line.none")
            #expect(try await refusal(matched.id, "") == "bank.reason")
            #expect(try await refusal(matched.id, "a\nb") == "entry.text")
            let rights: [Right] = [.readLedger, .postEntries]
            #expect(try await refusal(matched.id, "x", as: LedgerTown.actor(rights, at: "430111")) == "right.missing")
            #expect(
                try await refusal(matched.id, "x", as: LedgerTown.actor([.readLedger], at: "4301")) == "right.missing")
            #expect(try await town.bankLines() == before)
        }
    }

    @Test("By its entry a match is named; of an entry that two lines show, by the part", arguments: Engine.available)
    func byEntry(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.busy()
            try await town.recordStatement()
            let (ledger, pay) = (town.ledger, try await town.number(of: "pay"))
            func take(_ entry: Int64, _ part: CashItem.Part?) async throws -> String? {
                try await codes {
                    try await town.act { _ = try ledger.takeBackMatch(with: entry, part, reason: "x", in: $0) }
                }
            }
            #expect(try await take(pay, nil) == "bank.line.none")
            #expect(try await take(pay, .wages) == nil)
            #expect(try await take(pay, .wages) == "bank.line.none")
            #expect(try await take(pay, nil) == nil)
            let left = try await town.bankLines().lines.filter { $0.match != nil }
            #expect(left.map(\.amount) == [1_000])
        }
    }

    @Test("Answering one line makes no other one sure, neither now nor when the file comes again")
    func answersStayAlone() async throws {
        try await LedgerTown.with(.sqlite) { town in
            try await town.begin()
            for key in ["a", "b"] {
                try await town.post(LedgerTown.draft(key, [MoveDraft(.giveBack, 5, LedgerTown.money)]))
            }
            let sheet = try LedgerTown.statement(
                "日期,金额,对方户名,流水号\n2026-06-30,-0.05,中央,1\n2026-07-01,-0.05,中央,2\n")
            let (ledger, first) = (town.ledger, try await town.number(of: "a"))
            let answer = BankAnswer(row: 2, entry: first)
            let report = try await town.act { try ledger.recordBank(sheet, answers: [answer], in: $0) }
            #expect(report.matches.map(\.line.row) == [2] && report.questions.map(\.line.row) == [3])
            #expect(report.questions.first?.candidates.map(\.key) == ["b"])
            let again = try await town.act { try ledger.recordBank(sheet, in: $0) }
            #expect(again.matches.isEmpty && again.questions.count == 1 && again.recorded == 0)
        }
    }

    @Test(
        "A statement waits, is recorded as it was seen or not at all, and is dealt with once",
        arguments: Engine.available)
    func statements(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.busy()
            let (ledger, sheet) = (town.ledger, try LedgerTown.statement(LedgerTown.statement))
            let file = String(repeating: "b", count: 64)
            let id = try await town.act { try ledger.keepStatement(sheet, sheet: "", file: file, in: $0) }
            let seen = try await town.database.read { try ledger.bankReport(sheet, for: LedgerTown.owner, in: $0) }
            let waiting = try await town.database.read {
                try ledger.bankStatement(id, for: LedgerTown.owner, in: $0)
            }
            #expect(waiting.state == .previewed && waiting.counts == seen.counts && waiting.counts.matched == 2)
            #expect(try await town.bankLines().total == 0 && seen.new == 4)
            #expect(try await town.database.read { try ledger.names(file: file, in: $0) })

            // The journal moves on: another match is sure than was seen.
            try await town.post(LedgerTown.draft("late", [MoveDraft(.giveBack, 77, LedgerTown.money)]))
            @Sendable func apply(_ certain: String, _ deed: Deed) throws -> BankReport {
                try ledger.applyStatement(id, sheet, answers: [], seen: certain, in: deed)
            }
            #expect(try await codes { try await town.act { _ = try apply(seen.certain, $0) } } == "bank.outdated")
            #expect(try await town.bankLines().total == 0)
            let now = try await town.database.read { try ledger.bankReport(sheet, for: LedgerTown.owner, in: $0) }
            let done = try await town.act { try apply(now.certain, $0) }
            #expect(done.matches.count == 3 && done.recorded == 4)
            let statement = try await town.database.read {
                try ledger.bankStatement(id, for: LedgerTown.owner, in: $0)
            }
            #expect(statement.state == .applied && statement.counts == done.counts)
            #expect(try await codes { try await town.act { _ = try apply(now.certain, $0) } } == "bank.statement.done")
            #expect(
                try await codes { try await town.act { try ledger.discardStatement(id, in: $0) } }
                    == "bank.statement.done")
            #expect(try await town.database.read { try ledger.names(file: file, in: $0) } == false)
            #expect(try await town.database.read { try ledger.names(file: History.digest, in: $0) })
        }
    }

    @Test("Who reads a district's ledger sees the lines of its entries, and no statement", arguments: Engine.available)
    func reading(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.busy()
            try await town.recordStatement()
            let ledger = town.ledger
            let (own, other) = (
                LedgerTown.actor([.readLedger], at: "430111"), LedgerTown.actor([.readLedger], at: "430102")
            )
            let lines = try await town.database.read { tx in
                try [own, other].map { try ledger.bankLines(for: $0, in: tx).total }
            }
            #expect(lines == [3, 0], "all cash is of a project of the first one; the open line is nobody's")
            let unseen = try await town.database.read { tx in
                try [own, other].map { try ledger.unseenCash(for: $0, in: tx).total }
            }
            #expect(unseen == [1, 0])
            for reader in [own, LedgerTown.actor([.readEstates], at: "4301")] {
                let refusal = try await codes {
                    _ = try await town.database.read { try ledger.bankStatements(for: reader, in: $0) }
                }
                #expect(refusal == "right.missing")
            }
            let stranger = LedgerTown.actor([.readEstates], at: "4301")
            #expect(
                try await codes { _ = try await town.database.read { try ledger.bankLines(for: stranger, in: $0) } }
                    == "right.missing")
        }
    }
}
