import Common
import Foundation
import Geo
import Identity
import Kernel
import Registry
import Store
import TestSupport

@testable import Evaluation

/// A founded city of three estates and a scheme of three aspects, small enough to be checked by hand.
struct Borough: Sendable {
    static let now = Day("2026-06-30")?.startInChina.adding(seconds: 64_800) ?? Instant(milliseconds: 0)
    static let schemas = [CommonSchema.schema, IdentitySchema.schema, RegistrySchema.schema, EvaluationSchema.schema]
    static let owner = Actor.machineOwner(requestID: "test")
    static let survey = Provenance(source: "现场摸底", day: Day("2025-05-01"), surveyor: "陈立")

    let database: Database
    let evaluations: Evaluations
    let estates: [ID<Estate>]

    var register: Register { evaluations.register }

    static let resources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Resources").path

    static func form() throws -> SurveyForm {
        try FormCatalogue.load(directory: resources + "/forms").form(.estate)
    }

    /// Need 0.6 × roof + 0.4 × gas; readiness is consent from 50 to 100 %.
    static func document(_ edit: (String) -> String = { $0 }) -> String {
        let text = """
            {"scheme":"evaluation","version":1,"title":{"zh":"小方案","en":"A small scheme"},
            "source":{"zh":"测试","en":"test"},"issued":"2026-06-30","setBy":"测试","default":true,
            "groups":[{"code":"house","zh":"房屋","en":"Buildings"},
            {"code":"pipes","zh":"管线","en":"Pipes","parent":"house"},
            {"code":"people","zh":"居民","en":"People"}],
            "aspects":[
            {"code":"roof","number":1,"zh":"屋面","en":"Roof","group":"house","purpose":"need","weight":0.6,
            "weightBy":"测试","function":0.5,"indicators":[{"code":"roof","zh":"屋面渗漏","en":"Leaks",
            "fact":"roofLeakage","evidence":"asked","weight":1,"scale":{"kind":"choices",
            "values":{"good":0,"fairlyGood":0.25,"fair":0.5,"fairlyPoor":0.75,"poor":1}}}]},
            {"code":"gas","number":2,"zh":"燃气","en":"Gas","group":"pipes","purpose":"need","weight":0.4,
            "weightBy":"测试","function":1,"indicators":[{"code":"gas","zh":"通气率","en":"On gas","fact":"gasShare",
            "evidence":"utility","weight":1,"scale":{"kind":"linear","direction":"falling","unit":"%",
            "points":[[0,1],[100,0]]}}]},
            {"code":"will","number":3,"zh":"意愿","en":"Will","group":"people","purpose":"readiness","weight":1,
            "weightBy":"测试","function":1,"indicators":[{"code":"consent","zh":"同意","en":"Consent",
            "fact":"consentShare","evidence":"asked","weight":1,"scale":{"kind":"linear","direction":"rising",
            "unit":"%","points":[[50,0],[100,1]]}}]}],
            "gate":[{"fact":"consentShare","atLeast":66.67,"zh":"三分之二同意","en":"Two thirds consent"}],
            "bands":[{"code":"A","zh":"优先","en":"first","upTo":0.34},{"code":"B","zh":"其余","en":"others","upTo":1}],
            "robustness":{"samples":200,"seed":7,"concentration":20}}
            """
        return edit(text)
    }

    /// Need 0.8; between 0.3 and 0.7, since nobody knows the gas; 0.4.
    private static let sketches: [(name: String, place: String, facts: [String: FactValue])] = [
        (
            "甲小区", "430111002",
            ["roofLeakage": .choice("poor"), "gasShare": .number(50), "consentShare": .number(80)]
        ),
        ("乙小区", "430111003", ["roofLeakage": .choice("fair"), "consentShare": .number(60)]),
        ("丙小区", "430102001", ["roofLeakage": .choice("good"), "gasShare": .number(0)]),
    ]

    static func with<Value>(_ engine: Engine, _ body: (Borough) async throws -> Value) async throws -> Value {
        try await engine.withDatabase(schemas: schemas, now: now) { database in
            let forms = try FormCatalogue.load(directory: resources + "/forms")
            let outlines = try Data(contentsOf: URL(filePath: resources + "/places/outlines.geojson"))
            let register = Register(outlines: try PlaceOutlines(geoJSON: [UInt8](outlines)), forms: forms)
            let places = ["4301", "430111", "430102", "430111002", "430111003", "430102001"].map {
                Place(code: code($0), name: $0)
            }
            let estates = try await database.act(as: owner, clock: FixedClock(now)) { deed in
                try register.found(
                    City(code: code("4301"), name: Phrase(zh: "长沙市", en: "Changsha"), prefix: "CS"), places: places,
                    in: deed)
                return try sketches.map { sketch in
                    try register.registerEstate(
                        EstateChange(name: sketch.name, place: code(sketch.place), facts: facts(sketch.facts)), in: deed
                    )
                }
            }
            let shipped = try Scheme(document: document(), form: forms.form(.estate))
            let evaluations = Evaluations(register: register, shipped: shipped)
            return try await body(Borough(database: database, evaluations: evaluations, estates: estates))
        }
    }

