import Decide
import Kernel
import TestSupport
import Testing

@Suite("What a measurement is worth")
struct ValueFunctionTests {
    private typealias Point = ValueFunction.Point
    private typealias Band = ValueFunction.Band
    private typealias Category = ValueFunction.Category

    @Test("Between points in a straight line, outside the decreed bounds as at the bounds")
    func linear() throws {
        let age = try ValueFunction(points: [Point(20, 0), Point(30, 0.5), Point(50, 1)], direction: .benefit)
        let values = [-.infinity, 0, 20, 25, 30, 40, 50, 80, .infinity].map { age.value(of: $0) }
        #expect(values == [0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1])
        #expect(age.value(of: Double.nan) == nil)
        #expect(age.value(of: "40") == nil)
    }

    @Test("Thresholds: a band holds from its beginning on, the outer ones without end")
    func bands() throws {
        let bands = [
            Band(from: nil, to: 1_980, value: 1), Band(from: 1_980, to: 2_000, value: 0.6),
            Band(from: 2_000, to: nil, value: 0.1),
        ]
        let built = try ValueFunction(bands: bands, direction: .cost)
        let values = [-.infinity, 1_979.9, 1_980, 1_999, 2_000, .infinity].map { built.value(of: $0) }
        #expect(values == [1, 1, 0.6, 0.6, 0.1, 0.1])
        let bounded = try ValueFunction(bands: [Band(from: 0, to: 5, value: 0.3)], direction: nil)
        #expect([-1, 0, 5, 9].map { bounded.value(of: $0) } == [0.3, 0.3, 0.3, 0.3])
    }

    @Test("Answers of a list have values; those that have none are told")
    func categories() throws {
        let leaks = try ValueFunction(
            categories: [Category("none", 0), Category("some", 0.5), Category("many", 1)], direction: .benefit)
        #expect(leaks.value(of: "some") == 0.5)
        #expect(leaks.value(of: "few") == nil)
        #expect(leaks.value(of: 0.5) == nil)
        #expect(leaks.missing(of: ["none", "few", "many"]) == ["few"])
        #expect(leaks.values(of: ["many", "some"]) == 0.5...1)
        #expect(leaks.values(of: ["many", "few"]) == nil)
        #expect(leaks.values(of: [String]()) == nil)
        #expect(leaks.values(of: 0...1) == nil)
        #expect(leaks.span == 0...1)
    }

    @Test("An interval's least and greatest value, also over a summit and a valley")
    func intervals() throws {
        let hill = try ValueFunction(
            points: [Point(0, 0.2), Point(10, 1), Point(20, 0), Point(30, 0.5)], direction: nil)
        #expect(hill.values(of: 0...10) == 0.2...1)
        #expect(hill.values(of: 5...15) == 0.5...1)
        #expect(hill.values(of: 15...30) == 0...0.5)
        #expect(hill.values(of: -5...(-1)) == 0.2...0.2)
        #expect(hill.values(of: 12...14) == (0.6...0.8))
        #expect(hill.values(of: -.infinity ... .infinity) == 0...1)
        #expect(hill.span == 0...1)
        let steps = try ValueFunction(
            bands: [
                Band(from: 0, to: 10, value: 0.5), Band(from: 10, to: 20, value: 0.9),
                Band(from: 20, to: 30, value: 0.1),
            ], direction: nil)
        #expect(steps.values(of: 0...9) == 0.5...0.5)
        #expect(steps.values(of: 0...10) == 0.5...0.9)
        #expect(steps.values(of: 0...25) == 0.1...0.9)
        #expect(steps.values(of: 10...19) == 0.9...0.9)
        #expect(steps.values(of: -9...99) == 0.1...0.9)
    }

