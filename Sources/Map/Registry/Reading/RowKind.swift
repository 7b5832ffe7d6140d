import Kernel

/// What a row below the header is.
public enum RowKind: Hashable, Sendable {
    case empty
    /// 合计, 小计, 总计: never data.
    case total
    /// "注:…", "填表人:…" below the table.
    case note
    /// "一、芙蓉区": the heading of the rows that follow, without its numeral.
    case section(String)
    /// The header again, as on every printed page, or the line that numbers the columns.
    case header
    case data
}

extension HeaderMapping {
    /// What `row` is. Quick for data: a few cells are looked at.
    public func kind(of row: [String]) -> RowKind {
        guard let first = row.firstIndex(where: { !isBlank($0) }) else { return .empty }
        if isNote(row[first]) { return .note }
        if isTotal(row) { return .total }
        if let section = section(row, first) { return .section(section) }
        if repeatsHeader(row) || numbersColumns(row) { return .header }
        return .data
    }

    private func isBlank(_ cell: String) -> Bool {
        cell.isEmpty || cell.unicodeScalars.allSatisfy { CellText.isBlank($0) || CellText.isInvisible($0) }
    }

    private func isNote(_ cell: String) -> Bool {
        guard let byte = cell.utf8.first,
            byte >= 0x80 || (byte | 32) == UInt8(ascii: "n") || (byte | 32) == UInt8(ascii: "s")
        else { return false }
        let start = CellText.string(CellText.folded(String(cell.prefix(12))).filter { $0 != " " })
        return Self.noteStarts.contains { start.hasPrefix($0) }
    }

    private static let noteStarts = [
        "注:", "注1", "注一", "注①", "注释:", "备注:", "说明:", "填表说明", "填报说明", "填表人", "填报人", "制表人", "制表单位", "制表:", "填报单位", "填表单位",
        "审核人", "审核:", "审批人", "负责人:", "单位负责人", "联系人:", "联系电话:", "数据来源", "填报日期", "填表日期", "制表日期", "note:", "notes:",
        "source:",
    ]

    /// Totals say so in their name, place or sequence cell, all of which stand left or are mapped.
    private func isTotal(_ row: [String]) -> Bool {
        let named = columns.first { $0.key == "name" }?.index ?? 0
        for index in row.indices where index < 6 || index == named {
            let cell = row[index]
            guard cell.utf8.count <= 60, cell.unicodeScalars.contains(where: Self.isOfTotals) else { continue }
            let key = CellText.key(cell)
            if Self.totalWords.contains(key) || Self.totalEndings.contains(where: { key.hasSuffix($0) }) { return true }
            if Self.totalEndings.contains(where: {
                key.hasPrefix($0) && key.dropFirst($0.count).first.map { ":0123456789共".contains($0) } == true
            }) {
                return true
            }
        }
        return false
    }

    /// One of these stands in every word for a total.
    private static func isOfTotals(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "计", "合", "汇", "m", "M", "t", "T", "ｍ", "Ｍ", "ｔ", "Ｔ": true
        default: false
        }
    }

    private static let totalWords: Set<String> = [
        "total", "totals", "subtotal", "sub-total", "grandtotal", "sum", "合", "计", "汇总",
    ]
    private static let totalEndings = ["合计", "小计", "总计", "共计", "累计"]

    /// "一、芙蓉区" alone in its row, or a numeral and a district with subtotals behind them.
    private func section(_ row: [String], _ first: Int) -> String? {
        guard let byte = row[first].utf8.first, byte >= 0x80 || byte == UInt8(ascii: "("), row[first].utf8.count <= 120
        else { return nil }
        let text = CellText.key(row[first])
        let others = row.enumerated().filter { $0.offset != first && !isBlank($0.element) && $0.element != row[first] }
        if let (numeral, rest) = Self.numbered(text) {
            if rest.isEmpty, let next = others.first.map({ CellText.key($0.element) }), Self.isPlace(next) {
                return next
            }
            if !rest.isEmpty, numeral { return others.isEmpty || Self.isPlace(rest) ? rest : nil }
        }
        return others.isEmpty && Self.isPlace(text) ? text : nil
    }

    /// Takes "一、", "(一)", "十二." off; `marked` when a mark followed the numeral.
    private static func numbered(_ text: String) -> (marked: Bool, rest: String)? {
        var rest = text.unicodeScalars[...]
        let bracketed = rest.first == "("
        if bracketed { rest = rest.dropFirst() }
        let numeral = rest.prefix { "一二三四五六七八九十".unicodeScalars.contains($0) }
        guard !numeral.isEmpty, numeral.count <= 3 else { return nil }
        rest = rest.dropFirst(numeral.count)
        guard let mark = rest.first else { return bracketed ? nil : (false, "") }
        guard bracketed ? mark == ")" : "、.,:".unicodeScalars.contains(mark) else { return nil }
        rest = rest.dropFirst()
        if let more = rest.first, "、.,:".unicodeScalars.contains(more) { rest = rest.dropFirst() }
        return (true, String(rest))
    }

    private static func isPlace(_ text: String) -> Bool {
        guard text.count <= 15 else { return false }
        if ["街道", "县", "市", "镇", "乡"].contains(where: { text.hasSuffix($0) }) { return true }
        let housing = ["小区", "社区", "园区", "院区", "苑区", "片区", "新区", "生活区", "宿舍区", "住宅区", "家属区", "老区", "山区"]
        return text.hasSuffix("区") && !housing.contains { text.hasSuffix($0) }
    }

    private func repeatsHeader(_ row: [String]) -> Bool {
        let nameIndex = columns.first { $0.key == "name" }?.index ?? columns.first?.index ?? 0
        guard nameIndex < row.count, matches(row[nameIndex], nameIndex) else { return false }
        let same = columns.count { $0.index < row.count && matches(row[$0.index], $0.index) }
        return same >= 2 && same * 2 >= columns.count
    }

    private func matches(_ cell: String, _ index: Int) -> Bool {
        guard let column = columns.first(where: { $0.index == index }), !cell.isEmpty, cell.utf8.count <= 120 else {
            return false
        }
        let (plain, title) = (HeaderTitle.plain(cell), HeaderTitle.plain(column.title))
        return plain == title || title.hasSuffix(plain) && headerRows == 2
    }

    /// "1 2 3 4 …" under the header: cell after cell one more, the name among them.
    private func numbersColumns(_ row: [String]) -> Bool {
        guard let name = columns.first(where: { $0.key == "name" })?.index, name < row.count, let start = Int(row[name])
        else {
            return false
        }
        let filled = row.enumerated().filter { !isBlank($0.element) }
        return filled.count >= 4 && filled.allSatisfy { Int($0.element) == start + $0.offset - name }
    }
}
