import Identity
import Kernel
import Store

/// What the acts change: numbered facts, and one officer in whose name it is done.
enum ActTables {
    static let facts = 10_000
    static let officer = ID<PersonTag>(high: 0x0190_A3C1_0000_7000, low: 0x8000_0000_0000_0001)
    static let place = PlaceCode("4301") ?? .country
    /// As long as a sealed name of two or three characters is.
    static let sealedName = [UInt8](repeating: 7, count: 40)
    /// What the vault would give; its bytes do not matter to the time it takes.
    static let signet = [UInt8](repeating: 1, count: 32)

    private static let schema = Schema(
        room: "bench",
        migrations: [
            Schema.Migration(
                "001",
                """
                CREATE TABLE bench_fact (
                    id BIGINT PRIMARY KEY,
                    value BIGINT NOT NULL,
                    version BIGINT NOT NULL
                );
                """)
        ],
        tables: [.init("bench_fact", key: "id")])

    /// Makes the tables in an empty database.
    static func make(in database: Database) async throws {
        let now = SystemClock().now
        _ = try await Migrator([IdentitySchema.schema, schema]).migrate(database, now: now)
        try await database.writeAlone { tx in
            let columns: [StaticString] = ["id", "value", "version"]
            try tx.insert(
                into: "bench_fact", columns: columns,
                rows: (1...facts).map { [.integer(Int64($0)), .integer(0), .integer(1)] })
            try tx.run(
                """
                INSERT INTO person (id, login, name_sealed, place, language, mode, must_change, totp_confirmed,
                    created_at)
                VALUES (\(officer), 'bench', \(sealedName), '4301', 'zh', 'standard', 0, 0, \(now))
                """)
        }
    }

    /// One act as an officer's correction is: look, change, record what changed.
    static func change(_ id: Int, to value: Int, in deed: Deed) throws {
        guard let row = try deed.tx.first("SELECT value, version FROM bench_fact WHERE id = \(id)") else {
            throw StoreError.statement("no fact \(id)")
        }
        let old: Int = try row[0]
        let version: Int = try row[1]
        try deed.tx.run("UPDATE bench_fact SET value = \(value), version = \(version + 1) WHERE id = \(id)")
        try deed.record(
            "bench.change", on: Subject("fact", id), at: place, before: "{\"value\":\(old)}",
            after: "{\"value\":\(value)}")
    }
}
