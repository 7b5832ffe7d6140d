import Decide
public import Kernel
public import Registry
public import Store

extension Evaluations {
    /// "Why 57th": one estate's place taken apart. Rank and score of neighbours outside the actor's places are told,
    /// not who they are.
    public func explanation(
        of estate: ID<Estate>, in run: EvaluationRun, for actor: Actor, in tx: Tx
    ) throws -> EstateExplanation {
        let line = try line(of: estate, in: run, for: actor, in: tx)
        let scheme = try scheme(of: run, in: tx)
        let position: Int? = try tx.value(
            "SELECT position FROM evaluation_result WHERE run = \(run.id) AND estate = \(estate)")
        let frozen = try frozen(at: position ?? 0, of: run, in: tx)
        let appraiser = try Appraiser(scheme, keys: keys(of: run, in: tx), asOf: run.asOf)
        let indicators = appraiser.indicators(of: frozen)
        let plea = try Plea(line, scheme)
        let district = line.place.ancestor(.district) ?? line.place
        let medians = try medians(of: district, in: run, in: tx)
        let neighbours = try Neighbours(of: line, in: run, within: actor.scope(.readEvaluation), plea, in: tx)
        return EstateExplanation(
            run: run, scheme: scheme, line: line, indicators: indicators, contributions: plea.contributions,
            groups: try plea.groups(beside: medians), district: district,
            againstDistrict: try plea.difference(to: medians),
            above: neighbours.above, below: neighbours.below, atCutOff: neighbours.atCutOff,
            isAmongFirst: line.rank.map { $0 <= run.first },
            changes: try neighbours.lineAtCutOff.map { try plea.changes(to: $0) } ?? [],
            missing: try missing(line, indicators, scheme, run, in: tx),
            conditions: appraiser.conditions(of: frozen), approximate: frozen.approximate, oldestFact: frozen.oldest,
            latestFact: frozen.latest, flags: frozen.flags)
    }

    private func medians(of district: PlaceCode, in run: EvaluationRun, in tx: Tx) throws -> [Double] {
        let bytes: [UInt8]? = try tx.value(
            "SELECT medians FROM evaluation_district WHERE run = \(run.id) AND place = \(district)")
        return Doubles.numbers(bytes ?? [])
    }

    /// What to survey at one estate: each missing need indicator taken as known at its middle, all else as it is.
    private func missing(
        _ line: RankingLine, _ indicators: [[ExplainedIndicator]], _ scheme: Scheme, _ run: EvaluationRun, in tx: Tx
    ) throws -> [SurveyTask] {
        let open = zip(scheme.aspects.indices, indicators).flatMap { aspect, indicators in
            scheme.aspects[aspect].purpose == .need
                ? indicators.filter { !$0.value.isCertain }.map { (aspect, $0) } : []
        }
        guard !open.isEmpty else { return [] }
        let crowd = try line.rank.map { _ in try Crowd(run, without: line.estate, in: tx) }
        let tasks = open.map { aspect, indicator in
            let width = indicator.weight * (indicator.value.high - indicator.value.low)
            let narrowed = ScoreRange(low: line.need.low + width / 2, high: line.need.high - width / 2)
            return SurveyTask(
                estate: line.estate, number: line.number, name: line.name, place: line.place, aspect: aspect,
                indicator: indicator.indicator, facts: indicator.missing,
                places: crowd.map { $0.places(line.need) - $0.places(narrowed) } ?? 0, points: width)
        }
        return tasks.sorted { ($1.places, $1.points, $0.indicator.code) < ($0.places, $0.points, $1.indicator.code) }
    }

    /// The unknown values whose survey would make most ranks certain, the most telling first, of the actor's places.
    /// - Parameter onlyOpen: only estates of which it is open whether they are among the first k.
    public func surveyFirst(
        _ most: Int = 40, in run: EvaluationRun, onlyOpen: Bool = false, for actor: Actor, in tx: Tx
    ) throws -> [SurveyTask] {
        try actor.require(.readEvaluation)
        let (scope, scheme) = (actor.scope(.readEvaluation), try scheme(of: run, in: tx))
        let appraiser = try Appraiser(scheme, keys: keys(of: run, in: tx), asOf: run.asOf)
        // Of 220,000 estates only the ends of the values are kept; those that are told are looked up again.
        var (positions, places, low, high): ([Int], [PlaceCode], [[Double]], [[Double]]) = ([], [], [], [])
        var position = 0
        try eachFrozen(of: run, in: tx) { frozen in
            defer { position += 1 }
            guard frozen.flags.isEmpty else { return }
            let needs = appraiser.needs(of: frozen)
            positions.append(position)
            places.append(frozen.place)
            low.append(needs.map(\.low))
            high.append(needs.map(\.high))
        }
        guard !positions.isEmpty else { return [] }
        let columns = appraiser.needWeights.indices
        let table = try ValueTable(
            rows: positions.count, columns: columns.count,
            low: columns.flatMap { column in low.map { $0[column] } },
            high: columns.flatMap { column in high.map { $0[column] } })
        let wishes = try table.surveyFirst(
            table.rows * table.columns, Weights(appraiser.needWeights), first: onlyOpen ? run.first : nil)
        let wanted = wishes.lazy.filter { scope.contains(places[$0.row]) }
        return try wanted.prefix(min(max(most, 1), EvaluationLimits.wishes)).map { wish in
            let frozen = try frozen(at: positions[wish.row], of: run, in: tx)
            let (aspect, indicator) = appraiser.need(wish.column, of: frozen)
            return SurveyTask(
                estate: frozen.id, number: frozen.number, name: frozen.name, place: frozen.place, aspect: aspect,
                indicator: indicator.indicator, facts: indicator.missing, places: wish.places, points: wish.width)
        }
    }
}

