import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Verifying bank lines, repair funds and appraisals")
struct BankVerifyTests {
    private static let fund = RepairFund(
        building: "B1", place: History.place("430111002"), balance: 500, day: History.day, document: "对账单")

    /// A statement that is matched and a match that was taken back; a fund stated twice and drawn by a vote; a use of
    /// space with its value.
    private static func fill(_ town: LedgerTown) async throws {
        let ledger = town.ledger
        try await town.busy()
        try await town.recordStatement()
        let wages = BankAnswer(row: 4, entry: try await town.number(of: "pay"), part: .wages)
        try await town.act { _ = try ledger.takeBackMatch(with: wages.entry, .wages, reason: "再看", in: $0) }
        let sheet = try LedgerTown.statement(LedgerTown.statement)
        try await town.act { _ = try ledger.recordBank(sheet, answers: [wages], in: $0) }

        let later = Instant(milliseconds: LedgerTown.now.milliseconds + 1_000)
        try await town.act { try ledger.saveRepairFund(fund, in: $0) }
        try await town.act(at: later) { deed in
            var more = fund
            more.balance = 600
            try ledger.saveRepairFund(more, in: deed)
            try ledger.issue(
                Clearance(
                    id: ID<Clearance>(at: later), kind: .repairFund, subject: "B1", digest: History.digest,
                    issuer: "业主大会", amount: 550, from: History.day), in: deed)
            try ledger.saveAppraisal(
                Appraisal(
                    project: "P1", party: "3-2-501", use: 1_200, value: 36_000, appraiser: "评估", from: History.day,
                    until: History.day.adding(days: 365), rate: "12 元/㎡·月", document: "评字1号"), in: deed)
        }
    }

    private static let wrong: SQL = "(SELECT number FROM journal_entry WHERE key = 'wrong')"

    /// Rows that a forger could change, each with one that its table allows.
    private static let forgeries: [(String, SQL)] = [
        ("a line's amount", "UPDATE bank_line SET amount = amount + 1 WHERE amount = 1000"),
        ("a line's direction", "UPDATE bank_line SET amount = -amount WHERE amount = -385"),
        ("a line's entry", "UPDATE bank_line SET entry = \(wrong) WHERE amount = 1000"),
        ("a line's part", "UPDATE bank_line SET part = 'all' WHERE amount = -100"),
        ("a match gone", "UPDATE bank_line SET entry = NULL, part = NULL, matched_at = NULL WHERE amount = -385"),
        // The entry moved as much, and no act matched it.
        ("a match more", "UPDATE bank_line SET entry = \(wrong), part = 'cash', matched_at = 1 WHERE amount = -77"),
        ("a line gone", "DELETE FROM bank_line WHERE amount = 1000"),
        ("the record of matches", "DELETE FROM record_line WHERE act = 'ledger.bank.takeBack'"),
        ("a fund's balance", "UPDATE repair_fund SET balance = balance + 1"),
        ("a fund's older balance", "UPDATE repair_fund SET balance = 500"),
        ("a fund's day", "UPDATE repair_fund SET day = '2026-06-29'"),
        ("a fund's place", "UPDATE repair_fund SET place = '430102001'"),
        ("a fund's document", "UPDATE repair_fund SET document = ''"),
        ("a fund gone", "DELETE FROM repair_fund"),
        (
            "a fund more",
            "INSERT INTO repair_fund (building, place, balance, day, document) VALUES ('B2', '4301', 1, '2026-06-30', 'x')"
        ),
        ("an appraised use", "UPDATE appraisal SET amount_of_use = amount_of_use - 1"),
        ("an appraised value", "UPDATE appraisal SET value = value + 1"),
        ("an appraisal's term", "UPDATE appraisal SET until_day = '2036-06-30'"),
        ("an appraisal out of order", "UPDATE appraisal SET until_day = '2016-06-30'"),
        ("an appraisal's party", "UPDATE appraisal SET party = '3-2-502'"),
        ("an appraisal gone", "DELETE FROM appraisal"),
    ]

    @Test("Whatever is changed there is found, the first wrong line named", arguments: Engine.available)
    func forgeries(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await Self.fill(town)
            #expect(try await town.verify().problems == [])
            for (what, forgery) in Self.forgeries {
                let report = try await town.reportOf(forgery)
                #expect(report.map { !$0.isWhole } == true, "\(what)")
            }
            let receive = try await town.number(of: "receive")
            let report = try await town.reportOf("UPDATE bank_line SET amount = amount + 1 WHERE entry IS NOT NULL")
            let first = try #require(report?.problems.first)
            #expect(first.kind == .bank && first.entry == receive)
            #expect(first.message.zh.contains("专户 2026-06-30") && first.message.en.contains("专户 2026-06-30"))
            #expect(try await town.verify().problems == [])
        }
    }

    @Test("Votes that draw more than the fund holds are found though the record was changed as well")
    func overdrawn() async throws {
        try await LedgerTown.with(.sqlite) { town in
            try await Self.fill(town)
            var less = Self.fund
            less.balance = 549
            let text = TermText.of(less)
            try await town.database.write { tx in
                try tx.run("UPDATE repair_fund SET balance = 549")
                try tx.run("UPDATE record_line SET value_after = \(text) WHERE act = 'repairFund.save'")
            }
            let problems = try await town.verify().problems
            #expect(problems.map(\.kind) == [.terms])
            #expect(problems.first?.detail.en.contains("votes draw") == true)
        }
    }
}
