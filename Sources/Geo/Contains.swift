public import Kernel

extension Ring {
    enum Side { case inside, boundary, outside }

    /// By counting crossings of a ray to the east. Every edge is looked at from its southern end, so that two areas
    /// with the same border decide alike: a point beside it lies in exactly one of them.
    func side(of point: Coordinate) -> Side {
        guard box.contains(point) else { return .outside }
        var isInside = false
        for (start, end) in edges {
            let (south, north) = start.latitude <= end.latitude ? (start, end) : (end, start)
            guard south.latitude <= point.latitude, point.latitude <= north.latitude else { continue }
            let turn = orientation(south, north, point)
            if turn == 0, min(south.longitude, north.longitude) <= point.longitude,
                point.longitude <= max(south.longitude, north.longitude)
            {
                return .boundary
            }
            // The northern end is left out, so that a vertex counts once.
            if point.latitude < north.latitude, turn > 0 { isInside.toggle() }
        }
        return isInside ? .inside : .outside
    }
}

extension Polygon {
    /// Whether the point lies in the area. The boundary belongs to it, that of holes too; the inside of a hole does
    /// not.
    public func contains(_ point: Coordinate) -> Bool {
        switch outer.side(of: point) {
        case .outside: false
        case .boundary: true
        case .inside: !holes.contains { $0.side(of: point) == .inside }
        }
    }
}

extension MultiPolygon {
    /// Whether the point lies in any of the areas or on its boundary.
    public func contains(_ point: Coordinate) -> Bool {
        guard let box, box.contains(point) else { return false }
        return polygons.contains { $0.contains(point) }
    }
}

/// Positive when `c` lies left of the line from `a` to `b`, negative right of it, zero on it.
func orientation(_ a: Coordinate, _ b: Coordinate, _ c: Coordinate) -> Double {
    (b.longitude - a.longitude) * (c.latitude - a.latitude) - (b.latitude - a.latitude) * (c.longitude - a.longitude)
}
