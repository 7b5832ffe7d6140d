import Common
import Evaluation
import Foundation
import Identity
import Kernel
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
