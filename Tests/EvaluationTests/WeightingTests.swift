import Identity
import Kernel
import Store
import TestSupport
import Testing

@testable import Evaluation

@Suite("Weighting sessions")
struct WeightingTests {
    private static let city = Borough.code("4301")
    private static let need = WeightingSubject.aspects(.need)

    private static func draft(
        _ borough: Borough, _ method: WeightingMethod = .pairwise, _ subject: WeightingSubject = need
    ) -> WeightingDraft {
        WeightingDraft(
            place: city, scheme: borough.evaluations.shipped, subject: subject, title: "第一次会议", method: method)
    }

    private static func open(_ borough: Borough, _ draft: WeightingDraft? = nil) async throws -> ID<WeightingSession> {
        let draft = draft ?? self.draft(borough)
        return try await borough.act { _, deed in try Weighting.open(draft, in: deed) }
    }

    private static func invite(
        _ name: String, to session: ID<WeightingSession>, _ borough: Borough
    ) async throws -> Actor {
        let expert = try await borough.person(name)
        try await borough.act { _, deed in
            try Weighting.invite(expert.person ?? ID(at: deed.now), to: session, in: deed)
        }
        return expert
    }

    private static func judge(
        _ scale: Int, as expert: Actor, in session: ID<WeightingSession>, _ borough: Borough
    ) async throws -> Int {
        try await borough.act(as: expert) { _, deed in
            try Weighting.judge(.pairwise([.init(0, 1, scale)]), in: session, by: deed).version
        }
    }

    private static func read(_ id: ID<WeightingSession>, _ borough: Borough) async throws -> WeightingSession {
        try await borough.read { _, tx in try WeightingQueries.session(id, for: Borough.owner, in: tx) }
    }

