public import Decide
public import Kernel
public import Registry

/// What a ranking is asked for. Every part is optional and all must hold.
public struct RankingFilter: Sendable, Hashable {
    public enum Sort: String, Sendable, CaseIterable {
        case rank, name, place, need, readiness, certainty, firstShare
    }

    /// Found anywhere in name or number.
    public var text = ""
    public var place: PlaceCode?
    public var bands: Set<String> = []
    public var gate: Gate?
    /// Only the flagged ones, or none of them.
    public var isFlagged: Bool?
    /// Only those of which it is open whether they are among the first k.
    public var onlyOpen = false
    public var sort = Sort.rank
    public var descending = false

    public init() {}
}

/// One page of a ranking.
public struct Ranking: Sendable {
    public let lines: [RankingLine]
    /// Of all pages.
    public let total: Int
}

/// One part of an explanation: an aspect's contribution to a score, or to the difference of two.
public struct ExplainedPart: Sendable, Hashable {
    /// Index in the scheme's aspects.
    public let aspect: Int
    /// In points of the score, 0 to 1 in all.
    public let points: Double
}

/// Why an estate stands where it stands, beside something else.
public struct ExplainedDifference: Sendable, Hashable {
    /// Score of the estate − score of the other; the sum of the parts and the rest.
    public let difference: Double
    /// The few parts that matter, the largest first.
    public let parts: [ExplainedPart]
    /// All others as one.
    public let rest: Double
}

/// Another estate in the ranking, as far as this reader may see it.
public struct RankedNeighbour: Sendable {
    public let rank: Int
    public let need: ScoreRange
    /// Nil outside the reader's places: its rank and score are told, not who it is.
    public let line: RankingLine?
    public let why: ExplainedDifference
}

/// One indicator of one estate: the fact, its value, its weight.
public struct ExplainedIndicator: Sendable, Hashable {
    public let indicator: Indicator
    /// The facts it looks at, in the order of `Measure.facts`; `.unknown` where missing.
    public let facts: [FactValue]
    /// What was put on the scale: years, a ratio, the fact's number; nil for choices and where missing.
    public let measured: Double?
    public let value: ScoreRange
    /// Weight in the whole score.
    public let weight: Double
}

/// What would move an estate over the line behind the first k.
public struct CrossingChange: Sendable, Hashable {
    public let aspect: Int
    public let from: Double
    /// The aspect's value at which it crosses.
    public let to: Double
}

/// A value whose survey would tell most.
public struct SurveyTask: Sendable, Hashable {
    public let estate: ID<Estate>
    public let number: String
    public let name: String
    public let place: PlaceCode
    public let aspect: Int
    public let indicator: Indicator
    /// The missing facts of the indicator.
    public let facts: [String]
    /// By how many places the estate's range of ranks narrows.
    public let places: Int
    /// By how much its range of scores narrows.
    public let points: Double
}

/// "Why 57th": all of one estate's evaluation.
public struct EstateExplanation: Sendable {
    public let run: EvaluationRun
    public let scheme: Scheme
    public let line: RankingLine
    /// Of each of the scheme's aspects, its indicators.
    public let indicators: [[ExplainedIndicator]]
    /// Contribution of each need aspect to the score, the largest first.
    public let contributions: [ExplainedPart]
    /// Each group's contribution, in the order of the scheme's groups.
    public let groups: [GroupScore]
    public let district: PlaceCode
    /// Beside the medians of its district.
    public let againstDistrict: ExplainedDifference
    /// The nearest above and below in rank.
    public let above: RankedNeighbour?
    public let below: RankedNeighbour?
    /// The last of the first k, or the first behind them when the estate is among them.
    public let atCutOff: RankedNeighbour?
    public let isAmongFirst: Bool?
    /// One aspect alone, the smallest change first; empty when none suffices.
    public let changes: [CrossingChange]
    /// What to survey, the most telling first.
    public let missing: [SurveyTask]
    /// The conditions of the gate, with what is known of each.
    public let conditions: [ExplainedCondition]
    /// Facts given as estimates.
    public let approximate: Int
    /// The oldest and the latest day of the facts used.
    public let oldestFact: Day?
    public let latestFact: Day?
    /// The cross-check lists that name it.
    public let flags: [Checklist.Kind]
}

