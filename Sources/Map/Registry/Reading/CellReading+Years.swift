public import Kernel

extension CellReading {
    /// Reads the year or years something was built.
    ///
    ///     years("1998年")        // 1998
    ///     years("1996~98年")     // 1996-1998
    ///     years("八十年代初")      // 1980-1983 (初 0-3, 中 4-6, 末 7-9)
    ///     years("1985年前")      // up to and including 1985; "80年代前" ends with 1979
    ///     years("98年")          // 1998; two digits up to 35 are of this century, and need 年 below 40
    ///     years("1986、1992年")  // phases: 1986-1992, approximate
    ///
    /// Days and months ("1998-06-30", "1998.6") give their year. "2001-05" is refused: it may be May or five years.
    public static func years(_ text: String) throws(Refusal) -> Reading<YearRange> {
        if let year = plainYear(text.utf8) {
            guard let range = YearRange(year) else { throw impossibleYear(text) }
            return .value(range, approximate: false)
        }
        if text.isEmpty { return .unknown }
        try CellText.refuseUnreadable(text)
        let folded = withoutTime(CellText.folded(text))
        if let silence: Reading<YearRange> = CellText.silence(CellText.string(folded)) { return silence }
        var rest = ScalarText(folded)
        let open = takeYearFrame(&rest)
        guard let span = YearGrammar.read(rest.rest, text) else { throw notYears(text) }
        guard let range = open.side.map({ span.opened($0) }) ?? YearRange(from: span.from, to: span.to) else {
            throw span.isAmbiguous ? ambiguousMonth(text) : impossibleYear(text)
        }
        return .value(range, approximate: open.approximate || span.isList)
    }

    /// Four ASCII digits, with 年 or the ".0" that other programs add to whole numbers.
    private static func plainYear(_ bytes: String.UTF8View) -> Int? {
        guard (4...7).contains(bytes.count) else { return nil }
        var year = 0
        for byte in bytes.prefix(4) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            year = year * 10 + Int(byte - UInt8(ascii: "0"))
        }
        let rest = bytes.dropFirst(4)
        return rest.isEmpty || rest.elementsEqual(".0".utf8) || rest.elementsEqual("年".utf8) ? year : nil
    }

    enum OpenSide { case before, after }

    private static func takeYearFrame(_ rest: inout ScalarText) -> (side: OpenSide?, approximate: Bool) {
        var side: OpenSide?
        var approximate = false
        if rest.rest.first == "'" { rest.rest.removeFirst() }
        var changed = true
        while changed {
            changed = false
            if rest.takePrefix(aboutYear) || rest.takeSuffix(aroundYear) { (changed, approximate) = (true, true) }
            if rest.takePrefix(builtIn) || rest.takeSuffix(wasBuilt) { changed = true }
            if side == nil, rest.takeSuffix(beforeYear) { (changed, side) = (true, .before) }
            if side == nil, rest.takeSuffix(afterYear) { (changed, side) = (true, .after) }
        }
        return (side, approximate)
    }

    private static let aboutYear = words("约 大约 大概 约为 估计 about ca. ca circa c.")
    private static let aroundYear = words("左右 前后 (估) (约) (估计)")
    private static let builtIn = words("建于 始建于 建成于 竣工于 公元 建成时间: 建成年代: 于")
    private static let wasBuilt = words("建 建成 建造 修建 建设 竣工 竣工验收 交付 投入使用 入住 期间 年间 建筑 的")
    private static let beforeYear = words("前 以前 之前 及以前 及之前 底前 底以前 底之前 (含)前 (含)以前 或更早")
    private static let afterYear = words("后 以后 之后 及以后 及之后 底后 (含)后 (含)以后 起")

    private static let exampleZh = "“1998”“1998年”“1996-1998”“90年代”“八十年代初”“1985年前”"
    private static let exampleEn = "“1998”, “1998年”, “1996-1998”, “90年代”, “八十年代初”, “1985年前”"

    private static func notYears(_ text: String) -> Refusal {
        Refusal(
            .invalid, "cell.years", zh: "“\(CellText.quoted(text))”不是能读懂的年份；可以写\(exampleZh)，不清楚的请留空。",
            en:
                "“\(CellText.quoted(text))” cannot be read as a year; accepted are \(exampleEn), or an empty cell if unknown."
        )
    }

    private static func impossibleYear(_ text: String) -> Refusal {
        let (from, to) = (YearRange.earliest, YearRange.latest)
        return Refusal(
            .invalid, "cell.years.range",
            zh: "“\(CellText.quoted(text))”不在\(from)年至\(to)年之间，或先后颠倒；请核对年份。",
            en: "“\(CellText.quoted(text))” is not within \(from) to \(to), or runs backwards; check the year.")
    }

    private static func ambiguousMonth(_ text: String) -> Refusal {
        Refusal(
            .invalid, "cell.years.ambiguous",
            zh: "“\(CellText.quoted(text))”可能是某年某月，也可能是起止年份；请写成“2001年5月”或“2001-2005”。",
            en: "“\(CellText.quoted(text))” may be a month or a span of years; write “2001年5月” or “2001-2005”.")
    }
}

