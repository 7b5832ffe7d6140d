import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Rules of the ledger")
struct LedgerRuleTests {
    /// The entry is refused for one rule, the sentence says what was asked and what would be allowed, and nothing
    /// changed.
    private func expect(
        _ code: String, _ numbers: [String], _ draft: EntryDraft, _ town: LedgerTown,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await town.balances()
        let refused = try await town.refusal(draft)
        #expect(refused.map(\.code) == [code], sourceLocation: location)
        for number in numbers {
            #expect(refused.first?.message.en.contains(number) == true, "\(refused)", sourceLocation: location)
            #expect(refused.first?.message.zh.contains(number) == true, "\(refused)", sourceLocation: location)
        }
        #expect(try await town.balances() == before, sourceLocation: location)
    }

    private func draft(_ moves: MoveDraft...) -> EntryDraft { LedgerTown.draft("tried", moves) }

    @Test("A source pays its uses, places, years, amount and share", arguments: Engine.available)
    func sources(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (money, bill) = (LedgerTown.money, LedgerTown.bill)
            try await expect("source.amount", ["50.01", "50.00"], draft(MoveDraft(.plan, 5_001, money)), town)
            var slice = money
            slice.year = 2024
            try await expect("source.year", ["2025-2026"], draft(MoveDraft(.plan, 10, slice)), town)
            slice = money
            slice.source = "unheard"
            try await expect("source.unknown", ["unheard"], draft(MoveDraft(.plan, 10, slice)), town)
            slice = Slice(source: "district", project: "P2", year: 2026)
            try await expect("source.place", ["430102001"], draft(MoveDraft(.plan, 10, slice)), town)
            slice = money
            slice.item = "canteen"
            try await expect("source.use", ["canteen"], draft(MoveDraft(.plan, 10, slice)), town)

            try await town.begin()
            try await town.post(LedgerTown.draft("work", [MoveDraft(.certify, 600, LedgerTown.work)]))
            slice = bill
            slice.item = ""
            try await expect("source.use", ["4.00"], draft(MoveDraft(.pay, 400, slice)), town)

            // The district bears half of what is approved: 10.00 of 20.00.
            let district = Slice(source: "district", project: "P1", contract: "C1", year: 2026)
            let funds: [Move] = [.plan, .allot, .draw, .receive]
            for move in funds {
                let fund = Slice(source: "district", project: "P1", year: 2026)
                try await town.post(LedgerTown.draft("\(move)2", [MoveDraft(move, 3_000, fund)]))
            }
            try await town.post(LedgerTown.draft("more", [MoveDraft(.commit, 1_200 - 100, LedgerTown.work)]))
            let share = try await town.refusal(draft(MoveDraft(.pay, 1_001, district)))
            #expect(share.map(\.code).sorted() == ["certified.exceeded", "source.share"])
            #expect(share.contains { $0.code == "source.share" && $0.message.en.contains("at most 10.00") })
        }
    }

    @Test("Certified work stays within the contract, contracts within the estimate", arguments: Engine.available)
    func ceilings(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            let work = LedgerTown.work
            try await expect(
                "certified.exceeded", ["1.00", "0.00"], draft(MoveDraft(.pay, 100, LedgerTown.bill)), town)
            try await expect("funds.missing", ["1.01", "1.00"], draft(MoveDraft(.commit, 101, work)), town)
            var slice = Slice(source: "residents", project: "P1", year: 2026)
            slice.party = "h1"
            try await town.post(LedgerTown.draft("p", [MoveDraft(.plan, 3_000, slice)]))
            try await town.post(LedgerTown.draft("q", [MoveDraft(.pledge, 3_000, slice)]))
            try await expect("funds.missing", ["1.01", "1.00"], draft(MoveDraft(.commit, 101, work)), town)
            // Called at last: promises that nobody asked for do not start works.
            try await town.post(LedgerTown.draft("r", [MoveDraft(.call, 3_000, slice)]))
            try await expect("estimate.exceeded", ["11.01", "11.00"], draft(MoveDraft(.commit, 1_101, work)), town)
            try await expect("clearance.exceeded", ["9.01", "9.00"], draft(MoveDraft(.certify, 901, work)), town) {
                $0 == "contract.exceeded"
            }
            try await town.post(LedgerTown.draft("s", [MoveDraft(.receive, 100, slice)]))
            let big = Slice(project: "P1")
            try await town.post(LedgerTown.draft("t", [MoveDraft(.approve, 5_000, big)]))
            try await expect("contract.price", ["21.01", "21.00"], draft(MoveDraft(.commit, 2_101, work)), town)
        }
    }

    /// Where a second rule is broken by the same number.
    private func expect(
        _ code: String, _ numbers: [String], _ draft: EntryDraft, _ town: LedgerTown,
        besides isExpected: (String) -> Bool
    ) async throws {
        let refused = try await town.refusal(draft)
        #expect(refused.contains { $0.code == code })
        #expect(refused.allSatisfy { $0.code == code || isExpected($0.code) }, "\(refused)")
        let told = refused.filter { $0.code == code }
        for number in numbers { #expect(told.allSatisfy { $0.message.en.contains(number) }) }
    }

    @Test("The contractor does not pre-finance: certified work is there as cash", arguments: Engine.available)
    func preFinancing(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            try await town.post(LedgerTown.draft("g", [MoveDraft(.giveBack, 600, LedgerTown.money)]))
            try await expect(
                "contractor.prefinances", ["4.85", "4.00"], draft(MoveDraft(.certify, 500, LedgerTown.work)), town)
            try await town.post(LedgerTown.draft("c", [MoveDraft(.certify, 400, LedgerTown.work)]))
        }
    }

    @Test("A dispute holds payments and the retained part, never the wages", arguments: Engine.available)
    func dispute(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            try await town.post(LedgerTown.draft("c", [MoveDraft(.certify, 500, LedgerTown.work)]))
            let ledger = town.ledger
            try await town.act { try ledger.disputeContract("C1", isDisputed: true, in: $0) }
            try await expect("contract.disputed", ["C1"], draft(MoveDraft(.pay, 100, LedgerTown.bill)), town)
            try await expect("contract.disputed", ["C1"], draft(MoveDraft(.release, 15, LedgerTown.work)), town)
            try await town.post(LedgerTown.draft("w", [MoveDraft(.payWages, 100, LedgerTown.bill)]))
            try await town.act { try ledger.disputeContract("C1", isDisputed: false, in: $0) }
            try await town.post(LedgerTown.draft("p", [MoveDraft(.pay, 100, LedgerTown.bill)]))
            #expect(try await town.verify().problems == [], "each entry is judged by what held when it was posted")
        }
    }

    @Test("The retained part waits for its day", arguments: Engine.available)
    func retention(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            try await town.post(LedgerTown.draft("c", [MoveDraft(.certify, 500, LedgerTown.work)]))
            var early = draft(MoveDraft(.release, 15, LedgerTown.work))
            early.day = History.day.adding(days: -1)
            try await expect("retention.date", ["0.15", "\(History.day)"], early, town)
        }
    }

    @Test("What others decide is named, fits and suffices", arguments: Engine.available)
    func clearances(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            var entry = draft(MoveDraft(.certify, 100, LedgerTown.work))
            entry.clearance = nil
            try await expect("clearance.missing", ["certificate C1"], entry, town)
            entry.clearance = LedgerTown.clearance(.certificate, "C2")
            try await expect("clearance.missing", ["certificate C1"], entry, town)
            entry.clearance = LedgerTown.clearance(.award, "C1")
            try await expect("clearance.missing", ["certificate C1"], entry, town)

            let ledger = town.ledger
            let id = ID<Clearance>(at: LedgerTown.now)
            let variation = Clearance(
                id: id, kind: .variation, subject: "C1", digest: History.digest, issuer: "发改局", amount: 500,
                from: History.day)
            await #expect(throws: Refusal.self) {
                try await town.act { try ledger.varyContract("C1", by: 500, on: id, in: $0) }
            }
            try await town.act { try ledger.issue(variation, in: $0) }
            try await town.act { try ledger.varyContract("C1", by: 500, on: id, in: $0) }
            await #expect(throws: Refusal.self, "each approval is used once") {
                try await town.act { try ledger.varyContract("C1", by: 1, on: id, in: $0) }
            }
            let officer = Actor(
                kind: .person, person: nil, label: "财政", grants: [Grant(.postEntries, at: .country)], requestID: "test")
            await #expect(throws: Refusal.self, "who posts does not issue what clears") {
                try await town.act(as: officer) { try ledger.issue(variation, in: $0) }
            }
            #expect(try await town.verify().problems == [])
        }
    }

    @Test(
        "A payment that the treasury reports is recorded whatever it breaks, and flagged", arguments: Engine.available)
    func facts(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            let ledger = town.ledger
            let may = History.day.adding(days: -31)
            try await town.act { try ledger.closePeriod(until: may, in: $0) }
            var slice = LedgerTown.bill
            slice.item = "canteen"
            let fact = LedgerTown.draft("fact", [MoveDraft(.pay, 1_200, slice)], day: may, manner: .fact)
            let posted = try await town.post(fact)
            #expect(
                Set(posted.findings.map(\.rule)) == [.period, .sourceUse, .cash, .certified])
            #expect(posted.findings.first { $0.rule == .cash }?.allowed == 1_000)
            #expect(try await town.total(.received) == -200)
            // Nothing is planned here on money that is not there.
            try await expect("cash.short", ["0.01", "0.00"], draft(MoveDraft(.giveBack, 1, LedgerTown.money)), town)
            var unproved = fact
            (unproved.key, unproved.evidence) = ("unproved", [])
            try await expect("fact.evidence", [], unproved, town)
            let planned = LedgerTown.draft("planned", [MoveDraft(.plan, 1, LedgerTown.money)], manner: .fact)
            try await expect("fact.move", [], planned, town)
            #expect(try await town.verify().problems == [])
        }
    }

    @Test("An override needs a reason and keeps it; cash that is not there is never paid", arguments: Engine.available)
    func override(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            let pay = LedgerTown.draft(
                "pay", [MoveDraft(.pay, 100, LedgerTown.bill)], manner: .override("抢险，先付后计量"))
            let posted = try await town.post(pay)
            #expect(
                posted.findings == [
                    Finding(.certified, move: 0, asked: 100, allowed: 0, about: "certified:P1:C1")
                ])
            let lines: Int? = try await town.database.read {
                try $0.value("SELECT count(*) FROM record_line WHERE act = 'ledger.override'")
            }
            #expect(lines == 1)
            let tooMuch = LedgerTown.draft(
                "more", [MoveDraft(.pay, 901, LedgerTown.bill)], manner: .override("抢险"))
            try await expect("cash.short", ["9.01", "9.00"], tooMuch, town)
            #expect(try await town.verify().problems == [])
        }
    }

    @Test("The use of common space counts as a share and pays nothing", arguments: Engine.available)
    func inKind(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let slice = Slice(source: "residents", project: "P1", party: "h1", year: 2026)
            for move in [Move.plan, .pledge, .call, .receive] {
                try await town.post(LedgerTown.draft("\(move)", [MoveDraft(move, 5_000, slice, measure: .use)]))
            }
            var bill = LedgerTown.bill
            bill.source = "residents"
            try await expect("use.pays", [], draft(MoveDraft(.pay, 1, bill, measure: .use)), town)
            #expect(try await town.balances().allSatisfy { $0.measure == .use })
        }
    }
}
