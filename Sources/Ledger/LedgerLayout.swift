import Kernel
import Store

/// How the largest tables lie on the disk; what they hold stays as it was. SQLite keeps an index beside every key that
/// is not a row's own number, so that a row would be written twice. And nobody looks an entry up by its id.
enum LedgerLayout {
    static func apply(_ tx: Tx) throws {
        switch tx.dialect {
        case .postgres:
            try tx.script("ALTER TABLE journal_entry DROP CONSTRAINT journal_entry_id_key;")
        case .sqlite:
            // Rows of other tables point at entries, which are away for a moment.
            try tx.script("PRAGMA defer_foreign_keys = ON;")
            let number = (from: "BIGINT PRIMARY KEY", to: "INTEGER PRIMARY KEY")
            try rebuild("slice", tx) { $0.replacing(number.from, with: number.to) }
            try rebuild("cell", tx) { $0.replacing(number.from, with: number.to) }
            try rebuild("journal_entry", tx) {
                $0.replacing(number.from, with: number.to).replacing("BYTEA NOT NULL UNIQUE", with: "BYTEA NOT NULL")
            }
            try rebuild("posting", tx) { $0 + " WITHOUT ROWID" }
        }
    }

    /// Makes a table of SQLite anew, with its rows and indexes.
    private static func rebuild(_ table: String, _ tx: Tx, _ edit: (String) -> String) throws {
        let statements: [String] = try tx.map(
            """
            SELECT sql FROM sqlite_master WHERE tbl_name = \(table) AND sql IS NOT NULL ORDER BY type DESC, rowid
            """
        ) { try $0[0] }
        guard let creation = statements.first else { throw LedgerFault.unreadable(table) }
        try tx.script(
            """
            CREATE TABLE kept AS SELECT * FROM \(table);
            DROP TABLE \(table);
            \(edit(creation));
            INSERT INTO \(table) SELECT * FROM kept;
            DROP TABLE kept;
            """)
        for index in statements.dropFirst() { try tx.script(index + ";") }
    }
}
