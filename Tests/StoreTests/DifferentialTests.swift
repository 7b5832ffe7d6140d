import Common
import Foundation
import Kernel
import Store
import TestSupport
import Testing

/// Each engine is the other's oracle: the same acts must have the same outcomes and leave the same rows.
@Suite("The same acts on both engines", .enabled(if: Engine.available.count == 2, PostgresServer.howTo))
struct DifferentialTests {
    @Test("Random acts have the same outcomes and leave the same tables")
    func randomActs() async throws {
        let seed = testSeed()
        let rounds = ProcessInfo.processInfo.environment["YIJU_TEST_QUICK"] == nil ? 12 : 3
        try await Tables.withDatabase(.sqlite) { sqlite in
            try await Tables.withDatabase(.postgres) { postgres in
                var random = SeededRandom(seed: seed)
                var outcomes: [String: Int] = [:]
                for round in 1...rounds {
                    for _ in 0..<40 {
                        let act = (0...Int.random(in: 0...3, using: &random)).map { _ in Step(&random) }
                        let first = await outcome(of: act, on: sqlite)
                        let second = await outcome(of: act, on: postgres)
                        try #require(first == second, "seed \(seed), round \(round): \(act)")
                        outcomes[first.prefix { $0.isLetter }.lowercased(), default: 0] += 1
                    }
                    let left = try await sqlite.read { try TableDigest.all($0, [Tables.schema]) }
                    let right = try await postgres.read { try TableDigest.all($0, [Tables.schema]) }
                    try #require(left == right, "seed \(seed), round \(round)")
                }
                #expect(
                    outcomes["constraint", default: 0] > 5 && outcomes["done", default: 0] > 5,
                    "seed \(seed): \(outcomes)")
            }
        }
    }

    /// What the act answered, or how it failed; a failed act is undone by the store.
    private func outcome(of act: [Step], on database: Database) async -> String {
        do {
            return "done " + (try await database.write { tx in try act.map { try $0.run(tx) }.joined(separator: ", ") })
        } catch {
            return kind(of: error)
        }
    }
}

/// One statement with its values drawn beforehand, so that both engines get the same.
private struct Step: Sendable {
    enum Kind: CaseIterable {
        case add, addMany, addPart, change, rename, remove, removeParts, upsert, copy, sum, list, search, group, refuse
    }

    let kind: Kind
    let id: Int
    let other: Int
    let text: String
    let number: SQLValue
    let size: SQLValue
    let seal: SQLValue

    struct Refused: Error {}

    init(_ random: inout SeededRandom) {
        kind = Kind.allCases.randomElement(using: &random) ?? .add
        id = Int.random(in: 0..<60, using: &random)
        other = Int.random(in: -3..<60, using: &random)
        text = (Self.texts.randomElement(using: &random) ?? "") + String(other)
        number = .integer([.max, .min, 0, Int64(id)].randomElement(using: &random) ?? 0)
        let sizes: [Double] = [0.1, 1, -1e300, .leastNonzeroMagnitude, 1.0 / 3, Double(id)]
        size = Bool.random(using: &random) ? .null : .real(sizes.randomElement(using: &random) ?? 0)
        seal =
            Bool.random(using: &random)
            ? .null
            : .bytes((0..<id).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    private static let texts = ["", "宜居", "Zebra", "zebra", "é", "e\u{301}", "👨‍👩‍👧", "a b", "%_\\", "~", "'; --"]

    func run(_ tx: Tx) throws -> String {
        switch kind {
        case .refuse:
            if id % 3 == 0 { throw Refused() }
            return ""
        case .add, .addMany, .addPart, .upsert, .copy: return String(try add(tx))
        case .change, .rename, .remove, .removeParts: return String(try change(tx))
        case .sum, .list, .search, .group: return try tx.rows(query).map { "\($0.values)" }.joined()
        }
    }

    private func add(_ tx: Tx) throws -> Int {
        switch kind {
        case .addMany:
            let rows: [[SQLValue]] = (0..<4).map {
                [.integer(Int64(id + $0 * 60)), .text("\(text)\(id)/\($0)"), .integer(1), seal]
            }
            try tx.insert(into: "thing", columns: ["id", "code", "count", "seal"], rows: rows)
            return rows.count
        case .addPart:
            return try tx.changes(
                by: "INSERT INTO part (thing, number, text) VALUES (\(id), \(value: number), \(text))")
        case .upsert:
            return try tx.changes(
                by: """
                    INSERT INTO thing (id, code, count, size) VALUES (\(id), \(text), 0, \(value: size))
                    ON CONFLICT (id) DO UPDATE SET count = thing.count + 1, size = excluded.size
                    """)
        case .copy:
            return try tx.changes(
                by: """
                    INSERT INTO part (thing, number, text) SELECT id, \(other), code FROM thing WHERE id < \(id)
                    ON CONFLICT (thing, number) DO NOTHING
                    """)
        default:
            return try tx.changes(
                by: """
                    INSERT INTO thing (id, code, count, size, note, seal)
                    VALUES (\(id), \(text), \(other), \(value: size), \(text), \(value: seal))
                    """)
        }
    }

    private func change(_ tx: Tx) throws -> Int {
        switch kind {
        case .change:
            try tx.changes(
                by: "UPDATE thing SET count = count + \(other), size = \(value: size) WHERE id >= \(id)")
        case .rename: try tx.changes(by: "UPDATE thing SET code = \(text), note = NULL WHERE id = \(id)")
        case .remove: try tx.changes(by: "DELETE FROM thing WHERE id = \(id)")
        default: try tx.changes(by: "DELETE FROM part WHERE thing BETWEEN \(other) AND \(id)")
        }
    }

    private var query: SQL {
        switch kind {
        case .sum: "SELECT count(*), sum(count), min(code), max(code), max(size) FROM thing WHERE id <> \(id)"
        case .list: "SELECT code, count, note IS NULL, size FROM thing ORDER BY code"
        case .search:
            "SELECT id FROM thing WHERE code LIKE \(SQL.containing(text)) ESCAPE '\\' OR seal = \(value: seal) ORDER BY id"
        default:
            """
            SELECT thing.count, count(part.number), sum(length(part.text)) FROM thing LEFT JOIN part ON part.thing = thing.id
            GROUP BY thing.count ORDER BY thing.count
            """
        }
    }
}
