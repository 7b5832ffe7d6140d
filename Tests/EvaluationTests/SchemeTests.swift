import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@testable import Evaluation

@Suite("Schemes")
struct SchemeTests {
    private static func faults(_ replaced: String, _ by: String) throws -> [Refusal] {
        let document = Borough.document { $0.replacing(replaced, with: by) }
        #expect(document != Borough.document(), "“\(replaced)” is there to be replaced")
        do {
            _ = try Scheme(document: document, form: try Borough.form())
            return []
        } catch let refusal as Refusal {
            return [refusal]
        } catch let refusals as Refusals { return refusals.all }
    }

    @Test("The shipped scheme has the 21 aspects, says that it is the default, and reads back as it is written")
    func shipped() throws {
        let form = try Borough.form()
        let scheme = try Scheme.load(resources: Borough.resources, form: form)
        #expect(scheme.aspects.map(\.number) == Array(1...21))
        #expect(scheme.aspects.map(\.name) == (1...21).compactMap { form.group($0)?.name })
        #expect(scheme.isDefault && scheme.source.zh == "系统默认，可修改")
        #expect(scheme.aspects(for: .readiness).map(\.number) == [20, 21])
        // Each aspect looks at its own questions of the survey, beside what it divides by.
        for aspect in scheme.aspects {
            let groups = aspect.indicators.compactMap { form.question($0.measure.facts[0])?.group }
            #expect(groups.allSatisfy { $0 == aspect.number }, "\(aspect.code)")
        }
        let again = try Scheme(document: scheme.document, form: form)
        #expect(again == scheme && again.digest == scheme.digest && scheme.digest.count == 64)
    }

