import Foundation
import Kernel
import TestSupport
import Testing

@testable import Geo

@Suite struct GeoJSONReadTests {
    private func read(_ text: String, _ limits: GeoJSON.Limits = GeoJSON.Limits()) throws -> Geometry {
        try GeoJSON.geometry(from: Array(text.utf8), limits: limits)
    }

    private func code(_ text: String, _ limits: GeoJSON.Limits = GeoJSON.Limits()) -> String? {
        refusal { _ = try read(text, limits) }
    }

    private static let triangle = "[[113,28],[113.1,28],[113.1,28.1],[113,28]]"

    @Test("A point, a polygon, several, a feature around one, heights, a byte order mark")
    func accepted() throws {
        #expect(try read(#"{"type":"Point","coordinates":[113, 28.5]}"#) == .point(at(113, 28.5)))
        #expect(try read(#"{"coordinates":[113,28.5,44.1],"type":"Point"}"#) == .point(at(113, 28.5)))
        #expect(try read("\u{FEFF}" + #"{"type":"Point","coordinates":[113,28.5]}"#) == .point(at(113, 28.5)))
        let expected = Polygon(outer: try ring([(113, 28), (113.1, 28), (113.1, 28.1)]))
        #expect(try read(#"{"type":"Polygon","coordinates":[\#(Self.triangle)]}"#) == .polygon(expected))
        let multi = #"{"type":"MultiPolygon","coordinates":[[\#(Self.triangle)]]}"#
        #expect(try read(multi) == .multiPolygon(MultiPolygon([expected])))
        #expect(try read(#"{"type":"Feature","properties":null,"geometry":\#(multi)}"#).area?.polygons == [expected])
    }

