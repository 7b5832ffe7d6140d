import Cryptography
public import Kernel
import Sheets

/// A line of a bank's statement.
public struct BankLine: Sendable, Hashable {
    /// SHA-256 over account and content, hexadecimal: the same line in another file is the same line, a second equal
    /// one in the same file a second one.
    public let id: String
    /// The row of the table.
    public let row: Int
    public let day: Day
    /// Fen; above zero what came in, below zero what went out.
    public let amount: Int64
    public let counterparty: String
    /// The bank's or the voucher's number.
    public let reference: String
    public let memo: String
}

/// A bank's statement as a table: day, amount, counterparty, reference, memo. Amounts stand in one column, with a sign
/// or a column that says which way (借 is out, 贷 is in), or in two.
public struct BankSheet: Sendable {
    public struct Refused: Sendable {
        public let row: Int
        public let refusals: [Refusal]
    }

    public let fileName: String
    public let sheetName: String
    /// What its owner calls the account; lines of different accounts are different lines.
    public let account: String
    public let lines: [BankLine]
    public let refused: [Refused]

    public static let lineLimit = 20_000

    /// - Parameters:
    ///   - fileName: what its owner calls the file.
    ///   - sheet: of a workbook; the first visible one when nil.
    /// - Throws: a refusal that names file, sheet and remedy, where no header is found or the file cannot be read.
    public init(path: String, fileName: String, account: String, sheet: String? = nil) throws {
        try EntryDraft.checkText(account, 0...LedgerLimits.code, "account")
        let reader = try SheetFile.open(path: path, name: fileName)
        if let sheet { try reader.choose(sheet: sheet) }
        (self.fileName, sheetName, self.account) = (fileName, reader.sheetName, account)
        var (columns, passed) = (BankColumns?.none, 0)
        var (lines, refused, seen) = ([BankLine](), [Refused](), [String: Int]())
        while let row = try reader.nextRow() {
            let cells = row.cells.map { $0.text.trimmingSpaces }
            guard let columns else {
                passed += 1
                columns = BankColumns(cells)
                if columns == nil, passed >= LedgerSheet.headLimit { break }
                continue
            }
            if columns.isSum(cells) { continue }
            guard lines.count + refused.count < Self.lineLimit else { throw Self.tooLong(fileName) }
            do {
                lines.append(try columns.line(row.number, cells, account, &seen))
            } catch let refusal as Refusal {
                refused.append(Refused(row: row.number, refusals: [refusal]))
            }
        }
        guard columns != nil else { throw Self.noHeader(fileName, reader.sheetName) }
        (self.lines, self.refused) = (lines, refused)
    }

    /// What the column is called that a refusal names; what is none stays as it is.
    public static func heading(_ field: String) -> Phrase {
        let zh = BankColumns.Field(rawValue: field)?.words[0] ?? field
        return Phrase(zh: zh, en: field)
    }

    private static func noHeader(_ file: String, _ sheet: String) -> Refusal {
        Refusal(
            "import.header", zh: "“\(file)”的“\(sheet)”没有表头；须有列：日期，以及金额，或收入和支出。",
            en: "“\(file)”, sheet “\(sheet)”: no header; the columns are: day, and amount, or income and outgo.",
            field: file)
    }

    private static func tooLong(_ file: String) -> Refusal {
        Refusal(
            .tooLarge, "import.rows", zh: "“\(file)”超过 \(lineLimit) 行；请分成几个文件。",
            en: "“\(file)” has more than \(lineLimit) rows; split it.", field: file)
    }
}

/// Which column of a statement holds what.
private struct BankColumns {
    enum Field: String, CaseIterable {
        case day, amount, income, outgo, direction, counterparty, reference, memo

        var words: [String] {
            switch self {
            case .day: ["日期", "交易日期", "记账日期", "交易日", "交易时间", "day", "date"]
            case .amount: ["金额", "交易金额", "发生额", "amount"]
            case .income: ["收入", "收入金额", "贷方", "贷方金额", "贷方发生额", "income", "credit"]
            case .outgo: ["支出", "支出金额", "借方", "借方金额", "借方发生额", "outgo", "debit"]
            case .direction: ["借贷标志", "借贷", "收支", "方向", "direction"]
            case .counterparty: ["对方户名", "对方单位", "对方名称", "对方", "户名", "counterparty"]
            case .reference: ["流水号", "交易流水号", "凭证号", "业务编号", "参考号", "reference"]
            case .memo: ["摘要", "附言", "用途", "备注", "memo"]
            }
        }
    }

