public import Store

/// One table's rows in a single value: two databases, on whichever engines, hold the same rows exactly when their
/// digests are equal. Rows are taken in the order of the primary key and columns in that of their declaration.
public struct TableDigest: Sendable, Hashable {
    public let table: String
    public let columns: [String]
    public let rows: Int
    /// 64 hexadecimal digits: the SHA-256 of the SHA-256s of the pieces of 1 MiB of the rows' text, in which -0 is
    /// written as 0, since SQLite stores it so.
    public let sha256: String

    /// The digests of all the rooms' tables, in their order.
    public static func all(_ tx: Tx, _ schemas: [Schema]) throws -> [TableDigest] {
        try schemas.flatMap(\.tables).map { try TableDigest(of: $0, tx) }
    }

    init(of table: Schema.Table, _ tx: Tx) throws {
        var text = TableText()
        try text.read(table, tx)
        self.init(
            table: table.name.description, columns: try tx.columns(of: table.name),
            rows: text.rows, sha256: text.same())
    }

    private init(table: String, columns: [String], rows: Int, sha256: String) {
        (self.table, self.columns, self.rows, self.sha256) = (table, columns, rows, sha256)
    }
}

/// A table's rows as text, piece by piece, with what is told of them in the end.
struct TableText {
    private(set) var rows = 0
    private(set) var bytes: Int64 = 0
    private var exactDigest = PieceDigest()
    private var sameDigest = PieceDigest()

    /// Reads a whole table in the order of its key.
    /// - Parameter sink: takes the exact text, in pieces; a backup keeps them.
    mutating func read(_ table: Schema.Table, _ tx: Tx, sink: ([UInt8]) throws -> Void = { _ in }) throws {
        var buffer: [UInt8] = []
        try tx.each("SELECT * FROM \(SQL(stringLiteral: table.name)) ORDER BY \(table.key)") { row in
            let start = buffer.count
            RowText.append(row.values, to: &buffer)
            append(line: buffer[start...], row.values)
            if buffer.count >= 1 << 17 {
                try sink(buffer)
                buffer.removeAll(keepingCapacity: true)
            }
        }
        try sink(buffer)
    }

    /// - Parameter line: `values` as `RowText` writes them, its line break included.
    mutating func append(line: ArraySlice<UInt8>, _ values: [SQLValue]) {
        rows += 1
        bytes += Int64(line.count)
        exactDigest.append(line)
        if values.contains(where: \.isNegativeZero) {
            var same: [UInt8] = []
            RowText.append(values.map { $0.isNegativeZero ? .real(0) : $0 }, to: &same)
            sameDigest.append(same)
        } else {
            sameDigest.append(line)
        }
    }

    /// The digest of the very text.
    mutating func exact() -> String { exactDigest.finish() }

    /// The digest that is the same on every engine.
    mutating func same() -> String { sameDigest.finish() }
}

extension SQLValue {
    fileprivate var isNegativeZero: Bool {
        if case .real(let value) = self { value == 0 && value.sign == .minus } else { false }
    }
}

extension Tx {
    /// Lifts PostgreSQL's time limit for this transaction: whole tables take as long as they take.
    func allowLongStatements() throws {
        if dialect == .postgres { try script("SET LOCAL statement_timeout = 0") }
    }
}
