import Store
import TestSupport
import Testing

@Suite("Listed tables")
struct ListedTablesTests {
    /// A table that no schema lists is in no backup.
    @Test("Every table that migrations make is listed by its room, and nothing else is", arguments: Engine.available)
    func listed(engine: Engine) async throws {
        for schema in Premises.schemas {
            let made = schema.migrations.flatMap(\.tables)
            #expect(Set(made) == Set(schema.tables.map(\.name.description)), "\(schema.room)")
        }
        try await engine.withDatabase(schemas: Premises.schemas) { database in
            let query: SQL =
                engine == .sqlite
                ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                : "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
            let there: [String] = try await database.read { try $0.map(query) { try $0[0] } }
            let listed = Premises.schemas.flatMap(\.tables).map(\.name.description)
            #expect(Set(there) == Set(listed + ["yiju_migration"]))
        }
    }
}
