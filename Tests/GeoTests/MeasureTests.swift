import Foundation
import Geo
import Kernel
import TestSupport
import Testing

@Suite struct MeasureTests {
    @Test("A building and a tenth of a degree, as GeographicLib measures them on the ellipsoid")
    func area() throws {
        let building = Polygon(outer: try ring([(113, 28.2), (113.0003, 28.2), (113.0003, 28.2002), (113, 28.2002)]))
        #expect(abs(building.areaM2 / 652.831_421_256_065_4 - 1) < 1e-6)
        let tile = Polygon(outer: try ring([(113, 28.0), (113.1, 28), (113.1, 28.1), (113, 28.1)]))
        #expect(abs(tile.areaM2 / 108_954_515.124_855_04 - 1) < 1e-6)
    }

    @Test("A hole is taken off, whichever way either ring runs")
    func holes() throws {
        let (outer, hole) = (try square(113, 28, 0.01), try square(113.004, 28.004, 0.002))
        let expected = Polygon(outer: outer).areaM2 - Polygon(outer: hole).areaM2
        for a in [outer, try Ring(outer.points.reversed())] {
            for b in [hole, try Ring(hole.points.reversed())] {
                let polygon = Polygon(outer: a, holes: [b])
                #expect(abs(polygon.areaM2 - expected) < 1e-3)
                #expect(polygon.centroid.distance(to: at(113.005, 28.005)) < 0.01, "the hole lies in the middle")
            }
        }
    }

    @Test("The centroid is weighed by area: a large part outweighs a small one")
    func centroid() throws {
        let large = Polygon(outer: try square(113, 28, 0.3))
        let small = Polygon(outer: try square(113.4, 28, 0.1))
        let middle = try #require(MultiPolygon([large, small]).centroid)
        #expect(abs(middle.longitude - (113.15 * 9 + 113.45) / 10) < 1e-9)
        #expect(abs(middle.latitude - (28.15 * 9 + 28.05) / 10) < 1e-9)
        #expect(MultiPolygon([]).centroid == nil)
        let flat = Polygon(outer: try ring([(113, 28), (113.2, 28), (113.1, 28)]))
        #expect(flat.areaM2 == 0 && abs(flat.centroid.longitude - 113.1) < 1e-9)
    }

    @Test("Splitting an area changes neither its size nor its middle")
    func splitting() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<50 {
            let middle = at(113, 28)
            let points = try star(around: middle, radius: 0.05, corners: 24, &random).points
            let whole = Polygon(outer: try Ring(points))
            let (first, second) = (points[0...12], points[12...])
            let parts = MultiPolygon([
                Polygon(outer: try Ring([middle] + first + [middle])),
                Polygon(outer: try Ring([middle] + second + [middle])),
            ])
            #expect(abs(parts.areaM2 / whole.areaM2 - 1) < 1e-9, "seed \(seed)")
            let centroid = try #require(parts.centroid)
            #expect(centroid.distance(to: whole.centroid) < 0.01, "seed \(seed)")
        }
    }

    @Test("Distances: a degree of latitude, across the world, nothing")
    func distance() {
        #expect(abs(at(113, 28).distance(to: at(113, 29)) - 111_195.08) < 0.1)
        #expect(abs(at(0, 0).distance(to: at(180, 0)) - 20_015_114.4) < 1)
        #expect(at(113, 28).distance(to: at(113, 28)) == 0)
    }

    @Test("To the boundary: from inside, from outside, past a corner, to a hole")
    func toBoundary() throws {
        let degreeM = 111_195.08
        let polygon = Polygon(outer: try square(0, 0, 0.1), holes: [try square(0.04, 0.04, 0.02)])
        #expect(abs(polygon.distanceToBoundary(from: at(0.01, 0.05)) - 0.01 * degreeM) < 1)
        #expect(abs(polygon.distanceToBoundary(from: at(0.05, -0.02)) - 0.02 * degreeM) < 1)
        #expect(abs(polygon.distanceToBoundary(from: at(0.13, 0.14)) - 0.05 * degreeM) < 2)
        #expect(abs(polygon.distanceToBoundary(from: at(0.05, 0.05)) - 0.01 * degreeM) < 1)
        #expect(polygon.distanceToBoundary(from: at(0.1, 0.05)) == 0)
        #expect(MultiPolygon([]).distanceToBoundary(from: at(0, 0)) == .infinity)
    }

    @Test("A box holds its shape and meets what it touches")
    func boxes() throws {
        let multi = MultiPolygon([Polygon(outer: try square(1, 2, 1)), Polygon(outer: try square(5, 0, 1))])
        #expect(multi.box == BoundingBox(west: 1, south: 0, east: 6, north: 3))
        let box = BoundingBox(west: 0, south: 0, east: 1, north: 1)
        #expect(box.intersects(BoundingBox(west: 1, south: 1, east: 2, north: 2)))
        #expect(!box.intersects(BoundingBox(west: 1.1, south: 0, east: 2, north: 1)))
    }
}

@Suite struct SimplifyTests {
    @Test("What is left out lies within the tolerance; ends stay; nothing is invented")
    func bound() {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for tolerance in [1.0, 50, 1000] {
            var line = [at(113, 28)]
            for _ in 0..<400 {
                let last = line[line.count - 1]
                line.append(
                    at(
                        last.longitude + Double.random(in: -0.001...0.002, using: &random),
                        last.latitude + Double.random(in: -0.001...0.001, using: &random)))
            }
            let short = simplified(line, toleranceM: tolerance)
            #expect(short.first == line.first && short.last == line.last, "seed \(seed)")
            #expect(Set(short).isSubset(of: line) && short.count <= line.count, "seed \(seed)")
            // There and back along the short line is a ring, whose boundary is the short line.
            if let ring = try? Ring(short + short.dropLast().reversed()) {
                let way = Polygon(outer: ring)
                for point in line {
                    #expect(
                        way.distanceToBoundary(from: point) <= tolerance * 1.01,
                        "seed \(seed), \(tolerance) m: \(point)")
                }
            }
        }
    }

    @Test("A straight line becomes its ends, a tolerance of nothing changes nothing")
    func trivial() {
        let line = (0...10).map { at(113 + Double($0) * 0.01, 28) }
        #expect(simplified(line, toleranceM: 1) == [line[0], line[10]])
        #expect(simplified(line, toleranceM: 0) == line)
        #expect(simplified([], toleranceM: 1).isEmpty)
    }

    @Test("A small hole vanishes, an outer line never does")
    func rings() throws {
        let polygon = Polygon(outer: try square(113, 28, 0.001), holes: [try square(113.0004, 28.0004, 0.0001)])
        let simple = polygon.simplified(toleranceM: 20)
        #expect(simple.holes.isEmpty && simple.outer == polygon.outer)
        #expect(polygon.simplified(toleranceM: 100_000).outer == polygon.outer)
    }
}
