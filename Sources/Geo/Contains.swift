public import Kernel

extension Ring {
    enum Side { case inside, boundary, outside }

    /// By counting crossings of a ray to the east.
    func side(of point: Coordinate) -> Side {
        box.contains(point) ? Self.side(of: point, among: edges.lazy.map { Slope($0, $1) }) : .outside
    }

    /// `side(of:)` of many points, from south to north, so that each is compared only with the edges at its latitude.
    func sides(of points: [Coordinate], _ effort: inout Effort) throws -> [Side] {
        var sides = [Side](repeating: .outside, count: points.count)
        try effort.spend(points.count)
        let asked = points.indices.filter { box.contains(points[$0]) }
        guard !asked.isEmpty else { return sides }
        var coming = edges.map { Slope($0, $1) }.sorted { $0.south.latitude > $1.south.latitude }
        var open: [Slope] = []
        for index in asked.sorted(by: { points[$0].latitude < points[$1].latitude }) {
            let point = points[index]
            open.removeAll { $0.north.latitude < point.latitude }
            while let next = coming.last, next.south.latitude <= point.latitude {
                coming.removeLast()
                if next.north.latitude >= point.latitude { open.append(next) }
            }
            try effort.spend(open.count)
            sides[index] = Self.side(of: point, among: open)
        }
        return sides
    }

    private static func side(of point: Coordinate, among slopes: some Sequence<Slope>) -> Side {
        var isInside = false
        for slope in slopes {
            switch slope.meeting(of: point) {
            case .none: break
            case .crossing: isInside.toggle()
            case .boundary: return .boundary
            }
        }
        return isInside ? .inside : .outside
    }
}

/// An edge looked at from its southern end, so that two areas with the same border decide alike: a point beside it lies
/// in exactly one of them.
private struct Slope {
    enum Meeting { case none, crossing, boundary }

    let south: Coordinate
    let north: Coordinate

    init(_ start: Coordinate, _ end: Coordinate) {
        (south, north) = start.latitude <= end.latitude ? (start, end) : (end, start)
    }

    /// Whether the point lies on the edge, or a ray from it to the east crosses it.
    func meeting(of point: Coordinate) -> Meeting {
        guard south.latitude <= point.latitude, point.latitude <= north.latitude else { return .none }
        let turn = orientation(south, north, point)
        if turn == 0, min(south.longitude, north.longitude) <= point.longitude,
            point.longitude <= max(south.longitude, north.longitude)
        {
            return .boundary
        }
        // The northern end is left out, so that a vertex counts once.
        return point.latitude < north.latitude && turn > 0 ? .crossing : .none
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

    fileprivate func contains(each points: [Coordinate], _ effort: inout Effort) throws -> [Bool] {
        let sides = try outer.sides(of: points, &effort)
        var isHeld = sides.map { $0 != .outside }
        let inside = points.indices.filter { sides[$0] == .inside }
        for hole in holes {
            let holeSides = try hole.sides(of: inside.map { points[$0] }, &effort)
            for (index, side) in zip(inside, holeSides) where side == .inside { isHeld[index] = false }
        }
        return isHeld
    }
}

extension MultiPolygon {
    /// Whether the point lies in any of the areas or on its boundary.
    public func contains(_ point: Coordinate) -> Bool {
        guard let box, box.contains(point) else { return false }
        return polygons.contains { $0.contains(point) }
    }

    /// `contains` of each of many points, in their order.
    public func contains(each points: [Coordinate], _ effort: inout Effort) throws -> [Bool] {
        var isHeld = [Bool](repeating: false, count: points.count)
        for polygon in polygons {
            for (index, holds) in try polygon.contains(each: points, &effort).enumerated() where holds {
                isHeld[index] = true
            }
        }
        return isHeld
    }
}

/// Positive when `c` lies left of the line from `a` to `b`, negative right of it, zero on it.
func orientation(_ a: Coordinate, _ b: Coordinate, _ c: Coordinate) -> Double {
    (b.longitude - a.longitude) * (c.latitude - a.latitude) - (b.latitude - a.latitude) * (c.longitude - a.longitude)
}
