import Common
import Foundation
import Identity
import Kernel
import Ledger
import Registry
import Store
import TestSupport
import Testing

/// The acts around the journal: of who keeps its terms, brings it tables, asks it questions and closes its periods.
@Suite("Failing statements of the ledger's desk")
struct LedgerStatementTests {
    private static let today = Premises.start.dayInChina
    private static let digest = String(repeating: "a", count: 64)

    /// A city with one project whose every statement can be made to fail.
    private struct Desk {
        let house: Premises
        let ledger: Ledger
        let project: String
        let loop: FaultLoop

        func run(
            _ name: String, at now: Instant = Premises.start, _ act: @escaping @Sendable (Deed) throws -> Void
        ) async throws {
            try await loop.run(name) { try await house.act(at: now, act) }
        }

        func enter(_ name: String, _ term: TermDraft) async throws {
            let ledger = ledger
            try await run(name) { _ = try ledger.enter(term, in: $0) }
        }

        func preview(_ table: LedgerSheet) async throws -> LedgerImportReport {
            try await ledger.preview(
                table, as: Premises.owner, clock: FixedClock(Premises.start), in: house.database)
        }

        func isWhole() async throws -> Bool {
            let ledger = ledger
            return try await house.database.read { try LedgerVerifier.verify(ledger, in: $0).isWhole }
        }
    }

    private func withDesk(_ engine: Engine, _ body: (Desk) async throws -> Void) async throws {
        try await engine.withDriver { driver in
            let statements = StatementCounter()
            let database = Database(driver: FaultyDriver(driver, statements))
            _ = try await Migrator(Premises.schemas).migrate(database, now: Premises.start)
            let house = try await Premises(found: database, vault: .ephemeral())
            let register = house.register
            let project = try await house.act { deed -> String in
                let estate = try register.registerEstate(Premises.estate("建安小区"), in: deed)
                let id = try register.createProject(ProjectDraft(name: "建安小区改造", estates: [estate]), in: deed)
                return try #require(try deed.tx.value("SELECT number FROM project WHERE id = \(id)"))
            }
            let loop = FaultLoop(database: database, statements: statements)
            try await body(Desk(house: house, ledger: try Ledger(menu: Premises.menu()), project: project, loop: loop))
        }
    }

    private static func source(amount: Int64 = 5_000) -> TermDraft {
        .source(
            FundSource(
                code: "central", name: Phrase(zh: "中央", en: "central"), kind: .central, document: "财建1号",
                amount: amount, years: 2025...2026))
    }

    private static func clearance(_ kind: Clearance.Kind, of subject: String, _ fen: Int64? = nil) -> Clearance {
        Clearance(
            id: ID(at: Premises.start), kind: kind, subject: subject, digest: digest, issuer: "发改委", amount: fen,
            from: today)
    }

    private static func contract(_ project: String) -> Contract {
        Contract(code: "C1", title: "土建", project: project, party: "builder", price: 900, retentionUntil: today)
    }

    @Test("Whichever statement fails, a term is entered whole or not at all", arguments: Engine.available)
    func terms(engine: Engine) async throws {
        try await withDesk(engine) { desk in
            let project = desk.project
            try await desk.enter("source", Self.source())
            try await desk.enter("source again", Self.source(amount: 6_000))
            try await desk.enter("contract", .contract(Self.contract(project)))
            try await desk.enter("estimate", .clearance(Self.clearance(.estimate, of: project)))
            let variation = Self.clearance(.variation, of: "C1", 100)
            try await desk.enter("approval", .clearance(variation))
            try await desk.enter("variation", .variation(contract: "C1", amount: 100, clearance: variation.id))
            try await desk.enter("dispute", .dispute(contract: "C1", isDisputed: true))
            let fund = RepairFund(
                building: "B1", place: Premises.place("430111002"), balance: 500, day: Self.today, document: "对账单")
            try await desk.enter("repair fund", .repairFund(fund))
            try await desk.enter("vote", .clearance(Self.clearance(.repairFund, of: "B1", 300)))
            let appraisal = Appraisal(
                project: project, party: "owners", use: 1_000, value: 50_000, appraiser: "评估", from: Self.today,
                until: Self.today.adding(days: 3_650), rate: "12", document: "报告")
            try await desk.enter("appraisal", .appraisal(appraisal))
            #expect(try await desk.isWhole())
        }
    }

