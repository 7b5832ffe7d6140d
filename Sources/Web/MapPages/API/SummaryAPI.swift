import Frame
import Kernel
import Registry
import Store

/// The city's figures for programs, for anyone who may see totals.
enum SummaryAPI {
    static let operations: [APIOperation] = [
        .get(
            "getSummary", .totals, "/api/v1/summary", .right(.readTotals), zh: "总数：分区县、阶段、年份",
            en: "Totals by district, stage and year",
            notes: Phrase(
                zh: "公众可看；街道和社区的总数另需在当地查看小区的权限。没有小区说明的不计入。",
                en: """
                    Public; totals of a subdistrict or neighbourhood ask for the right to read estates there. What no \
                    estate states counts nothing.
                    """),
            query: Parameter.places, answers: .named("Summary")
        ) { visit, tx in
            let register = visit.hall.register
            let place = EstateQuery(visit.query).filter.place
            let summary = try register.summary(of: place, for: visit.actor, in: tx)
            return Frame.Answer(
                json: summary.json(try register.placeNames(summary.byDistrict.map(\.place), in: tx)).text)
        }
    ]

    private static let figures: [Shape.Field] = [
        .init("estates", .count), .init("buildings", .count), .init("households", .count),
        .init("floorAreaM2", .number),
    ]

    static let components = [
        Component(
            "Figures", .object(figures), #"{"estates":215,"buildings":1200,"households":36000,"floorAreaM2":2900000}"#),
        Component(
            "Summary",
            .object(
                figures + [
                    .init("byDistrict", .map(.object([.init("name", .text())] + figures))),
                    .init("byStage", .map(.named("Figures"))),
                    .init(
                        "byYear",
                        .map(.object([.init("programmed", .named("Figures")), .init("completed", .named("Figures"))]))),
                ]),
            """
            {"estates":1450,"buildings":8200,"households":250000,"floorAreaM2":20160000,"byDistrict":{"430102":
             {"name":"芙蓉区","estates":215,"buildings":1200,"households":36000,"floorAreaM2":2900000}},"byStage":{},
             "byYear":{"2020":{"programmed":{"estates":123,"buildings":700,"households":20300,"floorAreaM2":1720000},
             "completed":{"estates":0,"buildings":0,"households":0,"floorAreaM2":0}}}}
            """),
    ]
}