    static func facts(_ values: [String: FactValue], on day: String = "2025-05-01") -> [String: Fact] {
        values.mapValues { Fact($0, from: Provenance(source: "现场摸底", day: Day(day), surveyor: "陈立")) }
    }

    static func code(_ digits: String) -> PlaceCode { PlaceCode(digits) ?? .country }

    static func officer(_ place: String, _ rights: [Right] = [.readEvaluation]) -> Actor {
        Actor(kind: .person, label: "李伟", grants: rights.map { Grant($0, at: code(place)) }, requestID: "test")
    }

    /// Somebody with an account and no rights.
    func person(_ login: String) async throws -> Actor {
        let id = ID<PersonTag>(at: Self.now)
        try await database.write { tx in
            try tx.run(
                """
                INSERT INTO person (id, login, name_sealed, place, language, mode, must_change, totp_confirmed,
                    created_at) VALUES (\(id), \(login), \([UInt8]()), '4301', 'zh', 'standard', 0, 0, \(Self.now))
                """)
        }
        return Actor(kind: .person, person: id, label: login, grants: [], requestID: "test")
    }

    /// A closed session in which an expert gave the roof a quarter and the gas the rest.
    func closedSession() async throws -> WeightingSession {
        let draft = WeightingDraft(
            place: Self.code("4301"), scheme: evaluations.shipped, subject: .aspects(.need), title: "会议",
            method: .pairwise)
        let id = try await act { _, deed in try Weighting.open(draft, in: deed) }
        let expert = try await person("expert")
        try await act { _, deed in try Weighting.invite(expert.person ?? ID(at: deed.now), to: id, in: deed) }
        try await act(as: expert) { _, deed in
            _ = try Weighting.judge(.pairwise([.init(0, 1, -3)]), in: id, by: deed)
        }
        return try await act { _, deed in
            try Weighting.close(id, .priorities, in: deed)
            return try WeightingQueries.session(id, for: deed.actor, in: deed.tx)
        }
    }

    /// A whole evaluation.
    /// - Parameter seconds: since the others.
    func evaluate(
        _ order: EvaluationOrder = EvaluationOrder(), as actor: Actor = owner, after seconds: Int64 = 0
    ) async throws -> EvaluationRun {
        let clock = FixedClock(Self.now.adding(seconds: seconds))
        let id = try await evaluations.evaluate(order, as: actor, clock: clock, in: database)
        return try await read { evaluations, tx in try evaluations.run(id, for: Self.owner, in: tx) }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Evaluations, Tx) throws -> Value) async throws -> Value {
        let evaluations = evaluations
        return try await database.read { try body(evaluations, $0) }
    }

    @discardableResult
    func act<Value: Sendable>(
        as actor: Actor = owner, _ body: @escaping @Sendable (Evaluations, Deed) throws -> Value
    ) async throws -> Value {
        let evaluations = evaluations
        return try await database.act(as: actor, clock: FixedClock(Self.now)) { try body(evaluations, $0) }
    }

    /// Corrects facts of one estate.
    func correct(_ estate: Int, _ values: [String: FactValue], on day: String = "2026-06-01") async throws {
        let id = estates[estate]
        try await act { evaluations, deed in
            let seen: Int = try deed.tx.value("SELECT version FROM estate WHERE id = \(id)") ?? 0
            _ = try evaluations.register.correctEstate(
                id, EstateChange(facts: Self.facts(values, on: day)), seen: seen, in: deed)
        }
    }

    func lines(of run: EvaluationRun, as actor: Actor = owner) async throws -> [RankingLine] {
        try await read { evaluations, tx in try evaluations.ranking(of: run, for: actor, in: tx).lines }
    }
}

/// The refusals of what `body` throws, by their codes.
func codes(_ body: () async throws -> Void) async -> [String] {
    do {
        try await body()
        return []
    } catch let refusal as Refusal {
        return [refusal.code]
    } catch let refusals as Refusals {
        return refusals.all.map(\.code)
    } catch {
        return ["\(error)"]
    }
}
