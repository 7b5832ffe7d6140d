import Frame
import Kernel
import Registry
import Store

/// Projects and the stages they pass, for programs.
enum ProjectsAPI {
    static let operations: [APIOperation] = [
        .get(
            "listProjects", .projects, "/api/v1/projects", .right(.readEstates), zh: "项目列表，新的在前",
            en: "Projects, the newest first",
            query: [
                Parameter("q", .text(limit: 100), zh: "名称或编号中的文字", en: "text in name or number", example: "雨花"),
                Parameter("stage", .codes(1), zh: "阶段代码", en: "code of a stage", example: "works"),
                Parameter("year", .whole(Parameter.years), zh: "计划年份", en: "year of the programme", example: "2020"),
                Parameter(
                    "finished", .whole(Parameter.years), zh: "竣工验收年份", en: "year of acceptance", example: "2021"),
            ] + Parameter.places + Parameter.paging,
            answers: .named("ProjectList"), sends: [.link], list),
        .get(
            "getProject", .projects, "/api/v1/projects/{id}", .right(.readEstates), zh: "一个项目及其工作内容",
            en: "One project with what it works on",
            notes: Phrase(
                zh: "跨区的项目只列出看得到的小区和楼栋。", en: "Of a project over a border, estates and buildings within reach."),
            headers: [.ifNoneMatch], answers: .named("Project"), sends: [.eTag]
        ) { visit, tx in
            let page = try ProjectPage(visit, in: tx)
            return visit.answer(page.document, tag: page.tag)
        },
        .patch(
            "correctProject", .projects, "/api/v1/projects/{id}", .right(.editProjects), zh: "更正项目",
            en: "Correct a project",
            notes: Phrase(
                zh: "JSON 合并补丁：只写要改的；列表整个替换，null 清空计划年份。阶段不在此更改。",
                en: """
                    A JSON merge patch: only what changes. A list takes the place of the whole list, null empties the planned \
                    year. Stages are not changed here.
                    """),
            body: .named("ProjectChange"), example: #"{"plannedYear":2026}"#,
            answers: .named("Project"), now: Phrase(zh: "更正后的项目", en: "the project as it is now"),
            ProjectWrites.correct),
        .get(
            "listStages", .projects, "/api/v1/stages", .right(.readEstates), zh: "本市的项目阶段",
            en: "The city's stages, in order",
            answers: .named("StageList")
        ) { visit, tx in
            let stages = try visit.hall.register.stageList(in: tx).map(\.json)
            return Frame.Answer(json: JSON.object(["stages": .array(stages)]).text)
        },
    ]

    private static func list(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let (register, size) = (visit.hall.register, Paging.size(visit))
        let filter = ProjectQuery(visit.query).filter
        guard let cursor = try Cursor(visit, of: "projects", keys: 1) else {
            let list = try register.projects(filter, size: size, for: visit.actor, in: tx)
            let sums = [
                JSON.Member("total", .integer(Int64(list.total))),
                JSON.Member("buildings", .integer(Int64(list.sum.buildings))),
                JSON.Member("households", .integer(Int64(list.sum.households))),
                JSON.Member("floorAreaM2", .number(list.sum.floorArea.m2)),
            ]
            return page(visit, list.lines, hasMore: list.total > list.lines.count, sums: sums)
        }
        guard let number = cursor.keys[0].askable else { throw Cursor.foreign }
        let (lines, hasMore) = try register.projects(filter, before: number, size: size, for: visit.actor, in: tx)
        return page(visit, lines, hasMore: hasMore)
    }

    private static func page(
        _ visit: Visit, _ lines: [ProjectLine], hasMore: Bool, sums: [JSON.Member] = []
    ) -> Frame.Answer {
        let next = hasMore ? lines.last.map { Cursor(of: "projects", [.string($0.project.number)]) } : nil
        let texts = lines.map { JSON.object($0.project.members + $0.members).text }
        return Paging.answer(visit, "projects", texts, next: next, sums: sums)
    }
}

extension ProjectsAPI {
    private static let head: [Shape.Field] = [
        .init("id", .id), .init("number", .text(), Phrase(zh: "公开编号", en: "the public number")), .init("name", .text()),
        .init("place", .place), .init("stage", .text()), .init("stageDay", .day),
        .init("plannedYear", .optional(.whole()), Phrase(zh: "列入哪年的计划", en: "the programme it stands in")),
        .init("finishedYear", .optional(.whole()), Phrase(zh: "竣工验收的年份", en: "when its works were accepted")),
        .init("generated", .flag, Phrase(zh: "演示数据，并非真实", en: "demo data, not real")), .init("version", .whole()),
    ]
    private static let sums: [Shape.Field] = [.init("households", .count), .init("floorAreaM2", .number)]

