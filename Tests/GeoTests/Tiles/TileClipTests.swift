import Foundation
import Kernel
import TestSupport
import Testing

@testable import Geo

@Suite struct TileClipTests {
    private let window = -64.0...4160.0

    @Test("A line through the tile is cut at both sides, one that returns comes in two parts")
    func line() {
        let through = [TilePlace(x: -1000, y: 100), TilePlace(x: 9000, y: 100)]
        #expect(clippedLine(through, to: window) == [[TilePlace(x: -64, y: 100), TilePlace(x: 4160, y: 100)]])
        let returning = [
            TilePlace(x: 0, y: 0), TilePlace(x: 5000, y: 0), TilePlace(x: 5000, y: 50), TilePlace(x: 0, y: 50),
        ]
        #expect(
            clippedLine(returning, to: window) == [
                [TilePlace(x: 0, y: 0), TilePlace(x: 4160, y: 0)], [TilePlace(x: 4160, y: 50), TilePlace(x: 0, y: 50)],
            ])
        let past = [TilePlace(x: -70, y: 0), TilePlace(x: -70, y: 9000), TilePlace(x: 9000, y: 9000)]
        #expect(clippedLine(past, to: window) == [])
        let corner = [TilePlace(x: -164, y: 36), TilePlace(x: 36, y: -164)]
        #expect(clippedLine(corner, to: window).allSatisfy { length($0) == 0 }, "it touches the corner")
    }

    @Test("A square over the tile's corner keeps the common quarter, one around the tile becomes the tile")
    func square() {
        func square(_ x: Double, _ y: Double, _ side: Double) -> [TilePlace] {
            [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)].map { TilePlace(x: x + $0.0 * side, y: y + $0.1 * side) }
        }
        #expect(Set(clippedRing(square(-164, -164, 200), to: window)) == Set(square(-64, -64, 100)))
        #expect(Set(clippedRing(square(-9000, -9000, 20000), to: window)) == Set(square(-64, -64, 4224)))
        #expect(clippedRing(square(5000, 0, 100), to: window) == [])
        #expect(clippedRing([], to: window) == [])
    }

    @Test("A ring inside is left as it is; of others a part remains that lies within and is no larger")
    func rings() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<500 {
            let middle = TilePlace(x: .random(in: 0...4096, using: &random), y: .random(in: 0...4096, using: &random))
            let radius = exp(Double.random(in: 0...10, using: &random))
            let ring = try starPlaces(
                around: middle, radius: radius, corners: .random(in: 3...60, using: &random), &random)
            let clipped = clippedRing(ring, to: window)
            if ring.allSatisfy({ window.contains($0.x) && window.contains($0.y) }) {
                #expect(clipped == ring, "seed \(seed)")
            }
            #expect(area(clipped) <= area(ring) * (1 + 1e-9), "seed \(seed)")
            #expect(clipped.first == clipped.last, "seed \(seed)")
            let wider = -64.000_001...4160.000_001
            #expect(clipped.allSatisfy { wider.contains($0.x) && wider.contains($0.y) }, "seed \(seed)")
        }
    }

    @Test("What neighbouring squares keep of a ring or a line is together the whole of it")
    func partition() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let ring = try starPlaces(
                around: TilePlace(x: 250, y: 250), radius: 240, corners: .random(in: 3...60, using: &random), &random)
            var (areas, lengths) = (0.0, 0.0)
            for square in 0..<25 {
                let (west, north) = (Double(square % 5 * 100), Double(square / 5 * 100))
                let moved = ring.map { TilePlace(x: $0.x - west, y: $0.y - north) }
                areas += area(clippedRing(moved, to: 0...100))
                lengths += clippedLine(moved, to: 0...100).reduce(0) { $0 + length($1) }
            }
            #expect(abs(areas - area(ring)) < 1e-6, "seed \(seed)")
            #expect(abs(lengths - length(ring)) < 1e-6, "seed \(seed)")
        }
    }
}

@Suite struct TileSimplifyTests {
    @Test("A bend of one unit goes, one of two units stays; so does a spike beyond the end")
    func examples() {
        func line(_ points: [(Int, Int)]) -> [TilePoint] { points.map { TilePoint(x: $0.0, y: $0.1) } }
        #expect(simplified(line([(0, 0), (50, 1), (100, 0)]), tolerance: 1) == line([(0, 0), (100, 0)]))
        let bent = line([(0, 0), (50, 2), (100, 0)])
        #expect(simplified(bent, tolerance: 1) == bent)
        let spike = line([(0, 0), (105, 0), (100, 0)])
        #expect(simplified(spike, tolerance: 1) == spike)
        let closed = line([(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)])
        #expect(simplified(closed, tolerance: 1) == closed)
        #expect(simplified([], tolerance: 1) == [])
    }

    @Test("No point that was left out is farther than the tolerance from the line that stayed")
    func distances() {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            var points = [TilePoint(x: 2000, y: 2000)]
            for _ in 0..<300 {
                let (x, y) = (Int.random(in: -4...5, using: &random), Int.random(in: -2...2, using: &random))
                points.append(TilePoint(x: points[points.count - 1].x + x, y: points[points.count - 1].y + y))
            }
            let tolerance = Int.random(in: 1...5, using: &random)
            let kept = simplified(points, tolerance: tolerance)
            #expect(kept.count < points.count && kept.first == points.first && kept.last == points.last)
            for point in points {
                let nearest = zip(kept, kept.dropFirst()).map { distance(point, $0, $1) }.min() ?? .infinity
                #expect(nearest <= Double(tolerance) + 1e-9, "seed \(seed)")
            }
        }
    }

    @Test("A line made to be slow is done in time and keeps its shape")
    func slow() {
        // Teeth that grow shorter: every span's farthest point is next to its start, so that halving gains one point.
        let saw = (0..<20_000).map { TilePoint(x: $0 / 5, y: 2000 + ($0 % 2 == 0 ? 1 : -1) * (1900 - $0 / 11)) }
        var kept: [TilePoint] = []
        let time = processorTime { kept = simplified(saw, tolerance: 1) }
        #expect(time < .seconds(2))
        #expect(kept.count > 19_000)
    }

    private func distance(_ point: TilePoint, _ start: TilePoint, _ end: TilePoint) -> Double {
        let (x, y) = (Double(point.x - start.x), Double(point.y - start.y))
        let (dx, dy) = (Double(end.x - start.x), Double(end.y - start.y))
        let length2 = dx * dx + dy * dy
        let t = length2 > 0 ? min(1, max(0, (x * dx + y * dy) / length2)) : 0
        return hypot(x - t * dx, y - t * dy)
    }
}
