import Cryptography
public import Kernel
import Sheets

/// A table of budget documents, receipts or payments, read row by row into entries. A row is known by its content: the
/// same row in another file is the same entry, and a second equal row in one file a second one.
public struct LedgerSheet: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        /// 指标文件: what is planned and allotted.
        case budget
        /// 到账.
        case receipts
        /// 国库支付: facts, posted whatever they break.
        case payments
    }

    public struct Row: Sendable {
        public let number: Int
        /// What it is about: project, source, amount.
        public let title: String
        public let entry: Result<EntryDraft, Refusals>
    }

    public let kind: Kind
    public let fileName: String
    public let sheetName: String
    public let rows: [Row]

    static let headLimit = 30
    static let rowLimit = 100_000

    /// - Parameters:
    ///   - fileName: what its owner calls the file.
    ///   - sheet: of a workbook; the first visible one when nil.
    ///   - menu: names of items to their codes: "屋面" to "roof".
    /// - Throws: a refusal that names file, sheet and remedy, where no header is found or the file cannot be read.
    public init(
        path: String, fileName: String, kind: Kind, sheet: String? = nil, menu: [String: String] = [:]
    ) throws {
        let reader = try SheetFile.open(path: path, name: fileName)
        if let sheet { try reader.choose(sheet: sheet) }
        (self.kind, self.fileName, sheetName) = (kind, fileName, reader.sheetName)
        var header: LedgerColumns?
        var (rows, seen, passed) = ([Row](), [String: Int](), 0)
        while let row = try reader.nextRow() {
            let cells = row.cells.map { $0.text.trimmingSpaces }
            guard let columns = header else {
                passed += 1
                header = LedgerColumns(cells, kind)
                if header == nil, passed >= Self.headLimit { break }
                continue
            }
            if columns.isSum(cells) { continue }
            guard rows.count < Self.rowLimit else { throw Self.tooLong(fileName) }
            rows.append(Self.row(row.number, cells, columns, kind, menu, &seen))
        }
        guard header != nil else { throw Self.noHeader(fileName, reader.sheetName, kind) }
        self.rows = rows
    }

    private static func row(
        _ number: Int, _ cells: [String], _ columns: LedgerColumns, _ kind: Kind, _ menu: [String: String],
        _ seen: inout [String: Int]
    ) -> Row {
        let reading = LedgerRow(cells: cells, columns: columns, menu: menu)
        do {
            let content = try reading.content(kind)
            let digest = Hex.encode(DigestSuite.sha256.hash(Array(content.utf8)))
            seen[digest, default: 0] += 1
            return Row(
                number: number, title: reading.title,
                entry: .success(try reading.draft(kind, digest: digest, occurrence: seen[digest] ?? 1)))
        } catch let refusals as Refusals {
            return Row(number: number, title: reading.title, entry: .failure(refusals))
        } catch let refusal as Refusal {
            return Row(number: number, title: reading.title, entry: .failure(Refusals([refusal])))
        } catch {
            let refusal = Refusal("import.row", zh: "该行不能读取。", en: "The row cannot be read.")
            return Row(number: number, title: reading.title, entry: .failure(Refusals([refusal])))
        }
    }

    private static func noHeader(_ file: String, _ sheet: String, _ kind: Kind) -> Refusal {
        let wanted = LedgerColumns.needed(kind).map { LedgerColumns.words($0)[0] }.joined(separator: "、")
        return Refusal(
            "import.header", zh: "“\(file)”的“\(sheet)”前 \(headLimit) 行没有表头；须有列：\(wanted)。",
            en: "“\(file)”, sheet “\(sheet)”: no header within \(headLimit) rows; the columns are: \(wanted).",
            field: file)
    }

    private static func tooLong(_ file: String) -> Refusal {
        Refusal(
            .tooLarge, "import.rows", zh: "“\(file)”超过 \(rowLimit) 行；请分成几个文件。",
            en: "“\(file)” has more than \(rowLimit) rows; split it.", field: file)
    }
}

/// Which column of a table holds what.
struct LedgerColumns {
    enum Field: String, CaseIterable {
        case source, project, year, amount, day, document, party, contract, item, voucher, wages, area
    }

    private let positions: [Field: Int]
    /// The column of amounts is in 万元.
    let isInTenThousands: Bool

    /// Nil where the row is no header of this kind.
    init?(_ cells: [String], _ kind: LedgerSheet.Kind) {
        var (positions, tenThousands) = ([Field: Int](), false)
        for (index, cell) in cells.enumerated() {
            let title = cell.lowercased().filter { !$0.isWhitespace && $0 != "*" }
            let bare = String(title.prefix { $0 != "(" && $0 != "（" })
            guard let field = Field.allCases.first(where: { Self.words($0).contains(bare) }), positions[field] == nil
            else { continue }
            positions[field] = index
            if field == .amount { tenThousands = title.contains("万元") }
        }
        guard Self.needed(kind).allSatisfy({ positions[$0] != nil }) else { return nil }
        (self.positions, isInTenThousands) = (positions, tenThousands)
    }

