import Frame
import Geo
import HTTPTypes
import Html
import Kernel
import Registry
import Store

/// An estate's outline in figures, and the form that draws it without a map.
struct OutlinePage {
    let estate: Estate
    let outline: Outline?
    /// How many buildings there are, and how many of them have a footprint.
    let buildings: (count: Int, drawn: Int)
    let canCorrect: Bool
    let csrf: String
    let wasSaved: Bool
    let wasUnchanged: Bool
    /// What was sent and refused; nil when the form is shown for the first time.
    let form: DrawnForm?
    let refusals: [Refusal]

    init(_ visit: Visit, refused form: DrawnForm? = nil, _ refusals: [Refusal] = [], in tx: Tx) throws {
        let register = visit.hall.register
        estate = try register.visibleEstate(try visit.id(), for: visit.actor, in: tx)
        outline = try register.outline(of: estate.id, in: tx)
        let all = try register.buildings(of: estate.id, in: tx)
        buildings = (all.count, all.count { $0.footprint != nil })
        canCorrect = visit.actor.may(.correctEstates, at: estate.place)
        csrf = visit.csrf
        wasSaved = visit.query["saved"] != nil
        wasUnchanged = visit.query["unchanged"] != nil
        self.form = form
        self.refusals = refusals
    }

    var link: Link { "/estates/\(estate.id)/outline" }

    static func show(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        try OutlinePage(visit, in: tx).answer(visit)
    }

    /// What the map's editor begins with: first the estate with its outline, then its buildings with their footprints,
    /// null where nothing is drawn yet. Properties: `kind` ("estate", "building"), `name`, `version`, `location`.
    static func geoJSON(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let register = visit.hall.register
        let estate = try register.visibleEstate(try visit.id(), for: visit.actor, in: tx)
        var writer = FeatureCollectionWriter()
        writer.append(
            try register.outline(of: estate.id, in: tx)?.area.geometry, id: estate.id.description,
            properties: properties("estate", estate.name, estate.version, estate.location))
        for building in try register.buildings(of: estate.id, in: tx) {
            writer.append(
                building.footprint.flatMap { Outline(stored: $0) }?.area.geometry, id: building.id.description,
                properties: properties("building", building.name, building.version, building.location))
        }
        return Frame.Answer(headers: [.contentType: "application/geo+json"], body: .bytes(writer.finish()))
    }

    private static func properties(
        _ kind: String, _ name: String, _ version: Int, _ location: Coordinate?
    ) -> [JSON.Member] {
        let point = location.map { JSON.array([.number($0.longitude), .number($0.latitude)]) }
        return [
            JSON.Member("kind", .string(kind)), JSON.Member("name", .string(name)),
            JSON.Member("version", .integer(Int64(version))), JSON.Member("location", point ?? .null),
        ]
    }
}
