public import Kernel

/// A day as written: perhaps only its month or year is known.
public struct ReadDay: Hashable, Sendable, CanonicallyWritten {
    public enum Precision: String, Sendable, Codable { case day, month, year }

    /// The first day of the month or year when only that is known.
    public let day: Day
    public let precision: Precision

    public init(day: Day, precision: Precision) {
        self.day = day
        self.precision = precision
    }

    /// "2018-11-06", "2018-11", "2018".
    public var canonical: String {
        switch precision {
        case .day: day.description
        case .month: String(day.description.dropLast(3))
        case .year: String(day.description.dropLast(6))
        }
    }

    /// The day behind a spreadsheet's serial number: days since 1899-12-30. Only from 1950 to 2099, where a serial
    /// cannot be a year or a count by mistake.
    static func serial(_ number: Int) -> Day? {
        (18_264...73_050).contains(number) ? Day(number: number - 25_569) : nil
    }

    /// Reads folded scalars without blanks: "2018-11-6", "2018/11/6", "2018.11", "2018年11月6日", "20181106", "43410".
    static func read(_ scalars: [Unicode.Scalar]) -> ReadDay? {
        var numbers: [Int] = [0]
        var lengths: [Int] = [0]
        for scalar in scalars {
            switch scalar {
            case "0"..."9":
                guard lengths[lengths.count - 1] < 8 else { return nil }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(scalar.value - 48)
                lengths[lengths.count - 1] += 1
            case "-", "/", ".", "年", "月", "日", "号":
                guard lengths[lengths.count - 1] > 0, numbers.count <= 3 else { return nil }
                numbers.append(0)
                lengths.append(0)
            default: return nil
            }
        }
        if lengths.last == 0, scalars.last.map({ "年月日号".unicodeScalars.contains($0) }) == true {
            numbers.removeLast()
            lengths.removeLast()
        }
        return assemble(numbers, lengths)
    }

    private static func assemble(_ numbers: [Int], _ lengths: [Int]) -> ReadDay? {
        guard let first = lengths.first, lengths.dropFirst().allSatisfy({ (1...2).contains($0) }) else { return nil }
        switch (numbers.count, first) {
        case (1, 8):
            return Day(year: numbers[0] / 10_000, month: numbers[0] / 100 % 100, day: numbers[0] % 100)
                .map { ReadDay(day: $0, precision: .day) }
        case (1, 5): return serial(numbers[0]).map { ReadDay(day: $0, precision: .day) }
        case (1, 4): return Day(year: numbers[0], month: 1, day: 1).map { ReadDay(day: $0, precision: .year) }
        case (2, 4): return Day(year: numbers[0], month: numbers[1], day: 1).map { ReadDay(day: $0, precision: .month) }
        case (3, 4):
            return Day(year: numbers[0], month: numbers[1], day: numbers[2]).map { ReadDay(day: $0, precision: .day) }
        default: return nil
        }
    }
}

extension CellReading {
    /// Reads a day: "2018-11-06", "2018/11/6", "2018年11月6日", "20181106", a spreadsheet's serial 43410, with a time
    /// behind it or not; "2018.11" and "2018年" are kept as that month or year. Years from 1900 to 2100.
    public static func day(_ text: String) throws(Refusal) -> Reading<ReadDay> {
        if text.isEmpty { return .unknown }
        try CellText.refuseUnreadable(text)
        let folded = CellText.folded(text)
        if let silence: Reading<ReadDay> = CellText.silence(CellText.string(folded.filter { $0 != " " })) {
            return silence
        }
        var rest = ScalarText(folded)
        if rest.rest.first == "'" { rest.rest.removeFirst() }
        let approximate = rest.takePrefix(words("约 大约"))
        let scalars = withoutTime(Array(rest.rest))
        guard let day = ReadDay.read(scalars), (1900...2100).contains(day.day.year) else {
            throw Refusal(
                .invalid, "cell.day",
                zh: "“\(CellText.quoted(text))”不是能读懂的日期；可以写“2018-11-06”“2018/11/6”“2018年11月6日”“2018.11”。",
                en: """
                    “\(CellText.quoted(text))” cannot be read as a day; accepted are “2018-11-06”, “2018/11/6”, “2018年11月6日”, \
                    “2018.11”.
                    """)
        }
        return .value(day, approximate: approximate)
    }

    /// Drops " 10:12:30", "t10:12:30z" and a serial's fraction; blanks inside the day as well.
    static func withoutTime(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var kept = scalars[...]
        if let colon = kept.firstIndex(of: ":"),
            let start = kept[..<colon].lastIndex(where: { $0 == " " || $0 == "t" })
        {
            kept = kept[..<start]
        }
        if kept.count > 6, kept[kept.startIndex + 5] == ".", kept.prefix(5).allSatisfy({ (48...57).contains($0.value) })
        {
            kept = kept.prefix(5)
        }
        return kept.filter { $0 != " " }
    }
}