    static func needed(_ kind: LedgerSheet.Kind) -> [Field] {
        switch kind {
        case .budget: [.document, .source, .project, .year, .amount, .day]
        case .receipts: [.source, .project, .year, .amount, .day, .voucher]
        case .payments: [.source, .project, .contract, .year, .amount, .day, .voucher]
        }
    }

    static func words(_ field: Field) -> [String] {
        switch field {
        case .source: ["来源代码", "资金来源", "来源", "source"]
        case .project: ["项目编号", "项目代码", "项目", "project"]
        case .year: ["预算年度", "年度", "year"]
        case .amount: ["金额", "到账金额", "支付金额", "下达金额", "amount"]
        case .day: ["日期", "到账日期", "支付日期", "下达日期", "day", "date"]
        case .document: ["文号", "文件号", "指标文号", "document"]
        case .party: ["出资人", "缴款人", "户号", "party"]
        case .contract: ["合同编号", "合同号", "合同", "contract"]
        case .item: ["改造内容", "用途", "item"]
        case .voucher: ["凭证号", "凭证", "流水号", "voucher"]
        case .wages: ["工资款", "是否工资款", "wages"]
        case .area: ["片区", "更新片区", "area"]
        }
    }

    func text(_ field: Field, _ cells: [String]) -> String {
        guard let index = positions[field], index < cells.count else { return "" }
        return cells[index]
    }

    /// A line of totals names neither source nor project.
    func isSum(_ cells: [String]) -> Bool {
        text(.source, cells).isEmpty && text(.project, cells).isEmpty
            || cells.contains { ["合计", "总计", "小计", "total"].contains($0.lowercased()) }
    }
}

/// One row as an entry.
private struct LedgerRow {
    let cells: [String]
    let columns: LedgerColumns
    let menu: [String: String]

    func text(_ field: LedgerColumns.Field) -> String { columns.text(field, cells) }

    var title: String {
        [text(.project), text(.source), text(.amount)].filter { !$0.isEmpty }.joined(separator: " · ")
    }

    private func needed(_ field: LedgerColumns.Field) throws -> String {
        let value = text(field)
        guard !value.isEmpty else {
            let name = LedgerColumns.words(field)[0]
            throw Refusal(
                "entry.value", zh: "“\(name)”没有填写。", en: "“\(field.rawValue)” is empty.", field: field.rawValue)
        }
        return value
    }

    private func amount() throws -> Int64 {
        try MoneyCell.fen(
            try needed(.amount), tenThousands: columns.isInTenThousands, field: LedgerColumns.Field.amount.rawValue)
    }

    private func day() throws -> Day { try MoneyCell.day(try needed(.day), field: LedgerColumns.Field.day.rawValue) }

    private func slice() throws -> Slice {
        guard let year = Int(try needed(.year).filter(\.isNumber)), LedgerLimits.years.contains(year) else {
            throw Refusal(
                "move.year", zh: "年度“\(text(.year))”不对；请写四位年份，如 2026。",
                en: "The year “\(text(.year))” is none; write four digits, such as 2026.", field: "year")
        }
        let item = text(.item)
        return Slice(
            source: try needed(.source), project: try needed(.project), area: text(.area), item: menu[item] ?? item,
            party: text(.party), contract: text(.contract), year: year)
    }

    private var isWages: Bool { ["是", "y", "yes", "true", "1", "√"].contains(text(.wages).lowercased()) }

    /// What the row says, written always the same way; all that is wrong is told at once.
    func content(_ kind: LedgerSheet.Kind) throws -> String {
        var (parts, refusals) = ([kind.rawValue], [Refusal]())
        func take(_ body: () throws -> String) throws {
            do { parts.append(try body()) } catch let refusal as Refusal {
                if !refusals.contains(refusal) { refusals.append(refusal) }
            }
        }
        for field in LedgerColumns.needed(kind) where field != .amount && field != .day && field != .year {
            try take { try needed(field) }
        }
        try take { String(try amount()) }
        try take { try day().description }
        try take {
            let slice = try slice()
            return [slice.item, slice.party, slice.area, String(slice.year)].joined(separator: "|")
        }
        try Refusals.throwIfAny(refusals)
        parts.append(isWages ? "wages" : "")
        return parts.joined(separator: "\n")
    }

    func draft(_ kind: LedgerSheet.Kind, digest: String, occurrence: Int) throws -> EntryDraft {
        let (slice, fen) = (try slice(), try amount())
        let key = "import:\(kind.rawValue):\(digest.prefix(40)):\(occurrence)"
        switch kind {
        case .budget:
            return EntryDraft(
                key: key, day: try day(), .post([MoveDraft(.plan, fen, slice), MoveDraft(.allot, fen, slice)]),
                authority: .init(kind: "document", reference: try needed(.document)))
        case .receipts, .payments:
            let move: Move = kind == .receipts ? .receive : isWages ? .payWages : .pay
            return EntryDraft(
                key: key, day: try day(), .post([MoveDraft(move, fen, slice)]), manner: .fact,
                authority: .init(kind: "treasury", reference: try needed(.voucher)), evidence: [digest])
        }
    }
}

extension String {
    var trimmingSpaces: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else {
            return ""
        }
        return String(self[first...last])
    }
}
