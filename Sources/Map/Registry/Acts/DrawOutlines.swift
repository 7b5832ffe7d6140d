import Cryptography
public import Geo
public import Identity
public import Kernel
import Store

/// What became of a drawn outline.
public struct Drawing: Sendable {
    /// Of the estate or building, afterwards.
    public let version: Int
    /// False when it was drawn like this already.
    public let isChanged: Bool
    /// Square metres; nil without an outline.
    public let areaM2: Double?
    /// What is odd and was stored all the same.
    public let notices: [Refusal]
}

extension Register {
    /// Draws an estate's outline, corrects it, or with nil takes it away. An estate without a location gets one inside.
    /// - Parameters:
    ///   - area: as it was given, in `datum`.
    ///   - seen: the version of the estate that the officer looked at.
    /// - Throws: a `Refusal` that names the place where the outline is wrong, or the datum that it seems to be in;
    ///   of kind `.conflict` when the version is no longer `seen`.
    public func drawOutline(
        of id: ID<Estate>, _ area: MultiPolygon?, given datum: Datum = .cgcs2000, seen: Int, evidence: String = "",
        in deed: Deed
    ) throws -> Drawing {
        let estate = try visibleEstate(id, for: deed.actor, in: deed.tx)
        try deed.actor.require(.correctEstates, at: estate.place)
        guard estate.version == seen else { throw Self.changedMeanwhile }
        let desk = try OutlineDesk(self, deed)
        var effort = Effort()
        let outline = try area.map { try desk.outline($0, given: datum, .estate, around: estate.location, &effort) }
        return try desk.draw(outline, of: estate, evidence: evidence)
    }

    /// Draws a building's footprint, corrects it, or with nil takes it away. A building without a location gets one
    /// inside. Parameters and errors as of `drawOutline`; the version is the building's.
    public func drawFootprint(
        of id: ID<Building>, _ area: MultiPolygon?, given datum: Datum = .cgcs2000, seen: Int, evidence: String = "",
        in deed: Deed
    ) throws -> Drawing {
        let building = try visibleBuilding(id, for: deed.actor, in: deed.tx)
        guard let estate = try estate(building.estate, in: deed.tx) else { throw Self.noEstate }
        try deed.actor.require(.correctEstates, at: estate.place)
        guard building.version == seen else { throw Self.buildingChangedMeanwhile }
        let desk = try OutlineDesk(self, deed)
        var effort = Effort()
        let outline = try area.map {
            try desk.outline($0, given: datum, .building, around: building.location, &effort)
        }
        return try desk.draw(outline, of: building, in: estate, evidence: evidence, &effort)
    }

    /// Reads what somebody drew or pasted: GeoJSON with one area, bare, as a feature, or alone in a collection.
    public static func drawnArea(from bytes: [UInt8]) throws -> MultiPolygon {
        let geometry: Geometry?
        do {
            geometry = try GeoJSON.geometry(from: bytes, limits: drawnLimits)
        } catch let refusal as Refusal where refusal.code == "geo.json.collection" {
            let features = try GeoJSON.features(from: bytes, limits: drawnLimits)
            guard features.count == 1 else { throw refusal }
            geometry = features[0].geometry
        }
        guard let area = geometry?.area else { throw OutlineRules.noArea }
        return area
    }

    /// More bytes than the points of an outline need are refused unread.
    private static let drawnLimits = GeoJSON.Limits(
        bytes: 2_000_000, points: OutlineRules.pointLimit, rings: 1000, features: 1000)

    private static var buildingChangedMeanwhile: Refusal {
        Refusal(
            .conflict, "building.changed", zh: "您编辑期间，另一位同事已修改这栋楼；请对照后再画。",
            en: "Somebody changed this building while you were editing; compare and draw again.")
    }
}

/// Everything one deed needs to check and write outlines.
struct OutlineDesk {
    private let register: Register
    private let deed: Deed
    private let estates: EstateDesk
    private let rules: OutlineRules

    init(_ register: Register, _ deed: Deed) throws {
        self.register = register
        self.deed = deed
        estates = try EstateDesk(register, deed)
        rules = OutlineRules(estates: estates.rules)
    }

    /// The area in CGCS2000, checked as what `drawn` says.
    /// - Parameters:
    ///   - area: as it was given, in `datum`.
    ///   - location: where the thing stands; nil when that is not known.
    func outline(
        _ area: MultiPolygon, given datum: Datum, _ drawn: Drawn, around location: Coordinate? = nil,
        _ effort: inout Effort
    ) throws -> Outline {
        try OutlineRules.count(area)
        if let location, let likely = likelyDatum(of: area, given: datum, around: location) {
            throw OutlineRules.datum(datum, likely: likely)
        }
        let outline = Outline(datum.toCGCS2000(area))
        try rules.check(outline.area, drawn, &effort)
        return outline
    }