/// What a group of aspects adds to the score.
public struct GroupScore: Sendable, Hashable {
    public let group: String
    /// Mean value of its need aspects by their weights, 0 to 1.
    public let value: ScoreRange
    /// What it adds to the score.
    public let points: Double
    /// The same of the medians of its district.
    public let usual: Double
}

/// One condition of the gate at one estate.
public struct ExplainedCondition: Sendable, Hashable {
    public let condition: GateCondition
    public let fact: FactValue
    /// Nil where the fact is missing.
    public let holds: Bool?
}

/// Several estates of one run side by side.
public struct EstateComparison: Sendable {
    public let run: EvaluationRun
    public let scheme: Scheme
    public let lines: [RankingLine]
}

/// One estate in two runs, or under two schemes.
public struct Move: Sendable {
    public let line: RankingLine
    /// Rank and score in the first; nil where it was not ranked.
    public let from: Int?
    public let to: Int?
    public let needBefore: ScoreRange?
    public let needAfter: ScoreRange?
    /// Why its score changed: by aspect where both have it, the largest first. Places also move because others move.
    public let why: [MovedPart]
    /// It comes among the first k, or drops out of them.
    public let entersFirst: Bool
    public let leavesFirst: Bool
}

/// How much of a change of score one aspect makes.
public struct MovedPart: Sendable, Hashable {
    public let aspect: String
    public let name: Phrase
    public let points: Double
    /// Of these, what comes of another weight with the same value.
    public let byWeight: Double
}

/// Who moves between two runs, or between the scheme in force and a draft.
public struct RunComparison: Sendable {
    public let from: EvaluationRun
    /// Nil for a draft that was only tried.
    public let to: EvaluationRun?
    public let schemeBefore: Scheme
    public let schemeAfter: Scheme
    /// Of the estates the reader may see, the farthest moved first.
    public let moves: [Move]
    /// Estates of both, ranked in both.
    public let ranked: Int
    public let moved: Int
    public let enters: Int
    public let leaves: Int
    /// Spearman's correlation of the two orders, over all estates ranked in both; nil for fewer than two.
    public let spearman: Double?
    public let sameFacts: Bool
}

/// A district in a run.
public struct DistrictStanding: Sendable, Hashable {
    public let place: PlaceCode
    public let estates: Int
    public let ranked: Int
    /// Estates among the first k.
    public let amongFirst: Int
    public let meanNeed: Double
    public let meanReadiness: Double
    /// Median of each aspect of the scheme.
    public let medians: [Double]
    /// Estates ready, in all.
    public let ready: Int
}

extension Scheme {
    /// How much of the need lies in functions lacking (里子), 0…1; nil where there is no need.
    /// - Parameter values: of all aspects.
    public func functionShare(of values: [Double]) -> Double? {
        guard values.count == aspects.count else { return nil }
        let parts = zip(aspects, values).filter { $0.0.purpose == .need }.map { ($0.0.weight * $0.1, $0.0.function) }
        let whole = parts.reduce(0) { $0 + $1.0 }
        return whole > 0 ? parts.reduce(0) { $0 + $1.0 * $1.1 } / whole : nil
    }
}

/// The ranked estates as a table of values, for other methods and weights.
public struct EvaluationMatrix: Sendable {
    public let run: EvaluationRun
    public let scheme: Scheme
    /// The scheme's need aspects, as columns.
    public let aspects: [Aspect]
    /// Nil where the reader may not see who it is.
    public let lines: [RankingLine?]
    /// Estates × need aspects.
    public let table: ValueTable
    public let weights: Weights
}

/// Whether a run came out the same when computed again from what is stored.
public struct Replay: Sendable {
    public let run: EvaluationRun
    public let isEqual: Bool
    /// The first thing that differs; nil when nothing does.
    public let difference: Phrase?
    public let estates: Int
    /// As computed now.
    public let resultDigest: String
}
