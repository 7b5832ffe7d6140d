import Glibc
public import Kernel

/// The reference system that a longitude and latitude were given in. Whatever comes in is converted to CGCS2000 at
/// the door.
///
/// CGCS2000 and WGS-84 differ by centimetres and are one for a web map. GCJ-02 is what maps and phones in China show:
/// the true place moved by 100 to 700 m. BD-09 is Baidu's: GCJ-02 moved once more, by about 900 m. Both are publicly
/// known only from their behaviour; the polynomial used here is the commonly published one.
///
/// **Outside China** nothing is moved: GCJ-02 is taken for CGCS2000 where the coordinate at hand lies outside
/// longitude 72.004 to 137.8347 and latitude 0.8293 to 55.8271. The rectangle is that of the published code; it also
/// covers places outside China, and within a kilometre of its edge a round trip does not return. BD-09 has no such
/// rule.
public enum Datum: String, Sendable, CaseIterable, Codable {
    case cgcs2000
    case gcj02
    case bd09

    /// Reads what people write in a header: "WGS84", "EPSG:4490", "高德", "百度坐标". Nil when it names none of the three.
    public init?(named name: String) {
        let key = String(
            String.UnicodeScalarView(
                name.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || ("0"..."9").contains($0) }))
        let found = Self.spellings.first { _, words in words.contains { key.contains($0) } }
        guard let found else { return nil }
        self = found.datum
    }

    private static let spellings: [(datum: Datum, words: [String])] = [
        (.bd09, ["bd09", "baidu", "百度"]),
        (.gcj02, ["gcj02", "gcj", "amap", "gaode", "tencent", "高德", "腾讯", "火星"]),
        (.cgcs2000, ["cgcs2000", "wgs84", "epsg4326", "epsg4490", "gps", "国家2000", "2000国家", "天地图"]),
    ]

    /// As people know it, the same in both languages.
    public var label: String {
        switch self {
        case .cgcs2000: "CGCS2000 / WGS-84"
        case .gcj02: "GCJ-02"
        case .bd09: "BD-09"
        }
    }

    /// The place that `coordinate`, given in this datum, means. Exact to 1e-9 degrees against `fromCGCS2000`.
    /// A coordinate that is not finite comes back unchanged.
    public func toCGCS2000(_ coordinate: Coordinate) -> Coordinate {
        switch self {
        case .cgcs2000: coordinate
        case .gcj02: undoneGCJ02(coordinate)
        case .bd09: undoneGCJ02(undoneBD09(coordinate))
        }
    }

    /// How this datum writes the place that lies at `coordinate` in CGCS2000.
    public func fromCGCS2000(_ coordinate: Coordinate) -> Coordinate {
        switch self {
        case .cgcs2000: coordinate
        case .gcj02: doneGCJ02(coordinate)
        case .bd09: doneBD09(doneGCJ02(coordinate))
        }
    }
}

/// Whether GCJ-02 moves what lies here; false for a coordinate that is not finite.
private func isMoved(_ at: Coordinate) -> Bool {
    (72.004...137.8347).contains(at.longitude) && (0.8293...55.8271).contains(at.latitude)
}

private func doneGCJ02(_ place: Coordinate) -> Coordinate {
    guard isMoved(place) else { return place }
    let offset = offsetGCJ02(place)
    return Coordinate(longitude: place.longitude + offset.longitude, latitude: place.latitude + offset.latitude)
}

private func undoneGCJ02(_ shown: Coordinate) -> Coordinate {
    guard isMoved(shown) else { return shown }
    return inverse(of: shown) { offsetGCJ02($0) }
}

/// Solves `place + offset(place) = shown`. The offsets change by less than 1 % over their own length, so that every
/// round gains two digits or more; twenty rounds are never reached.
private func inverse(of shown: Coordinate, offset: (Coordinate) -> Coordinate) -> Coordinate {
    var place = shown
    for _ in 0..<20 {
        let moved = offset(place)
        let next = Coordinate(longitude: shown.longitude - moved.longitude, latitude: shown.latitude - moved.latitude)
        let change = max(abs(next.longitude - place.longitude), abs(next.latitude - place.latitude))
        place = next
        if change < 1e-12 { break }
    }
    return place
}

/// What GCJ-02 adds at a place, in degrees. Constants of the published code: Krasovsky's ellipsoid, origin 105° E 35°
/// N.
private func offsetGCJ02(_ place: Coordinate) -> Coordinate {
    let (x, y) = (place.longitude - 105, place.latitude - 35)
    let common = (20 * sin(6 * x * .pi) + 20 * sin(2 * x * .pi)) * 2 / 3
    var north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * abs(x).squareRoot() + common
    north += (20 * sin(y * .pi) + 40 * sin(y / 3 * .pi)) * 2 / 3
    north += (160 * sin(y / 12 * .pi) + 320 * sin(y / 30 * .pi)) * 2 / 3
    var east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * abs(x).squareRoot() + common
    east += (20 * sin(x * .pi) + 40 * sin(x / 3 * .pi)) * 2 / 3
    east += (150 * sin(x / 12 * .pi) + 300 * sin(x / 30 * .pi)) * 2 / 3

    let semiMajor = 6_378_245.0
    let eccentricity2 = 0.006_693_421_622_965_943_23
    let latitude = place.latitude / 180 * .pi
    let magic = 1 - eccentricity2 * sin(latitude) * sin(latitude)
    let metresPerRadianEast = semiMajor / magic.squareRoot() * cos(latitude)
    let metresPerRadianNorth = semiMajor * (1 - eccentricity2) / (magic * magic.squareRoot())
    return Coordinate(
        longitude: east / metresPerRadianEast * 180 / .pi, latitude: north / metresPerRadianNorth * 180 / .pi)
}

private func doneBD09(_ shown: Coordinate) -> Coordinate {
    let offset = offsetBD09(shown)
    return Coordinate(longitude: shown.longitude + offset.longitude, latitude: shown.latitude + offset.latitude)
}

/// The published way back is only good to about 1e-6 degrees; solving the way forth is exact.
private func undoneBD09(_ shown: Coordinate) -> Coordinate {
    guard shown.longitude.isFinite, shown.latitude.isFinite else { return shown }
    return inverse(of: shown) { offsetBD09($0) }
}

/// What BD-09 adds to a GCJ-02 coordinate, in degrees.
private func offsetBD09(_ gcj02: Coordinate) -> Coordinate {
    let (x, y) = (gcj02.longitude, gcj02.latitude)
    let turn = Double.pi * 3000 / 180
    let radius = (x * x + y * y).squareRoot() + 0.000_02 * sin(y * turn)
    let angle = atan2(y, x) + 0.000_003 * cos(x * turn)
    return Coordinate(longitude: radius * cos(angle) + 0.0065 - x, latitude: radius * sin(angle) + 0.006 - y)
}
