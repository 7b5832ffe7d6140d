import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("The journal as it is listed")
struct JournalListTests {
    private static func funding(_ sums: FundSums) -> [(stage: LedgerStage, fen: Int64)] {
        [
            (.planned, sums.planned), (.pledged, sums.pledged), (.allotted, sums.allotted), (.called, sums.called),
            (.received, sums.received), (.returned, sums.returned), (.paid, sums.paid),
        ]
    }

    /// Every kind of move, some of them taken back.
    private func busy(_ town: LedgerTown) async throws {
        try await town.begin()
        try await town.post(LedgerTown.draft("work", [MoveDraft(.certify, 500, LedgerTown.work)]))
        try await town.post(LedgerTown.draft("pay", [MoveDraft(.pay, 385, LedgerTown.bill)]))
        try await town.post(LedgerTown.draft("wages", [MoveDraft(.payWages, 60, LedgerTown.bill)]))
        try await town.post(LedgerTown.draft("repay", [MoveDraft(.repay, 85, LedgerTown.bill)]))
        try await town.post(LedgerTown.draft("more", [MoveDraft(.plan, 300, LedgerTown.money)]))
        try await town.post(LedgerTown.draft("less", [MoveDraft(.unplan, 100, LedgerTown.money)]))
        try await town.post(LedgerTown.draft("wrong", [MoveDraft(.pay, 40, LedgerTown.bill)]))
        try await town.post(
            EntryDraft(
                key: "back", day: History.day, .reverse("wrong"), authority: .init(kind: "test", reference: "1")))
    }

    private func journal(
        _ town: LedgerTown, page: Int = 1, size: Int = 50, _ change: (inout JournalFilter) -> Void = { _ in }
    ) async throws -> JournalPage {
        var filter = JournalFilter(LedgerPart(project: "P1"))
        change(&filter)
        let (ledger, asked) = (town.ledger, filter)
        return try await town.database.read {
            try ledger.journal(asked, page: page, size: size, for: LedgerTown.owner, in: $0)
        }
    }

    /// The sum of what the journal lists of some stages.
    private func fen(
        _ town: LedgerTown, _ stages: [LedgerStage], _ value: JournalFilter.Value = .reached, contract: String = ""
    ) async throws -> Int64 {
        try await journal(town) { ($0.stages, $0.value, $0.part.contract) = (stages, value, contract) }.fen
    }