    @Test(
        "What cannot be is refused, and the place is named",
        arguments: [
            (#""weight":0.6"#, #""weight":0.5"#, "scheme.sum", "aspects"),
            (#""fact":"gasShare""#, #""fact":"gasTaste""#, "scheme.fact", "aspects[1].indicators[0].fact"),
            (
                #""fair":0.5,"#, "", "scheme.scale.gap",
                "aspects[0].indicators[0].scale.values"
            ),
            ("[[0,1],[100,0]]", "[[0,1]]", "scheme.scale.gap", "aspects[1].indicators[0].scale"),
            (
                "[[0,1],[100,0]]", "[[0,0],[100,1]]", "scheme.scale.upsideDown",
                "aspects[1].indicators[0].scale.points[1]"
            ),
            (
                #""good":0,"fairlyGood":0.25,"fair":0.5,"fairlyPoor":0.75,"poor":1"#,
                #""good":1,"fairlyGood":0.75,"fair":0.5,"fairlyPoor":0.25,"poor":0"#, "scheme.scale.upsideDown",
                "aspects[0].indicators[0].scale.values"
            ),
            ("[[0,1],[100,0]]", "[[100,1],[0,0]]", "scheme.scale.order", "aspects[1].indicators[0].scale.points[1]"),
            ("[[0,1],[100,0]]", "[[0,1.5],[100,0]]", "scheme.scale.value", "aspects[1].indicators[0].scale.points[0]"),
            (#""code":"gas","number":2"#, #""code":"roof","number":2"#, "scheme.twice", "aspects[1].code"),
            (#""code":"house","zh""#, #""code":"house","parent":"pipes","zh""#, "scheme.cycle", "groups[0].parent"),
            (#""group":"people""#, #""group":"pets""#, "scheme.group", "aspects[2].group"),
            (#""upTo":1}"#, #""upTo":0.2}"#, "scheme.band", "bands[1].upTo"),
            (#""atLeast":66.67"#, #""holds":true"#, "scheme.gate", "gate[0]"),
            (#""issued":"2026-06-30""#, #""issued":"2026-02-30""#, "scheme.shape", "issued"),
            (#""samples":200"#, #""samples":-1"#, "scheme.shape", "robustness.samples"),
            (
                #""fact":"gasShare""#, #""fact":"gasShare","per":"cars""#, "scheme.measure",
                "aspects[1].indicators[0].per"
            ),
        ])
    func refused(_ wrong: (replaced: String, by: String, code: String, place: String)) throws {
        let found = try Self.faults(wrong.replaced, wrong.by)
        let told = found.map { "\($0.code) \($0.field ?? "")" }
        #expect(told.contains("\(wrong.code) \(wrong.place)"), "\(told)")
        #expect(found.allSatisfy { $0.message.zh.contains($0.field ?? "-") && $0.message.en.contains($0.field ?? "-") })
    }

    @Test("Everything that is wrong is told at once; a scheme without need is none; what is no JSON is one refusal")
    func together() throws {
        let found = try Self.faults(#""purpose":"need","weight":0"#, #""purpose":"readiness","weight":0"#)
        #expect(found.map(\.code).sorted() == ["scheme.none", "scheme.scale.upsideDown", "scheme.sum"])
        #expect(throws: Refusal.self) { try Scheme(document: "{", form: try Borough.form()) }
        #expect(throws: Refusal.self) {
            try Scheme(document: String(repeating: " ", count: 600_000), form: try Borough.form())
        }
        let nothing = #expect(throws: Refusals.self) { try Scheme(document: "{}", form: try Borough.form()) }
        #expect((nothing?.all.count ?? 0) > 8)
    }

    @Test(
        "Drafts stand beside the scheme in force, are edited one after the other, and are issued as the next version",
        arguments: Engine.available)
    func drafts(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let document = Borough.document { $0.replacing("小方案", with: "新方案") }
            let draft = try await borough.act { try $0.draftScheme(in: $1) }
            try await borough.act { try $0.editDraft(draft, document, seen: 1, in: $1) }
            let late = await codes { try await borough.act { try $0.editDraft(draft, document, seen: 1, in: $1) } }
            let wrong = await codes { try await borough.act { try $0.editDraft(draft, "{}", seen: 2, in: $1) } }
            #expect(late == ["scheme.seen"] && wrong.allSatisfy { $0 == "scheme.shape" } && !wrong.isEmpty)
            let reader = Borough.officer("4301")
            #expect(
                await codes { try await borough.act(as: reader) { _ = try $0.draftScheme(in: $1) } } == [
                    "right.missing"
                ])
            let trial = try await borough.evaluate(EvaluationOrder(scheme: .draft(draft)))
            #expect(trial.schemeVersion == nil && trial.schemeTitle.zh == "新方案")
            #expect(try await borough.read { try $0.latestRun(for: Borough.owner, in: $1) } == nil, "a trial is none")
            #expect(try await borough.act { try $0.issueDraft(draft, seen: 2, in: $1) } == 2)
            let (schemes, open) = try await borough.read { evaluations, tx in
                (
                    try evaluations.schemes(for: Borough.owner, in: tx),
                    try evaluations.drafts(for: Borough.owner, in: tx)
                )
            }
            #expect(schemes.map(\.version) == [2, 1] && open.isEmpty)
            #expect(!schemes[0].scheme.isDefault && schemes[0].scheme.issued == Day("2026-06-30"))
        }
    }

    @Test("A draft tried beside a run shows who would move and why, and stores nothing", arguments: Engine.available)
    func simulation(engine: Engine) async throws {
        try await Borough.with(engine) { borough in
            let run = try await borough.evaluate()
            var scheme = borough.evaluations.shipped
            (scheme.aspects[0].weight, scheme.aspects[1].weight) = (0.1, 0.9)
            let tried = scheme
            let comparison = try await borough.read { evaluations, tx in
                try evaluations.simulation(of: tried, beside: run, for: Borough.owner, in: tx)
            }
            #expect(comparison.to == nil && comparison.sameFacts)
            let up = try #require(comparison.moves.first { $0.line.name == "丙小区" })
            // 0.9 × 1 beside 0.55 and 0.5.
            #expect(up.from == 3 && up.to == 1 && up.entersFirst)
            #expect(up.why.map(\.aspect) == ["gas"] && abs(up.why[0].byWeight - 0.5) < 1e-12)
            let runs: Int? = try await borough.database.read { try $0.value("SELECT count(*) FROM evaluation_run") }
            #expect(runs == 1)
        }
    }
}
