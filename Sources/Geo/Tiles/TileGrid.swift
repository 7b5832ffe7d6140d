import Kernel

/// A place in a tile's grid before it is rounded: units east and south of the tile's north-western corner.
struct TilePlace: Hashable {
    var x: Double
    var y: Double
}

/// A place in a tile's grid as it is written.
struct TilePoint: Hashable {
    var x: Int
    var y: Int
}

/// What turns degrees into a tile's grid and brings shapes into the form in which a tile holds them.
struct TileGrid {
    /// In units: how far shapes reach beyond the tile on each side.
    static let window = -Double(VectorTile.buffer)...Double(VectorTile.extent + VectorTile.buffer)
    /// Units by which a line may leave the place it had.
    static let tolerance = 1

    /// The tile and its buffer in degrees.
    let reach: BoundingBox
    /// Units around the world, and of them those west and north of the tile. The difference is good to 1e-5 units at
    /// the last zoom.
    private let world: Double
    private let west: Double
    private let north: Double

    init(_ address: TileAddress) {
        reach = address.box(buffer: VectorTile.buffer)
        world = Double(VectorTile.extent << address.zoom)
        west = Double(VectorTile.extent * address.column)
        north = Double(VectorTile.extent * address.row)
    }

    func place(_ coordinate: Coordinate) -> TilePlace {
        TilePlace(
            x: WebMercator.east(coordinate.longitude) * world - west,
            y: WebMercator.south(coordinate.latitude) * world - north)
    }

    /// Nil outside the tile and its buffer.
    func point(_ coordinate: Coordinate) -> TilePoint? {
        guard reach.contains(coordinate) else { return nil }
        return snapped(place(coordinate))
    }

    /// The parts of a line inside, each of two points or more.
    func lines(_ line: [Coordinate]) -> [[TilePoint]] {
        guard line.allSatisfy(\.isOnEarth) else { return [] }
        return clippedLine(line.map(place), to: Self.window)
            .map { simplified(snapped($0), tolerance: Self.tolerance) }
            .filter { $0.count >= 2 }
    }

    /// The outer line, then the holes, of what lies inside: each without its first point repeated, the outer line of
    /// positive area, the holes of negative. Empty when nothing of a unit's size is left.
    func rings(_ polygon: Polygon) -> [[TilePoint]] {
        guard let outer = ring(polygon.outer, isHole: false) else { return [] }
        let holes = polygon.holes.compactMap { ring($0, isHole: true) }
        // A hole may swallow all of the tile.
        guard holes.reduce(doubledArea(outer), { $0 + doubledArea($1) }) > 0 else { return [] }
        return [outer] + holes
    }

    private func ring(_ ring: Ring, isHole: Bool) -> [TilePoint]? {
        guard reach.intersects(ring.box) else { return nil }
        var places = ring.points.map(place)
        if !reach.contains(ring.box) { places = clippedRing(places, to: Self.window) }
        var points = simplified(snapped(places), tolerance: Self.tolerance)
        points.removeLast(min(1, points.count))
        let area = doubledArea(points)
        guard area != 0 else { return nil }
        if (area < 0) != isHole { points.reverse() }
        return points
    }
}

extension BoundingBox {
    fileprivate func contains(_ other: BoundingBox) -> Bool {
        west <= other.west && other.east <= east && south <= other.south && other.north <= north
    }
}

private func snapped(_ place: TilePlace) -> TilePoint {
    TilePoint(x: Int(place.x.rounded()), y: Int(place.y.rounded()))
}

/// To the grid, without points that fall on the one before.
func snapped(_ places: [TilePlace]) -> [TilePoint] {
    var points: [TilePoint] = []
    points.reserveCapacity(places.count)
    for place in places {
        let point = snapped(place)
        if point != points.last { points.append(point) }
    }
    return points
}

/// Twice the area by the surveyor's formula: positive when the ring runs clockwise on a screen, whose y grows
/// downwards. The first point need not be repeated.
func doubledArea(_ ring: [TilePoint]) -> Int {
    guard var last = ring.last else { return 0 }
    var sum = 0
    for point in ring {
        sum += last.x * point.y - point.x * last.y
        last = point
    }
    return sum
}