    @Test("Behind each number of a project's sheet stand entries that sum to it", arguments: Engine.available)
    func sums(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            let ledger = town.ledger
            let sheet = try await town.database.read { try ledger.projectSheet("P1", for: LedgerTown.owner, in: $0) }
            for (stage, fen) in Self.funding(sheet.total) {
                let found = try await self.fen(town, [stage])
                #expect(found == fen, "\(stage)")
            }
            let work = try #require(sheet.works.first)
            let reached = [(LedgerStage.committed, work.committed), (.certified, work.certified), (.paid, work.paid)]
            for (stage, fen) in reached {
                let found = try await self.fen(town, [stage], contract: "C1")
                #expect(found == fen && fen > 0, "\(stage)")
            }
            let owed = [
                ([LedgerStage.certified, .wages], work.due), ([.wages], work.wagesDue), ([.retained], work.retained),
            ]
            for (stages, fen) in owed {
                let found = try await self.fen(town, stages, .balance, contract: "C1")
                #expect(found == fen && fen > 0, "\(stages)")
            }
        }
    }

    @Test("What stands at a stage is what came less what went", arguments: Engine.available)
    func balance(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            for stage in LedgerStage.allCases {
                let came = try await fen(town, [stage], .arrived)
                let went = try await fen(town, [stage], .left)
                let left = try await fen(town, [stage], .balance)
                #expect(came - went == left, "\(stage)")
            }
        }
    }

    @Test(
        "Pages together are the whole list, the newest first, whichever way it is sorted", arguments: Engine.available)
    func pages(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            let whole = try await journal(town)
            #expect(whole.total == whole.lines.count && whole.total == 14)
            #expect(whole.lines.map(\.number) == Array((1...14).reversed()))
            var pieces: [JournalLine] = []
            for page in 1...5 { pieces += try await journal(town, page: page, size: 3).lines }
            #expect(pieces == whole.lines)
            let upwards = try await journal(town) { ($0.sort, $0.descending) = (.number, false) }
            #expect(upwards.lines == whole.lines.reversed())
            #expect(upwards.fen == whole.fen)
        }
    }

    @Test("A class of work finds the entries of its items, on the pages and without pages", arguments: Engine.available)
    func classes(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            var green = LedgerTown.bill
            green.item = "greening"
            try await town.post(LedgerTown.draft("green", [MoveDraft(.pay, 25, green)]))
            for (workClass, item, fen) in [
                ("basic", "", 360), ("completion", "", 25), ("upgrade", "", 0), ("none", "", 0),
                ("basic", "roof", 360), ("basic", "greening", 0), ("", "greening", 25),
            ] as [(String, String, Int64)] {
                let found = try await journal(town) {
                    ($0.stages, $0.part.workClass, $0.part.item) = ([.paid], workClass, item)
                }
                #expect(found.fen == fen, "\(workClass) \(item)")
                var question = LedgerQuestion(by: [.item])
                (question.stages, question.value) = ([.paid], .balance)
                (question.part.workClass, question.part.item) = (workClass, item)
                let asked = question
                let answer = try await town.database.read {
                    try town.ledger.ask(asked, for: LedgerTown.owner, in: $0)
                }
                #expect(answer.lines.reduce(0) { $0 + $1.amount } == fen, "\(workClass) \(item)")
            }
            var filter = JournalFilter(LedgerPart(project: "P1"))
            filter.part.workClass = "basic"
            let (whole, asked) = (try await journal(town) { $0.part.workClass = "basic" }, filter)
            let lines = try await town.database.read {
                try town.ledger.journalLines(asked, limit: 100, for: LedgerTown.owner, in: $0)
            }
            #expect(lines == whole.lines && lines.count == 5)
            let few = try await town.database.read {
                try town.ledger.journalLines(asked, limit: 2, for: LedgerTown.owner, in: $0)
            }
            #expect(few == Array(lines.prefix(2)))
        }
    }

    @Test(
        "Words, a digest, a move and a day find their entries; what is not there is not found",
        arguments: Engine.available)
    func narrows(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            let digest = String(repeating: "c", count: 64)
            var proved = LedgerTown.draft("proved", [MoveDraft(.pay, 1, LedgerTown.bill)])
            (proved.evidence, proved.memo) = ([digest], "北墙 100%")
            try await town.post(proved)
            #expect(try await journal(town) { $0.text = "北墙" }.lines.map(\.memo) == ["北墙 100%"])
            #expect(try await journal(town) { $0.text = "北墙 100%" }.total == 1)
            #expect(try await journal(town) { $0.text = "北墙 10_%" }.total == 0)
            #expect(try await journal(town) { $0.text = "15" }.lines.map(\.number) == [15])
            #expect(try await journal(town) { $0.evidence = digest }.lines.map(\.number) == [15])
            // The clearances' documents count as well: the estimate, the award, the certificate.
            #expect(try await journal(town) { $0.evidence = History.digest }.total == 3)
            #expect(try await journal(town) { $0.moves = [.payWages] }.fen == 60)
            #expect(try await journal(town) { $0.from = History.day.adding(days: 1) }.total == 0)
            #expect(try await journal(town) { $0.part.kind = .district }.total == 0)
            let line = try #require(try await journal(town) { $0.moves = [.pay] }.lines.first)
            #expect(line.slice == LedgerTown.bill && line.several.isEmpty && line.moves == [.pay])
            let citations = try await town.database.read { tx in
                try ["P1", "P2"].map {
                    try town.ledger.citations(of: digest, in: [$0], for: LedgerTown.owner, in: tx)
                }
            }
            #expect(citations == [1, 0])
        }
    }

    @Test("The public sees kinds of sources and sums, and everything that was paid", arguments: Engine.available)
    func published(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            let money = try await town.database.read { try town.ledger.publicMoney(of: ["P1"], in: $0) }
            #expect(money.lines.map(\.kind) == [.central])
            #expect(money.total.paid == 360 && money.total.planned == 1_200)
            #expect(money.expected == 4_000)
            let none = try await town.database.read { try town.ledger.publicMoney(of: ["P2"], in: $0) }
            #expect(none.lines.isEmpty && none.total == FundSums())
        }
    }

    @Test("A project's parties are those who give, not those who are paid", arguments: Engine.available)
    func parties(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            let promise = Slice(source: "residents", project: "P1", party: "3-2-501", year: 2026)
            try await town.post(
                LedgerTown.draft("pledge", [MoveDraft(.plan, 50, promise), MoveDraft(.pledge, 50, promise)]))
            let shares = try await town.database.read {
                try town.ledger.partyShares(of: "P1", for: LedgerTown.owner, in: $0)
            }
            #expect(shares.map(\.party) == ["3-2-501"] && shares.map(\.sums.pledged) == [50])
            let refusal = await #expect(throws: Refusal.self) {
                try await town.database.read {
                    _ = try town.ledger.partyShares(of: "P9", for: LedgerTown.owner, in: $0)
                }
            }
            #expect(refusal?.kind == .notFound)
        }
    }
}
