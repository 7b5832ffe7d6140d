import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@testable import Evaluation

@Suite("Runs, their rights and their replay")
struct RunTests {
    @Test(
        "Computed again from its own record a run is the same to the last bit, whatever the register says by then",
        arguments: Engine.available)
    func replay(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let (first, twin) = (try await borough.evaluate(), try await borough.evaluate())
            #expect(first.resultDigest == twin.resultDigest && first.snapshotDigest == twin.snapshotDigest)
            try await borough.correct(0, ["roofLeakage": .choice("good")])
            let later = try await borough.evaluate()
            #expect(later.snapshotDigest != first.snapshotDigest && later.resultDigest != first.resultDigest)
            for run in [first, twin, later] {
                let replay = try await borough.read { try $0.replay(run.id, for: Borough.owner, in: $1) }
                #expect(replay.isEqual && replay.resultDigest == run.resultDigest, "\(replay.difference?.en ?? "")")
            }
        }
    }

    @Test("A replay notices every altered bit and says where", arguments: Engine.available)
    func altered(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            let spoilt: [(SQL, String)] = [
                ("UPDATE evaluation_result SET need_high = need_high + 0.0000000000000002 WHERE rank = 2", "need_high"),
                ("UPDATE evaluation_snapshot SET rows = replace(rows, 'poor', 'fair')", "frozen facts"),
                ("UPDATE evaluation_district SET mean_need = mean_need + 0.0000000000000002", "districts"),
                ("DELETE FROM evaluation_result WHERE position = 2", "number of results"),
            ]
            for (statement, place) in spoilt {
                struct Undone: Error {}
                let evaluations = borough.evaluations
                let told = Told()
                await #expect(throws: Undone.self) {
                    try await borough.database.write { tx in
                        try tx.run(statement)
                        told.set(try evaluations.replay(run.id, for: Borough.owner, in: tx).difference?.en)
                        throw Undone()
                    }
                }
                #expect(told.text?.contains(place) == true, "\(place): \(told.text ?? "equal")")
            }
        }
    }

    @Test(
        "Everybody reads the lines of their own places, and the right to run is asked at the city",
        arguments: Engine.available)
    func rights(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            let (yuhua, stranger) = (Borough.officer("430111"), Borough.officer("430111", []))
            #expect(try await borough.lines(of: run, as: yuhua).map(\.name) == ["甲小区", "乙小区"])
            let (second, third) = (borough.estates[1], borough.estates[2])
            let why = try await borough.read { try $0.explanation(of: second, in: run, for: yuhua, in: $1) }
            #expect(why.below?.rank == 3 && why.below?.line == nil, "a neighbour elsewhere is told by its rank alone")
            let matrix = try await borough.read { try $0.matrix(of: run, for: yuhua, in: $1) }
            #expect(matrix?.lines.count { $0 == nil } == 1)
            #expect(try await borough.read { try $0.surveyFirst(in: run, for: yuhua, in: $1) }.count == 1)
            let refused: [[String]] = [
                await codes {
                    try await borough.read { _ = try $0.explanation(of: third, in: run, for: yuhua, in: $1) }
                },
                await codes { _ = try await borough.lines(of: run, as: stranger) },
                await codes { try await borough.read { _ = try $0.runs(for: stranger, in: $1) } },
                await codes { _ = try await borough.evaluate(as: yuhua) },
                await codes { _ = try await borough.evaluate(as: Borough.officer("430111", [.runEvaluation])) },
                await codes { try await borough.read { _ = try $0.replay(run.id, for: yuhua, in: $1) } },
            ]
            #expect(refused == Array(repeating: ["right.missing"], count: 6))
            #expect(try await borough.read { try $0.runs(for: yuhua, in: $1) }.map(\.id) == [run.id])
            let district = EvaluationOrder(place: Borough.code("430111"))
            let own = try await borough.evaluate(district, as: Borough.officer("430111", [.runEvaluation]))
            #expect(own.estates == 2 && own.place.digits == "430111")
        }
    }

    @Test("Two runs beside each other: who moved, and by which aspect", arguments: Engine.available)
    func comparison(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let before = try await borough.evaluate()
            try await borough.correct(0, ["roofLeakage": .choice("good")])
            let after = try await borough.evaluate()
            let comparison = try await borough.read { evaluations, tx in
                try evaluations.comparison(of: before, with: after, for: Borough.owner, in: tx)
            }
            #expect(comparison.ranked == 3 && comparison.moved == 3 && !comparison.sameFacts)
            #expect((comparison.enters, comparison.leaves) == (1, 1))
            let farthest = try #require(comparison.moves.first)
            #expect(farthest.line.name == "甲小区" && farthest.from == 1 && farthest.to == 3 && farthest.leavesFirst)
            #expect(farthest.why.map(\.aspect) == ["roof"] && abs(farthest.why[0].points + 0.6) < 1e-12)
            // Places 1 2 3 became 3 1 2: 1 − 6 × (4 + 1 + 1) / 24.
            #expect(comparison.spearman.map { abs($0 + 0.5) < 1e-12 } == true)
        }
    }

    @Test(
        "A run says what it was made of, in the record too, and keeps its scheme when another is issued",
        arguments: Engine.available)
    func keeps(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            #expect(run.schemeVersion == 1 && run.isDefaultScheme && run.by == Borough.owner.label)
            try await borough.act { evaluations, deed in
                let draft = try evaluations.draftScheme(in: deed)
                var scheme = evaluations.shipped
                (scheme.aspects[0].weight, scheme.aspects[1].weight) = (0.1, 0.9)
                try evaluations.editDraft(draft, scheme.document, seen: 1, in: deed)
                _ = try evaluations.issueDraft(draft, seen: 2, in: deed)
            }
            let later = try await borough.evaluate(after: 60)
            #expect(later.schemeVersion == 2 && !later.isDefaultScheme && later.snapshotDigest == run.snapshotDigest)
            let kept = try await borough.read { try $0.scheme(of: run, in: $1) }
            #expect(kept == borough.evaluations.shipped)
            #expect(try await borough.read { try $0.replay(run.id, for: Borough.owner, in: $1) }.isEqual)
            #expect(try await borough.lines(of: later).first?.name == "丙小区", "gas counts nine tenths now")
            #expect(try await borough.read { try $0.latestRun(for: Borough.owner, in: $1) }?.id == later.id)
            let recorded: Int? = try await borough.database.read {
                try $0.value("SELECT count(*) FROM record_line WHERE act = 'evaluation.run'")
            }
            #expect(recorded == 2)
        }
    }

    @Test("A city without estates, and a place without any, are refused", arguments: Engine.available)
    func empty(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let nowhere = EvaluationOrder(place: Borough.code("430181"))
            #expect(await codes { _ = try await borough.evaluate(nowhere) } == ["evaluation.empty"])
            let unknown = EvaluationOrder(scheme: .version(9))
            #expect(await codes { _ = try await borough.evaluate(unknown) } == ["scheme.version"])
            let runs: Int? = try await borough.database.read { try $0.value("SELECT count(*) FROM evaluation_run") }
            #expect(runs == 0)
        }
    }
}
