/// Inserting rows, or setting all columns of those that are there.
package enum Upsert {
    /// Rows of one statement, where an engine takes many at once.
    private static let rowsAtOnce = 200

    /// What follows the values of an INSERT; the first column is the table's key.
    package static func clause(_ columns: [String]) -> String {
        let setting = columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        return " ON CONFLICT (\(columns.first ?? "")) DO UPDATE SET \(setting)"
    }

    /// Statements of many rows each.
    static func statements(into table: StaticString, columns: [String], rows: [[SQLValue]]) -> [SQL] {
        let start = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES "
        let marks = "(" + columns.map { _ in "?" }.joined(separator: ", ") + ")"
        return stride(from: 0, to: rows.count, by: rowsAtOnce).map { first in
            let part = rows[first..<min(first + rowsAtOnce, rows.count)]
            return SQL(
                template: start + part.map { _ in marks }.joined(separator: ", ") + clause(columns),
                values: part.flatMap(\.self))
        }
    }
}
