public import Kernel

/// A read answer, and whether whoever wrote it called it approximate.
public struct Answer: Hashable, Sendable {
    public let value: FactValue
    public let isApproximate: Bool

    public init(_ value: FactValue, isApproximate: Bool = false) {
        self.value = value
        self.isApproximate = isApproximate
    }

    public static let unknown = Answer(.unknown)
}

extension SurveyQuestion {
    /// Reads an answer as written in a cell or a form field. Refusals carry the question's key as their field.
    public func read(_ text: String, headerUnit: Unit? = nil) throws(Refusal) -> Answer {
        do throws(Refusal) {
            return try settle(text, headerUnit)
        } catch {
            throw Refusal(
                error.kind, error.code, zh: "\(zh)：\(error.message.zh)", en: "\(en): \(error.message.en)", field: key)
        }
    }

    private func settle(_ text: String, _ headerUnit: Unit?) throws(Refusal) -> Answer {
        switch kind {
        case .integer:
            let reading = try CellReading.integer(text, unit: unit ?? .one, headerUnit: headerUnit)
            if let value = reading.value { try check(Double(value), text) }
            return answer(reading, none: noneIsZero ? .integer(0) : .unknown) { .integer($0) }
        case .decimal, .share:
            let reading = try CellReading.number(
                text, unit: unit ?? (kind == .share ? .percent : .one), headerUnit: headerUnit)
            if let value = reading.value { try check(value, text) }
            return answer(reading, none: noneIsZero ? .number(0) : .unknown) { .number($0) }
        case .choice, .ordinal: return try readChoice(text)
        case .flag: return answer(try CellReading.flag(text), none: .flag(false)) { .flag($0) }
        case .year:
            let reading = try CellReading.years(text)
            if let years = reading.value { try check(years, text) }
            return answer(reading, none: .unknown) { FactValue($0) }
        case .text:
            let reading = try CellReading.text(text, limit: Int(maximum ?? 200))
            return answer(reading, none: isCore ? .unknown : .text("无")) { .text($0) }
        }
    }

    private func answer<Value>(_ reading: Reading<Value>, none: FactValue, _ make: (Value) -> FactValue) -> Answer {
        switch reading {
        case .value(let value, let approximate): Answer(make(value), isApproximate: approximate)
        case .none: Answer(none)
        case .unknown: .unknown
        }
    }

    private func readChoice(_ text: String) throws(Refusal) -> Answer {
        if let code = codeByWord[text] { return Answer(.choice(code)) }
        if text.isEmpty { return .unknown }
        try CellText.refuseUnreadable(text)
        let folded = CellText.key(text)
        if let code = codeByWord[folded] { return Answer(.choice(code)) }
        if folded.isEmpty || CellText.unknownWords.contains(folded) { return .unknown }
        let (zhList, enList) = (choices.map(\.zh).joined(separator: "、"), choices.map(\.en).joined(separator: ", "))
        throw Refusal(
            .invalid, "cell.choice", zh: "“\(CellText.quoted(text))”不在可选答案之中；可以写：\(zhList)，不清楚的请留空。",
            en:
                "“\(CellText.quoted(text))” is not among the answers; accepted are: \(enList), or an empty cell if unknown."
        )
    }

    private func check(_ value: Double, _ text: String) throws(Refusal) {
        let (low, high) = (minimum ?? (kind == .share ? 0 : -.infinity), maximum ?? (kind == .share ? 100 : .infinity))
        guard value < low || value > high else { return }
        throw outOfBounds(text, low, high, zhUnit: unit?.name.zh ?? "", enUnit: unit?.name.en ?? "")
    }

    /// Open ends are not held against the bounds: "1985年前" is a fair answer.
    private func check(_ years: YearRange, _ text: String) throws(Refusal) {
        let (low, high) = (minimum ?? -.infinity, maximum ?? .infinity)
        if years.from == YearRange.earliest || Double(years.from) >= low,
            years.to == YearRange.latest || Double(years.to) <= high
        {
            return
        }
        throw outOfBounds(text, low, high, zhUnit: "年", enUnit: "")
    }

