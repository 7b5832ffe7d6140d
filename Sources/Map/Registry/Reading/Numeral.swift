/// A decimal number as written: mantissa × 10^exponent, so that shifting by units stays exact.
struct ExactDecimal: Hashable {
    var mantissa: Int64
    var exponent: Int

    init(_ mantissa: Int64, exponent: Int = 0) {
        self.mantissa = mantissa
        self.exponent = exponent
    }

    func shifted(by power: Int) -> ExactDecimal { ExactDecimal(mantissa, exponent: exponent + power) }

    /// Correctly rounded.
    var double: Double {
        if mantissa.magnitude < 1 << 53, abs(exponent) <= 22 {
            return exponent < 0 ? Double(mantissa) / powersOfTen[-exponent] : Double(mantissa) * powersOfTen[exponent]
        }
        return Double("\(mantissa)e\(exponent)") ?? .infinity
    }

    /// The fast path: ASCII "-12.5" or "1,680" with at most 18 digits. Nil for everything that needs a closer look.
    init?(plain bytes: some Collection<UInt8>) {
        var mantissa: Int64 = 0
        var digits = 0
        var fraction = -1
        var negative = false
        var group = 0  // digits since the last comma; three after the first one
        var commas = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                mantissa = mantissa &* 10 &+ Int64(byte &- UInt8(ascii: "0"))
                digits += 1
                group += 1
                if fraction >= 0 { fraction += 1 }
                if digits > 18 { return nil }
            case UInt8(ascii: ",") where fraction < 0 && (commas == 0 ? (1...3).contains(group) : group == 3):
                commas += 1
                group = 0
            case UInt8(ascii: ".") where fraction < 0 && digits > 0 && (commas == 0 || group == 3): fraction = 0
            case UInt8(ascii: "-") where digits == 0 && !negative: negative = true
            default: return nil
            }
        }
        guard digits > 0, fraction != 0, commas == 0 || fraction > 0 || group == 3 else { return nil }
        self.mantissa = negative ? -mantissa : mantissa
        exponent = -max(0, fraction)
    }
}

private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]

/// A number written with digits, Chinese numerals, or both: "1,680.5", "三百二十", "2.3万", "1亿2000万", "1.2e+5".
struct Numeral {
    let decimal: ExactDecimal
    /// Whether 万 or 亿 was written, so that the header's 万 must not be applied again.
    let saidScale: Bool

    /// Reads folded scalars. Nil when they are no single number.
    static func read(_ scalars: ArraySlice<Unicode.Scalar>) -> Numeral? {
        if let western = western(scalars) { return Numeral(decimal: western, saidScale: false) }
        if let scaled = scaledLiteral(scalars) { return scaled }
        return chinese(scalars)
    }

    /// "-1,680.50", "1 680", "1.2e+5": digits with separators at every third place only.
    private static func western(_ scalars: ArraySlice<Unicode.Scalar>) -> ExactDecimal? {
        var rest = scalars
        let negative = rest.first == "-"
        if negative || rest.first == "+" { rest.removeFirst() }
        var exponent = 0
        if let mark = rest.firstIndex(of: "e") {
            guard let written = Int(CellText.string(rest[(mark + 1)...])), abs(written) <= 30 else { return nil }
            exponent = written
            rest = rest[..<mark]
        }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, let digits = ungrouped(whole) else { return nil }
        let fraction = parts.count == 2 ? parts[1] : []
        guard parts.count == 1 || !fraction.isEmpty, fraction.allSatisfy(isDigit) else { return nil }
        // Digits beyond the eighteenth are below what a double can hold.
        var mantissa: Int64 = 0
        var used = 0
        var dropped = 0
        for digit in digits + fraction {
            if used < 18 {
                mantissa = mantissa * 10 + Int64(digit.value - 48)
                used += mantissa == 0 ? 0 : 1
            } else {
                dropped += 1
            }
        }
        guard digits.count <= 18 else { return nil }
        return ExactDecimal(negative ? -mantissa : mantissa, exponent: exponent - fraction.count + dropped)
    }

    /// The digits of "1,680" or "1 680" or "1680"; nil when separators stand elsewhere than at every third place.
    private static func ungrouped(_ whole: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar]? {
        for separator in [",", " ", "'"] as [Unicode.Scalar] where whole.contains(separator) {
            let groups = whole.split(separator: separator, omittingEmptySubsequences: false)
            guard let first = groups.first, (1...3).contains(first.count),
                groups.dropFirst().allSatisfy({ $0.count == 3 })
            else { return nil }
            let digits = groups.flatMap { $0 }
            return digits.allSatisfy(isDigit) ? digits : nil
        }
        return !whole.isEmpty && whole.allSatisfy(isDigit) ? Array(whole) : nil
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (48...57).contains(scalar.value) }

