import Foundation
import Geo
import Kernel
import TestSupport
import Testing

/// What shapes may cost, counted: no clock decides.
@Suite struct EffortTests {
    /// Upright teeth that all reach over the same latitudes, on a handle to the east.
    private static func comb(teeth: Int, holes: [Ring] = []) throws -> Polygon {
        let step = 40 / Double(teeth)
        let corners = (0..<teeth).flatMap { [(Double($0) * step, 1.0), ((Double($0) + 0.5) * step, 60.0)] }
        return Polygon(outer: try ring(corners + [(45, 61), (45, 0), (0, 0)]), holes: holes)
    }

    /// The same, lying.
    private static func lyingComb(teeth: Int) throws -> Polygon {
        Polygon(outer: try Ring(comb(teeth: teeth).outer.points.map { at($0.latitude, $0.longitude) }))
    }

    @Test("Many points asked together lie where each lies when it is asked alone")
    func together() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<40 {
            let areas = try (0..<3).map { number in
                let middle = at(113 + Double(number), 28)
                let hole = try star(around: middle, radius: 0.25, corners: 9, &random)
                let corners = Int.random(in: 3...80, using: &random)
                return Polygon(
                    outer: try star(around: middle, radius: 1.2, corners: corners, &random),
                    holes: number == 1 ? [] : [hole])
            }
            let area = MultiPolygon(areas)
            var points = try (0..<200).map { _ in anywhere(in: try #require(area.box), &random) }
            // Corners, and places at the latitude of one, where edges begin and end.
            points += areas.flatMap { $0.outer.points + $0.holes.flatMap(\.points) }
            points += (0..<50).map { _ in
                let corner = points.randomElement(using: &random) ?? at(113, 28)
                return at(Double.random(in: 111...117, using: &random), corner.latitude)
            }
            points += [at(.nan, 28), at(113, .nan), at(0, 0)]
            points.shuffle(using: &random)
            var effort = Effort()
            let together = try area.contains(each: points, &effort)
            for (point, isHeld) in zip(points, together) {
                #expect(isHeld == area.contains(point), "seed \(seed): \(point)")
            }
        }
    }

    @Test("Twenty thousand points in a line of as many corners cost little more than reading them")
    func plain() throws {
        var random = SeededRandom(seed: 1)
        let ring = try ring(
            (0..<19_999).map { corner in
                let (turn, reach) = (
                    Double(corner) / 19_999 * 2 * Double.pi, Double.random(in: 9.98...10, using: &random)
                )
                return (30 + reach * cos(turn), 30 + reach * sin(turn))
            })
        let area = MultiPolygon([Polygon(outer: ring)])
        let points = (0..<20_000).map { _ in anywhere(in: ring.box, &random) }
        var effort = Effort()
        #expect(try area.contains(each: points, &effort).contains(true))
        #expect(effort.spent < 500 * points.count, "all with all would be four hundred million")
    }

    @Test("What is made to be slow is refused once it has cost as much as anything may")
    func slow() throws {
        var random = SeededRandom(seed: 2)
        let (comb, lying) = (try Self.comb(teeth: 9990), try Self.lyingComb(teeth: 9990))
        let points = (0..<20_000).map { _ in anywhere(in: comb.box, &random) }
        let half = try Self.lyingComb(teeth: 3000)
        let halves = MultiPolygon([half, half])
        // Thousands of areas around the same place.
        let crowd = MultiPolygon(Array(repeating: Polygon(outer: try square(0, 0, 0.5)), count: 4000))
        let perforated = try Self.comb(
            teeth: 9990, holes: (0..<2500).map { try square(41 + Double($0) * 0.001, 10, 0.0005) })
        let questions: [(String, (inout Effort) throws -> Void)] = [
            ("points in a comb", { _ = try MultiPolygon([comb]).contains(each: points, &$0) }),
            ("points in many squares", { _ = try crowd.contains(each: points, &$0) }),
            ("a lying comb", { try lying.checkSimple(&$0) }),
            ("two that are half as much each", { try halves.checkSimple(&$0) }),
            ("holes at the latitude of all teeth", { try perforated.checkSimple(&$0) }),
        ]
        for (name, question) in questions {
            var effort = Effort()
            #expect(refusal { try question(&effort) } == "geo.shape.intricate", "\(name)")
            #expect(effort.spent <= Effort.limit + 20_001, "\(name): it stops at once")
        }
        var effort = Effort()
        try half.checkSimple(&effort)
    }

    @Test("The cells over a box are few ranges, hold every place of it, and not much more")
    func cells() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            let (x, y) = (Double.random(in: 73...125, using: &random), Double.random(in: 18...43, using: &random))
            let side = pow(10, Double.random(in: -4...1, using: &random))
            let box = BoundingBox(west: x, south: y, east: x + side, north: y + side)
            let ranges = Cell.numbers(over: box)
            #expect((1...4).contains(ranges.count), "seed \(seed)")
            for _ in 0..<50 {
                let number = try #require(Cell(anywhere(in: box, &random))?.number)
                #expect(ranges.contains { $0.contains(number) }, "seed \(seed): \(box)")
            }
            let first = try #require(Cell(at(box.west, box.north)))
            let last = try #require(Cell(at(box.east, box.south)))
            let cells = max(last.column - first.column, last.row - first.row) + 1
            #expect(ranges.reduce(0) { $0 + $1.count } <= 16 * cells * cells, "seed \(seed): \(box)")
        }
        #expect(Cell.numbers(over: BoundingBox(west: .nan, south: 0, east: 1, north: 1)).isEmpty)
    }
}
