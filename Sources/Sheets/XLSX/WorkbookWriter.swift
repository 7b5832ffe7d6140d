import CXLSXWriter
import Glibc
import Kernel

/// Writes an XLSX workbook row by row in constant memory: rows go to temporary files in the folder of the workbook,
/// which appears with `finish`. Numbers keep 16 significant digits. Not for use from several tasks at once.
///
///     let writer = try WorkbookWriter(path: path)
///     try writer.beginSheet("小区", columns: [SheetColumn("小区名称", .text), SheetColumn("建筑面积(㎡)", .area)])
///     try writer.append([.text("公交小区"), .area(area)])
///     try writer.finish()
public final class WorkbookWriter {
    private typealias Format = UnsafeMutablePointer<lxw_format>

    private let path: String
    private let place: SheetPlace
    /// Nil once it is finished.
    private var workbook: UnsafeMutablePointer<lxw_workbook>?
    private var sheet: UnsafeMutablePointer<lxw_worksheet>?
    private var names: Set<String> = []
    private var columns: [(shape: SheetColumn, format: Format?)] = []
    private var nextRow: UInt32 = 0
    private var formats: [SheetColumn.Format: Format] = [:]
    private var header: Format?

    /// - Parameter path: where the workbook will be; a file already there is replaced.
    public init(path: String) throws {
        self.path = path
        place = SheetPlace(file: path.split(separator: "/").last.map(String.init) ?? path)
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
        let parent = folder.isEmpty ? "/" : folder
        guard Self.isWritable(path, in: parent) else { throw notWritten(String(cString: strerror(errno))) }
        workbook = parent.withCString { folder in
            var options = lxw_workbook_options()
            options.constant_memory = UInt8(LXW_TRUE.rawValue)
            // The library only copies the folder's name.
            options.tmpdir = UnsafeMutablePointer(mutating: folder)
            return workbook_new_opt(path, &options)
        }
        guard workbook != nil else { throw notWritten("") }
    }

    /// The library tells its troubles on standard error by itself, so it must not meet them.
    private static func isWritable(_ path: String, in folder: String) -> Bool {
        access(folder, W_OK | X_OK) == 0 && (access(path, F_OK) != 0 || access(path, W_OK) == 0)
    }

    deinit {
        if let workbook { lxw_workbook_free(workbook) }
    }

    /// Begins the next sheet with a frozen header row; the sheet before is complete.
    /// - Throws: `Refusal` when the name is longer than 31 characters, used twice, or contains one of `[]:*?/\`.
    public func beginSheet(_ name: String, columns: [SheetColumn]) throws {
        precondition(workbook != nil, "the workbook is finished")
        endSheet()
        guard isAllowed(name), names.insert(name.lowercased()).inserted else {
            throw place.refusal(
                "sheet.name.invalid", zh: "工作表名“\(name)”不可用：须为 1 至 31 字、不重复，且不含 []:*?/\\ 和首尾单引号。",
                en:
                    "“\(name)” cannot name a sheet: 1 to 31 characters, not used twice, without []:*?/\\ or an apostrophe at an end."
            )
        }
        guard let sheet = workbook_add_worksheet(workbook, name) else { throw notWritten("") }
        self.sheet = sheet
        self.columns = columns.map { ($0, format($0.format)) }
        nextRow = 0
        for (index, column) in self.columns.enumerated() {
            let number = try columnIndex(index)
            worksheet_set_column(sheet, number, number, column.shape.width, column.format)
        }
        worksheet_set_row(sheet, 0, 28, nil)
        worksheet_freeze_panes(sheet, 1, 0)
        for (index, column) in columns.enumerated() {
            try write(text: column.title, column: columnIndex(index), headerFormat())
        }
        nextRow = 1
    }

    /// Writes the next row of the sheet begun last. Throws `Refusal` when a text is longer than Excel allows (32,767),
    /// a number is not finite, or the sheet is full (1,048,576 rows, the header included).
    public func append(_ cells: [OutputCell]) throws {
        precondition(sheet != nil, "a row needs a sheet: beginSheet comes first")
        guard nextRow < 1_048_576 else {
            throw here(nil).exceeded(
                "sheet.rows.tooMany", zh: "一张工作表最多 1048576 行，请缩小导出范围或改用 CSV。",
                en: "a sheet holds at most 1048576 rows; export less, or CSV.")
        }
        for (index, cell) in cells.enumerated() {
            try write(cell, columnIndex(index))
        }
        nextRow += 1
    }

    /// Completes the file. Nothing can be written afterwards. Throws `Refusal` when the file cannot be written, and
    /// then leaves none behind.
    public func finish() throws {
        endSheet()
        guard let workbook else { return }
        self.workbook = nil
        let code = workbook_close(workbook)
        guard code == LXW_NO_ERROR else {
            unlink(path)
            throw notWritten(String(cString: lxw_strerror(code)))
        }
    }

    private func endSheet() {
        if let sheet, !columns.isEmpty, nextRow > 0 {
            worksheet_autofilter(sheet, 0, 0, max(nextRow, 2) - 1, UInt16(columns.count - 1))
        }
        sheet = nil
    }

