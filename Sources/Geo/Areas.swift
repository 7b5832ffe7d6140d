public import Kernel

extension MultiPolygon {
    /// As GeoJSON has it: one area as a polygon, several as a multi-polygon.
    public var geometry: Geometry { polygons.count == 1 ? .polygon(polygons[0]) : .multiPolygon(self) }

    /// Of all boundary lines, each one's first point counted again at its end.
    public var pointCount: Int {
        polygons.reduce(0) { $0 + $1.rings.reduce(0) { $0 + $1.points.count } }
    }

    /// All corners, in order.
    public var corners: some Sequence<Coordinate> { polygons.lazy.flatMap(\.rings).flatMap(\.points) }

    /// The same with degrees of so many digits after the point, as it will be written.
    public func rounded(decimals: Int) -> MultiPolygon {
        let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
        return mapped {
            Coordinate(
                longitude: ($0.longitude * scale).rounded() / scale, latitude: ($0.latitude * scale).rounded() / scale)
        }
    }

    /// With every corner moved; equal ones must stay equal, and all on Earth.
    fileprivate func mapped(_ move: (Coordinate) -> Coordinate) -> MultiPolygon {
        func moved(_ ring: Ring) -> Ring { Ring(trusted: ring.points.map(move)) }
        return MultiPolygon(polygons.map { Polygon(outer: moved($0.outer), holes: $0.holes.map(moved)) })
    }

    /// A point that lies inside, where a label may stand: the centroid of the largest polygon, or, where that is bent
    /// around it, the middle of the widest stretch from west to east. Nil when there is no polygon.
    public var pointInside: Coordinate? { polygons.max { $0.areaM2 < $1.areaM2 }?.pointInside }
}

extension Polygon {
    fileprivate var pointInside: Coordinate {
        let middle = centroid
        if contains(middle), !lies(onBoundary: middle) { return middle }
        // Lines at odd shares of the height: few corners lie on them.
        for share in [0.5, 0.27, 0.73, 0.11, 0.89, 0.41, 0.61] {
            let latitude = box.south + (box.north - box.south) * share
            let places = crossings(at: latitude).sorted()
            let stretches = zip(places, places.dropFirst()).sorted { $0.1 - $0.0 > $1.1 - $1.0 }
            for (west, east) in stretches.prefix(20) {
                let point = Coordinate(longitude: (west + east) / 2, latitude: latitude)
                if contains(point), !lies(onBoundary: point) { return point }
            }
        }
        return outer.points[0]
    }

    private func lies(onBoundary point: Coordinate) -> Bool { rings.contains { $0.side(of: point) == .boundary } }

    /// The longitudes at which the boundary crosses a latitude.
    private func crossings(at latitude: Double) -> [Double] {
        rings.flatMap { ring in
            ring.edges.compactMap { start, end -> Double? in
                guard (start.latitude > latitude) != (end.latitude > latitude) else { return nil }
                let share = (latitude - start.latitude) / (end.latitude - start.latitude)
                return start.longitude + (end.longitude - start.longitude) * share
            }
        }
    }
}

extension Datum {
    /// The area that `area`, given in this datum, means.
    public func toCGCS2000(_ area: MultiPolygon) -> MultiPolygon {
        self == .cgcs2000 ? area : area.mapped(toCGCS2000)
    }
}

/// Another datum under which an area would hold the place that it is drawn around, where under the claimed one it lies
/// clearly beside it. Nil when it lies near enough as claimed, or when no datum explains where it lies.
/// - Parameters:
///   - area: as it was given, in the datum that is claimed.
///   - place: CGCS2000.
public func likelyDatum(of area: MultiPolygon, given claimed: Datum, around place: Coordinate) -> Datum? {
    let stated = claimed.toCGCS2000(area)
    guard !stated.contains(place), stated.distanceToBoundary(from: place) > besideM else { return nil }
    return Datum.allCases.first { $0 != claimed && area.contains($0.fromCGCS2000(place)) }
}

/// Metres. The datums differ by 400 m or more, dots are put beside an outline by some ten.
private let besideM = 100.0
