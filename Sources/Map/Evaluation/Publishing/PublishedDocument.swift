public import Cryptography
public import Identity
public import Kernel

/// A published result, whole and for good: what the city says, from which scheme, run and facts it says so.
///
/// Stored as one JSON document whose members stand in a fixed order, without spaces, so that equal results are equal
/// bytes:
/// `{"yiju":"evaluation 1","city":{…},"scheme":{…},"run":{…},"rows":[{"rank":1,"band":"A","number":"CS-00417",…}]}`.
public struct PublishedDocument: Sendable, Hashable {
    public let city: PlaceCode
    public let cityName: Phrase
    public let scheme: SchemeMark
    /// The run's id as text.
    public let run: String
    /// The day as of which facts counted.
    public let asOf: Day
    /// SHA-256 of the run's frozen facts, as 64 hexadecimal digits.
    public let snapshot: String
    /// By rank, then by the estate's number.
    public let rows: [PublishedRow]

    /// Which scheme, exactly.
    public struct SchemeMark: Sendable, Hashable {
        public let code: String
        public let version: Int
        public let name: Phrase
        /// SHA-256 of the version's document, as 64 hexadecimal digits.
        public let digest: String

        public init(code: String, version: Int, name: Phrase, digest: String) {
            (self.code, self.version, self.name, self.digest) = (code, version, name, digest)
        }
    }

    public init(
        city: PlaceCode, cityName: Phrase, scheme: SchemeMark, run: String, asOf: Day, snapshot: String,
        rows: [PublishedRow]
    ) {
        (self.city, self.cityName, self.scheme, self.run) = (city, cityName, scheme, run)
        (self.asOf, self.snapshot) = (asOf, snapshot)
        self.rows = rows.sorted { ($0.rank, $0.number) < ($1.rank, $1.number) }
    }
}

/// One estate of a published result.
public struct PublishedRow: Sendable, Hashable {
    /// 1 is the greatest need; estates of equal score share a rank.
    public let rank: Int
    public let band: String
    /// The estate's public number: "CS-00417".
    public let number: String
    public let name: String
    /// 0 to 100.
    public let need: Double
    /// What the score is at least and at most, whatever the missing facts turn out to be.
    public let low: Double
    public let high: Double
    /// The few that matter, the greatest first.
    public let reasons: [Phrase]

    public init(
        rank: Int, band: String, number: String, name: String, need: Double, low: Double, high: Double,
        reasons: [Phrase]
    ) {
        (self.rank, self.band, self.number, self.name) = (rank, band, number, name)
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
                "publication.number", zh: "小区 \(wrong.number) 的得分不是数字，无法公布；请重新评估。",
                en:
                    "The score of estate \(wrong.number) is no number and cannot be published; run the evaluation again."
            )
        }
        return Array(json.text.utf8)
    }

    private var json: JSON {
        .object([
            "yiju": .string(Self.kind),
            "city": .object(["code": .string(city.digits), "zh": .string(cityName.zh), "en": .string(cityName.en)]),
            "scheme": .object([
                "code": .string(scheme.code), "version": .integer(Int64(scheme.version)),
                "zh": .string(scheme.name.zh), "en": .string(scheme.name.en), "sha256": .string(scheme.digest),
            ]),
            "run": .object([
                "id": .string(run), "asOf": .string(asOf.description), "facts": .string(snapshot),
            ]),
            "rows": .array(rows.map(\.json)),
        ])
    }

    /// Reads a published document.
    /// - Throws: `Refusal` `publication.unreadable`.
    public init(bytes: [UInt8]) throws {
        let json = try JSON(parsing: bytes)
        let (city, scheme, run) = (json["city"], json["scheme"], json["run"])
        guard json["yiju"]?.string == Self.kind, let code = city?["code"]?.string.flatMap({ PlaceCode($0) }),
            let cityName = city.flatMap({ Phrase(told: $0) }), let schemeName = scheme.flatMap({ Phrase(told: $0) }),
            let schemeCode = scheme?["code"]?.string, let version = scheme?["version"]?.integer,
            let digest = scheme?["sha256"]?.string, let id = run?["id"]?.string,
            let asOf = run?["asOf"]?.string.flatMap({ Day($0) }), let facts = run?["facts"]?.string
        else { throw Self.unreadable }
        let mark = SchemeMark(code: schemeCode, version: Int(version), name: schemeName, digest: digest)
        self.init(
            city: code, cityName: cityName, scheme: mark, run: id, asOf: asOf, snapshot: facts,
            rows: try (json["rows"]?.elements ?? []).map { row in
                guard let row = PublishedRow(row) else { throw Self.unreadable }
                return row
            })
    }

    private static var unreadable: Refusal {
        Refusal(
            "publication.unreadable", zh: "这不是宜居公布的评估结果；请使用公布的原文件。",
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
        .object([
            "rank": .integer(Int64(rank)), "band": .string(band), "number": .string(number), "name": .string(name),
            "need": .number(need), "low": .number(low), "high": .number(high),
            "reasons": .array(reasons.map { .object(["zh": .string($0.zh), "en": .string($0.en)]) }),
        ])
    }

    fileprivate init?(_ json: JSON) {
        guard let rank = json["rank"]?.integer, let band = json["band"]?.string,
            let number = json["number"]?.string, let name = json["name"]?.string, let need = json["need"]?.double,
            let low = json["low"]?.double, let high = json["high"]?.double
        else { return nil }
        self.init(
            rank: Int(rank), band: band, number: number, name: name, need: need, low: low, high: high,
            reasons: (json["reasons"]?.elements ?? []).compactMap { Phrase(told: $0) })
    }
}

extension Phrase {
    fileprivate init?(told json: JSON) {
        guard let zh = json["zh"]?.string, let en = json["en"]?.string else { return nil }
        self.init(zh: zh, en: en)
    }
}
