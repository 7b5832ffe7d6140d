public import Kernel

/// Years as surveys know them: one, or from … to, both included. "1985年前" reaches back to `earliest`.
public struct YearRange: Hashable, Codable, Sendable, Comparable, CanonicallyWritten {
    /// Where an open beginning stands; older housing is not written in years before this either.
    public static let earliest = 1840
    /// Where an open end stands.
    public static let latest = 2100

    public let from: Int
    public let to: Int

    /// Nil unless `earliest` ≤ from ≤ to ≤ `latest`.
    public init?(from: Int, to: Int) {
        guard Self.earliest <= from, from <= to, to <= Self.latest else { return nil }
        self.from = from
        self.to = to
    }

    public init?(_ year: Int) { self.init(from: year, to: year) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let (from, to) = (try container.decode(Int.self, forKey: .from), try container.decode(Int.self, forKey: .to))
        guard let range = YearRange(from: from, to: to) else {
            throw DecodingError.dataCorruptedError(
                forKey: .from, in: container, debugDescription: "no years: \(from)-\(to)")
        }
        self = range
    }

    public var isSingle: Bool { from == to }

    public static func < (left: YearRange, right: YearRange) -> Bool { (left.from, left.to) < (right.from, right.to) }

    /// "1998", "1996-1998", "1985年以前", "2001年以后".
    public var canonical: String {
        if isSingle { return String(from) }
        if from == Self.earliest { return "\(to)年以前" }
        if to == Self.latest { return "\(from)年以后" }
        return "\(from)-\(to)"
    }

    /// For pages.
    public var text: Phrase {
        if isSingle { return Phrase(zh: "\(from)年", en: "\(from)") }
        if from == Self.earliest { return Phrase(zh: "\(to)年及以前", en: "\(to) or earlier") }
        if to == Self.latest { return Phrase(zh: "\(from)年及以后", en: "\(from) or later") }
        return Phrase(zh: "\(from)—\(to)年", en: "\(from)–\(to)")
    }
}
