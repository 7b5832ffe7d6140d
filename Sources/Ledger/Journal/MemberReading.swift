import Kernel

/// Reads the members of one object.
struct MemberReading {
    let json: JSON
    /// Where it stands, before the names of its members: "moves[0].".
    let path: String

    init(_ json: JSON, at path: String = "") {
        (self.json, self.path) = (json, path)
    }

    static func refuseUnknown(_ members: [JSON.Member], _ known: Set<String>, _ path: String) throws {
        for (index, member) in members.enumerated() {
            // An object has a handful of members, all of them known so far.
            guard known.contains(member.key), !members[..<index].contains(where: { $0.key == member.key }) else {
                let names = known.sorted().joined(separator: ", ")
                throw Refusal(
                    "entry.member", zh: "不认识或重复的字段“\(path)\(member.key)”；可用：\(names)。",
                    en: "The member “\(path)\(member.key)” is unknown or given twice; there are: \(names).",
                    field: path + member.key)
            }
        }
    }

    func optionalText(_ name: String) throws -> String? {
        switch json[name] {
        case nil, .null: return nil
        // No database keeps the character 0 in a text, and none is asked for it.
        case .string(let text) where !text.utf8.contains(0): return text
        case .string: throw wrong(name, "不含空字符的文字", "text without the character 0")
        default: throw wrong(name, "文字", "text")
        }
    }

    func text(_ name: String) throws -> String {
        guard let text = try optionalText(name), !text.isEmpty else { throw wrong(name, "文字", "text") }
        return text
    }

    func day(_ name: String) throws -> Day {
        guard let day = Day(try text(name)) else { throw wrong(name, "日期，如 2026-06-30", "a day, such as 2026-06-30") }
        return day
    }

    func wrong(_ name: String, _ zh: String, _ en: String) -> Refusal {
        Refusal(
            "entry.value", zh: "“\(path)\(name)”须是\(zh)。", en: "“\(path)\(name)” must be \(en).", field: path + name)
    }

    static func tooLarge(_ name: String) -> Refusal {
        Refusal(
            "amount.range", zh: "“\(name)”超出范围；金额以整数分表示，不超过 \(LedgerLimits.amount)。",
            en: "“\(name)” is out of range; amounts are whole fen, at most \(LedgerLimits.amount).", field: name)
    }

    func optionalAmount(_ name: String) throws -> Int64? {
        switch json[name] {
        case nil, .null: return nil
        case .integer(let amount): return amount
        case .number(let number):
            let name = path + name
            if number.magnitude >= 0x1p63, number == number.rounded() { throw Self.tooLarge(name) }
            throw Refusal(
                "amount.decimals", zh: "“\(name)”是 \(number)：金额以整数分表示，不写小数；\(number) 元请写成分。",
                en: "“\(name)” is \(number): amounts are whole fen without decimals; write yuan in fen.", field: name)
        default: throw wrong(name, "整数分", "whole fen")
        }
    }

    func amount(_ name: String) throws -> Int64 {
        guard let amount = try optionalAmount(name) else { throw wrong(name, "整数分", "whole fen") }
        return amount
    }

    func optionalDay(_ name: String) throws -> Day? {
        switch json[name] {
        case nil, .null: nil
        default: try day(name)
        }
    }

    /// A list of texts; empty where the member is missing.
    func texts(_ name: String) throws -> [String] {
        guard let member = json[name], member != .null else { return [] }
        guard case .array(let elements) = member else { throw wrong(name, "文字的列表", "a list of texts") }
        return try elements.map {
            guard let text = $0.string else { throw wrong(name, "文字的列表", "a list of texts") }
            return text
        }
    }

    /// - Returns: `usual` where the member is missing.
    func whole(_ name: String, in range: ClosedRange<Int>, usual: Int? = nil) throws -> Int {
        switch json[name] {
        case nil, .null:
            if let usual { return usual }
        case .integer(let value) where range.contains(Int(clamping: value)): return Int(value)
        default: break
        }
        throw wrong(
            name, "\(range.lowerBound) 至 \(range.upperBound) 的整数",
            "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    func flag(_ name: String) throws -> Bool {
        guard let flag = json[name]?.bool else { throw wrong(name, "true 或 false", "true or false") }
        return flag
    }
}
