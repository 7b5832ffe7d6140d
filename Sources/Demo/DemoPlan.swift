import Geo
public import Kernel
public import Registry

/// The demo city, worked out and not yet stored: a pure function of its seed and of the data files. Estates are kept as
/// sketches; their facts are worked out when they are asked for, so that a plan needs a few megabytes.
public struct DemoPlan: Sendable {
    /// The day the generated data describe, at six in the evening in China.
    public static let asOf = Instant(milliseconds: 1_782_813_600_000)
    public static let usualSeed: UInt64 = 20_200_514

    /// Programmes that hold projects.
    static let years = 2018...2026

    /// A list of another department that flags some estates.
    public struct List: Sendable {
        public let kind: Checklist.Kind
        public let source: String
        public let day: Day
        public let entries: [ChecklistEntry]
    }

    public let city: City
    public let places: [Place]
    public let projects: [GeneratedProject]
    public let lists: [List]
    let sketches: [EstateSketch]
    let names: DemoNames
    private let forms: FormCatalogue

    public var estateCount: Int { sketches.count }

    /// - Parameter resources: the folder that holds `demo`, `places` and `forms`.
    /// - Throws: a refusal that names the file, when one of them is missing or malformed.
    public static func generate(seed: UInt64 = usualSeed, resources: String) throws -> DemoPlan {
        try DemoPlan(files: DemoFiles(resources: resources), seed: seed, resources: resources)
    }

    private init(files: DemoFiles, seed: UInt64, resources: String) throws {
        let draft = CityDraft(files: files, seed: seed)
        var placing = CityPlacing(files: files, seed: seed, asOf: Self.asOf)
        let placed = draft.estates.enumerated().map { placing.place($1, ordinal: $0 + 1) }
        var dice = Dice(seed: seed, subject: 4)
        let ids = draft.estates.indices.map {
            dice.id(Estate.self, at: Instant(milliseconds: Self.asOf.milliseconds + Int64($0)))
        }
        let menu = try DemoFiles.table(resources + "/demo/menu.csv")
        let projects = try CityProjects(draft.estates, placed, ids, menu: menu, seed: seed, asOf: Self.asOf)
        let surveying = CitySurveying(files: files, draft: draft, placed: placed, ids: ids, projects: projects)
        sketches = surveying.sketches(&dice)
        lists = CityLists(draft.estates, ids, demolished: projects.demolished).lists(&dice)
        self.projects = projects.projects
        places = draft.places.all
        names = files.names
        forms = files.forms
        city = Self.demo(of: files.gazetteer.city)
    }

    private static func demo(of city: City) -> City {
        City(
            code: city.code, name: city.name, prefix: city.prefix, isGenerated: true, asOf: asOf.dayInChina,
            notice: notice)
    }

    private static let notice = Phrase(
        zh: """
            演示数据：小区、楼栋、项目与调查结果均为按种子生成，并非真实调查。总数取自 2020 年 5 月 14 日《中国建设报》的报道；\
            假设 2019 年已完成的 94 个小区包含在 1,450 个之内。五个专项债试点小区与雨花区 2021 年公开名单中的 17 个项目名称真实，其余为虚构；\
            试点小区所在街道、社区为假设。
            """,
        en: """
            Demonstration data: estates, buildings, projects and survey answers are generated from a seed and were \
            never surveyed. The totals are those of China Construction News, 14 May 2020; that the 94 estates finished \
            in 2019 are among the 1,450 is an assumption. The names of the five bond pilots and of Yuhua's 17 published \
            projects of 2021 are real, all others are made up; where the pilots lie is assumed.
            """)

    /// The estate with the number `index + 1`, with all its facts and buildings.
    public func estate(_ index: Int) -> GeneratedEstate {
        let sketch = sketches[index]
        var dice = Dice(seed: sketch.seed, subject: 1)
        let asOf = Self.asOf.dayInChina
        let facts = EstateFacts(sketch, asOf: asOf.year, dice: Dice(seed: sketch.seed, subject: 2))
        let surveyors = [names.person(&dice), names.person(&dice)]
        let haste = Self.haste(of: sketch.place) * dice.factor(0.4)
        func survey(_ subject: SurveySubject) -> Survey {
            Survey(
                form: forms.form(subject), day: sketch.surveyed, revisited: sketch.revisited, asOf: asOf, haste: haste,
                isAcceptance: sketch.renovated != nil, surveyors: surveyors)
        }
        let buildingSurvey = survey(.building)
        let buildings = sketch.buildings.map { building in
            let ground = building.block.placed(around: sketch.centre, turn: sketch.turn)
            let answers = BuildingFacts(building, of: sketch, facts, &dice).answers
            return GeneratedEstate.Building(
                id: building.id,
                change: BuildingChange(
                    name: building.name, location: .some(ground.middle),
                    facts: buildingSurvey.facts(answers.values, &dice)),
                footprint: footprint(ground.corners))
        }
        return GeneratedEstate(
            id: sketch.id, ordinal: sketch.ordinal,
            change: EstateChange(
                name: sketch.name, place: sketch.place, address: sketch.address, aliases: sketch.aliases,
                location: sketch.location.map { .some($0) }, facts: survey(.estate).facts(facts.answers.values, &dice)),
            buildings: buildings)
    }

    /// Surveys were done more carefully in some districts than in others.
    private static func haste(of place: PlaceCode) -> Double {
        switch place.ancestor(.district)?.digits {
        case "430102", "430111": 0.65
        case "430103", "430104", "430105": 0.85
        case "430112", "430121": 1.1
        default: 1.6
        }
    }
}
