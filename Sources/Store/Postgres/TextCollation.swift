/// Makes text compare by its bytes, as it does in SQLite: `name TEXT` becomes `name TEXT COLLATE "C"` where a column is
/// declared (CREATE TABLE, ALTER TABLE), whatever collation the database has. CAST, column names, literals and comments
/// stay as they are.
struct TextCollation {
    private enum Statement { case start, createTable, alterTable, other }

    private var output: [UInt8] = []
    private var statement = Statement.start
    private var depth = 0
    /// How many tokens came since the last comma or parenthesis.
    private var position = 0
    private var firstWord = ""
    private var previous = ""
    /// Where the collation goes if the next word does not name one.
    private var pending: Int?

    static func added(to script: String) -> String {
        guard script.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "x") }) else { return script }
        var translation = TextCollation()
        var tokens = Tokens(Array(script.utf8))
        while let token = tokens.next() { translation.take(token) }
        translation.settle(before: "")
        return String(decoding: translation.output, as: UTF8.self)
    }

    private mutating func take(_ token: Tokens.Token) {
        if token.isSpace {
            output.append(contentsOf: token.bytes)
            return
        }
        let word = String(decoding: token.bytes, as: UTF8.self).uppercased()
        settle(before: word)
        output.append(contentsOf: token.bytes)
        pending = word == "TEXT" && isColumnType ? output.count : nil
        track(word)
        previous = word
    }

    private mutating func settle(before word: String) {
        guard let place = pending else { return }
        pending = nil
        if word != "COLLATE" { output.insert(contentsOf: " COLLATE \"C\"".utf8, at: place) }
    }

    private var isColumnType: Bool {
        switch statement {
        case .createTable:
            depth == 1 && position == 1 && firstWord != "CONSTRAINT" && firstWord != "LIKE"
        case .alterTable:
            depth == 0 && !TextCollation.beforeNames.contains(previous) && (previous.first?.isWordPart ?? false)
        case .start, .other: false
        }
    }

    /// After these in ALTER TABLE comes a name, though it be `text`.
    private static let beforeNames: Set<String> = [
        "ADD", "ALTER", "COLUMN", "CONSTRAINT", "DROP", "EXISTS", "ONLY", "RENAME", "TABLE", "TO",
    ]

    private mutating func track(_ word: String) {
        switch word {
        case ";" where depth == 0:
            self = TextCollation(output: output)
            return
        case "(":
            depth += 1
            position = 0
            return
        case ")":
            depth -= 1
        case ",":
            position = 0
            return
        default:
            if position == 0 { firstWord = word }
        }
        position += 1
        switch (statement, word) {
        case (.start, "TABLE"): statement = previous == "ALTER" ? .alterTable : .createTable
        case (.start, "CREATE"), (.start, "ALTER"), (.start, "TEMP"), (.start, "TEMPORARY"), (.start, "UNLOGGED"): break
        case (.start, _): statement = .other
        case (.createTable, "AS") where depth == 0: statement = .other
        default: break
        }
    }

    private init(output: [UInt8] = []) {
        self.output = output
    }
}

/// Words, symbols, spaces with comments, literals and quoted names of a script; joined they are the script again.
private struct Tokens: IteratorProtocol {
    struct Token {
        let bytes: ArraySlice<UInt8>
        let isSpace: Bool
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func next() -> Token? {
        guard position < bytes.count else { return nil }
        let start = position
        let first = bytes[position]
        position += 1
        var isSpace = false
        switch first {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            isSpace = true
        case UInt8(ascii: "-") where peek == UInt8(ascii: "-"):
            isSpace = true
            skip { $0 != UInt8(ascii: "\n") }
        case UInt8(ascii: "/") where peek == UInt8(ascii: "*"):
            isSpace = true
            skipComment()
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            skip { $0 != first }
            position = min(position + 1, bytes.count)
        case _ where first.isWordPart:
            skip(while: \.isWordPart)
        default: break
        }
        return Token(bytes: bytes[start..<position], isSpace: isSpace)
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skip(while condition: (UInt8) -> Bool) {
        while let byte = peek, condition(byte) { position += 1 }
    }

    private mutating func skipComment() {
        position += 1
        while position < bytes.count {
            position += 1
            if bytes[position - 1] == UInt8(ascii: "/"), bytes[position - 2] == UInt8(ascii: "*") { return }
        }
    }
}

extension UInt8 {
    fileprivate var isWordPart: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}

extension Character {
    fileprivate var isWordPart: Bool { utf8.first?.isWordPart ?? false }
}
