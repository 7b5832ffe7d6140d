public import Store

extension Evaluations {
    /// Whether a publication, also a withdrawn one, or an appeal needs a file.
    /// - Parameter digest: SHA-256, hexadecimal.
    public func names(file digest: String, in tx: Tx) throws -> Bool {
        try tx.first(
            """
            SELECT 1 FROM publication WHERE digest = \(digest)
            UNION ALL SELECT 1 FROM appeal WHERE evidence LIKE \(SQL.containing(digest)) ESCAPE '\\' LIMIT 1
            """) != nil
    }
}
