import Kernel

extension MultiPolygon {
    /// Whether the areas have a point in common with the box; touching counts.
    public func intersects(_ other: BoundingBox) -> Bool {
        guard let box, box.intersects(other) else { return false }
        let isCrossed = polygons.flatMap(\.rings).contains { ring in
            ring.box.intersects(other) && ring.edges.contains { other.touches($0, $1) }
        }
        // No line within the box: all of it lies inside, or none.
        return isCrossed || contains(Coordinate(longitude: other.west, latitude: other.south))
    }
}

extension BoundingBox {
    /// Whether the line between two points has one in the box: what is left of it between the box's sides.
    fileprivate func touches(_ start: Coordinate, _ end: Coordinate) -> Bool {
        var (first, last) = (0.0, 1.0)
        func narrow(_ from: Double, _ to: Double, _ low: Double, _ high: Double) -> Bool {
            guard from != to else { return (low...high).contains(from) }
            let (one, other) = ((low - from) / (to - from), (high - from) / (to - from))
            first = max(first, min(one, other))
            last = min(last, max(one, other))
            return first <= last
        }
        return narrow(start.longitude, end.longitude, west, east)
            && narrow(start.latitude, end.latitude, south, north)
    }
}
