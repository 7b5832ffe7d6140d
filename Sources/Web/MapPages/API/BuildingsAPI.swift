import Frame
import Kernel
import Registry
import Store

/// The buildings of an estate for programs.
enum BuildingsAPI {
    static let operations: [APIOperation] = [
        .get(
            "listBuildings", .estates, "/api/v1/estates/{id}/buildings", .right(.readEstates), zh: "小区的楼栋",
            en: "The buildings of an estate, by name", query: Parameter.paging, answers: .named("BuildingList"),
            sends: [.link]
        ) { visit, tx in
            let cursor = try Cursor(visit, of: "buildings", keys: 2)
            let mark = try cursor.map { cursor in
                guard let length = cursor.keys[0].integer, let name = cursor.keys[1].askable else {
                    throw Cursor.foreign
                }
                return BuildingMark(length: Int(length), name: name)
            }
            let register = visit.hall.register
            let estate = try register.visibleEstate(try visit.id(), for: visit.actor, in: tx)
            let (buildings, hasMore) = try register.buildingDocuments(
                of: estate, after: mark, size: Paging.size(visit), for: visit.actor, vault: visit.hall.vault, in: tx)
            let next = hasMore ? buildings.last?.mark : nil
            return Paging.answer(
                visit, "buildings", buildings.map(\.json),
                next: next.map { Cursor(of: "buildings", [.integer(Int64($0.length)), .string($0.name)]) })
        }
    ]

    static let components = [
        Component(
            "Building",
            .object([
                .init("id", .id), .init("estate", .id), .init("place", .place),
                .init("name", .text(), Phrase(zh: "人们的叫法：3栋", en: "as people say it: 3栋")),
                .init("officialCode", .optional(.text())), .init("location", .optional(.named("Point"))),
                .init(
                    "footprint", .optional(.object([], isOpen: true)),
                    Phrase(zh: "GeoJSON 多边形，CGCS2000", en: "a GeoJSON polygon in CGCS2000")),
                .init("version", .whole()), .init("facts", .named("BuildingFacts")),
            ]),
            """
            {"id":"0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b13","estate":"0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b11",
             "place":"430111003005","name":"3栋","officialCode":null,"location":[113.0211,28.1503],"footprint":null,
             "version":2,"facts":{"sources":[["不动产登记","2026-06-24","陈立"]],"values":{"floors":[7,0]}}}
            """),
        Component.list("BuildingList", "buildings", of: "Building"),
    ]
}
