import Kernel

extension Instant {
    /// Reads a date-time of RFC 3339, 5.6: "2026-06-30T18:00:00.5+08:00"; what is finer than a millisecond is dropped.
    init?(rfc3339 text: some StringProtocol) {
        let pattern =
            /(\d{4}-\d\d-\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+\-])(\d\d):(\d\d))/.asciiOnlyDigits()
        guard let match = String(text).wholeMatch(of: pattern)?.output, let day = Day(match.1),
            let hour = Int64(match.2), let minute = Int64(match.3), let second = Int64(match.4),
            // Sixty is a leap second.
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let fraction = Int64((match.5.map(String.init) ?? "").prefix(3).padding(to: 3)) ?? 0
        let (hours, minutes) = (match.7.flatMap { Int64($0) } ?? 0, match.8.flatMap { Int64($0) } ?? 0)
        guard hours < 24, minutes < 60 else { return nil }
        let offset = (hours * 60 + minutes) * (match.6 == "-" ? -60 : 60)
        let seconds = Int64(day.number) * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.init(milliseconds: seconds * 1000 + fraction)
    }
}

extension Substring {
    fileprivate func padding(to count: Int) -> String { self + String(repeating: "0", count: count - self.count) }
}
