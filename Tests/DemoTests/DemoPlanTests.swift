import Evaluation
import Foundation
import Geo
import Identity
import Kernel
import Ledger
import Registry
import TestSupport
import Testing

@testable import Demo

/// The plan of the demo city, before anything is stored.
@Suite("The demo city's plan")
struct DemoPlanTests {
    @Test("One seed gives one city, to the last footprint; another gives another of the same size")
    func seeds() throws {
        let usual = try digest(DemoPlan.generate(resources: Here.resources))
        #expect(try digest(Here.plan.get()) == usual)
        let other = try DemoPlan.generate(seed: 7, resources: Here.resources)
        #expect(digest(other) != usual)
        #expect(other.estateCount == 1450)
        #expect(Figures(other).households == 250_000)
        #expect(Figures(other).hundredthsM2 == 2_016_000_000)
    }

    @Test("Whatever the seed, the article's figures hold", arguments: [1, 2, 3, 99, 20_260_630] as [UInt64])
    func figures(seed: UInt64) throws {
        let plan = try DemoPlan.generate(seed: seed, resources: Here.resources)
        let figures = Figures(plan)
        #expect(figures.households == 250_000)
        #expect(figures.hundredthsM2 == 2_016_000_000)
        #expect(Set(plan.projects.filter { $0.finishedYear == 2019 }.flatMap(\.draft.estates)).count == 94)
        let year = plan.projects.filter { $0.draft.plannedYear == 2020 && $0.draft.stage != "leftOut" }
        let estates = Set(year.flatMap(\.draft.estates))
        #expect(estates.count == 123)
        let inner = plan.sketches.filter { estates.contains($0.id) && $0.place.digits < "430112" }
        #expect(inner.count == 45)
        let buildings = Set(year.flatMap(\.draft.buildings))
        let built = plan.sketches.flatMap(\.buildings).filter { buildings.contains($0.id) }
        #expect(built.count == 700)
        #expect(built.reduce(0) { $0 + $1.households } == 20_300)
        #expect(built.reduce(0) { $0 + $1.hundredthsM2 } == 172_000_000)
    }

    @Test("Every question of the forms is answered somewhere, and every answer is one that the question accepts")
    func answers() throws {
        let plan = try Here.plan.get()
        let forms = try FormCatalogue.load(directory: Here.resources + "/forms")
        var seen: [SurveySubject: Set<String>] = [:]
        var refusals: [String] = []
        func check(_ facts: [String: Fact], _ subject: SurveySubject) {
            for (key, fact) in facts {
                if fact.value.isKnown { seen[subject, default: []].insert(key) }
                do {
                    guard let question = forms.question(key, of: subject) else {
                        refusals.append("no question \(key)")
                        continue
                    }
                    _ = try question.accept(fact.value)
                    if let day = fact.provenance.day, !Here.days.contains(day) { refusals.append("\(key) on \(day)") }
                } catch {
                    refusals.append("\(key): \(error)")
                }
            }
        }
        for index in stride(from: 0, to: plan.estateCount, by: 3) {
            let estate = plan.estate(index)
            check(estate.change.facts, .estate)
            for building in estate.buildings { check(building.change.facts, .building) }
        }
        #expect(refusals.prefix(5).isEmpty)
        for subject in SurveySubject.allCases {
            let missing = forms.form(subject).questions.map(\.key).filter {
                $0 != CoreFact.name && !(seen[subject]?.contains($0) ?? false)
            }
            #expect(missing.isEmpty, "\(subject)")
        }
    }

    @Test("Estates lie in their districts, except the ten whose locations are wrong on purpose and the 36 without one")
    func locations() throws {
        let plan = try Here.plan.get()
        let outlines = try Here.outlines()
        var strayed = 0
        var missing = 0
        for sketch in plan.sketches {
            let district = try #require(sketch.place.ancestor(.district))
            #expect(outlines.district(at: sketch.centre) == district, "\(sketch.name)")
            if let location = sketch.location {
                strayed += outlines.district(at: location) == district ? 0 : 1
            } else {
                missing += 1
            }
        }
        #expect(strayed == 10)
        #expect(missing == 36)
    }

