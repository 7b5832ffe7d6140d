/// A transaction in progress. Bodies are synchronous and do nothing but SQL, so that they can be run again when two
/// writers met: mail, files and events go through an outbox table.
public final class Tx {
    private let session: any Session
    /// The secret the database was opened with.
    public let signet: [UInt8]?
    /// Writes need not be answered one by one.
    private let posts: Bool
    /// Something was run that is no plain SELECT.
    private(set) var hasWritten = false

    public convenience init(_ session: any Session, signet: [UInt8]? = nil) {
        self.init(session, signet: signet, posts: false)
    }

    init(_ session: any Session, signet: [UInt8]?, posts: Bool) {
        self.session = session
        self.signet = signet
        self.posts = posts
    }

    public var dialect: Dialect { session.dialect }

    public func rows(_ sql: SQL) throws -> [Row] {
        var rows: [Row] = []
        try each(sql) { rows.append($0) }
        return rows
    }

    /// Rows one at a time, for results too large to keep.
    public func each(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        if !sql.isSelection { hasWritten = true }
        try session.run(sql, body)
    }

    public func map<Value>(_ sql: SQL, _ transform: (Row) throws -> Value) throws -> [Value] {
        var values: [Value] = []
        try each(sql) { values.append(try transform($0)) }
        return values
    }

    /// The first row, if any.
    public func first(_ sql: SQL) throws -> Row? {
        var first: Row?
        try each(sql) { if first == nil { first = $0 } }
        return first
    }

    /// The first column of the first row, if any: `let count: Int? = try tx.value("SELECT count(*) FROM estate")`.
    public func value<Value: SQLConvertible>(_ sql: SQL, as _: Value.Type = Value.self) throws -> Value? {
        try first(sql).map { try $0[0] }
    }

    /// Runs a write.
    public func run(_ sql: SQL) throws {
        hasWritten = true
        if posts { try session.post(sql) } else { try session.run(sql) { _ in } }
    }

    /// Runs a write and returns how many rows it changed.
    public func changes(by sql: SQL) throws -> Int {
        hasWritten = true
        return try session.run(sql) { _ in }
    }

    /// Runs several statements without values: migrations.
    public func script(_ text: String) throws {
        hasWritten = true
        try session.script(text)
    }

    /// Inserts many rows as fast as the engine can; `rows` is asked until it answers nil.
    public func insert(
        into table: StaticString, columns: [StaticString], rows: () throws -> [SQLValue]?
    ) throws {
        hasWritten = true
        try session.insert(into: table, columns: columns.map(\.description), rows: rows)
    }

    public func insert(into table: StaticString, columns: [StaticString], rows: [[SQLValue]]) throws {
        var next = rows.makeIterator()
        try insert(into: table, columns: columns) { next.next() }
    }

    /// Inserts rows, or sets all these columns of those that are there.
    /// - Parameter columns: the first is the table's key, of which no two rows have the same.
    public func upsert(into table: StaticString, columns: [StaticString], rows: [[SQLValue]]) throws {
        guard !rows.isEmpty else { return }
        hasWritten = true
        try session.upsert(into: table, columns: columns.map(\.description), rows: rows)
    }

    /// Inserts many rows of all the table's columns, in the order of `columns(of:)`; `rows` is asked until it answers
    /// nil.
    public func insertAll(into table: StaticString, rows: () throws -> [SQLValue]?) throws {
        hasWritten = true
        try session.insert(into: table, columns: columns(of: table), rows: rows)
    }

    /// The names of a table's columns in the order of their declaration, whether it has rows or not.
    public func columns(of table: StaticString) throws -> [String] {
        // A join with nothing has one row, all NULL, with the names; engines' catalogues differ.
        let held = SQL(stringLiteral: table)
        return try first("SELECT held.* FROM (SELECT 1) AS one LEFT JOIN \(held) AS held ON 1 = 0")?.columns.names ?? []
    }
}
