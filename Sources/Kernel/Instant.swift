import FoundationEssentials

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
public struct Instant: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    /// Later by so many seconds; earlier when negative.
    public func adding(seconds: Int64) -> Instant { Instant(milliseconds: milliseconds + seconds * 1000) }

    /// The day in China, which is UTC+8 all year.
    public var dayInChina: Day { Day(number: Int((milliseconds + 8 * 3_600_000).floorDivided(by: 86_400_000))) }

    /// Hours and minutes in China: "10:12".
    public var timeInChina: String {
        let minutes = Int((milliseconds + 8 * 3_600_000).floorModulo(86_400_000) / 60_000)
        return "\(twoDigits(minutes / 60)):\(twoDigits(minutes % 60))"
    }

    /// RFC 3339 in UTC: "2026-06-30T10:00:00.000Z".
    public var rfc3339: String {
        let day = Day(number: Int(milliseconds.floorDivided(by: 86_400_000)))
        let rest = Int(milliseconds.floorModulo(86_400_000))
        let (seconds, fraction) = (rest / 1000, rest % 1000)
        let time = "\(twoDigits(seconds / 3600)):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
        return "\(day)T\(time).\(fraction < 100 ? "0" : "")\(twoDigits(fraction))Z"
    }
}

/// A calendar day without a time: the number of days since 1970-01-01. Written "2026-06-30".
public struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int

    public init(number: Int) {
        self.number = number
    }

    /// Nil when there is no such day: 2026-02-30.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        // Days from civil, after Howard Hinnant: years begin in March, so that leap days come last.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.number = era * 146_097 + dayOfEra - 719_468
        guard civil == (year, month, day) else { return nil }
    }

    /// Reads "2026-06-30".
    public init?(_ text: some StringProtocol) {
        var (place, number) = (0, 0)
        for byte in text.utf8 {
            switch (place, byte) {
            case (4, UInt8(ascii: "-")), (7, UInt8(ascii: "-")): break
            case (0...3, UInt8(ascii: "0")...UInt8(ascii: "9")), (5...6, UInt8(ascii: "0")...UInt8(ascii: "9")),
                (8...9, UInt8(ascii: "0")...UInt8(ascii: "9")):
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
            default: return nil
            }
            place += 1
        }
        guard place == 10 else { return nil }
        self.init(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }

    public var year: Int { civil.year }
    public var month: Int { civil.month }
    public var day: Int { civil.day }

    /// Midnight in China at the beginning of this day.
    public var startInChina: Instant { Instant(milliseconds: Int64(number) * 86_400_000 - 8 * 3_600_000) }

    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }

    /// Later by so many days of the calendar; earlier when negative.
    public func adding(days: Int) -> Day { Day(number: number + days) }

    public var description: String {
        let (year, month, day) = civil
        guard (0...9999).contains(year) else { return "\(year)-\(twoDigits(month))-\(twoDigits(day))" }
        return String(unsafeUninitializedCapacity: 10) { text in
            for (place, value) in [(0, year / 100), (2, year % 100), (5, month), (8, day)] {
                text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10)
                text[place + 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10)
            }
            text[4] = UInt8(ascii: "-")
            text[7] = UInt8(ascii: "-")
            return 10
        }
    }

    private var civil: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

/// Where time comes from: the system's clock when serving, a fixed one in tests and in the demo city.
public protocol Clock: Sendable {
    var now: Instant { get }
}

/// The machine's clock, to the millisecond.
public struct SystemClock: Clock {
    public init() {}

    public var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}

/// A clock that stands still.
public struct FixedClock: Clock {
    public let now: Instant

    public init(_ now: Instant) {
        self.now = now
    }
}

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

extension BinaryInteger {
    fileprivate func floorDivided(by divisor: Self) -> Self {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    fileprivate func floorModulo(_ divisor: Self) -> Self {
        let rest = self % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
