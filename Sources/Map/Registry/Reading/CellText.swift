import Kernel

/// The folding behind every slow path: one spelling for what looks the same.
enum CellText {
    /// Half-width, lower-case scalars; blanks of every kind become one space or vanish at the ends; ㎡, ㎢, ㎞, ² spelled
    /// out.
    static func folded(_ text: String) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        out.reserveCapacity(text.utf8.count)
        var blank = false
        for scalar in text.unicodeScalars {
            if isBlank(scalar) {
                blank = !out.isEmpty
                continue
            }
            if isInvisible(scalar) { continue }
            if blank { out.append(" ") }
            blank = false
            if let spelled = spelledOut[scalar] {
                out.append(contentsOf: spelled)
            } else {
                out.append(halfWidth(scalar))
            }
        }
        return out
    }

    static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// The folded text without any blank: the key under which words are looked up.
    static func key(_ text: String) -> String { string(folded(text).filter { $0 != " " }) }

    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// Zero-width marks, byte order marks, soft hyphens and direction marks that copying leaves behind.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x08, 0x0E...0x1F, 0x7F, 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFE0F, 0xFEFF:
            true
        default: false
        }
    }

    private static func halfWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        var value = scalar.value
        if (0xFF01...0xFF5E).contains(value) { value -= 0xFEE0 }
        if (0x41...0x5A).contains(value) { value += 0x20 }
        switch value {
        case 0x2010...0x2015, 0x2212, 0xFE58, 0xFE63: value = 0x2D  // dashes and the minus sign
        case 0x301C, 0x223C, 0x02DC: value = 0x7E  // wave dashes
        case 0x3010, 0x3014, 0x300C: value = 0x28  // other opening brackets
        case 0x3011, 0x3015, 0x300D: value = 0x29
        case 0x2018, 0x2019, 0x2032: value = 0x27
        case 0x201C, 0x201D, 0x2033: value = 0x22
        case 0x25CB, 0x25EF: value = 0x3007  // a drawn circle for 〇
        default: break
        }
        return Unicode.Scalar(value) ?? scalar
    }

    private static let spelledOut: [Unicode.Scalar: [Unicode.Scalar]] = [
        "㎡": ["m", "2"], "㎢": ["k", "m", "2"], "㎞": ["k", "m"], "㎜": ["m", "m"], "㎝": ["c", "m"], "㏊": ["h", "a"],
        "²": ["2"], "³": ["3"], "㎥": ["m", "3"], "…": [".", ".", "."], "№": ["n", "o"], "﹪": ["%"], "∶": [":"],
        "︰": [":"],
    ]

    /// What was read, short enough for a sentence and free of control characters.
    static func quoted(_ text: String) -> String {
        var out = ""
        for (count, scalar) in text.unicodeScalars.enumerated() {
            if count == 40 { return out + "…" }
            out.unicodeScalars.append(isBlank(scalar) || isInvisible(scalar) ? " " : scalar)
        }
        return out
    }

    static let unknownWords: Set<String> = Set(
        """
        - -- --- ---- / // \\ ? ?? ??? . ... ...... * 不详 未知 不知道 不知 不清楚 不清 不明 不确定 待查 待核 待核实 待核查 待定 待补 待补充 \
        待确认 待调查 待统计 暂无 暂无数据 暂无资料 暂缺 暂不清楚 无数据 无资料 无记录 无法核实 无法查证 无法确定 无从查起 未调查 未统计 \
        未填 未填写 没有数据 没有资料 缺 缺失 空 空白 年代不详 unknown unclear n/a na n.a. nil null none nan tbd notknown
        """.split(separator: " ").map(String.init))

    static let noneWords: Set<String> = ["无", "没有", "没", "均无", "全无", "无此项"]

    /// Nil when the folded text holds a value; otherwise what it says instead of one.
    static func silence<Value>(_ key: String) -> Reading<Value>? {
        if key.isEmpty || unknownWords.contains(key) { return .unknown }
        return noneWords.contains(key) ? Reading<Value>.none : nil
    }

    /// Refuses what no cell can mean: formula errors, "ditto", and cells longer than any value.
    static func refuseUnreadable(_ text: String) throws(Refusal) {
        if text.utf8.count > CellReading.longestCell {
            throw Refusal(
                .invalid, "cell.long", zh: "单元格“\(quoted(text))”过长，不是一个值；请只填写一个值。",
                en: "The cell “\(quoted(text))” is too long for a single value; write one value.")
        }
        let key = key(text)
        if key.hasPrefix("#") {
            throw Refusal(
                .invalid, "cell.formula", zh: "单元格是公式错误“\(quoted(text))”；请改为数值，不清楚的请留空。",
                en: "The cell holds the formula error “\(quoted(text))”; write the value, or leave it empty if unknown."
            )
        }
        if dittoWords.contains(key) {
            throw Refusal(
                .invalid, "cell.ditto", zh: "“\(quoted(text))”不能单独读懂；请写出值本身。",
                en: "“\(quoted(text))” cannot be read by itself; write the value out.")
        }
    }

    private static let dittoWords: Set<String> = ["同上", "同前", "同左", "\"", "\"\"", "ditto", "〃"]
}

/// A folded text that words are taken off from both ends.
struct ScalarText {
    var rest: ArraySlice<Unicode.Scalar>

    init(_ scalars: [Unicode.Scalar]) {
        rest = scalars[...]
    }

    var isEmpty: Bool { rest.isEmpty }
    var string: String { CellText.string(rest) }

    mutating func trim() {
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
    }

    /// Takes the first of `words` that the text begins with. `words` hold longer spellings first.
    mutating func takePrefix(_ words: [[Unicode.Scalar]]) -> Bool {
        guard let word = words.first(where: { rest.starts(with: $0) }) else { return false }
        rest.removeFirst(word.count)
        trim()
        return true
    }

    mutating func takeSuffix(_ words: [[Unicode.Scalar]]) -> Bool {
        guard let word = words.first(where: { endsWith($0) }) else { return false }
        rest.removeLast(word.count)
        trim()
        return true
    }

    func endsWith(_ word: [Unicode.Scalar]) -> Bool {
        rest.count >= word.count && rest.suffix(word.count).elementsEqual(word)
    }

    func contains(anyOf scalars: Set<Unicode.Scalar>) -> Bool { rest.contains { scalars.contains($0) } }
}

/// Splits "约 大约" into words of scalars, longest first, for `ScalarText`.
func words(_ list: String) -> [[Unicode.Scalar]] {
    list.split(separator: " ").map { Array($0.unicodeScalars) }.sorted { $0.count > $1.count }
}
