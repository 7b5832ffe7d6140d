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
    /// - Throws: `StoreError.schema` when the database is newer than this program or an old migration was changed.
    public func migrate(_ database: Database, now: Instant) async throws -> [Applied] {
        let schemas = schemas
        return try await database.writeAlone { tx in
            if let lock = tx.dialect.migrationLock { try tx.script(lock) }
            try tx.script(Self.ledger)
            let known = try Self.known(in: tx)
            try Self.refuseNewer(known, than: schemas)
            var applied: [Applied] = []
            for schema in schemas {
                for migration in schema.migrations {
                    let key = Applied(room: schema.room, name: migration.name)
                    if let hash = known[key] {
                        try Self.refuseChanged(key, was: hash, is: migration.hash)
                        continue
                    }
                    try tx.script(migration.script)
                    try tx.run(
                        """
                        INSERT INTO yiju_migration (room, name, hash, applied_at)
                        VALUES (\(key.room), \(key.name), \(migration.hash), \(now))
                        """)
                    applied.append(key)
                }
            }
            return applied
        }
    }

    private static let ledger = """
        CREATE TABLE IF NOT EXISTS yiju_migration (
            room TEXT NOT NULL,
            name TEXT NOT NULL,
            hash TEXT NOT NULL,
            applied_at BIGINT NOT NULL,
            PRIMARY KEY (room, name)
        );
        """

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
                zh: "数据库由更新版本的宜居创建(含未知的迁移 \(stranger.room)/\(stranger.name));请升级本程序后再启动。",
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
                zh: "迁移 \(key.room)/\(key.name) 与建库时不同;已执行的迁移不得修改,请使用未改动的程序。",
                en: """
                    The migration \(key.room)/\(key.name) differs from the one this database was made with. Applied \
                    migrations must not be edited; use an unchanged program.
                    """))
    }
}

extension Schema.Migration {
    /// FNV-1a over the script: it must notice an edit, not resist an attacker.
    var hash: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in script.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

extension Dialect {
    /// PostgreSQL lets two transactions create the same table at once and fails one; the lock makes it wait instead.
    /// Only under READ COMMITTED does what follows see what the other one committed meanwhile.
    fileprivate var migrationLock: String? {
        switch self {
        case .sqlite: nil
        case .postgres: "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(7907)"
        }
    }
}
