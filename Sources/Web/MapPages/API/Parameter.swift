import Frame
import Kernel

/// What an operation may be asked in its address: read, checked and described from one line.
struct Parameter: Sendable {
    enum Kind: Sendable {
        /// So many characters at most.
        case text(limit: Int)
        case place(PlaceCode.Level)
        /// A place of any level.
        case anyPlace
        case whole(ClosedRange<Int>)
        case choice([String])
        /// A number, or one of these words.
        case wholeOr([String], ClosedRange<Int>)
        /// Codes with commas between, so many at most.
        case codes(Int)
        /// West, south, east, north in degrees.
        case box
        case cursor
    }

    let name: String
    let kind: Kind
    let note: Phrase
    let example: String

    init(_ name: String, _ kind: Kind, zh: String, en: String, example: String) {
        self.name = name
        self.kind = kind
        note = Phrase(zh: zh, en: en)
        self.example = example
    }

    static let years = 1800...2100
    private static let digits = 9

    static let paging = [
        Parameter(
            "limit", .whole(1...Paging.limit), zh: "一页的条数，默认 50", en: "lines of a page; 50 unless told", example: "50"),
        Parameter(
            "cursor", .cursor, zh: "从哪里接着读，取自上一页的 next", en: "where to go on: from `next` of the page before",
            example: ""),
    ]

    static let places = [
        Parameter("district", .place(.district), zh: "区县代码", en: "code of a district", example: "430111"),
        Parameter("subdistrict", .place(.subdistrict), zh: "街道代码", en: "code of a subdistrict", example: "430111003"),
        Parameter(
            "neighbourhood", .place(.neighbourhood), zh: "社区代码", en: "code of a neighbourhood", example: "430111003005"),
    ]

    var shape: Shape {
        switch kind {
        case .text(let limit): .text(limit: limit)
        case .place(let level): .text(pattern: "^[0-9]{\(level.rawValue)}$")
        case .anyPlace: .place
        case .whole(let range): .whole(range)
        case .choice(let words): .code(words)
        case .wholeOr(let words, let range):
            .exactly(.object(["anyOf": .array([Shape.whole(range).json, Shape.code(words).json])]))
        case .codes(let most): .text(pattern: "^[A-Za-z]{1,40}(,[A-Za-z]{1,40}){0,\(most - 1)}$")
        case .box: .text(pattern: "^-?[0-9]{1,3}([.][0-9]{1,15})?(,-?[0-9]{1,3}([.][0-9]{1,15})?){3}$")
        case .cursor: .text(limit: Cursor.limit)
        }
    }

    func accepts(_ value: String) -> Bool {
        switch kind {
        case .text(let limit): value.unicodeScalars.count <= limit
        case .place(let level): PlaceCode(value)?.level == level
        case .anyPlace: PlaceCode(value) != nil
        case .whole(let range): Self.isWhole(value, in: range)
        case .choice(let words): words.contains(value)
        case .wholeOr(let words, let range): words.contains(value) || Self.isWhole(value, in: range)
        case .codes(let most):
            value.split(separator: ",", maxSplits: most - 1, omittingEmptySubsequences: false).allSatisfy(Self.isCode)
        case .box:
            value.wholeMatch(of: /-?[0-9]{1,3}(\.[0-9]{1,15})?(,-?[0-9]{1,3}(\.[0-9]{1,15})?){3}/) != nil
                && EstateQuery.box(value) != nil
        case .cursor: value.utf8.count <= Cursor.limit
        }
    }

    private static func isWhole(_ value: String, in range: ClosedRange<Int>) -> Bool {
        guard value.utf8.count <= digits, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(value)
        else { return false }
        return range.contains(number)
    }

    private static func isCode(_ word: Substring) -> Bool {
        (1...40).contains(word.utf8.count) && word.utf8.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) }
    }

    /// Programs are told what they mistyped; a page would leave it out.
    static func check(_ query: FormData, _ parameters: [Parameter]) throws {
        let known = Dictionary(parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let unknown = Set(query.fields.map(\.name)).filter { known[$0] == nil }.sorted()
        guard unknown.isEmpty else {
            let names = unknown.prefix(5).map { String($0.prefix(40)) }
            let taken = parameters.map(\.name)
            throw Refusal(
                .malformed, "query.unknown",
                zh:
                    "不认识的参数：\(names.joined(separator: "、"))。\(taken.isEmpty ? "这里没有参数" : "可用：" + taken.joined(separator: "、"))。",
                en: """
                    Unknown parameters: \(names.joined(separator: ", ")). \
                    \(taken.isEmpty ? "There are none here" : "These are known: " + taken.joined(separator: ", ")).
                    """, field: names.first)
        }
        var seen: Set<String> = []
        try Refusals.throwIfAny(
            query.fields.compactMap { field in
                let isFirst = seen.insert(field.name).inserted
                if isFirst, known[field.name]?.accepts(field.value) ?? false { return nil }
                return Refusal(
                    .malformed, isFirst ? "query.value" : "query.twice",
                    zh: "参数 \(field.name) \(isFirst ? "的值无法读取，请对照 /openapi.json" : "只能出现一次")。",
                    en: """
                        The parameter \(field.name) \
                        \(isFirst ? "has a value that cannot be read; see /openapi.json" : "may stand only once").
                        """, field: field.name)
            })
    }
}
