import Glibc
public import Kernel

extension Coordinate {
    /// Metres over the sphere of mean radius 6,371,008.8 m (haversine). At Changsha's latitude the ellipsoid differs
    /// by up to 0.5 %.
    public func distance(to other: Coordinate) -> Double {
        let (from, to) = (radians(latitude), radians(other.latitude))
        let halfNorth = sin((to - from) / 2)
        let halfEast = sin(radians(other.longitude - longitude) / 2)
        let chord = halfNorth * halfNorth + cos(from) * cos(to) * halfEast * halfEast
        return 2 * meanRadiusM * asin(min(1, chord.squareRoot()))
    }

    /// Finite, longitude within ±180, latitude within ±90.
    public var isOnEarth: Bool {
        (-180.0...180.0).contains(longitude) && (-90.0...90.0).contains(latitude)
    }

    /// "28.18554, 113.10130": latitude first, as people write it in both languages; for messages.
    var inWords: String { "\(rounded(latitude)), \(rounded(longitude))" }

    private func rounded(_ degrees: Double) -> String {
        degrees.isFinite && abs(degrees) < 1e9 ? "\((degrees * 1e5).rounded() / 1e5)" : "\(degrees)"
    }
}

/// A flat map around one place: metres east and north of it. Good to 0.1 % within 10 km, to 1 % within 100 km.
struct LocalMap {
    private let origin: Coordinate
    private let metresPerDegreeEast: Double
    private let metresPerDegreeNorth: Double

    init(around origin: Coordinate) {
        self.origin = origin
        metresPerDegreeNorth = radians(1) * meanRadiusM
        metresPerDegreeEast = metresPerDegreeNorth * cos(radians(origin.latitude))
    }

    func metres(_ coordinate: Coordinate) -> (east: Double, north: Double) {
        (
            (coordinate.longitude - origin.longitude) * metresPerDegreeEast,
            (coordinate.latitude - origin.latitude) * metresPerDegreeNorth
        )
    }

    /// Metres from `point` to the nearest point of the straight line between two others.
    func distance(from point: Coordinate, to start: Coordinate, _ end: Coordinate) -> Double {
        let (p, a, b) = (metres(point), metres(start), metres(end))
        let (dx, dy) = (b.east - a.east, b.north - a.north)
        let length2 = dx * dx + dy * dy
        let along = length2 > 0 ? ((p.east - a.east) * dx + (p.north - a.north) * dy) / length2 : 0
        let t = min(1, max(0, along))
        let (east, north) = (a.east + t * dx - p.east, a.north + t * dy - p.north)
        return (east * east + north * north).squareRoot()
    }
}

/// Mean radius of the Earth (IUGG).
let meanRadiusM = 6_371_008.8

func radians(_ degrees: Double) -> Double { degrees / 180 * .pi }