    @Test(
        "What is not a shape is refused with its place",
        arguments: [
            ("", "json.malformed"), ("{", "json.malformed"), ("[]", "geo.json.type"), ("{}", "geo.json.type"),
            (#"{"type":"Point","coordinates":[NaN,28]}"#, "json.malformed"),
            (#"{"type":"Point","coordinates":[1e999,28]}"#, "json.malformed"),
            (#"{"type":"Point","coordinates":["113",28]}"#, "geo.json.value"),
            (#"{"type":"Point","coordinates":[113]}"#, "geo.json.value"),
            (#"{"type":"Point","coordinates":[113,null]}"#, "geo.json.value"),
            (#"{"type":"Point"}"#, "geo.json.value"),
            (#"{"type":"Point","coordinates":[28.2,113]}"#, "geo.coordinate.range"),
            (#"{"type":"LineString","coordinates":[[113,28],[113,29]]}"#, "geo.json.type"),
            (#"{"type":"GeometryCollection","geometries":[]}"#, "geo.json.type"),
            (#"{"type":"Polygon","coordinates":[]}"#, "geo.json.value"),
            (#"{"type":"Polygon","coordinates":[[]]}"#, "geo.json.value"),
            (#"{"type":"Polygon","coordinates":[[[113,28],[113.1,28],[113.1,28.1],[113,28.1]]]}"#, "geo.ring.open"),
            (#"{"type":"Polygon","coordinates":[[113,28]]}"#, "geo.json.value"),
            (#"{"type":"MultiPolygon","coordinates":[]}"#, "geo.json.value"),
            (#"{"type":"Feature","geometry":null}"#, "geo.json.type"),
            (#"{"type":"FeatureCollection","features":[]}"#, "geo.json.collection"),
        ])
    func refused(text: String, expected: String) {
        #expect(code(text) == expected, "\(text)")
    }

    @Test("The refusal names the position")
    func place() {
        let text = #"{"type":"MultiPolygon","coordinates":[[[[113,28],[113.1,28],[113.1,"x"],[113,28]]]]}"#
        do {
            _ = try read(text)
            Issue.record("not refused")
        } catch {
            #expect((error as? Refusal)?.field == "geometry.coordinates[0][0][2]")
        }
    }

    @Test("Limits of bytes, points, lines, features and depth")
    func limits() {
        let polygon = #"{"type":"Polygon","coordinates":[\#(Self.triangle),\#(Self.triangle)]}"#
        #expect(code(polygon, GeoJSON.Limits(bytes: 50)) == "geo.json.size")
        #expect(code(polygon, GeoJSON.Limits(points: 7)) == "geo.json.tooMany")
        #expect(code(polygon, GeoJSON.Limits(rings: 1)) == "geo.json.tooMany")
        #expect(code(polygon, GeoJSON.Limits(points: 8, rings: 2)) == nil)
        #expect(code(String(repeating: "[", count: 1_000_000)) == "json.malformed")
        let two = #"{"type":"FeatureCollection","features":[{"type":"Feature"},{"type":"Feature"}]}"#
        #expect(
            refusal { _ = try GeoJSON.features(from: Array(two.utf8), limits: GeoJSON.Limits(features: 1)) }
                == "geo.json.tooMany")
        #expect(refusal { _ = try GeoJSON.features(from: Array(two.utf8)) } == nil)
    }

    @Test("Bytes drawn at random, and good files with a byte changed, are read or refused, never more")
    func damaged() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        let good = Array(
            #"{"type":"Feature","id":7,"geometry":{"type":"Polygon","coordinates":[\#(Self.triangle)]}}"#.utf8)
        for _ in 0..<3000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                let geometry = try GeoJSON.geometry(from: bytes)
                #expect(geometry.middle?.isOnEarth == true, "seed \(seed)")
            } catch {
                #expect(error is Refusal, "seed \(seed): \(error)")
            }
        }
    }

    @Test("Areas as they are written here, also damaged ones, are read the short way as the long way")
    func plain() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        var plain = 0
        for _ in 0..<2000 {
            let polygons = try (0..<Int.random(in: 1...2, using: &random)).map { _ in
                Polygon(outer: try star(around: at(113, 28), radius: 0.1, corners: 5, &random))
            }
            let geometry = polygons.count == 1 ? Geometry.polygon(polygons[0]) : .multiPolygon(MultiPolygon(polygons))
            var bytes = GeoJSON.bytes(geometry, decimals: .random(in: 0...9, using: &random))
            if Bool.random(using: &random) {
                let digits = Array("0123456789-.,[]e".utf8)
                bytes[.random(in: 0..<bytes.count, using: &random)] = digits.randomElement(using: &random) ?? 48
            }
            guard let short = GeoJSON.plainArea(bytes, GeoJSON.Limits()) else { continue }
            plain += 1
            // A blank is no part of what is written here.
            #expect(try short == GeoJSON.geometry(from: [32] + bytes), "seed \(seed)")
        }
        #expect(plain > 1000, "seed \(seed)")
    }
}

@Suite struct GeoJSONWriteTests {
    @Test("Written short, outer lines counter-clockwise and holes clockwise")
    func text() throws {
        #expect(GeoJSON.text(.point(at(112.97, 28.195_700_04))) == #"{"type":"Point","coordinates":[112.97,28.1957]}"#)
        #expect(GeoJSON.text(.point(at(-0.000_000_1, 0))) == #"{"type":"Point","coordinates":[-0.0000001,0]}"#)
        #expect(GeoJSON.text(.point(at(-0.000_000_01, -90))) == #"{"type":"Point","coordinates":[0,-90]}"#)
        #expect(GeoJSON.text(.point(at(112.56, 28.49)), decimals: 0) == #"{"type":"Point","coordinates":[113,28]}"#)
        #expect(GeoJSON.text(.point(at(179.999_999_999, 1)), decimals: 9).contains("179.999999999"))
        let clockwise = try Ring(square(0, 0, 4).points.reversed())
        let polygon = Polygon(outer: clockwise, holes: [try square(1, 1, 1)])
        #expect(
            GeoJSON.text(.polygon(polygon))
                == #"{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[1,2],[2,2],[2,1],[1,1]]]}"#
        )
        #expect(GeoJSON.text(.point(at(.nan, 28))) == #"{"type":"Point","coordinates":[0,28]}"#, "still JSON")
    }

    @Test("What is written is read back within half of the last digit")
    func roundTrip() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        let world = BoundingBox(west: -180, south: -90, east: 180, north: 90)
        for _ in 0..<2000 {
            let place = anywhere(in: world, &random)
            let decimals = Int.random(in: 0...9, using: &random)
            let read = try GeoJSON.geometry(from: GeoJSON.bytes(.point(place), decimals: decimals))
            let back = try #require(read.middle)
            let error = max(abs(back.longitude - place.longitude), abs(back.latitude - place.latitude))
            #expect(error <= 0.500_001 * pow(10, -Double(decimals)), "seed \(seed): \(place), \(decimals)")
        }
        for _ in 0..<50 {
            let outer = try star(around: at(113, 28), radius: 0.1, corners: 20, &random)
            let bytes = GeoJSON.bytes(.multiPolygon(MultiPolygon([Polygon(outer: outer)])), decimals: 9)
            let area = try #require(try GeoJSON.geometry(from: bytes).area)
            #expect(abs(area.areaM2 / Polygon(outer: outer).areaM2 - 1) < 1e-6, "seed \(seed)")
            #expect(GeoJSON.bytes(.multiPolygon(area), decimals: 9) == bytes, "seed \(seed)")
        }
    }

    @Test("A collection with properties, drained as it grows, is what another reader reads")
    func collection() throws {
        var writer = FeatureCollectionWriter()
        var bytes: [UInt8] = []
        let name = "五矿\"宿舍\"\\\n<b>\u{1}"
        writer.append(
            .point(at(113, 28)), id: "e1",
            properties: [
                .init("name", .string(name)), .init("households", 165), .init("rate", .number(.nan)), .init("ok", true),
            ])
        bytes += writer.drain()
        writer.append(nil)
        bytes += writer.finish()
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let features = try #require(object["features"] as? [[String: Any]])
        let properties = try #require(features.first?["properties"] as? [String: Any])
        #expect(properties["name"] as? String == name && properties["rate"] is NSNull)
        let read = try GeoJSON.features(from: bytes)
        #expect(read.map(\.geometry) == [.point(at(113, 28)), nil])
        #expect(read[0].id == "e1" && read[0].properties["households"]?.integer == 165)
        #expect(try GeoJSON.features(from: FeatureCollectionWriter().finish()).isEmpty)
    }
}
