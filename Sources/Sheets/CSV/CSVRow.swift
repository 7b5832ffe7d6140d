/// One row of a text table, valid only where it was handed over.
public struct CSVRow: ~Copyable {
    /// As people see it in Excel: the first row is 1.
    public let number: Int
    /// The number of fields.
    public let count: Int
    private let bytes: UnsafeMutablePointer<UInt8>
    private let fields: UnsafeMutablePointer<CSVScanner.Field>

    init(number: Int, count: Int, bytes: UnsafeMutablePointer<UInt8>, fields: UnsafeMutablePointer<CSVScanner.Field>) {
        self.number = number
        self.count = count
        self.bytes = bytes
        self.fields = fields
    }

    /// A field's bytes, valid UTF-8 without its quotation marks; none for an index beyond the row. The pointer must not
    /// leave the closure that the row came to.
    public borrowing func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        guard index >= 0, index < count else { return UnsafeBufferPointer(start: nil, count: 0) }
        if fields[index].isEscaped { unescape(&fields[index]) }
        let field = fields[index]
        return UnsafeBufferPointer(start: bytes + Int(field.start), count: Int(field.end - field.start))
    }

    /// A field as text; "" for an index beyond the row.
    public borrowing func text(_ index: Int) -> String { String(decoding: bytes(index), as: UTF8.self) }

    /// Takes the quotation marks away in place: outside them everything stands for itself, inside two stand for one.
    private borrowing func unescape(_ field: inout CSVScanner.Field) {
        var (read, written) = (Int(field.start) + 1, Int(field.start))
        var isInside = true
        while read < Int(field.end) {
            let byte = bytes[read]
            read += 1
            if isInside, byte == UInt8(ascii: "\"") {
                guard read < Int(field.end), bytes[read] == byte else {
                    isInside = false
                    continue
                }
                read += 1
            }
            bytes[written] = byte
            written += 1
        }
        field = CSVScanner.Field(start: field.start, end: Int32(written), isEscaped: false)
    }
}
