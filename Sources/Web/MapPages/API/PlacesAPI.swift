import Frame
import Kernel
import Registry
import Store

/// Places for programs: the whole gazetteer of the city, with what has ended and where it went.
enum PlacesAPI {
    private static let levels: [(word: String, level: PlaceCode.Level)] = [
        ("province", .province), ("city", .city), ("district", .district), ("subdistrict", .subdistrict),
        ("neighbourhood", .neighbourhood),
    ]

    static let operations: [APIOperation] = [
        .get(
            "listPlaces", .places, "/api/v1/places", .right(.readEstates), zh: "区划列表", en: "Places, by code",
            query: [
                Parameter("parent", .anyPlace, zh: "只要其直接下级", en: "only those directly below it", example: "430111"),
                Parameter(
                    "level", .choice(levels.map(\.word)), zh: "只要这一级", en: "only those of this level",
                    example: "district"),
            ] + Parameter.paging,
            answers: .named("PlaceList"), sends: [.link], list),
        .get(
            "getPlace", .places, "/api/v1/places/{code}", .right(.readEstates), zh: "一个区划", en: "One place",
            answers: .named("Place")
        ) { visit, tx in
            guard let place = try visit.hall.register.place(try visit.place(), in: tx) else { throw none }
            return Frame.Answer(json: place.json.text)
        },
    ]

    static let components = [
        Component(
            "Place",
            .object([
                .init("code", .place, Phrase(zh: "官方代码，逐级相套", en: "official code; codes nest")),
                .init("parent", .optional(.place)), .init("level", .code(levels.map(\.word))), .init("name", .text()),
                .init("nameEn", .optional(.text())),
                .init("confirmed", .flag, Phrase(zh: "导入时新建、尚待确认的为 false", en: "false while only an import names it")),
                .init("endedOn", .optional(.day)), .init("mergedInto", .optional(.place)),
            ]),
            """
            {"code":"430111003005","parent":"430111003","level":"neighbourhood","name":"砂子塘社区","nameEn":null,
             "confirmed":true,"endedOn":null,"mergedInto":null}
            """),
        Component.list("PlaceList", "places", of: "Place"),
    ]

    private static func list(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let cursor = try Cursor(visit, of: "places", keys: 1)
        let last = try cursor.map { cursor in
            guard let code = cursor.keys[0].string.flatMap({ PlaceCode($0) }) else { throw Cursor.foreign }
            return code
        }
        let level = levels.first { $0.word == visit.query["level"] }?.level
        let (places, hasMore) = try visit.hall.register.places(
            below: visit.query["parent"].flatMap { PlaceCode($0) }, at: level, after: last, size: Paging.size(visit),
            in: tx)
        let next = hasMore ? places.last.map { Cursor(of: "places", [.string($0.code.digits)]) } : nil
        return Paging.answer(visit, "places", places.map(\.json.text), next: next)
    }

    fileprivate static func word(of level: PlaceCode.Level) -> String {
        levels.first { $0.level == level }?.word ?? "country"
    }

    private static var none: Refusal {
        Refusal(.notFound, "place.none", zh: "没有这个代码的区划。", en: "There is no place with this code.")
    }
}

extension Place {
    fileprivate var json: JSON {
        let text = { (value: String?) in value.map(JSON.string) ?? .null }
        return .object([
            "code": .string(code.digits), "parent": text(code.level == .province ? nil : code.parent?.digits),
            "level": .string(PlacesAPI.word(of: code.level)), "name": .string(name),
            "nameEn": text(nameEn.isEmpty ? nil : nameEn), "confirmed": .bool(isConfirmed),
            "endedOn": text(endedOn?.description), "mergedInto": text(mergedInto?.digits),
        ])
    }
}