extension ExplainedIndicator {
    /// The keys of the facts that are missing, or too vague to be one value.
    var missing: [String] {
        let unknown = zip(indicator.measure.facts, facts).filter { !$0.1.isKnown }.map(\.0)
        return unknown.isEmpty && !value.isCertain ? indicator.measure.facts : unknown
    }
}

/// One estate's need score taken apart.
struct Plea {
    private let line: RankingLine
    private let scheme: Scheme
    private let columns: [Int]
    private let weights: Weights

    init(_ line: RankingLine, _ scheme: Scheme) throws {
        self.line = line
        self.scheme = scheme
        columns = Reckoning.columns(scheme, .need)
        weights = try Reckoning.weights(scheme, .need)
    }

    private var values: [Double] { columns.map { line.aspects[$0].middle } }

    /// The largest first.
    var contributions: [ExplainedPart] {
        zip(columns, zip(weights.values, values)).map { ExplainedPart(aspect: $0, points: $1.0 * $1.1) }
            .sorted { ($1.points, $0.aspect) < ($0.points, $1.aspect) }
    }

    /// In the scheme's order, those without need aspects left out.
    /// - Parameter medians: of all aspects in the district.
    func groups(beside medians: [Double]) throws -> [GroupScore] {
        guard medians.count == scheme.aspects.count else { throw Snapshot.damaged }
        return scheme.groups.compactMap { group in
            let own = zip(columns, weights.values).filter { scheme.aspects[$0.0].group == group.code }
            let weight = own.reduce(0) { $0 + $1.1 }
            guard weight > 0 else { return nil }
            func sum(_ value: (Int) -> Double) -> Double { own.reduce(0) { $0 + $1.1 * value($1.0) } }
            let (low, high) = (sum { line.aspects[$0].low }, sum { line.aspects[$0].high })
            return GroupScore(
                group: group.code, value: ScoreRange(low: low / weight, high: high / weight),
                points: ScoreRange(low: low, high: high).middle, usual: sum { medians[$0] } / weight)
        }
    }

    /// - Parameter reference: values of all aspects of the scheme.
    func difference(to reference: [Double]) throws -> ExplainedDifference {
        guard reference.count == scheme.aspects.count else { throw Snapshot.damaged }
        let contributions = try Contributions(values, against: columns.map { reference[$0] }, weights)
        let (parts, rest) = contributions.few()
        return ExplainedDifference(
            difference: contributions.difference,
            parts: parts.map { ExplainedPart(aspect: columns[$0.column], points: $0.difference) }, rest: rest)
    }

    /// The smallest change first. The line is where the estate at the cut-off scores: no other matters for it.
    func changes(to other: RankingLine) throws -> [CrossingChange] {
        let cutOff = try CutOff([line.need.middle, other.need.middle], first: 1)
        let changes = try cutOff.changes(of: 0, values: values, weights).compactMap { change in
            change.to.map { CrossingChange(aspect: columns[change.column], from: change.from, to: $0) }
        }
        return changes.sorted { (abs($0.to - $0.from), $0.aspect) < (abs($1.to - $1.from), $1.aspect) }
    }
}

/// Who stands above and below, and at the cut-off.
struct Neighbours {
    private(set) var above: RankedNeighbour?
    private(set) var below: RankedNeighbour?
    private(set) var atCutOff: RankedNeighbour?
    private(set) var lineAtCutOff: RankingLine?

    init(of line: RankingLine, in run: EvaluationRun, within scope: Scope, _ plea: Plea, in tx: Tx) throws {
        guard let rank = line.rank else { return }
        func nearest(_ condition: SQL, _ order: SQL) throws -> RankingLine? {
            try tx.first(
                """
                SELECT \(RankingLine.columns) FROM evaluation_result
                WHERE run = \(run.id) AND \(condition) AND estate <> \(line.estate) ORDER BY \(order) LIMIT 1
                """
            ).map { try RankingLine($0) }
        }
        func neighbour(_ other: RankingLine?) throws -> RankedNeighbour? {
            guard let other, let place = other.rank else { return nil }
            return RankedNeighbour(
                rank: place, need: other.need, line: scope.contains(other.place) ? other : nil,
                why: try plea.difference(to: other.aspects.map(\.middle)))
        }
        above = try neighbour(nearest("rank < \(rank)", "rank DESC, number"))
        below = try neighbour(nearest("rank > \(rank)", "rank, number"))
        // The k-th best of the others: under it one is not among the first k.
        lineAtCutOff = try tx.first(
            """
            SELECT \(RankingLine.columns) FROM evaluation_result
            WHERE run = \(run.id) AND rank IS NOT NULL AND estate <> \(line.estate)
            ORDER BY rank, number LIMIT 1 OFFSET \(max(run.first - 1, 0))
            """
        ).map { try RankingLine($0) }
        atCutOff = try neighbour(lineAtCutOff)
    }
}

/// The score ranges of all other ranked estates.
private struct Crowd {
    private let low: [Double]
    private let high: [Double]

    init(_ run: EvaluationRun, without estate: ID<Estate>, in tx: Tx) throws {
        var (low, high): ([Double], [Double]) = ([], [])
        try tx.each(
            """
            SELECT need_low, need_high FROM evaluation_result
            WHERE run = \(run.id) AND rank IS NOT NULL AND estate <> \(estate)
            """
        ) { row in
            low.append(try row[0])
            high.append(try row[1])
        }
        (self.low, self.high) = (low, high)
    }

    /// Places between the best and the worst of a score range.
    func places(_ range: ScoreRange) -> Int {
        high.count { $0 > range.low } - low.count { $0 > range.high }
    }
}
