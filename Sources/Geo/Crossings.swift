import Kernel

extension Polygon {
    /// Throws a `Refusal` unless every ring is simple (touches itself nowhere), no two rings cross or run along each
    /// other (they may touch in single points), and every hole lies in the outer ring. Holes within holes are not
    /// looked for.
    public func checkSimple(_ effort: inout Effort) throws {
        var edges: [Edge] = []
        for (index, ring) in rings.enumerated() {
            let own = Edge.all(of: ring, index: index)
            guard own.count >= 3 else {
                throw Refusal(
                    "geo.ring.flat", zh: "边界线不围成面：\(ring.points[0].inWords) 处的不同点少于 3 个。",
                    en: "The boundary encloses nothing: fewer than 3 different points at \(ring.points[0].inWords).",
                    field: "geometry")
            }
            edges += own
        }
        if let place = try firstConflict(among: edges, &effort) {
            throw Refusal(
                "geo.ring.crossing", zh: "边界线在 \(place.inWords) 附近与自身相交或重叠；请在那里改正。",
                en: "The boundary crosses or touches itself near \(place.inWords); mend it there.", field: "geometry")
        }
        let corners = holes.flatMap(\.points)
        for (point, side) in zip(corners, try outer.sides(of: corners, &effort)) where side == .outside {
            throw Refusal(
                "geo.hole.outside", zh: "内环的点 \(point.inWords) 在外环之外；内环必须在外环之内。",
                en: "The hole's point \(point.inWords) lies outside the outer boundary; holes must lie inside.",
                field: "geometry")
        }
    }
}

extension MultiPolygon {
    /// Each polygon by itself; whether they overlap is not looked for.
    public func checkSimple(_ effort: inout Effort) throws {
        for polygon in polygons { try polygon.checkSimple(&effort) }
    }
}

private struct Edge {
    let start: Coordinate
    let end: Coordinate
    let ring: Int
    /// Its number among its ring's edges, and how many these are: neighbours share a point.
    let number: Int
    let count: Int

    var west: Double { min(start.longitude, end.longitude) }
    var east: Double { max(start.longitude, end.longitude) }
    var south: Double { min(start.latitude, end.latitude) }
    var north: Double { max(start.latitude, end.latitude) }

    /// A ring's edges without those of no length.
    static func all(of ring: Ring, index: Int) -> [Edge] {
        let pairs = ring.edges.filter { $0.0 != $0.1 }
        return pairs.enumerated().map { number, pair in
            Edge(start: pair.0, end: pair.1, ring: index, number: number, count: pairs.count)
        }
    }

    func isFollowed(by other: Edge) -> Bool { ring == other.ring && (number + 1) % count == other.number }

    /// Whether two edges meet where they must not.
    func conflicts(with other: Edge) -> Bool {
        if isFollowed(by: other) { return Self.turnsBack(start, end, other.end) }
        if other.isFollowed(by: self) { return Self.turnsBack(other.start, other.end, end) }
        let (a, b) = (orientation(start, end, other.start), orientation(start, end, other.end))
        let (c, d) = (orientation(other.start, other.end, start), orientation(other.start, other.end, end))
        if (a > 0) != (b > 0), (c > 0) != (d > 0), a != 0, b != 0, c != 0, d != 0 { return true }
        if a == 0, b == 0 { return overlapsOnLine(other) }
        guard ring == other.ring else { return false }
        return a == 0 && holds(other.start) || b == 0 && holds(other.end) || c == 0 && other.holds(start)
            || d == 0 && other.holds(end)
    }

    /// For a point on the edge's line: whether it is between the ends.
    private func holds(_ point: Coordinate) -> Bool {
        (west...east).contains(point.longitude) && (south...north).contains(point.latitude)
    }

    /// For two edges on one line: whether they share more than rings may. One ring may share nothing, two a single
    /// point.
    private func overlapsOnLine(_ other: Edge) -> Bool {
        let (width, height) = (
            min(east, other.east) - max(west, other.west), min(north, other.north) - max(south, other.south)
        )
        guard width >= 0, height >= 0 else { return false }
        return ring == other.ring || width > 0 || height > 0
    }

    /// Whether the way a → b → c runs back over itself.
    private static func turnsBack(_ a: Coordinate, _ b: Coordinate, _ c: Coordinate) -> Bool {
        let along =
            (a.longitude - b.longitude) * (c.longitude - b.longitude) + (a.latitude - b.latitude)
            * (c.latitude - b.latitude)
        return orientation(a, b, c) == 0 && along > 0
    }
}

/// Sweeps from west to east and compares only edges that lie over the same longitude. The place of the first conflict
/// found.
private func firstConflict(among edges: [Edge], _ effort: inout Effort) throws -> Coordinate? {
    var open: [Edge] = []
    for edge in edges.sorted(by: { $0.west < $1.west }) {
        try effort.spend(open.count + 1)
        open.removeAll { $0.east < edge.west }
        for other in open where other.south <= edge.north && edge.south <= other.north {
            if edge.conflicts(with: other) { return edge.start }
        }
        open.append(edge)
    }
    return nil
}