    static let components = [
        Component(
            "ProjectLine", .object(head + [.init("estates", .count), .init("buildings", .count)] + sums),
            """
            {"id":"0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b12","number":"CS-P00012","name":"砂子塘片区","place":"430111003",
             "stage":"works","stageDay":"2020-11-01","plannedYear":2020,"finishedYear":null,"generated":true,"version":4,
             "estates":2,"buildings":9,"households":364,"floorAreaM2":29600}
            """),
        Component(
            "Project",
            .object(
                head + [
                    .init("steps", .list(.named("Step"))), .init("estates", .list(.named("EstateLine"))),
                    .init("buildings", .list(.id)), .init("measures", .list(.named("Measure"))),
                ] + sums),
            """
            {"id":"0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b12","number":"CS-P00012","name":"砂子塘片区","place":"430111003",
             "stage":"works","stageDay":"2020-11-01","plannedYear":2020,"finishedYear":null,"generated":true,"version":4,
             "steps":[{"stage":"works","day":"2020-11-01","note":""}],"estates":[],"buildings":[],
             "measures":[{"item":"roof","target":"building","building":null,"estate":null,"note":""}],
             "households":364,"floorAreaM2":29600}
            """),
        Component("ProjectChange", ProjectWrites.shape, #"{"plannedYear":2026}"#),
        Component(
            "Step", .object([.init("stage", .text()), .init("day", .day), .init("note", .text())]),
            #"{"stage":"works","day":"2020-11-01","note":""}"#),
        Component(
            "Measure",
            .object([
                .init("item", .text(), Phrase(zh: "改造菜单的代码", en: "code of the works menu")),
                .init("target", .code(Measure.Target.allCases.map(\.rawValue))), .init("building", .optional(.id)),
                .init("estate", .optional(.id)), .init("note", .text()),
            ]), #"{"item":"roof","target":"grounds","building":null,"estate":null,"note":""}"#),
        Component.list(
            "ProjectList", "projects", of: "ProjectLine",
            sums: [.init("total", .count, Phrase(zh: "只在第一页", en: "on the first page alone"), isRequired: false)]
                + Component.totals),
        Component(
            "Stage",
            .object([
                .init("code", .text()), .init("name", .text()), .init("nameEn", .text()),
                .init(
                    "tone", .code(Stage.Tone.allCases.map(\.rawValue)),
                    Phrase(zh: "属于项目一生的哪一段", en: "the part of a project's life")),
                .init("retired", .flag),
            ]), #"{"code":"works","name":"施工","nameEn":"Works","tone":"works","retired":false}"#),
        Component(
            "StageList", .object([.init("stages", .list(.named("Stage"), limit: Register.stagesLimit))]),
            #"{"stages":[{"code":"works","name":"施工","nameEn":"Works","tone":"works","retired":false}]}"#),
    ]
}

extension Project {
    fileprivate var members: [JSON.Member] {
        let year = { (value: Int?) in value.map { JSON.integer(Int64($0)) } ?? .null }
        return [
            JSON.Member("id", .string(id.description)), JSON.Member("number", .string(number)),
            JSON.Member("name", .string(name)), JSON.Member("place", .string(place.digits)),
            JSON.Member("stage", .string(stage)), JSON.Member("stageDay", .string(stageDay.description)),
            JSON.Member("plannedYear", year(plannedYear)), JSON.Member("finishedYear", year(finishedYear)),
            JSON.Member("generated", .bool(isGenerated)), JSON.Member("version", .integer(Int64(version))),
        ]
    }
}

extension ProjectLine {
    fileprivate var members: [JSON.Member] {
        [
            JSON.Member("estates", .integer(Int64(estates))), JSON.Member("buildings", .integer(Int64(buildings))),
            JSON.Member("households", .integer(Int64(households))), JSON.Member("floorAreaM2", .number(floorArea.m2)),
        ]
    }
}

extension ProjectPage {
    /// As programs read it, UTF-8.
    var document: [UInt8] {
        let (totals, whole) = (totals, { (value: Int) in JSON.integer(Int64(value)) })
        let own: [JSON.Member] = [
            JSON.Member("steps", .array(steps.map(\.json))), JSON.Member("estates", .array(estates.map(\.json))),
            JSON.Member("buildings", .array(buildings.map { .string($0.id.description) })),
            JSON.Member("measures", .array(visibleMeasures.map(\.json))),
            JSON.Member("households", whole(totals.households)),
            JSON.Member("floorAreaM2", .number(totals.floorArea.m2)),
        ]
        return Array(JSON.object(project.members + own).text.utf8)
    }

    /// An HTTP entity tag, quotes included: equal tags mean equal documents.
    var tag: String { "\"\(project.version)-\(EntityTag.hash(document))\"" }

    /// Without those on estates and buildings that the reader may not see.
    fileprivate var visibleMeasures: [Measure] {
        let (estates, buildings) = (Set(estates.map(\.id)), Set(buildings.map(\.id)))
        return measures.filter { measure in
            (measure.estate.map(estates.contains) ?? true) && (measure.building.map(buildings.contains) ?? true)
        }
    }
}

extension ProjectStep {
    fileprivate var json: JSON {
        .object(["stage": .string(stage), "day": .string(day.description), "note": .string(note)])
    }
}

extension Measure {
    fileprivate var json: JSON {
        .object([
            "item": .string(item), "target": .string(target.rawValue),
            "building": building.map { .string($0.description) } ?? .null,
            "estate": estate.map { .string($0.description) } ?? .null, "note": .string(note),
        ])
    }
}

extension Stage {
    fileprivate var json: JSON {
        .object([
            "code": .string(code), "name": .string(name.zh), "nameEn": .string(name.en), "tone": .string(tone.rawValue),
            "retired": .bool(isRetired),
        ])
    }
}
