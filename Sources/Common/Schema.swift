public import Store

/// The tables that every room may use: the files people handed in.
public enum CommonSchema {
    public static let schema = Schema(
        room: "common",
        migrations: [Schema.Migration("001-files", files)],
        tables: [.init("stored_file", key: "digest")])

    /// One row per content, whatever it was called and however often it was handed in; the bytes lie in `FileStore`.
    private static let files = """
        CREATE TABLE stored_file (
            digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
            size BIGINT NOT NULL CHECK (size >= 0),
            media_type TEXT NOT NULL CHECK (length(media_type) <= 255),
            original_name TEXT NOT NULL CHECK (length(original_name) <= 255),
            added_at BIGINT NOT NULL
        );
        """
}