/// Years taken from a text that has lost its 约, 建成 and 以前.
struct YearGrammar {
    var from: Int
    var to: Int
    var isDecade = false
    var isList = false
    var isAmbiguous = false

    /// "前" after a year includes the year (民法典 1259: 以前 includes), before a decade it ends with the year before it.
    func opened(_ side: CellReading.OpenSide) -> YearRange? {
        guard YearRange(from: from, to: to) != nil else { return nil }
        return switch side {
        case .before: YearRange(from: YearRange.earliest, to: isDecade && from > YearRange.earliest ? from - 1 : to)
        case .after: YearRange(from: isDecade ? min(to + 1, YearRange.latest) : from, to: YearRange.latest)
        }
    }

    /// Nil when the text is not about years. An impossible span comes back with from > to.
    static func read(_ scalars: ArraySlice<Unicode.Scalar>, _ text: String) -> YearGrammar? {
        let western = westernDigits(scalars)
        if let day = day(western) { return day }
        let pieces = split(western, by: ["-", "~", "至", "到"])
        if pieces.count == 2 { return span(pieces[0], pieces[1]) }
        if pieces.count > 2 { return nil }
        let list = split(western, by: ["、", ",", ";", "/", "和", "及", "与", "."])
        if list.count > 1 { return several(list) }
        return single(western, partner: nil)
    }

