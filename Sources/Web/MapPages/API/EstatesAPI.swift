import Components
import Frame
import HTTPTypes
import Identity
import Kernel
import Registry
import Store

/// Estates for programs: the list, one of them, what is to be corrected, and new ones.
enum EstatesAPI {
    static let operations: [APIOperation] = [
        .get(
            "listEstates", .estates, "/api/v1/estates", .right(.readEstates), zh: "小区列表与合计",
            en: "Estates that match, and what they add up to",
            notes: Phrase(
                zh: "参数同小区列表页；只含您管辖范围内的。合计只在第一页。",
                en: "Parameters as on the page of the list; within the reader's places. Sums on the first page alone."),
            query: filters + Parameter.paging, answers: .named("EstateList"), sends: [.link], list),
        APIOperation(
            id: "registerEstate", group: .estates, method: .post, path: "/api/v1/estates",
            access: .right(.registerEstates), title: Phrase(zh: "登记小区", en: "Register an estate"), notes: nil,
            headers: [.idempotencyKey],
            answers: [
                .init(
                    status: .created, note: Phrase(zh: "已登记", en: "registered"), shape: .named("Estate"),
                    headers: [.eTag, .location]),
                .init(
                    status: .ok, note: Phrase(zh: "同一请求先前已登记的小区", en: "what the same request registered before"),
                    shape: .named("Estate"), headers: [.eTag, .location]),
            ],
            action: .write(
                type: "application/json", .named("NewEstate"),
                example: #"{"name":"公交小区","place":"430111003005","facts":{"households":364},"evidence":"不动产登记"}"#,
                EstateWrites.register)),
        .get(
            "getEstate", .estates, "/api/v1/estates/{id}", .right(.readEstates), zh: "一个小区的全部数据",
            en: "One estate with all its facts",
            query: [
                Parameter(
                    "outline", .choice(["1"]), zh: "连同小区边界", en: "with the estate's outline", example: "1")
            ], headers: [.ifNoneMatch], answers: .named("Estate"), sends: [.eTag]
        ) { visit, tx in
            let document = try visit.hall.register.estateDocument(
                try visit.id(), outlined: visit.query["outline"] == "1", for: visit.actor, vault: visit.hall.vault,
                in: tx)
            return visit.answer(document.json, tag: document.tag)
        },
        .patch(
            "correctEstate", .estates, "/api/v1/estates/{id}", .right(.correctEstates), zh: "更正小区数据",
            en: "Correct an estate",
            notes: Phrase(
                zh: "JSON 合并补丁（RFC 7396）：只写要改的；null 清空，事实的 null 表示“查过，仍不详”。更正事实须写依据（evidence）。",
                en: """
                    A JSON merge patch (RFC 7396): only what changes. null empties a member; of a fact it says that somebody \
                    looked and could not tell. Facts need their evidence.
                    """),
            body: .named("EstateChange"),
            example: #"{"facts":{"households":364,"gasShare":null},"evidence":"不动产登记","surveyedOn":"2026-06-24"}"#,
            answers: .named("Estate"), now: Phrase(zh: "更正后的小区", en: "the estate as it is now"),
            EstateWrites.correct),
    ]

    /// What `EstateQuery` reads.
    private static let filters: [Parameter] =
        [
            Parameter(
                "q", .text(limit: 100), zh: "名称、别名、编号或地址中的文字", en: "text in name, alias, number or address",
                example: "公交")
        ] + Parameter.places + [
            Parameter("stage", .codes(30), zh: "阶段代码，逗号分隔", en: "stage codes, with commas", example: "works,accepted"),
            Parameter("programmed", .whole(Parameter.years), zh: "计划年份", en: "year of the programme", example: "2020"),
            Parameter(
                "completed", .wholeOr(["any"], Parameter.years), zh: "竣工验收年份，any 为任何一年",
                en: "year of acceptance; `any`: whatever year", example: "any"),
            Parameter(
                "from", .whole(Parameter.years), zh: "建成年份不早于", en: "built in this year or later", example: "1980"),
            Parameter(
                "to", .whole(Parameter.years), zh: "建成年份不晚于", en: "built in this year or before", example: "1999"),
            Parameter(
                "rule", .choice(["any"] + QualityRule.allCases.map(\.rawValue)), zh: "数据质量规则，any 为任何一条",
                en: "a data-quality rule; `any`: whatever rule", example: "noLocation"),
            Parameter("flagged", .choice(["1"]), zh: "在比对名单上的", en: "named by a cross-check list", example: "1"),
            Parameter(
                "bbox", .box, zh: "位于其中的：西,南,东,北（度）", en: "within west,south,east,north in degrees",
                example: "112.9,28.1,113.1,28.3"),
            Parameter(
                "sort", .choice(EstateFilter.Sort.allCases.flatMap { [$0.rawValue, "-" + $0.rawValue] }),
                zh: "排序，前加 - 则大的在前", en: "order; with `-` the largest first", example: "-households"),
        ]