    /// - Parameter new: checked; nil takes the outline away.
    func draw(_ new: Outline?, of estate: Estate, evidence: String) throws -> Drawing {
        try Refusals.throwIfAny(EstateRules.evidence(evidence))
        let old = try register.outline(of: estate.id, in: deed.tx)
        guard new?.text != old?.text else { return Drawing(unchanged: new, version: estate.version) }
        try store(new, of: estate.id)
        if estate.location == nil, let point = new?.area.pointInside {
            _ = try estates.correct(estate, EstateChange(location: point), evidence: evidence)
        } else {
            try deed.tx.run(
                "UPDATE estate SET version = version + 1, changed_at = \(deed.now) WHERE id = \(estate.id)")
        }
        try deed.record(
            "estate.outline", on: Subject("estate", estate.id), at: estate.place, before: Outline.told(old),
            after: Outline.told(new, evidence))
        return Drawing(new, version: estate.version + 1, notices: Self.beside(new, estate.location, .estate))
    }

    func draw(
        _ new: Outline?, of building: Building, in estate: Estate, evidence: String, _ effort: inout Effort
    ) throws -> Drawing {
        try Refusals.throwIfAny(EstateRules.evidence(evidence))
        guard new?.text != building.footprint else { return Drawing(unchanged: new, version: building.version) }
        try deed.tx.run("UPDATE building SET footprint = \(new?.text) WHERE id = \(building.id)")
        if building.location == nil, let point = new?.area.pointInside {
            _ = try BuildingDesk(register, deed).correct(
                building, BuildingChange(location: point), evidence: evidence)
            try register.reassess(estate.id, in: deed)
        } else {
            try deed.tx.run("UPDATE building SET version = version + 1 WHERE id = \(building.id)")
        }
        try deed.record(
            "building.footprint", on: Subject("building", building.id), at: building.place,
            before: Outline.told(building.footprint.flatMap { Outline(stored: $0) }),
            after: Outline.told(new, evidence))
        var notices = Self.beside(new, building.location, .building)
        if let new, let estate = try register.outline(of: estate.id, in: deed.tx)?.area,
            try estate.contains(each: Array(new.area.corners), &effort).contains(false)
        {
            notices.append(OutlineRules.beyondEstate)
        }
        return Drawing(new, version: building.version + 1, notices: notices)
    }

    private func store(_ outline: Outline?, of estate: ID<Estate>) throws {
        try deed.tx.run("DELETE FROM estate_outline WHERE estate = \(estate)")
        guard let outline, let box = outline.area.box else { return }
        try deed.tx.run(
            """
            INSERT INTO estate_outline (estate, outline, west, south, east, north, area_m2)
            VALUES (\(estate), \(outline.text), \(box.west), \(box.south), \(box.east), \(box.north),
                \(outline.area.areaM2))
            """)
    }

    private static func beside(_ outline: Outline?, _ location: Coordinate?, _ drawn: Drawn) -> [Refusal] {
        guard let outline, let location, !outline.area.contains(location) else { return [] }
        return [OutlineRules.beside(drawn, metres: outline.area.distanceToBoundary(from: location))]
    }
}

extension Drawing {
    fileprivate init(_ outline: Outline?, version: Int, notices: [Refusal]) {
        self.init(version: version, isChanged: true, areaM2: outline?.area.areaM2, notices: notices)
    }

    fileprivate init(unchanged outline: Outline?, version: Int) {
        self.init(version: version, isChanged: false, areaM2: outline?.area.areaM2, notices: [])
    }
}

extension Outline {
    /// Bytes; a longer outline stands in the record by its SHA-256.
    private static let recordedBytes = 64 << 10

    /// How it stands in the record.
    fileprivate static func told(_ outline: Outline?, _ evidence: String = "") -> String {
        var members: [JSON.Member] = []
        if let outline {
            let bytes = Array(outline.text.utf8)
            members = [
                JSON.Member("areaM2", .number(outline.area.areaM2.rounded())),
                JSON.Member("points", .integer(Int64(outline.area.pointCount))),
                bytes.count <= recordedBytes
                    ? JSON.Member("geometry", .string(outline.text))
                    : JSON.Member("sha256", .string(Hex.encode(DigestSuite.sha256.hash(bytes)))),
            ]
        }
        if !evidence.isEmpty { members.append(JSON.Member("evidence", .string(evidence))) }
        return JSON.object(members).text
    }
}
