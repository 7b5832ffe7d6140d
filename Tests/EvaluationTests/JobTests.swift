import Common
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@testable import Evaluation

@Suite("Evaluations as jobs, and as what is made public")
struct JobTests {
    private static func runner(_ borough: Borough) -> JobRunner {
        JobRunner(
            database: borough.database, vault: .ephemeral(), clock: FixedClock(Borough.now),
            kinds: [borough.evaluations.jobKind])
    }

    @Test("An evaluation that was asked for is made by a node once, in the asker's name", arguments: Engine.available)
    func job(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let order = EvaluationOrder(place: Borough.code("430111"), asOf: Day("2026-06-29"))
            let id = try await borough.act { try $0.ask(order, in: $1) }
            #expect(try await Self.runner(borough).runOnce())
            #expect(try await Self.runner(borough).runOnce() == false)
            let job = try await borough.database.read { try JobQueries.job(id, for: Borough.owner, in: $0) }
            #expect(job.state == .done, "\(job.sentence.en)")
            let text = try #require(job.result)
            let run = try #require(ID<EvaluationRun>(text))
            let made = try await borough.read { try $0.run(run, for: Borough.owner, in: $1) }
            #expect(made.estates == 2 && made.asOf == Day("2026-06-29") && made.by == Borough.owner.label)
        }
    }

    @Test("What cannot be evaluated is refused when it is asked for", arguments: Engine.available)
    func refused(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let asked = { (order: EvaluationOrder, actor: Actor) in
                await codes { try await borough.act(as: actor) { _ = try $0.ask(order, in: $1) } }
            }
            let owner = Borough.owner
            #expect(await asked(EvaluationOrder(scheme: .version(7)), owner) == ["scheme.version"])
            #expect(await asked(EvaluationOrder(asOf: Day("2026-07-01")), owner) == ["evaluation.day"])
            #expect(await asked(EvaluationOrder(), Borough.officer("4301")) == ["right.missing"])
        }
    }

    @Test(
        "A run becomes a public document with ranks, ranges and reasons; a trial does not", arguments: Engine.available)
    func document(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            let document = try await borough.read { try $0.document(of: run, for: Borough.owner, in: $1) }
            #expect(document.rows.map(\.rank) == [1, 2, 3] && document.snapshot == run.snapshotDigest)
            #expect(document.rows[1].worst == 3)
            #expect(document.rows[0].reasons.map { $0.zh.prefix { $0 != " " } } == ["屋面", "燃气"])
            #expect(try PublishedDocument(bytes: document.bytes()) == document)
            let draft = try await borough.act { try $0.draftScheme(in: $1) }
            let trial = try await borough.evaluate(EvaluationOrder(scheme: .draft(draft)))
            let tried = await codes {
                try await borough.read { _ = try $0.document(of: trial, for: Borough.owner, in: $1) }
            }
            #expect(tried == ["publication.trial"])
            let part = try await borough.evaluate(EvaluationOrder(place: Borough.code("430111")))
            let own = try await borough.read { try $0.document(of: part, for: Borough.owner, in: $1) }
            #expect(own.place.digits == "430111" && own.rows.count == part.estates)
            let reader = Borough.officer("4301")
            let refused = await codes { try await borough.read { _ = try $0.document(of: run, for: reader, in: $1) } }
            #expect(refused == ["right.missing"])
        }
    }
}
