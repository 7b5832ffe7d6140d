import Foundation
import Kernel
import TestSupport
import Testing

@testable import Geo

@Suite struct TileGridTests {
    @Test("Places come out where another form of Mercator's formula puts them, at every zoom")
    func projection() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for zoom in 0...TileAddress.maxZoom {
            for _ in 0..<200 {
                let tile = try anyTile(zoom: zoom, &random)
                let coordinate = anywhere(in: tile.box(buffer: 64), &random)
                let place = TileGrid(tile).place(coordinate)
                let units = 4096 * pow(2, Double(zoom))
                let latitude = coordinate.latitude * .pi / 180
                let x = units * (coordinate.longitude / 360 + 0.5) - 4096 * Double(tile.column)
                let y = units * (0.5 - atanh(sin(latitude)) / (2 * .pi)) - 4096 * Double(tile.row)
                #expect(abs(place.x - x) < 1e-4 && abs(place.y - y) < 1e-4, "seed \(seed): \(coordinate) in \(tile)")
            }
        }
    }

    @Test("A tile's corners are those of its grid")
    func corners() throws {
        let tile = try changsha(zoom: 16)
        let box = tile.box()
        let grid = TileGrid(tile)
        #expect(grid.point(at(box.west, box.north)) == TilePoint(x: 0, y: 0))
        #expect(grid.point(at(box.east, box.south)) == TilePoint(x: 4096, y: 4096))
        #expect(grid.point(tile.coordinate(1000.4, 99.6)) == TilePoint(x: 1000, y: 100))
    }

    @Test("A place 60 units beyond the edge is drawn in both tiles, one 70 units beyond in its own only")
    func buffer() throws {
        let tile = try changsha()
        let east = try TileAddress(zoom: tile.zoom, column: tile.column + 1, row: tile.row)
        let (near, far) = (tile.coordinate(4156, 7), tile.coordinate(4166, 7))
        #expect(TileGrid(tile).point(near) == TilePoint(x: 4156, y: 7))
        #expect(TileGrid(east).point(near) == TilePoint(x: 60, y: 7))
        #expect(TileGrid(tile).point(far) == nil && TileGrid(east).point(far) == TilePoint(x: 70, y: 7))
    }

    @Test("What is not on Earth is in no tile, and an area that reaches to a pole ends at the map's edge")
    func edges() throws {
        let world = try TileAddress(zoom: 0, column: 0, row: 0)
        let grid = TileGrid(world)
        for nowhere in [at(.nan, 0), at(0, .nan), at(.infinity, 0), at(181, 0), at(0, 91)] {
            #expect(grid.point(nowhere) == nil && grid.lines([at(0, 0), nowhere, at(9, 9)]) == [], "\(nowhere)")
        }
        let cap = try ring([(-90, 0), (90, 0), (90, 90), (-90, 90)])
        let rings = grid.rings(Polygon(outer: cap))
        #expect(rings.map { Set($0) } == [[.init(1024, 0), .init(3072, 0), .init(3072, 2048), .init(1024, 2048)]])
    }

    @Test("An outer line runs clockwise on the screen, a hole the other way, whichever way they were drawn")
    func winding() throws {
        let tile = try changsha()
        let (outer, hole) = (try tile.square(100, 100, 2000), try tile.square(500, 500, 400))
        for a in [outer, try Ring(outer.points.reversed())] {
            for b in [hole, try Ring(hole.points.reversed())] {
                let rings = TileGrid(tile).rings(Polygon(outer: a, holes: [b]))
                #expect(rings.map(doubledArea) == [2 * 2000 * 2000, -2 * 400 * 400])
            }
        }
    }

    @Test("Nothing is left of areas smaller than the grid, of areas elsewhere, and inside a hole")
    func nothing() throws {
        let tile = try changsha()
        let grid = TileGrid(tile)
        #expect(grid.rings(Polygon(outer: try tile.square(10.2, 10.2, 0.5))) == [], "less than a unit")
        #expect(grid.rings(Polygon(outer: try tile.ring([(10, 10), (900, 10), (900, 10.3)]))) == [], "a line")
        #expect(grid.rings(Polygon(outer: try tile.square(4200, 10, 500))) == [], "in the next tile")
        let around = try tile.square(-1000, -1000, 6000)
        let hole = try tile.square(-500, -500, 5000)
        #expect(grid.rings(Polygon(outer: around, holes: [hole])) == [], "the tile lies in the hole")
        let whole = grid.rings(Polygon(outer: around, holes: [try tile.square(10, 10, 0.5)]))
        #expect(whole.map(doubledArea) == [2 * 4224 * 4224], "covered, and the hole is too small to be seen")
    }

    @Test("Stars anywhere around a tile stay within its buffer, without repeated points, and with an area")
    func stars() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        var shown = 0
        for _ in 0..<400 {
            let tile = try changsha(zoom: .random(in: 9...20, using: &random))
            let width = tile.box().east - tile.box().west
            let radius = width * exp(.random(in: -9...2, using: &random))
            let middle = anywhere(in: tile.box(buffer: 2000), &random)
            let corners = Int.random(in: 3...40, using: &random)
            let outline = try star(around: middle, radius: radius, corners: corners, &random)
            for ring in TileGrid(tile).rings(Polygon(outer: outline)) {
                shown += 1
                #expect(ring.allSatisfy { (-64...4160).contains($0.x) && (-64...4160).contains($0.y) }, "seed \(seed)")
                #expect(zip(ring, ring.dropFirst() + ring.prefix(1)).allSatisfy { $0 != $1 }, "seed \(seed)")
                #expect(ring.count >= 3 && doubledArea(ring) > 0, "seed \(seed)")
            }
        }
        #expect(shown > 100, "seed \(seed)")
    }
}

extension TilePoint {
    fileprivate init(_ x: Int, _ y: Int) { self.init(x: x, y: y) }
}
