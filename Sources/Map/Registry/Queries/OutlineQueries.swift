public import Geo
public import Kernel
public import Store

/// The ground that an estate or a building covers, CGCS2000.
public struct Outline: Sendable {
    public let area: MultiPolygon
    /// GeoJSON as it is stored and served: a polygon, or a multi-polygon; seven decimals, about a centimetre.
    public let text: String

    /// What will be stored is what is checked.
    init(_ area: MultiPolygon) {
        self.area = area.rounded(decimals: Self.decimals)
        text = GeoJSON.text(self.area.geometry, decimals: Self.decimals)
    }

    private static let decimals = 7

    /// Nil for what is no area; generated footprints are not checked before they are stored.
    public init?(stored text: String) {
        guard let area = (try? GeoJSON.geometry(from: Array(text.utf8)))?.area else { return nil }
        self.area = area
        self.text = text
    }

    /// What is odd about an estate's outline, seen from the estate's location.
    public func oddities(around location: Coordinate?) -> [Refusal] {
        guard let location, !area.contains(location) else { return [] }
        return [OutlineRules.beside(.estate, metres: area.distanceToBoundary(from: location))]
    }
}

extension Register {
    /// Nil while nobody has drawn it. The caller has checked that the reader may see the estate.
    public func outline(of estate: ID<Estate>, in tx: Tx) throws -> Outline? {
        let text: String? = try tx.value("SELECT outline FROM estate_outline WHERE estate = \(estate)")
        return text.flatMap { Outline(stored: $0) }
    }

    /// Square metres within the outline; nil while nobody has drawn it.
    public func outlinedM2(of estate: ID<Estate>, in tx: Tx) throws -> Double? {
        try tx.value("SELECT area_m2 FROM estate_outline WHERE estate = \(estate)")
    }
}
