import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Bank statements")
struct BankTests {
    private func sheet(_ text: String, account: String = "专户") throws -> BankSheet {
        try LedgerTown.statement(text, account: account)
    }

    // MARK: reading

    @Test(
        "Banks write which way money went in a sign, in a word or in the column",
        arguments: [
            "日期,金额\n2026-06-30,-1.5\n2026-06-30,2\n", "交易日期,交易金额,借贷标志\n20260630,1.50,借\n20260630,2.00,贷\n",
            "某某银行对账单\n日期,支出,收入,摘要\n2026-06-30 10:22:31,1.50,0.00,x\n2026/6/30,,\"2.00\",y\n合计,1.50,2.00,\n",
        ])
    func directions(text: String) throws {
        let sheet = try sheet(text)
        #expect(sheet.lines.map(\.amount) == [-150, 200] && sheet.refused.isEmpty)
        #expect(Set(sheet.lines.map(\.day)) == [History.day])
    }

    @Test("A line is known by its content: in another file it is the same, twice in one file it is two")
    func identity() throws {
        let one = try sheet("日期,金额,摘要\n2026-06-30,1,a\n2026-06-30,1,a\n")
        let other = try sheet("date,memo,amount\n2026-06-30,a,1.00\n2026-06-30,b,1.00\n")
        #expect(Set(one.lines.map(\.id)).count == 2)
        #expect(other.lines[0].id == one.lines[0].id && other.lines[1].id != one.lines[1].id)
        #expect(try sheet("日期,金额,摘要\n2026-06-30,1,a\n", account: "另一户").lines[0].id != one.lines[0].id)
    }

    @Test("Rows that cannot be read are refused with their reason, files that are no statement as a whole")
    func refused() throws {
        let sheet = try sheet(
            "日期,收入,支出\n2026-06-30,1,1\n2026-06-30,,\n2026-02-30,1,\n2026-06-30,1.001,\n2026-06-30,x,\n")
        #expect(sheet.lines.isEmpty && sheet.refused.map(\.row) == [2, 3, 4, 5, 6])
        let codes = sheet.refused.map { $0.refusals[0].code }
        #expect(codes == ["bank.amount", "bank.amount", "entry.value", "amount.decimals", "amount.text"])
        let none = #expect(throws: Refusal.self) { try self.sheet("日期,户名\n2026-06-30,x\n") }
        #expect(none?.code == "import.header")
    }

    // MARK: matching

    private func line(_ row: Int, _ amount: Int64, days: Int = 0, from: String = "", _ reference: String = "")
        -> BankLine
    {
        BankLine(
            id: "\(row)", row: row, day: History.day.adding(days: days), amount: amount, counterparty: from,
            reference: reference, memo: "")
    }

    private func item(_ entry: Int64, _ amount: Int64, to party: String, _ key: String = "") -> CashItem {
        CashItem(
            entry: entry, part: .cash, key: key, day: History.day, amount: amount, parties: [party], references: [key])
    }