    /// "1996-1998", "96-98年", "80-90年代", "1996-98".
    private static func span(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> YearGrammar? {
        guard let end = single(right, partner: left), let begin = single(left, partner: right) else { return nil }
        let impossible = YearGrammar(from: 1, to: 0)
        // "2001-05": a month, or the years 2001 to 2005?
        if left.count == 4, right.count <= 2, let small = number(right), left.allSatisfy(isDigit) {
            let completed = begin.from / 100 * 100 + small
            if (1...12).contains(small), right.count == 2, completed > begin.from {
                return YearGrammar(from: 1, to: 0, isAmbiguous: true)
            }
            if (1...12).contains(small) { return begin }
            return completed >= begin.from ? YearGrammar(from: begin.from, to: completed) : impossible
        }
        guard begin.from <= end.to else { return impossible }
        return YearGrammar(from: begin.from, to: end.to, isDecade: begin.isDecade || end.isDecade)
    }

    /// "1986、1992、1995年": built in phases; or "1998/6", "1998.06": a month.
    private static func several(_ pieces: [[Unicode.Scalar]]) -> YearGrammar? {
        if pieces.count == 2, let first = number(pieces[0]), pieces[0].count == 4, pieces[1].count <= 2,
            let month = number(pieces[1].last == "月" ? pieces[1].dropLast() : pieces[1][...]), (1...12).contains(month)
        {
            return YearGrammar(from: first, to: first)
        }
        guard pieces.count <= 12 else { return nil }
        var all: [YearGrammar] = []
        for piece in pieces {
            guard let year = single(piece, partner: pieces.last), !piece.isEmpty else { return nil }
            all.append(year)
        }
        guard let from = all.map(\.from).min(), let to = all.map(\.to).max() else { return nil }
        return YearGrammar(from: from, to: to, isDecade: all.contains(where: \.isDecade), isList: from != to)
    }

    /// One year, decade or year and month. `partner` lends its 年 or 年代: the 96 of "96-98年".
    private static func single(_ scalars: some Collection<Unicode.Scalar>, partner: [Unicode.Scalar]?) -> YearGrammar? {
        var rest = ScalarText(Array(scalars))
        let suffixOfPartner = ScalarText(partner ?? [])
        if let decade = decade(rest, lent: suffixOfPartner) { return decade }
        let month = rest.rest.firstIndex(of: "年").map { rest.rest[($0 + 1)...] } ?? []
        if !month.isEmpty {
            let digits = ScalarText(Array(month)).droppingSuffix(words("月份 月 底 末 初 中 春 夏 秋 冬 春季 夏季 秋季 冬季 上半年 下半年"))
            guard digits.isEmpty || number(digits).map({ (1...12).contains($0) }) == true else { return nil }
            rest.rest = rest.rest.prefix { $0 != "年" }
            return number(rest.rest).flatMap { year($0, digits: rest.rest.count, marked: true) }
        }
        let marked = rest.takeSuffix(words("年 年度")) || suffixOfPartner.endsWith(["年"])
        guard let value = number(rest.rest) else { return nil }
        if rest.rest.count == 8, let day = Day(year: value / 10_000, month: value / 100 % 100, day: value % 100) {
            return YearGrammar(from: day.year, to: day.year)
        }
        if rest.rest.count == 5 { return ReadDay.serial(value).map { YearGrammar(from: $0.year, to: $0.year) } }
        return year(value, digits: rest.rest.count, marked: marked || partner.map { $0.count == 4 } == true)
    }

    private static func year(_ value: Int, digits: Int, marked: Bool) -> YearGrammar? {
        switch digits {
        case 4: return YearGrammar(from: value, to: value)
        case 1, 2:
            // A bare "30" may be an age; a bare "98" under a header of years is not.
            guard marked && digits == 2 || value >= 40 else { return nil }
            let full = value <= 35 ? 2000 + value : 1900 + value
            return YearGrammar(from: full, to: full)
        default: return nil
        }
    }

    /// "90年代", "1980年代初", "上世纪八十年代末": ten years, or the part of them that 初, 中, 末 names.
    private static func decade(_ text: ScalarText, lent: ScalarText) -> YearGrammar? {
        var rest = text
        let part = parts.first { rest.takeSuffix($0.words) }
        guard rest.takeSuffix([["年", "代"]]) || (part == nil && endsInDecade(lent)) else { return nil }
        let century =
            rest.takePrefix(words("上世纪 上个世纪 20世纪 二十世纪")) ? 1900 : rest.takePrefix(words("21世纪 本世纪")) ? 2000 : nil
        guard let value = number(rest.rest), value % 10 == 0 else { return nil }
        let start: Int
        switch rest.rest.count {
        case 4: start = value
        case 2: start = (century ?? (value <= 20 ? 2000 : 1900)) + value
        default: return nil
        }
        let years = part?.years ?? 0...9
        return YearGrammar(from: start + years.lowerBound, to: start + years.upperBound, isDecade: true)
    }

    private static func endsInDecade(_ lent: ScalarText) -> Bool {
        var rest = lent
        _ = parts.first { rest.takeSuffix($0.words) }
        return rest.endsWith(["年", "代"])
    }

    private static let parts: [(words: [[Unicode.Scalar]], years: ClosedRange<Int>)] = [
        (words("初 初期 早期 前期"), 0...3), (words("中 中期"), 4...6), (words("末 末期 后期 晚期"), 7...9),
    ]

    /// "1998-06-30", "1998/6/30", "1998年6月30日", with a time behind it or not.
    private static func day(_ scalars: [Unicode.Scalar]) -> YearGrammar? {
        guard scalars.count >= 8, let day = ReadDay.read(scalars), day.precision == .day else { return nil }
        return YearGrammar(from: day.day.year, to: day.day.year)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (48...57).contains(scalar.value) }

    private static func number(_ scalars: some Collection<Unicode.Scalar>) -> Int? {
        guard !scalars.isEmpty, scalars.count <= 8, scalars.allSatisfy(isDigit) else { return nil }
        return scalars.reduce(0) { $0 * 10 + Int($1.value - 48) }
    }

    private static func split(_ scalars: [Unicode.Scalar], by separators: Set<Unicode.Scalar>) -> [[Unicode.Scalar]] {
        scalars.split(omittingEmptySubsequences: false) { separators.contains($0) }.map { Array($0) }
    }

    /// Chinese digits as western ones: 一九八八 is 1988, 八十 is 80, 两千 is 2000.
    static func westernDigits(_ scalars: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        var run: [Unicode.Scalar] = []
        func close() {
            guard !run.isEmpty else { return }
            if run.contains(where: { Numeral.places[$0] != nil }), let value = Numeral.read(run[...])?.decimal.double,
                value < 1e6
            {
                out.append(contentsOf: String(Int(value)).unicodeScalars)
            } else if run.allSatisfy({ Numeral.digits[$0] != nil }) {
                for digit in run { out.append(Unicode.Scalar(UInt8(48 + (Numeral.digits[digit] ?? 0)))) }
            } else {
                out.append(contentsOf: run)
            }
            run = []
        }
        for scalar in scalars {
            if Numeral.digits[scalar] != nil || Numeral.places[scalar] != nil {
                run.append(scalar)
            } else {
                close()
                out.append(scalar)
            }
        }
        close()
        return out
    }
}

extension ScalarText {
    func droppingSuffix(_ words: [[Unicode.Scalar]]) -> ArraySlice<Unicode.Scalar> {
        var copy = self
        _ = copy.takeSuffix(words)
        return copy.rest
    }
}
