public import Kernel

extension CellReading {
    /// Reads a number and gives it in `unit`. A unit in the cell outranks `headerUnit`, which stands for the column.
    ///
    ///     number("1,680", unit: .household)                                        // 1680
    ///     number("约320户", unit: .household)                                       // 320, approximate
    ///     number("2.3", unit: .squareMetre, headerUnit: .tenThousandSquareMetres)  // 23000
    ///
    /// Ranges ("300-320") and bounds ("300以上") are refused: nobody said which number it is.
    public static func number(_ text: String, unit: Unit, headerUnit: Unit? = nil) throws(Refusal) -> Reading<Double> {
        if let decimal = ExactDecimal(plain: text.utf8) {
            return .value(try inUnit(decimal, from: headerUnit ?? unit, to: unit, text), approximate: false)
        }
        if text.isEmpty { return .unknown }
        return try slowNumber(text, unit: unit, headerUnit: headerUnit)
    }

    /// Reads a whole number; "320.5户" is refused.
    public static func integer(_ text: String, unit: Unit, headerUnit: Unit? = nil) throws(Refusal) -> Reading<Int> {
        let reading = try number(text, unit: unit, headerUnit: headerUnit)
        guard let value = reading.value else { return reading.map { Int($0) } }
        guard value == value.rounded() else {
            throw Refusal(
                .invalid, "cell.number.fraction", zh: "“\(CellText.quoted(text))”应为整数；请填写如“320”。",
                en: "“\(CellText.quoted(text))” must be a whole number; write for example “320”.")
        }
        return reading.map { Int($0) }
    }

    private static func slowNumber(_ text: String, unit: Unit, headerUnit: Unit?) throws(Refusal) -> Reading<Double> {
        try CellText.refuseUnreadable(text)
        let folded = CellText.folded(text)
        if let silence: Reading<Double> = CellText.silence(CellText.string(folded.filter { $0 != " " })) {
            return silence
        }
        var rest = ScalarText(folded)
        var approximate = false
        var cellUnit = takeFrame(&rest, &approximate)
        guard let numeral = Numeral.read(rest.rest) else { throw notANumber(text, rest, unit) }
        if cellUnit == nil, let headerUnit { cellUnit = numeral.saidScale ? headerUnit.withoutScale : headerUnit }
        let stated = cellUnit ?? unit
        guard unit.accepts(stated) else { throw wrongUnit(text, stated, unit) }
        return .value(try inUnit(numeral.decimal, from: stated, to: unit, text), approximate: approximate)
    }

    /// Takes "约 … 余 户 左右 (估)" off a number and says which unit was among it.
    private static func takeFrame(_ rest: inout ScalarText, _ approximate: inout Bool) -> Unit? {
        var unit: Unit?
        if rest.rest.first == "'" { rest.rest.removeFirst() }  // a spreadsheet's mark for text
        var changed = true
        while changed {
            changed = false
            if rest.takePrefix(aboutBefore) || rest.takeSuffix(aboutAfter) { (changed, approximate) = (true, true) }
            if rest.takePrefix(emptyBefore) { changed = true }
            if unit == nil, let bracketed = takeBracketedUnit(&rest) { (changed, unit) = (true, bracketed) }
            if unit == nil, let found = Unit.takeSuffix(&rest) { (changed, unit) = (true, found) }
            if unit == nil, rest.takePrefix(percentBefore) { (changed, unit) = (true, .percent) }
        }
        return unit
    }

    /// "320(户)": a unit in brackets at the end.
    private static func takeBracketedUnit(_ rest: inout ScalarText) -> Unit? {
        guard rest.rest.last == ")", let open = rest.rest.lastIndex(of: "("),
            let unit = Unit.named(CellText.string(rest.rest[(open + 1)...].dropLast()))
        else { return nil }
        rest.rest = rest.rest[..<open]
        rest.trim()
        return unit
    }

    private static let aboutBefore = words("约 大约 约为 约有 大概 大致 近 将近 接近 ≈ ~ 估计 估算 预计 about approx. approx ca. ca circa")
    private static let aboutAfter = words("左右 上下 余 多 来 (估) (约) (估算) (估计) (约数) (预估)")
    private static let emptyBefore = words("共 共有 共计 ¥ ￥ rmb cny")
    private static let percentBefore = words("百分之")

    static func inUnit(_ decimal: ExactDecimal, from: Unit, to: Unit, _ text: String) throws(Refusal) -> Double {
        var value: Double
        if from != to, from == .mu || to == .mu {
            // One 亩 is 10,000/15 m²: the one factor here that is no power of ten.
            let metres = decimal.shifted(by: from == .mu ? 0 : from.powerOfTen).double * (from == .mu ? 10_000 / 15 : 1)
            value = to == .mu ? metres / 10_000 * 15 : metres
        } else {
            value = decimal.shifted(by: from.powerOfTen - to.powerOfTen).double
        }
        guard abs(value) < 1e15 else {
            throw Refusal(
                .invalid, "cell.number.large", zh: "“\(CellText.quoted(text))”大得不可能；请核对位数和单位。",
                en: "“\(CellText.quoted(text))” is impossibly large; check the digits and the unit.")
        }
        if value == 0 { value = 0 }  // no negative zero
        return value
    }

    private static func wrongUnit(_ text: String, _ stated: Unit, _ unit: Unit) -> Refusal {
        Refusal(
            .invalid, "cell.number.unit",
            zh: "“\(CellText.quoted(text))”的单位是“\(stated.name.zh)”，此处应为“\(unit.name.zh)”；请改正数值或单位。",
            en:
                "“\(CellText.quoted(text))” is in “\(stated.name.en)”, but “\(unit.name.en)” is wanted; mend the number or unit."
        )
    }

    /// Says which of the usual ways of not giving one number it is.
    private static func notANumber(_ text: String, _ rest: ScalarText, _ unit: Unit) -> Refusal {
        let quoted = CellText.quoted(text)
        let example = "“320”“1,680”“2.3万”“约320\(unit.name.zh)”"
        let exampleEn = "“320”, “1,680”, “2.3万”, “约320\(unit.name.zh)”"
        let core = CellText.string(rest.rest)
        let isNearNumber = core.prefix(2).contains(where: \.isNumber)
        if boundWords.contains(where: core.contains) || isNearNumber && core.contains(where: boundMarks.contains) {
            return Refusal(
                .invalid, "cell.number.bound", zh: "“\(quoted)”只给了上限或下限；请填写一个数，例如\(example)，不清楚的请留空。",
                en: "“\(quoted)” gives only a bound; write one number such as \(exampleEn), or leave it empty.")
        }
        if core.first?.isNumber == true, rest.contains(anyOf: ["-", "~", "至", "到"]) {
            return Refusal(
                .invalid, "cell.number.range", zh: "“\(quoted)”是一个范围；请填写一个数，例如\(example)。",
                en: "“\(quoted)” is a range; write one number such as \(exampleEn).")
        }
        return Refusal(
            .invalid, "cell.number", zh: "“\(quoted)”不是能读懂的数；可以写\(example)，不清楚的请留空。",
            en: "“\(quoted)” cannot be read as a number; accepted are \(exampleEn), or an empty cell if unknown.")
    }

    private static let boundWords = ["以上", "以下", "以内", "超过", "不足", "不到", "不少于", "不超过", "至少", "最多"]
    private static let boundMarks: Set<Character> = [">", "<", "≥", "≤", "+"]
}
