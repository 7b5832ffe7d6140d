import Common
import Evaluation
import Foundation
import Identity
import Kernel
import Ledger
import Registry
import Store
import TestSupport
import Testing

@Suite("Failing statements of real acts")
struct EveryStatementTests {
    private static let sheet = """
        小区名称,街道,社区,建成年代,户数,总建筑面积(㎡),栋数
        朝晖小区,左家塘街道,官塘冲社区,1998,361,24000,6
        铁建小区,左家塘街道,官塘冲社区,1996,1680,126000,32
        变压器厂宿舍,砂子塘街道,茶园坡社区,1988,210,16800,7
        """

    /// What is stored is all of an act with its line in the record, or nothing of it.
    @Test(
        "Whichever statement fails, the database is as before or as after, never between", arguments: Engine.available)
    func everyStatement(engine: Engine) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "estates.csv").path
            try Data(Self.sheet.utf8).write(to: URL(filePath: path))
            try await engine.withDriver { driver in
                let statements = StatementCounter()
                let database = Database(driver: FaultyDriver(driver, statements))
                _ = try await Migrator(Premises.schemas).migrate(database, now: Premises.start)
                let house = try await Premises(found: database, vault: .ephemeral())
                let register = house.register
                let loop = FaultLoop(database: database, statements: statements)

                try await loop.run("register") {
                    try await house.act { _ = try register.registerEstate(Premises.estate("建安小区"), in: $0) }
                }
                try await loop.run("correct") {
                    try await house.act { deed in
                        let row = try #require(try deed.tx.first("SELECT id, version FROM estate"))
                        let change = EstateChange(facts: [
                            CoreFact.households: Fact(.integer(361), from: Premises.survey)
                        ])
                        _ = try register.correctEstate(row["id"], change, seen: row["version"], in: deed)
                    }
                }
                try await loop.run("photo") {
                    try await house.act { deed in
                        let estate: ID<Estate> = try #require(try deed.tx.value("SELECT id FROM estate"))
                        let digest = String(repeating: "0", count: 64)
                        let draft = PhotoDraft(digest: digest, thumbDigest: digest, bytes: 1, width: 4, height: 3)
                        _ = try register.addPhoto(draft, to: estate, in: deed)
                    }
                }
                let item = ID<FieldItem>(at: Premises.start)
                try await loop.run("field") {
                    try await house.act { deed in
                        let first: ID<Estate>? = try deed.tx.value("SELECT id FROM estate")
                        let answers = [FieldAnswer("buildings", "9", seen: [nil]), FieldAnswer("lifts", "x", seen: [])]
                        let (estate, now) = (try #require(first), deed.now)
                        let brought = FieldItem(id: item, estate: estate, at: now, taken: now, answers: answers)
                        _ = try register.takeFieldItem(brought, sentAt: now, in: deed)
                    }
                }
                try await loop.run("import") {
                    try await house.act { deed in
                        _ = try register.importEstates(
                            path: path, fileName: "estates.csv", ImportOptions(place: "430111"), in: deed)
                    }
                }
                let evaluations = Evaluations(register: register, shipped: try Premises.scheme())
                try await loop.run("evaluate") {
                    _ = try await evaluations.evaluate(
                        as: Premises.owner, clock: FixedClock(Premises.start), in: house.database)
                }
                try await loop.run("seal") { _ = try await house.sealer().sealOnce() }
            }
        }
    }
}

