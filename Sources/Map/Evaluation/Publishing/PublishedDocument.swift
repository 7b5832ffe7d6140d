public import Cryptography
public import Identity
public import Kernel

/// A published result, whole and for good: what the city says, from which scheme, run and facts it says so.
///
/// Stored as one JSON document whose members stand in a fixed order, without spaces, so that equal results are equal
/// bytes:
/// `{"yiju":"evaluation 1","place":{…},"scheme":{…},"run":{…},"rows":[{"rank":1,"best":1,"worst":4,"band":"A",…}]}`.
public struct PublishedDocument: Sendable, Hashable {
    /// The city, or the part of it whose estates were ranked.
    public let place: PlaceCode
    public let placeName: Phrase
    public let scheme: SchemeMark
    public let run: ID<EvaluationRun>
    /// The day as of which facts counted.
    public let asOf: Day
    /// SHA-256 of the run's frozen facts, as 64 hexadecimal digits.
    public let snapshot: String
    /// Made from generated estates, as demo cities are: nothing to act upon.
    public let isGenerated: Bool
    /// By rank, then by the estate's number; those that were not ranked come last.
    public let rows: [PublishedRow]

    /// Which scheme, exactly.
    public struct SchemeMark: Sendable, Hashable {
        public let version: Int
        public let title: Phrase
        /// SHA-256 of the version's document, as 64 hexadecimal digits.
        public let digest: String
        /// Shipped with Yiju, and not the city's own.
        public let isDefault: Bool

        public init(version: Int, title: Phrase, digest: String, isDefault: Bool) {
            (self.version, self.title, self.digest, self.isDefault) = (version, title, digest, isDefault)
        }
    }

    public init(
        place: PlaceCode, placeName: Phrase, scheme: SchemeMark, run: ID<EvaluationRun>, asOf: Day, snapshot: String,
        isGenerated: Bool, rows: [PublishedRow]
    ) {
        (self.place, self.placeName, self.scheme, self.run) = (place, placeName, scheme, run)
        (self.asOf, self.snapshot, self.isGenerated) = (asOf, snapshot, isGenerated)
        self.rows = rows.sorted { ($0.rank ?? .max, $0.number) < ($1.rank ?? .max, $1.number) }
    }
}

/// One estate of a published result.
public struct PublishedRow: Sendable, Hashable {
    /// 1 is the greatest need; estates of equal score share a rank. Nil for one that was shown and not ranked.
    public let rank: Int?
    /// The best and the worst place that it can take while facts are missing.
    public let best: Int?
    public let worst: Int?
    public let band: String?
    /// The cross-check list that keeps it out of the ranking.
    public let flag: String?
    /// The estate's public number: "CS-00417".
    public let number: String
    public let name: String
    /// 0 to 1.
    public let need: Double
    /// What the score is at least and at most, whatever the missing facts turn out to be.
    public let low: Double
    public let high: Double
    /// The few that matter, the greatest first.
    public let reasons: [Phrase]

    public init(
        rank: Int?, best: Int?, worst: Int?, band: String?, flag: String?, number: String, name: String, need: Double,
        low: Double, high: Double, reasons: [Phrase]
    ) {
        (self.rank, self.best, self.worst, self.band, self.flag) = (rank, best, worst, band, flag)
        (self.number, self.name) = (number, name)
        (self.need, self.low, self.high, self.reasons) = (need, low, high, reasons)
    }
}

extension PublishedDocument {
    private static let kind = "evaluation 1"

    /// The document's bytes: what is stored, digested and signed.
    /// - Throws: `Refusal` `publication.number` for a score that is no number.
    public func bytes() throws -> [UInt8] {
        if let wrong = rows.first(where: { ![$0.need, $0.low, $0.high].allSatisfy(\.isFinite) }) {
            throw Refusal(
                "publication.number", zh: "小区 \(wrong.number) 的得分不是数字，无法公布；请重新评价。",
                en:
                    "The score of estate \(wrong.number) is no number and cannot be published; run the evaluation again."
            )
        }
        return Array(json.text.utf8)
    }

