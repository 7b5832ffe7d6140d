import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@testable import Evaluation

@Suite("Appeals")
struct AppealTests {
    private static let officer = Borough.officer(
        "430111002", [.readEstates, .correctEstates, .readEvaluation])

    private static func draft(_ borough: Borough, _ run: EvaluationRun, _ edit: (inout AppealDraft) -> Void = { _ in })
        -> AppealDraft
    {
        var draft = AppealDraft(
            run: run.id, estate: borough.estates[0], aspect: "roof", fact: "roofLeakage", claimed: .choice("fair"),
            reason: "去年已修缮屋面")
        edit(&draft)
        return draft
    }

    private static func appeal(_ draft: AppealDraft, as actor: Actor = officer, _ borough: Borough) async throws
        -> Appeal
    {
        let id = try await borough.act(as: actor) { try $0.appeal(draft, in: $1) }
        return try await Self.read(id, borough)
    }

    private static func read(_ id: ID<Appeal>, _ borough: Borough) async throws -> Appeal {
        try await borough.read { try $0.appeal(id, for: Borough.owner, in: $1) }
    }

    private static func uphold(_ appeal: Appeal, _ borough: Borough, as actor: Actor = Borough.owner) async -> [String]
    {
        await codes {
            try await borough.act(as: actor) { try $0.upholdAppeal(appeal.id, decision: "经核查属实", in: $1) }
        }
    }

