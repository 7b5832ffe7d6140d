import CLibPQ
import Store

/// What kind of value stands at a place of a statement.
enum ValueKind {
    case integer, real, text, bytes
    /// NULL, of which no typed value was seen yet: written into the text, so that the server need not guess a type.
    case null

    init(_ value: SQLValue) {
        switch value {
        case .null: self = .null
        case .integer: self = .integer
        case .real: self = .real
        case .text: self = .text
        case .bytes: self = .bytes
        }
    }

    /// The type the server is told: int8, float8, text, bytea.
    var oid: Oid {
        switch self {
        case .integer: 20
        case .real: 701
        case .text, .null: 25
        case .bytes: 17
        }
    }

    func takes(_ value: SQLValue) -> Bool {
        value == .null || self == ValueKind(value)
    }
}

/// A template with the types of its values, and how its rows look once they were seen.
final class PreparedStatement {
    let template: String
    let kinds: [ValueKind]
    /// What the server calls it; empty when it is parsed for one use only.
    let name: String
    var lastUse: UInt64
    private var shape: RowShape?

    init(template: String, kinds: [ValueKind], name: String = "", lastUse: UInt64 = 0) {
        self.template = template
        self.kinds = kinds
        self.name = name
        self.lastUse = lastUse
    }

    /// The template with `$1`, `$2` … where values stand.
    var text: String {
        var text: [UInt8] = []
        text.reserveCapacity(template.utf8.count + 3 * kinds.count)
        var remaining = kinds.makeIterator()
        var number = 0
        for byte in template.utf8 {
            if byte != SQL.placeholder {
                text.append(byte)
            } else if remaining.next() == .null {
                text.append(contentsOf: "NULL".utf8)
            } else {
                number += 1
                text.append(contentsOf: "$\(number)".utf8)
            }
        }
        return TextCollation.added(to: String(decoding: text, as: UTF8.self))
    }

    var types: [Oid] { kinds.filter { $0 != .null }.map(\.oid) }

    func prepare(on link: Link) throws {
        let types = types
        let result = PQprepare(link.connection, name, text, Int32(clamping: types.count), types)
        defer { PQclear(result) }
        if PQresultStatus(result) != PGRES_COMMAND_OK { throw link.error(result) }
    }

    func shape(of result: OpaquePointer) -> RowShape {
        if let shape { return shape }
        let shape = RowShape(result)
        self.shape = shape
        return shape
    }
}

/// The statements that a connection knows. One seen for the first time is not prepared: many are made up for one search
/// and never come again. Nor is one whose plan depends on its values.
struct StatementCache {
    static let limit = 256
    private static let seenLimit = 2048
    /// Longer statements are lists of values, hardly ever the same twice.
    private static let longestTemplate = 16_384

    enum Finding {
        case ready(PreparedStatement)
        case once(PreparedStatement)
        /// To be prepared, after the evicted one was dropped from the server.
        case new(PreparedStatement, evicted: PreparedStatement?)
    }

    private var variants: [String: [PreparedStatement]] = [:]
    private var count = 0
    private var seen: Set<String> = []
    private var uses: UInt64 = 0
    private var names = 0

    mutating func find(_ template: String, _ values: [SQLValue]) -> Finding {
        uses += 1
        let known = variants[template] ?? []
        let fitting = known.first { zip($0.kinds, values).allSatisfy { $0.takes($1) } }
        if let fitting {
            fitting.lastUse = uses
            return .ready(fitting)
        }
        // A NULL takes the type of the value that stood at its place before, so that few variants serve all rows.
        let kinds = values.enumerated().map { index, value in
            guard value == .null else { return ValueKind(value) }
            return known.lazy.map { $0.kinds[index] }.first { $0 != .null } ?? .null
        }
        if known.isEmpty, isUnseen(template) || StatementCache.isSearch(template) {
            return .once(PreparedStatement(template: template, kinds: kinds))
        }
        let evicted = count >= StatementCache.limit ? variants.values.joined().min { $0.lastUse < $1.lastUse } : nil
        if let evicted { forget(evicted) }
        names += 1
        let new = PreparedStatement(template: template, kinds: kinds, name: "yiju\(names)", lastUse: uses)
        variants[template, default: []].append(new)
        count += 1
        return .new(new, evicted: evicted)
    }

    mutating func forget(_ statement: PreparedStatement) {
        guard var known = variants[statement.template], let index = known.firstIndex(where: { $0 === statement })
        else { return }
        known.remove(at: index)
        variants[statement.template] = known.isEmpty ? nil : known
        count -= 1
    }

    /// Whether a value is a bound, a pattern or a number of rows. The server would settle on one plan for all of them:
    /// the one that is right for a street takes a thousand times longer for the city.
    private static func isSearch(_ template: String) -> Bool {
        let bytes = Array(template.utf8)
        for index in bytes.indices where bytes[index] == SQL.placeholder {
            var before = bytes[..<index]
            while before.last == UInt8(ascii: " ") || before.last == UInt8(ascii: "\n") { before.removeLast() }
            if searchWords.contains(where: { before.suffix($0.utf8.count).elementsEqual($0.utf8) }) { return true }
        }
        return false
    }

    private static let searchWords = ["<", ">=", "<=", " >", "LIKE", "LIMIT", "BETWEEN"]

    private mutating func isUnseen(_ template: String) -> Bool {
        if template.utf8.count > StatementCache.longestTemplate { return true }
        if seen.count >= StatementCache.seenLimit { seen = [] }
        return seen.insert(template).inserted
    }
}
