import Kernel
import Registry
import Testing

@Suite("Years as people write them")
struct YearReadingTests {
    @Test(
        "are read as one year or a range",
        arguments: [
            ("1998", 1998, 1998), ("1998年", 1998, 1998), ("1998", 1998, 1998), ("1998.0", 1998, 1998),
            ("98年", 1998, 1998), ("98", 1998, 1998),
            ("05年", 2005, 2005), ("一九八八年", 1988, 1988), ("一九九〇年", 1990, 1990), ("二〇〇〇年", 2000, 2000),
            ("二零零五", 2005, 2005),
            ("两千年", 2000, 2000), ("1998年建", 1998, 1998), ("建于1998年", 1998, 1998), ("1998年建成", 1998, 1998),
            ("1998年竣工", 1998, 1998),
            ("1996-1998", 1996, 1998), ("1996~1998年", 1996, 1998), ("1996年至1998年", 1996, 1998),
            ("1996—1998", 1996, 1998),
            ("1996-98", 1996, 1998), ("96-98年", 1996, 1998), ("1996年-98年", 1996, 1998), ("1996到1998", 1996, 1998),
            ("1996～1998", 1996, 1998),
            ("90年代", 1990, 1999), ("1990年代", 1990, 1999), ("九十年代", 1990, 1999), ("上世纪80年代", 1980, 1989),
            ("20世纪七十年代", 1970, 1979),
            ("八十年代初", 1980, 1983), ("80年代中期", 1984, 1986), ("九十年代末", 1997, 1999), ("80年代后期", 1987, 1989),
            ("2000年代", 2000, 2009),
            ("80-90年代", 1980, 1999), ("八十年代至九十年代初", 1980, 1993), ("80年代末至1992年", 1987, 1992),
            ("1985年前", 1840, 1985), ("1985年以前", 1840, 1985), ("2000年底前建成", 1840, 2000), ("80年代以前", 1840, 1979),
            ("2000年后", 2000, 2100), ("1998-06-30", 1998, 1998), ("1998年6月", 1998, 1998), ("1998/6/30", 1998, 1998),
            ("1998.6", 1998, 1998),
            ("1998.06", 1998, 1998), ("1998-06", 1998, 1998), ("1998年6月30日", 1998, 1998),
            ("1998-06-30 00:00:00", 1998, 1998),
            ("19980630", 1998, 1998), ("1998年底", 1998, 1998), ("36000", 1998, 1998), ("公元1998年", 1998, 1998),
        ])
    func years(text: String, from: Int, to: Int) throws {
        let reading = try CellReading.years(text)
        #expect(reading.value.map { [$0.from, $0.to] } == [from, to], "\(text): \(reading)")
        #expect(!reading.isApproximate)
    }

    @Test(
        "keep that they are approximate",
        arguments: [
            ("约1998年", 1998, 1998), ("1998年左右", 1998, 1998), ("1998年前后", 1998, 1998), ("大约1998", 1998, 1998),
            ("1986、1992年", 1986, 1992),
            ("1986年,1990年,1995年", 1986, 1995), ("1986/1992", 1986, 1992),
        ])
    func approximate(text: String, from: Int, to: Int) throws {
        #expect(try CellReading.years(text) == .value(try #require(YearRange(from: from, to: to)), approximate: true))
    }

    @Test(
        "are refused when impossible or when two readings are possible",
        arguments: [
            ("3020", "cell.years.range"), ("3020年", "cell.years.range"), ("1000", "cell.years.range"),
            ("0", "cell.years"),
            ("1998-1996", "cell.years.range"), ("2001-05", "cell.years.ambiguous"), ("30", "cell.years"),
            ("128年", "cell.years"),
            ("建安小区", "cell.years"), ("一期1996年,二期1998年", "cell.years"), ("95年代", "cell.years"),
            ("1998年13月", "cell.years"),
            ("-1998", "cell.years"), ("320户", "cell.years"), ("1996-1998-2000", "cell.years"), ("年", "cell.years"),
        ])
    func refused(text: String, code: String) throws {
        let refusal = #expect(throws: Refusal.self) { try CellReading.years(text) }
        #expect(refusal?.code == code, "\(text): \(refusal?.description ?? "")")
    }

    @Test("are shown in both languages")
    func shown() throws {
        #expect(try #require(YearRange(1998)).text == Phrase(zh: "1998年", en: "1998"))
        #expect(try #require(YearRange(from: 1996, to: 1998)).text == Phrase(zh: "1996—1998年", en: "1996–1998"))
        #expect(try #require(CellReading.years("1985年前").value).text == Phrase(zh: "1985年及以前", en: "1985 or earlier"))
        #expect(YearRange(from: 1998, to: 1996) == nil)
    }
}