    private func outOfBounds(_ text: String, _ low: Double, _ high: Double, zhUnit: String, enUnit: String) -> Refusal {
        let read = CellText.quoted(text)
        let unitEn = enUnit.isEmpty ? "" : " " + enUnit
        let least = Phrase(zh: "至少\(low.canonical)\(zhUnit)", en: "at least \(low.canonical)\(unitEn)")
        let most = Phrase(zh: "至多\(high.canonical)\(zhUnit)", en: "at most \(high.canonical)\(unitEn)")
        let bounds =
            low == -.infinity
            ? most
            : high == .infinity ? least : Phrase(zh: "\(least.zh)、\(most.zh)", en: "\(least.en) and \(most.en)")
        return Refusal(
            .invalid, "cell.bounds", zh: "“\(read)”不可能：应\(bounds.zh)；请核对数值和单位。",
            en: "“\(read)” cannot be: it must be \(bounds.en); check the number and its unit.")
    }

    /// Gives a value from JSON or the database this question's own kind, or refuses it: 12 for a decimal becomes a
    /// number, a text becomes the choice it names.
    public func accept(_ value: FactValue) throws(Refusal) -> FactValue {
        switch (kind, value) {
        case (_, .unknown): return .unknown
        case (.text, .text(let text)): return try read(text).value
        case (_, .text(let text)), (_, .choice(let text)): return try read(text).value
        case (.integer, .integer), (.integer, .number), (.decimal, .integer), (.decimal, .number), (.share, .integer),
            (.share, .number):
            guard let number = value.asDouble, number.isFinite else { throw wrongKind() }
            return try read(number.canonical).value
        case (.flag, .flag): return value
        case (.year, .integer(let year)): return try read(String(year)).value
        case (.year, .years):
            guard let years = value.yearRange else { throw wrongKind() }
            return try read(years.canonical).value
        default: throw wrongKind()
        }
    }

    private func wrongKind() -> Refusal {
        let wanted =
            switch kind {
            case .integer: Phrase(zh: "整数", en: "a whole number")
            case .decimal: Phrase(zh: "数", en: "a number")
            case .share: Phrase(zh: "百分数", en: "a percentage")
            case .choice, .ordinal: Phrase(zh: "可选答案之一", en: "one of the choices")
            case .flag: Phrase(zh: "是或否", en: "yes or no")
            case .year: Phrase(zh: "年份", en: "a year or years")
            case .text: Phrase(zh: "文字", en: "text")
            }
        return Refusal(
            .invalid, "answer.kind", zh: "\(zh)：应为\(wanted.zh)；不清楚的请留空。",
            en: "\(en): \(wanted.en) is wanted; leave it empty if unknown.", field: key)
    }

    /// How pages show `value`, with its unit: "1,680 户", "1,680 households", "不详", "unknown".
    public func display(_ value: FactValue) -> Phrase {
        switch value {
        case .unknown: return Phrase(zh: "不详", en: "unknown")
        case .integer, .number:
            let digits = Self.grouped((value.asDouble ?? 0).canonical)
            let name = (unit ?? (kind == .share ? .percent : .one)).name
            func withUnit(_ unit: String) -> String { unit.isEmpty ? digits : digits + "\u{A0}" + unit }
            return Phrase(zh: withUnit(name.zh), en: withUnit(name.en))
        case .text(let code), .choice(let code): return choice(code)?.name ?? Phrase(zh: code, en: code)
        case .flag(let flag): return flag ? Phrase(zh: "是", en: "yes") : Phrase(zh: "否", en: "no")
        case .years(let from, let to): return value.yearRange?.text ?? Phrase(zh: "\(from)—\(to)年", en: "\(from)–\(to)")
        }
    }

    /// How a list is exported; reading the cell again gives `value`. Unknown is an empty cell.
    public func cell(_ value: FactValue) -> String {
        switch value {
        case .unknown: ""
        case .integer, .number: (value.asDouble ?? 0).canonical
        case .text(let code), .choice(let code): choice(code)?.zh ?? code
        case .flag(let flag): flag.canonical
        case .years: value.yearRange?.canonical ?? ""
        }
    }

    /// "1234567.5" as "1,234,567.5".
    static func grouped(_ digits: String) -> String {
        guard !digits.contains("e") else { return digits }
        let parts = digits.split(separator: ".", maxSplits: 1)
        let sign = digits.hasPrefix("-") ? "-" : ""
        let whole = Array((parts.first ?? "").drop { $0 == "-" })
        var out = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return sign + out + (parts.count == 2 ? "." + parts[1] : "")
    }
}
