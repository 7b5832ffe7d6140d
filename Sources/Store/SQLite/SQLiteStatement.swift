import GRDB
import GRDBSQLite
import Store

/// A compiled statement of one connection, for the thread that holds the connection.
struct SQLiteStatement {
    private let statement: Statement
    private let raw: OpaquePointer

    init(_ statement: Statement) {
        self.statement = statement
        raw = statement.sqliteStatement
    }

    /// Its rows are being read.
    var isBusy: Bool { sqlite3_stmt_busy(raw) != 0 }

    var columns: Store.Row.Columns { Store.Row.Columns(statement.columnNames) }

    /// - Throws: `StoreError.statement` when the values are not as many as the text has places for,
    ///   `StoreError.constraint` for text with a NUL character, at which SQLite's own functions would cut it off.
    func bind(_ values: [SQLValue]) throws {
        guard values.count == sqlite3_bind_parameter_count(raw) else {
            throw StoreError.statement("\(values.count) values for \(sqlite3_bind_parameter_count(raw)) places")
        }
        for (index, value) in values.enumerated() {
            let code = try Self.bind(value, to: CInt(index + 1), of: raw)
            if code != SQLITE_OK { throw error(code) }
        }
    }

    /// Runs a statement that answers no rows once, with rows of the buffer from the given one on, as many as its text
    /// has places for. SQLite reads texts and blobs where the buffer keeps them and copies none; the statement is ready
    /// for its next use then, and must be `reset` after the last one.
    func runOnce(_ rows: RowBuffer, from first: Int) throws {
        let places = Int(sqlite3_bind_parameter_count(raw))
        try rows.withValues(from: first, count: places) { start, values in
            for (index, value) in values.enumerated() {
                let code = Self.lend(value, at: start, to: CInt(index + 1), of: raw)
                if code != SQLITE_OK { throw error(code) }
            }
            defer { sqlite3_reset(raw) }
            _ = try step()
        }
    }

    private static func lend(
        _ value: RowBuffer.Value, at start: UnsafeRawPointer, to place: CInt, of raw: OpaquePointer
    ) -> CInt {
        switch value {
        case .null: sqlite3_bind_null(raw, place)
        case .integer(let value): sqlite3_bind_int64(raw, place, value)
        case .real(let value): sqlite3_bind_double(raw, place, value)
        case .text(let first, let count):
            sqlite3_bind_text(raw, place, (start + first).assumingMemoryBound(to: CChar.self), CInt(count), nil)
        case .bytes(let first, let count): sqlite3_bind_blob(raw, place, start + first, CInt(count), nil)
        }
    }

    private static func bind(_ value: SQLValue, to place: CInt, of raw: OpaquePointer) throws -> CInt {
        switch value {
        case .null: return sqlite3_bind_null(raw, place)
        case .integer(let value): return sqlite3_bind_int64(raw, place, value)
        case .real(let value): return sqlite3_bind_double(raw, place, value)
        case .text(var value):
            return try value.withUTF8 { bytes in
                if bytes.contains(0) { throw StoreError.constraint("text holds the character U+0000") }
                guard let start = bytes.baseAddress else { return sqlite3_bind_text(raw, place, "", 0, nil) }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    sqlite3_bind_text64(raw, place, $0, UInt64(bytes.count), copied, UInt8(SQLITE_UTF8))
                }
            }
        case .bytes(let value):
            return value.withUnsafeBytes { bytes in
                bytes.isEmpty
                    ? sqlite3_bind_zeroblob(raw, place, 0)
                    : sqlite3_bind_blob64(raw, place, bytes.baseAddress, UInt64(bytes.count), copied)
            }
        }
    }

    /// Tells SQLite to copy what it is given before the call returns.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// True when there is a row to read.
    func step() throws -> Bool {
        switch sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw error(code)
        }
    }

    /// The row that `step` came to.
    var values: [SQLValue] {
        let columns = 0..<sqlite3_data_count(raw)
        var values: [SQLValue] = []
        values.reserveCapacity(columns.count)
        for column in columns { values.append(value(column)) }
        return values
    }

    private func value(_ column: CInt) -> SQLValue {
        switch sqlite3_column_type(raw, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(raw, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(raw, column))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(raw, column)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, column)))
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(raw, column)
            return .bytes([UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, column)))))
        default: return .null
        }
    }

    /// Makes it ready for its next use; what went wrong in this one was told by `step`.
    func reset() {
        sqlite3_reset(raw)
        sqlite3_clear_bindings(raw)
    }

    private func error(_ code: CInt) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(sqlite3_db_handle(raw))),
            sql: statement.sql)
    }
}
