import Store

/// Rows on their way into a table: their texts and blobs side by side, so that a statement can take many rows at once
/// and SQLite need not copy them.
struct RowBuffer {
    enum Value {
        case null
        case integer(Int64)
        case real(Double)
        /// Where its UTF-8 lies.
        case text(Int, count: Int)
        case bytes(Int, count: Int)
    }

    /// Bytes after which rows are written, however few they are.
    private static let fullBytes = 1 << 20

    private let columns: Int
    private var bytes: [UInt8] = []
    private var values: [Value] = []

    init(columns: Int) {
        self.columns = columns
        // Empty values alone would have no address, and no address means NULL.
        bytes.append(0)
    }

    var rows: Int { values.count / columns }
    var isHeavy: Bool { bytes.count >= Self.fullBytes }

    /// - Throws: `StoreError.statement` for another number of values or a value of 2 GiB, `.constraint` for text with a
    ///   NUL character, at which SQLite's own functions would cut it off.
    mutating func append(_ row: [SQLValue]) throws {
        guard row.count == columns else { throw StoreError.statement("\(row.count) values for \(columns) columns") }
        for value in row {
            let start = bytes.count
            switch value {
            case .null: values.append(.null)
            case .integer(let value): values.append(.integer(value))
            case .real(let value): values.append(.real(value))
            case .text(let text):
                bytes.append(contentsOf: text.utf8)
                if bytes[start...].contains(0) { throw StoreError.constraint("text holds the character U+0000") }
                values.append(.text(start, count: bytes.count - start))
            case .bytes(let blob):
                bytes.append(contentsOf: blob)
                values.append(.bytes(start, count: bytes.count - start))
            }
            guard bytes.count - start < CInt.max else { throw StoreError.statement("a value of 2 GiB") }
        }
    }

    mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        bytes.removeLast(bytes.count - 1)
    }

    /// So many values from the row on, and the address from which their bytes are counted.
    func withValues(
        from row: Int, count: Int, _ body: (UnsafeRawPointer, ArraySlice<Value>) throws -> Void
    ) throws {
        let first = row * columns
        guard first + count <= values.count else {
            throw StoreError.statement("\(values.count - first) values for \(count) places")
        }
        try bytes.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { try body(start, values[first..<first + count]) }
        }
    }
}
