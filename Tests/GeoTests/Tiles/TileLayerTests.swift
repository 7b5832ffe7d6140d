import Foundation
import Kernel
import Testing

@testable import Geo

@Suite struct TileGeometryTests {
    private func points(_ points: [(Int, Int)]) -> [TilePoint] { points.map { TilePoint(x: $0.0, y: $0.1) } }

    private func commands(_ write: (inout TileGeometry) -> Void) -> [UInt8] {
        var geometry = TileGeometry()
        write(&geometry)
        return geometry.commands.bytes
    }

    @Test("Geometries are the numbers that the specification gives as examples (MVT 2.1, 4.3.5)")
    func examples() {
        #expect(commands { $0.points(points([(25, 17)])) } == [9, 50, 34])
        #expect(commands { $0.points(points([(5, 7), (3, 2)])) } == [17, 10, 14, 3, 9])
        #expect(commands { $0.line(points([(2, 2), (2, 10), (10, 10)])) } == [9, 4, 4, 18, 0, 16, 16, 0])
        let lines = commands {
            $0.line(points([(2, 2), (2, 10), (10, 10)]))
            $0.line(points([(1, 1), (3, 5)]))
        }
        #expect(lines == [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8])
        let polygon = commands { $0.ring(points([(3, 6), (8, 12), (20, 34)])) }
        #expect(polygon == [9, 6, 12, 18, 10, 12, 24, 44, 15])
        let polygons = commands {
            $0.ring(points([(0, 0), (10, 0), (10, 10), (0, 10)]))
            $0.ring(points([(11, 11), (20, 11), (20, 20), (11, 20)]))
            $0.ring(points([(13, 13), (13, 17), (17, 17), (17, 13)]))
        }
        #expect(
            polygons == [
                9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15, 9, 4, 13, 26, 0, 8, 8, 0,
                0,
                7, 15,
            ])
    }

    @Test("Long numbers take the bytes that protobuf's guide gives, and as many as were counted")
    func varints() {
        func varint(_ value: UInt64) -> [UInt8] {
            var message = Protobuf()
            message.varint(value)
            return message.bytes
        }
        #expect(varint(150) == [0x96, 0x01] && varint(0) == [0])
        #expect(varint(.max) == Array(repeating: 0xFF, count: 9) + [1])
        for bits in 0..<64 {
            for value in [(1 as UInt64) << UInt64(bits), (1 as UInt64) << UInt64(bits) - 1] {
                #expect(Protobuf.varintCount(value) == varint(value).count, "\(value)")
            }
        }
        let zigzags: [(Int64, UInt64)] = [(0, 0), (-1, 1), (1, 2), (-2, 3), (.max, .max - 1), (.min, .max)]
        #expect(zigzags.allSatisfy { Protobuf.zigzag($0.0) == $0.1 })
    }
}

@Suite struct TileLayerTests {
    private func layer(maxFeatures: Int = 100, maxBytes: Int = 10_000) throws -> TileLayer {
        TileLayer("a", in: try changsha(), maxFeatures: maxFeatures, maxBytes: maxBytes)
    }

    @Test("A tile of one point, byte by byte")
    func bytes() throws {
        let tile = try changsha()
        var layer = try layer()
        let key = layer.key("n")
        layer.addPoint(at: tile.coordinate(25, 17), id: 300, [(key, .int(7))])
        let feature: [UInt8] = [0x08, 0xAC, 0x02, 0x12, 2, 0, 0, 0x18, 1, 0x22, 3, 9, 50, 34]
        let body: [UInt8] =
            [0x78, 2, 0x0A, 1, 0x61, 0x28, 0x80, 0x20] + [0x12, UInt8(feature.count)] + feature
            + [0x1A, 1, 0x6E, 0x22, 2, 0x20, 7]
        #expect(VectorTile([layer]).bytes == [0x1A, UInt8(body.count)] + body)
    }

