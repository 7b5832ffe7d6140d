public import Identity
public import Kernel
public import Store

/// One estate as the API answers it, made straight from its row: the stored facts are spliced in unread.
///
/// ```json
/// {"id":"0190a3c1-…","number":"CS-00417","name":"公交小区","aliases":["公交公司宿舍"],"place":"430111003005",
///  "address":"…","officialCode":null,"location":[113.0211,28.1503],"stage":"works","stageDay":"2020-11-01",
///  "programmedYear":2020,"completedYear":null,"builtFrom":1986,"builtTo":1986,"households":364,"buildings":9,
///  "floorAreaM2":29600,"surveyedOn":"2019-05-15","completeness":0.91,"issues":1,"flags":0,"generated":true,
///  "version":7,"changedAt":"2026-06-24T02:12:00.000Z",
///  "facts":{"sources":[["不动产登记","2026-06-24","陈立"]],"values":{"households":[364,0],"gasShare":[null,0]}}}
/// ```
///
/// `location` is longitude and latitude in CGCS2000 degrees, areas are in m², `completeness` is a share of one; null is
/// unknown. For `facts` see `FactSheet`; an officer who entered facts is named as on the estate's page.
public struct EstateDocument: Sendable {
    /// UTF-8.
    public let json: [UInt8]
    /// An HTTP entity tag, quotes included: equal tags mean equal documents.
    public let tag: String
}

/// A contradiction stored with an estate.
public struct EstateIssue: Sendable, Hashable {
    public let rule: QualityRule
    public let detail: String
}

/// Where an estate lay, from when until when.
public struct EstateResidence: Sendable, Hashable {
    public let place: PlaceCode
    public let from: Day
    /// Nil while it lasts.
    public let until: Day?
}

extension Register {
    /// - Parameter outlined: the outline is wanted as well, as `"outline"`: a GeoJSON geometry, null without one.
    /// - Throws: a refusal of kind `.notFound` or `.forbidden`, as `visibleEstate` does.
    public func estateDocument(
        _ id: ID<Estate>, outlined: Bool = false, for actor: Actor, vault: Vault, in tx: Tx
    ) throws -> EstateDocument {
        try actor.require(.readEstates)
        // A row for each alias, mostly one: one statement where two would cost the reader twice.
        let rows = try tx.rows(
            """
            SELECT number, estate.name, place, address, official_code, longitude, latitude, stage, stage_day,
                programmed_year, completed_year, built_from, built_to, households, buildings, floor_area, surveyed_on,
                completeness, issues, flags, generated, version, changed_at, facts, estate_alias.name AS alias
            FROM estate JOIN estate_sheet ON estate_sheet.estate = id
                LEFT JOIN estate_alias ON estate_alias.estate = id
            WHERE id = \(id) ORDER BY estate_alias.name
            """)
        guard let row = rows.first else { throw Self.noEstate }
        let place: PlaceCode = try row[2]
        try actor.require(.readEstates, at: place)
        var facts: String = try row[23]
        var names: String?
        if let sources = try SourceNames(facts) {
            let people = try PersonNames(of: sources.officers, reader: actor, vault: vault, tx: tx)
            facts = sources.document { people.name($0, at: place) }
            names = sources.officers.sorted().map { people.name($0, at: place) }.joined(separator: "\n")
        }
        let outline = outlined ? try outline(of: id, in: tx)?.text ?? "null" : nil
        return try EstateDocument(
            id, row, aliases: rows.compactMap { try $0[24] }, facts: facts, names: names, outline: outline)
    }

    /// The contradictions found in an estate's facts. The caller has checked that the reader may see the estate.
    public func issues(of estate: ID<Estate>, in tx: Tx) throws -> [EstateIssue] {
        try tx.rows("SELECT rule, detail FROM estate_issue WHERE estate = \(estate) ORDER BY rule").compactMap { row in
            // A rule that only a newer version knows is nothing to explain here.
            guard let rule = QualityRule(rawValue: try row[0]) else { return nil }
            return EstateIssue(rule: rule, detail: try row[1])
        }
    }

    /// The places an estate has belonged to, the latest first.
    public func residences(of estate: ID<Estate>, in tx: Tx) throws -> [EstateResidence] {
        try tx.map(
            """
            SELECT place, from_day, to_day FROM estate_place WHERE estate = \(estate)
            ORDER BY from_day DESC, CASE WHEN to_day IS NULL THEN 0 ELSE 1 END
            """
        ) { EstateResidence(place: try $0[0], from: try $0[1], until: try $0[2]) }
    }
}

extension EstateLine {
    /// A line of the list as API and command line answer it: the keys of `EstateDocument` without facts and address.
    public var json: JSON {
        let whole = { (value: Int?) in value.map { JSON.integer(Int64($0)) } ?? .null }
        return .object([
            "id": .string(id.description), "number": .string(number), "name": .string(name),
            "place": .string(place.digits), "location": location.json, "stage": .string(stage),
            "programmedYear": whole(programmedYear), "completedYear": whole(completedYear),
            "builtFrom": whole(builtFrom),
            "builtTo": whole(builtTo), "households": whole(households), "buildings": whole(buildings),
            "floorAreaM2": floorArea.map { .number($0.m2) } ?? .null,
            "completeness": .number(Double(completeness) / 1000),
            "issues": whole(issues), "flags": whole(flags),
        ])
    }
}

