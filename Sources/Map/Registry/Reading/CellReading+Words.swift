public import Kernel

/// How good or bad something is: five steps, best first.
public enum Condition: String, Codable, Sendable, CaseIterable, CanonicallyWritten {
    case good, fairlyGood, fair, fairlyPoor, poor

    public var name: Phrase {
        switch self {
        case .good: Phrase(zh: "好", en: "good")
        case .fairlyGood: Phrase(zh: "较好", en: "fairly good")
        case .fair: Phrase(zh: "一般", en: "fair")
        case .fairlyPoor: Phrase(zh: "较差", en: "fairly poor")
        case .poor: Phrase(zh: "差", en: "poor")
        }
    }

    public var canonical: String { name.zh }
}

extension CellReading {
    /// Reads yes or no: 是 有 √ Y 1 已建; 否 无 × N 0 未建. "无" is no, since the question is whether there is one.
    public static func flag(_ text: String) throws(Refusal) -> Reading<Bool> {
        if text.isEmpty { return .unknown }
        if let flag = flagWords[text] { return .value(flag, approximate: false) }
        try CellText.refuseUnreadable(text)
        let key = CellText.key(text)
        if let flag = flagWords[key] { return .value(flag, approximate: false) }
        if CellText.unknownWords.contains(key) || key.isEmpty { return .unknown }
        throw Refusal(
            .invalid, "cell.flag", zh: "“\(CellText.quoted(text))”既不是“是”也不是“否”；可以写“是”“否”“有”“无”“√”“×”，不清楚的请留空。",
            en:
                "“\(CellText.quoted(text))” is neither yes nor no; accepted are “是”, “否”, “有”, “无”, “Y”, “N”, or an empty cell."
        )
    }

    private static let flagWords: [String: Bool] = {
        let yes = "是 有 对 √ ✓ ✔ ☑ y yes true t 1 1.0 已 已建 已有 已设 已装 已完成 已改造 具备 符合 属于 通 已通 存在"
        let no = "否 无 没有 没 不是 × ✗ ✘ x ☒ n no false f 0 0.0 未 未建 未设 未装 未完成 未改造 不具备 不符合 不属于 不通 未通 不存在 均无"
        var table: [String: Bool] = [:]
        for word in yes.split(separator: " ") { table[String(word)] = true }
        for word in no.split(separator: " ") { table[String(word)] = false }
        return table
    }()

    /// Reads a condition: 好 较好 一般 较差 差 and their usual synonyms; A B C D as the four grades of building appraisal,
    /// which have no middle: good, fairly good, fairly poor, poor.
    public static func condition(_ text: String) throws(Refusal) -> Reading<Condition> {
        if text.isEmpty { return .unknown }
        try CellText.refuseUnreadable(text)
        let key = CellText.key(text)
        if let condition = conditionWords[key] { return .value(condition, approximate: false) }
        if CellText.unknownWords.contains(key) || key.isEmpty { return .unknown }
        if CellText.noneWords.contains(key) { return .none }
        throw Refusal(
            .invalid, "cell.condition", zh: "“\(CellText.quoted(text))”不是能读懂的程度；可以写“好”“较好”“一般”“较差”“差”或A、B、C、D，不清楚的请留空。",
            en:
                "“\(CellText.quoted(text))” is not a known condition; accepted are “好”, “较好”, “一般”, “较差”, “差”, A, B, C, D."
        )
    }

    static let conditionWords: [String: Condition] = {
        let lists: [(Condition, String)] = [
            (.good, "好 良好 很好 完好 优 优秀 优良 良 a a级 good excellent"),
            (.fairlyGood, "较好 比较好 基本完好 尚好 b b级 fairlygood"),
            (.fair, "一般 中 中等 尚可 可以 普通 fair average"),
            (.fairlyPoor, "较差 比较差 偏差 一般偏差 c c级 fairlypoor"),
            (.poor, "差 很差 极差 严重 坏 破损 损坏 d d级 poor bad"),
        ]
        var table: [String: Condition] = [:]
        for (condition, list) in lists {
            for word in list.split(separator: " ") { table[String(word)] = condition }
        }
        return table
    }()

    /// Reads a name or remark: blanks trimmed and runs of them made one, full-width letters and digits made half-width,
    /// invisible characters dropped. `limit` counts characters.
    public static func text(_ text: String, limit: Int = 200) throws(Refusal) -> Reading<String> {
        if let clean = cleanAlready(text, limit: limit) { return clean }
        guard text.utf8.count <= limit * 8, let clean = cleaned(text, limit: limit) else {
            throw Refusal(
                .tooLarge, "cell.text.long", zh: "“\(CellText.quoted(text))”超过\(limit)个字；请缩短。",
                en: "“\(CellText.quoted(text))” is longer than \(limit) characters; shorten it.")
        }
        return word(clean)
    }

    private static func word(_ clean: String) -> Reading<String> {
        // Codes are many, and no word for "unknown" or "none" holds a digit.
        let holdsDigit = clean.utf8.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard clean.utf8.count <= longestSilence, !holdsDigit else { return .value(clean, approximate: false) }
        return CellText.silence(CellText.key(clean)) ?? .value(clean, approximate: false)
    }

    /// No word for "unknown" or "none" is longer. UTF-8 bytes.
    private static let longestSilence = 24

    /// The fast path: most names need no cleaning. Nil when a byte may begin a blank, an invisible mark or a full-width
    /// letter.
    private static func cleanAlready(_ text: String, limit: Int) -> Reading<String>? {
        var count = 0
        var ascii = true
        var last = UInt8(ascii: " ")
        for byte in text.utf8 {
            switch byte {
            case ..<0x20, 0x7F, 0xC2, 0xE1, 0xE2, 0xE3, 0xEF: return nil
            case UInt8(ascii: " ") where last == UInt8(ascii: " "): return nil
            default: break
            }
            if byte >= 0x80 { ascii = false }
            last = byte
            count += 1
        }
        guard count > 0, count <= limit, last != UInt8(ascii: " ") else { return nil }
        if ascii { return word(text) }
        return count > longestSilence
            ? .value(text, approximate: false) : CellText.silence(text) ?? .value(text, approximate: false)
    }

    /// Nil when longer than `limit`.
    private static func cleaned(_ text: String, limit: Int) -> String? {
        var out = String.UnicodeScalarView()
        var blank = false
        var count = 0
        for scalar in text.unicodeScalars {
            if CellText.isBlank(scalar) {
                blank = !out.isEmpty
                continue
            }
            if CellText.isInvisible(scalar) { continue }
            if blank { out.append(" ") }
            count += blank ? 2 : 1
            blank = false
            guard count <= limit else { return nil }
            out.append(asciiWidth(scalar))
        }
        return String(out)
    }

    /// Only letters, digits and brackets change width: Chinese commas and stops stay as written.
    private static func asciiWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0xFF10...0xFF19, 0xFF21...0xFF3A, 0xFF41...0xFF5A, 0xFF08, 0xFF09, 0xFF0D:
            Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
        default: scalar
        }
    }
}
