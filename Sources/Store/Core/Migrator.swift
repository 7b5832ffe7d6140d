public import Kernel

/// Brings a database up to the rooms' schemas. All in one transaction: two nodes that start at once migrate once.
public struct Migrator: Sendable {
    public struct Applied: Sendable, Hashable {
        public let room: String
        public let name: String
    }

    private let schemas: [Schema]

    public init(_ schemas: [Schema]) {
        self.schemas = schemas
    }

    /// Applies what is missing and answers what that was.
    /// - Parameter record: told, within the transaction, what was applied; not of a new database, which is no change.
    /// - Throws: `StoreError.schema` when the database is newer than this program or an old migration was changed.
    public func migrate(
        _ database: Database, now: Instant,
        record: @escaping @Sendable (Tx, [Applied]) throws -> Void = { _, _ in }
    ) async throws -> [Applied] {
        try await database.writeAlone { tx in
            try Self.takeTurn(tx)
            let isNew = try Self.tables(in: tx).isEmpty
            let applied = try migrate(tx, now: now)
            if !isNew, !applied.isEmpty { try record(tx, applied) }
            return applied
        }
    }

    /// What `migrate` would apply.
    /// - Throws: as `migrate`.
    public func missing(in database: Database) async throws -> [Applied] {
        try await database.read { tx in
            let known = try Self.hasLedger(tx) ? Self.known(in: tx) : [:]
            return try missing(known).map(\.key)
        }
    }

    /// Makes the calling transaction, of which it must be the first statement, the only one that changes tables. It
    /// waits for as long as the other one takes.
    public static func takeTurn(_ tx: Tx) throws {
        if let turn = tx.dialect.migrationTurn { try tx.script(turn) }
    }

    /// The same within the caller's transaction, after `takeTurn`.
    /// - Parameter isWanted: takes some of the migrations, for a backup that knows only these.
    @discardableResult
    public func migrate(
        _ tx: Tx, now: Instant, where isWanted: (Applied) -> Bool = { _ in true }
    ) throws -> [Applied] {
        try tx.script(Self.ledger)
        let wanted = try missing(Self.known(in: tx)).filter { isWanted($0.key) }
        var number: Int = try tx.value("SELECT COALESCE(max(number), 0) FROM yiju_migration") ?? 0
        for (key, migration) in wanted {
            number += 1
            try tx.script(migration.script)
            try migration.finish(tx)
            try tx.run(
                """
                INSERT INTO yiju_migration (room, name, hash, number, tables, applied_at)
                VALUES (\(key.room), \(key.name), \(migration.hash), \(number),
                    \(migration.tables.joined(separator: " ")), \(now))
                """)
        }
        return wanted.map(\.key)
    }

    /// The tables that this or a newer Yiju has made here, in the order in which they came; nobody else's.
    public static func tables(in tx: Tx) throws -> [String] {
        guard try hasLedger(tx) else { return [] }
        let lists = try tx.map("SELECT tables FROM yiju_migration ORDER BY number") { try $0[0] as String }
        return lists.flatMap { $0.split(separator: " ").map(String.init) }.filter(Schema.isTableName)
    }

    /// The first of them that holds a row.
    public static func filledTable(in tx: Tx) throws -> String? {
        try tables(in: tx).first { try tx.first(SQL(template: "SELECT 1 FROM \($0) LIMIT 1", values: [])) != nil }
    }

    /// Drops them all, within the caller's transaction, after `takeTurn`.
    public static func clear(_ tx: Tx) throws {
        for table in try tables(in: tx).reversed() { try tx.script("DROP TABLE IF EXISTS \(table)") }
        try tx.script("DROP TABLE IF EXISTS yiju_migration")
    }

    /// `tables` lets a program that is older than the database know what there is to clear.
    private static let ledger = """
        CREATE TABLE IF NOT EXISTS yiju_migration (
            room TEXT NOT NULL,
            name TEXT NOT NULL,
            hash TEXT NOT NULL,
            number BIGINT NOT NULL,
            tables TEXT NOT NULL,
            applied_at BIGINT NOT NULL,
            PRIMARY KEY (room, name)
        );
        """

    private static func hasLedger(_ tx: Tx) throws -> Bool {
        try tx.first(tx.dialect.ledgerQuery) != nil
    }

    private func missing(_ known: [Applied: String]) throws -> [(key: Applied, migration: Schema.Migration)] {
        try Self.refuseNewer(known, than: schemas)
        var missing: [(key: Applied, migration: Schema.Migration)] = []
        for schema in schemas {
            for migration in schema.migrations {
                let key = Applied(room: schema.room, name: migration.name)
                if let hash = known[key] {
                    try Self.refuseChanged(key, was: hash, is: migration.hash)
                } else {
                    missing.append((key, migration))
                }
            }
        }
        return missing
    }

    private static func known(in tx: Tx) throws -> [Applied: String] {
        let rows = try tx.map("SELECT room, name, hash FROM yiju_migration") {
            (Applied(room: try $0["room"], name: try $0["name"]), try $0["hash"] as String)
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    private static func refuseNewer(_ known: [Applied: String], than schemas: [Schema]) throws {
        let ours = Set(
            schemas.flatMap { schema in
                schema.migrations.map { Applied(room: schema.room, name: $0.name) }
            })
        guard let stranger = known.keys.filter({ !ours.contains($0) }).min(by: { $0.name < $1.name }) else { return }
        throw StoreError.schema(
            Refusal(
                .unavailable, "schema.newer",
                zh: "数据库由更新版本的宜居创建（含未知的迁移 \(stranger.room)/\(stranger.name)）；请升级本程序后再启动。",
                en: """
                    The database was made by a newer Yiju (it has the migration \(stranger.room)/\(stranger.name), unknown \
                    here). Upgrade this program and start again.
                    """))
    }

    private static func refuseChanged(_ key: Applied, was: String, is now: String) throws {
        guard was != now else { return }
        throw StoreError.schema(
            Refusal(
                .unavailable, "schema.changed",
                zh: "迁移 \(key.room)/\(key.name) 与建库时不同；已执行的迁移不得修改，请使用未改动的程序。",
                en: """
                    The migration \(key.room)/\(key.name) differs from the one this database was made with. Applied \
                    migrations must not be edited; use an unchanged program.
                    """))
    }
}

extension Schema.Migration {
    /// Of the script: it must notice an edit.
    public var hash: String { Checksum(of: script.utf8).text }
}

extension Dialect {
    /// PostgreSQL lets two transactions create the same table at once and fails one; the lock makes it wait instead,
    /// however long the other one takes. Only under READ COMMITTED does what follows see what that one committed.
    fileprivate var migrationTurn: String? {
        switch self {
        case .sqlite: nil
        case .postgres:
            """
            SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
            SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout');
            SELECT pg_advisory_xact_lock(7907)
            """
        }
    }

    fileprivate var ledgerQuery: SQL {
        switch self {
        case .sqlite: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'yiju_migration'"
        case .postgres:
            """
            SELECT 1 FROM information_schema.tables
            WHERE table_schema = current_schema() AND table_name = 'yiju_migration'
            """
        }
    }
}