    private func write(_ cell: OutputCell, _ column: UInt16) throws {
        let (shape, format) =
            Int(column) < columns.count ? columns[Int(column)] : (SheetColumn(""), self.format(.general))
        switch cell {
        case .empty: return
        case .text(let text): try write(text: text, column: column, format)
        case .number(let number): try write(number: number, column, shape.isNumeric ? format : self.format(.general))
        case .integer(let number):
            try write(number: Double(number), column, shape.isNumeric ? format : self.format(.general))
        case .area(let area):
            let isFormatted = shape.isNumeric && shape.format != .general
            try write(number: area.m2, column, isFormatted ? format : self.format(.area))
        case .date(let day):
            guard let serial = NumberFormat.serial(day) else {
                return try write(text: day.description, column: column, self.format(.general))
            }
            try write(number: serial, column, shape.format == .date ? format : self.format(.date))
        case .bool(let value):
            try check(worksheet_write_boolean(sheet, nextRow, column, value ? 1 : 0, self.format(.general)))
        }
    }

    private func write(number: Double, _ column: UInt16, _ format: Format?) throws {
        guard number.isFinite else {
            throw here(column).refusal(
                "sheet.number.notFinite", zh: "数值无穷大或无定义，不能写入单元格。",
                en: "the number is infinite or undefined and cannot be written into a cell.")
        }
        try check(worksheet_write_number(sheet, nextRow, column, number, format))
    }

    private func write(text: String, column: UInt16, _ format: Format?) throws {
        // The library takes an empty text for an empty cell.
        if text.isEmpty { return }
        guard text.utf16.count <= 32_767 else {
            throw here(column).exceeded(
                "sheet.cell.tooLong", zh: "单元格内容超过 Excel 的 32767 字上限，请缩短。",
                en: "the cell holds more than Excel's limit of 32767 characters; shorten it.")
        }
        try check(worksheet_write_string(sheet, nextRow, column, escapeCharacters(text), format))
    }

    private func check(_ code: lxw_error) throws {
        if code != LXW_NO_ERROR { throw notWritten(String(cString: lxw_strerror(code))) }
    }

    private func columnIndex(_ index: Int) throws -> UInt16 {
        guard index < 16_384 else {
            throw here(nil).exceeded(
                "sheet.columns.tooMany", zh: "一张工作表最多 16384 列。", en: "a sheet holds at most 16384 columns.")
        }
        return UInt16(index)
    }

    private func isAllowed(_ name: String) -> Bool {
        (1...31).contains(name.utf16.count) && !name.hasPrefix("'") && !name.hasSuffix("'")
            && !name.unicodeScalars.contains { "[]:*?/\\".unicodeScalars.contains($0) || $0.value < 0x20 }
    }
}

extension WorkbookWriter {
    /// What cells of such columns look like, made once per workbook. Every cell gets one, since a cell without a format
    /// would take its column's.
    private func format(_ kind: SheetColumn.Format) -> Format? {
        if let known = formats[kind] { return known }
        guard let format = workbook_add_format(workbook) else { return nil }
        if let code = kind.code { format_set_num_format(format, code) }
        if kind == .note {
            format_set_text_wrap(format)
            format_set_font_color(format, 0xB3261E)
        }
        formats[kind] = format
        return format
    }

    private func headerFormat() -> Format? {
        if let header { return header }
        guard let format = workbook_add_format(workbook) else { return nil }
        format_set_bold(format)
        format_set_text_wrap(format)
        format_set_bg_color(format, 0xE7EEF5)
        format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
        format_set_bottom(format, UInt8(LXW_BORDER_THIN.rawValue))
        header = format
        return format
    }

    private func here(_ column: UInt16?) -> SheetPlace {
        place.at(row: Int(nextRow) + 1, column: column.map { Int($0) + 1 })
    }

    private func notWritten(_ reason: String) -> Refusal {
        place.refusal(
            .unavailable, "sheet.file.notWritten", zh: "无法写出工作簿（\(reason)），请检查磁盘空间和权限后重试。",
            en: "the workbook cannot be written (\(reason)); check disk space and permissions and try again.")
    }
}

/// Writes as `_xHHHH_` what XML cannot hold, and so that a text that looks like such an escape stays itself.
func escapeCharacters(_ text: String) -> String {
    let bytes = Array(text.utf8)
    // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
    guard bytes.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "_") || $0 == 0xEF }) else { return text }
    var result = String.UnicodeScalarView()
    var index = 0
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0, 0xFFFE, 0xFFFF: result.append("\u{FFFD}")
        case 0x09, 0x0A: result.append(scalar)
        case 0..<0x20:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            result.append(
                contentsOf: ("_x" + String(repeating: "0", count: 4 - digits.count) + digits + "_").unicodeScalars)
        case 0x5F where codeUnit(bytes, at: index) != nil: result.append(contentsOf: "_x005F_".unicodeScalars)
        default: result.append(scalar)
        }
        index += UTF8.width(scalar)
    }
    return String(result)
}
