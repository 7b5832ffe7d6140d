import Kernel

/// Amounts and days as tables write them, to the fen: never through a binary fraction.
enum MoneyCell {
    /// Fen from yuan ("1,234.5", "￥1234.50") or 万元, where the column says so.
    /// - Parameter tenThousands: the column is in 万元.
    /// - Throws: `Refusal` `amount.decimals`, `amount.text`, `amount.range`.
    static func fen(_ text: String, tenThousands: Bool, field: String) throws -> Int64 {
        var digits = text.filter { !$0.isWhitespace && $0 != "," && $0 != "，" && $0 != "¥" && $0 != "￥" }
        var scale = tenThousands ? 6 : 2
        if digits.hasSuffix("万元") {
            (digits, scale) = (String(digits.dropLast(2)), 6)
        } else if digits.hasSuffix("元") {
            (digits, scale) = (String(digits.dropLast(1)), 2)
        }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty,
            parts.allSatisfy({ $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } })
        else {
            throw Refusal("amount.text", zh: "“\(text)”不是金额。", en: "“\(text)” is no amount.", field: field)
        }
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        let kept = fraction.prefix(scale)
        guard fraction.dropFirst(scale).allSatisfy({ $0 == "0" }) else {
            throw Refusal(
                "amount.decimals", zh: "“\(text)”不足一分：金额最多到分。", en: "“\(text)” is finer than a fen.", field: field)
        }
        let whole = String(parts[0]) + kept + String(repeating: "0", count: scale - kept.count)
        guard let fen = Int64(whole), (1...LedgerLimits.amount).contains(fen) else {
            throw Refusal(
                "amount.range", zh: "“\(text)”须大于 0，且不超过 \(Money.yuan(LedgerLimits.amount)) 元。",
                en: "“\(text)” must be above 0 and at most \(Money.yuan(LedgerLimits.amount)) yuan.", field: field)
        }
        return fen
    }

    /// "2026-06-30", "2026/6/30", "2026.6.30", "2026年6月30日", "20260630".
    static func day(_ text: String, field: String) throws -> Day {
        var numbers = text.split(whereSeparator: { !$0.isASCII || !$0.isNumber }).compactMap { Int($0) }
        if numbers.count == 1, text.utf8.count == 8 {
            numbers = [numbers[0] / 10_000, numbers[0] / 100 % 100, numbers[0] % 100]
        }
        guard numbers.count == 3, let day = Day(year: numbers[0], month: numbers[1], day: numbers[2]) else {
            throw Refusal(
                "entry.value", zh: "“\(text)”不是日期，请写如 2026-06-30。", en: "“\(text)” is no day; write 2026-06-30.",
                field: field)
        }
        return day
    }
}
