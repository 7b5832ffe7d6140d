import Kernel

/// Which number formats show days, and which day a number stands for.
enum NumberFormat {
    /// ECMA-376 part 1, 18.8.30: 14 to 17 and 22 everywhere; 27 to 31, 36, 50 to 54, 57, 58 in East Asia.
    static func isDay(builtIn id: Int) -> Bool {
        switch id {
        case 14...17, 22, 27...31, 36, 50...54, 57, 58: true
        default: false
        }
    }

    /// Whether a format code shows a year or a day, or a month without hours: `yyyy"年"m"月"`, `[$-804]d/m/yy;@`.
    static func isDay(code: String) -> Bool {
        var (hasDay, hasMonth, hasTime) = (false, false, false)
        var characters = code.makeIterator()
        while let character = characters.next() {
            switch character {
            case "\"": while let next = characters.next(), next != "\"" {}
            case "[":
                // A colour, a condition or a locale; but [h], [m], [s] count time that has passed.
                if let next = characters.next(), next != "]" {
                    hasTime = hasTime || "hHmMsS".contains(next)
                    while let next = characters.next(), next != "]" {}
                }
            case "\\", "_", "*": _ = characters.next()
            case ";": return hasDay || hasMonth && !hasTime
            case "y", "Y", "d", "D": hasDay = true
            case "m", "M": hasMonth = true
            case "h", "H", "s", "S": hasTime = true
            // "General" and "G/通用格式", the format that says nothing; its letters are no parts of a date.
            case "G": return false
            default: break
            }
        }
        return hasDay || hasMonth && !hasTime
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
