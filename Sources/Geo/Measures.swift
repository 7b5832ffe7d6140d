import Glibc
public import Kernel

extension Ring {
    /// Square metres on the ellipsoid, positive when the ring runs counter-clockwise. Exact for edges that are
    /// straight in the equal-area cylindrical map, which for edges of a few kilometres means to a millionth.
    var signedAreaM2: Double {
        let base = authalic(points[0].latitude)
        var sum = 0.0
        for (start, end) in edges {
            // Differences to the first point keep the digits that a small ring needs.
            let height = (authalic(start.latitude) - base) + (authalic(end.latitude) - base)
            sum -= radians(end.longitude - start.longitude) * height / 2
        }
        return sum * semiMajorM * semiMajorM / 2
    }

    /// Twice the signed area in square degrees, and the centroid's moments, relative to the first point.
    fileprivate var moments: (area: Double, east: Double, north: Double) {
        let origin = points[0]
        var (area, east, north) = (0.0, 0.0, 0.0)
        for (start, end) in edges {
            let (ax, ay) = (start.longitude - origin.longitude, start.latitude - origin.latitude)
            let (bx, by) = (end.longitude - origin.longitude, end.latitude - origin.latitude)
            let cross = ax * by - bx * ay
            area += cross
            east += (ax + bx) * cross
            north += (ay + by) * cross
        }
        return (area, east, north)
    }

    var isCounterClockwise: Bool { moments.area > 0 }

    /// Metres from the point to the nearest edge.
    fileprivate func distance(from point: Coordinate, on map: LocalMap) -> Double {
        edges.reduce(.infinity) { min($0, map.distance(from: point, to: $1.0, $1.1)) }
    }
}

/// Ellipsoid of CGCS2000.
private let semiMajorM = 6_378_137.0
private let eccentricity2 = 2 / 298.257_222_101 - 1 / (298.257_222_101 * 298.257_222_101)

/// The area from the equator to a latitude (degrees), per radian of longitude, in units of half the squared
/// semi-major axis.
private func authalic(_ latitude: Double) -> Double {
    let (s, e) = (sin(radians(latitude)), eccentricity2.squareRoot())
    return (1 - eccentricity2) * (s / (1 - eccentricity2 * s * s) + atanh(e * s) / e)
}

extension Polygon {
    /// Square metres on the ellipsoid of CGCS2000, holes taken off.
    public var areaM2: Double {
        max(0, abs(outer.signedAreaM2) - holes.reduce(0) { $0 + abs($1.signedAreaM2) })
    }

    /// The middle of the mass; it may lie outside the area. For an area of nothing the middle of its points.
    public var centroid: Coordinate { Geo.centroid(of: [self]) ?? outer.points[0] }

    /// Metres from the point, inside or outside, to the nearest boundary, that of holes too. 1 % within 100 km.
    public func distanceToBoundary(from point: Coordinate) -> Double {
        let map = LocalMap(around: point)
        return rings.reduce(.infinity) { min($0, $1.distance(from: point, on: map)) }
    }
}

extension MultiPolygon {
    /// Square metres on the ellipsoid of CGCS2000; what two polygons share counts twice.
    public var areaM2: Double { polygons.reduce(0) { $0 + $1.areaM2 } }

    /// The middle of the mass; nil when there is no polygon.
    public var centroid: Coordinate? { Geo.centroid(of: polygons) }

    /// Metres to the nearest boundary of any of the areas; infinite when there is none.
    public func distanceToBoundary(from point: Coordinate) -> Double {
        polygons.reduce(.infinity) { min($0, $1.distanceToBoundary(from: point)) }
    }
}

private func centroid(of polygons: [Polygon]) -> Coordinate? {
    guard let origin = polygons.first?.outer.points[0] else { return nil }
    var (area, east, north) = (0.0, 0.0, 0.0)
    for polygon in polygons {
        for (index, ring) in polygon.rings.enumerated() {
            let moments = ring.moments
            // Whatever way a ring runs, the outer one adds and a hole takes off.
            let sign = (index == 0) == (moments.area >= 0) ? 1.0 : -1.0
            area += sign * moments.area
            east += sign * (moments.east + 3 * moments.area * (ring.points[0].longitude - origin.longitude))
            north += sign * (moments.north + 3 * moments.area * (ring.points[0].latitude - origin.latitude))
        }
    }
    guard area > 0 else {
        let points = polygons.flatMap { $0.outer.points.dropLast() }
        let sum = points.reduce((0.0, 0.0)) { ($0.0 + $1.longitude, $0.1 + $1.latitude) }
        return Coordinate(longitude: sum.0 / Double(points.count), latitude: sum.1 / Double(points.count))
    }
    return Coordinate(longitude: origin.longitude + east / (3 * area), latitude: origin.latitude + north / (3 * area))
}
