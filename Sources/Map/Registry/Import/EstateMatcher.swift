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
        let officialCode: String?
    }

    /// Further apart than this, two estates of one name are asked about; metres.
    private static let farM = 500.0
    /// Nearer than this, two estates of different names are asked about; metres.
    private static let sameSpotM = 15.0

    private(set) var known: [ID<Estate>: Known] = [:]
    private var byNumber: [String: ID<Estate>] = [:]
    private var byCode: [String: ID<Estate>] = [:]
    private var byName: [String: [ID<Estate>]] = [:]
    private var bySpot: [Spot: [ID<Estate>]] = [:]
    /// Official codes of estates beyond the scope: not to be shown, and not to be given twice.
    private var foreignCodes: Set<String> = []

    init(within scope: Scope, in tx: Tx) throws {
        try tx.each(
            """
            SELECT id, number, name, place, official_code, longitude, latitude FROM estate
            WHERE \(scope, contains: "place")
            """
        ) { row in
            let longitude: Double? = try row["longitude"]
            let latitude: Double? = try row["latitude"]
            add(
                Known(
                    id: try row["id"], number: try row["number"], name: try row["name"], place: try row["place"],
                    location: longitude.flatMap { longitude in
                        latitude.map { Coordinate(longitude: longitude, latitude: $0) }
                    },
                    officialCode: try row["official_code"]))
        }
        try tx.each(
            """
            SELECT estate, estate_alias.name FROM estate_alias JOIN estate ON estate.id = estate
            WHERE \(scope, contains: "place")
            """
        ) { row in byName[NameKey.fold(try row[1] as String), default: []].append(try row[0]) }
        try tx.each(
            """
            SELECT official_code FROM estate WHERE official_code IS NOT NULL AND NOT \(scope, contains: "place")
            """
        ) { row in foreignCodes.insert(try row[0]) }
    }

    /// Remembers an estate, or what has become of it; names it had keep leading to it.
    mutating func add(_ estate: Known, aliases: [String] = []) {
        if let old = known.updateValue(estate, forKey: estate.id)?.officialCode { byCode[old] = nil }
        if !estate.number.isEmpty { byNumber[estate.number] = estate.id }
        if let code = estate.officialCode { byCode[code] = estate.id }
        for name in [estate.name] + aliases { byName[NameKey.fold(name), default: []].append(estate.id) }
        if let location = estate.location { bySpot[Self.spot(location), default: []].append(estate.id) }
    }

    /// Whether another estate than `id` has this official code.
    func isTaken(_ code: String, by id: ID<Estate>?) -> Bool {
        foreignCodes.contains(code) || holder(of: code).map { $0 != id } ?? false
    }

    /// The estate within the scope that has this official code.
    func holder(of code: String) -> ID<Estate>? { byCode[code] }

    /// - Parameter place: the row's neighbourhood, or its subdistrict when the neighbourhood is new or not given.
    func match(_ row: ReadRow, at place: PlaceCode, isNewNeighbourhood: Bool) -> Match {
        switch (byNumber[row.estateNumber], byCode[row.officialCode]) {
        case (let one?, let other?) where one != other: return .doubtful([one, other], why: Self.twoEstates)
        case (let id?, _), (nil, let id?): return checked(id, row)
        case (nil, nil): break
        }
        let subdistrict = place.ancestor(.subdistrict) ?? place
        let candidates = named(row, in: subdistrict).compactMap { known[$0] }
        let here = candidates.filter {
            // An estate whose neighbourhood is not known may lie in any of its subdistrict.
            $0.place == subdistrict || !isNewNeighbourhood && ($0.place == place || place == subdistrict)
        }
        if here.count == 1 { return near(here[0], row) }
        if here.count > 1 {
            let close = here.filter { row.location.flatMap(distance(to: $0)) ?? .infinity < 50 }
            if close.count == 1 { return coded(close[0], row) }
            return .doubtful(here.map(\.id), why: Self.several)
        }
        if !candidates.isEmpty { return .doubtful(candidates.map(\.id), why: Self.otherNeighbourhood) }
        return bySpot(row)
    }

    /// The estates of the subdistrict that bear one of the row's names, in order.
    func named(_ row: ReadRow, in subdistrict: PlaceCode) -> [ID<Estate>] {
        let named = Set(([row.name] + row.aliases).flatMap { byName[NameKey.fold($0)] ?? [] })
        return named.filter { known[$0].map { subdistrict.contains($0.place) } ?? false }.sorted()
    }

    /// Number or code fits, but the name is another altogether: asked.
    private func checked(_ id: ID<Estate>, _ row: ReadRow) -> Match {
        guard let estate = known[id] else { return .none }
        let isKnownName = row.name.isEmpty || byName[NameKey.fold(row.name)]?.contains(id) ?? false
        guard isKnownName || Self.areAlike(estate.name, row.name) else { return .doubtful([id], why: Self.otherName) }
        return coded(estate, row)
    }

    /// Everything else fits, but the official codes contradict: asked.
    private func coded(_ estate: Known, _ row: ReadRow) -> Match {
        guard let code = estate.officialCode, !row.officialCode.isEmpty, code != row.officialCode else {
            return .estate(estate.id)
        }
        return .doubtful([estate.id], why: Self.otherCode)
    }

    private func near(_ estate: Known, _ row: ReadRow) -> Match {
        guard let location = row.location, let apart = distance(to: estate)(location), apart > Self.farM else {
            return coded(estate, row)
        }
        return .doubtful([estate.id], why: Self.farAway)
    }

    /// No name fits; an estate on the very same spot is asked about.
    private func bySpot(_ row: ReadRow) -> Match {
        guard let location = row.location else { return .none }
        guard let near = bySpot[Self.spot(location)] else { return .none }
        let here = Set(near).compactMap { known[$0] }.filter {
            distance(to: $0)(location) ?? .infinity < Self.sameSpotM
        }
        return here.isEmpty ? .none : .doubtful(here.map(\.id).sorted(), why: Self.sameSpot)
    }

    private func distance(to estate: Known) -> (Coordinate) -> Double? {
        { location in estate.location.map { location.distance(to: $0) } }
    }

    /// A cell of about 100 m.
    private struct Spot: Hashable {
        let east: Int
        let north: Int
    }

    private static func spot(_ location: Coordinate) -> Spot {
        Spot(east: Int((location.longitude * 1000).rounded()), north: Int((location.latitude * 1000).rounded()))
    }

    /// One holds the other, or they share two characters, without the words that nearly every name ends with.
    private static func areAlike(_ one: String, _ other: String) -> Bool {
        let (a, b) = (core(one), core(other))
        if a == b { return true }
        if min(a.count, b.count) > 1, a.contains(b) || b.contains(a) { return true }
        return Set(a).intersection(Set(b)).count >= 2
    }

    private static func core(_ name: String) -> String {
        var core = NameKey.fold(name)
        while let word = kinds.first(where: { core.hasSuffix($0) && core.count > $0.count }) {
            core.removeLast(word.count)
        }
        return core
    }

    private static let kinds = [
        "小区", "社区", "生活区", "住宅区", "宿舍区", "宿舍楼", "宿舍", "家属区", "家属院", "家属楼", "公寓", "大院", "院落", "新村", "花园",
    ]

    private static let several = Phrase(zh: "本社区有多个同名小区", en: "Several estates of this name in the neighbourhood")
    private static let otherNeighbourhood = Phrase(
        zh: "同一街道的另一社区有同名小区", en: "An estate of this name in another neighbourhood of the subdistrict")
    private static let otherName = Phrase(zh: "编号相同而名称完全不同", en: "The code is the same, the name quite another")
    private static let otherCode = Phrase(zh: "已登记的官方代码与表中不同", en: "The registered official code is another")
    private static let twoEstates = Phrase(
        zh: "小区编号和官方代码指向两个不同的小区", en: "The number and the official code are of two different estates")
    private static let farAway = Phrase(zh: "同名但坐标相距超过 500 米", en: "The same name, but more than 500 m apart")
    private static let sameSpot = Phrase(zh: "同一位置已有另一小区", en: "Another estate stands on the same spot")
}
