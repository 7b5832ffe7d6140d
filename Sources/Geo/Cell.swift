public import Kernel

/// A web-map tile of zoom 14 (about 2.1 km wide at Changsha) as one number: the bits of column and row interleaved
/// (Morton), so that tiles near each other have numbers near each other and a parent tile is a range.
public struct Cell: Hashable, Sendable {
    public static let zoom = 14

    /// 0 ..< 4^14; column bits are the even ones.
    public let number: Int64

    /// The tile that holds a place. Latitudes beyond ±85.0511, where web maps end, count to the outermost row.
    /// Nil when the coordinate is not on Earth.
    public init?(_ place: Coordinate) {
        guard place.isOnEarth else { return nil }
        let size = Double(1 << Self.zoom)
        let x = WebMercator.east(place.longitude) * size
        let y = WebMercator.south(place.latitude) * size
        let last = (1 << Self.zoom) - 1
        number = Self.number(column: min(last, max(0, Int(x))), row: min(last, max(0, Int(y))))
    }

    public var column: Int { Self.gather(number) }
    public var row: Int { Self.gather(number >> 1) }

    /// Both with no more bits than the zoom has.
    public static func number(column: Int, row: Int) -> Int64 { spread(column) | spread(row) << 1 }

    private static func spread(_ value: Int) -> Int64 {
        (0..<zoom).reduce(0) { $0 | Int64(value >> $1 & 1) << (2 * $1) }
    }

    private static func gather(_ number: Int64) -> Int {
        (0..<zoom).reduce(0) { $0 | Int(number >> (2 * $1) & 1) << $1 }
    }
}
