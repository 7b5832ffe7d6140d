import Foundation
import Geo
import Kernel
import TestSupport
import Testing

@Suite struct AreaTests {
    private static let middle = at(113.012, 28.176)

    @Test("The point for a label lies inside, however an area is bent")
    func pointInside() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let corners = Int.random(in: 3...200, using: &random)
            let area = MultiPolygon([
                Polygon(outer: try star(around: Self.middle, radius: 0.002, corners: corners, &random))
            ])
            let point = try #require(area.pointInside)
            #expect(area.contains(point), "seed \(seed), \(corners) corners")
            #expect(area.distanceToBoundary(from: point) > 0, "seed \(seed), \(corners) corners")
        }
        // A horseshoe and a ring: the centroid of either lies outside.
        let horseshoe = Polygon(outer: try ring([(0, 0), (9, 0), (9, 9), (8, 9), (8, 1), (1, 1), (1, 9), (0, 9)]))
        let hollow = Polygon(outer: try square(0, 0, 9), holes: [try square(1, 1, 7)])
        for polygon in [horseshoe, hollow] {
            #expect(!polygon.contains(polygon.centroid))
            let point = try #require(MultiPolygon([polygon]).pointInside)
            #expect(polygon.contains(point) && polygon.distanceToBoundary(from: point) > 0)
        }
        #expect(MultiPolygon([]).pointInside == nil)
    }

    @Test(
        "An outline 200 m wide tells its datum by the place it is drawn around", arguments: Datum.allCases,
        Datum.allCases)
    func datum(truth: Datum, claimed: Datum) throws {
        let drawn = try ring(
            square(Self.middle.longitude - 0.001, Self.middle.latitude - 0.001, 0.002).points.dropLast().map {
                let shown = truth.fromCGCS2000($0)
                return (shown.longitude, shown.latitude)
            })
        let area = MultiPolygon([Polygon(outer: drawn)])
        #expect(likelyDatum(of: area, given: claimed, around: Self.middle) == (truth == claimed ? nil : truth))
        let meant = truth.toCGCS2000(area)
        #expect(meant.contains(Self.middle) && abs(meant.areaM2 - 43_500) < 1000)
    }

    @Test("A location beside an outline is no question of datums, near or very far")
    func beside() throws {
        let area = MultiPolygon([Polygon(outer: try square(113, 28, 0.002))])
        for place in [at(113.0025, 28.001), at(113.1, 28.1)] {
            #expect(likelyDatum(of: area, given: .cgcs2000, around: place) == nil)
        }
    }

    @Test("A broken shape in a collection keeps no other from being read")
    func eachFeature() throws {
        let square = "[[[0,0],[1,0],[1,1],[0,1],[0,0]]]"
        let shapes = [
            #"{"type":"Polygon","coordinates":\#(square)}"#, #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}"#,
            "null", #"{"type":"MultiPolygon","coordinates":[\#(square)]}"#,
        ]
        let features = shapes.enumerated().map { index, shape in
            #"{"type":"Feature","properties":{"n":\#(index)},"geometry":\#(shape)}"#
        }
        var told: [String] = []
        try GeoJSON.eachFeature(
            from: Array(#"{"type":"FeatureCollection","features":[\#(features.joined(separator: ","))]}"#.utf8)
        ) { index, properties, geometry in
            #expect(properties["n"]?.integer == Int64(index))
            switch geometry {
            case .success(let shape): told.append(shape?.area.map { "\($0.pointCount)" } ?? "none")
            case .failure(let refusal): told.append(refusal.code)
            }
        }
        #expect(told == ["5", "geo.ring.short", "none", "5"])
        #expect(refusal { try GeoJSON.eachFeature(from: Array("[]".utf8)) { _, _, _ in } } == "geo.json.notCollection")
    }
}
