import Decide
import Kernel
import Registry

/// A scheme made ready to judge estates: where in a row of frozen facts each indicator looks. Pure, and the same bits
/// every time: all sums run in the order of the scheme.
struct Appraiser: Sendable {
    let scheme: Scheme
    private let asOf: Day
    private let indicators: [[Placed]]
    private let gate: [(condition: GateCondition, place: Int?)]

    /// An indicator with the places of its facts; nil for a question that was not frozen.
    private struct Placed: Sendable {
        let indicator: Indicator
        let first: Int?
        let second: Int?
        let function: ValueFunction
    }

    /// - Parameter keys: of the frozen facts, in their order.
    /// - Throws: `ValueFlaw`; not for a scheme that was read.
    init(_ scheme: Scheme, keys: [String], asOf: Day) throws {
        let places = Dictionary(keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        self.scheme = scheme
        self.asOf = asOf
        indicators = try scheme.aspects.map { aspect in
            try aspect.indicators.map { indicator in
                let facts = indicator.measure.facts
                return Placed(
                    indicator: indicator, first: places[facts[0]], second: facts.count > 1 ? places[facts[1]] : nil,
                    function: try indicator.scale.function)
            }
        }
        gate = scheme.gate.map { ($0, places[$0.fact]) }
    }

    /// What an indicator comes to at one estate.
    struct Judged {
        /// Nil where a fact is missing, and for choices and flags.
        let measured: Double?
        let value: ScoreRange
        let isKnown: Bool
    }

    /// The values of all aspects of an estate, in the scheme's order.
    func appraise(_ estate: FrozenEstate) -> Appraisal {
        var (low, high): ([Double], [Double]) = ([], [])
        var known = 0.0
        for (aspect, placed) in zip(scheme.aspects, indicators) {
            var (least, most) = (0.0, 0.0)
            for entry in placed {
                let judged = judge(entry, estate.facts)
                least += entry.indicator.weight * judged.value.low
                most += entry.indicator.weight * judged.value.high
                if judged.isKnown { known += aspect.weight * entry.indicator.weight }
            }
            // Weights that sum to one but for rounding must not carry a value over one.
            low.append(min(least, 1))
            high.append(min(max(most, least), 1))
        }
        let purposes = Set(scheme.aspects.map(\.purpose)).count
        return Appraisal(
            low: low, high: high, gate: gate(estate.facts), known: Int((known / Double(purposes) * 1000).rounded())
        )
    }

    /// The indicators of an estate, aspect by aspect.
    func indicators(of estate: FrozenEstate) -> [[ExplainedIndicator]] {
        zip(scheme.aspects, indicators).map { aspect, placed in
            placed.map { entry in
                let judged = judge(entry, estate.facts)
                let places = entry.indicator.measure.facts.count > 1 ? [entry.first, entry.second] : [entry.first]
                return ExplainedIndicator(
                    indicator: entry.indicator,
                    facts: places.map { fact($0, estate.facts) }, measured: judged.measured,
                    value: judged.value, weight: aspect.weight * entry.indicator.weight)
            }
        }
    }

    /// Weights in the need score of all its indicators, aspect by aspect.
    var needWeights: [Double] {
        zip(scheme.aspects, indicators).flatMap { aspect, placed in
            aspect.purpose == .need ? placed.map { aspect.weight * $0.indicator.weight } : []
        }
    }

    /// The values of those indicators at an estate.
    func needs(of estate: FrozenEstate) -> [ScoreRange] {
        zip(scheme.aspects, indicators).flatMap { aspect, placed in
            aspect.purpose == .need ? placed.map { judge($0, estate.facts).value } : []
        }
    }

    /// One of them, with the aspect it belongs to.
    func need(_ column: Int, of estate: FrozenEstate) -> (aspect: Int, indicator: ExplainedIndicator) {
        let all = zip(scheme.aspects.indices, indicators(of: estate)).flatMap { aspect, indicators in
            scheme.aspects[aspect].purpose == .need ? indicators.map { (aspect, $0) } : []
        }
        return all[column]
    }

    /// The conditions of the gate at an estate.
    func conditions(of estate: FrozenEstate) -> [ExplainedCondition] {
        gate.map { condition, place in
            let fact = fact(place, estate.facts)
            return ExplainedCondition(condition: condition, fact: fact, holds: condition.holds(fact))
        }
    }

    private func gate(_ facts: [FactValue]) -> Gate {
        let answers = gate.map { $0.condition.holds(fact($0.place, facts)) }
        if answers.contains(false) { return .notReady }
        return answers.contains(nil) ? .unknown : .ready
    }

    private func fact(_ place: Int?, _ facts: [FactValue]) -> FactValue {
        place.flatMap { facts.indices.contains($0) ? facts[$0] : nil } ?? .unknown
    }

    private func judge(_ entry: Placed, _ facts: [FactValue]) -> Judged {
        let (function, first) = (entry.function, fact(entry.first, facts))
        switch entry.indicator.measure {
        case .fact:
            switch first {
            case .text(let code), .choice(let code):
                if let value = function.value(of: code) { return Judged(nil, value) }
            case .flag(let flag):
                if let value = function.value(of: Scale.code(flag)) { return Judged(nil, value) }
            default:
                if let number = first.asDouble, let value = function.value(of: number) { return Judged(number, value) }
            }
        case .ratio:
            if let above = first.asDouble, let below = fact(entry.second, facts).asDouble, below > 0,
                let value = function.value(of: above / below)
            {
                return Judged(above / below, value)
            }
        case .age:
            if let judged = first.yearRange.flatMap({ judge($0, function) }) { return judged }
        }
        return Judged(measured: nil, value: ScoreRange(function.span), isKnown: false)
    }

    /// Years within which an estate was built count by their middle; years with an open end are a range.
    private func judge(_ years: YearRange, _ function: ValueFunction) -> Judged? {
        let isOpen = years.from == YearRange.earliest || years.to == YearRange.latest
        if isOpen, !years.isSingle {
            let ages = Double(max(asOf.year - years.to, 0))...Double(max(asOf.year - years.from, 0))
            return function.values(of: ages).map {
                Judged(measured: nil, value: ScoreRange($0), isKnown: $0.lowerBound == $0.upperBound)
            }
        }
        let age = max(Double(asOf.year) - Double(years.from + years.to) / 2, 0)
        return function.value(of: age).map { Judged(age, $0) }
    }
}

extension Appraiser.Judged {
    fileprivate init(_ measured: Double?, _ value: Double) {
        self.init(measured: measured, value: ScoreRange(low: value, high: value), isKnown: true)
    }
}

extension GateCondition {
    /// Nil where the fact is missing or of another kind.
    fileprivate func holds(_ fact: FactValue) -> Bool? {
        switch test {
        case .atLeast(let least): fact.asDouble.map { $0 >= least }
        case .holds: if case .flag(let flag) = fact { flag } else { nil }
        }
    }
}

/// What a scheme makes of one estate.
struct Appraisal: Hashable, Sendable {
    /// Of each aspect of the scheme, in its order, 0 to 1.
    let low: [Double]
    let high: [Double]
    let gate: Gate
    /// Weight of the known values in both scores, in thousandths.
    let known: Int
}
