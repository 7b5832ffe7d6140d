/// One row of a result. Columns are read by name or position as the type the caller asks for.
public struct Row: Sendable {
    /// The names of a statement's columns, shared by all its rows.
    public final class Columns: Sendable {
        public let names: [String]

        public init(_ names: [String]) {
            self.names = names
        }

        /// A row has a few dozen columns at most: looking through them costs less than a dictionary for each statement.
        func position(of name: String) -> Int? { names.firstIndex(of: name) }
    }

    public let columns: Columns
    public let values: [SQLValue]

    public init(columns: Columns, values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    /// - Throws: `StoreError.wrongColumn` when there is no such column or it holds another kind of value.
    public subscript<Value: SQLConvertible>(_ name: String) -> Value {
        get throws {
            guard let position = columns.position(of: name) else {
                throw StoreError.wrongColumn("\(name): no such column")
            }
            return try self[position]
        }
    }

    @inlinable
    public subscript<Value: SQLConvertible>(_ position: Int) -> Value {
        get throws {
            guard values.indices.contains(position), let value = Value(sqlValue: values[position]) else {
                throw StoreError.wrongColumn("\(columns.names[position]): not a \(Value.self)")
            }
            return value
        }
    }
}
