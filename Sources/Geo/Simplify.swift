public import Kernel

/// Fewer points, none that was left out farther than `toleranceM` metres from the new line (Douglas-Peucker). The
/// first and the last point stay. Time grows with the square of the points at worst.
public func simplified(_ line: [Coordinate], toleranceM: Double) -> [Coordinate] {
    guard line.count > 2, toleranceM > 0 else { return line }
    let map = LocalMap(around: line[0])
    var isKept = [Bool](repeating: false, count: line.count)
    isKept[0] = true
    isKept[line.count - 1] = true
    // A list instead of recursion: a spiral would go as deep as it has points.
    var spans = [(first: 0, last: line.count - 1)]
    while let span = spans.popLast() {
        var farthest = (index: span.first, distance: toleranceM)
        for index in span.first + 1..<max(span.first + 1, span.last) {
            let distance = map.distance(from: line[index], to: line[span.first], line[span.last])
            if distance > farthest.distance { farthest = (index, distance) }
        }
        guard farthest.index > span.first else { continue }
        isKept[farthest.index] = true
        spans.append((span.first, farthest.index))
        spans.append((farthest.index, span.last))
    }
    return line.indices.filter { isKept[$0] }.map { line[$0] }
}

extension Ring {
    /// Nil when fewer than four points would be left: the ring is smaller than the tolerance.
    func simplified(toleranceM: Double) -> Ring? {
        let points = Geo.simplified(points, toleranceM: toleranceM)
        return points.count >= 4 ? Ring(trusted: points) : nil
    }
}

extension Polygon {
    /// Every ring simplified alone: neighbours may part along a shared border by up to twice the tolerance, and a very
    /// narrow shape may come to cross itself (`checkSimple()` tells). Holes that vanish are filled; an outer line that
    /// would vanish stays as it is.
    public func simplified(toleranceM: Double) -> Polygon {
        Polygon(
            outer: outer.simplified(toleranceM: toleranceM) ?? outer,
            holes: holes.compactMap { $0.simplified(toleranceM: toleranceM) })
    }
}

extension MultiPolygon {
    public func simplified(toleranceM: Double) -> MultiPolygon {
        MultiPolygon(polygons.map { $0.simplified(toleranceM: toleranceM) })
    }
}
