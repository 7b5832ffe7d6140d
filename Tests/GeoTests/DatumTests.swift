import Foundation
import Geo
import Kernel
import TestSupport
import Testing

@Suite struct DatumTests {
    @Test("What others computed", .enabled(if: Reference.isHere, "no reference data beside the project"))
    func referencePairs() throws {
        let lines = try String(contentsOf: Reference.file("vectors/gcj/pairs.csv"), encoding: .utf8).split(
            whereSeparator: \.isNewline)
        #expect(lines.first == "from,to,lat,lng,expected_lat,expected_lng,origin")
        for line in lines.dropFirst() {
            let fields = line.split(separator: ",").map(String.init)
            let numbers = try fields[2...5].map { try #require(Double($0)) }
            let from = try #require(datum(fields[0]))
            let to = try #require(datum(fields[1]))
            let found = to.fromCGCS2000(from.toCGCS2000(at(numbers[1], numbers[0])))
            let error = max(abs(found.longitude - numbers[3]), abs(found.latitude - numbers[2]))
            #expect(error < tolerance(fields[6], fields[0], fields[1]), "\(line): \(found), off by \(error)")
        }
    }

    private func datum(_ name: String) -> Datum? { Datum(named: name) }

    /// How far from exact the origins themselves are, in degrees. coordtransform goes back from BD-09 in one step
    /// instead of solving. eviltransform uses another semi-major axis (a centimetre); for BD-09 it has sin(πy) where
    /// Baidu has sin(3000πy/180), which moves its answers by up to 80 m: see `baidu()` for what Baidu itself says.
    private func tolerance(_ origin: String, _ from: String, _ to: String) -> Double {
        switch (origin, from, to) {
        case ("coordtransform", "BD09", "GCJ02"): 2e-6
        case ("coordtransform", _, _): 1e-12
        case (_, "BD09", _): 7e-4
        default: 1.5e-7
        }
    }

    @Test("Baidu's own conversion service, for the example of its manual: from GCJ-02 exact, from WGS-84 within 0.5 m")
    func baidu() {
        let example = at(114.21892734521, 29.575429778924)
        let fromGCJ02 = Datum.bd09.fromCGCS2000(Datum.gcj02.toCGCS2000(example))
        #expect(distance(fromGCJ02, at(114.22539195429, 29.581585367458)) < 1e-9)
        #expect(distance(Datum.bd09.fromCGCS2000(example), at(114.23074952312, 29.57908262908)) < 5e-6)
    }

    @Test("Forth and back, and back and forth, anywhere in China", arguments: [Datum.gcj02, .bd09])
    func roundTrips(datum: Datum) {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        let china = BoundingBox(west: 73.5, south: 3.8, east: 135, north: 53.5)
        for _ in 0..<5000 {
            let place = anywhere(in: china, &random)
            let shown = datum.fromCGCS2000(place)
            #expect(distance(datum.toCGCS2000(shown), place) < 1e-9, "seed \(seed): \(place)")
            #expect(distance(datum.fromCGCS2000(datum.toCGCS2000(place)), place) < 1e-9, "seed \(seed): \(place)")
            let metres = place.distance(to: shown)
            #expect((10...2500).contains(metres), "seed \(seed): \(place) moved by \(metres) m")
        }
    }

    private func distance(_ a: Coordinate, _ b: Coordinate) -> Double {
        max(abs(a.longitude - b.longitude), abs(a.latitude - b.latitude))
    }

    @Test("Changsha's Wuyi Square moves some 660 m in GCJ-02 and over a kilometre in BD-09")
    func changsha() {
        let square = at(112.9762, 28.1957)
        #expect((600...700).contains(square.distance(to: Datum.gcj02.fromCGCS2000(square))))
        #expect((1000...1600).contains(square.distance(to: Datum.bd09.fromCGCS2000(square))))
        #expect(Datum.cgcs2000.toCGCS2000(square) == square)
    }

    @Test(
        "Outside the rectangle around China GCJ-02 is the truth",
        arguments: [at(2.35, 48.86), at(139.7, 35.7), at(100, 0.5)])
    func abroad(place: Coordinate) {
        #expect(Datum.gcj02.fromCGCS2000(place) == place)
        #expect(Datum.gcj02.toCGCS2000(place) == place)
    }

    @Test("What is not a number stays what it is", arguments: Datum.allCases)
    func notFinite(datum: Datum) {
        #expect(datum.toCGCS2000(at(.nan, 28)).longitude.isNaN)
        #expect(!datum.toCGCS2000(at(.infinity, 28)).longitude.isFinite)
    }

    @Test(
        "Names as headers have them",
        arguments: [
            ("WGS-84", Datum.cgcs2000), ("wgs84坐标", .cgcs2000), ("EPSG:4490", .cgcs2000), ("GCJ-02 火星坐标", .gcj02),
            ("高德经度", .gcj02), ("BD-09", .bd09), ("百度坐标系", .bd09), ("gcj02", .gcj02),
        ] as [(String, Datum)])
    func names(text: String, datum: Datum) {
        #expect(Datum(named: text) == datum)
    }

    @Test("A name that says nothing is not guessed", arguments: ["", "经度", "西安80", "local"])
    func noName(text: String) {
        #expect(Datum(named: text) == nil)
    }
}
