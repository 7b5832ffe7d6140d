/// The tables of one room and how they came to be. Migrations are appended, never edited: their hash is kept in the
/// database, and a changed old one is refused.
///
/// Statements keep to what both engines read alike: BIGINT, TEXT, DOUBLE PRECISION, BYTEA; CHECK instead of engine
/// types; `COLLATE` never (the PostgreSQL driver makes TEXT compare by bytes, as SQLite does).
public struct Schema: Sendable {
    public struct Migration: Sendable {
        /// Sorts within the room: "001-people".
        public let name: String
        /// Several statements, each ended by a semicolon at the end of a line.
        public let script: String
        /// What SQL cannot say, done after the script in the same transaction.
        let finish: @Sendable (Tx) throws -> Void

        public init(
            _ name: String, _ script: String, finish: @escaping @Sendable (Tx) throws -> Void = { _ in }
        ) {
            self.name = name
            self.script = script
            self.finish = finish
        }

        /// The tables that the script makes, in its order.
        public var tables: [String] {
            script.split(separator: "\n").compactMap { line in
                let words = line.split(whereSeparator: { " (".contains($0) })
                guard words.count > 2, words[0] == "CREATE", words[1] == "TABLE" else { return nil }
                return String(words[2])
            }
        }
    }

    /// Lower-case letters, digits and underscores: what needs no quoting.
    static func isTableName(_ name: String) -> Bool {
        name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil
    }

    /// The room that owns the tables: "identity".
    public let room: String
    public let migrations: [Migration]
    /// The room's tables in an order in which their rows can be inserted; backups write and read them in this order.
    public let tables: [Table]

    public struct Table: Sendable {
        public let name: StaticString
        /// The primary key's columns: the order of rows in backups and comparisons.
        public let key: SQL

        public init(_ name: StaticString, key: SQL) {
            self.name = name
            self.key = key
        }
    }

    public init(room: String, migrations: [Migration], tables: [Table]) {
        self.room = room
        self.migrations = migrations
        self.tables = tables
    }
}
