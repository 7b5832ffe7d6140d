import Foundation
import GRDB
import Kernel
import Store

/// A GRDB connection spoken to in the store's words.
final class SQLiteSession: Session {
    private let database: GRDB.Database

    init(_ database: GRDB.Database) {
        self.database = database
    }

    var dialect: Dialect { .sqlite }

    func run(_ sql: Store.SQL, _ body: (Store.Row) throws -> Void) throws -> Int {
        do {
            let statement = try prepared(sql.template)
            try statement.setUncheckedArguments(StatementArguments(sql.values.map { try $0.databaseValue }))
            guard statement.columnCount > 0 else {
                try statement.execute()
                return database.changesCount
            }
            let columns = Store.Row.Columns(statement.columnNames)
            // A cursor over the first column makes no row of its own; the others are read from the statement.
            let (cursor, source) = (try DatabaseValue.fetchCursor(statement), statement.sqliteStatement)
            let others = 1..<CInt(statement.columnCount)
            while let first = try cursor.next() {
                var values = [SQLValue(first)]
                values.reserveCapacity(others.count + 1)
                for index in others { values.append(SQLValue(DatabaseValue(sqliteStatement: source, index: index))) }
                try body(Store.Row(columns: columns, values: values))
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
            let statement = try database.cachedStatement(sql: "INSERT INTO \(table) (\(names)) VALUES (\(marks))")
            while let row = try rows() {
                try statement.setUncheckedArguments(StatementArguments(row.map { try $0.databaseValue }))
                try statement.execute()
            }
        } catch {
            throw Self.translate(error)
        }
    }

    private func prepared(_ template: String) throws -> Statement {
        var text = Array(template.utf8)
        for index in text.indices where text[index] == Store.SQL.placeholder { text[index] = UInt8(ascii: "?") }
        return try database.cachedStatement(sql: String(decoding: text, as: UTF8.self))
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

extension SQLValue {
    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .real(value)
        case .string(let value): self = .text(value)
        case .blob(let value): self = .bytes([UInt8](value))
        }
    }

    /// - Throws: `StoreError.constraint` for text with a NUL character, at which GRDB would cut it off.
    var databaseValue: DatabaseValue {
        get throws {
            switch self {
            case .null: return .null
            case .integer(let value): return value.databaseValue
            case .real(let value): return value.databaseValue
            case .text(let value):
                if value.utf8.contains(0) { throw StoreError.constraint("text holds the character U+0000") }
                return value.databaseValue
            case .bytes(let value): return Data(value).databaseValue
            }
        }
    }
}
