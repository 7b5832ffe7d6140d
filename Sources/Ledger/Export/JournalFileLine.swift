import Cryptography
import Kernel
import Store

/// Lines of a sealed journal: entries, postings and balances as JSON, and read back.
enum JournalFileLine {
    static let format = "yiju ledger 1"
    /// What the signature at a file's end is for.
    static let purpose = "ledger"

    private enum Kind {
        case integer, text, nullableText, id, nullableID, digest
    }

    /// In the order of `JournalRows.entryColumns`.
    private static let kinds: [Kind] = [
        .integer, .id, .text, .text, .text, .text, .integer, .text, .nullableID, .text, .text, .nullableID, .text,
        .text, .text, .text, .nullableText, .nullableText, .nullableText, .digest, .digest,
    ]

    // MARK: entries

    /// Members of an entry; what is empty is left out.
    static func members(_ row: Row) -> [JSON.Member] {
        zip(JournalRows.entryColumns, row.values).compactMap { column, value in
            switch value {
            case .integer(let number): JSON.Member("\(column)", .integer(number))
            case .text(let text): text.isEmpty ? nil : JSON.Member("\(column)", .string(text))
            case .bytes(let bytes):
                JSON.Member(
                    "\(column)", .string(ID<JournalEntry>(bytes: bytes)?.description ?? Hex.encode(bytes)))
            default: nil
            }
        }
    }

    /// The columns of an entry again; nil where the members are none.
    static func row(_ json: JSON) -> Row? {
        var values: [SQLValue] = []
        for (column, kind) in zip(names, kinds) {
            guard let value = value(json[column], kind) else { return nil }
            values.append(value)
        }
        return Row(columns: columns, values: values)
    }

    private static let names = JournalRows.entryColumns.map { "\($0)" }
    private static let columns = Row.Columns(names)

    private static func value(_ json: JSON?, _ kind: Kind) -> SQLValue? {
        switch (kind, json) {
        case (.nullableText, .none), (.nullableID, .none): .null
        case (.text, .none): .text("")
        case (.integer, .integer(let number)): .integer(number)
        case (.text, .string(let text)), (.nullableText, .string(let text)): .text(text)
        case (.id, .string(let text)), (.nullableID, .string(let text)):
            ID<JournalEntry>(text).map { .bytes($0.bytes) }
        case (.digest, .string(let text)):
            Hex.decode(text).flatMap { $0.count == DigestSuite.length ? .bytes($0) : nil }
        default: nil
        }
    }

    static func json(_ finding: Finding) -> JSON {
        .object([
            "rule": .string(finding.rule.rawValue), "move": .integer(Int64(finding.move)),
            "asked": .integer(finding.asked), "allowed": .integer(finding.allowed), "about": .string(finding.about),
        ])
    }

    static func finding(_ json: JSON) -> Finding? {
        guard let rule = json["rule"]?.string.flatMap({ Rule(rawValue: $0) }), let move = json["move"]?.integer,
            let asked = json["asked"]?.integer, let allowed = json["allowed"]?.integer,
            let about = json["about"]?.string
        else { return nil }
        return Finding(rule, move: Int(move), asked: asked, allowed: allowed, about: about)
    }

    // MARK: postings and balances

    /// A posting in full words.
    struct Posting {
        let move: Move
        let spot: Spot
        let amount: Int64
        let held: Int64
    }

    /// Where a posting counts. Of a balance, `slice` is what its stage is kept by.
    struct Spot: Hashable {
        let stage: LedgerStage
        let measure: LedgerMeasure
        var slice: Slice

        var cell: Spot { Spot(stage: stage, measure: measure, slice: slice.kept(stage.key)) }
    }

    struct Sums: Equatable {
        var debit: Int64 = 0
        var credit: Int64 = 0
        var held: Int64 = 0

        /// Odd postings of an entry debit, even ones credit. Numbers of a forged file must not stop the check.
        mutating func add(_ amount: Int64, held more: Int64, isDebit: Bool) {
            if isDebit { debit &-= amount } else { credit &+= amount }
            held &+= more
        }
    }

    static func json(_ posting: Posting) -> JSON {
        var members = [JSON.Member("move", .string(posting.move.code))] + Self.members(posting.spot, "stage")
        members.append(JSON.Member("amount", .integer(posting.amount)))
        if posting.held != 0 { members.append(JSON.Member("held", .integer(posting.held))) }
        return .object(members)
    }

    static func posting(_ json: JSON) -> Posting? {
        guard let move = json["move"]?.string.flatMap({ Move(code: $0) }), let spot = spot(json, "stage"),
            let amount = json["amount"]?.integer
        else { return nil }
        return Posting(move: move, spot: spot, amount: amount, held: json["held"]?.integer ?? 0)
    }

    static func members(_ spot: Spot, _ name: String) -> [JSON.Member] {
        [JSON.Member(name, .string(spot.stage.code)), JSON.Member("measure", .string(spot.measure.rawValue))]
            + Dimensions.named.filter { spot.slice.given.contains($0.dimension) }.map { name, dimension in
                JSON.Member(
                    name, dimension == .year ? .integer(Int64(spot.slice.year)) : .string(spot.slice.text(dimension)))
            }
    }

    static func spot(_ json: JSON, _ name: String) -> Spot? {
        guard let stage = json[name]?.string.flatMap({ LedgerStage(code: $0) }),
            let measure = json["measure"]?.string.flatMap({ LedgerMeasure(rawValue: $0) })
        else { return nil }
        let text = { (name: String) in json[name]?.string ?? "" }
        let slice = Slice(
            source: text("source"), project: text("project"), area: text("area"), item: text("item"),
            party: text("party"), contract: text("contract"), year: Int(json["year"]?.integer ?? 0))
        return Spot(stage: stage, measure: measure, slice: slice)
    }

    // MARK: the chain of lines

    /// The digest of a line and of all before it.
    static func sum(_ body: some Collection<UInt8>, after previous: [UInt8]) -> [UInt8] {
        DigestSuite.sha256.hash(previous + body)
    }

    /// What stands before the first line.
    static let start = [UInt8](repeating: 0, count: DigestSuite.length)

    /// `,"sum":"…"}` behind a line's own members.
    static func tail(_ sum: [UInt8]) -> String { ",\"sum\":\"\(Hex.encode(sum))\"}" }
}