    private var json: JSON {
        .object([
            "yiju": .string(Self.kind),
            "place": .object([
                "code": .string(place.digits), "zh": .string(placeName.zh), "en": .string(placeName.en),
            ]),
            "scheme": .object([
                "version": .integer(Int64(scheme.version)), "zh": .string(scheme.title.zh),
                "en": .string(scheme.title.en), "sha256": .string(scheme.digest), "default": .bool(scheme.isDefault),
            ]),
            "run": .object([
                "id": .string(run.description), "asOf": .string(asOf.description), "facts": .string(snapshot),
                "generated": .bool(isGenerated),
            ]),
            "rows": .array(rows.map(\.json)),
        ])
    }

    /// Reads a published document.
    /// - Throws: `Refusal` `publication.unreadable`.
    public init(bytes: [UInt8]) throws {
        let json = try JSON(parsing: bytes)
        let (place, scheme, run) = (json["place"], json["scheme"], json["run"])
        guard json["yiju"]?.string == Self.kind, let code = place?["code"]?.string.flatMap({ PlaceCode($0) }),
            let placeName = place.flatMap({ Phrase(told: $0) }), let title = scheme.flatMap({ Phrase(told: $0) }),
            let version = scheme?["version"]?.integer, let isDefault = scheme?["default"]?.bool,
            let digest = scheme?["sha256"]?.string, let isGenerated = run?["generated"]?.bool,
            let id = run?["id"]?.string.flatMap({ ID<EvaluationRun>($0) }),
            let asOf = run?["asOf"]?.string.flatMap({ Day($0) }), let facts = run?["facts"]?.string
        else { throw Self.unreadable }
        let mark = SchemeMark(version: Int(version), title: title, digest: digest, isDefault: isDefault)
        self.init(
            place: code, placeName: placeName, scheme: mark, run: id, asOf: asOf, snapshot: facts,
            isGenerated: isGenerated,
            rows: try (json["rows"]?.elements ?? []).map { row in
                guard let row = PublishedRow(row) else { throw Self.unreadable }
                return row
            })
    }

    private static var unreadable: Refusal {
        Refusal(
            "publication.unreadable", zh: "这不是宜居公布的评价结果；请使用公布的原文件。",
            en: "This is no evaluation that Yiju published; use the published file unchanged.")
    }

    /// Whether the city's key made this signature over exactly these bytes, as a published evaluation. Needs nothing
    /// but what was published.
    public static func verify(_ document: [UInt8], _ signature: DetachedSignature, _ key: VerifyingKey) -> Bool {
        signature.purpose == purpose && signature.vouches(for: document, key: key)
    }

    static let purpose = "evaluation"
}

extension PublishedRow {
    fileprivate var json: JSON {
        let whole = { (number: Int?) in number.map { JSON.integer(Int64($0)) } ?? .null }
        let text = { (text: String?) in text.map { JSON.string($0) } ?? .null }
        return .object([
            "rank": whole(rank), "best": whole(best), "worst": whole(worst), "band": text(band), "flag": text(flag),
            "number": .string(number), "name": .string(name), "need": .number(need), "low": .number(low),
            "high": .number(high),
            "reasons": .array(reasons.map { .object(["zh": .string($0.zh), "en": .string($0.en)]) }),
        ])
    }

    fileprivate init?(_ json: JSON) {
        let whole = { (key: String) in json[key]?.integer.map { Int($0) } }
        guard let number = json["number"]?.string, let name = json["name"]?.string, let need = json["need"]?.double,
            let low = json["low"]?.double, let high = json["high"]?.double
        else { return nil }
        self.init(
            rank: whole("rank"), best: whole("best"), worst: whole("worst"), band: json["band"]?.string,
            flag: json["flag"]?.string, number: number, name: name, need: need, low: low, high: high,
            reasons: (json["reasons"]?.elements ?? []).compactMap { Phrase(told: $0) })
    }
}

extension Phrase {
    fileprivate init?(told json: JSON) {
        guard let zh = json["zh"]?.string, let en = json["en"]?.string else { return nil }
        self.init(zh: zh, en: en)
    }
}
