public import Kernel

/// Where a fact comes from: what kind of evidence, of which day, by whose hand.
public struct Provenance: Hashable, Sendable {
    public let source: String
    public let day: Day?
    /// As a list handed in names them.
    public let surveyor: String
    /// Whoever entered the fact here. Kept by id, so that the name is told to those who may see it, and can be erased.
    public let officer: ID<PersonTag>?

    public init(source: String, day: Day?, surveyor: String = "", officer: ID<PersonTag>? = nil) {
        self.source = source
        self.day = day
        self.surveyor = surveyor
        self.officer = officer
    }

    fileprivate init(_ json: JSON) {
        let parts = json.elements
        let text = { (index: Int) in parts.indices.contains(index) ? parts[index].string : nil }
        self.init(
            source: text(0) ?? "", day: text(1).flatMap { Day($0) }, surveyor: text(2) ?? "",
            officer: text(3).flatMap { ID($0) })
    }

    fileprivate var json: JSON {
        let shown: [JSON] = [.string(source), day.map { .string($0.description) } ?? .null, .string(surveyor)]
        return .array(shown + (officer.map { [.string($0.description)] } ?? []))
    }
}

/// One answered question. `unknown` is an answer too: somebody looked and could not tell.
public struct Fact: Hashable, Sendable {
    public let value: FactValue
    /// "about 320": the value was given as an estimate.
    public let isApproximate: Bool
    public let provenance: Provenance

    public init(_ value: FactValue, isApproximate: Bool = false, from provenance: Provenance) {
        self.value = value.asStored
        self.isApproximate = isApproximate
        self.provenance = provenance
    }

    /// Whether both say the same; where they know it from may differ.
    func agrees(with other: Fact) -> Bool { value == other.value && isApproximate == other.isApproximate }

    /// Whether this was found out on a later day than `old`.
    func isLater(than old: Fact) -> Bool {
        guard let day = provenance.day else { return false }
        return old.provenance.day.map { day > $0 } ?? true
    }
}

/// All current facts of one estate or building, each with its source: what the survey's form asks, by question key.
///
/// Stored as one JSON document in which facts share their sources:
/// `{"sources":[["现场摸底","2018-11-06","陈立"]],"values":{"households":[364,0],`
/// `"builtYears":[{"from":1986,"to":1986},0],"area":[2100,0,1]}}`: value, index of the source, and 1 when approximate.
/// A source entered by an officer has a fourth element, the officer's id; the API answers the name in the third instead
/// (`SourceNames`).
public struct FactSheet: Hashable, Sendable {
    public private(set) var facts: [String: Fact]

    public init(_ facts: [String: Fact] = [:]) {
        self.facts = facts
    }

    public subscript(_ key: String) -> Fact? {
        get { facts[key] }
        set { facts[key] = newValue }
    }

    /// Takes every fact that says something new. One whose value stays keeps its older source, unless a later day
    /// confirms it.
    mutating func take(_ news: [String: Fact]) {
        for (key, fact) in news {
            if let old = facts[key], old.agrees(with: fact), !fact.isLater(than: old) { continue }
            facts[key] = fact
        }
    }

    /// The latest day of the facts that were only confirmed, before and now, for the record; nil when there are none.
    func confirmation(of old: FactSheet?) -> (was: Day?, now: Day?)? {
        var (was, now): ([Day], [Day]) = ([], [])
        for (key, fact) in facts {
            guard let before = old?.facts[key], before.value == fact.value, fact.isLater(than: before) else { continue }
            was += [before.provenance.day].compactMap { $0 }
            now += [fact.provenance.day].compactMap { $0 }
        }
        return now.isEmpty ? nil : (was.max(), now.max())
    }

    public func value(_ key: String) -> FactValue { facts[key]?.value ?? .unknown }

    /// Everybody who entered one of the facts here.
    public var officers: Set<ID<PersonTag>> { Set(facts.values.compactMap(\.provenance.officer)) }

    /// - Throws: a refusal when the document is not one of ours.
    public init(document: String) throws {
        let json = try JSON(parsing: document)
        let sources = (json["sources"]?.elements ?? []).map { Provenance($0) }
        facts = [:]
        for member in json["values"]?.members ?? [] {
            let parts = member.value.elements
            guard parts.count >= 2, let index = parts[1].integer, sources.indices.contains(Int(index)) else {
                throw Refusal(
                    "facts.malformed", zh: "事实“\(member.key)”的存储格式有误。",
                    en: "The fact “\(member.key)” is not stored as it should be.")
            }
            facts[member.key] = Fact(
                FactValue(json: parts[0]), isApproximate: parts.count > 2, from: sources[Int(index)])
        }
    }