    @Test("A name and a value that come again take one byte each")
    func interning() throws {
        let place = try changsha().coordinate(100, 100)
        var layer = try layer()
        let stage = layer.key("stage")
        #expect(layer.key("stage") == stage && layer.key("homes") != stage)
        func bytes(adding properties: [(TileLayer.Key, TileValue?)]) -> Int {
            let before = layer.byteCount
            layer.addPoint(at: place, properties)
            return layer.byteCount - before
        }
        let (plain, first) = (bytes(adding: []), bytes(adding: [(stage, .string("planned"))]))
        #expect(bytes(adding: [(stage, .string("planned"))]) == plain + 4, "a list of two numbers, both small")
        #expect(first == plain + 4 + 11, "the word itself")
        #expect(bytes(adding: [(stage, .rare("planned"))]) == first, "rare text is not looked for")
        #expect(bytes(adding: [(stage, .uuid(high: 7, low: 9))]) == plain + 4 + 40)
        #expect(bytes(adding: [(stage, .uuid(high: 7, low: 9))]) == plain + 4)
    }

    @Test("Properties without a value and numbers that are none are left out")
    func missing() throws {
        let place = try changsha().coordinate(100, 100)
        var (plain, sparse) = (try layer(), try layer())
        let key = sparse.key("n")
        #expect(plain.key("n") == key)
        plain.addPoint(at: place)
        sparse.addPoint(at: place, [(key, nil), (key, .double(.nan)), (key, .double(.infinity))])
        #expect(VectorTile([sparse]).bytes == VectorTile([plain]).bytes)
    }

    @Test("What lies elsewhere or is too small is not added and does not count")
    func elsewhere() throws {
        let tile = try changsha()
        var layer = try layer()
        let small = Polygon(outer: try tile.square(5, 5, 0.4))
        let isAdded = [
            layer.addPoint(at: at(0, 0)), layer.addPoints(at: [at(0, 0), at(.nan, 1)]),
            layer.addLine([at(0, 0), at(1, 1)]), layer.addLine([tile.coordinate(5, 5)]), layer.addLine([]),
            layer.addArea(MultiPolygon([])), layer.addArea(MultiPolygon([small])),
        ]
        #expect(!isAdded.contains(true))
        #expect(layer.count == 0 && !layer.isTruncated && VectorTile([layer]).bytes == [])
    }

    @Test("A layer stops at its features and says so; what was added before is whole")
    func tooManyFeatures() throws {
        let place = try changsha().coordinate(100, 100)
        var (full, whole) = (try layer(maxFeatures: 3), try layer())
        for number in 0..<3 { full.addPoint(at: place, id: UInt64(number)) }
        #expect(!full.isTruncated && full.count == 3)
        let isAdded = full.addPoint(at: place, id: 3)
        #expect(!isAdded && full.isTruncated && full.count == 3)
        for number in 0..<3 { whole.addPoint(at: place, id: UInt64(number)) }
        #expect(VectorTile([full]).bytes == VectorTile([whole]).bytes)
        #expect(VectorTile([full]).isTruncated && !VectorTile([whole]).isTruncated)
    }

    @Test("A layer stops before its bytes are too many, values included, and nothing is added afterwards")
    func tooManyBytes() throws {
        let place = try changsha().coordinate(100, 100)
        var layer = try layer(maxBytes: 1000)
        let name = layer.key("name")
        var added = 0
        while layer.addPoint(at: place, [(name, .string("estate \(added)"))]) { added += 1 }
        #expect((20...60).contains(added) && layer.count == added && layer.byteCount <= 1000)
        let isAdded = layer.addPoint(at: place)
        #expect(!isAdded, "a smaller one does not slip in behind a larger one")
        var same = try self.layer()
        _ = same.key("name")
        for number in 0..<added { same.addPoint(at: place, [(name, .string("estate \(number)"))]) }
        #expect(VectorTile([layer]).bytes == VectorTile([same]).bytes)
    }

    @Test("A tile leaves out whole layers that no longer fit and names them; layers without features take no room")
    func tileLimit() throws {
        let tile = try changsha()
        func layer(_ name: String, features: Int) -> TileLayer {
            var layer = TileLayer(name, in: tile)
            for number in 0..<features { layer.addPoint(at: tile.coordinate(9, 9), id: UInt64(number)) }
            return layer
        }
        let (districts, estates, buildings) = (
            layer("districts", features: 3), layer("estates", features: 100), layer("buildings", features: 5)
        )
        let cut = VectorTile([layer("none", features: 0), districts, estates, buildings], maxBytes: 300)
        #expect(cut.omitted == ["estates"] && cut.isTruncated)
        #expect(cut.bytes == VectorTile([districts, buildings]).bytes && cut.bytes.count <= 300)
        let whole = VectorTile([districts, estates, buildings])
        #expect(whole.omitted == [] && !whole.isTruncated && whole.bytes.count > 300)
    }
}
