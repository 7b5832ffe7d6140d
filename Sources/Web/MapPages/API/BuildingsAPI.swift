import Frame
import Identity
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
        },
        .get(
            "getBuilding", .estates, "/api/v1/buildings/{id}", .right(.readEstates), zh: "一栋楼的全部数据",
            en: "One building with all its facts", headers: [.ifNoneMatch], answers: .named("Building"), sends: [.eTag]
        ) { visit, tx in
            let document = try visit.hall.register.buildingDocument(
                try visit.id(), for: visit.actor, vault: visit.hall.vault, in: tx)
            return visit.answer(Array(document.json.utf8), tag: document.tag)
        },
        .patch(
            "correctBuilding", .estates, "/api/v1/buildings/{id}", .right(.correctEstates), zh: "更正楼栋数据",
            en: "Correct a building",
            notes: Phrase(
                zh: "JSON 合并补丁，规则与更正小区相同；轮廓在地图上画。",
                en: "A JSON merge patch by the rules of correcting an estate; footprints are drawn on the map."),
            body: .named("BuildingChange"), example: #"{"facts":{"floors":7},"evidence":"不动产登记"}"#,
            answers: .named("Building"), now: Phrase(zh: "更正后的楼栋", en: "the building as it is now"), correct),
    ]

    private static func correct(_ visit: Visit, _ body: JSON) async throws -> Frame.Answer {
        let id: ID<Building> = try visit.id()
        let (register, vault, surveyor) = (visit.hall.register, visit.hall.vault, visit.surveyor)
        let document = try await visit.write(taken: BuildingEditPage.nameTaken) { deed in
            let tx = deed.tx
            let building = try register.visibleBuilding(id, for: deed.actor, in: tx)
            try visit.requireSeen(try register.buildingDocument(id, for: deed.actor, vault: vault, in: tx).tag)
            let form = try register.form(.building, in: tx)
            let wish = try BuildingWish(body, form: form, surveyor: surveyor, today: deed.today)
            _ = try register.correctBuilding(
                id, wish.change, seen: building.version, evidence: wish.evidence, in: deed)
            return try register.buildingDocument(id, for: deed.actor, vault: vault, in: tx)
        }
        return visit.answer(Array(document.json.utf8), tag: document.tag)
    }

    private static var change: Shape {
        .withFacts(
            [
                .init("name", .text(limit: 40, pattern: "\\S"), isRequired: false),
                .init("officialCode", .optional(.text(limit: 40)), isRequired: false),
                .init("location", .optional(.named("Point")), isRequired: false),
            ], of: "BuildingFactsChange")
    }

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
        Component("BuildingChange", change, #"{"facts":{"floors":7},"evidence":"不动产登记"}"#),
    ]
}

/// The body of a write, as what it is to make true.
private struct BuildingWish: Sendable {
    let change: BuildingChange
    let evidence: String

    /// - Parameter surveyor: who vouches for the facts.
    init(_ body: JSON, form: SurveyForm, surveyor: ID<PersonTag>?, today: Day) throws {
        var reader = try BodyReader(body)
        var change = BuildingChange()
        change.name = reader.text("name")
        change.officialCode = reader.line("officialCode")
        change.location = reader.location("location")
        (change.facts, evidence) = reader.facts(form, surveyor: surveyor, today: today)
        try reader.finish()
        self.change = change
    }
}
