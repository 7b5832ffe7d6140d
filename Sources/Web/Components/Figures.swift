public import Kernel

/// "1,450": digits in groups of three.
public func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude).utf8)
    guard digits.count > 3 else { return String(number) }
    var text: [UInt8] = number < 0 ? [UInt8(ascii: "-")] : []
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
        text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
}

/// "68.3": so many places after the point, grouped before it, halves away from zero. "—" for what is no number.
public func decimal(_ number: Double, _ places: Int) -> String {
    guard number.isFinite, abs(number) < 1e15, (0...6).contains(places) else { return "—" }
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = Int64((abs(number) * scale).rounded())
    let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int64(scale))
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + grouped(Int(whole)) }
    let fraction = String(rest)
    return sign + grouped(Int(whole)) + "." + String(repeating: "0", count: places - fraction.count) + fraction
}

/// "2,016", "69.3", "1.72", "25": three digits that count, more before the point or up to `places` behind it, none
/// there that say nothing.
public func short(_ number: Double, places: Int = 0) -> String {
    var text = decimal(number, max(places, abs(number) >= 99.95 ? 0 : abs(number) >= 9.995 ? 1 : 2))
    while text.contains("."), text.last == "0" || text.last == "." { text.removeLast() }
    return text
}

/// "1,234,567.89": hundredths to the last one, grouped; for columns whose title says the unit.
public func hundredths(_ amount: Int64) -> String {
    let (whole, rest) = amount.magnitude.quotientAndRemainder(dividingBy: 100)
    return (amount < 0 ? "-" : "") + grouped(Int(whole)) + (rest < 10 ? ".0" : ".") + String(rest)
}

/// "¥1,234,567.89": fen to the last one.
public func yuanText(_ fen: Int64) -> String {
    (fen < 0 ? "-" : "") + "¥" + hundredths(Int64(clamping: fen.magnitude))
}

/// A share of one as a percentage, without its sign: 0.682 is "68.2".
public func percent(_ share: Double, _ places: Int = 1) -> String { decimal(share * 100, places) }

/// "68.2 %", with a dash for what nobody knows.
public func percentText(_ share: Double?, _ places: Int = 1) -> String {
    share.map { percent($0, places) + "\u{A0}%" } ?? "—"
}

/// "2026 年 6 月 30 日" or "30 June 2026".
public func dayText(_ t: Language, _ day: Day) -> String {
    let (year, month, number) = (day.year, day.month, day.day)
    return t("\(year) 年 \(month) 月 \(number) 日", "\(number) \(monthNames[month - 1]) \(year)")
}

/// "2026 年 6 月" or "June 2026".
public func monthText(_ t: Language, _ day: Day) -> String {
    t("\(day.year) 年 \(day.month) 月", "\(monthNames[day.month - 1]) \(day.year)")
}

/// The day and the time in China.
public func momentText(_ t: Language, _ moment: Instant) -> String {
    dayText(t, moment.dayInChina) + t(" ", ", ") + moment.timeInChina
}

private let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
]
