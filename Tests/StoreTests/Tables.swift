import Foundation
import Kernel
import Store
import TestSupport

/// Two tables with every kind of column, a rule each, and one pointing at the other.
enum Tables {
    static let schema = Schema(
        room: "store-tests", migrations: [first],
        tables: [.init("thing", key: "id"), .init("part", key: "thing, number")])
    static let now = Instant(milliseconds: 1_782_800_000_000)

    static let first = Schema.Migration(
        "001-things",
        """
        CREATE TABLE thing (
            id BIGINT PRIMARY KEY,
            code TEXT NOT NULL UNIQUE,
            count BIGINT NOT NULL CHECK (count >= 0),
            size DOUBLE PRECISION,
            note TEXT,
            seal BYTEA
        );
        CREATE TABLE part (
            thing BIGINT NOT NULL REFERENCES thing (id),
            number BIGINT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (thing, number)
        );
        CREATE INDEX thing_note ON thing (note);
        """)

    static func withDatabase<Value>(_ engine: Engine, _ body: (Database) async throws -> Value) async throws -> Value {
        try await engine.withDatabase(schemas: [schema], body)
    }

    static func ids(_ database: Database) async throws -> [Int] {
        try await database.read { try $0.map("SELECT id FROM thing ORDER BY id") { try $0[0] } }
    }
}

extension Tx {
    func addThing(_ id: Int, code: String? = nil, count: Int = 0, note: String? = nil) throws {
        try run("INSERT INTO thing (id, code, count, note) VALUES (\(id), \(code ?? "c\(id)"), \(count), \(note))")
    }
}
