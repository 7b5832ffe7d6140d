import Foundation
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

/// What is long, what is stored in its own words, and who may see few estates' figures.
@Suite struct LimitTests {
    /// Characters that no engine can compress away, and that differ every time; the seed makes a failure repeatable.
    private static func words(_ count: Int, _ seed: inout UInt64) -> String {
        String(
            (0..<count).map { _ in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Character(Unicode.Scalar(UInt32(0x4E00 + Int(seed >> 33) % 20_000)) ?? "长")
            })
    }

    @Test(
        "An estate at every limit of length is stored, found by its last alias, corrected and found anew",
        arguments: Engine.available)
    func longest(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            var seed: UInt64 = 20_260_630
            var change = Town.estate(Self.words(100, &seed))
            change.address = Self.words(200, &seed)
            change.officialCode = String(repeating: "9", count: 40)
            change.aliases = (0..<20).map { _ in Self.words(100, &seed) }
            let longest = change
            let id = try await town.act { deed in try register.registerEstate(longest, in: deed) }
            let last = try #require(longest.aliases?.last)
            #expect(try await Self.found(String(last.suffix(8)), in: town) == [id])
            #expect(try await Self.found("\(longest.name?.prefix(4) ?? "") \(last.suffix(4))", in: town) == [id])
            #expect(try await Self.found("没有这样的字", in: town) == [])
            let other = Self.words(100, &seed)
            try await town.act { deed in
                _ = try register.correctEstate(id, EstateChange(aliases: [other]), seen: 1, in: deed)
            }
            #expect(try await Self.found(String(other.suffix(8)), in: town) == [id])
            #expect(try await Self.found(String(last.suffix(8)), in: town) == [])
        }
    }

    private static func found(_ text: String, in town: Town) async throws -> [ID<Estate>] {
        var filter = EstateFilter()
        filter.text = text
        let (wanted, register) = (filter, town.register)
        return try await town.read { tx in
            try register.estates(wanted, for: .machineOwner(requestID: "t"), in: tx).lines.map(\.id)
        }
    }

    private static func households(about isApproximate: Bool) -> BuildingChange {
        BuildingChange(facts: [
            CoreFact.households: Fact(.integer(320), isApproximate: isApproximate, from: Town.survey)
        ])
    }

    @Test(
        "“About 320” corrected to 320 is a correction, with its evidence; the same again is none",
        arguments: Engine.available)
    func approximate(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let id = try await town.act { deed in
                let estate = try register.registerEstate(Town.estate("建安小区"), in: deed)
                var change = Self.households(about: true)
                change.name = "3栋"
                return try register.registerBuilding(change, of: estate, evidence: "现场摸底", in: deed)
            }
            let results = try await town.act { deed in
                [
                    try register.correctBuilding(
                        id, Self.households(about: false), seen: 1, evidence: "不动产登记", in: deed),
                    try register.correctBuilding(
                        id, Self.households(about: false), seen: 2, evidence: "不动产登记", in: deed),
                ]
            }
            guard case .stored(version: 2) = results[0], case .unchanged = results[1] else {
                throw Refusal("test", zh: "结果不符", en: "\(results)")
            }
            let (building, evidence) = try await town.read { tx in
                (
                    try register.building(id, in: tx),
                    try tx.map("SELECT value_after FROM record_line WHERE subject_kind = 'building' ORDER BY id") {
                        try JSON(parsing: $0[0] as String)["evidence"]?.string
                    }
                )
            }
            #expect(building?.facts[CoreFact.households]?.isApproximate == false)
            #expect(evidence == ["现场摸底", "不动产登记"])
        }
    }

    @Test("Dwellings are registered with what is known of them", arguments: Engine.available)
    func dwellings(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let building = try await town.act { deed in
                let estate = try register.registerEstate(Town.estate("建安小区"), in: deed)
                let building = try register.registerBuilding(BuildingChange(name: "3栋"), of: estate, in: deed)
                let listed = [
                    DwellingDraft(name: "101", floorArea: Area(m2: 86.5), officialCode: "D-101"),
                    DwellingDraft(name: "102"),
                ]
                _ = try register.registerEntrance("1单元", dwellings: listed, of: building, in: deed)
                return building
            }
            let dwellings = try await town.read { tx in try register.entrances(of: building, in: tx)[0].dwellings }
            #expect(dwellings.map(\.name) == ["101", "102"])
            #expect(dwellings[0].floorArea == Area(m2: 86.5) && dwellings[0].officialCode == "D-101")
            #expect(dwellings[1].floorArea == nil && dwellings[1].officialCode == nil)
            await #expect {
                try await town.act { deed in
                    _ = try register.registerEntrance(
                        "2单元", dwellings: [DwellingDraft(name: "201", floorArea: Area(m2: 20_000))], of: building,
                        in: deed)
                }
            } throws: { ($0 as? Refusal)?.code == "dwelling.area" }
        }
    }

    @Test(
        "A city's own form is not hidden by one of the same number that came with a release",
        arguments: Engine.available)
    func ownForm(engine: Engine) async throws {
        try await Town.with(engine) { town in
            func second(_ source: String) throws -> String {
                let shipped = try String(contentsOfFile: Town.resource("forms/estate-survey-v1.json"), encoding: .utf8)
                return shipped.replacing("\"version\": 1", with: "\"version\": 2")
                    .replacing("系统默认 system default", with: source)
            }
            let (register, own) = (town.register, try second("长沙市 Changsha"))
            try await town.act { deed in _ = try register.publishForm(own, in: deed) }
            let released = try await withTemporaryFolder { folder in
                let path = try Town.file(folder, try second("发行版 release"), name: "estate-survey-v2.json")
                return try SurveyForm.load(file: path)
            }
            let later = Register(
                outlines: register.outlines,
                forms: try FormCatalogue(
                    forms: try FormCatalogue.load(directory: Town.resource("forms")).forms + [released]))
            let form = try await town.read { tx in try later.form(.estate, in: tx) }
            #expect(form.version == 2 && form.source == "长沙市 Changsha")
        }
    }

    @Test(
        "A few estates' totals are for those who may read them; a district's are for all", arguments: Engine.available)
    func smallTotals(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            try await town.act { deed in _ = try register.registerEstate(Town.estate("建安小区"), in: deed) }
            let visitor = Actor(
                kind: .visitor, label: "", grants: [Grant(.readTotals, at: Town.code("4301"))], requestID: "test")
            let stranger = Actor(
                kind: .person, label: "王芳",
                grants: visitor.grants + [Grant(.readEstates, at: Town.code("430102"))], requestID: "test")
            for (actor, kind) in [(visitor, Refusal.Kind.unauthenticated), (stranger, .forbidden)] {
                let district = try await town.read { tx in
                    try register.summary(of: Town.code("430111"), for: actor, in: tx).stock.estates
                }
                #expect(district == 1)
                for place in ["430111002", "430111002001"] {
                    await #expect {
                        _ = try await town.read { tx in
                            try register.summary(of: Town.code(place), for: actor, in: tx).stock.estates
                        }
                    } throws: { ($0 as? Refusal)?.kind == kind }
                }
            }
            let own = try await town.read { tx in
                try register.summary(of: Town.code("430111002"), for: Town.officer("430111"), in: tx).stock.estates
            }
            #expect(own == 1)
        }
    }
}
