public import Kernel
public import Store

/// A place with what lies in it, as far as the reader may see.
public struct PlaceCount: Sendable {
    public let place: Place
    public let estates: Int
    /// Neighbourhoods below it.
    public let neighbourhoods: Int
    /// Those of them that an import made and nobody has confirmed.
    public let unconfirmed: Int
}

extension Register {
    /// The places directly below `parent`, by code, with their estates. Only those that the reader's scope touches.
    public func placeCounts(below parent: PlaceCode, for actor: Actor, in tx: Tx) throws -> [PlaceCount] {
        try actor.require(.readEstates)
        let scope = actor.scope(.readEstates)
        let inside = scope.narrowed(to: parent)
        let below = try places(below: parent, in: tx).filter { place in
            inside.contains(place.code) || inside.places.contains { place.code.contains($0) }
        }
        guard let digits = below.map(\.code.digits.utf8.count).max() else { return [] }
        let estates = try counts(
            "SELECT substr(place, 1, \(literal: digits)), count(*) FROM estate", "place", inside, in: tx)
        let neighbourhoods = try counts(
            "SELECT substr(code, 1, \(literal: digits)), count(*) FROM place", "code", inside, Self.neighbourhood,
            in: tx)
        let unconfirmed = try counts(
            "SELECT substr(code, 1, \(literal: digits)), count(*) FROM place", "code", inside,
            Self.neighbourhood + " AND confirmed = 0", in: tx)
        return below.map {
            let code = $0.code.digits
            return PlaceCount(
                place: $0, estates: estates[code] ?? 0, neighbourhoods: neighbourhoods[code] ?? 0,
                unconfirmed: unconfirmed[code] ?? 0)
        }
    }

    /// How many estates lie at exactly `place`, below none of its neighbourhoods.
    public func estatesDirectly(at place: PlaceCode, in tx: Tx) throws -> Int {
        try tx.value("SELECT count(*) FROM estate WHERE place = \(place)") ?? 0
    }

    /// How many estates lie anywhere in `places`: what a merger or split would move.
    public func estates(within places: [PlaceCode], in tx: Tx) throws -> Int {
        try tx.value("SELECT count(*) FROM estate WHERE \(Scope(places), contains: "place")") ?? 0
    }

    /// Neighbourhoods that an import made and nobody has confirmed, with their estates, those with most estates first.
    public func unconfirmedNeighbourhoods(
        within scope: Scope, limit: Int = 50, in tx: Tx
    ) throws -> (first: [PlaceCount], total: Int) {
        let condition: SQL = "\(Self.neighbourhood) AND confirmed = 0 AND \(scope, contains: "code")"
        let total: Int = try tx.value("SELECT count(*) FROM place WHERE \(condition)") ?? 0
        let first = try tx.map(
            """
            SELECT place.*, (SELECT count(*) FROM estate WHERE estate.place = place.code) AS estates
            FROM place WHERE \(condition) ORDER BY estates DESC, code LIMIT \(min(limit, Self.pageLimit))
            """
        ) { PlaceCount(place: try Place($0), estates: try $0["estates"], neighbourhoods: 1, unconfirmed: 1) }
        return (first, total)
    }

    private static let neighbourhood: SQL = "level = 12 AND ended_on IS NULL"

    private func counts(
        _ select: SQL, _ column: SQL, _ scope: Scope, _ condition: SQL = "TRUE", in tx: Tx
    ) throws -> [String: Int] {
        let pairs = try tx.map("\(select) WHERE \(scope, contains: column) AND \(condition) GROUP BY 1") {
            (try $0[0] as String, try $0[1] as Int)
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
