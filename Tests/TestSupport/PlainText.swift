public import Store

extension Database {
    /// Where a text stands in clear: "person.login" for each column of each table of the rooms.
    public func columns(of schemas: [Schema], holding text: String) async throws -> Set<String> {
        try await read { tx in
            var found: Set<String> = []
            for table in schemas.flatMap(\.tables) {
                try tx.each("SELECT * FROM \(SQL(stringLiteral: table.name))") { row in
                    for (name, value) in zip(row.columns.names, row.values) where value.holds(text) {
                        found.insert("\(table.name).\(name)")
                    }
                }
            }
            return found
        }
    }
}

extension SQLValue {
    fileprivate func holds(_ text: String) -> Bool {
        switch self {
        case .text(let value): value.contains(text)
        case .bytes(let bytes): bytes.firstRange(of: Array(text.utf8)) != nil
        case .null, .integer, .real: false
        }
    }
}
