import Foundation
import Kernel
import TestSupport
import Testing

@testable import Geo

@Suite struct TileAddressTests {
    @Test("Zooms beyond 22 and columns and rows beyond the map are no tiles")
    func range() throws {
        for (zoom, column, row) in [
            (-1, 0, 0), (23, 0, 0), (.max, 0, 0), (.min, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0), (3, 0, .min),
        ] {
            #expect(
                refusal { _ = try TileAddress(zoom: zoom, column: column, row: row) } == "tile.address.range",
                "\(zoom)/\(column)/\(row)")
        }
        #expect(try TileAddress(zoom: 0, column: 0, row: 0).description == "0/0/0")
        let last = (1 << 22) - 1
        #expect(try TileAddress(zoom: 22, column: last, row: last).description == "22/4194303/4194303")
    }

    @Test("The rectangle of a tile in Wales, as the library mercantile states it in its guide")
    func box() throws {
        let box = try TileAddress(zoom: 10, column: 486, row: 332).box()
        #expect(abs(box.west - -9.140625) < 1e-12 && abs(box.east - -8.7890625) < 1e-12)
        #expect(abs(box.south - 53.12040528310657) < 1e-12 && abs(box.north - 53.33087298301705) < 1e-12)
    }

    @Test("A buffer as wide as the tile reaches to the far sides of the neighbours; none reaches beyond the map")
    func buffer() throws {
        let wide = try TileAddress(zoom: 10, column: 836, row: 427).box(buffer: 4096)
        let before = try TileAddress(zoom: 10, column: 835, row: 426).box()
        let after = try TileAddress(zoom: 10, column: 837, row: 428).box()
        #expect(abs(wide.west - before.west) < 1e-9 && abs(wide.north - before.north) < 1e-9)
        #expect(abs(wide.east - after.east) < 1e-9 && abs(wide.south - after.south) < 1e-9)
        let world = try TileAddress(zoom: 0, column: 0, row: 0).box(buffer: 64)
        #expect(world.west == -180 && world.east == 180)
        #expect(abs(world.north - 85.0511287798066) < 1e-9 && abs(world.south + 85.0511287798066) < 1e-9)
    }

    @Test("Four children share their parent's area and know it; the last zoom has none, the world no parent")
    func family() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for zoom in 0..<TileAddress.maxZoom {
            let tile = try anyTile(zoom: zoom, &random)
            let children = tile.children
            #expect(Set(children).count == 4 && children.allSatisfy { $0.parent == tile }, "seed \(seed): \(tile)")
            let (box, union) = (tile.box(), children.dropFirst().reduce(children[0].box()) { $0.union($1.box()) })
            #expect(box.west == union.west && box.south == union.south, "seed \(seed): \(tile)")
            #expect(box.east == union.east && box.north == union.north, "seed \(seed): \(tile)")
        }
        #expect(try anyTile(zoom: 22, &random).children == [])
        #expect(try TileAddress(zoom: 0, column: 0, row: 0).parent == nil)
    }

    @Test("A tile's range of cells holds just the cells inside it, counted one by one")
    func cellsInside() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for zoom in 8...14 {
            let tile = try anyTile(zoom: zoom, &random)
            let side = 1 << (14 - zoom)
            let inside = (0..<side * side).map {
                Cell.number(column: tile.column * side + $0 % side, row: tile.row * side + $0 / side)
            }
            #expect(inside.sorted() == Array(tile.cells), "seed \(seed): \(tile)")
        }
        #expect(try TileAddress(zoom: 0, column: 0, row: 0).cells == 0...(1 << 28) - 1)
    }

    @Test("At every zoom a place's tile, and no other of 50, has the place's cell")
    func cellsOfPlaces() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for zoom in 0...TileAddress.maxZoom {
            let tile = try anyTile(zoom: zoom, &random)
            let cell = try #require(Cell(anywhere(in: tile.box(), &random)))
            #expect(tile.cells.contains(cell.number), "seed \(seed): \(tile)")
            for _ in 0..<50 {
                let other = try anyTile(zoom: min(zoom, 14), &random)
                let above = 14 - other.zoom
                let isInside = cell.column >> above == other.column && cell.row >> above == other.row
                #expect(other.cells.contains(cell.number) == isInside, "seed \(seed): \(other)")
            }
        }
    }

    @Test("A cell is a tile of zoom 14, with the same column, row and place")
    func cellAsTile() throws {
        let place = at(112.9762, 28.1957)
        let cell = try #require(Cell(place))
        let tile = TileAddress(cell)
        #expect(tile.description == "14/\(cell.column)/\(cell.row)")
        #expect(tile.box().contains(place) && tile.cells == cell.number...cell.number)
    }
}
