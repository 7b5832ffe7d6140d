public import Kernel

/// A closed line: the first point again at the end, four points or more, all on Earth. Longitude and latitude are
/// taken as a plane, which serves anything that does not reach over the 180th meridian or a pole.
public struct Ring: Hashable, Sendable {
    public static let maxPoints = 20_000

    public let points: [Coordinate]
    public let box: BoundingBox

    /// Throws a `Refusal` (`geo.ring.…`) that names the point. Whether the line crosses itself is asked of the polygon:
    /// `Polygon.checkSimple()`.
    public init(_ points: [Coordinate]) throws {
        guard points.count >= 4 else {
            throw Refusal(
                "geo.ring.short", zh: "边界线只有 \(points.count) 个点；至少要 4 个（首尾为同一点）。",
                en: "The boundary has \(points.count) points; it needs at least 4, the first again at the end.",
                field: "geometry")
        }
        guard points.count <= Self.maxPoints else {
            throw Refusal(
                .tooLarge, "geo.ring.long", zh: "一条边界线有 \(points.count) 个点，上限 \(Self.maxPoints)；请先简化。",
                en: "One boundary has \(points.count) points, the limit is \(Self.maxPoints); simplify it first.",
                field: "geometry")
        }
        if let index = points.firstIndex(where: { !$0.isOnEarth }) {
            throw offEarth(points[index], "第 \(index + 1) 个点", "Point \(index + 1)")
        }
        guard points[0] == points[points.count - 1] else {
            throw Refusal(
                "geo.ring.open",
                zh: "边界线没有闭合：起点 \(points[0].inWords)，终点 \(points[points.count - 1].inWords)；请把起点再写在最后。",
                en: "The boundary is not closed: it starts at \(points[0].inWords) and ends at "
                    + "\(points[points.count - 1].inWords); repeat the first point at the end.",
                field: "geometry")
        }
        self.init(trusted: points)
    }

    /// For points taken from a ring that was checked.
    init(trusted points: [Coordinate]) {
        self.points = points
        box = BoundingBox(points)
    }

    /// Consecutive pairs of points.
    var edges: some Sequence<(Coordinate, Coordinate)> { zip(points, points.dropFirst()) }
}

func offEarth(_ point: Coordinate, _ whichZh: String, _ whichEn: String) -> Refusal {
    let couldBeSwapped = Coordinate(longitude: point.latitude, latitude: point.longitude).isOnEarth
    return Refusal(
        "geo.coordinate.range",
        zh: "\(whichZh)不是经纬度：经度 \(point.longitude)，纬度 \(point.latitude);"
            + (couldBeSwapped ? "经度和纬度可能写反了。" : "请用以度为单位的经纬度,不要用以米为单位的投影坐标。"),
        en: "\(whichEn) is no longitude and latitude: \(point.longitude), \(point.latitude); "
            + (couldBeSwapped ? "perhaps the two are swapped." : "give degrees, not projected metres."),
        field: "geometry")
}

/// An area with holes. The outer line's direction does not matter.
public struct Polygon: Hashable, Sendable {
    public let outer: Ring
    public let holes: [Ring]

    public init(outer: Ring, holes: [Ring] = []) {
        self.outer = outer
        self.holes = holes
    }

    public var box: BoundingBox { outer.box }
    public var rings: [Ring] { [outer] + holes }
}

/// Several areas that are one thing: a district with an exclave, an estate on both sides of a street.
public struct MultiPolygon: Hashable, Sendable {
    public let polygons: [Polygon]
    /// Nil when there is no polygon.
    public let box: BoundingBox?

    public init(_ polygons: [Polygon]) {
        self.polygons = polygons
        box = polygons.first.map { first in polygons.dropFirst().reduce(first.box) { $0.union($1.box) } }
    }
}

/// What a thing on the map may be.
public enum Geometry: Hashable, Sendable {
    case point(Coordinate)
    case polygon(Polygon)
    case multiPolygon(MultiPolygon)

    /// The areas; nil for a point.
    public var area: MultiPolygon? {
        switch self {
        case .point: nil
        case .polygon(let polygon): MultiPolygon([polygon])
        case .multiPolygon(let multi): multi
        }
    }

    /// Where to put a label or a dot: the point itself or the centroid. Nil for an empty area.
    public var middle: Coordinate? {
        switch self {
        case .point(let point): point
        case .polygon(let polygon): polygon.centroid
        case .multiPolygon(let multi): multi.centroid
        }
    }
}

/// The smallest upright rectangle around something, in degrees; its edges belong to it.
public struct BoundingBox: Hashable, Sendable {
    public let west: Double
    public let south: Double
    public let east: Double
    public let north: Double

    public init(west: Double, south: Double, east: Double, north: Double) {
        self.west = west
        self.south = south
        self.east = east
        self.north = north
    }

    /// Around points of which there is at least one.
    init(_ points: [Coordinate]) {
        var (west, south, east, north) = (Double.infinity, Double.infinity, -Double.infinity, -Double.infinity)
        for point in points {
            west = min(west, point.longitude)
            east = max(east, point.longitude)
            south = min(south, point.latitude)
            north = max(north, point.latitude)
        }
        self.init(west: west, south: south, east: east, north: north)
    }

    public func contains(_ point: Coordinate) -> Bool {
        point.longitude >= west && point.longitude <= east && point.latitude >= south && point.latitude <= north
    }

    /// Boxes that only touch count too.
    public func intersects(_ other: BoundingBox) -> Bool {
        west <= other.east && other.west <= east && south <= other.north && other.south <= north
    }

    /// The smallest box that holds both.
    public func union(_ other: BoundingBox) -> BoundingBox {
        BoundingBox(
            west: min(west, other.west), south: min(south, other.south), east: max(east, other.east),
            north: max(north, other.north))
    }
}
