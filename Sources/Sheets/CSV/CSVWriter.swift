/// Writes a text table as RFC 4180 says: commas, CRLF, quotation marks where needed.
///
///     var writer = CSVWriter { bytes in try send(bytes) }
///     try writer.append([.text("公交小区"), .integer(320)])
///     try writer.finish()
public struct CSVWriter {
    public struct Options: Sendable {
        /// Excel takes a file without byte order mark for GBK in China.
        public var byteOrderMark = true
        /// Whether texts that a spreadsheet would run as a formula get an apostrophe before them. Switch it off only
        /// for programs that need the bytes as they are.
        public var guardsFormulas = true

        public init() {}
    }

    private let options: Options
    private let sink: (UnsafeRawBufferPointer) throws -> Void
    private var buffer: [UInt8] = []

    /// - Parameter sink: takes the next bytes, which are valid only during the call.
    public init(options: Options = Options(), sink: @escaping (UnsafeRawBufferPointer) throws -> Void) {
        self.options = options
        self.sink = sink
        buffer.reserveCapacity(1 << 16)
        if options.byteOrderMark { buffer += [0xEF, 0xBB, 0xBF] }
    }

    /// Writes one row. Throws what the sink throws.
    public mutating func append(_ cells: [OutputCell]) throws {
        for (index, cell) in cells.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            if case .text(let text) = cell {
                append(options.guardsFormulas ? CSVWriter.guarded(text) : text)
            } else {
                append(cell.text)
            }
        }
        // A row of one empty cell would be a blank line, which readers skip.
        if cells.count == 1, cells[0].text.isEmpty { buffer += "\"\"".utf8 }
        buffer += "\r\n".utf8
        if buffer.count > 1 << 15 { try flush() }
    }

    /// Hands the last bytes over. Throws what the sink throws.
    public mutating func finish() throws {
        if !buffer.isEmpty { try flush() }
    }

    private mutating func flush() throws {
        try buffer.withUnsafeBytes { try sink($0) }
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ text: String) {
        guard CSVWriter.needsQuotes(text) else {
            buffer.append(contentsOf: text.utf8)
            return
        }
        buffer.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { buffer.append(byte) }
            // No text table can hold NUL: readers take the file for something else.
            if byte == 0 { buffer += "\u{FFFD}".utf8 } else { buffer.append(byte) }
        }
        buffer.append(UInt8(ascii: "\""))
    }

    /// Other programs' delimiters are quoted too, so that guessing the delimiter goes right, and spaces and marks at an
    /// end, so that nothing trims them.
    private static func needsQuotes(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
        if first == " " || last == " " || first == "\u{FEFF}" { return true }
        return text.utf8.contains { byte in
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "\""), UInt8(ascii: "\r"),
                UInt8(ascii: "\n"), 0:
                true
            default: false
            }
        }
    }

    /// An apostrophe goes before what Excel, WPS or LibreOffice could take for a formula; plain numbers stay.
    static func guarded(_ text: String) -> String {
        guard let first = text.unicodeScalars.first else { return text }
        switch first {
        case "=", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": return "'" + text
        case "+", "-": return isPlainNumber(text) ? text : "'" + text
        default: return text
        }
    }

    /// "-12", "+3.5", "-1.2e-7".
    private static func isPlainNumber(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        } && Double(text) != nil
    }
}
