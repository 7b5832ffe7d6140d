import Geo
import Kernel
import Store

/// Finds the estate a row means: by number or official code, else by name or alias within the neighbourhood, with the
/// place as a second witness. What is doubtful is asked, never guessed.
struct EstateMatcher {
    enum Match {
        case none
        case estate(ID<Estate>)
        case doubtful([ID<Estate>], why: Phrase)
    }

    struct Known {
        let id: ID<Estate>
        let number: String
        let name: String
        let place: PlaceCode
        let location: Coordinate?
    }

    /// Further apart than this, two estates of one name are asked about; metres.
    private static let farM = 500.0
    /// Nearer than this, two estates of different names are asked about; metres.
    private static let sameSpotM = 15.0

    private(set) var known: [ID<Estate>: Known] = [:]
    private var byCode: [String: ID<Estate>] = [:]
    private var byName: [String: [ID<Estate>]] = [:]
    private var bySpot: [String: [ID<Estate>]] = [:]

    init(within scope: Scope, in tx: Tx) throws {
        try tx.each(
            """
            SELECT id, number, name, place, official_code, longitude, latitude FROM estate
            WHERE \(scope, contains: "place")
            """
        ) { row in
            let longitude: Double? = try row["longitude"]
            let latitude: Double? = try row["latitude"]
            let estate = Known(
                id: try row["id"], number: try row["number"], name: try row["name"], place: try row["place"],
                location: longitude.flatMap { longitude in
                    latitude.map { Coordinate(longitude: longitude, latitude: $0) }
                })
            add(estate, officialCode: try row["official_code"])
        }
        try tx.each(
            """
            SELECT estate, estate_alias.name FROM estate_alias JOIN estate ON estate.id = estate
            WHERE \(scope, contains: "place")
            """
        ) { row in byName[NameKey.fold(try row[1] as String), default: []].append(try row[0]) }
    }

    mutating func add(_ estate: Known, officialCode: String?) {
        known[estate.id] = estate
        byCode[estate.number] = estate.id
        if let officialCode { byCode[officialCode] = estate.id }
        byName[NameKey.fold(estate.name), default: []].append(estate.id)
        if let location = estate.location { bySpot[Self.spot(location), default: []].append(estate.id) }
    }

    /// - Parameter place: the row's neighbourhood, or its subdistrict when the neighbourhood is new or not given.
    func match(_ row: ReadRow, at place: PlaceCode, isNewNeighbourhood: Bool) -> Match {
        for code in [row.estateNumber, row.officialCode] where !code.isEmpty {
            if let id = byCode[code] { return checked(id, row) }
        }
        let subdistrict = place.ancestor(.subdistrict) ?? place
        let named = Set([row.name] + row.aliases).flatMap { byName[NameKey.fold($0)] ?? [] }
        let candidates = Set(named).compactMap { known[$0] }.filter { subdistrict.contains($0.place) }
        let here = candidates.filter {
            !isNewNeighbourhood && ($0.place == place || $0.place == subdistrict || place == subdistrict)
        }
        if here.count == 1, candidates.count == 1 { return near(here[0], row) }
        if here.count > 1 {
            let close = here.filter { row.location.flatMap(distance(to: $0)) ?? .infinity < 50 }
            if close.count == 1 { return .estate(close[0].id) }
            return .doubtful(here.map(\.id).sorted(), why: Self.several)
        }
        if here.count == 1 { return near(here[0], row) }
        if !candidates.isEmpty { return .doubtful(candidates.map(\.id).sorted(), why: Self.otherNeighbourhood) }
        return bySpot(row)
    }

    /// A code matches, but the name is another altogether: asked.
    private func checked(_ id: ID<Estate>, _ row: ReadRow) -> Match {
        guard let estate = known[id], !row.name.isEmpty else { return .estate(id) }
        let (a, b) = (NameKey.fold(estate.name), NameKey.fold(row.name))
        if a == b || a.contains(b) || b.contains(a) { return .estate(id) }
        return Set(a).intersection(Set(b)).count >= 2 ? .estate(id) : .doubtful([id], why: Self.otherName)
    }

    private func near(_ estate: Known, _ row: ReadRow) -> Match {
        guard let location = row.location, let apart = distance(to: estate)(location), apart > Self.farM else {
            return .estate(estate.id)
        }
        return .doubtful([estate.id], why: Self.farAway)
    }

    /// No name fits; an estate on the very same spot is asked about.
    private func bySpot(_ row: ReadRow) -> Match {
        guard let location = row.location else { return .none }
        let here = (bySpot[Self.spot(location)] ?? []).compactMap { known[$0] }.filter {
            distance(to: $0)(location) ?? .infinity < Self.sameSpotM
        }
        return here.isEmpty ? .none : .doubtful(here.map(\.id).sorted(), why: Self.sameSpot)
    }

    private func distance(to estate: Known) -> (Coordinate) -> Double? {
        { location in estate.location.map { location.distance(to: $0) } }
    }

    /// A cell of about 100 m.
    private static func spot(_ location: Coordinate) -> String {
        "\(Int((location.longitude * 1000).rounded())),\(Int((location.latitude * 1000).rounded()))"
    }

    private static let several = Phrase(zh: "本社区有多个同名小区", en: "Several estates of this name in the neighbourhood")
    private static let otherNeighbourhood = Phrase(
        zh: "同一街道的另一社区有同名小区", en: "An estate of this name in another neighbourhood of the subdistrict")
    private static let otherName = Phrase(zh: "编号相同而名称完全不同", en: "The code is the same, the name quite another")
    private static let farAway = Phrase(zh: "同名但坐标相距超过 500 米", en: "The same name, but more than 500 m apart")
    private static let sameSpot = Phrase(zh: "同一位置已有另一小区", en: "Another estate stands on the same spot")
}
