public import Kernel
import Registry

extension ScoreRange {
    /// `{"score":…,"low":…,"high":…}`.
    public var json: JSON { .object(["score": .number(middle), "low": .number(low), "high": .number(high)]) }
}

extension EvaluationRun {
    /// For the command line and the API.
    public var json: JSON {
        .object([
            "id": .string(id.description), "place": .string(place.digits),
            "schemeVersion": schemeVersion.json, "schemeZh": .string(schemeTitle.zh),
            "schemeEn": .string(schemeTitle.en), "schemeDigest": .string(schemeDigest),
            "isDefaultScheme": .bool(isDefaultScheme), "asOf": .string(asOf.description),
            "estates": .integer(Int64(estates)), "ranked": .integer(Int64(ranked)),
            "flagged": .integer(Int64(flagged)), "first": .integer(Int64(first)),
            "snapshotDigest": .string(snapshotDigest), "resultDigest": .string(resultDigest),
            "at": .string(at.rfc3339), "by": .string(by), "program": .string(program),
            "isGenerated": .bool(isGenerated),
        ])
    }
}

extension RankingLine {
    /// With the values of the aspects by their codes.
    public func json(_ scheme: Scheme) -> JSON {
        let values = zip(scheme.aspects, aspects).map { JSON.Member($0.code, $1.json) }
        return .object([
            "estate": .string(estate.description), "number": .string(number), "name": .string(name),
            "place": .string(place.digits), "rank": rank.json, "bestRank": bestRank.json, "worstRank": worstRank.json,
            "band": band.json, "bestBand": bestBand.json, "worstBand": worstBand.json, "need": need.json,
            "readiness": readiness.json, "gate": .string(gate.rawValue), "firstShare": firstShare.json,
            "functionShare": .number(functionShare), "known": .number(Double(known) / 1000),
            "flag": (flag?.rawValue).json, "aspects": .object(values),
        ])
    }
}

extension EstateExplanation {
    /// All of it, with aspects by their codes.
    public var json: JSON {
        .object([
            "run": run.json, "line": line.json(scheme), "isAmongFirst": isAmongFirst.map { .bool($0) } ?? .null,
            "contributions": json(contributions), "againstDistrict": json(againstDistrict),
            "district": .string(district.digits), "above": json(above), "below": json(below),
            "atCutOff": json(atCutOff),
            "changes": .array(
                changes.map {
                    .object([
                        "aspect": .string(scheme.aspects[$0.aspect].code), "from": .number($0.from),
                        "to": .number($0.to),
                    ])
                }),
            "indicators": .array(indicators.joined().map(\.json)), "missing": .array(missing.map { $0.json(scheme) }),
            "conditions": .array(
                conditions.map {
                    .object([
                        "fact": .string($0.condition.fact), "zh": .string($0.condition.name.zh),
                        "en": .string($0.condition.name.en), "value": $0.fact.json,
                        "holds": $0.holds.map { .bool($0) } ?? .null,
                    ])
                }),
            "approximate": .integer(Int64(approximate)), "oldestFact": (oldestFact?.description).json,
            "latestFact": (latestFact?.description).json, "flags": .array(flags.map { .string($0.rawValue) }),
        ])
    }

    private func json(_ parts: [ExplainedPart]) -> JSON {
        .array(
            parts.map {
                .object(["aspect": .string(scheme.aspects[$0.aspect].code), "points": .number($0.points)])
            })
    }

    private func json(_ difference: ExplainedDifference) -> JSON {
        .object([
            "difference": .number(difference.difference), "parts": json(difference.parts),
            "rest": .number(difference.rest),
        ])
    }

    private func json(_ neighbour: RankedNeighbour?) -> JSON {
        guard let neighbour else { return .null }
        return .object([
            "rank": .integer(Int64(neighbour.rank)), "need": neighbour.need.json,
            "number": (neighbour.line?.number).json, "name": (neighbour.line?.name).json, "why": json(neighbour.why),
        ])
    }
}

extension ExplainedIndicator {
    fileprivate var json: JSON {
        .object([
            "indicator": .string(indicator.code), "facts": .array(facts.map(\.json)), "measured": measured.json,
            "value": value.json, "weight": .number(weight),
        ])
    }
}

extension SurveyTask {
    /// A value to survey.
    public func json(_ scheme: Scheme) -> JSON {
        .object([
            "estate": .string(estate.description), "number": .string(number), "name": .string(name),
            "place": .string(place.digits), "aspect": .string(scheme.aspects[aspect].code),
            "indicator": .string(indicator.code), "facts": .array(facts.map { .string($0) }),
            "places": .integer(Int64(places)), "points": .number(points),
        ])
    }
}

extension RunComparison {
    /// Who moves, and why.
    public var json: JSON {
        .object([
            "from": from.json, "to": to?.json ?? .null, "ranked": .integer(Int64(ranked)),
            "moved": .integer(Int64(moved)), "enters": .integer(Int64(enters)), "leaves": .integer(Int64(leaves)),
            "spearman": spearman.json, "sameFacts": .bool(sameFacts), "moves": .array(moves.map(\.json)),
        ])
    }
}

extension Move {
    fileprivate var json: JSON {
        .object([
            "number": .string(line.number), "name": .string(line.name), "place": .string(line.place.digits),
            "from": from.json, "to": to.json, "entersFirst": .bool(entersFirst), "leavesFirst": .bool(leavesFirst),
            "why": .array(
                why.map {
                    .object([
                        "aspect": .string($0.aspect), "points": .number($0.points), "byWeight": .number($0.byWeight),
                    ])
                }),
        ])
    }
}

extension Optional where Wrapped == Int {
    fileprivate var json: JSON { map { .integer(Int64($0)) } ?? .null }
}

extension Optional where Wrapped == Double {
    fileprivate var json: JSON { map { .number($0) } ?? .null }
}

extension Optional where Wrapped == String {
    fileprivate var json: JSON { map { .string($0) } ?? .null }
}
