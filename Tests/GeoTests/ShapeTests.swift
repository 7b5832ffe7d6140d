import Foundation
import Geo
import Kernel
import TestSupport
import Testing

@Suite struct RingTests {
    @Test("A ring is closed, has four points, and lies on Earth")
    func refusals() {
        let (a, b, c) = (at(113, 28), at(113.1, 28), at(113.1, 28.1))
        #expect(refusal { _ = try Ring([a, b, c, a]) } == nil)
        #expect(refusal { _ = try Ring([]) } == "geo.ring.short")
        #expect(refusal { _ = try Ring([a, b, a]) } == "geo.ring.short")
        #expect(refusal { _ = try Ring([a, b, c, b]) } == "geo.ring.open")
        #expect(refusal { _ = try Ring([a, b, at(.nan, 28), a]) } == "geo.coordinate.range")
        #expect(refusal { _ = try Ring([a, b, at(113, .infinity), a]) } == "geo.coordinate.range")
        #expect(refusal { _ = try Ring(Array(repeating: a, count: Ring.maxPoints + 1)) } == "geo.ring.long")
    }

    @Test("Swapped columns and projected metres are told apart")
    func hints() {
        func message(_ point: Coordinate) -> String {
            do {
                _ = try Ring([at(113, 28), point, at(113, 29), at(113, 28)])
                return ""
            } catch {
                return (error as? Refusal)?.message.en ?? ""
            }
        }
        #expect(message(at(28.2, 112.9)).contains("swapped"))
        #expect(message(at(498_213.5, 3_120_004.2)).contains("projected"))
    }

    @Test("A bow tie, a spike, a touching corner and an edge run twice are refused where they are")
    func crossings() throws {
        func code(_ corners: [(Double, Double)]) throws -> String? {
            let polygon = Polygon(outer: try ring(corners))
            return refusal { try polygon.checkSimple() }
        }
        #expect(try code([(0, 0), (2, 0), (2, 2), (0, 2)]) == nil)
        #expect(try code([(0, 0), (1, 0), (2, 0), (2, 2), (0, 2)]) == nil, "a point in the middle of a straight side")
        #expect(try code([(0, 0), (2, 2), (2, 0), (0, 2)]) == "geo.ring.crossing", "bow tie")
        #expect(try code([(0, 0), (2, 0), (3, 0), (2, 0), (2, 2), (0, 2)]) == "geo.ring.crossing", "spike")
        #expect(try code([(0, 0), (4, 0), (4, 2), (2, 0), (0, 2)]) == "geo.ring.crossing", "corner on a side")
        #expect(try code([(0, 0), (4, 0), (4, 4), (3, 0), (1, 0), (0, 4)]) == "geo.ring.crossing", "side run twice")
        #expect(try code([(0, 0), (2, 0), (0, 0), (2, 0)]) == "geo.ring.crossing", "there and back")
        #expect(try code([(0, 0), (0, 0), (0, 0)]) == "geo.ring.flat", "one point")
        #expect(try code([(0, 0), (2, 0), (2, 0), (2, 2), (0, 2)]) == nil, "a point given twice is harmless")
    }

    @Test("Holes lie inside, may touch in a point, and may not cross")
    func holes() throws {
        let outer = try square(0, 0, 10)
        func code(_ holes: [Ring]) -> String? { refusal { try Polygon(outer: outer, holes: holes).checkSimple() } }
        #expect(try code([square(1, 1, 2), square(5, 5, 2)]) == nil)
        #expect(try code([square(1, 1, 2), square(3, 3, 2)]) == nil, "two holes that touch in a corner")
        #expect(try code([ring([(0, 5), (3, 4), (3, 6)])]) == nil, "a hole that touches the outer line in a corner")
        #expect(try code([square(8, 8, 4)]) == "geo.ring.crossing")
        #expect(try code([square(0, 4, 2)]) == "geo.ring.crossing", "a hole along the outer line")
        #expect(try code([square(20, 20, 1)]) == "geo.hole.outside")
    }