    @Test("Sure is what is alone in its amount, days and name; the rest is asked, the likeliest first")
    func outcomes() {
        let items = [
            item(1, -100, to: "湘建（集团）公司"), item(2, -200, to: "绿化"), item(3, -300, to: "甲"),
            item(4, -300, to: "甲", "PAY-4"), item(5, -400, to: "乙"), item(6, -500, to: "丙"), item(7, -500, to: "丁"),
        ]
        let lines = [
            line(1, -100, days: 3, from: "湘建(集团)公司长沙分公司"), line(2, -200, days: 20, from: "绿化"),
            line(3, -300, from: "甲", "No. pay-4"), line(4, -400, from: "乙"), line(5, -400, from: "乙"),
            line(6, -500, days: 1, from: "丁"), line(7, -200, days: 60, from: "绿化"), line(8, 100, from: "湘建"),
        ]
        #expect(
            BankMatching.outcomes(lines, items) == [
                .sure(0), .asked([1]), .sure(3), .asked([4]), .asked([4]), .sure(6), .none, .none,
            ])
        // Two equal payments and nothing to tell them apart.
        #expect(BankMatching.outcomes([line(1, -300, from: "甲")], [items[2], items[3]]) == [.asked([0, 1])])
    }

    @Test("An answer names row and entry")
    func answers() {
        #expect(BankAnswer("12=3041") == BankAnswer(row: 12, entry: 3_041))
        #expect(BankAnswer("12=3041:wages") == BankAnswer(row: 12, entry: 3_041, part: .wages))
        for text in ["12", "=1", "1=", "1=2:all of it", "1=2=3"] { #expect(BankAnswer(text) == nil) }
    }

    // MARK: beside the journal

    @Test(
        "Sure matches are recorded, doubtful ones asked, both sides' rests listed; again is no change",
        arguments: Engine.available)
    func recorded(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.busy()
            let (ledger, sheet) = (town.ledger, try sheet(LedgerTown.statement))
            let seen = try await town.database.read { try ledger.bankReport(sheet, for: LedgerTown.owner, in: $0) }
            #expect(
                seen.matches.map(\.item.key) == ["receive", "pay"] && seen.matches.map(\.item.part) == [.cash, .cash])
            #expect(seen.questions.map(\.line.row) == [4])
            let wages = try #require(seen.questions.first?.candidates.first)
            #expect(wages.key == "pay" && wages.part == .wages && wages.amount == -100)
            #expect(seen.unmatchedLines.map(\.amount) == [-77])
            #expect(seen.unmatchedItems.map(\.key) == ["back"])

            let answer = BankAnswer(row: 4, entry: wages.entry, part: .wages)
            let first = try await town.act { try ledger.recordBank(sheet, answers: [answer], in: $0) }
            #expect((first.matches.count, first.recorded, first.known) == (3, 4, 0))
            let again = try await town.act { try ledger.recordBank(sheet, in: $0) }
            #expect((again.matches.count, again.recorded, again.known) == (0, 0, 3))
            #expect(again.unmatchedLines.map(\.row) == [5] && again.unmatchedItems.map(\.key) == ["back"])

            // The journal catches up.
            try await town.post(LedgerTown.draft("late", [MoveDraft(.giveBack, 77, LedgerTown.money)]))
            let caughtUp = try await town.act { try ledger.recordBank(sheet, in: $0) }
            #expect(caughtUp.matches.map(\.item.key) == ["late"] && caughtUp.recorded == 1)
            #expect(try await town.verify().isWhole)
            let acts: Int? = try await town.database.read {
                try $0.value("SELECT count(*) FROM record_line WHERE act = 'ledger.bank'")
            }
            #expect(acts == 2, "what changed nothing is not recorded")
        }
    }

    @Test("An answer that cannot be is refused, and nothing is recorded", arguments: Engine.available)
    func answersRefused(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.busy()
            let (ledger, sheet) = (town.ledger, try sheet(LedgerTown.statement))
            let pay = try #require(
                try await town.database.read {
                    try $0.value("SELECT number FROM journal_entry WHERE key = 'pay'", as: Int64.self)
                })
            let wrong = [
                [BankAnswer(row: 99, entry: pay)], [BankAnswer(row: 4, entry: 9_999)], [BankAnswer(row: 4, entry: pay)],
                [BankAnswer(row: 4, entry: pay, part: .cash)],
                [BankAnswer(row: 4, entry: pay, part: .wages), BankAnswer(row: 4, entry: pay, part: .wages)],
                [BankAnswer(row: 5, entry: pay + 2, part: .cash)],
            ]
            for answers in wrong {
                let refusal = await #expect(throws: Refusal.self) {
                    try await town.act { try ledger.recordBank(sheet, answers: answers, in: $0) }
                }
                #expect(refusal?.code == "bank.answer" && refusal?.message.zh.contains("bank.csv") == true)
                #expect(refusal?.field == answers.last.map { BankAnswer.field($0.row) })
            }
            let lines: Int? = try await town.database.read { try $0.value("SELECT count(*) FROM bank_line") }
            #expect(lines == 0)
        }
    }
}