extension Summary {
    /// `{"estates":1450,"buildings":…,"households":…,"floorAreaM2":…,`
    /// `"byDistrict":{"430102":{"name":"芙蓉区","estates":…}},`
    /// `"byStage":{"surveyed":{…}},"byYear":{"2020":{"programmed":{…},"completed":{…}}}}`: the same four figures
    /// everywhere.
    public func json(_ names: [PlaceCode: Place]) -> JSON {
        let districts = byDistrict.map { line in
            let name = JSON.Member("name", .string(names[line.place]?.name ?? ""))
            return JSON.Member(line.place.digits, .object([name] + line.totals.members))
        }
        let years = byYear.map { line in
            JSON.Member(
                String(line.year),
                .object([
                    "programmed": .object(line.figures.programmed.members),
                    "completed": .object(line.figures.completed.members),
                ]))
        }
        return .object(
            stock.members + [
                JSON.Member("byDistrict", .object(districts)),
                JSON.Member("byStage", .object(byStage.map { JSON.Member($0.stage, .object($0.totals.members)) })),
                JSON.Member("byYear", .object(years)),
            ])
    }
}

extension Totals {
    fileprivate var members: [JSON.Member] {
        [
            JSON.Member("estates", .integer(Int64(estates))), JSON.Member("buildings", .integer(Int64(buildings))),
            JSON.Member("households", .integer(Int64(households))), JSON.Member("floorAreaM2", .number(floorArea.m2)),
        ]
    }
}

extension EstateDocument {
    /// - Parameter names: the officers' in `facts`, which change without a new version of the estate.
    fileprivate init(
        _ id: ID<Estate>, _ row: Row, aliases: [String], facts: String, names: String?, outline: String?
    ) throws {
        let version: Int = try row[21]
        var writer = DocumentWriter(capacity: facts.utf8.count + 1024)
        writer.text("id", id.description)
        writer.text("number", try row[0])
        writer.text("name", try row[1])
        writer.list("aliases", aliases)
        writer.text("place", try row[2])
        writer.text("address", try row[3])
        writer.text("officialCode", try row[4])
        writer.point("location", try row[5], try row[6])
        writer.text("stage", try row[7])
        writer.text("stageDay", try row[8])
        writer.number("programmedYear", try row[9])
        writer.number("completedYear", try row[10])
        writer.number("builtFrom", try row[11])
        writer.number("builtTo", try row[12])
        writer.number("households", try row[13])
        writer.number("buildings", try row[14])
        writer.number("floorAreaM2", hundredths: try row[15])
        writer.text("surveyedOn", try row[16])
        writer.number("completeness", thousandths: try row[17])
        writer.number("issues", try row[18])
        writer.number("flags", try row[19])
        writer.flag("generated", try row[20])
        // Stages and contradictions change without a new version, facts never do.
        let digest = writer.digest(and: names)
        tag = "\"\(version)-\(String(digest, radix: 16))\""
        writer.number("version", version)
        writer.text("changedAt", (try row[22] as Instant).rfc3339)
        writer.raw("facts", facts)
        if let outline { writer.raw("outline", outline) }
        json = writer.finish()
    }
}

/// Writes one flat JSON object into one buffer.
private struct DocumentWriter {
    private var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
        bytes.append(UInt8(ascii: "{"))
    }

    /// Of what is written so far, and of `more`.
    func digest(and more: String?) -> UInt64 {
        var sum = Checksum(of: bytes)
        sum.add((more ?? "").utf8)
        return sum.value
    }

    mutating func text(_ key: StaticString, _ value: String?) {
        begin(key)
        guard let value else { return put("null") }
        quote(value)
    }

    mutating func list(_ key: StaticString, _ values: [String]) {
        begin(key)
        put("[")
        for (index, value) in values.enumerated() {
            if index > 0 { put(",") }
            quote(value)
        }
        put("]")
    }

    mutating func number(_ key: StaticString, _ value: Int?) {
        begin(key)
        guard let value else { return put("null") }
        put(value)
    }

    mutating func number(_ key: StaticString, hundredths value: Int?) {
        fraction(key, value, digits: 2)
    }

    mutating func number(_ key: StaticString, thousandths value: Int?) {
        fraction(key, value, digits: 3)
    }

    mutating func point(_ key: StaticString, _ longitude: Double?, _ latitude: Double?) {
        begin(key)
        guard let longitude, let latitude else { return put("null") }
        bytes.append(contentsOf: "[\(longitude),\(latitude)]".utf8)
    }

    mutating func flag(_ key: StaticString, _ value: Bool) {
        begin(key)
        put(value ? "true" : "false")
    }

    mutating func raw(_ key: StaticString, _ json: String) {
        begin(key)
        bytes.append(contentsOf: json.utf8)
    }

    mutating func finish() -> [UInt8] {
        put("}")
        return bytes
    }

    private mutating func begin(_ key: StaticString) {
        put(bytes.count > 1 ? ",\"" : "\"")
        put(key)
        put("\":")
    }

    private mutating func put(_ literal: StaticString) {
        literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func put(_ number: Int) {
        bytes.append(contentsOf: String(number).utf8)
    }

    /// `value` counts 10⁻ⁿ; written without zeros at the end.
    private mutating func fraction(_ key: StaticString, _ value: Int?, digits: Int) {
        begin(key)
        guard let value else { return put("null") }
        let scale = digits == 2 ? 100 : 1000
        put(value / scale)
        var rest = value % scale
        guard rest > 0 else { return }
        put(".")
        var unit = scale / 10
        while rest > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(rest / unit))
            rest %= unit
            unit /= 10
        }
    }

    private mutating func quote(_ text: String) {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        guard isPlain else {
            bytes.append(contentsOf: JSON.string(text).text.utf8)
            return
        }
        put("\"")
        bytes.append(contentsOf: text.utf8)
        put("\"")
    }
}
