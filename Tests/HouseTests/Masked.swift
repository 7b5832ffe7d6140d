import Kernel
import Store

/// The rows of all tables, comparable between two cities that did the same at the same times. Of an id the time stays,
/// which tells the act that made it; what is random by its nature is left out by its column's name.
enum Masked {
    /// Sealed, salted or drawn values, what is computed from them, and the order of lines of one act in the tree.
    private static let random: Set = [
        "name_sealed", "phone_sealed", "totp_sealed", "wrapped", "password", "label", "line", "hash", "witness", "root",
        "frontier", "signature", "holder", "idx", "leaf_index",
    ]

    static func tables(_ tx: Tx, _ schemas: [Schema]) throws -> [String: [String]] {
        var tables: [String: [String]] = [:]
        for table in schemas.flatMap(\.tables) {
            let rows = try tx.map("SELECT * FROM \(SQL(stringLiteral: table.name))") { row in
                zip(row.columns.names, row.values).filter { !random.contains($0.0) }
                    .map { "\($0.0)=\(masked($0.1))" }.joined(separator: " ")
            }
            tables[table.name.description] = rows.sorted()
        }
        return tables
    }

    private static func masked(_ value: SQLValue) -> String {
        switch value {
        case .bytes(let bytes): ID<Any>(bytes: bytes).map { masked($0.description) } ?? "\(bytes)"
        case .text(let text): masked(text)
        default: "\(value)"
        }
    }

    private static func masked(_ text: String) -> String {
        text.replacing(/sealed:[0-9a-f-]{36}:[A-Za-z0-9_-]+/) { _ in "sealed" }
            .replacing(/([0-9a-f]{8}-[0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/) { "\($0.output.1)…" }
    }
}
