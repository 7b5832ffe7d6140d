import Components
import Frame
import Geo
import HTTPTypes
import Html
import Kernel
import Registry
import Store

/// What the map draws, as GeoJSON.
enum MapData {
    /// A browser draws so many circles without stumbling; larger cities see those with most households.
    static let estateLimit = 20_000

    /// Outlines are public and change only with a release: the address carries their tag and may be kept for ever.
    static func outlinesLink(_ visit: Visit) -> Link {
        Link("/map/outlines.geojson", ["language": visit.language.rawValue, "v": tag(visit.hall.register.outlines)])
    }

    /// The districts' outlines with their names in the language asked for.
    static func outlines(_ visit: Visit, in tx: Tx) throws -> Frame.Answer {
        let outlines = visit.hall.register.outlines
        let t = Language(rawValue: visit.query.text("language")) ?? visit.language
        let names = PlaceNames(try visit.hall.register.placeNames(outlines.all.map(\.code), in: tx))
        var writer = FeatureCollectionWriter(decimals: 5)
        for outline in outlines.all {
            writer.append(
                .multiPolygon(outline.shape), id: outline.code.digits,
                properties: [
                    JSON.Member("code", .string(outline.code.digits)),
                    JSON.Member("name", .string(names.name(outline.code, t))),
                ])
        }
        let tag = tag(outlines)
        let isVersioned = visit.query["v"] == tag
        return Frame.Answer(
            headers: [
                .contentType: "application/geo+json", .eTag: "\"\(tag)-\(t.rawValue)\"",
                .cacheControl: isVersioned ? "public, max-age=31536000, immutable" : "no-cache",
            ], body: .bytes(writer.finish()))
    }

    /// The estates the reader may see that match, as points.
    static func estates(_ visit: Visit, in tx: Tx) throws -> Frame.Answer {
        let (register, t) = (visit.hall.register, visit.language)
        let lines = try register.mapEstates(
            EstateQuery(visit.query).filter, limit: estateLimit, for: visit.actor, in: tx)
        let stages = StageNames(try register.stageList(in: tx))
        let streets = Set(lines.map { $0.place.ancestor(.subdistrict) ?? $0.place })
        let places = PlaceNames(try register.placeNames(streets, in: tx))
        var writer = FeatureCollectionWriter(decimals: 6)
        for line in lines {
            guard let location = line.location else { continue }
            writer.append(
                .point(location), id: line.id.description, properties: properties(line, stages, places, t))
        }
        return Frame.Answer(
            headers: [.contentType: "application/geo+json", .cacheControl: "no-store"], body: .bytes(writer.finish()))
    }

    private static func properties(
        _ line: EstateLine, _ stages: StageNames, _ places: PlaceNames, _ t: Language
    ) -> [JSON.Member] {
        let stage = stages[line.stage]
        let street = line.place.ancestor(.subdistrict) ?? line.place
        var members = [
            JSON.Member("id", .string(line.id.description)), JSON.Member("name", .string(line.name)),
            JSON.Member("stage", .string(stage.look.key)), JSON.Member("stageName", .string(stage.name(t))),
            JSON.Member("households", line.households.map { .integer(Int64($0)) } ?? .null),
            JSON.Member("href", .string("/estates/\(line.id)")), JSON.Member("place", .string(places.path(street, t))),
        ]
        if let built = line.builtText { members.append(JSON.Member("year", .string(t("\(built) 年", built)))) }
        if let buildings = line.buildings { members.append(JSON.Member("buildings", .integer(Int64(buildings)))) }
        if let area = line.floorArea { members.append(JSON.Member("area", .integer(area.hundredthsM2 / 100))) }
        return members
    }

    /// FNV-1a over every corner: the same on every node, another as soon as a line moves.
    private static func tag(_ outlines: PlaceOutlines) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01B3 }
        for outline in outlines.all {
            for byte in outline.code.digits.utf8 { mix(UInt64(byte)) }
            for point in outline.shape.polygons.lazy.flatMap(\.rings).flatMap(\.points) {
                mix(point.longitude.bitPattern)
                mix(point.latitude.bitPattern)
            }
        }
        return String(hash, radix: 36)
    }
}
