import Kernel
import Registry
import Testing

@Suite("Words, days and places as people write them")
struct WordReadingTests {
    @Test("yes", arguments: ["是", "有", "√", "✓", "Y", "y", "Yes", "TRUE", "1", "1", "已建", "对", " 是 "])
    func yes(text: String) throws {
        #expect(try CellReading.flag(text) == .value(true, approximate: false))
    }

    @Test("no", arguments: ["否", "无", "没有", "×", "N", "no", "False", "0", "未建", "不是"])
    func no(text: String) throws {
        #expect(try CellReading.flag(text) == .value(false, approximate: false))
    }

    @Test("neither yes nor no is refused", arguments: ["部分", "2", "也许", "#N/A"])
    func neither(text: String) {
        #expect(throws: Refusal.self) { try CellReading.flag(text) }
    }

    @Test(
        "conditions",
        arguments: [
            ("好", Condition.good), ("良好", .good), ("A", .good), ("较好", .fairlyGood), ("B级", .fairlyGood), ("一般", .fair),
            ("中等", .fair),
            ("较差", .fairlyPoor), ("C", .fairlyPoor), ("差", .poor), ("D", .poor), (" 很差 ", .poor), ("Fair", .fair),
        ])
    func conditions(text: String, condition: Condition) throws {
        #expect(try CellReading.condition(text) == .value(condition, approximate: false))
    }

    @Test(
        "days",
        arguments: [
            ("2018-11-06", "2018-11-06"), ("2018/11/6", "2018-11-06"), ("2018年11月6日", "2018-11-06"),
            ("2018.11.6", "2018-11-06"),
            ("20181106", "2018-11-06"), ("43410", "2018-11-06"), ("43410.5", "2018-11-06"),
            ("2018-11-06 10:12:33", "2018-11-06"),
            ("2018-11-06T10:12:33Z", "2018-11-06"), ("2018年11月6号", "2018-11-06"), ("2018-11-06", "2018-11-06"),
            ("2018.11", "2018-11"), ("2018年11月", "2018-11"), ("2018-11", "2018-11"), ("2018年", "2018"),
            ("2018", "2018"),
        ])
    func days(text: String, canonical: String) throws {
        #expect(try CellReading.day(text).value?.canonical == canonical)
    }

    @Test(
        "days that are none",
        arguments: ["2018-02-30", "2018-13", "11/6/2018", "18-11-6", "3020-01-01", "明天", "2018-11-06-07", "5"])
    func notDays(text: String) {
        #expect(throws: Refusal.self) { try CellReading.day(text) }
    }

    @Test("a day known by its month stands at the month's beginning")
    func precision() throws {
        let read = try #require(CellReading.day("2018.11").value)
        #expect(read == ReadDay(day: try #require(Day("2018-11-01")), precision: .month))
    }

    @Test("names lose what cannot be seen and keep what can")
    func names() throws {
        #expect(try CellReading.text(" 湖橡 小区\n(一期)\u{200B} ").value == "湖橡 小区 (一期)")
        #expect(try CellReading.text("<script>alert(1)</script>").value == "<script>alert(1)</script>")
        #expect(try CellReading.text("Robert'); DROP TABLE estate;--").value == "Robert'); DROP TABLE estate;--")
        #expect(try CellReading.text("无") == Reading<String>.none)
        let long = #expect(throws: Refusal.self) { try CellReading.text(String(repeating: "宜", count: 10_000)) }
        #expect(long?.kind == .tooLarge && long?.message.zh.count ?? 999 < 100)
    }

    @Test(
        "points, decimal or sexagesimal, in one cell or two",
        arguments: [
            "113.02,28.19", "113.02,28.19", "(113.02 28.19)", "113.02 28.19", "113.02;28.19", "28.19,113.02",
            "北纬28.19 东经113.02",
            "东经113.02,北纬28.19", "113.02E,28.19N", "N28.19 E113.02", "113°1′12″E,28°11′24″N", "28°11'24\"N 113°1'12\"E",
            "113度1分12秒,28度11分24秒", "113.02°,28.19°",
        ])
    func points(text: String) throws {
        let point = try #require(CellReading.point(text).value)
        #expect(abs(point.longitude - 113.02) < 1e-9 && abs(point.latitude - 28.19) < 1e-9, "\(text): \(point)")
        #expect(point.wasSwapped == text.hasPrefix("28.19,"))
    }

    @Test("points from two cells")
    func twoCells() throws {
        let point = ReadPoint(longitude: 113.02, latitude: 28.19)
        #expect(try CellReading.point(longitude: "113.02", latitude: "28.19").value == point)
        #expect(try CellReading.point(longitude: "28.19", latitude: "113.02").value?.wasSwapped == true)
        #expect(try CellReading.point(longitude: "113.02E", latitude: "28°11′24″N").value == point)
        #expect(try CellReading.point(longitude: "", latitude: "") == .unknown)
        #expect(try CellReading.point(longitude: "0", latitude: "0") == .unknown)
    }

    @Test(
        "points that are none say why",
        arguments: [
            ("113.02", "", "cell.point.half"), ("2.35", "48.85", "cell.point.abroad"),
            ("404523.1", "3119823.3", "cell.point.projected"),
            ("113°61′12″", "28.19", "cell.point"), ("东经113.02", "东经28.19", "cell.point"),
            ("芙蓉区", "28.19", "cell.point"),
        ])
    func notPoints(longitude: String, latitude: String, code: String) {
        let refusal = #expect(throws: Refusal.self) { try CellReading.point(longitude: longitude, latitude: latitude) }
        #expect(refusal?.code == code)
    }
}
