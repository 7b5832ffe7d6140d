import Foundation
import Geo
import Kernel
import TestSupport
import Testing

@Suite struct DatumGuessTests {
    private static let core = BoundingBox(west: 112.95, south: 28.1, east: 113.06, north: 28.26)

    /// Estates in the old core as a file would list them: written in `datum`, with their true district.
    private func file(
        in datum: Datum, count: Int, anchorsWithin metres: Double? = nil, withPlaces: Bool = true,
        _ random: inout SeededRandom
    ) throws -> [LocatedPoint] {
        let outlines = try shippedOutlines()
        return (0..<count).map { _ in
            let place = anywhere(in: Self.core, &random)
            let anchor = metres.map { reach in
                let degrees = reach / 111_195
                return at(
                    place.longitude + Double.random(in: -degrees...degrees, using: &random),
                    place.latitude + Double.random(in: -degrees...degrees, using: &random))
            }
            return LocatedPoint(
                datum.fromCGCS2000(place), place: withPlaces ? outlines.district(at: place) : nil, anchor: anchor)
        }
    }

    @Test(
        "With districts named, 400 estates tell the datum, whatever was claimed", arguments: Datum.allCases,
        Datum.allCases)
    func districts(truth: Datum, claimed: Datum) throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        let points = try file(in: truth, count: 400, &random)
        let finding = guessDatum(points: points, claimed: claimed, within: try shippedOutlines())
        #expect(finding.verdict == (truth == claimed ? .fits : .wrong(likely: truth)), "seed \(seed): \(finding.fits)")
        #expect(finding.shareInside(truth) > 0.95, "seed \(seed)")
        #expect(finding.points == 400 && finding.fits.map(\.datum) == Datum.allCases)
    }

    @Test("Anchors within a kilometre tell it too, without any district")
    func anchors() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        let points = try file(in: .gcj02, count: 300, anchorsWithin: 700, withPlaces: false, &random)
        let finding = guessDatum(points: points, claimed: .cgcs2000, within: try shippedOutlines())
        #expect(finding.verdict == .wrong(likely: .gcj02), "seed \(seed): \(finding.fits)")
        let medians = finding.fits.compactMap(\.medianDistanceToAnchor)
        #expect(medians.count == 3 && medians[1] < medians[0] && medians[1] < medians[2], "seed \(seed): \(medians)")
    }

    @Test("Points in the middle of the city without more say nothing, and it is said so", arguments: Datum.allCases)
    func cannotTell(claimed: Datum) throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        let points = try file(in: .gcj02, count: 500, withPlaces: false, &random)
        let finding = guessDatum(points: points, claimed: claimed, within: try shippedOutlines())
        #expect(finding.verdict == .cannotTell, "seed \(seed): \(finding.fits)")
        #expect(guessDatum(points: [], claimed: claimed, within: try shippedOutlines()).verdict == .cannotTell)
        #expect(
            guessDatum(points: Array(points.prefix(1)), claimed: claimed, within: try shippedOutlines()).verdict
                == .cannotTell)
    }

    @Test("Swapped columns and another city are told apart")
    func elsewhere() throws {
        let outlines = try shippedOutlines()
        let swapped = (0..<50).map { LocatedPoint(at(28.15 + Double($0) * 0.001, 112.98)) }
        #expect(guessDatum(points: swapped, claimed: .cgcs2000, within: outlines).verdict == .swapped)
        let shenzhen = (0..<50).map { LocatedPoint(at(114.05 + Double($0) * 0.001, 22.55)) }
        #expect(guessDatum(points: shenzhen, claimed: .gcj02, within: outlines).verdict == .outside)
        let nowhere = [LocatedPoint(at(.nan, .nan)), LocatedPoint(at(498_213, 3_120_004))]
        #expect(guessDatum(points: nowhere, claimed: .bd09, within: outlines).verdict == .outside)
    }

    @Test("A very long file is sampled")
    func sampled() throws {
        let points = Array(repeating: LocatedPoint(at(112.98, 28.2)), count: 25_000)
        let finding = guessDatum(points: points, claimed: .cgcs2000, within: try shippedOutlines())
        #expect((8_000...10_000).contains(finding.points) && finding.shareInside(.cgcs2000) == 1)
    }

    @Test(
        "Real estates of another city are seen to lie elsewhere",
        .enabled(if: Reference.isHere, "no reference data beside the project"))
    func shenzhen() throws {
        let text = try String(contentsOf: Reference.file("estates/shenzhen_futian_estates_42.csv"), encoding: .utf8)
        let numbers = text.split(whereSeparator: \.isNewline).dropFirst().map {
            $0.split(separator: ",").compactMap { Double($0) }
        }
        let points = numbers.compactMap { row -> LocatedPoint? in
            guard let longitude = row.first(where: { (113...115).contains($0) }),
                let latitude = row.first(where: { (22...23).contains($0) })
            else { return nil }
            return LocatedPoint(at(longitude, latitude))
        }
        try #require(points.count > 20)
        #expect(guessDatum(points: points, claimed: .gcj02, within: try shippedOutlines()).verdict == .outside)
    }
}

@Suite struct CellTests {
    @Test("The tile of zoom 14 that web maps compute, and back")
    func tiles() throws {
        let cell = try #require(Cell(at(112.9762, 28.1957)))
        #expect(cell.column == 13333 && cell.row == 6853)
        let corner = try #require(Cell(at(-180, 90)))
        #expect(corner.number == 0)
        let last = try #require(Cell(at(180, -90)))
        #expect(last.column == 16383 && last.row == 16383 && last.number == 1 << 28 - 1)
        #expect(Cell(at(.nan, 28)) == nil && Cell(at(200, 28)) == nil)
    }
}
