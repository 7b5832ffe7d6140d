import Identity
import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("The journal")
struct JournalTests {
    @Test(
        "A grant goes from the budget to the bill, and what is owed from the estimate to the payment",
        arguments: Engine.available)
    func fromBudgetToBill(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            // A certificate of 500: 3 % is retained, 20 % are wages.
            try await town.post(LedgerTown.draft("certify", [MoveDraft(.certify, 500, LedgerTown.work)]))
            #expect(try await town.total(.certified) == 385)
            #expect(try await town.total(.wages) == 100)
            #expect(try await town.total(.retained) == 15)
            #expect(try await town.total(.committed) == 400)

            try await town.post(
                LedgerTown.draft(
                    "bill", [MoveDraft(.pay, 385, LedgerTown.bill), MoveDraft(.payWages, 100, LedgerTown.bill)]))
            #expect(try await town.total(.received) == 515)
            #expect(try await town.total(.paid) == 485)
            #expect(try await town.total(.discharged) == 485)
            #expect(try await town.total(.certified) == 0)

            // The contract's day has come: what was retained is due, and paid.
            try await town.post(LedgerTown.draft("release", [MoveDraft(.release, 15, LedgerTown.work)]))
            try await town.post(LedgerTown.draft("last", [MoveDraft(.pay, 15, LedgerTown.bill)]))
            #expect(try await town.total(.paid) == 500)
            let sums = Dictionary(grouping: try await town.balances(), by: \.measure).mapValues {
                $0.reduce(0) { $0 + $1.balance }
            }
            #expect(sums == [.fen: 0], "all postings sum to zero")
            #expect(try await town.verify().problems == [])
        }
    }

    @Test("An advance is paid before the work and recovered from certificates", arguments: Engine.available)
    func advance(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            try await town.post(LedgerTown.draft("advance", [MoveDraft(.advance, 200, LedgerTown.bill)]))
            #expect(try await town.total(.advanced) == 200)
            #expect(try await town.total(.paid) == 200)
            // The work is certified; 50 of it were paid ahead.
            try await town.post(
                LedgerTown.draft(
                    "certify",
                    [MoveDraft(.certify, 100, LedgerTown.work), MoveDraft(.recover, 50, LedgerTown.work)]))
            #expect(try await town.total(.advanced) == 150)
            #expect(try await town.total(.discharged) == 50)
            let certified = try await town.balances().first { $0.stage == .certified }
            #expect(certified?.credit == 127 && certified?.debit == 50, "77 due now, 50 paid before")
        }
    }

    @Test(
        "The same key with the same content is one entry; with other content it is refused",
        arguments: Engine.available)
    func idempotency(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let draft = LedgerTown.draft("plan", [MoveDraft(.plan, 100, LedgerTown.money)])
            let first = try await town.post(draft)
            let again = try await town.post(draft)
            #expect(first.isNew && !again.isNew && first.number == again.number)
            #expect(try await town.total(.planned) == 100)
            let other = LedgerTown.draft("plan", [MoveDraft(.plan, 101, LedgerTown.money)])
            #expect(try await town.refusal(other).map(\.code) == ["key.reused"])
            #expect(try await town.total(.planned) == 100)
        }
    }

    @Test("A reversal restores balances and turnovers exactly, once", arguments: Engine.available)
    func reversal(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            let before = try await town.balances()
            try await town.post(LedgerTown.draft("certify", [MoveDraft(.certify, 300, LedgerTown.work)]))
            let reverse = EntryDraft(
                key: "back", day: History.day, .reverse("certify"),
                authority: .init(kind: "document", reference: "更正1号"))
            try await town.post(reverse)
            #expect(try await town.balances() == before)
            var twice = reverse
            twice.key = "back again"
            #expect(try await town.refusal(twice).map(\.code) == ["entry.reversed"])

            // What was used since is not taken back.
            var receipt = reverse
            (receipt.key, receipt.work) = ("no receipt", .reverse("draw"))
            #expect(try await town.refusal(receipt).map(\.code) == ["cell.short"])
            #expect(try await town.verify().problems == [])
        }
    }

    @Test("A reservation holds, is posted in parts, released, and expires", arguments: Engine.available)
    func twoPhases(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            let authority = EntryDraft.Authority(kind: "document", reference: "1")
            let give = MoveDraft(.giveBack, 800, LedgerTown.money)
            let hold = EntryDraft(
                key: "hold", day: History.day, .reserve(give, until: History.day), authority: authority)
            try await town.post(hold)
            #expect(try await town.total(.received) == 1_000, "nothing moved yet")
            let more = LedgerTown.draft("more", [MoveDraft(.giveBack, 300, LedgerTown.money)])
            let refused = try await town.refusal(more)
            #expect(refused.map(\.code) == ["cash.short"])
            #expect(refused.first?.message.en.contains("at most 2.00") == true)

            var capture = hold
            (capture.key, capture.work) = ("part", .capture(hold: "hold", amount: 500))
            try await town.post(capture)
            #expect(try await town.total(.returned) == 500)
            (capture.key, capture.work) = ("too much", .capture(hold: "hold", amount: 301))
            #expect(try await town.refusal(capture).map(\.code) == ["hold.exceeded"])

            let ledger = town.ledger
            let tomorrow = LedgerTown.now.adding(seconds: 86_400)
            let ended = try await town.act(at: tomorrow) { try ledger.expireReservations(in: $0) }
            #expect(ended == 1)
            #expect(try await town.balances().allSatisfy { $0.held == 0 })
            try await town.post(LedgerTown.draft("rest", [MoveDraft(.giveBack, 500, LedgerTown.money)]))
            #expect(try await town.verify().problems == [])
        }
    }

    @Test(
        "A closed period refuses; a correction lands in the open one and says what it corrects",
        arguments: Engine.available)
    func periods(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            let may = History.day.adding(days: -31)
            try await town.post(LedgerTown.draft("plan", [MoveDraft(.plan, 100, LedgerTown.money)], day: may))
            try await town.act { try ledger.closePeriod(until: may, in: $0) }
            let late = LedgerTown.draft("late", [MoveDraft(.plan, 10, LedgerTown.money)], day: may)
            let refused = try await town.refusal(late)
            #expect(refused.map(\.code) == ["period.closed"])
            #expect(refused.first?.message.en.contains("\(may.adding(days: 1))") == true, "it names the first open day")
            var correction = LedgerTown.draft("correction", [MoveDraft(.unplan, 10, LedgerTown.money)])
            correction.corrects = "plan"
            try await town.post(correction)
            correction.key = "of nothing"
            correction.corrects = "never posted"
            #expect(try await town.refusal(correction).map(\.code) == ["entry.none"])
            await #expect(throws: Refusal.self) { try await town.act { try ledger.closePeriod(until: may, in: $0) } }
            #expect(try await town.verify().problems == [])
        }
    }

    @Test("What did we know on a day, and what counted by a day", arguments: Engine.available)
    func asOf(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let may = History.day.adding(days: -31)
            let july = LedgerTown.now.adding(seconds: 86_400 * 5)
            try await town.post(LedgerTown.draft("a", [MoveDraft(.plan, 100, LedgerTown.money)], day: may))
            try await town.post(LedgerTown.draft("b", [MoveDraft(.plan, 20, LedgerTown.money)]))
            try await town.post(LedgerTown.draft("c", [MoveDraft(.plan, 3, LedgerTown.money)], day: may), at: july)
            func planned(_ question: BalanceQuestion) async throws -> Int64? {
                try await town.balances(question).first { $0.stage == .planned }?.balance
            }
            #expect(try await planned(.init()) == 123)
            #expect(try await planned(.init(asOf: may)) == 103)
            #expect(try await planned(.init(known: History.day)) == 120)
            #expect(try await planned(.init(asOf: may, known: History.day)) == 100)
            #expect(try await planned(.init(asOf: may.adding(days: -1))) == nil)
            let bySource = try await town.balances(.init(by: [.source]))
            #expect(bySource.first { $0.stage == .planned }?.slice == Slice(source: "central"))
        }
    }

    @Test("Many entries in one file: each whole or refused, and again changes nothing", arguments: Engine.available)
    func many(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            let drafts = (1...30).map { number in
                LedgerTown.draft(
                    "plan \(number)", [MoveDraft(.plan, number == 7 ? 9_999 : 10, LedgerTown.money)])
            }
            func post() async throws -> [Result<PostedEntry, Refusals>] {
                try await town.act { try ledger.postMany(drafts, in: $0) }
            }
            let first = try await post()
            #expect(
                first.enumerated().filter { if case .failure = $0.element { true } else { false } }.map(\.offset) == [6]
            )
            #expect(try await town.total(.planned) == 290)
            let again = try await post()
            #expect(again.allSatisfy { (try? $0.get().isNew) != true })
            #expect(try await town.total(.planned) == 290)
            #expect(try await town.verify().problems == [])
        }
    }

    @Test("32 who post at once on the same cells overdraw nothing and lose nothing", arguments: Engine.available)
    func concurrency(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            let posted = try await withThrowingTaskGroup(of: Int64.self) { group in
                for task in 0..<32 {
                    group.addTask {
                        var given: Int64 = 0
                        for round in 0..<5 {
                            let amount = Int64(1 + (task * 7 + round * 3) % 20)
                            let draft = LedgerTown.draft(
                                "\(task)-\(round)", [MoveDraft(.giveBack, amount, LedgerTown.money)])
                            let refused = try await town.refusal(draft)
                            #expect(refused.allSatisfy { $0.code == "cash.short" })
                            if refused.isEmpty { given += amount }
                        }
                        return given
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(try await town.total(.returned) == posted)
            #expect(try await town.total(.received) == 1_000 - posted)
            #expect(posted <= 1_000 && posted > 980, "no more than there was, and nearly all: \(posted)")
            #expect(try await town.verify().problems == [])
        }
    }

    @Test("Who posts needs the right at the project's place; who reads sees their places", arguments: Engine.available)
    func rights(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let yuhua = Actor(
                kind: .person, person: nil, label: "财政",
                grants: [Right.postEntries, .readLedger].map { Grant($0, at: History.place("430111")) },
                requestID: "test")
            let here = LedgerTown.draft("here", [MoveDraft(.plan, 10, LedgerTown.money)])
            var there = here
            there.key = "there"
            there.work = .post([MoveDraft(.plan, 10, Slice(source: "central", project: "P2", year: 2026))])
            #expect(try await town.refusal(here, as: yuhua) == [])
            #expect(try await town.refusal(there, as: yuhua).map(\.code) == ["right.missing"])
            try await town.post(there)
            let ledger = town.ledger
            let seen = try await town.database.read { try ledger.balances(for: yuhua, in: $0) }
            #expect(Set(seen.map(\.slice.project)) == ["P1"])
            var against = LedgerTown.draft(
                "against", [MoveDraft(.commit, 10, LedgerTown.work)], manner: .override("急"))
            against.clearance = nil
            #expect(try await town.refusal(against, as: yuhua).map(\.code) == ["right.missing"])
        }
    }
}