    @Test(
        "A fact is contested, corrected in the register and upheld; the next run shows the effect",
        arguments: Engine.available)
    func upheld(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            let appeal = try await Self.appeal(Self.draft(borough, run), borough)
            #expect(appeal.state == .open && appeal.stated == "poor" && appeal.claimed == "fair" && appeal.number == 1)

            #expect(await Self.uphold(appeal, borough) == ["appeal.uncorrected"])
            try await borough.correct(0, ["gasShare": .number(40)])
            #expect(await Self.uphold(appeal, borough) == ["appeal.uncorrected"], "another fact was corrected")
            try await borough.correct(0, ["roofLeakage": .choice("fair")])
            #expect(await Self.uphold(appeal, borough, as: Self.officer) == ["right.missing"])
            #expect(await Self.uphold(appeal, borough) == [])

            let decided = try await Self.read(appeal.id, borough)
            #expect(decided.state == .upheld && decided.decision == "经核查属实")
            let line = try #require(decided.correction)
            let act: String? = try await borough.database.read {
                try $0.value("SELECT act FROM record_line WHERE id = \(line)")
            }
            #expect(act == "estate.correct")

            let effect = { try await borough.read { try $0.effect(of: decided, for: Borough.owner, in: $1) } }
            let waiting = try #require(try await effect())
            #expect(waiting.before.rank == 1 && waiting.after == nil)
            let next = try await borough.evaluate(after: 10)
            _ = try await borough.evaluate(after: 20)
            let seen = try #require(try await effect())
            #expect(seen.after?.run == next.id, "the next run, not the newest")
            #expect(abs(seen.before.need.middle - 0.8) < 1e-12)
            #expect(abs((seen.after?.need.middle ?? 0) - 0.54) < 1e-12, "0.6 × 0.5 + 0.4 × 0.6")
        }
    }

    @Test("An appeal that is dismissed leaves the fact; nothing is decided twice", arguments: Engine.available)
    func dismissed(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            let appeal = try await Self.appeal(Self.draft(borough, run), borough)
            let dismiss = { (decision: String) in
                await codes { try await borough.act { try $0.dismissAppeal(appeal.id, decision: decision, in: $1) } }
            }
            #expect(await dismiss(" ") == ["text.missing"])
            #expect(await dismiss("现场照片显示仍有渗漏") == [])
            #expect(await dismiss("再驳回一次") == ["appeal.decided"])
            #expect(await Self.uphold(appeal, borough) == ["appeal.decided"])
            #expect(try await Self.read(appeal.id, borough).correction == nil)
            // Once decided, the same fact can be contested anew.
            #expect(try await Self.appeal(Self.draft(borough, run), borough).number == 2)
        }
    }

    @Test("What a run had nothing for is contested as unknown", arguments: Engine.available)
    func unknown(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            let draft = Self.draft(borough, run) {
                ($0.estate, $0.aspect, $0.fact, $0.claimed) = (borough.estates[1], "gas", "gasShare", .number(40))
            }
            let appeal = try await Self.appeal(draft, as: Borough.owner, borough)
            #expect(appeal.stated == .null && appeal.claimed == 40)
        }
    }

    @Test("What cannot be contested is refused", arguments: Engine.available)
    func refused(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            let make = { (actor: Actor, edit: (inout AppealDraft) -> Void) in
                let draft = Self.draft(borough, run, edit)
                return await codes { try await borough.act(as: actor) { _ = try $0.appeal(draft, in: $1) } }
            }
            let officer = Self.officer
            #expect(await make(officer) { $0.reason = "" } == ["text.missing"])
            #expect(await make(officer) { $0.fact = "gasShare" } == ["appeal.fact"], "not the roof's")
            #expect(await make(officer) { $0.aspect = "attic" } == ["appeal.fact"])
            #expect(await make(officer) { $0.claimed = .choice("poor") } == ["appeal.same"])
            #expect(await make(officer) { $0.run = ID(at: Borough.now) } == ["evaluation.none"])
            #expect(await make(officer) { $0.estate = borough.estates[2] } == ["right.missing"])
            let reader = Borough.officer("430111002", [.readEstates, .readEvaluation])
            #expect(await make(reader) { _ in } == ["right.missing"])
            #expect(await make(officer) { _ in } == [])
            #expect(await make(officer) { $0.claimed = .choice("good") } == ["appeal.twice"])

            let young = try await borough.act {
                try $0.register.registerEstate(
                    EstateChange(name: "丁小区", place: Borough.code("430111002")), in: $1)
            }
            #expect(await make(officer) { $0.estate = young } == ["evaluation.estate"])
        }
    }

    @Test("Evidence is this estate's photos and known files, ten at most", arguments: Engine.available)
    func evidence(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            let photo = { (estate: Int) in
                try await borough.act { evaluations, deed in
                    let digest = String(repeating: "\(estate)", count: 64)
                    let draft = PhotoDraft(digest: digest, thumbDigest: digest, bytes: 1, width: 4, height: 3)
                    return try evaluations.register.addPhoto(draft, to: borough.estates[estate], in: deed).id
                }
            }
            let (own, foreign) = (try await photo(0), try await photo(1))
            let make = { (evidence: AppealEvidence) in
                let draft = Self.draft(borough, run) { $0.evidence = evidence }
                return await codes { try await borough.act { _ = try $0.appeal(draft, in: $1) } }
            }
            #expect(await make(AppealEvidence(photos: [foreign])) == ["appeal.evidence"])
            let many = (0...10).map { _ in own }
            #expect(await make(AppealEvidence(photos: many)) == ["appeal.evidence.many"])
            #expect(await make(AppealEvidence(photos: [own])) == [])
            let stored = try await borough.read { try $0.appeals(for: Borough.owner, in: $1) }
            #expect(stored.map(\.evidence) == [AppealEvidence(photos: [own])])
        }
    }

    @Test("Appeals are listed by place, state, run and estate, within the reader's places", arguments: Engine.available)
    func listed(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            _ = try await Self.appeal(Self.draft(borough, run), borough)
            let elsewhere = Self.draft(borough, run) { $0.estate = borough.estates[2] }
            _ = try await Self.appeal(elsewhere, as: Borough.owner, borough)
            let count = { (filter: AppealFilter, actor: Actor) in
                try await borough.read { try $0.appeals(filter, for: actor, in: $1).count }
            }
            #expect(try await count(AppealFilter(), Borough.owner) == 2)
            #expect(try await count(AppealFilter(), Self.officer) == 1)
            #expect(try await count(AppealFilter(within: Borough.code("430102")), Borough.owner) == 1)
            #expect(try await count(AppealFilter(state: .upheld), Borough.owner) == 0)
            #expect(try await count(AppealFilter(run: run.id, estate: borough.estates[0]), Borough.owner) == 1)
            let nobody = Borough.officer("4301")
            #expect(await codes { _ = try await count(AppealFilter(), nobody) } == ["right.missing"])
        }
    }
}
