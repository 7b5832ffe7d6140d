import Decide
import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("What residents give")
struct ContributionTests {
    private static let fund = FundSource(
        code: "repair", name: Phrase(zh: "维修资金", en: "repair fund"), kind: .repairFund, document: "4", amount: 9_000,
        years: 2025...2027)

    private func call(_ key: String, _ fen: Int64, _ clearance: ID<Clearance>?) -> EntryDraft {
        var draft = LedgerTown.draft(
            key, [MoveDraft(.call, fen, Slice(source: "repair", project: "P1", party: "B1", year: 2026))])
        draft.clearance = clearance
        return draft
    }

    @Test(
        "A repair fund is drawn by its vote alone, and votes clear no more than it holds", arguments: Engine.available)
    func repairFund(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            let vote = { @Sendable (amount: Int64) in
                Clearance(
                    id: ID<Clearance>(at: LedgerTown.now), kind: .repairFund, subject: "B1", digest: History.digest,
                    issuer: "业主大会", amount: amount, from: History.day)
            }
            await #expect(throws: Refusal.self) { try await town.act { try ledger.issue(vote(100), in: $0) } }
            let holding = RepairFund(
                building: "B1", place: History.place("430111002"), balance: 500, day: History.day, document: "对账单")
            try await town.act { deed in
                try ledger.saveSource(Self.fund, in: deed)
                try ledger.saveRepairFund(holding, in: deed)
            }
            let first = vote(300)
            try await town.act { try ledger.issue(first, in: $0) }
            let over = await #expect(throws: Refusal.self) {
                try await town.act { try ledger.issue(vote(201), in: $0) }
            }
            #expect(over?.code == "repairFund.balance")
            let less = await #expect(throws: Refusal.self) {
                var poorer = holding
                poorer.balance = 299
                let stated = poorer
                try await town.act { try ledger.saveRepairFund(stated, in: $0) }
            }
            #expect(less?.code == "repairFund.cleared")

            let slice = Slice(source: "repair", project: "P1", party: "B1", year: 2026)
            try await town.post(LedgerTown.draft("plan", [MoveDraft(.plan, 1_000, slice)]))
            try await town.post(LedgerTown.draft("pledge", [MoveDraft(.pledge, 1_000, slice)]))
            #expect(try await town.refusal(call("a", 100, nil)).map(\.code) == ["clearance.missing"])
            #expect(try await town.refusal(call("b", 301, first.id)).map(\.code) == ["clearance.exceeded"])
            try await town.post(call("c", 300, first.id))
            #expect(try await town.refusal(call("d", 1, first.id)).map(\.code) == ["clearance.exceeded"])
            // Taken back, the vote can be used again.
            try await town.post(
                EntryDraft(key: "e", day: History.day, .reverse("c"), authority: .init(kind: "test", reference: "1")))
            try await town.post(call("f", 300, first.id))
            #expect(try await town.verify().isWhole)
        }
    }

    @Test("Pledged, called, paid in, used, the rest given back in proportion", arguments: Engine.available)
    func households(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (ledger, owner, day) = (town.ledger, LedgerTown.owner, History.day)
            let rule = ShareRule(
                version: 1, day: "2026-01-01", source: "test", bearers: [],
                keys: [ShareRule.Key(basis: .area, part: 10_000)])
            let split = try ShareSplit(
                1_000, by: rule,
                among: [ShareHousehold(id: "h1", area: 5_000), ShareHousehold(id: "h2", area: 10_000)])
            let moves = ShareMoves(
                project: "P1", source: "residents", year: 2026, authority: .init(kind: "vote", reference: "公约"))
            let amounts = split.lines.map { (party: $0.household.id, fen: $0.amount) }
            #expect(amounts.map(\.fen) == [333, 667])
            try await town.post(
                LedgerTown.draft(
                    "plan", [MoveDraft(.plan, 1_000, Slice(source: "residents", project: "P1", year: 2026))]))
            for draft in moves.pledges(split, key: "pledge", day: day)
                + moves.drafts(.call, amounts, key: "call", day: day)
                + moves.drafts(.receive, amounts, key: "paid", day: day)
            {
                try await town.post(draft)
            }
            let work = Slice(project: "P1", contract: "C2")
            try await town.post(LedgerTown.draft("approve", [MoveDraft(.approve, 2_000, Slice(project: "P1"))]))
            try await town.post(LedgerTown.draft("commit", [MoveDraft(.commit, 700, work)]))
            let unsettled = await #expect(throws: Refusal.self) {
                _ = try await town.database.read { try ledger.refunds(moves, key: "r", day: day, for: owner, in: $0) }
            }
            #expect(unsettled?.code == "refund.unsettled")
            // C2 has neither wages nor retention: 700 certified, paid and settled; C1 is never begun.
            let bill = Slice(source: "residents", project: "P1", item: "greening", contract: "C2", year: 2026)
            for draft in [
                LedgerTown.draft("certify", [MoveDraft(.certify, 700, work)]),
                LedgerTown.draft("pay", [MoveDraft(.pay, 700, bill)]),
                LedgerTown.draft("settle", [MoveDraft(.settle, 700, work)]),
            ] { try await town.post(draft) }
            let share = try await town.database.read {
                try ledger.householdShare(of: "h2", project: "P1", for: owner, in: $0)
            }
            #expect(share.total.received == 667)
            #expect(share.used == 466, "700 of 1,000 is spent: 466.9 of 667")
            let sheet = try await town.database.read { try ledger.projectSheet("P1", for: owner, in: $0) }
            #expect(sheet.works.map(\.isSettled) == [false, true])
            #expect(sheet.total.cash == 300)
            #expect(sheet.ceilings.estimate == 2_000)
            // 300 of 1,000 go back: 99.9 of 333 and 200.1 of 667.
            let refunds = try await town.database.read {
                try ledger.refunds(moves, key: "refund", day: day, for: owner, in: $0)
            }
            #expect(refunds.flatMap(\.moves).map(\.amount) == [100, 200])
            for draft in refunds { try await town.post(draft) }
            #expect(try await town.total(.returned) == 300)
            let again = try await town.database.read {
                try ledger.refunds(moves, key: "again", day: day, for: owner, in: $0)
            }
            #expect(again.isEmpty)
        }
    }

    @Test("Given use counts by its appraisal and pays nothing", arguments: Engine.available)
    func use(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (ledger, owner) = (town.ledger, LedgerTown.owner)
            let appraisal = Appraisal(
                project: "P1", party: "owners", use: 1_000, value: 50_001, appraiser: "评估", from: History.day,
                until: History.day.adding(days: 3_650), rate: "12", document: "报告")
            try await town.act { try ledger.saveAppraisal(appraisal, in: $0) }
            let slice = Slice(source: "residents", project: "P1", party: "owners", year: 2026)
            for move in [Move.plan, .pledge, .call, .receive] {
                try await town.post(LedgerTown.draft("\(move)", [MoveDraft(move, 400, slice, measure: .use)]))
            }
            let share = try await town.database.read {
                try ledger.householdShare(of: "owners", project: "P1", for: owner, in: $0)
            }
            #expect(share.givenUse == 400)
            #expect(share.appraisedValue == 20_000, "400 of 1,000 of 500.01, rounded down")
            #expect(share.total == FundSums())
            var bill = slice
            (bill.contract, bill.item) = ("C1", "roof")
            let refused = try await town.refusal(
                LedgerTown.draft("pays", [MoveDraft(.pay, 1, bill, measure: .use)]))
            #expect(refused.map(\.code) == ["use.pays"])
        }
    }
}
