import Cryptography
import Kernel
import Registry

/// One estate's facts as a run froze them: a row of its snapshot.
struct FrozenEstate: Hashable, Sendable {
    let id: ID<Estate>
    let number: String
    let name: String
    let place: PlaceCode
    let stage: String
    let location: Coordinate?
    let flags: [Checklist.Kind]
    /// Facts given as estimates.
    let approximate: Int
    let oldest: Day?
    let latest: Day?
    /// One for each key of the snapshot, in its order.
    let facts: [FactValue]

    /// - Parameters:
    ///   - keys: of the facts that are frozen.
    ///   - asOf: a fact found out later is taken as not known: what was said before it is no longer there.
    init(_ sheet: EstateSheet, keys: [String], asOf: Day) {
        (id, number, name, place, stage) = (sheet.id, sheet.number, sheet.name, sheet.place, sheet.stage)
        (location, flags) = (sheet.location, sheet.flags)
        var (approximate, oldest, latest): (Int, Day?, Day?) = (0, nil, nil)
        facts = keys.map { key in
            guard let fact = sheet.facts[key], fact.value.isKnown else { return .unknown }
            let day = fact.provenance.day
            if let day, day > asOf { return .unknown }
            if fact.isApproximate { approximate += 1 }
            if let day {
                oldest = min(oldest ?? day, day)
                latest = max(latest ?? day, day)
            }
            return fact.value
        }
        (self.approximate, self.oldest, self.latest) = (approximate, oldest, latest)
    }

    // MARK: as text

    /// Appends the row as one line of JSON, always written the same way.
    func append(to bytes: inout [UInt8]) {
        let head: [JSON] = [
            .string(id.description), .string(number), .string(name), .string(place.digits), .string(stage),
            location.map { .number($0.longitude) } ?? .null, location.map { .number($0.latitude) } ?? .null,
            .array(flags.map { .string($0.rawValue) }), .integer(Int64(approximate)),
            oldest.map { .string($0.description) } ?? .null, latest.map { .string($0.description) } ?? .null,
        ]
        // The array is left open for the facts.
        bytes.append(contentsOf: JSON.array(head).text.utf8.dropLast())
        bytes.append(contentsOf: ",[".utf8)
        for (index, fact) in facts.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            fact.appendJSON(to: &bytes)
        }
        bytes.append(contentsOf: "]]\n".utf8)
    }

    /// - Throws: a refusal when the line is not one that `append` wrote.
    init(line: Substring.UTF8View) throws {
        let parts = try JSON(parsing: Array(line)).elements
        guard parts.count == 12, let id = parts[0].string.flatMap({ ID<Estate>($0) }),
            let place = parts[3].string.flatMap({ PlaceCode($0) })
        else { throw Snapshot.damaged }
        self.id = id
        self.place = place
        (number, name, stage) = (parts[1].string ?? "", parts[2].string ?? "", parts[4].string ?? "")
        location = parts[5].double.flatMap { longitude in
            parts[6].double.map { Coordinate(longitude: longitude, latitude: $0) }
        }
        flags = parts[7].elements.compactMap { $0.string.flatMap { Checklist.Kind(rawValue: $0) } }
        approximate = Int(parts[8].integer ?? 0)
        (oldest, latest) = (parts[9].string.flatMap { Day($0) }, parts[10].string.flatMap { Day($0) })
        facts = parts[11].elements.map { FactValue(json: $0) }
    }
}

/// How a run's frozen facts lie in the database: lines of JSON in chunks, under one digest.
enum Snapshot {
    /// Estates in one chunk: an estate's explanation reads one.
    static let chunk = 200

    static let damaged = Refusal(
        .unavailable, "evaluation.snapshot", zh: "这次评价保存的事实已损坏；请管理员从备份恢复。",
        en: "The facts kept with this evaluation are damaged; an administrator must restore them from a backup.")

    static func estates(in rows: String) throws -> [FrozenEstate] {
        try rows.split(separator: "\n").map { try FrozenEstate(line: $0.utf8) }
    }
}

/// One digest of many pieces, however they are read: SHA-256 of the pieces' SHA-256, one after the other.
struct DigestChain {
    private var links: [UInt8] = []

    mutating func add(_ bytes: [UInt8]) { links += DigestSuite.sha256.hash(bytes) }

    /// In hexadecimal.
    var digest: String { Hex.encode(DigestSuite.sha256.hash(links)) }
}
