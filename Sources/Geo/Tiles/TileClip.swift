/// What of a line lies in the square `window` × `window`, in parts of two points or more (Liang-Barsky). A part whose
/// points are all one may come of a line that only touches the square.
func clippedLine(_ line: [TilePlace], to window: ClosedRange<Double>) -> [[TilePlace]] {
    var parts: [[TilePlace]] = []
    var part: [TilePlace] = []
    func close() {
        if part.count >= 2 { parts.append(part) }
        part = []
    }
    for (start, end) in zip(line, line.dropFirst()) {
        guard let (from, to) = visible(start, end, in: window) else {
            close()
            continue
        }
        if part.isEmpty { part.append(between(start, end, from)) }
        part.append(to < 1 ? between(start, end, to) : end)
        if to < 1 { close() }
    }
    close()
    return parts
}

/// The part of the way from `start` (0) to `end` (1) that lies in the square.
private func visible(
    _ start: TilePlace, _ end: TilePlace, in window: ClosedRange<Double>
) -> (from: Double, to: Double)? {
    var (from, to) = (0.0, 1.0)
    func narrow(_ start: Double, _ change: Double) -> Bool {
        guard change != 0 else { return window.contains(start) }
        let (a, b) = ((window.lowerBound - start) / change, (window.upperBound - start) / change)
        from = max(from, min(a, b))
        to = min(to, max(a, b))
        return from <= to
    }
    return narrow(start.x, end.x - start.x) && narrow(start.y, end.y - start.y) ? (from, to) : nil
}

private func between(_ start: TilePlace, _ end: TilePlace, _ part: Double) -> TilePlace {
    TilePlace(x: start.x + part * (end.x - start.x), y: start.y + part * (end.y - start.y))
}

/// What of a closed ring's area lies in the square, as one closed ring (Sutherland-Hodgman); empty when nothing does.
/// Where the area falls apart, its pieces stay joined by lines of no width along the square's sides.
func clippedRing(_ ring: [TilePlace], to window: ClosedRange<Double>) -> [TilePlace] {
    var ring = ring
    for side in Side.allCases {
        guard ring.contains(where: { side.depth($0, in: window) < 0 }) else { continue }
        ring = cut(ring, at: side, of: window)
    }
    return ring
}

private func cut(_ ring: [TilePlace], at side: Side, of window: ClosedRange<Double>) -> [TilePlace] {
    var kept: [TilePlace] = []
    kept.reserveCapacity(ring.count)
    for (start, end) in zip(ring, ring.dropFirst()) {
        let (before, after) = (side.depth(start, in: window), side.depth(end, in: window))
        if before >= 0 { kept.append(start) }
        if (before < 0) != (after < 0) { kept.append(between(start, end, before / (before - after))) }
    }
    if let first = kept.first { kept.append(first) }
    return kept
}

private enum Side: CaseIterable {
    case west, north, east, south

    /// How far inside a place lies; negative outside.
    func depth(_ place: TilePlace, in window: ClosedRange<Double>) -> Double {
        switch self {
        case .west: place.x - window.lowerBound
        case .north: place.y - window.lowerBound
        case .east: window.upperBound - place.x
        case .south: window.upperBound - place.y
        }
    }
}
