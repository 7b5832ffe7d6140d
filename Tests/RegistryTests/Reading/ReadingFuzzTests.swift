import Kernel
import Registry
import TestSupport
import Testing

/// Random cells: no reading crashes, and what a reading writes it reads again.
@Suite("Any cell whatever")
struct ReadingFuzzTests {
    private static let pieces = [
        "0", "1", "2", "5", "9", "12", "98", "1998", "2005", "05", ".", ",", ",", "-", "~", "—", "至", "/", " ", " ",
        "约", "余", "左右", "多", "万", "亿", "千", "百",
        "十", "一", "二", "两", "三", "九", "零", "〇", "户", "㎡", "平方米", "万㎡", "公顷", "亩", "km", "m", "%", "‰", "成", "年", "年代",
        "月", "日", "初", "末",
        "前", "以前", "以后", "建成", "、", "°", "′", "″", "N", "E", "东经", "北纬", "(", ")", "e", "+", "'", "\"", "#", "<",
        "\u{0}", "\u{FEFF}",
        "🏠", "é", "是", "无", "不详", "好", "差", "A", "百分之", "上世纪", "\n", "113.02", "28.19", "２", "3e5",
    ]

    private func cell(_ random: inout SeededRandom) -> String {
        (0..<Int.random(in: 0...7, using: &random)).map { _ in Self.pieces.randomElement(using: &random) ?? "" }
            .joined()
    }

    /// What `read` made of `text` must come back from its canonical form.
    private func expectStable<Value: CanonicallyWritten>(
        _ text: String, _ seed: UInt64, _ read: (String) throws -> Reading<Value>
    ) -> Bool {
        guard let reading = try? read(text) else { return false }
        let again = try? read(reading.canonical)
        #expect(
            again == reading,
            "\(text.debugDescription) → \(reading.canonical) → \(String(describing: again)), seed \(seed)")
        return true
    }

    @Test("is read or refused, and reads the same again", .timeLimit(.minutes(10)))
    func fuzz() {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        var understood = 0
        for _ in 0..<20_000 {
            let text = cell(&random)
            let units = Unit.allCases
            let unit = units[Int.random(in: 0..<units.count, using: &random)]
            if expectStable(text, seed, { try CellReading.number($0, unit: unit) }) { understood += 1 }
            if expectStable(text, seed, CellReading.years) { understood += 1 }
            _ = expectStable(text, seed, CellReading.day)
            _ = expectStable(text, seed, CellReading.flag)
            _ = expectStable(text, seed, CellReading.condition)
            _ = expectStable(text, seed) { try CellReading.text($0) }
            if let point = try? CellReading.point(text).value {
                let again = try? CellReading.point(point.canonical).value
                #expect(
                    again?.longitude == point.longitude && again?.latitude == point.latitude, "\(text), seed \(seed)")
            }
        }
        // A fuzz that understands nothing would prove nothing.
        #expect(understood > 2000, "seed \(seed)")
    }

    @Test("keeps every decimal exactly", .timeLimit(.minutes(10)))
    func decimals() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            let whole = Int.random(in: 0...9_999_999, using: &random)
            let fraction = Int.random(in: 0...9999, using: &random)
            let text = "\(whole).\(fraction)"
            #expect(try CellReading.number(text, unit: .squareMetre).value == Double(text), "seed \(seed)")
            let inTenThousands = try CellReading.number(text, unit: .squareMetre, headerUnit: .tenThousandSquareMetres)
                .value
            #expect(inTenThousands == Double("\(text)e4"), "\(text), seed \(seed)")
        }
    }
}