extension EveryStatementTests {
    /// The acts around a run: schemes, weighting, publication, appeals, and outlines of what was judged.
    @Test("Whichever statement of judging fails, nothing half stands", arguments: Engine.available)
    func judging(engine: Engine) async throws {
        try await withTemporaryFolder { folder in
            try await engine.withDriver { driver in
                let statements = StatementCounter()
                let database = Database(driver: FaultyDriver(driver, statements))
                _ = try await Migrator(Premises.schemas).migrate(database, now: Premises.start)
                let house = try await Premises(found: database, vault: .ephemeral())
                let evaluations = Evaluations(register: house.register, shipped: try Premises.scheme())
                let estate = try await house.act { deed in
                    var change = Premises.estate("建安小区")
                    change.facts["roofLeakage"] = Fact(.choice("good"), from: Premises.survey)
                    return try house.register.registerEstate(change, in: deed)
                }
                let clock = FixedClock(Premises.start)
                let run = try await evaluations.evaluate(as: Premises.owner, clock: clock, in: house.database)
                let loop = FaultLoop(database: database, statements: statements)
                try await loop.run("draft") { try await house.act { _ = try evaluations.draftScheme(in: $0) } }
                try await loop.run("issue") {
                    try await house.act { deed in
                        let draft = try #require(try evaluations.drafts(for: deed.actor, in: deed.tx).first)
                        _ = try evaluations.issueDraft(draft.id, seen: draft.edits, in: deed)
                    }
                }
                try await Self.weighting(house, evaluations, loop)
                try await loop.run("appeal") {
                    try await house.act { deed in
                        let draft = AppealDraft(
                            run: run, estate: estate, aspect: "leakage", fact: "roofLeakage", claimed: .choice("poor"),
                            reason: "漏水")
                        _ = try evaluations.appeal(draft, in: deed)
                    }
                }
                try await loop.run("dismiss") {
                    try await house.act { deed in
                        let appeal = try #require(try evaluations.appeals(for: deed.actor, in: deed.tx).first)
                        try evaluations.dismissAppeal(appeal.id, decision: "照片不符", in: deed)
                    }
                }
                let files = try FileStore(folder: folder.path)
                try await loop.run("publish") {
                    _ = try await evaluations.publish(
                        run, title: "公布", as: Premises.owner, vault: house.vault, files: files, clock: clock,
                        in: house.database)
                }
                try await loop.run("withdraw") {
                    try await house.act { deed in
                        let place = try house.register.city(in: deed.tx).code
                        let publication = try #require(
                            try PublicationQueries.publications(at: place, in: deed.tx).first)
                        try Publishing.withdraw(publication.id, reason: "数据有误", in: deed)
                    }
                }
            }
        }
    }

    private static func weighting(_ house: Premises, _ evaluations: Evaluations, _ loop: FaultLoop) async throws {
        let subject = WeightingSubject.groups(.need)
        let scheme = try await house.database.read { try evaluations.scheme(.current, in: $0).scheme }
        let items = subject.items(in: scheme)
        let expert = Actor(
            kind: .person, person: ID(at: Premises.start), label: "expert", grants: [], requestID: "test")
        let person = try #require(expert.person)
        try await house.database.write { tx in
            try tx.run(
                """
                INSERT INTO person (id, login, name_sealed, place, language, mode, must_change, totp_confirmed,
                    created_at) VALUES (\(person), 'expert', \([UInt8]()), '4301', 'zh', 'standard', 0, 0, \(Premises.start))
                """)
        }
        @Sendable func session(_ deed: Deed) throws -> ID<WeightingSession> {
            try #require(try deed.tx.value("SELECT id FROM weighting_session"))
        }
        try await loop.run("open") {
            try await house.act { deed in
                let draft = WeightingDraft(
                    place: Premises.place("4301"), scheme: scheme, subject: subject, title: "权重", method: .bestWorst)
                _ = try Weighting.open(draft, in: deed)
            }
        }
        try await loop.run("invite") {
            try await house.act { try Weighting.invite(person, to: session($0), in: $0) }
        }
        try await loop.run("judge") {
            try await house.database.act(as: expert, clock: FixedClock(Premises.start)) { deed in
                // The first counts twice as much as each other; the others count alike.
                let over: [Int?] = items.indices.map { $0 == 0 ? 1 : 2 }
                let under: [Int?] = items.indices.map { $0 == 0 ? 2 : 1 }
                let said = Judgement.BestWorstJudgement(
                    best: 0, worst: items.count - 1, bestToOthers: over, othersToWorst: under)
                _ = try Weighting.judge(.bestWorst(said), in: session(deed), by: deed)
            }
        }
        try await loop.run("close") {
            try await house.act { _ = try Weighting.close(session($0), .priorities, in: $0) }
        }
        try await loop.run("residents") {
            try await house.act { deed in
                let totals = ResidentTotals(
                    place: Premises.place("4301"), scheme: scheme, subject: subject, source: "问卷", day: deed.today,
                    rule: .chosen, respondents: 40, totals: items.map { _ in 10 })
                _ = try Weighting.enter(totals, in: deed)
            }
        }
    }
}

extension EveryStatementTests {
    private static let statement = "日期,金额,对方户名,流水号\n2026-06-30,1.00,1-101,R1\n2026-06-30,0.50,,\n"