    /// One fact of a stored sheet without reading the others; nil when it is not there.
    static func value(of key: String, in document: String) throws -> FactValue? {
        // Keys are plain, and within texts a quotation mark is escaped: only a member begins so.
        for before in ["{", ","] {
            guard let member = document.firstRange(of: "\(before)\"\(key)\":[") else { continue }
            let rest = document[member.upperBound...]
            return FactValue(json: try JSON(parsingStartOf: rest.utf8))
        }
        return nil
    }

    /// The document, with keys in order, so that equal sheets have equal documents.
    public var document: String {
        var sources: [Provenance] = []
        var values: [UInt8] = Array("{".utf8)
        for key in facts.keys.sorted() {
            guard let fact = facts[key] else { continue }
            let index = sources.firstIndex(of: fact.provenance) ?? sources.count
            if index == sources.count { sources.append(fact.provenance) }
            if values.count > 1 { values.append(UInt8(ascii: ",")) }
            values.append(contentsOf: JSON.string(key).text.utf8)
            values.append(contentsOf: ":[".utf8)
            fact.value.appendJSON(to: &values)
            values.append(contentsOf: (fact.isApproximate ? ",\(index),1]" : ",\(index)]").utf8)
        }
        values.append(UInt8(ascii: "}"))
        let list = JSON.array(sources.map(\.json))
        return "{\"sources\":\(list.text),\"values\":\(String(decoding: values, as: UTF8.self))}"
    }
}

/// The sources of a stored sheet, without its facts: what the API rewrites where an officer stands in them.
struct SourceNames {
    private let document: String
    /// Behind `{"sources":[…]`.
    private let end: String.Index
    private let sources: [Provenance]

    /// Nil, as mostly, when no officer stands in the sources: the document is then answered as it is stored. Reads the
    /// sources alone, byte by byte, since every answer of the API passes here.
    init?(_ document: String) throws {
        var (depth, fields, hasOfficer, inText, isEscaped) = (0, 0, false, false, false)
        var end: String.Index?
        let bytes = document.utf8
        for index in bytes.indices.dropFirst(Self.start.utf8.count) {
            let byte = bytes[index]
            if inText {
                if !isEscaped, byte == UInt8(ascii: "\"") { inText = false }
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inText = true
            case UInt8(ascii: "["): (depth, fields) = (depth + 1, 1)
            case UInt8(ascii: ","): fields += 1
            case UInt8(ascii: "]"):
                if depth == 2, fields > 3 { hasOfficer = true }
                depth -= 1
            default: break
            }
            if depth == 0 {
                end = bytes.index(after: index)
                break
            }
        }
        guard hasOfficer, let end else { return nil }
        self.document = document
        self.end = end
        sources = try JSON(parsing: document[..<end].dropFirst(Self.start.count)).elements.map { Provenance($0) }
    }

    private static let start = "{\"sources\":"

    var officers: Set<ID<PersonTag>> { Set(sources.compactMap(\.officer)) }

    /// The document with each officer's name where a list's surveyor stands.
    func document(_ name: (ID<PersonTag>) -> String) -> String {
        let named = sources.map {
            Provenance(source: $0.source, day: $0.day, surveyor: $0.officer.map(name) ?? $0.surveyor).json
        }
        return Self.start + JSON.array(named).text + document[end...]
    }
}

extension FactValue {
    /// The shape in which the value comes back from its document, so that what was read equals what is stored: a choice
    /// is its code, a whole number has no fraction. The question gives it its own kind again.
    var asStored: FactValue {
        switch self {
        case .choice(let code): .text(code)
        case .number(let number): Int(exactly: number).map { .integer($0) } ?? self
        case .unknown, .integer, .text, .flag, .years: self
        }
    }

    /// By shape: a choice arrives as text; the question gives it its own kind again.
    public init(json: JSON) {
        switch json {
        case .integer(let value): self = .integer(Int(value))
        case .number(let value): self = .number(value)
        case .string(let value): self = .text(value)
        case .bool(let value): self = .flag(value)
        case .object:
            if let from = json["from"]?.integer, let to = json["to"]?.integer {
                self = .years(from: Int(from), to: Int(to))
            } else {
                self = .unknown
            }
        case .null, .array: self = .unknown
        }
    }

    public var json: JSON {
        switch self {
        case .unknown: .null
        case .number(let value): .number(value)
        case .integer(let value): .integer(Int64(value))
        case .text(let value), .choice(let value): .string(value)
        case .flag(let value): .bool(value)
        case .years(let from, let to):
            .object(["from": .integer(Int64(from)), "to": .integer(Int64(to))])
        }
    }
}
