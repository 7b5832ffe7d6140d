import Kernel
import Store
import TestSupport
import Testing

@testable import Common

@Suite("Digests of tables")
struct TableDigestTests {
    @Test("Both engines give the same rows the same digest", .enabled(if: Engine.available.count == 2, "no PostgreSQL"))
    func engines() async throws {
        var digests: [[TableDigest]] = []
        for engine in Engine.available {
            digests.append(
                try await engine.withDatabase(schemas: Samples.schemas) { database in
                    try await Samples.fill(database)
                    return try await Samples.digests(database)
                })
        }
        #expect(digests[0] == digests[1])
        #expect(digests[0].map(\.table) == ["stored_file", "job", "house", "note"])
        #expect(digests[0].map(\.rows) == [0, 0, Samples.houses.count, 2 * Samples.houses.count])
        #expect(digests[0][2].columns == ["id", "number", "size", "name"])
    }

    @Test("Any change of a value, a row or a kind shows, and only in its table", arguments: Engine.available)
    func changes(engine: Engine) async throws {
        try await engine.withDatabase(schemas: Samples.schemas) { database in
            try await Samples.fill(database)
            let changes: [SQL] = [
                "UPDATE house SET number = number + 1 WHERE number = 1998",
                "UPDATE house SET size = \(0.30000000000000004) WHERE size = \(1.0 / 3)",
                "UPDATE house SET name = NULL WHERE name = ''",
                "UPDATE house SET name = '宜居 ' WHERE name = '宜居'",
                "INSERT INTO house (id) VALUES (\([UInt8(200)]))",
            ]
            var seen = [try await Samples.digests(database)]
            for change in changes {
                let rows = try await database.write { try $0.changes(by: change) }
                #expect(rows == 1, "\(change.template)")
                seen.append(try await Samples.digests(database))
            }
            #expect(Set(seen.map { $0[2].sha256 }).count == changes.count + 1)
            #expect(Set(seen.map { $0[3].sha256 }).count == 1)
        }
    }

    @Test("An order of insertion leaves no trace", arguments: Engine.available)
    func order(engine: Engine) async throws {
        func digest(_ rows: [[SQLValue]]) async throws -> TableDigest {
            try await engine.withDatabase(schemas: Samples.schemas) { database in
                try await database.write {
                    try $0.insert(into: "house", columns: ["id", "number", "size", "name"], rows: rows)
                }
                return try await Samples.digests(database)[2]
            }
        }
        #expect(try await digest(Samples.houses) == digest(Samples.houses.reversed()))
    }

    @Test("A row written as text is read back the same", arguments: Samples.houses)
    func text(row: [SQLValue]) {
        var line: [UInt8] = []
        RowText.append(row, to: &line)
        #expect(line.last == 10 && line.dropLast().allSatisfy { $0 >= 0x20 })
        let back = RowText.values(of: line.dropLast())
        #expect(back == row)
        // 0 and -0 are equal, but not the same.
        #expect(back.map { "\($0)" } == "\(row)")
    }

    @Test(
        "What no backup writes is not a row",
        arguments: [
            "", "{}", "[", "[true]", "[[1]]", "[{}]", #"[{"b":"?"}]"#, #"[{"r":"1"}]"#, #"[{"b":"AA==","r":"inf"}]"#,
        ])
    func malformed(line: String) {
        #expect(RowText.values(of: Array(line.utf8)) == nil)
    }

    @Test("The digest is that of the pieces' digests, however the bytes arrive")
    func pieces() {
        let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var whole = PieceDigest()
        whole.append(bytes)
        var parts = PieceDigest()
        for start in stride(from: 0, to: bytes.count, by: 99_991) {
            parts.append(bytes[start..<min(start + 99_991, bytes.count)])
        }
        var byHand: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 1 << 20) {
            byHand += ContentDigest(of: Array(bytes[start..<min(start + 1 << 20, bytes.count)])).raw
        }
        let expected = ContentDigest(of: byHand).hex
        #expect(whole.finish() == expected)
        #expect(parts.finish() == expected)
    }
}

extension ContentDigest {
    fileprivate var raw: [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
