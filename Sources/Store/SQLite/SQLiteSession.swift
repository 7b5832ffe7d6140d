import GRDB
import GRDBSQLite
import Kernel
import Store

/// A GRDB connection spoken to in the store's words. GRDB opens it, keeps its statements and its transactions; values
/// go to SQLite and come from it without GRDB's arguments and rows between, which cost more than most statements.
final class SQLiteSession: Session {
    private let database: GRDB.Database

    init(_ database: GRDB.Database) {
        self.database = database
    }

    var dialect: Dialect { .sqlite }

    func run(_ sql: Store.SQL, _ body: (Store.Row) throws -> Void) throws -> Int {
        do {
            let statement = try statement(sql.template)
            defer { statement.reset() }
            try statement.bind(sql.values)
            let columns = statement.columns
            while try statement.step() {
                try body(Store.Row(columns: columns, values: statement.values))
            }
            return database.changesCount
        } catch {
            throw Self.translate(error)
        }
    }

    func script(_ text: String) throws {
        do {
            try database.execute(sql: text)
        } catch {
            throw Self.translate(error)
        }
    }

    func insert(into table: StaticString, columns: [String], rows: () throws -> [SQLValue]?) throws {
        try write(into: table, columns, suffix: "", rows)
    }

    func upsert(into table: StaticString, columns: [String], rows: [[SQLValue]]) throws {
        var next = rows.makeIterator()
        try write(into: table, columns, suffix: Upsert.clause(columns)) { next.next() }
    }

    /// Rows of one statement: what a statement costs by itself is a third of what a small row costs.
    private static let rowsAtOnce = 32

    private func write(
        into table: StaticString, _ columns: [String], suffix: String, _ rows: () throws -> [SQLValue]?
    ) throws {
        let single = Self.insertion(1, table, columns) + suffix
        var many = ""
        var buffer = RowBuffer(columns: columns.count)
        do {
            while let row = try rows() {
                try buffer.append(row)
                if buffer.rows == Self.rowsAtOnce {
                    if many.isEmpty { many = Self.insertion(Self.rowsAtOnce, table, columns) + suffix }
                    try run(many, buffer, times: 1)
                    buffer.removeAll()
                } else if buffer.isHeavy {
                    try run(single, buffer, times: buffer.rows)
                    buffer.removeAll()
                }
            }
            try run(single, buffer, times: buffer.rows)
        } catch {
            throw Self.translate(error)
        }
    }

    private static func insertion(_ rows: Int, _ table: StaticString, _ columns: [String]) -> String {
        var text = "INSERT INTO \(table) ("
        for (index, column) in columns.enumerated() { text += index == 0 ? column : ", " + column }
        text += ") VALUES "
        for row in 0..<rows {
            text += row == 0 ? "(" : ", ("
            for index in columns.indices { text += index == 0 ? "?" : ", ?" }
            text += ")"
        }
        return text
    }

    private func run(_ text: String, _ buffer: RowBuffer, times: Int) throws {
        guard times > 0 else { return }
        let statement = try statement(text)
        defer { statement.reset() }
        for row in 0..<times { try statement.runOnce(buffer, from: row) }
    }

    /// Runs `body` on what is stored now, whatever others commit meanwhile.
    func snapshot<Value>(_ body: (any Session) throws -> Value) throws -> Value {
        try perform("BEGIN")
        do {
            let value = try body(self)
            try perform("COMMIT")
            return value
        } catch {
            try? perform("ROLLBACK")
            throw error
        }
    }

    private func perform(_ text: String) throws {
        let statement = try statement(text)
        defer { statement.reset() }
        _ = try statement.step()
    }

    /// The connection's own statement of that text, or another one while that one is being read.
    private func statement(_ text: String) throws -> SQLiteStatement {
        let kept = SQLiteStatement(try database.cachedStatement(sql: text))
        return kept.isBusy ? SQLiteStatement(try database.makeStatement(sql: text)) : kept
    }

    /// GRDB's errors in the store's words; the acts' own errors pass through.
    static func translate(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        let message = error.description
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: return StoreError.transient(message)
        case .SQLITE_CONSTRAINT: return StoreError.constraint(message)
        case .SQLITE_FULL: return StoreError.full(message)
        case .SQLITE_INTERRUPT: return StoreError.timeout(message)
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM: return StoreError.disk(message)
        case .SQLITE_MISUSE: return StoreError.disconnected(message)
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return StoreError.schema(
                Refusal(
                    .unavailable, "store.corrupt", zh: "该文件不是完好的数据库；请从备份恢复。",
                    en: "This file is not a sound database; restore it from a backup."))
        default: return StoreError.statement(message)
        }
    }
}
