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

    /// The numbers of all cells over a box that lies on Earth, and of others near it: those of the four tiles, or
    /// fewer, that are the smallest to cover it. A range from its first cell to its last would hold half the country
    /// where the box lies over a line between large tiles.
    public static func numbers(over box: BoundingBox) -> [ClosedRange<Int64>] {
        guard let first = Cell(Coordinate(longitude: box.west, latitude: box.north)),
            let last = Cell(Coordinate(longitude: box.east, latitude: box.south))
        else { return [] }
        var bits = 0
        while (first.column >> bits) + 1 < last.column >> bits || (first.row >> bits) + 1 < last.row >> bits {
            bits += 1
        }
        return (first.row >> bits...last.row >> bits).flatMap { row in
            (first.column >> bits...last.column >> bits).map { column in
                let start = number(column: column, row: row) << Int64(2 * bits)
                return start...start + (1 << Int64(2 * bits)) - 1
            }
        }
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
