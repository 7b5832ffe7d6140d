import Kernel
import Registry
import Testing

@Suite("Numbers as people write them")
struct NumberReadingTests {
    @Test(
        "are read in every notation",
        arguments: [
            ("320", 320), ("1,680", 1680), ("1,680", 1680), ("320", 320), ("320户", 320), ("320 户", 320), ("320.0", 320),
            ("三百二十", 320), ("三百二", 320), ("两千零五", 2005), ("一万二千三百四十五户", 12345), ("二〇五", 205), ("十二", 12),
            ("两万五", 25_000),
            ("2.3万", 23_000), ("2.3万户", 23_000), ("2万3千", 23_000), ("1亿2000万", 120_000_000), ("1.2亿", 120_000_000),
            ("3千", 3000), ("2百", 200), ("1.5千万", 15_000_000), ("叁佰贰拾", 320), ("1 680", 1680),
            ("12,345,678", 12_345_678),
            ("1.68E+3", 1680), ("'320", 320), ("320套", 320), ("共320户", 320),
            ("320(户)", 320), ("0", 0), ("零", 0), ("〇", 0), ("\u{FEFF}320\u{200B}", 320), ("320\n", 320), ("-0", 0),
        ])
    func notations(text: String, value: Int) throws {
        let reading = try CellReading.number(text, unit: .household)
        #expect(reading == .value(Double(value), approximate: false), "\(text)")
    }

    @Test(
        "keep that they are approximate",
        arguments: [
            "约320户", "约 320", "大约320户", "320户左右", "320余户", "320多户", "近320户", "~320", "≈320户", "320(估)", "约三百二十户",
            "约320户左右",
        ])
    func approximate(text: String) throws {
        #expect(try CellReading.number(text, unit: .household) == .value(320, approximate: true))
    }

    @Test(
        "take the unit from the cell, else from the header",
        arguments: [
            ("23000", Unit?.none, 23_000.0), ("23000", .squareMetre, 23_000), ("2.3", .tenThousandSquareMetres, 23_000),
            ("2.3万㎡", nil, 23_000), ("2.3万㎡", .tenThousandSquareMetres, 23_000),
            ("2.3万", .tenThousandSquareMetres, 23_000),
            ("23000㎡", .tenThousandSquareMetres, 23_000), ("2.3万平方米", nil, 23_000), ("2.3万平米", .squareMetre, 23_000),
            ("2.3公顷", nil, 23_000), ("2.3ha", nil, 23_000), ("0.023km²", nil, 23_000), ("34.5亩", nil, 23_000),
            ("23,000 m²", nil, 23_000), ("23,000m2", nil, 23_000), ("2万3千平方米", nil, 23_000), ("2.3万余平方米", nil, 23_000),
            ("14.83", .tenThousandSquareMetres, 148_300), ("172", .tenThousandSquareMetres, 1_720_000),
            ("2016", .tenThousandSquareMetres, 20_160_000),
        ])
    func areas(text: String, header: Unit?, squareMetres: Double) throws {
        #expect(try CellReading.number(text, unit: .squareMetre, headerUnit: header).value == squareMetres)
    }

    @Test(
        "convert lengths, shares and money exactly",
        arguments: [
            ("1.2km", Unit.metre, 1200.0), ("1.2公里", .metre, 1200), ("350米", .metre, 350), ("85%", .percent, 85),
            ("85", .percent, 85),
            ("八成", .percent, 80), ("百分之八十五", .percent, 85), ("85%", .percent, 85),
            ("1.3元/㎡·月", .yuanPerSquareMetreMonth, 1.3),
            ("0.8元/平方米/月", .yuanPerSquareMetreMonth, 0.8), ("23.5万元", .yuan, 235_000), ("1.2亿元", .yuan, 120_000_000),
            ("500元/户", .yuanPerHousehold, 500), ("30年", .year, 30), ("6层", .floor, 6), ("14栋", .building, 14),
            ("14幢", .building, 14),
            ("3部", .piece, 3), ("0.1", .one, 0.1), ("46.123456", .one, 46.123456), ("4.35万", .one, 43_500),
        ])
    func otherUnits(text: String, unit: Unit, value: Double) throws {
        #expect(try CellReading.number(text, unit: unit).value == value)
    }

    @Test(
        "that nobody knows are unknown, never zero",
        arguments: [
            "", " ", " ", "不详", "未知", "-", "—", "——", "/", "/", "?", "N/A", "null", "待核实", "暂无数据", "空白", "none", "NaN",
        ])
    func unknown(text: String) throws {
        #expect(try CellReading.number(text, unit: .household) == .unknown)
        #expect(try CellReading.years(text) == .unknown)
        #expect(try CellReading.flag(text) == .unknown)
        #expect(try CellReading.condition(text) == .unknown)
        #expect(try CellReading.day(text) == .unknown)
        #expect(try CellReading.point(text) == .unknown)
        #expect(try CellReading.text(text) == .unknown)
    }

    @Test("tell none from zero and from unknown")
    func none() throws {
        #expect(try CellReading.number("无", unit: .piece) == Reading<Double>.none)
        #expect(try CellReading.number("没有", unit: .piece) == Reading<Double>.none)
        #expect(try CellReading.number("0", unit: .piece) == .value(0, approximate: false))
        #expect(try CellReading.number("0个", unit: .piece) == .value(0, approximate: false))
    }

    @Test(
        "are refused with what was read and what would do",
        arguments: [
            ("300-320", "cell.number.range"), ("300~320户", "cell.number.range"), ("300至320", "cell.number.range"),
            ("300户以上", "cell.number.bound"), ("不足300", "cell.number.bound"), (">300", "cell.number.bound"),
            ("6+1层", "cell.number.bound"), ("320㎡", "cell.number.unit"), ("1998年", "cell.number.unit"),
            ("85%", "cell.number.unit"),
            ("1,68", "cell.number"), ("1,6800", "cell.number"), ("1.2.3", "cell.number"), ("十几户", "cell.number"),
            ("建安小区", "cell.number"), ("三万百", "cell.number"), ("2万3", "cell.number"), ("百百", "cell.number"),
            ("约", "cell.number"),
            ("=A1+B1", "cell.number"), ("'; DROP TABLE estate; --", "cell.number"), ("<b>320</b>", "cell.number"),
            ("#REF!", "cell.formula"), ("#N/A", "cell.formula"), ("同上", "cell.ditto"), ("320.5e99", "cell.number"),
            ("99999999999999999", "cell.number.large"), ("1e20", "cell.number.large"),
            (String(repeating: "9", count: 10_000), "cell.long"),
        ])
    func refused(text: String, code: String) throws {
        let refusal = #expect(throws: Refusal.self) { try CellReading.number(text, unit: .household) }
        #expect(refusal?.code == code, "\(text.prefix(40)): \(refusal?.description ?? "")")
        #expect(refusal?.message.zh.contains(text.prefix(5)) == true && refusal?.message.zh != refusal?.message.en)
    }

    @Test("must be whole where they count")
    func whole() throws {
        #expect(try CellReading.integer("2.35万", unit: .household) == .value(23_500, approximate: false))
        let refusal = #expect(throws: Refusal.self) { try CellReading.integer("320.5户", unit: .household) }
        #expect(refusal?.code == "cell.number.fraction")
    }
}
