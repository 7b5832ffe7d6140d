/// How often a span of the line may be halved; a line of 20,000 points that bends evenly needs 15. Spans deeper than
/// that keep all their points, so that no shape can take more than a time proportional to its points.
private let deepestSpan = 64

/// Fewer points, none that was left out farther than `tolerance` units from the new line (Douglas-Peucker, exact in
/// integers). The first and the last point stay. Coordinates are below 2^14, as a tile's are.
func simplified(_ line: [TilePoint], tolerance: Int) -> [TilePoint] {
    guard line.count > 2 else { return line }
    var isKept = [Bool](repeating: false, count: line.count)
    isKept[0] = true
    isKept[line.count - 1] = true
    // A list instead of recursion: a spiral would go as deep as it has points.
    var spans = [(first: 0, last: line.count - 1, depth: 0)]
    while let (first, last, depth) = spans.popLast() {
        guard depth < deepestSpan else {
            for index in first..<last { isKept[index] = true }
            continue
        }
        guard let farthest = farthest(in: line, first, last, tolerance) else { continue }
        isKept[farthest] = true
        spans.append((first, farthest, depth + 1))
        spans.append((farthest, last, depth + 1))
    }
    var kept: [TilePoint] = []
    kept.reserveCapacity(line.count)
    for (point, isKept) in zip(line, isKept) where isKept { kept.append(point) }
    return kept
}

/// The point between two others farthest from the straight line between them; nil when all are within the tolerance.
private func farthest(in line: [TilePoint], _ first: Int, _ last: Int, _ tolerance: Int) -> Int? {
    guard last - first > 1 else { return nil }
    let chord = Chord(from: line[first], to: line[last])
    var (found, greatest) = (Int?.none, tolerance * tolerance * chord.scale)
    for index in first + 1..<last {
        let distance = chord.scaledSquare(to: line[index])
        if distance > greatest { (found, greatest) = (index, distance) }
    }
    return found
}

/// The straight line between two points, and squared distances to it times `scale`, which spares the division.
private struct Chord {
    private let start: TilePoint
    private let dx: Int
    private let dy: Int
    private let length2: Int

    init(from start: TilePoint, to end: TilePoint) {
        self.start = start
        dx = end.x - start.x
        dy = end.y - start.y
        length2 = dx * dx + dy * dy
    }

    /// 1 when both ends are one point, as in a closed ring.
    var scale: Int { max(1, length2) }

    func scaledSquare(to point: TilePoint) -> Int {
        let (x, y) = (point.x - start.x, point.y - start.y)
        let along = x * dx + y * dy
        if along <= 0 { return (x * x + y * y) * scale }
        if along >= length2 {
            let (x, y) = (x - dx, y - dy)
            return (x * x + y * y) * scale
        }
        let across = x * dy - y * dx
        return across * across
    }
}
