import CXLSXReader
import Kernel

/// Turns a sheet's XML into rows: worksheet › sheetData › row › c › v, f, is.
struct SheetParser {
    private enum Depth {
        static let data = 2
        static let row = 3
        static let cell = 4
        static let content = 5
    }

    /// ECMA-376 part 1, 18.18.11.
    private enum CellType { case number, shared, inline, formulaText, bool, error, isoDate }
    private enum Content { case none, value, formula, inline }

    private let events: XMLEvents
    private let book: XLSXWorkbook
    private let limits: SheetLimits
    private let place: SheetPlace
    private var depth = 0
    private var isInData = false
    private var isDone = false
    private var element = CXLSX_OTHER

    private var number = 0
    private var numberBefore = 0
    private var cells: [SheetCell] = []
    private var column = 0
    private var type = CellType.number
    private var style = 0
    private var content = Content.none
    private var value: [UInt8] = []
    private var hasValue = false
    private var formula: [UInt8]?
    private var inline = TextCollector()

    init(_ part: XLSXPart, book: XLSXWorkbook, limits: SheetLimits, place: SheetPlace) throws {
        events = try XMLEvents(part)
        self.book = book
        self.limits = limits
        self.place = place
    }

    /// The next row in which anything is written; nil after the last.
    mutating func nextRow() throws -> (number: Int, cells: [SheetCell])? {
        while !isDone, let event = try events.next() {
            switch event.kind {
            case CXLSX_START:
                depth += 1
                element = event.name
                try start(event)
            case CXLSX_ATTRIBUTE: try attribute(event)
            case CXLSX_TEXT: try text(event)
            default:
                let isRow = isInData && depth == Depth.row && event.name == CXLSX_NAME_row
                try end(event)
                depth -= 1
                if isRow, !cells.isEmpty { return (number, cells) }
            }
        }
        return nil
    }

    private mutating func start(_ event: XMLEvent) throws {
        if depth == Depth.data { isInData = event.name == CXLSX_NAME_sheetData }
        guard isInData else { return }
        switch (depth, event.name) {
        case (Depth.row, CXLSX_NAME_row):
            numberBefore = number
            number += 1
            column = 0
            cells.removeAll(keepingCapacity: true)
        case (Depth.cell, CXLSX_NAME_c):
            column += 1
            (type, style, content, hasValue, formula) = (.number, 0, .none, false, nil)
            value.removeAll(keepingCapacity: true)
        case (Depth.content, CXLSX_NAME_v):
            content = .value
            hasValue = true
        case (Depth.content, CXLSX_NAME_f):
            content = .formula
            formula = []
        case (Depth.content, CXLSX_NAME_is):
            content = .inline
            hasValue = true
            inline.begin()
        case _ where content == .inline: inline.take(event)
        default: break
        }
    }

    private mutating func attribute(_ event: XMLEvent) throws {
        guard isInData else { return }
        switch (depth, element, event.name) {
        case (Depth.row, CXLSX_NAME_row, CXLSX_NAME_r):
            guard let stated = event.integer, stated > numberBefore else { throw outOfOrder }
            number = stated
        case (Depth.cell, CXLSX_NAME_c, CXLSX_NAME_r):
            guard let position = CellPosition.parse(event.bytes) else { throw malformed }
            column = position.column
        case (Depth.cell, CXLSX_NAME_c, CXLSX_NAME_s): style = event.integer ?? 0
        case (Depth.cell, CXLSX_NAME_c, CXLSX_NAME_t): type = SheetParser.type(event)
        default: break
        }
    }

    private static func type(_ event: XMLEvent) -> CellType {
        if event.equals("s") { return .shared }
        if event.equals("str") { return .formulaText }
        if event.equals("inlineStr") { return .inline }
        if event.equals("b") { return .bool }
        if event.equals("e") { return .error }
        if event.equals("d") { return .isoDate }
        return .number
    }

    private mutating func text(_ event: XMLEvent) throws {
        switch content {
        case .none: return
        case .value where depth == Depth.content: value.append(contentsOf: event.bytes)
        case .formula where depth == Depth.content: formula?.append(contentsOf: event.bytes)
        case .inline: inline.take(event)
        default: return
        }
        // A scalar has four bytes at most; the exact length is looked at when the cell is complete.
        let count = max(value.count, inline.count, formula?.count ?? 0)
        if count / 4 > limits.cellCharacters { throw tooLong }
    }

