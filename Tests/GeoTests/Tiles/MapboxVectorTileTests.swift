import Foundation
import Kernel
import TestSupport
import Testing

@testable import Geo

@Suite(
    "Agreement with mapbox-vector-tile",
    .enabled(
        if: MapboxVectorTile.isHere, Comment(rawValue: JudgePython.missing("mapbox_vector_tile"))
    )
)
struct MapboxVectorTileTests {
    @Test("Random layers of points, lines and areas are read as they were meant")
    func features() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        var (question, meant) = (MapboxVectorTile.Question(), [[MapboxVectorTile.Layer]]())
        for _ in 0..<40 {
            let address = try changsha(zoom: .random(in: 8...18, using: &random))
            let drawn = try ["estates", "区县", "projects"].map { try draw($0, in: address, &random) }
            question.tiles.append(hex(VectorTile(drawn.map(\.layer)).bytes))
            meant.append(drawn.map(\.meant).filter { !$0.features.isEmpty })
        }
        let answer = try MapboxVectorTile.ask(question)
        try #require(answer.tiles.count == meant.count)
        #expect(meant.joined().map(\.features.count).reduce(0, +) > 1000)
        for (read, meant) in zip(answer.tiles, meant) { #expect(read == meant, "seed \(seed)") }
    }

    @Test("Of random rings as much lies in the tile as shapely finds")
    func areas() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        let rings = try (0..<300).map { _ in
            let middle = TilePlace(
                x: .random(in: -1000...5000, using: &random), y: .random(in: -1000...5000, using: &random))
            let radius = exp(Double.random(in: 0...9, using: &random))
            return try starPlaces(
                around: middle, radius: radius, corners: .random(in: 3...60, using: &random), &random)
        }
        let answer = try MapboxVectorTile.ask(.init(rings: rings.map { $0.map { [$0.x, $0.y] } }))
        try #require(answer.areas.count == rings.count)
        for (ring, theirs) in zip(rings, answer.areas) {
            #expect(abs(area(clippedRing(ring, to: TileGrid.window)) - theirs) < 1e-3, "seed \(seed)")
        }
    }

    private typealias Drawn = (layer: TileLayer, meant: MapboxVectorTile.Layer)

    private func draw(_ name: String, in address: TileAddress, _ random: inout SeededRandom) throws -> Drawn {
        var layer = TileLayer(name, in: address)
        let keys = ["name", "homes", "share", "is heritage"].map { ($0, layer.key($0)) }
        var features: [MapboxVectorTile.Feature] = []
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            let id = UInt64.random(in: 1...(.max >> UInt64.random(in: 0..<64, using: &random)), using: &random)
            let values = keys.map { _ in Bool.random(using: &random) ? value(&random) : nil }
            let properties = zip(keys, values).map { ($0.1, $1) }
            guard let shape = try add(to: &layer, in: address, id: id, properties, &random) else { continue }
            let written = zip(keys, values).compactMap { key, value in value.map { [key.0] + kindAndText($0) } }
            features.append(
                .init(id: id, type: shape.type, parts: shape.parts, rings: shape.rings, properties: written))
        }
        return (layer, .init(name: name, features: features))
    }

    private typealias Shape = (type: String, parts: [[[Int]]], rings: [Int])

    /// What was added, as it should be read; nil when there was nothing to add.
    private func add(
        to layer: inout TileLayer, in address: TileAddress, id: UInt64,
        _ properties: [(TileLayer.Key, TileValue?)], _ random: inout SeededRandom
    ) throws -> Shape? {
        let (grid, box) = (TileGrid(address), address.box(buffer: 200))
        func numbers(_ points: [TilePoint]) -> [[Int]] { points.map { [$0.x, $0.y] } }
        let places = (0..<Int.random(in: 1...20, using: &random)).map { _ in anywhere(in: box, &random) }
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let point = grid.point(places[0])
            let isAdded = layer.addPoint(at: places[0], id: id, properties)
            #expect(isAdded == (point != nil))
            return point.map { ("Point", [numbers([$0])], []) }
        case 1:
            let points = places.compactMap(grid.point)
            let isAdded = layer.addPoints(at: places, id: id, properties)
            #expect(isAdded != points.isEmpty)
            return points.isEmpty ? nil : (points.count == 1 ? "Point" : "MultiPoint", [numbers(points)], [])
        case 2:
            let lines = grid.lines(places)
            let isAdded = layer.addLine(places, id: id, properties)
            #expect(isAdded != lines.isEmpty)
            return lines.isEmpty ? nil : (lines.count == 1 ? "LineString" : "MultiLineString", lines.map(numbers), [])
        default:
            let polygons = try places.prefix(3).map { try polygon(around: $0, in: box, &random) }
            let shown = polygons.map(grid.rings).filter { !$0.isEmpty }
            let isAdded = layer.addArea(MultiPolygon(polygons), id: id, properties)
            #expect(isAdded != shown.isEmpty)
            let rings = shown.joined().map { numbers($0 + $0.prefix(1)) }
            return shown.isEmpty ? nil : (shown.count == 1 ? "Polygon" : "MultiPolygon", rings, shown.map(\.count))
        }
    }

    private func polygon(
        around middle: Coordinate, in box: BoundingBox, _ random: inout SeededRandom
    ) throws -> Polygon {
        let radius = (box.east - box.west) * Double.random(in: 0.001...0.5, using: &random)
        return Polygon(
            outer: try star(around: middle, radius: radius, corners: .random(in: 3...30, using: &random), &random),
            holes: [try star(around: middle, radius: radius / 5, corners: 7, &random)])
    }

    private func value(_ random: inout SeededRandom) -> TileValue {
        switch Int.random(in: 0..<6, using: &random) {
        case 4: .rare(["1栋", "宜居", ""].randomElement(using: &random) ?? "")
        case 5: .uuid(high: .random(in: 0...3, using: &random), low: .random(in: 0...3, using: &random))
        case 0: .string(["已竣工", "planned", "", "a \"b\" 🏠"].randomElement(using: &random) ?? "")
        case 1: .int(Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0..<64, using: &random))
        case 2: .double(.random(in: -1e9...1e9, using: &random))
        default: .bool(.random(using: &random))
        }
    }

    private func kindAndText(_ value: TileValue) -> [String] {
        switch value {
        case .string(let text), .rare(let text): ["string", text]
        case .uuid(let high, let low): ["string", ID<Never>(high: high, low: low).description]
        case .int(let number): ["int", "\(number)"]
        case .double(let number): ["double", "\(number)"]
        case .bool(let isTrue): ["bool", "\(isTrue)"]
        }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
