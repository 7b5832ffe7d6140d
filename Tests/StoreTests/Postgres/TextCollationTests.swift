import Testing

@testable import StorePostgres

@Suite("PostgreSQL: TEXT that compares by bytes")
struct TextCollationTests {
    @Test(
        "A column's type gets the collation, nothing else does",
        arguments: [
            ("CREATE TABLE a (b TEXT)", #"CREATE TABLE a (b TEXT COLLATE "C")"#),
            (
                "CREATE TABLE IF NOT EXISTS a (text text NOT NULL, c TEXT, CHECK (text <> ''));",
                "CREATE TABLE IF NOT EXISTS a (text text COLLATE \"C\" NOT NULL, c TEXT COLLATE \"C\", CHECK (text <> ''));"
            ),
            (
                "CREATE TEMP TABLE a (b TEXT -- a, TEXT\n, c TEXT)",
                "CREATE TEMP TABLE a (b TEXT COLLATE \"C\" -- a, TEXT\n, c TEXT COLLATE \"C\")"
            ),
            ("CREATE TABLE a (b TEXT COLLATE \"x\")", "CREATE TABLE a (b TEXT COLLATE \"x\")"),
            (
                "CREATE TABLE a (b TEXT DEFAULT 'b TEXT (', c BIGINT)",
                #"CREATE TABLE a (b TEXT COLLATE "C" DEFAULT 'b TEXT (', c BIGINT)"#
            ),
            (
                "CREATE TABLE a (b BIGINT CHECK (CAST(b AS TEXT) <> ''))",
                "CREATE TABLE a (b BIGINT CHECK (CAST(b AS TEXT) <> ''))"
            ),
            ("CREATE TABLE a AS (SELECT text FROM b)", "CREATE TABLE a AS (SELECT text FROM b)"),
            ("CREATE INDEX a ON b (c, text)", "CREATE INDEX a ON b (c, text)"),
            ("INSERT INTO a (id, text) VALUES (1, 'TEXT')", "INSERT INTO a (id, text) VALUES (1, 'TEXT')"),
            ("SELECT a, CAST(b AS TEXT) text FROM c", "SELECT a, CAST(b AS TEXT) text FROM c"),
            (
                "ALTER TABLE a ADD COLUMN text TEXT; ALTER TABLE a ADD b TEXT DEFAULT '';",
                #"ALTER TABLE a ADD COLUMN text TEXT COLLATE "C"; ALTER TABLE a ADD b TEXT COLLATE "C" DEFAULT '';"#
            ),
            (
                "ALTER TABLE a RENAME COLUMN text TO b; ALTER TABLE a RENAME b TO text;",
                "ALTER TABLE a RENAME COLUMN text TO b; ALTER TABLE a RENAME b TO text;"
            ),
            (
                "ALTER TABLE a ALTER COLUMN text TYPE TEXT /* TEXT */",
                #"ALTER TABLE a ALTER COLUMN text TYPE TEXT COLLATE "C" /* TEXT */"#
            ),
            (
                "/* 小区 */ CREATE TABLE \"表 (\" (\"text\" TEXT) -- TEXT",
                "/* 小区 */ CREATE TABLE \"表 (\" (\"text\" TEXT COLLATE \"C\") -- TEXT"
            ),
            (
                "UPDATE a SET b = ''' TEXT'; CREATE TABLE c (d TEXT)",
                #"UPDATE a SET b = ''' TEXT'; CREATE TABLE c (d TEXT COLLATE "C")"#
            ),
            ("CREATE TABLE a (b TEXT", #"CREATE TABLE a (b TEXT COLLATE "C""#), ("'TEXT", "'TEXT"),
            ("/* TEXT", "/* TEXT"),
        ])
    func translation(script: String, expected: String) {
        #expect(TextCollation.added(to: script) == expected)
        #expect(TextCollation.added(to: expected) == expected)
    }
}
