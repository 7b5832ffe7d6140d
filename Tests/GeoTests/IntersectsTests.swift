import Geo
import Kernel
import Testing

@Suite("What a box and an area have in common")
struct IntersectsTests {
    private static func box(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> BoundingBox {
        BoundingBox(west: west, south: south, east: east, north: north)
    }

    private static func ring(_ points: [(Double, Double)]) throws -> Ring {
        try Ring((points + points.prefix(1)).map { Coordinate(longitude: $0.0, latitude: $0.1) })
    }

    @Test("An area is met from within, from without, across a corner and at its edge; never in its hole")
    func cases() throws {
        let outer = try Self.ring([(0, 0), (10, 0), (10, 10), (0, 10)])
        let hole = try Self.ring([(4, 4), (4, 6), (6, 6), (6, 4)])
        let area = MultiPolygon([Polygon(outer: outer, holes: [hole])])
        #expect(area.intersects(Self.box(1, 1, 2, 2)), "the box lies inside")
        #expect(area.intersects(Self.box(-5, -5, 15, 15)), "the area lies inside")
        #expect(area.intersects(Self.box(-1, 4, 11, 5)), "no corner of one lies in the other")
        #expect(area.intersects(Self.box(10, 3, 12, 4)), "they touch")
        #expect(area.intersects(Self.box(4.5, 4.5, 6.5, 5)), "over the hole's edge")
        #expect(!area.intersects(Self.box(4.5, 4.5, 5.5, 5.5)), "in the hole")
        #expect(!area.intersects(Self.box(10.1, 3, 12, 4)), "beside it")
        let slope = MultiPolygon([Polygon(outer: try Self.ring([(0, 0), (10, 10), (0, 10)]))])
        #expect(!slope.intersects(Self.box(6, 1, 9, 5)), "within its rectangle, below its slope")
        #expect(!MultiPolygon([]).intersects(Self.box(0, 0, 1, 1)))
    }

    @Test("Whatever the shape: where a point of the box lies in the area, they meet, and else hardly ever")
    func random() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        var unseen = 0
        for _ in 0..<500 {
            let corners = (0..<6).map { number -> (Double, Double) in
                let reach = Double.random(in: 1...4, using: &random)
                // The corners of a hexagon, each at its own distance: never crossing.
                let (east, north) = [(1, 0), (0.5, 0.9), (-0.5, 0.9), (-1, 0), (-0.5, -0.9), (0.5, -0.9)][number]
                return (east * reach, north * reach)
            }
            let ring = try Self.ring(corners)
            let area = MultiPolygon([Polygon(outer: ring)])
            let (west, south) = (Double.random(in: -6...4, using: &random), Double.random(in: -6...4, using: &random))
            let box = Self.box(
                west, south, west + .random(in: 0.1...3, using: &random), south + .random(in: 0.1...3, using: &random))
            let grid = (0...440).map { number -> Coordinate in
                let (column, row) = (Double(number % 21) / 20, Double(number / 21) / 20)
                return Coordinate(
                    longitude: box.west + (box.east - box.west) * column,
                    latitude: box.south + (box.north - box.south) * row)
            }
            let isSeen = grid.contains { area.contains($0) } || ring.points.contains { box.contains($0) }
            let meets = area.intersects(box)
            #expect(meets || !isSeen, "seed \(seed)")
            if meets != isSeen { unseen += 1 }
        }
        #expect(unseen <= 10, "seed \(seed)")
    }
}
