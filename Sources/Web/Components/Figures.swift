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

/// A share of one as a percentage, without its sign: 0.682 is "68.2".
public func percent(_ share: Double, _ places: Int = 1) -> String { decimal(share * 100, places) }

/// In ten thousands: 20,160,000 is "2,016". The unit (万) is the caller's.
public func wan(_ number: Double, _ places: Int = 0) -> String { decimal(number / 10_000, places) }

/// "2026 年 6 月 30 日" or "30 June 2026".
public func dayText(_ t: Language, _ day: Day) -> String {
    let (year, month, number) = (day.year, day.month, day.day)
    return t("\(year) 年 \(month) 月 \(number) 日", "\(number) \(monthNames[month - 1]) \(year)")
}

/// The day and the time in China.
public func momentText(_ t: Language, _ moment: Instant) -> String {
    dayText(t, moment.dayInChina) + t(" ", ", ") + moment.timeInChina
}

private let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
]