    @Test(
        "Whichever statement fails, many entries, the end of reservations and of a period are whole or not there",
        arguments: Engine.available)
    func journal(engine: Engine) async throws {
        try await withDesk(engine) { desk in
            let (ledger, project) = (desk.ledger, desk.project)
            try await desk.house.act { _ = try ledger.enter(Self.source(), in: $0) }
            let money = Slice(source: "central", project: project, year: 2026)
            func draft(_ key: String, _ work: EntryDraft.Work) -> EntryDraft {
                EntryDraft(key: key, day: Self.today, work, authority: .init(kind: "document", reference: "财建1号"))
            }
            let many = [Move.plan, .allot, .draw, .receive].map {
                draft($0.code, .post([MoveDraft($0, 1_000, money)]))
            }
            try await desk.run("many") { deed in
                for result in try ledger.postMany(many, in: deed) { _ = try result.get() }
            }
            let fact = EntryDraft(
                key: "fact", day: Self.today, .post([MoveDraft(.giveBack, 1_001, money)]), manner: .fact,
                authority: .init(kind: "treasury", reference: "V1"), evidence: [Self.digest])
            try await desk.run("fact against a rule") { deed in
                let posted = try ledger.post(fact, in: deed)
                #expect(!posted.findings.isEmpty)
            }
            let back = draft("back", .reverse("fact"))
            try await desk.run("reversal") { _ = try ledger.post(back, in: $0) }
            let kept = draft("kept", .reserve(MoveDraft(.giveBack, 400, money), until: Self.today))
            try await desk.run("reservation") { _ = try ledger.post(kept, in: $0) }
            let tomorrow = Premises.start.adding(seconds: 86_400)
            try await desk.run("expiry", at: tomorrow) { deed in
                let ended = try ledger.expireReservations(in: deed)
                #expect(ended == 1)
            }
            try await desk.run("close", at: tomorrow) { try ledger.closePeriod(until: Self.today, in: $0) }
            #expect(try await desk.isWhole())
            let late = draft("late", .post([MoveDraft(.giveBack, 1, money)]))
            let refused = await #expect(throws: Refusal.self) {
                try await desk.house.act(at: tomorrow) { _ = try ledger.post(late, in: $0) }
            }
            #expect(refused?.code == "period.closed")
        }
    }

    @Test("Whichever statement fails, a question and a table are as before or as after", arguments: Engine.available)
    func desk(engine: Engine) async throws {
        try await withDesk(engine) { desk in
            let ledger = desk.ledger
            try await desk.run("save") { deed in
                _ = try ledger.saveQuestion("到账", "by=source&stage=received", isShared: true, in: deed)
            }
            try await desk.run("remove") { deed in
                let saved = try #require(try ledger.savedQuestions(for: deed.actor, in: deed.tx).first)
                try ledger.removeQuestion(saved.id, in: deed)
            }
            try await desk.house.act { _ = try ledger.enter(Self.source(), in: $0) }
            let table = try Self.table("财建1号,central,\(desk.project),2026,2.00,2026-06-30\n")
            let report = try await desk.preview(table)
            #expect(report.posted == 1 && report.refused.isEmpty)
            let keep: @Sendable (Deed) throws -> Void = {
                _ = try ledger.keepImport(report, sheet: "", file: Self.digest, in: $0)
            }
            let waiting: @Sendable (Deed) throws -> ID<LedgerImport> = { deed in
                let brought = try ledger.imports(for: deed.actor, in: deed.tx)
                return try #require(brought.first { $0.state == .previewed }).id
            }
            try await desk.run("bring", keep)
            try await desk.run("discard") { try ledger.discardImport(waiting($0), in: $0) }
            try await desk.house.act(keep)
            try await desk.house.act { _ = try ledger.enter(Self.source(amount: 100), in: $0) }
            let hindered = try await desk.preview(table)
            try await desk.run("preview again") { try ledger.renewPreview(waiting($0), hindered, in: $0) }
            try await desk.house.act { _ = try ledger.enter(Self.source(), in: $0) }
            try await desk.run("apply") { try ledger.applyImport(waiting($0), table, acceptGood: false, in: $0) }
            #expect(try await desk.isWhole())
        }
    }

    private static func table(_ rows: String) throws -> LedgerSheet {
        let path = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString).csv").path
        try Data(("文号,来源代码,项目编号,年度,金额,日期\n" + rows).utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try LedgerSheet(path: path, fileName: "budget.csv", kind: .budget)
    }
}
