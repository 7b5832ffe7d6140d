import Glibc
import Kernel

/// What number formats make of a number: a day, a percentage or itself.
enum NumberFormat {
    enum Shows { case number, day, percent }

    /// ECMA-376 part 1, 18.8.30. Percentages are 9 and 10; days 14 to 17 and 22 everywhere, 27 to 31, 36, 50 to 54, 57,
    /// 58 in East Asia.
    static func shows(builtIn id: Int) -> Shows {
        switch id {
        case 9, 10: .percent
        case 14...17, 22, 27...31, 36, 50...54, 57, 58: .day
        default: .number
        }
    }

    /// A day when the code shows a year or a day, or a month without hours: `yyyy"年"m"月"`, `[$-804]d/m/yy;@`; a
    /// percentage when it holds a percent sign that is no mere text: `0.0%`.
    static func shows(code: String) -> Shows {
        var (hasDay, hasMonth, hasTime, hasPercent) = (false, false, false, false)
        var characters = code.makeIterator()
        reading: while let character = characters.next() {
            switch character {
            case "\"": while let next = characters.next(), next != "\"" {}
            case "[":
                // A colour, a condition or a locale; but [h], [m], [s] count time that has passed.
                if let next = characters.next(), next != "]" {
                    hasTime = hasTime || "hHmMsS".contains(next)
                    while let next = characters.next(), next != "]" {}
                }
            case "\\", "_", "*": _ = characters.next()
            // What follows is for negative numbers, zero and text.
            case ";": break reading
            case "%": hasPercent = true
            case "y", "Y", "d", "D": hasDay = true
            case "m", "M": hasMonth = true
            case "h", "H", "s", "S": hasTime = true
            // "General" and "G/通用格式", the format that says nothing; its letters are no parts of a date.
            case "G": return .number
            default: break
            }
        }
        if hasDay || hasMonth && !hasTime { return .day }
        return hasPercent ? .percent : .number
    }

    /// 0.35 as "35%", to the 15 digits that spreadsheets keep: 0.07 × 100 is 7, without the noise of the machine.
    static func percent(_ number: Double) -> String {
        guard number != 0 else { return "0%" }
        let digits = 14 - Int(log10(abs(number)).rounded(.down))
        // Beyond what a power of ten holds exactly, there is no noise to take away.
        guard (0...22).contains(digits) else { return numberText(number * 100) + "%" }
        let scale = pow(10, Double(digits))
        return numberText((number * scale).rounded() / (scale / 100)) + "%"
    }

    /// Nil for what is no day: negative numbers, times without a day, and 1900-02-29, which Excel counts but never was.
    static func day(_ serial: Double, since1904: Bool) -> Day? {
        guard serial >= 0, serial < 2_958_466 else { return nil }
        // To the second, since times are kept as fractions that may fall just short of midnight.
        let number = Int((serial * 86_400).rounded() / 86_400)
        if since1904 { return Day(number: number - 24_107) }
        if number == 0 || number == 60 { return nil }
        return Day(number: number - (number < 60 ? 25_568 : 25_569))
    }

    /// The number that stands for a day; nil before 1900-03-01, where programs disagree.
    static func serial(_ day: Day) -> Double? {
        let serial = day.number + 25_569
        return serial > 60 && serial < 2_958_466 ? Double(serial) : nil
    }
}