    private mutating func end(_ event: XMLEvent) throws {
        guard isInData else { return }
        switch (depth, event.name) {
        case (Depth.data, CXLSX_NAME_sheetData): isDone = true
        case (Depth.content, CXLSX_NAME_is):
            inline.end(into: &value)
            content = .none
        case (Depth.content, CXLSX_NAME_v), (Depth.content, CXLSX_NAME_f): content = .none
        case (Depth.cell, CXLSX_NAME_c): try put(makeCell())
        case _ where content == .inline: inline.take(event)
        default: break
        }
    }

    /// Formats reach to the last row and column of many a sheet: only cells that hold something count.
    private mutating func put(_ cell: SheetCell) throws {
        guard cell.kind != .empty else { return }
        if number > limits.rows { throw tooManyRows }
        if column > limits.columns { throw tooManyColumns(place.at(row: number, column: column), limits) }
        if cell.text.utf8.count > limits.cellCharacters, cell.text.unicodeScalars.count > limits.cellCharacters {
            throw tooLong
        }
        while cells.count < column { cells.append(.empty) }
        cells[column - 1] = cell
    }

    private func makeCell() throws -> SheetCell {
        guard hasValue else {
            // Programs that write formulas may leave calculating to Excel: such a cell must not pass for empty.
            return formula.map { SheetCell("=" + String(decoding: $0, as: UTF8.self), .error) } ?? .empty
        }
        switch type {
        case .shared:
            guard let index = Int(String(decoding: value, as: UTF8.self)), let text = book.strings[index] else {
                throw malformed
            }
            return text.isEmpty ? .empty : SheetCell(text, .text)
        case .inline: return SheetParser.text(value)
        case .formulaText: return SheetParser.text(unescapeCharacters(value))
        case .bool:
            let isTrue = value == [UInt8(ascii: "1")] || value == Array("true".utf8)
            return SheetCell(isTrue ? "TRUE" : "FALSE", .bool(isTrue))
        case .error: return SheetCell(String(decoding: value, as: UTF8.self), .error)
        case .isoDate:
            guard let day = Day(String(decoding: value.prefix(10), as: UTF8.self)) else {
                return SheetParser.text(value)
            }
            return SheetCell(day.description, .date(day))
        case .number: return numberCell
        }
    }

    private static func text(_ bytes: [UInt8]) -> SheetCell {
        bytes.isEmpty ? .empty : SheetCell(String(decoding: bytes, as: UTF8.self), .text)
    }

    private var numberCell: SheetCell {
        guard !value.isEmpty else { return .empty }
        let text = String(decoding: value, as: UTF8.self)
        guard let number = Double(text), number.isFinite else { return SheetCell(text, .text) }
        switch book.shows.indices.contains(style) ? book.shows[style] : .number {
        case .day:
            guard let day = NumberFormat.day(number, since1904: book.since1904) else { break }
            return SheetCell(day.description, .date(day))
        case .percent: return SheetCell(NumberFormat.percent(number), .number(number))
        case .number: break
        }
        return SheetCell(numberText(number), .number(number))
    }
}

extension SheetParser {
    private var here: SheetPlace { place.at(row: number, column: column > 0 ? column : nil) }

    private var tooLong: Refusal { cellTooLong(here, limits) }

    private var malformed: Refusal {
        here.refusal(
            "sheet.cell.malformed", zh: "单元格的记录已损坏，请用 Excel 或 WPS 打开修复并另存后再导入。",
            en: "the record of the cell is damaged; open, repair and save the file in Excel or WPS, then import it.")
    }

    private var outOfOrder: Refusal {
        here.refusal(
            "sheet.rows.outOfOrder", zh: "行的记录顺序已损坏，请用 Excel 或 WPS 打开修复并另存后再导入。",
            en: "the rows are recorded out of order; open, repair and save the file in Excel or WPS, then import it.")
    }

    private var tooManyRows: Refusal {
        here.exceeded(
            "sheet.rows.tooMany", zh: "超过 \(limits.rows) 行的上限，请拆分文件后分别导入。",
            en: "there are more rows than the limit of \(limits.rows); split the file and import the parts.")
    }
}
