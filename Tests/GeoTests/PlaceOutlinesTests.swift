import Foundation
import Geo
import Kernel
import TestSupport
import Testing

@Suite struct PlaceOutlinesTests {
    @Test(
        "The shipped outlines: nine districts, simple, with the areas that GeographicLib measures and gazetteers print")
    func shipped() throws {
        let outlines = try shippedOutlines()
        #expect(
            outlines.all.map(\.code.digits) == [
                "430102", "430103", "430104", "430105", "430111", "430112", "430121", "430181", "430182",
            ])
        var effort = Effort()
        for outline in outlines.all { try outline.shape.checkSimple(&effort) }
        // Changsha has 11,819 km² (statistical yearbook).
        #expect(abs(outlines.all.reduce(0) { $0 + $1.shape.areaM2 } / 11_819e6 - 1) < 0.002)
        let furong = try #require(PlaceCode("430102"))
        let shape = try #require(outlines[furong]?.shape)
        #expect(abs(shape.areaM2 / 43.11e6 - 1) < 0.01)
        #expect(outlines[furong]?.name == "芙蓉区")
    }

    @Test(
        "Well-known places lie in their districts",
        arguments: [
            ("430103", 112.9725, 28.1880, "Tianxin Pavilion"), ("430104", 112.9390, 28.1800, "Yuelu Academy"),
            ("430105", 112.9860, 28.2300, "Hunan Museum"), ("430121", 113.2200, 28.1890, "Huanghua Airport"),
            ("430181", 113.6430, 28.1630, "Liuyang"), ("430182", 112.5530, 28.2500, "Ningxiang"),
        ])
    func landmarks(code: String, longitude: Double, latitude: Double, name: String) throws {
        #expect(try shippedOutlines().district(at: at(longitude, latitude))?.digits == code, "\(name)")
    }

    @Test("No gap and no overlap: every place in the city is in one district, elsewhere in none")
    func coverage() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        let outlines = try shippedOutlines()
        let inner = BoundingBox(west: 112.85, south: 28.05, east: 113.15, north: 28.3)
        for _ in 0..<3000 {
            let place = anywhere(in: inner, &random)
            #expect(outlines.all.count { $0.shape.contains(place) } == 1, "seed \(seed): \(place)")
        }
        #expect(outlines.district(at: at(116.4, 39.9)) == nil)
        #expect(outlines.district(at: at(.nan, 28)) == nil)
    }

    @Test("The shipped file says what it is, and stays small")
    func file() throws {
        let path = FileManager.default.currentDirectoryPath + "/Resources/places/outlines.geojson"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.utf8.count <= 60_000)
        let head = try #require(text.split(separator: "\n").first)
        #expect(head.contains("not survey-grade") && head.contains("simplified") && head.contains("DataV"))
    }

    @Test("Places: the city, 9 districts, 172 subdistricts, each below its parent, each with a name in English")
    func places() throws {
        let path = FileManager.default.currentDirectoryPath + "/Resources/places/places.csv"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.first == "code,name,nameEn,level,parent,prefix")
        let rows = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        var levels: [String: Int] = [:]
        var known: Set = ["43"]
        for row in rows {
            try #require(row.count == 6)
            let code = try #require(PlaceCode(row[0]))
            #expect("\(code.level)" == row[3] && code.parent?.digits == row[4] && known.contains(row[4]), "\(row)")
            #expect(known.insert(row[0]).inserted && row[2].utf8.allSatisfy { $0 < 128 }, "\(row)")
            #expect(row[5] == (row[3] == "city" ? "CS" : ""), "\(row)")
            levels[row[3], default: 0] += 1
        }
        #expect(levels == ["city": 1, "district": 9, "subdistrict": 172])
    }

    @Test("A file that lacks something is refused")
    func refused() {
        func code(_ features: String) -> String? {
            let text = #"{"type":"FeatureCollection","features":[\#(features)]}"#
            return refusal { _ = try PlaceOutlines(geoJSON: Array(text.utf8)) }
        }
        let shape = #""geometry":{"type":"Polygon","coordinates":[[[113,28],[113.1,28],[113.1,28.1],[113,28]]]}"#
        let good = #"{"type":"Feature","properties":{"code":"430102","name":"芙蓉区"},\#(shape)}"#
        #expect(code(good) == nil)
        #expect(code("") == "geo.outlines.empty")
        #expect(code(good + "," + good) == "geo.outlines.twice")
        #expect(
            code(#"{"type":"Feature","properties":{"code":"4301x2","name":"芙蓉区"},\#(shape)}"#) == "geo.outlines.feature"
        )
        #expect(code(#"{"type":"Feature","properties":{"code":"430102","name":"芙蓉区"}}"#) == "geo.outlines.feature")
    }
}