    @Test("No number of an interval is worth more or less than its ends say, and both are reached")
    func exactIntervals() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            let places = Set(
                (0..<Int.random(in: 2...9, using: &random)).map { _ in
                    Double(Int.random(in: -50...50, using: &random)) / 3
                }
            ).sorted()
            if places.count < 2 { continue }
            let values = places.map { _ in Double.random(in: 0...1, using: &random) }
            let line = try ValueFunction(points: zip(places, values).map { Point($0, $1) }, direction: nil)
            let bands = zip(places.indices, values).map { index, value in
                Band(from: places[index], to: index + 1 < places.count ? places[index + 1] : nil, value: value)
            }
            let steps = try ValueFunction(bands: bands, direction: nil)
            let ends = (0..<2).map { _ in Double.random(in: -20...20, using: &random) }.sorted()
            let tried =
                (0..<200).map { _ in Double.random(in: ends[0]...ends[1], using: &random) } + ends
                + places.filter { (ends[0]...ends[1]).contains($0) }
            for function in [line, steps] {
                let found = tried.compactMap { function.value(of: $0) }
                let span = try #require(function.values(of: ends[0]...ends[1]))
                #expect(found.min() == span.lowerBound && found.max() == span.upperBound, "seed \(seed): \(ends)")
            }
        }
    }

    private func flaw(_ make: () throws(ValueFlaw) -> ValueFunction) -> ValueFlaw? {
        do throws(ValueFlaw) {
            _ = try make()
            return nil
        } catch { return error }
    }

    private func line(_ points: [Point], _ direction: Direction?) -> ValueFlaw? {
        flaw { () throws(ValueFlaw) in try ValueFunction(points: points, direction: direction) }
    }

    private func steps(_ bands: [Band], _ direction: Direction?) -> ValueFlaw? {
        flaw { () throws(ValueFlaw) in try ValueFunction(bands: bands, direction: direction) }
    }

    @Test("A line that is none is refused with the point")
    func refusedLines() {
        #expect(line([], nil) == .parts(0))
        #expect(line([Point(0, 0)], nil) == .parts(1))
        #expect(line((0...1_000).map { Point(Double($0), 0) }, nil) == .parts(1_001))
        #expect(line([Point(0, 0), Point(.nan, 1)], nil) == .notFinite(1))
        #expect(line([Point(0, 0), Point(1, .infinity)], nil) == .notFinite(1))
        #expect(line([Point(-1.7e308, 0), Point(1.7e308, 1)], nil) == .notFinite(1))
        #expect(line([Point(0, 0), Point(1, 1.2)], nil) == .outside(1, value: 1.2))
        #expect(line([Point(0, 0), Point(0, 1)], nil) == .duplicate(1))
        #expect(line([Point(0, 0), Point(2, 1), Point(1, 1)], nil) == .unordered(2))
    }

    @Test("A scale that runs against its declared direction is upside down; level stretches are not")
    func upsideDown() {
        #expect(line([Point(0, 0), Point(1, 0.8), Point(2, 0.7)], .benefit) == .upsideDown(2))
        #expect(line([Point(0, 0), Point(1, 1)], .cost) == .upsideDown(1))
        #expect(line([Point(0, 1), Point(1, 1), Point(2, 0)], .cost) == nil)
        #expect(steps([Band(from: 0, to: 1, value: 1), Band(from: 1, to: 2, value: 0)], .benefit) == .upsideDown(1))
        let listed = [Category("good", 1), Category("bad", 0)]
        let found = flaw { () throws(ValueFlaw) in try ValueFunction(categories: listed, direction: .benefit) }
        #expect(found == .upsideDown(1))
    }

    @Test("Bands that leave a gap, overlap or turn round are refused with the band")
    func refusedBands() {
        let first = Band(from: 0, to: 10, value: 0)
        #expect(steps([], nil) == .parts(0))
        #expect(steps([first, Band(from: 11, to: 20, value: 1)], nil) == .gap(after: 0))
        #expect(steps([first, Band(from: 9, to: 20, value: 1)], nil) == .overlap(after: 0))
        #expect(steps([first, Band(from: nil, to: 20, value: 1)], nil) == .overlap(after: 0))
        #expect(steps([Band(from: 0, to: nil, value: 0), Band(from: 9, to: 20, value: 1)], nil) == .overlap(after: 0))
        #expect(steps([first, Band(from: 10, to: 10, value: 1)], nil) == .unordered(1))
        #expect(steps([Band(from: .infinity, to: nil, value: 1)], nil) == .notFinite(0))
    }

    @Test("The same answer twice is refused")
    func refusedCategories() {
        let twice = [Category("a", 0), Category("b", 0.5), Category("a", 1)]
        #expect(flaw { () throws(ValueFlaw) in try ValueFunction(categories: twice, direction: nil) } == .duplicate(2))
        #expect(flaw { () throws(ValueFlaw) in try ValueFunction(categories: [], direction: nil) } == .parts(0))
    }
}
