public import Kernel
public import Registry

/// A finished evaluation: one scheme over one frozen snapshot of facts. What is stored of it never changes.
public struct EvaluationRun: Sendable, Hashable {
    public let id: ID<EvaluationRun>
    /// The city, or a smaller place whose estates alone were ranked.
    public let place: PlaceCode
    /// Nil when a draft was tried.
    public let schemeVersion: Int?
    public let schemeTitle: Phrase
    /// SHA-256 of the scheme's document, which the run keeps.
    public let schemeDigest: String
    public let isDefaultScheme: Bool
    /// Ages are counted to this day; facts found out later do not count.
    public let asOf: Day
    /// Ranked and flagged ones.
    public let estates: Int
    public let ranked: Int
    public let flagged: Int
    /// The places of the first band: k in "among the first k".
    public let first: Int
    /// SHA-256 over the frozen facts.
    public let snapshotDigest: String
    /// SHA-256 over the results.
    public let resultDigest: String
    public let at: Instant
    public let by: String
    /// The version of Yiju that computed it.
    public let program: String
    public let isGenerated: Bool
}

/// A number and what it can be while facts are missing.
public struct ScoreRange: Sendable, Hashable {
    public let low: Double
    public let high: Double

    public init(low: Double, high: Double) { (self.low, self.high) = (low, high) }

    init(_ range: ClosedRange<Double>) { self.init(low: range.lowerBound, high: range.upperBound) }

    /// The score "as known": every missing value taken at the middle of its range. The declared rule; shown with the
    /// range beside it.
    public var middle: Double { low + (high - low) / 2 }
    public var isCertain: Bool { low == high }
}

/// One estate in a run.
public struct RankingLine: Sendable, Hashable {
    public let run: ID<EvaluationRun>
    public let estate: ID<Estate>
    public let number: String
    public let name: String
    /// Where it lay when the run was made; who may read the line follows from it.
    public let place: PlaceCode
    public let stage: String
    public let location: Coordinate?
    public let households: Int?
    /// 1 is the greatest need; equal scores share the best of their places. Nil when flagged: shown, not ranked.
    public let rank: Int?
    /// The best and the worst place it can take while facts are missing.
    public let bestRank: Int?
    public let worstRank: Int?
    /// Code of the scheme's band.
    public let band: String?
    /// The bands of `bestRank` and `worstRank`; equal when the band is certain.
    public let bestBand: String?
    public let worstBand: String?
    public let need: ScoreRange
    public let readiness: ScoreRange
    public let gate: Gate
    /// In how many of the weightings around the scheme's it is among the first k, 0 to 1; nil where none were drawn.
    public let firstShare: Double?
    /// The part of the need score that is about functions lacking (里子), 0 to 1; the rest is appearance (面子). 0 for
    /// no need at all.
    public let functionShare: Double
    /// Weight of the known values in both scores together, in thousandths.
    public let known: Int
    /// The cross-check list that keeps it out of the ranking.
    public let flag: Checklist.Kind?
    /// Values of the scheme's aspects, in its order.
    public let aspects: [ScoreRange]
}