    private static func list(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let (register, query, size) = (visit.hall.register, EstateQuery(visit.query), Paging.size(visit))
        let order = "estates " + query.sort.parameter
        guard let cursor = try Cursor(visit, of: order, keys: 3) else {
            let list = try register.estates(query.filter, size: size, for: visit.actor, in: tx)
            let sums = [
                JSON.Member("total", .integer(Int64(list.total))),
                JSON.Member("households", .integer(Int64(list.households))),
                JSON.Member("buildings", .integer(Int64(list.buildings))),
                JSON.Member("floorAreaM2", .number(list.floorArea.m2)),
            ]
            return try page(visit, query, list.lines, hasMore: list.total > list.lines.count, sums: sums, in: tx)
        }
        let mark = try EstateMark(cursor, query.filter.sort)
        let (lines, hasMore) = try register.estates(query.filter, after: mark, size: size, for: visit.actor, in: tx)
        return try page(visit, query, lines, hasMore: hasMore, in: tx)
    }

    private static func page(
        _ visit: Visit, _ query: EstateQuery, _ lines: [EstateLine], hasMore: Bool, sums: [JSON.Member] = [], in tx: Tx
    ) throws -> Frame.Answer {
        var next: Cursor?
        if hasMore, let last = lines.last, let mark = try visit.hall.register.mark(of: last.id, query.filter, in: tx) {
            next = Cursor(of: "estates " + query.sort.parameter, mark.keys)
        }
        return Paging.answer(visit, "estates", lines.map(\.json.text), next: next, sums: sums)
    }
}

extension EstatesAPI {
    private static let head: [Shape.Field] = [
        .init("id", .id), .init("number", .text(), Phrase(zh: "公开编号，终身不变", en: "the public number, stable for life")),
        .init("name", .text()), .init("place", .place, Phrase(zh: "社区或街道", en: "a neighbourhood or a subdistrict")),
        .init("location", .optional(.named("Point"))), .init("stage", .text()),
        .init("programmedYear", .optional(.whole())), .init("completedYear", .optional(.whole())),
        .init("builtFrom", .optional(.whole())), .init("builtTo", .optional(.whole())),
        .init("households", .optional(.count)), .init("buildings", .optional(.count)),
        .init("floorAreaM2", .optional(.number)),
        .init("completeness", .number, Phrase(zh: "已答问题的比例，0—1", en: "share of questions answered, 0 to 1")),
        .init("issues", .count, Phrase(zh: "数据质量规则发现的矛盾", en: "contradictions that rules find")),
        .init("flags", .count, Phrase(zh: "在几份比对名单上", en: "cross-check lists that name it")),
    ]

    static let components = [
        Component(
            "Point",
            .tuple([.number, .number], Phrase(zh: "经度、纬度，CGCS2000", en: "longitude, latitude in CGCS2000")),
            "[113.0211,28.1503]"),
        Component(
            "EstateLine", .object(head),
            """
            {"id":"0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b11","number":"CS-00417","name":"公交小区","place":"430111003005",
             "location":[113.0211,28.1503],"stage":"works","programmedYear":2020,"completedYear":null,"builtFrom":1986,
             "builtTo":1986,"households":364,"buildings":9,"floorAreaM2":29600,"completeness":0.91,"issues":1,"flags":0}
            """),
        Component(
            "Estate",
            .object(
                head + [
                    .init("aliases", .list(.text())), .init("address", .text()),
                    .init("officialCode", .optional(.text())), .init("stageDay", .optional(.day)),
                    .init("surveyedOn", .optional(.day)),
                    .init("generated", .flag, Phrase(zh: "演示数据，并非真实", en: "demo data, not real")),
                    .init("version", .whole()), .init("changedAt", .moment), .init("facts", .named("EstateFacts")),
                    .init(
                        "outline", .optional(.object([], isOpen: true)),
                        Phrase(
                            zh: "GeoJSON 面，CGCS2000；只在 outline=1 时",
                            en: "a GeoJSON area in CGCS2000; with outline=1 alone"),
                        isRequired: false),
                ]),
            """
            {"id":"0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b11","number":"CS-00417","name":"公交小区","aliases":["公交公司宿舍"],
             "place":"430111003005","address":"城南东路","officialCode":null,"location":[113.0211,28.1503],"stage":"works",
             "stageDay":"2020-11-01","programmedYear":2020,"completedYear":null,"builtFrom":1986,"builtTo":1986,
             "households":364,"buildings":9,"floorAreaM2":29600,"surveyedOn":"2019-05-15","completeness":0.91,"issues":1,
             "flags":0,"generated":true,"version":7,"changedAt":"2026-06-24T02:12:00.000Z",
             "facts":{"sources":[["不动产登记","2026-06-24","陈立"]],
             "values":{"households":[364,0],"builtYears":[{"from":1986,"to":1986},0],"gasShare":[null,0]}}}
            """),
        Component.list(
            "EstateList", "estates", of: "EstateLine",
            sums: [.init("total", .count, Phrase(zh: "只在第一页", en: "on the first page alone"), isRequired: false)]
                + Component.totals),
        Component(
            "EstateChange", EstateWrites.shape(isNew: false),
            #"{"facts":{"households":364,"gasShare":null},"evidence":"不动产登记","surveyedOn":"2026-06-24"}"#),
        Component(
            "NewEstate", EstateWrites.shape(isNew: true),
            #"{"name":"公交小区","place":"430111003005","facts":{"households":364},"evidence":"不动产登记"}"#),
    ]
}