    /// The acts around a bank's statement: kept, recorded, matches taken back, put aside.
    @Test("Whichever statement of matching a bank's lines fails, nothing half stands", arguments: Engine.available)
    func banking(engine: Engine) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "bank.csv").path
            try Data(Self.statement.utf8).write(to: URL(filePath: path))
            let sheet = try BankSheet(path: path, fileName: "bank.csv", account: "专户")
            try await engine.withDriver { driver in
                let statements = StatementCounter()
                let database = Database(driver: FaultyDriver(driver, statements))
                _ = try await Migrator(Premises.schemas).migrate(database, now: Premises.start)
                let house = try await Premises(found: database, vault: .ephemeral())
                let ledger = try Premises.ledger()
                let entries = try await Self.receive(house, ledger)
                let loop = FaultLoop(database: database, statements: statements)
                let file = String(repeating: "0", count: 64)
                let answers = [BankAnswer(row: 3, entry: entries[1])]
                try await loop.run("keep") {
                    try await house.act { _ = try ledger.keepStatement(sheet, sheet: "", file: file, in: $0) }
                }
                try await loop.run("apply") {
                    try await house.act { deed in
                        let waiting = try #require(try ledger.bankStatements(for: deed.actor, in: deed.tx).first)
                        let seen = try ledger.bankReport(sheet, for: deed.actor, in: deed.tx)
                        #expect(seen.matches.count == 1 && seen.questions.count == 1)
                        _ = try ledger.applyStatement(
                            waiting.id, sheet, answers: answers, seen: seen.certain, in: deed)
                    }
                }
                try await loop.run("take back") {
                    try await house.act { deed in
                        let lines = try ledger.bankLines(of: entries[0], for: deed.actor, in: deed.tx)
                        try ledger.takeBackMatch(of: try #require(lines.first).id, reason: "不对", in: deed)
                    }
                }
                try await loop.run("record") {
                    let again = [BankAnswer(row: 2, entry: entries[0])]
                    try await house.act { _ = try ledger.recordBank(sheet, answers: again, in: $0) }
                }
                let second = try await house.act { try ledger.keepStatement(sheet, sheet: "", file: file, in: $0) }
                try await loop.run("discard") {
                    try await house.act { try ledger.discardStatement(second, in: $0) }
                }
                let report = try await house.database.read { try LedgerVerifier.verify(ledger, in: $0) }
                #expect(report.problems == [])
            }
        }
    }

    /// Two households paid in what they promised.
    private static func receive(_ house: Premises, _ ledger: Ledger) async throws -> [Int64] {
        try await house.act { deed in
            let estate = try house.register.registerEstate(Premises.estate("建安小区"), in: deed)
            let project = try house.register.createProject(ProjectDraft(name: "改造", estates: [estate]), in: deed)
            let number = try #require(try house.register.project(project, in: deed.tx)).number
            let year = deed.today.year
            try ledger.saveSource(
                FundSource(
                    code: "residents", name: Phrase(zh: "居民", en: "residents"), kind: .residentsCash, document: "业主表决",
                    amount: 1_000, years: year...year), in: deed)
            return try [("1-101", Int64(100)), ("1-102", 50)].map { party, fen in
                let slice = Slice(source: "residents", project: number, party: party, year: year)
                let moves = [Move.plan, .pledge, .call, .receive].map { MoveDraft($0, fen, slice) }
                let authority = EntryDraft.Authority(kind: "vote", reference: "业主表决")
                return try ledger.post(
                    EntryDraft(key: party, day: deed.today, .post(moves), authority: authority), in: deed
                ).number
            }
        }
    }
}

/// Runs an act with its first statement failing, then its second …, until none is left to fail and it is done.
private struct FaultLoop {
    let database: Database
    let statements: StatementCounter

    func run(_ name: String, _ act: () async throws -> Void) async throws {
        let before = try await digests()
        for number in 1..<2000 {
            statements.fail(number, with: number % 2 == 0 ? .disconnected("made to disconnect") : .full("made full"))
            let error = await failure(act)
            let hasFailed = statements.stop()
            let after = try await digests()
            guard hasFailed else {
                #expect(error == nil, "\(name): \(error.map { "\($0)" } ?? "")")
                #expect(after != before && number > 4, "\(name): all statements were counted")
                return
            }
            #expect(error is StoreError, "\(name), statement \(number)")
            try #require(after == before, "\(name), statement \(number)")
        }
        Issue.record("\(name) never came to its end")
    }

    private func failure(_ act: () async throws -> Void) async -> (any Error)? {
        do {
            try await act()
            return nil
        } catch { return error }
    }

    private func digests() async throws -> [TableDigest] {
        try await database.read { try TableDigest.all($0, Premises.schemas) }
    }
}