    @Test("Towns are densest in their middle and thin out")
    func towns() throws {
        let plan = try Here.plan.get()
        let streets = try DemoFiles(resources: Here.resources).subdistricts
        var (near, around, far) = (0, 0, 0)
        // The seats of Liuyang and Ningxiang: four streets each, no other within kilometres.
        for district in ["430181", "430182"] {
            let town = streets.filter { $0.code.digits.hasPrefix(district) && $0.weight >= 10 }
            let weight = town.reduce(0) { $0 + $1.weight }
            let middle = Coordinate(
                longitude: town.reduce(0) { $0 + $1.weight * $1.centre.longitude } / weight,
                latitude: town.reduce(0) { $0 + $1.weight * $1.centre.latitude } / weight)
            for sketch in plan.sketches where town.contains(where: { $0.code.contains(sketch.place) }) {
                switch sketch.centre.distance(to: middle) {
                case ..<1000: near += 1
                case ..<2000: around += 1
                default: far += 1
                }
            }
        }
        // The ring of the second kilometre has three times the ground of the first.
        #expect(Double(near) > 1.5 * Double(around) / 3)
        #expect(far > 0)
    }

    @Test("Buildings stand beside one another, within their district")
    func footprints() throws {
        let plan = try Here.plan.get()
        let outlines = try Here.outlines()
        for index in stride(from: 0, to: plan.estateCount, by: 5) {
            let sketch = plan.sketches[index]
            let district = try #require(sketch.place.ancestor(.district).flatMap { outlines[$0] })
            for building in sketch.buildings {
                let ground = building.block.placed(around: sketch.centre, turn: sketch.turn)
                #expect(ground.corners.allSatisfy(district.shape.contains), "\(sketch.name) \(building.name)")
            }
            for (first, left) in sketch.buildings.enumerated() {
                for right in sketch.buildings.dropFirst(first + 1) {
                    #expect(!left.block.touches(right.block), "\(sketch.name) \(left.name) \(right.name)")
                }
            }
        }
        let reaches = plan.sketches.map { sketch in sketch.buildings.map(\.block.reach).max() ?? 0 }
        for (first, left) in plan.sketches.enumerated() {
            for second in plan.sketches.indices.dropFirst(first + 1)
            where abs(plan.sketches[second].centre.latitude - left.centre.latitude) < 0.01 {
                let apart = left.centre.distance(to: plan.sketches[second].centre)
                #expect(apart > reaches[first] + reaches[second], "\(left.name) \(plan.sketches[second].name)")
            }
        }
    }

    @Test("A project's steps follow the stages, day by day, and none lies ahead")
    func steps() throws {
        let plan = try Here.plan.get()
        let positions = Dictionary(uniqueKeysWithValues: Stage.defaults.map { ($0.code, $0.position) })
        var reached: Set<String> = []
        for project in plan.projects {
            #expect(!project.steps.isEmpty)
            for (earlier, later) in zip(project.steps, project.steps.dropFirst()) {
                #expect(earlier.day <= later.day)
                #expect((positions[earlier.stage] ?? 0) < (positions[later.stage] ?? 0))
            }
            let last = try #require(project.steps.last)
            #expect(last.day <= DemoPlan.asOf.dayInChina)
            #expect(last.stage == project.draft.stage)
            #expect(project.finishedYear == project.steps.first { $0.stage == "accepted" }?.day.year)
            if let year = project.draft.plannedYear {
                #expect(project.steps.first { $0.stage == "programmed" }?.day.year == year)
            }
            reached.insert(last.stage)
        }
        #expect(reached == Set(Stage.defaults.map(\.code)))
    }

    @Test("By the end of 2022, 645 estates had been worked on, with some 95,000 households")
    func workedOn() throws {
        let plan = try Here.plan.get()
        let begun = plan.projects.filter { project in
            project.steps.contains { $0.stage == "works" && $0.day.year <= 2022 }
        }
        #expect(Set(begun.flatMap(\.draft.estates)).count == 645)
        let buildings = Set(begun.flatMap(\.draft.buildings))
        let households = plan.sketches.flatMap(\.buildings).filter { buildings.contains($0.id) }.reduce(0) {
            $0 + $1.households
        }
        #expect(households == 95_000)
    }

