import FoundationEssentials
public import Geo
public import Kernel

/// What a file holds a row of; of outlines, a shape.
public enum ImportKind: String, Sendable, CaseIterable, Codable {
    case estates, buildings, checklist, outlines

    /// Whether it comes as a spreadsheet.
    public var isSheet: Bool { self != .outlines }

    public var name: Phrase {
        switch self {
        case .estates: Phrase(zh: "小区", en: "Estates")
        case .buildings: Phrase(zh: "楼栋", en: "Buildings")
        case .checklist: Phrase(zh: "比对名单", en: "Cross-check list")
        case .outlines: Phrase(zh: "小区边界", en: "Outlines")
        }
    }
}

/// How a file is to be read, and what the officer decided about it.
public struct ImportOptions: Sendable, Codable, Equatable {
    /// What a doubtful row is.
    public enum Decision: Sendable, Codable, Equatable {
        case same(String)
        case new
        case skip
    }

    public var kind: ImportKind
    public var datum: Datum
    /// The sheet by name; the first visible one when nil.
    public var sheet: String?
    /// Columns as the officer set them; recognised from the header when nil.
    public var mapping: HeaderMapping?
    /// Where rows without a district or subdistrict lie.
    public var place: String?
    /// What the facts rest on, and of which day, where the rows do not say.
    public var source: String
    public var day: String?
    /// Take the good rows and leave the refused and doubtful ones.
    public var acceptGood: Bool
    /// By the row's number in the file.
    public var decisions: [Int: Decision]
    /// Only for a cross-check list.
    public var checklist: String?

    public init(
        kind: ImportKind = .estates, datum: Datum = .cgcs2000, sheet: String? = nil, mapping: HeaderMapping? = nil,
        place: String? = nil, source: String = "区县报表", day: String? = nil, acceptGood: Bool = false,
        decisions: [Int: Decision] = [:], checklist: String? = nil
    ) {
        self.kind = kind
        self.datum = datum
        self.sheet = sheet
        self.mapping = mapping
        self.place = place
        self.source = source
        self.day = day
        self.acceptGood = acceptGood
        self.decisions = decisions
        self.checklist = checklist
    }
}

/// What an import does, or did, row by row. Of each outcome the first `sampleLimit` rows are kept.
public struct ImportReport: Sendable {
    public static let sampleLimit = 200

    public enum Outcome: String, Sendable, CaseIterable, Codable {
        case new, changed, unchanged, doubtful, refused, skipped
    }

    public struct Change: Sendable, Hashable {
        /// "name", "place", "location", "outline" (its area in m²) or a question's key.
        public let field: String
        public let before: JSON
        public let after: JSON
    }

    public struct Candidate: Sendable, Hashable {
        public let id: String
        public let number: String
        public let name: String
        public let place: PlaceCode
    }

    public struct Row: Sendable {
        /// As people see it in the file.
        public let number: Int
        public let name: String
        public let outcome: Outcome
        public var changes: [Change] = []
        public var reasons: [Refusal] = []
        public var candidates: [Candidate] = []
    }

    public let fileName: String
    public let sheetNames: [String]
    public let sheetName: String
    public let mapping: HeaderMapping
    public internal(set) var counts: [Outcome: Int] = [:]
    public internal(set) var samples: [Outcome: [Row]] = [:]
    /// What a reader should know about the file as a whole: a datum that does not fit, columns not understood.
    public internal(set) var notices: [Refusal] = []
    /// Neighbourhoods made under provisional codes.
    public internal(set) var newNeighbourhoods: [String] = []
    /// True once the rows are stored.
    public internal(set) var isApplied = false

    public func count(_ outcome: Outcome) -> Int { counts[outcome] ?? 0 }

    public var rows: Int { counts.values.reduce(0, +) }
    public var writes: Int { count(.new) + count(.changed) }
    /// Rows that keep the file from being taken unless the officer takes the good ones alone.
    public var hindrances: Int { count(.refused) + count(.doubtful) }

    mutating func add(_ row: Row) {
        counts[row.outcome, default: 0] += 1
        if samples[row.outcome, default: []].count < Self.sampleLimit { samples[row.outcome, default: []].append(row) }
    }

    init(fileName: String, sheetNames: [String], sheetName: String, mapping: HeaderMapping) {
        self.fileName = fileName
        self.sheetNames = sheetNames
        self.sheetName = sheetName
        self.mapping = mapping
    }
}

/// Takes the rows that are not imported, with the reason in words, for the workbook that goes back to the district.
public protocol RefusedRows: AnyObject {
    func header(_ titles: [String]) throws
    func row(_ number: Int, _ cells: [String], reason: Phrase) throws
}

extension ImportOptions {
    var text: String { get throws { try Self.encode(self) } }

    static func encode(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    /// - Throws: a refusal that tells what a mapping or options file must look like.
    public static func decode<Value: Decodable>(_: Value.Type, _ text: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw Refusal(
                "import.options", zh: "导入选项或列对应文件的格式有误；请重新导出后再用。",
                en: "The import options or the mapping file are malformed; save them again and use that file.")
        }
    }
}
