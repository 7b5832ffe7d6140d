import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Questions to the ledger")
struct LedgerQueryTests {
    /// 1,000 of the central grant planned, allotted, drawn and received; 500 of C1 certified, 385 of the work paid.
    private func busy(_ town: LedgerTown) async throws {
        try await town.begin()
        try await town.post(LedgerTown.draft("work", [MoveDraft(.certify, 500, LedgerTown.work)]))
        try await town.post(LedgerTown.draft("pay", [MoveDraft(.pay, 385, LedgerTown.bill)]))
    }

    @Test("Rates, and a reversal leaves them as if nothing had been", arguments: Engine.available)
    func rates(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (ledger, owner) = (town.ledger, LedgerTown.owner)
            func rates(_ axis: RateAxis, after days: Int = 0) async throws -> FundRates {
                try await town.database.read {
                    try ledger.rates(by: axis, today: History.day.adding(days: days), for: owner, in: $0)
                }
            }
            try await busy(town)
            let total = try await rates(.kind, after: 40).total
            #expect(total.sums.planned == 1_000 && total.sums.received == 1_000 && total.sums.paid == 385)
            #expect(total.sums.arrivalRate == 1 && total.sums.useRate == 0.385)
            #expect(total.idleDays == 40 && total.longestIdle == 40)
            for axis in RateAxis.allCases {
                let lines = try await rates(axis).lines
                #expect(lines.map(\.sums) == [total.sums], "\(axis)")
            }
            #expect(try await rates(.district).lines.map(\.name.zh) == ["雨花区"])
            try await town.post(
                EntryDraft(
                    key: "back", day: History.day, .reverse("pay"), authority: .init(kind: "test", reference: "1")))
            let after = try await rates(.source).total.sums
            #expect(after.paid == 0 && after.received == 1_000)
            // Unplanning takes from what was planned.
            let more = Slice(source: "central", project: "P1", year: 2026)
            try await town.post(LedgerTown.draft("more", [MoveDraft(.plan, 300, more)]))
            try await town.post(LedgerTown.draft("less", [MoveDraft(.unplan, 100, more)]))
            #expect(try await rates(.year).total.sums.planned == 1_200)
        }
    }

    @Test("A source's fen are all accounted for, and flows carry what was paid", arguments: Engine.available)
    func source(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (ledger, owner) = (town.ledger, LedgerTown.owner)
            try await busy(town)
            let sheet = try await town.database.read { try ledger.sourceSheet("central", for: owner, in: $0) }
            #expect(sheet.standing.sum == sheet.source.amount)
            #expect(sheet.standing.unplanned == 4_000)
            #expect(sheet.standing.stages.filter { $0.fen != 0 }.map(\.stage) == [.received, .paid])
            #expect(sheet.uses == [ItemUse(item: "roof", paid: 385)])
            let flows = try await town.database.read {
                try ledger.flows([.source, .project, .class], for: owner, in: $0)
            }
            #expect(flows.total == 385)
            #expect(flows.nodes.map(\.key) == ["central", "P1", "basic"])
            #expect(flows.links.map(\.fen) == [385, 385])
            var near = LedgerTown.bill
            near.area = "东塘片区"
            try await town.post(LedgerTown.draft("near", [MoveDraft(.payWages, 40, near)]))
            let (areas, there, rest) = try await town.database.read { tx in
                (
                    try ledger.renewalAreas(of: History.place("430111"), year: 2026, for: owner, in: tx),
                    try ledger.flows([.area, .project], for: owner, in: tx),
                    try ledger.flows([.kind, .project], of: LedgerPart(area: "东塘片区"), for: owner, in: tx)
                )
            }
            #expect(areas == ["东塘片区"] && rest.total == 40)
            #expect(there.nodes.map(\.key) == ["", "东塘片区", "P1"] && there.links.map(\.fen) == [385, 40])
            let unknown = await #expect(throws: Refusal.self) {
                try await town.database.read { _ = try ledger.sourceSheet("none", for: owner, in: $0) }
            }
            #expect(unknown?.code == "source.unknown")
        }
    }

    @Test("A project's sheet, its entries, and each entry whole", arguments: Engine.available)
    func project(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (ledger, owner) = (town.ledger, LedgerTown.owner)
            try await busy(town)
            let sheet = try await town.database.read { try ledger.projectSheet("P1", for: owner, in: $0) }
            let work = try #require(sheet.works.first)
            #expect(work.committed == 900 && work.certified == 500 && work.paid == 385)
            #expect(work.due == 100 && work.wagesDue == 100 && work.retained == 15)
            #expect(sheet.ceilings.estimate == 2_000 && sheet.ceilings.contracts == 4_000)
            #expect(sheet.ceilings.margin == -2_000, "C1 and C2 may come to 40.00")
            #expect(sheet.certificates.map(\.amount) == [500])
            #expect(sheet.payments.map(\.amount) == [385])
            let payment = try #require(sheet.payments.first)
            let entry = try await town.database.read { try ledger.entry(payment.number, for: owner, in: $0) }
            #expect(entry.postings.count == 4 && entry.postings.map(\.amount).reduce(0, +) == 0)
            let lines = try await town.database.read {
                try ledger.entries(of: LedgerPart(project: "P1"), for: owner, in: $0)
            }
            #expect(lines.map(\.amount) == [385, 500, 900, 2_000, 1_000, 1_000, 1_000, 1_000])
        }
    }

    @Test("An entry leads to those that correct, reverse, capture and release it", arguments: Engine.available)
    func sequels(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            let authority = EntryDraft.Authority(kind: "document", reference: "1")
            func post(_ key: String, _ work: EntryDraft.Work, corrects: String? = nil) async throws -> Int64 {
                try await town.post(
                    EntryDraft(key: key, day: History.day, work, authority: authority, corrects: corrects)
                ).number
            }
            let give = MoveDraft(.giveBack, 80, LedgerTown.money)
            let more = MoveDraft(.plan, 7, LedgerTown.money)
            let hold = try await post("hold", .reserve(give, until: History.day))
            let part = try await post("part", .capture(hold: "hold", amount: 30))
            let rest = try await post("rest", .release(hold: "hold", expired: false))
            let wrong = try await post("wrong", .post([more]))
            let mended = try await post("mended", .post([more]), corrects: "wrong")
            let back = try await post("back", .reverse("wrong"), corrects: "wrong")
            func sequels(_ number: Int64) async throws -> [String] {
                try await town.database.read { tx in
                    try town.ledger.entry(number, for: LedgerTown.owner, in: tx).sequels
                        .map { "\($0.kind.rawValue) \($0.number)" }
                }
            }
            #expect(try await sequels(hold) == ["capture \(part)", "release \(rest)"])
            #expect(try await sequels(wrong) == ["corrects \(mended)", "corrects \(back)", "reverse \(back)"])
            #expect(try await sequels(back) == [])
            let reversed = try await town.database.read {
                try town.ledger.entry(wrong, for: LedgerTown.owner, in: $0)
            }
            #expect(reversed.reversedBy == back)
        }
    }

    @Test("What was paid beyond the certificate is found, and was not before that day", arguments: Engine.available)
    func audit(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (ledger, owner) = (town.ledger, LedgerTown.owner)
            try await busy(town)
            var fact = LedgerTown.draft("fact", [MoveDraft(.pay, 40, LedgerTown.bill)], manner: .fact)
            fact.memo = "国库"
            try await town.post(fact)
            func found(_ question: AuditQuestion, _ moment: LedgerMoment = .now) async throws -> [AuditFinding] {
                let answers = try await town.database.read {
                    try ledger.audit([question], at: moment, today: History.day, for: owner, in: $0)
                }
                return answers.flatMap(\.findings)
            }
            #expect(try await found(.paidBeyond).map(\.amount) == [40])
            #expect(try await found(.paidBeyond).map(\.subject) == [.contract("C1")])
            #expect(try await found(.brokenRules).count == 1)
            let before = LedgerMoment(asOf: History.day.adding(days: -1))
            #expect(try await found(.paidBeyond, before).isEmpty)
            // Nobody reported works to the register, and nothing of it is due to be asked for.
            #expect(try await found(.arrival).isEmpty)
            #expect(try await found(.residentsShare).map(\.amount) == [20], "2 % of what was planned")
            for question in AuditQuestion.allCases { _ = try await found(question) }
        }
    }

    @Test("Several axes in one reading say what each says alone, of a kind as of all", arguments: Engine.available)
    func axes(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            let (ledger, owner, day) = (town.ledger, LedgerTown.owner, History.day.adding(days: 40))
            let all = RateAxis.allCases
            try await town.database.read { tx in
                let together = try ledger.rates(by: all, today: day, for: owner, in: tx)
                for (axis, rates) in zip(all, together) {
                    #expect(try ledger.rates(by: axis, today: day, for: owner, in: tx) == rates, "\(axis)")
                }
                let part = LedgerPart(kind: .central)
                #expect(try ledger.rates(by: all, of: part, today: day, for: owner, in: tx) == together)
                let none = LedgerPart(kind: .city)
                #expect(try ledger.rates(by: .kind, of: none, today: day, for: owner, in: tx).lines.isEmpty)
                let sums = try ledger.sourceSums(for: owner, in: tx)
                #expect(sums == ["central": together[0].total.sums])
                #expect(try ledger.budgetYears(for: owner, in: tx) == [2026])
                #expect(try ledger.flows([.kind, .class], for: owner, in: tx).total == 385)
            }
        }
    }

    @Test("Readers of another district see nothing of it", arguments: Engine.available)
    func rights(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            let ledger = town.ledger
            let other = Actor(
                kind: .person, label: "芙蓉", grants: [Grant(.readLedger, at: History.place("430102"))], requestID: "1")
            let total = try await town.database.read {
                try ledger.rates(by: .kind, today: History.day, for: other, in: $0).total.sums
            }
            #expect(total == FundSums())
            let hidden = await #expect(throws: Refusal.self) {
                try await town.database.read { _ = try ledger.projectSheet("P1", for: other, in: $0) }
            }
            #expect(hidden?.kind == .notFound)
            let entry = await #expect(throws: Refusal.self) {
                try await town.database.read { _ = try ledger.entry(1, for: other, in: $0) }
            }
            #expect(entry?.kind == .notFound)
        }
    }
}