    @Test("Stars are simple; the same star with two far corners exchanged is not")
    func stars() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let corners = Int.random(in: 8...80, using: &random)
            let good = try star(around: at(113, 28), radius: 0.1, corners: corners, &random)
            #expect(refusal { try Polygon(outer: good).checkSimple() } == nil, "seed \(seed)")
            var points = Array(good.points.dropLast())
            points.swapAt(0, corners / 2)
            let bad = Polygon(outer: try Ring(points + points.prefix(1)))
            #expect(refusal { try bad.checkSimple() } == "geo.ring.crossing", "seed \(seed)")
        }
    }
}

@Suite struct ContainsTests {
    @Test("The boundary belongs to the area, a hole's boundary too, the hole does not")
    func boundary() throws {
        let polygon = Polygon(outer: try square(0, 0, 10), holes: [try square(4, 4, 2)])
        for inside in [at(1, 1), at(0, 0), at(10, 10), at(0, 5), at(5, 10), at(4, 5), at(6, 6)] {
            #expect(polygon.contains(inside), "\(inside)")
        }
        for outside in [at(5, 5), at(-0.001, 5), at(10.001, 5), at(5, -1), at(5, 11), at(.nan, 5), at(5, .infinity)] {
            #expect(!polygon.contains(outside), "\(outside)")
        }
        let two = MultiPolygon([polygon, Polygon(outer: try square(20, 20, 1))])
        #expect(two.contains(at(20.5, 20.5)) && two.contains(at(1, 1)) && !two.contains(at(15, 15)))
        #expect(!MultiPolygon([]).contains(at(0, 0)))
    }

    @Test("As the sum of angles says: another way to ask the same")
    func againstAngles() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<60 {
            let middle = at(113, 28)
            let outer = try star(around: middle, radius: 1, corners: Int.random(in: 3...60, using: &random), &random)
            let hole = try star(around: middle, radius: 0.25, corners: 12, &random)
            let polygon = Polygon(outer: outer, holes: [hole])
            for _ in 0..<200 {
                let point = anywhere(in: outer.box, &random)
                let expected = windsAround(point, outer) && !windsAround(point, hole)
                #expect(polygon.contains(point) == expected, "seed \(seed): \(point)")
            }
        }
    }

    /// The naive oracle: seen from inside, a ring turns once around.
    private func windsAround(_ point: Coordinate, _ ring: Ring) -> Bool {
        let directions = ring.points.map { atan2($0.latitude - point.latitude, $0.longitude - point.longitude) }
        let total = zip(directions, directions.dropFirst()).reduce(0) { $0 + remainder($1.1 - $1.0, 2 * Double.pi) }
        return abs(total) > Double.pi
    }

    @Test("Neighbours share a border without gap or overlap: every place off the border is in exactly one")
    func partition() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        let border = (0...40).map { at(113 + Double.random(in: -0.2...0.2, using: &random), 28 + Double($0) / 40) }
        let west = Polygon(outer: try Ring([at(112, 28)] + border + [at(112, 29), at(112, 28)]))
        let east = Polygon(outer: try Ring([at(114, 29)] + border.reversed() + [at(114, 28), at(114, 29)]))
        for step in 0..<20_000 {
            // Half of them next to the border, where it is decided.
            var point = anywhere(in: west.box.union(east.box), &random)
            if step.isMultiple(of: 2), let (a, b) = Array(zip(border, border.dropFirst())).randomElement(using: &random)
            {
                let t = Double.random(in: 0...1, using: &random)
                point = at(a.longitude + t * (b.longitude - a.longitude), a.latitude + t * (b.latitude - a.latitude))
            }
            let count = (west.contains(point) ? 1 : 0) + (east.contains(point) ? 1 : 0)
            #expect(count == 1 || count == 2 && west.distanceToBoundary(from: point) < 1e-6, "seed \(seed): \(point)")
        }
    }
}

extension Polygon {
    /// For shapes whose number of corners is no matter.
    fileprivate func checkSimple() throws {
        var effort = Effort()
        try checkSimple(&effort)
    }
}
