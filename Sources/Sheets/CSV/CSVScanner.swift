import Glibc
import Kernel

/// Reads a text table (RFC 4180; comma, tab or semicolon; CR, LF or CRLF) as fields of UTF-8 bytes in one reused
/// buffer: for hundreds of thousands of rows, where a `String` per cell would cost more than all the rest.
///
///     let scanner = try CSVScanner(path: path)
///     while let code = try scanner.nextRow({ row in row.text(0) }) { … }
///
/// Lines with nothing on them are left out but counted. Lenient where Excel is: quotation marks inside an unquoted
/// field stand for themselves, and what follows a closing mark belongs to the field. Not for use from several tasks.
public final class CSVScanner {
    public private(set) var delimiter = CSVDialect.delimiters[0]
    public var encoding: TextEncoding { source.encoding }
    /// The number of the row read last, as people see it in Excel: a line break inside quotation marks begins no row.
    public private(set) var rowNumber = 0

    struct Field {
        var start: Int32
        var end: Int32
        /// Still written with its quotation marks.
        var isEscaped: Bool
    }

    private let source: TextSource
    private let limits: SheetLimits
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity = 1 << 18
    /// The row being read begins at `start`; bytes up to `end` are filled. Positions in a row count from its start.
    private var start = 0
    private var end = 0
    private let fields: UnsafeMutablePointer<Field>
    private var fieldCount = 0

    /// Throws `Refusal` when the file cannot be read or is no text.
    public convenience init(path: String, name: String? = nil, limits: SheetLimits = SheetLimits()) throws {
        let place = SheetPlace(file: name ?? path.split(separator: "/").last.map(String.init) ?? path)
        try self.init(file: FileBytes(path: path, place: place, limits: limits), limits: limits)
    }

    init(file: FileBytes, limits: SheetLimits) throws {
        source = try TextSource(file: file)
        self.limits = limits
        buffer = .allocate(capacity: capacity)
        fields = .allocate(capacity: max(limits.columns, 1))
        end = try source.read(into: UnsafeMutableBufferPointer(start: buffer, count: capacity), row: 1)
        delimiter = CSVDialect.delimiter(of: UnsafeBufferPointer(start: buffer, count: min(end, 1 << 16)))
    }

    deinit {
        buffer.deallocate()
        fields.deallocate()
    }

    /// Reads one row and hands it to `body`.
    /// - Returns: what `body` returns; nil after the last row.
    /// - Throws: `Refusal` for wrong text and exceeded limits; what `body` throws.
    public func nextRow<Result>(_ body: (borrowing CSVRow) throws -> Result) throws -> Result? {
        guard try advance() else { return nil }
        return try body(CSVRow(number: rowNumber, count: fieldCount, bytes: buffer + start - rowLength, fields: fields))
    }

    /// Hands every remaining row to `body`. Throws as `nextRow` does.
    public func forEachRow(_ body: (borrowing CSVRow) throws -> Void) throws {
        while try nextRow(body) != nil {}
    }

    private var rowLength = 0

    /// Moves to the next row that is not blank.
    private func advance() throws -> Bool {
        while true {
            rowNumber += 1
            if start == end, try refill() == false {
                rowNumber -= 1
                return false
            }
            if rowNumber > limits.rows { throw tooManyRows }
            fieldCount = 0
            rowLength = try scanRow()
            if rowLength > limits.rowBytes { throw rowTooLong }
            start += rowLength
            if fieldCount > 1 || fields[0].end > fields[0].start || fields[0].isEscaped { return true }
        }
    }

    /// Finds the fields of the row at `start`; the length of the row with its line break.
    private func scanRow() throws -> Int {
        var position = 0
        while true {
            if try byte(at: position) == UInt8(ascii: "\"") {
                position = try scanQuoted(position)
            } else {
                let from = position
                position = try scanPlain(position)
                try add(from, position, isEscaped: false)
            }
            guard let stop = try byte(at: position) else { return position }
            position += 1
            if stop == delimiter { continue }
            if stop == UInt8(ascii: "\r"), try byte(at: position) == UInt8(ascii: "\n") { position += 1 }
            return position
        }
    }

    /// The end of an unquoted field.
    private func scanPlain(_ from: Int) throws -> Int {
        var position = from
        while true {
            let (row, count, delimiter) = (buffer + start, end - start, self.delimiter)
            while position < count {
                let byte = row[position]
                if byte == delimiter || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { return position }
                position += 1
            }
            guard try refill() else { return position }
        }
    }

