import Common
import Components
import Frame
import Geo
import HTTPTypes
import Html
import Kernel
import Registry
import Store

/// What the map fetches as it is moved: tiles, totals of what is in view, the card of an estate.
enum TileRoutes {
    static let all: [Route] = [
        .page("/tiles/{z}/{x}/{y}", .right(.readEstates), tile),
        .page("/map/totals.json", .right(.readEstates), totals),
        .page("/map/facts.json", .right(.readEstates), facts),
        .page("/map/estates/{id}/card", .right(.readEstates)) { visit, tx in
            let card = try EstateCard(visit, in: tx)
            return Frame.Answer(html: card.view(visit.language))
        },
    ]

    /// `GET /tiles/{z}/{x}/{y}.mvt` with the list's filters and `fact`: see `Register.tile`. The tag is of the content,
    /// computed anew from the tables each time: right on every node, whoever changed what.
    private static func tile(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        var query = TileQuery(try address(visit), filter: EstateQuery(visit.query).filter)
        query.fact = try fact(visit, in: tx)
        let tile = try visit.hall.register.tile(query, for: visit.actor, today: visit.today, in: tx)
        let headers: HTTPFields = [
            .contentType: "application/vnd.mapbox-vector-tile", .contentEncoding: "gzip",
            .eTag: "\"\(EntityTag.hash(tile.bytes))\"", .cacheControl: "private, no-cache",
        ]
        if visit.knownTag == headers[.eTag] { return Frame.Answer(.notModified, headers: headers) }
        guard let bytes = gzipped(tile.bytes) else {
            throw Refusal(.unavailable, "tile.memory", zh: "内存不足，请稍后再试。", en: "Out of memory; try again later.")
        }
        return Frame.Answer(headers: headers, body: .bytes(bytes))
    }

    private static func address(_ visit: Visit) throws -> TileAddress {
        let row = visit.parameters["y"].map { $0.hasSuffix(".mvt") ? String($0.dropLast(4)) : "" }
        guard let zoom = number(visit.parameters["z"]), let column = number(visit.parameters["x"]),
            let row = number(row)
        else { throw Visit.notFound }
        return try TileAddress(zoom: zoom, column: column, row: row)
    }

    private static func number(_ text: String?) -> Int? {
        guard let text, text.utf8.count <= 9, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func fact(_ visit: Visit, in tx: Tx) throws -> String? {
        let key = visit.query.text("fact")
        guard !key.isEmpty else { return nil }
        let question = try visit.hall.register.form(.estate, in: tx).question(key)
        guard let question, question.kind != .text else {
            throw Refusal(
                "tile.fact", zh: "调查表里没有“\(key.prefix(40))”这一项；可用的见 /map/facts.json。",
                en: "The survey form has no question “\(key.prefix(40))”; /map/facts.json lists them.", field: "fact")
        }
        return key
    }

    /// `{"estates":12,"households":…,"buildings":…,"floorAreaM2":…,"byStage":{"works":3},"year":2026}` of the estates
    /// that match and stand within `bbox`; `byStage` as they stood at the end of `year`, without it as they stand now.
    private static func totals(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let query = EstateQuery(visit.query)
        guard visit.query["bbox"] == nil || query.filter.box != nil else {
            throw Refusal(
                "map.bbox", zh: "bbox 应为“西,南,东,北”四个以度为单位的数，如 112.9,28.1,113.1,28.3。",
                en: "bbox is west,south,east,north in degrees, as 112.9,28.1,113.1,28.3.", field: "bbox")
        }
        let register = visit.hall.register
        let year = visit.query.number("year") ?? visit.today.year
        var sum = Totals()
        for line in try register.stageTotals(query.filter, for: visit.actor, in: tx) { sum.add(line.totals) }
        let stood = try register.stood(in: year, query.filter, for: visit.actor, today: visit.today, in: tx)
        let counts = Stage.Tone.allCases.compactMap { tone in
            stood[tone].map { JSON.Member(tone.look.key, .integer(Int64($0))) }
        }
        let json = JSON.object([
            "estates": .integer(Int64(sum.estates)), "households": .integer(Int64(sum.households)),
            "buildings": .integer(Int64(sum.buildings)), "floorAreaM2": .number(sum.floorArea.m2),
            "byStage": .object(counts), "year": .integer(Int64(year)),
        ])
        return Frame.Answer(json: json.text)
    }

    /// The survey's questions that can colour the map: all but free text.
    private static func facts(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let form = try visit.hall.register.form(.estate, in: tx)
        let questions = form.questions.filter { $0.kind != .text }.map { question in
            JSON.object([
                "key": .string(question.key), "zh": .string(question.zh), "en": .string(question.en),
                "kind": .string(question.kind.rawValue),
                "choices": .array(
                    question.choices.map {
                        .object(["code": .string($0.code), "zh": .string($0.zh), "en": .string($0.en)])
                    }),
                "min": question.minimum.map { .number($0) } ?? .null,
                "max": question.maximum.map { .number($0) } ?? .null,
            ])
        }
        return Frame.Answer(json: JSON.array(questions).text)
    }
}