    @Test(
        "Experts judge, the session closes, and a draft takes the weights with their provenance",
        arguments: Engine.available)
    func wholeSession(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let id = try await Self.open(borough)
            let first = try await Self.invite("zhang", to: id, borough)
            let second = try await Self.invite("li", to: id, borough)
            _ = try await Self.invite("silent", to: id, borough)
            #expect(try await Self.judge(3, as: first, in: id, borough) == 1)
            #expect(try await Self.judge(3, as: second, in: id, borough) == 1)
            let outcome = try await borough.act { _, deed in try Weighting.close(id, .judgements, in: deed) }
            #expect(outcome.experts == 2 && outcome.leftOut == 1)
            #expect(outcome.provenance.zh == "由第 1 次赋权会议确定，2 位专家，CR 0.00")
            #expect(outcome.provenance.en == "set by weighting session 1, 2 experts, CR 0.00")

            let session = try await Self.read(id, borough)
            #expect(session.outcome == outcome && !session.isOpen && session.items.map(\.code) == ["roof", "gas"])
            let scheme = try borough.evaluations.shipped.taking(session)
            #expect(abs((scheme.aspect("roof")?.weight ?? 0) - 0.75) < 1e-12)
            #expect(scheme.aspect("gas")?.weightBy == outcome.provenance.both)
            #expect(scheme.aspect("will") == borough.evaluations.shipped.aspect("will"), "the other purpose stays")
            // What was taken is a scheme that can be drafted and evaluated with.
            let document = scheme.document
            let trial = try await borough.act { try $0.draftScheme(document, in: $1) }
            let run = try await borough.evaluate(EvaluationOrder(scheme: .draft(trial)))
            let lines = try await borough.lines(of: run)
            #expect(abs((lines.first?.need.middle ?? 0) - 0.875) < 1e-12, "0.75 × 1 + 0.25 × 0.5")
        }
    }

    @Test(
        "A later judgement takes the earlier one's place; none is overwritten, none said twice",
        arguments: Engine.available)
    func versions(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let id = try await Self.open(borough)
            let expert = try await Self.invite("zhang", to: id, borough)
            var versions: [Int] = []
            for scale in [3, 3, -5] { versions.append(try await Self.judge(scale, as: expert, in: id, borough)) }
            #expect(versions == [1, 1, 2])
            let session = try await Self.read(id, borough)
            let person = try #require(expert.person)
            let said = try await borough.read { _, tx in
                try WeightingQueries.versions(of: person, in: session, for: expert, in: tx)
            }
            #expect(said.map(\.version) == [2, 1])
            #expect(said.map(\.judgement) == [.pairwise([.init(0, 1, -5)]), .pairwise([.init(0, 1, 3)])])
            let outcome = try await borough.act { _, deed in try Weighting.close(id, .priorities, in: deed) }
            #expect(abs(outcome.weights[1] - 5.0 / 6) < 1e-12, "the newest counts")
        }
    }

    @Test(
        "Judgements that contradict themselves are left out unless the officer takes them", arguments: Engine.available)
    func inconsistent(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            var draft = Self.draft(borough)
            draft.items.append(WeightItem("lift", Phrase(zh: "电梯", en: "Lifts")))
            let id = try await Self.open(borough, draft)
            let confused = try await Self.invite("zhang", to: id, borough)
            try await borough.act(as: confused) { _, deed in
                let circle = Judgement.pairwise([.init(0, 1, 9), .init(1, 2, 9), .init(0, 2, 1)])
                _ = try Weighting.judge(circle, in: id, by: deed)
            }
            let refused = await codes {
                try await borough.act { _, deed in _ = try Weighting.close(id, .judgements, in: deed) }
            }
            #expect(refused == ["weighting.nobody"])
            let outcome = try await borough.act { _, deed in
                try Weighting.close(id, .judgements, acceptsInconsistent: true, in: deed)
            }
            #expect(outcome.experts == 1 && outcome.consistency > 0.1)
            // The scheme has no lifts: the weights are not its own.
            let session = try await Self.read(id, borough)
            #expect(await codes { _ = try borough.evaluations.shipped.taking(session) } == ["weighting.scheme"])
        }
    }

    @Test(
        "Experts judge for themselves and see their own; who leads and who audits see all", arguments: Engine.available)
    func rights(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let id = try await Self.open(borough)
            let experts = [
                try await Self.invite("zhang", to: id, borough), try await Self.invite("li", to: id, borough),
            ]
            for expert in experts { _ = try await Self.judge(2, as: expert, in: id, borough) }
            let session = try await Self.read(id, borough)
            let seen = { (actor: Actor) in
                try await borough.read { _, tx in
                    try WeightingQueries.experts(of: session, for: actor, in: tx).compactMap(\.judgement).count
                }
            }
            #expect(try await seen(experts[0]) == 1)
            #expect(try await seen(Borough.officer("4301", [.editEvaluation])) == 2)
            #expect(try await seen(Borough.officer("4301", [.readRecord])) == 2, "the auditor")
            #expect(try await seen(Borough.officer("4301")) == 0, "a reader sees the session, nobody's judgement")

            let stranger = try await borough.person("stranger")
            #expect(
                await codes { _ = try await Self.judge(2, as: stranger, in: id, borough) } == ["weighting.none"])
            #expect(
                await codes { _ = try await Self.judge(2, as: Borough.owner, in: id, borough) }
                    == ["weighting.notInvited"])
            #expect(
                await codes {
                    try await borough.act(as: experts[0]) { _, deed in
                        _ = try Weighting.close(id, .priorities, in: deed)
                    }
                } == ["right.missing"])
            let (mine, none) = try await borough.read { _, tx in
                (
                    try WeightingQueries.sessions(for: experts[0], in: tx).count,
                    try WeightingQueries.sessions(for: stranger, in: tx).count
                )
            }
            #expect(mine == 1 && none == 0)
        }
    }

    @Test("What cannot be opened, asked or judged is refused", arguments: Engine.available)
    func refused(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let open = { (edit: (inout WeightingDraft) -> Void, actor: Actor) in
                var draft = Self.draft(borough)
                edit(&draft)
                let edited = draft
                return await codes {
                    try await borough.act(as: actor) { _, deed in _ = try Weighting.open(edited, in: deed) }
                }
            }
            let owner = Borough.owner
            #expect(await open({ $0.title = " " }, owner) == ["text.missing"])
            #expect(await open({ $0.title = String(repeating: "长", count: 101) }, owner) == ["text.long"])
            #expect(await open({ $0.items.removeLast() }, owner) == ["weighting.items"])
            #expect(await open({ $0.items += $0.items }, owner) == ["weighting.codes"])
            #expect(
                await open(
                    { draft in
                        draft.items = (0..<16).map { WeightItem("\($0)", Phrase(zh: "项", en: "item")) }
                    }, owner) == ["weighting.items"])
            #expect(await open({ _ in }, Borough.officer("4301")) == ["right.missing"])

            let id = try await Self.open(borough, Self.draft(borough, .bestWorst))
            let expert = try await Self.invite("zhang", to: id, borough)
            #expect(await codes { _ = try await Self.judge(2, as: expert, in: id, borough) } == ["weighting.method"])
            let nobody = await codes {
                try await borough.act { _, deed in try Weighting.invite(ID(at: deed.now), to: id, in: deed) }
            }
            #expect(nobody == ["weighting.person"])
            try await borough.act(as: expert) { _, deed in
                let said = Judgement.bestWorst(.init(best: 0, worst: 1, bestToOthers: [1, 4], othersToWorst: [4, 1]))
                _ = try Weighting.judge(said, in: id, by: deed)
            }
            let together = await codes {
                try await borough.act { _, deed in _ = try Weighting.close(id, .judgements, in: deed) }
            }
            #expect(together == ["weighting.aggregation"])
            let session = try await Self.read(id, borough)
            #expect(await codes { _ = try borough.evaluations.shipped.taking(session) } == ["weighting.open"])
            let outcome = try await borough.act { _, deed in try Weighting.close(id, .priorities, in: deed) }
            #expect(abs(outcome.weights[0] - 0.8) < 1e-12)
            let again = await codes {
                try await borough.act { _, deed in _ = try Weighting.close(id, .priorities, in: deed) }
            }
            #expect(again == ["weighting.closed"])
        }
    }

    @Test("Weights of groups keep the proportions within; weights within a group keep the group's share")
    func groups() throws {
        let scheme = try Scheme(document: Borough.document(), form: Borough.form())
        let byGroups = WeightingSubject.groups(.need)
        #expect(byGroups.items(in: scheme).map(\.code) == ["house", "pipes"])
        let said = Phrase(zh: "测试", en: "test")
        let taken = try scheme.taking([0.2, 0.8], of: byGroups.items(in: scheme), as: byGroups, from: said)
        #expect(taken.aspects.map(\.weight) == [0.2, 0.8, 1])
        let inPipes = WeightingSubject.aspects(.need, group: "pipes")
        let kept = try scheme.taking([1], of: inPipes.items(in: scheme), as: inPipes, from: said)
        #expect(kept.aspects.map(\.weight) == scheme.aspects.map(\.weight))
        #expect(kept.aspects.map(\.weightBy) == ["测试", said.both, "测试"])
    }
}
