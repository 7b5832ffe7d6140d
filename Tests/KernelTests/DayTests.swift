import Foundation
import Kernel
import TestSupport
import Testing

@Suite struct DayTests {
    @Test("Days read and write as ISO dates, leap years included")
    func iso() {
        #expect(Day("2026-06-30")?.description == "2026-06-30")
        #expect(Day("2024-02-29") != nil)
        #expect(Day("2026-02-29") == nil && Day("2026-13-01") == nil && Day("2026-6-3") == nil)
        #expect(Day(year: 1970, month: 1, day: 1)?.number == 0)
    }

    @Test("A day's number agrees with Foundation's calendar for random days")
    func agreesWithFoundation() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for _ in 0..<2000 {
            let number = Int.random(in: -100_000...100_000, using: &random)
            let parts = calendar.dateComponents(
                [.year, .month, .day], from: Date(timeIntervalSince1970: Double(number) * 86_400))
            let day = Day(number: number)
            #expect(
                day.year == parts.year && day.month == parts.month && day.day == parts.day,
                "seed \(seed), day \(number)")
            #expect(Day(year: day.year, month: day.month, day: day.day)?.number == number)
        }
    }

    @Test("China's day begins at 16:00 UTC the day before")
    func chinaIsEightHoursAhead() throws {
        let day = try #require(Day("2026-06-30"))
        #expect(day.startInChina.rfc3339 == "2026-06-29T16:00:00.000Z")
        #expect(day.startInChina.dayInChina == day)
        #expect(Instant(milliseconds: day.startInChina.milliseconds - 1).dayInChina == day.adding(days: -1))
        #expect(Instant(milliseconds: day.startInChina.milliseconds + 65_520_000).timeInChina == "18:12")
    }
}

@Suite struct PlaceCodeTests {
    @Test("Codes nest by prefix")
    func nest() throws {
        let street = try #require(PlaceCode("430111002"))
        #expect(street.level == .subdistrict && street.parent?.digits == "430111")
        #expect(street.ancestor(.city)?.digits == "4301")
        #expect(PlaceCode("430111").map { $0.contains(street) } == true)
        #expect(PlaceCode("430112").map { $0.contains(street) } == false)
        #expect(PlaceCode.country.contains(street))
        #expect(PlaceCode("43011") == nil && PlaceCode("43011x") == nil && PlaceCode("") == nil)
        #expect(PlaceCode("430199").map { "430199999999" < $0.end && $0.end > "430199" } == true)
    }

    @Test("A scope keeps the largest places and narrows to what lies within")
    func scopes() throws {
        let codes = ["430111", "430111002", "430102"].compactMap { PlaceCode($0) }
        let scope = Scope(codes)
        #expect(scope.places.map(\.digits) == ["430102", "430111"])
        let street = try #require(PlaceCode("430111005"))
        #expect(scope.narrowed(to: street).places == [street])
        let city = try #require(PlaceCode("4301"))
        #expect(scope.narrowed(to: city) == scope)
        #expect(scope.narrowed(to: try #require(PlaceCode("430181"))).isEmpty)
    }
}

@Suite struct IDTests {
    @Test("Ids are UUIDs of version 7, read back as written, and later ones sort later")
    func version7() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        var last = ID<Int>(at: Instant(milliseconds: 0), using: &random)
        for step in 1...500 {
            let id = ID<Int>(at: Instant(milliseconds: Int64(step) * 977), using: &random)
            let text = id.description
            #expect(Array(text)[14] == "7" && "89ab".contains(Array(text)[19]), "seed \(seed)")
            #expect(ID<Int>(text) == id && ID<Int>(bytes: id.bytes) == id)
            #expect(last < id)
            last = id
        }
        #expect(ID<Int>("not-an-id") == nil && ID<Int>(bytes: [1, 2]) == nil)
    }
}

@Suite struct JSONTests {
    @Test("What is written reads back the same, for random values")
    func roundTrip() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<500 {
            let value = Self.value(depth: 0, &random)
            #expect(try JSON(parsing: value.text) == value, "seed \(seed)")
            let foundation = try JSONSerialization.jsonObject(with: Data(value.text.utf8), options: .fragmentsAllowed)
            let again = try JSONSerialization.data(withJSONObject: foundation, options: .fragmentsAllowed)
            let reread = try JSONSerialization.jsonObject(with: again, options: .fragmentsAllowed)
            #expect(reread as? NSObject == foundation as? NSObject)
        }
    }

    @Test(
        "Malformed and hostile texts are refused, whatever the bytes",
        arguments: [
            "", "{", "[1,]", "{\"a\":}", "nul", "\"\\u12\"", "\"\\ud800\"", "01x", "1e999", "[1] 2", "\"\u{1}\"",
            String(repeating: "[", count: 100_000),
        ])
    func refuses(text: String) {
        #expect(throws: Refusal.self) { try JSON(parsing: text) }
    }

    static func value(depth: Int, _ random: inout SeededRandom) -> JSON {
        switch Int.random(in: 0...(depth > 3 ? 4 : 6), using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .integer(Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &random))
        case 3: .number(Double(Int.random(in: -9999...9999, using: &random)) + 0.125)
        case 4:
            .string(
                String(
                    (0..<Int.random(in: 0...8, using: &random)).map { _ in
                        "a\"\\\n\t小😀é/".randomElement(using: &random) ?? "x"
                    }))
        case 5: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth + 1, &random) })
        default:
            .object(
                (0..<Int.random(in: 0...4, using: &random)).map {
                    JSON.Member("k\($0)", value(depth: depth + 1, &random))
                })
        }
    }
}