    private var positions: [Field: Int] = [:]

    /// Nil where the row is no header of a statement.
    init?(_ cells: [String]) {
        for (index, cell) in cells.enumerated() {
            let title = cell.lowercased().filter { !$0.isWhitespace && $0 != "*" }
            let bare = String(title.prefix { $0 != "(" && $0 != "（" })
            guard let field = Field.allCases.first(where: { $0.words.contains(bare) }), positions[field] == nil else {
                continue
            }
            positions[field] = index
        }
        let hasAmount = positions[.amount] != nil || positions[.income] != nil && positions[.outgo] != nil
        guard positions[.day] != nil, hasAmount else { return nil }
    }

    private func text(_ field: Field, _ cells: [String]) -> String {
        guard let index = positions[field], index < cells.count else { return "" }
        return cells[index]
    }

    func isSum(_ cells: [String]) -> Bool {
        text(.day, cells).isEmpty || cells.contains { ["合计", "总计", "小计", "total"].contains($0.lowercased()) }
    }

    func line(
        _ row: Int, _ cells: [String], _ account: String, _ seen: inout [String: Int]
    ) throws -> BankLine {
        // Banks write the time behind the day.
        let stamp = text(.day, cells).split(whereSeparator: { $0 == " " || $0 == "T" }).first.map(String.init) ?? ""
        let (day, amount) = (try MoneyCell.day(stamp, field: Field.day.rawValue), try amount(cells))
        let texts = [Field.counterparty, .reference, .memo].map { String(text($0, cells).prefix(LedgerLimits.memo)) }
        let content = ([account, day.description, String(amount)] + texts).joined(separator: "\n")
        seen[content, default: 0] += 1
        let named = "\(content)\n\(seen[content] ?? 1)"
        return BankLine(
            id: Hex.encode(DigestSuite.sha256.hash(named.utf8)), row: row, day: day, amount: amount,
            counterparty: texts[0], reference: texts[1], memo: texts[2])
    }

    private func amount(_ cells: [String]) throws -> Int64 {
        if positions[.amount] != nil {
            let (size, isNegative) = try fen(.amount, cells) ?? (0, false)
            guard size > 0 else { throw Self.noAmount }
            switch text(.direction, cells).lowercased() {
            case "": return isNegative ? -size : size
            case "借", "支", "支出", "out", "debit", "d": return isNegative ? size : -size
            case "贷", "收", "收入", "in", "credit", "c": return isNegative ? -size : size
            default:
                throw Refusal(
                    "bank.direction", zh: "“\(text(.direction, cells))”不是借贷标志，请写借或贷。",
                    en: "“\(text(.direction, cells))” is no direction; write 借 (out) or 贷 (in).", field: "direction")
            }
        }
        let (income, outgo) = (try fen(.income, cells), try fen(.outgo, cells))
        switch (income, outgo) {
        case (let income?, nil): return income.isNegative ? -income.size : income.size
        case (nil, let outgo?): return outgo.isNegative ? outgo.size : -outgo.size
        default: throw Self.noAmount
        }
    }

    /// Nil where the cell is empty or zero.
    private func fen(_ field: Field, _ cells: [String]) throws -> (size: Int64, isNegative: Bool)? {
        var text = text(field, cells)
        let isNegative = text.hasPrefix("-") || text.hasPrefix("−")
        if isNegative || text.hasPrefix("+") { text.removeFirst() }
        guard text.contains(where: { $0.isNumber && $0 != "0" }) else {
            guard text.allSatisfy({ "0.,-— ".contains($0) }) else {
                throw Refusal(
                    "amount.text", zh: "“\(text)”不是金额，请写如 1234.50。", en: "“\(text)” is no amount; write 1234.50.",
                    field: field.rawValue)
            }
            return nil
        }
        return (try MoneyCell.fen(text, tenThousands: false, field: field.rawValue), isNegative)
    }

    private static var noAmount: Refusal {
        Refusal(
            "bank.amount", zh: "该行须有一个不为零的金额：收入或支出。", en: "The row has one amount that is not zero: income or outgo.",
            field: "amount")
    }
}
