import Kernel

/// Amounts and days as tables write them, to the fen: never through a binary fraction.
enum MoneyCell {
    /// Fen from yuan ("1,234.5", "￥1234.50") or 万元, where the column says so.
    /// - Parameter tenThousands: the column is in 万元.
    /// - Throws: `Refusal` `amount.decimals`, `amount.text`, `amount.range`.
    static func fen(_ text: String, tenThousands: Bool, field: String) throws -> Int64 {
        var digits = text.trimmingSpaces
        var scale = tenThousands ? 6 : 2
        if digits.hasPrefix("¥") || digits.hasPrefix("￥") { digits.removeFirst() }
        if digits.hasSuffix("万元") {
            (digits, scale) = (String(digits.dropLast(2)), 6)
        } else if digits.hasSuffix("元") {
            (digits, scale) = (String(digits.dropLast(1)), 2)
        }
        guard let (units, fraction) = ungrouped(digits.trimmingSpaces).flatMap(decimal) else {
            throw Refusal(
                "amount.text", zh: "“\(text)”不是金额；请写如 1234.50，分节时每节三位。",
                en: "“\(text)” is no amount; write 1234.50, and group by three digits if at all.", field: field)
        }
        let kept = fraction.prefix(scale)
        guard fraction.dropFirst(scale).allSatisfy({ $0 == "0" }) else {
            throw Refusal(
                "amount.decimals", zh: "“\(text)”不足一分；请写到分为止。",
                en: "“\(text)” is finer than a fen; round it to the fen.", field: field)
        }
        let whole = units + kept + String(repeating: "0", count: scale - kept.count)
        guard let fen = Int64(whole), (1...LedgerLimits.amount).contains(fen) else {
            throw Refusal(
                "amount.range", zh: "“\(text)”须大于 0，且不超过 \(Money.yuan(LedgerLimits.amount)) 元。",
                en: "“\(text)” must be above 0 and at most \(Money.yuan(LedgerLimits.amount)) yuan.", field: field)
        }
        return fen
    }

    /// Without the marks between groups of three digits; nil where they stand elsewhere: "1,00" may mean one yuan.
    private static func ungrouped(_ text: String) -> String? {
        let groups = text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "，" || $0.isWhitespace }
        guard groups.count > 1, let first = groups.first, let last = groups.last else { return text }
        let whole = groups[1..<groups.count - 1] + [last.prefix { $0 != "." }]
        return (1...3).contains(first.count) && whole.allSatisfy { $0.count == 3 } ? groups.joined() : nil
    }

    /// Digits before and behind the point, of "1234.5" or of what spreadsheets store, "1.2345E3"; nil for no number. A
    /// spreadsheet holds fifteen digits: what stands behind them is the noise of its binary fractions.
    private static func decimal(_ text: String) -> (units: String, fraction: String)? {
        let halves = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        guard let exponent = halves.count == 2 ? Int(halves[1]) : 0, abs(exponent) <= 30,
            (1...2).contains(parts.count), !parts[0].isEmpty, halves[0].utf8.count <= 60,
            parts.allSatisfy({ $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } })
        else { return nil }
        var digits = parts.joined().utf8.map { Int($0 - UInt8(ascii: "0")) }
        var point = parts[0].utf8.count + exponent
        if halves.count == 2 || parts.count == 2 { round(&digits, &point) }
        if point <= 0 { (digits, point) = (Array(repeating: 0, count: 1 - point) + digits, 1) }
        digits += Array(repeating: 0, count: max(0, point - digits.count))
        func joined(_ digits: ArraySlice<Int>) -> String { digits.map { String($0) }.joined() }
        return (joined(digits[..<point]), joined(digits[point...]))
    }

    /// To fifteen significant digits, half up.
    private static func round(_ digits: inout [Int], _ point: inout Int) {
        let first = digits.firstIndex { $0 != 0 } ?? 0
        guard digits.count > first + 15 else { return }
        let isUp = digits[first + 15] >= 5
        digits.removeSubrange((first + 15)...)
        guard isUp else { return }
        var place = digits.count - 1
        while place >= 0, digits[place] == 9 {
            digits[place] = 0
            place -= 1
        }
        if place >= 0 {
            digits[place] += 1
        } else {
            digits.insert(1, at: 0)
            point += 1
        }
    }

    /// "2026-06-30", "2026/6/30", "2026.6.30", "2026年6月30日", "20260630".
    static func day(_ text: String, field: String) throws -> Day {
        var numbers = text.split(whereSeparator: { !$0.isASCII || !$0.isNumber }).compactMap { Int($0) }
        if numbers.count == 1, text.utf8.count == 8 {
            numbers = [numbers[0] / 10_000, numbers[0] / 100 % 100, numbers[0] % 100]
        }
        guard numbers.count == 3, LedgerLimits.years.contains(numbers[0]),
            let day = Day(year: numbers[0], month: numbers[1], day: numbers[2])
        else {
            throw Refusal(
                "entry.value", zh: "“\(text)”不是日期，请写如 2026-06-30。", en: "“\(text)” is no day; write 2026-06-30.",
                field: field)
        }
        return day
    }
}