    @Test("Surveys have gaps, more of them in some districts, and what is old leaks")
    func surveys() throws {
        let plan = try Here.plan.get()
        let form = try FormCatalogue.load(directory: Here.resources + "/forms").form(.estate)
        var known: [String: (known: Int, all: Int)] = [:]
        var leaks: [Bool: (poor: Int, all: Int)] = [:]
        for index in 0..<plan.estateCount {
            let estate = plan.estate(index)
            let district = String(estate.change.place?.digits.prefix(6) ?? "")
            known[district, default: (0, 0)].known += estate.change.facts.values.count { $0.value.isKnown } + 1
            known[district, default: (0, 0)].all += form.questions.count
            guard plan.sketches[index].renovated == nil,
                let roof = estate.change.facts["roofLeakage"]?.value.json.string
            else { continue }
            let isOld = plan.sketches[index].built.upperBound < 1982
            leaks[isOld, default: (0, 0)].all += 1
            leaks[isOld, default: (0, 0)].poor += ["fairlyPoor", "poor"].contains(roof) ? 1 : 0
        }
        let open = known.values.reduce((0, 0)) { ($0.0 + $1.all - $1.known, $0.1 + $1.all) }
        #expect((0.10...0.14).contains(Double(open.0) / Double(open.1)))
        let shares = known.mapValues { 1 - Double($0.known) / Double($0.all) }
        #expect(try #require(shares["430182"]) > 1.5 * (try #require(shares["430111"])))
        let (old, young) = (try #require(leaks[true]), try #require(leaks[false]))
        #expect(Double(old.poor) / Double(old.all) > 2 * Double(young.poor) / Double(young.all))
    }

    @Test("The five bond pilots and Yuhua's published projects bear their real names; common names repeat")
    func names() throws {
        let plan = try Here.plan.get()
        let names = Set(plan.projects.filter { $0.finishedYear != nil }.map(\.draft.name))
        for pilot in ["五矿宿舍小区", "联运宿舍小区与公交小区", "岳银三村小区", "群芳园小区", "湖橡小区"] { #expect(names.contains(pilot)) }
        let shared = try #require(plan.projects.first { $0.draft.name == "联运宿舍小区与公交小区" })
        #expect(shared.draft.estates.count == 2)
        let blocks = try #require(plan.projects.first { $0.draft.name == "浦沅小区11-14栋" })
        let built = plan.sketches.flatMap(\.buildings).filter { blocks.draft.buildings.contains($0.id) }
        #expect(Set(built.map(\.name)) == ["11栋", "12栋", "13栋", "14栋"])
        #expect(plan.sketches.count { $0.name == "公交小区" } >= 3)
        #expect(plan.sketches.count { $0.place.digits.count == 9 } > 5)
    }

    // MARK: Helpers

    /// What the estates of a plan report, added up.
    private struct Figures {
        var households = 0
        var hundredthsM2: Int64 = 0

        init(_ plan: DemoPlan) {
            households = plan.sketches.reduce(0) { $0 + ($1.reported.households ?? 0) }
            hundredthsM2 = plan.sketches.reduce(0) { $0 + ($1.reported.hundredthsM2 ?? 0) }
        }
    }

    /// FNV-1a over everything that would be stored.
    private func digest(_ plan: DemoPlan) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ text: String) {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        for place in plan.places { mix(place.code.digits + place.name) }
        for index in stride(from: 0, to: plan.estateCount, by: 7) {
            let estate = plan.estate(index)
            mix("\(estate.id) \(estate.change.name ?? "") \(estate.change.address ?? "")")
            mix(FactSheet(estate.change.facts).document)
            for building in estate.buildings {
                mix("\(building.id) \(building.footprint ?? "")")
                mix(FactSheet(building.change.facts).document)
            }
        }
        for project in plan.projects { mix("\(project.id) \(project.steps) \(project.draft.measures.map(\.item))") }
        return hash
    }
}

extension Block {
    fileprivate func touches(_ other: Block) -> Bool {
        abs(east - other.east) < (length + other.length) / 2 && abs(north - other.north) < (depth + other.depth) / 2
    }
}

/// What the demo's tests share: made once, since every plan is the same.
enum Here {
    /// Beside the tests, wherever they are run from.
    static let resources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Resources").path

    static let schemas = [
        IdentitySchema.schema, RegistrySchema.schema, LedgerSchema.schema, EvaluationSchema.schema,
    ]

    static func ledger() throws -> Ledger {
        Ledger(menu: try WorksMenu.load(file: resources + "/menu/works-menu-v1.json"))
    }

    static let plan = Result { try DemoPlan.generate(resources: resources) }

    /// When surveys may have been made.
    static let days = Day(number: 17_532)...DemoPlan.asOf.dayInChina

    static func outlines() throws -> PlaceOutlines {
        try PlaceOutlines(geoJSON: Array(Data(contentsOf: URL(filePath: resources + "/places/outlines.geojson"))))
    }

    static func register() throws -> Register {
        Register(outlines: try outlines(), forms: try FormCatalogue.load(directory: resources + "/forms"))
    }
}
