import Components
import Html
import Kernel
import Testing

@Suite("Figures")
struct FiguresTests {
    @Test(
        "Digits stand in groups of three",
        arguments: [(0, "0"), (999, "999"), (1450, "1,450"), (-20_300, "-20,300"), (20_160_000, "20,160,000")])
    func groups(number: Int, text: String) {
        #expect(grouped(number) == text)
    }

    @Test("Places after the point, halves away from zero, no minus before a zero")
    func decimals() {
        #expect(decimal(68.25, 1) == "68.3")
        #expect(decimal(1234.5, 2) == "1,234.50")
        #expect(decimal(0.05, 1) == "0.1")
        #expect(decimal(-0.04, 1) == "0.0")
        #expect(decimal(-2.6, 1) == "-2.6")
        #expect(decimal(9.999, 2) == "10.00")
        #expect(decimal(5, 0) == "5")
        #expect(decimal(.nan, 1) == "—")
        #expect(decimal(.infinity, 1) == "—")
        #expect(percent(0.682) == "68.2")
    }

    @Test("Three digits count, and none behind the point says nothing")
    func shortNumbers() {
        let written = [
            (25.0, "25"), (2016, "2,016"), (147.04, "147"), (69.28, "69.3"), (99.95, "100"), (9.996, "10"),
            (1.7245, "1.72"),
            (0.5, "0.5"), (0, "0"), (-69.28, "-69.3"),
        ]
        for (number, text) in written { #expect(short(number) == text) }
        #expect(short(20.16, places: 2) == "20.16")
        #expect(short(20, places: 2) == "20")
    }

    @Test("A day and a moment in both languages, the time as in China")
    func dates() throws {
        let day = try #require(Day(year: 2026, month: 6, day: 30))
        #expect(dayText(.zh, day) == "2026 年 6 月 30 日")
        #expect(dayText(.en, day) == "30 June 2026")
        #expect(monthText(.zh, day) == "2026 年 6 月")
        #expect(monthText(.en, day) == "June 2026")
        let evening = Instant(milliseconds: 1_782_813_600_000)
        #expect(momentText(.zh, evening) == "2026 年 6 月 30 日 18:00")
        #expect(time(.en, evening).string == "<time datetime=\"2026-06-30T10:00:00.000Z\">30 June 2026, 18:00</time>")
    }
}