    /// "2.3万", "1.2亿", "3千", "1.5千万": western digits before powers of ten.
    private static func scaledLiteral(_ scalars: ArraySlice<Unicode.Scalar>) -> Numeral? {
        var rest = scalars
        var power = 0
        var scaled = false
        while let last = rest.last, let place = places[last], power <= 12 {
            power += place
            scaled = scaled || place >= 4
            rest.removeLast()
            if rest.last == " " { rest.removeLast() }
        }
        guard power > 0, power <= 12, let literal = western(rest) else { return nil }
        return Numeral(decimal: literal.shifted(by: power), saidScale: scaled)
    }

    /// "三百二十", "两千零五", "1亿2000万", "两万五", "二〇〇五". Whole numbers below 10¹⁵.
    private static func chinese(_ scalars: ArraySlice<Unicode.Scalar>) -> Numeral? {
        guard !scalars.isEmpty, scalars.count <= 32 else { return nil }
        if scalars.count > 1, scalars.allSatisfy({ digits[$0] != nil }) { return digitString(scalars) }
        var sum = ChineseSum()
        for scalar in scalars {
            guard sum.add(scalar) else { return nil }
        }
        guard let value = sum.total else { return nil }
        return Numeral(decimal: ExactDecimal(value), saidScale: sum.scaled)
    }

    /// "二〇〇五": digits read one by one.
    private static func digitString(_ scalars: ArraySlice<Unicode.Scalar>) -> Numeral? {
        guard scalars.count <= 15, !scalars.contains("两") else { return nil }
        let value = scalars.reduce(Int64(0)) { $0 * 10 + (digits[$1] ?? 0) }
        return Numeral(decimal: ExactDecimal(value), saidScale: false)
    }

    static let digits: [Unicode.Scalar: Int64] = [
        "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
        "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
    ]

    static let places: [Unicode.Scalar: Int] = ["十": 1, "拾": 1, "百": 2, "佰": 2, "千": 3, "仟": 3, "万": 4, "萬": 4, "亿": 8]
}

/// Adds up a Chinese numeral scalar by scalar, refusing what no one writes: "百百", "三十万百".
private struct ChineseSum {
    private var billions: Int64 = 0
    private var myriads: Int64 = 0
    private var section: Int64 = 0
    private var pending: Int64?
    private var lastPlace: Int64 = .max
    private var pendingWestern = false
    private var sawZero = false
    private(set) var scaled = false
    private var sawAny = false

    mutating func add(_ scalar: Unicode.Scalar) -> Bool {
        sawAny = true
        if let digit = Numeral.digits[scalar] { return add(digit: digit) }
        if (48...57).contains(scalar.value) { return add(western: Int64(scalar.value - 48)) }
        guard let place = Numeral.places[scalar] else { return false }
        return place >= 4 ? close(place) : add(place: [0, 10, 100, 1000][place])
    }

    private mutating func add(digit: Int64) -> Bool {
        guard pending == nil else { return false }
        if digit == 0 {
            sawZero = true
        } else {
            pending = digit
            pendingWestern = false
        }
        return true
    }

    private mutating func add(western digit: Int64) -> Bool {
        guard pending == nil || pendingWestern, (pending ?? 0) < 100_000 else { return false }
        pending = (pending ?? 0) * 10 + digit
        pendingWestern = true
        return true
    }

    private mutating func add(place: Int64) -> Bool {
        // "十二" begins with a bare ten; a bare hundred or thousand is not a number.
        guard let digit = pending ?? (place == 10 && section == 0 ? 1 : nil), place < lastPlace, digit < 10 else {
            return false
        }
        section += digit * place
        (pending, lastPlace, sawZero) = (nil, place, false)
        return true
    }

    /// 万 or 亿 closes what stands before it.
    private mutating func close(_ place: Int) -> Bool {
        let value = section + (pending ?? 0)
        guard value > 0, pending.map({ pendingWestern || $0 < 10 }) ?? true else { return false }
        if place == 4 {
            guard myriads == 0 else { return false }
            myriads = value
        } else {
            guard billions == 0 else { return false }
            billions = myriads * 10_000 + value
            myriads = 0
        }
        lastPlace = place == 4 ? 10_000 : 100_000_000
        (section, pending, sawZero, scaled) = (0, nil, false, true)
        return billions < 10_000_000
    }

    /// Nil when the numeral stops where none does: "2万3" with western digits could be 20,003 or 23,000.
    var total: Int64? {
        guard sawAny else { return nil }
        var last = pending ?? 0
        if let pending, section > 0 || scaled, !sawZero {
            if pendingWestern {
                guard section == 0, pending >= 1000 else { return nil }
            } else if lastPlace > 10 {
                last = pending * lastPlace / 10  // "一百二" is 120, "两万五" is 25,000
            }
        }
        return billions * 100_000_000 + myriads * 10_000 + section + last
    }
}
