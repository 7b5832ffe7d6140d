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
        let names = columns.joined(separator: ", ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        do {
            let statement = try statement("INSERT INTO \(table) (\(names)) VALUES (\(marks))")
            defer { statement.reset() }
            while let row = try rows() {
                try statement.bind(row)
                _ = try statement.step()
                statement.reset()
            }
        } catch {
            throw Self.translate(error)
        }
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