    /// Adds the field whose opening mark is at `from`, and returns its end.
    private func scanQuoted(_ from: Int) throws -> Int {
        var (position, isEscaped) = (from + 1, false)
        while true {
            position = try closingMark(position)
            let next = try byte(at: position)
            if next == UInt8(ascii: "\"") {
                isEscaped = true
                position += 1
                continue
            }
            if next == nil || next == delimiter || next == UInt8(ascii: "\n") || next == UInt8(ascii: "\r") { break }
            // Something follows the closing mark: it is kept, and the field is put together when asked for.
            isEscaped = true
            position = try scanPlain(position)
            break
        }
        if isEscaped {
            try add(from, position, isEscaped: true)
        } else {
            try add(from + 1, position - 1, isEscaped: false)
        }
        return position
    }

    /// The position behind the next quotation mark.
    private func closingMark(_ from: Int) throws -> Int {
        var position = from
        while true {
            let count = end - start - position
            if count > 0, let found = memchr(buffer + start + position, Int32(UInt8(ascii: "\"")), count) {
                return UnsafeRawPointer(found) - UnsafeRawPointer(buffer + start) + 1
            }
            position = end - start
            if try refill() == false { throw unclosedQuote }
        }
    }

    private func byte(at position: Int) throws -> UInt8? {
        if start + position == end, try refill() == false { return nil }
        return buffer[start + position]
    }

    private func add(_ from: Int, _ to: Int, isEscaped: Bool) throws {
        guard fieldCount < limits.columns else { throw tooManyColumns }
        if to - from > limits.cellCharacters { try checkLength(from, to) }
        fields[fieldCount] = Field(start: Int32(from), end: Int32(to), isEscaped: isEscaped)
        fieldCount += 1
    }

    private func checkLength(_ from: Int, _ to: Int) throws {
        let bytes = UnsafeBufferPointer(start: buffer + start + from, count: to - from)
        let scalars = bytes.reduce(into: 0) { count, byte in if byte & 0xC0 != 0x80 { count += 1 } }
        if scalars > limits.cellCharacters {
            throw cellTooLong(source.place.at(row: rowNumber, column: fieldCount + 1), limits)
        }
    }

    /// Reads more behind the row being read; false at the end of the file.
    private func refill() throws -> Bool {
        if start > 0 {
            memmove(buffer, buffer + start, end - start)
            (start, end) = (0, end - start)
        }
        // Positions in a row are 32 bits wide.
        if end > min(limits.rowBytes, 1 << 30) { throw rowTooLong }
        if capacity - end < 1 << 16 { grow() }
        let count = try source.read(
            into: UnsafeMutableBufferPointer(start: buffer + end, count: capacity - end), row: rowNumber)
        end += count
        return count > 0
    }

    private func grow() {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
        larger.update(from: buffer, count: end)
        buffer.deallocate()
        (buffer, capacity) = (larger, capacity * 2)
    }
}

extension CSVScanner {
    private var tooManyRows: Refusal {
        source.place.at(row: rowNumber).exceeded(
            "sheet.rows.tooMany", zh: "超过 \(limits.rows) 行的上限，请拆分文件后分别导入。",
            en: "there are more rows than the limit of \(limits.rows); split the file and import the parts.")
    }

    private var tooManyColumns: Refusal { Sheets.tooManyColumns(source.place.at(row: rowNumber), limits) }

    private var rowTooLong: Refusal {
        let limit = sizeText(limits.rowBytes)
        return source.place.at(row: rowNumber).exceeded(
            "sheet.row.tooLong", zh: "这一行超过 \(limit) 的上限，可能有引号没有配对；请检查这一行的引号。",
            en:
                "the row is longer than the limit of \(limit), perhaps because a quotation mark is never closed; check its marks."
        )
    }

    private var unclosedQuote: Refusal {
        source.place.at(row: rowNumber, column: fieldCount + 1).refusal(
            "sheet.text.unclosedQuote", zh: "这里的引号到文件末尾都没有配对，请补上引号。",
            en: "the quotation mark opened here is not closed by the end of the file; close it.")
    }
}

func tooManyColumns(_ place: SheetPlace, _ limits: SheetLimits) -> Refusal {
    place.exceeded(
        "sheet.columns.tooMany", zh: "超过 \(limits.columns) 列的上限，请删去多余的列。",
        en: "there are more columns than the limit of \(limits.columns); delete the columns that are not needed.")
}

func cellTooLong(_ place: SheetPlace, _ limits: SheetLimits) -> Refusal {
    place.exceeded(
        "sheet.cell.tooLong", zh: "单元格内容超过 \(limits.cellCharacters) 字的上限，请缩短。",
        en: "the cell holds more than the limit of \(limits.cellCharacters) characters; shorten it.")
}
