import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Paying a bill from several sources")
struct PaymentPlanTests {
    private func source(_ code: String, until: Int = 2027, priority: Int = 100) -> FundSource {
        FundSource(
            code: code, name: Phrase(zh: code, en: code), kind: .city, document: "1", amount: 1_000_000,
            years: 2025...until, priority: priority)
    }

    private let bill = Bill(project: "P1", contract: "C1", item: "roof", amount: 900, wages: 100)

    @Test("The restricted pays first, then what expires first, then the smaller priority")
    func order() {
        let purses = [
            Purse(source: source("free"), year: 2026, cash: 10_000),
            Purse(source: source("soon", until: 2026), year: 2026, cash: 200),
            Purse(source: source("roofs"), year: 2026, cash: 300, restriction: .item),
            Purse(source: source("basics"), year: 2026, cash: 250, restriction: .class),
            Purse(source: source("first", priority: 1), year: 2026, cash: 100),
            Purse(source: source("barred"), year: 2026, cash: 500, obstacle: .sourcePlace),
        ]
        let plan = PaymentPlan(bill, from: purses)
        #expect(plan.lines.map(\.source) == ["roofs", "basics", "soon", "first", "free"])
        #expect(plan.lines.map(\.total) == [300, 250, 200, 100, 150])
        // Wages come from who pays first.
        #expect(plan.lines.map(\.wages) == [100, 0, 0, 0, 0])
        #expect(plan.excluded.map(\.source.code) == ["barred"])
        #expect(plan.missing == 0)
        #expect(plan.moves.map(\.move) == [.payWages, .pay, .pay, .pay, .pay, .pay])
    }

    @Test("Equals pay in proportion to what they have, to the last fen; what nobody can pay is missing")
    func proportion() {
        let equals = [
            Purse(source: source("a"), year: 2026, cash: 1_000), Purse(source: source("b"), year: 2026, cash: 2_000),
        ]
        // 1,000 : 2,000 of 1,000 is 333.33 : 666.67.
        #expect(PaymentPlan(bill, from: equals).lines.map(\.total) == [333, 667])
        let poor = [Purse(source: source("a"), year: 2026, cash: 400, shareLeft: 150)]
        #expect(PaymentPlan(bill, from: poor).lines.map(\.total) == [150])
        #expect(PaymentPlan(bill, from: poor).missing == 850)
        #expect(PaymentPlan(bill, from: []).missing == 1_000)
    }

    @Test("No fen is lost, nobody pays more than it has, and the order of the purses changes nothing")
    func properties() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for round in 0..<500 {
            let purses = (0..<Int.random(in: 0...8, using: &random)).map { number in
                Purse(
                    source: source(
                        "s\(number)", until: Int.random(in: 2026...2027, using: &random),
                        priority: Int.random(in: 1...2, using: &random)),
                    year: 2026, cash: Int64.random(in: -10...1_000, using: &random),
                    restriction: [.item, .class, .none][Int.random(in: 0...2, using: &random)],
                    obstacle: Int.random(in: 0...5, using: &random) == 0 ? .sourceUse : nil)
            }
            let bill = Bill(
                project: "P", contract: "C", item: "", amount: Int64.random(in: 0...3_000, using: &random),
                wages: Int64.random(in: 0...500, using: &random))
            let plan = PaymentPlan(bill, from: purses)
            let paid = plan.lines.reduce(0) { $0 + $1.total }
            #expect(paid + plan.missing == bill.total, "seed \(seed) round \(round)")
            #expect(plan.lines.allSatisfy { $0.total > 0 && $0.total <= $0.available }, "seed \(seed) round \(round)")
            let spent = plan.lines.reduce(0) { $0 + $1.wages }
            #expect(spent == min(bill.wages, paid), "seed \(seed) round \(round)")
            #expect(plan.missing == 0 || paid == purses.reduce(0) { $0 + $1.available }, "seed \(seed) round \(round)")
            #expect(PaymentPlan(bill, from: purses.shuffled(using: &random)) == plan, "seed \(seed) round \(round)")
        }
    }

    @Test(
        "A plan that was seen is posted as it was seen, once; an outdated one is refused", arguments: Engine.available)
    func posted(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            try await town.post(LedgerTown.draft("work", [MoveDraft(.certify, 500, LedgerTown.work)]))
            let (ledger, owner) = (town.ledger, LedgerTown.owner)
            // Of 500 certified 15 are retained and 100 are wages.
            let bill = Bill(project: "P1", contract: "C1", item: "roof", amount: 300, wages: 100)
            let plan = try await town.database.read { try ledger.planPayment(bill, for: owner, in: $0) }
            #expect(plan.lines.map(\.source) == ["central"])
            #expect(plan.lines.map(\.restriction) == [.class])
            let authority = EntryDraft.Authority(kind: "contract", reference: "C1")
            for isNew in [true, false] {
                let entry = try await town.act {
                    try ledger.pay(plan, key: "bill-1", day: History.day, authority: authority, in: $0)
                }
                #expect(entry.isNew == isNew)
            }
            #expect(try await town.total(.paid) == 400)
            // By now 600 are left there, so that the same lines would say something else.
            await #expect(throws: Refusal.self) {
                try await town.act {
                    try ledger.pay(plan, key: "bill-2", day: History.day, authority: authority, in: $0)
                }
            }
            #expect(try await town.total(.paid) == 400)
            #expect(try await town.verify().isWhole)
        }
    }
}
