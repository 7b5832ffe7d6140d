import Decide
public import Kernel
public import Registry
public import Store

extension Evaluations {
    /// One page of a run's ranking, of the places the actor may read.
    /// - Parameters:
    ///   - page: from 1.
    ///   - size: at most `EvaluationLimits.pageSize`.
    public func ranking(
        of run: EvaluationRun, _ filter: RankingFilter = RankingFilter(), page: Int = 1, size: Int = 50,
        for actor: Actor, in tx: Tx
    ) throws -> Ranking {
        let condition = try filter.condition(run, for: actor)
        let size = min(max(size, 1), EvaluationLimits.pageSize)
        let total: Int = try tx.value("SELECT count(*) FROM evaluation_result WHERE \(condition)") ?? 0
        let lines = try tx.map(
            """
            SELECT \(RankingLine.columns) FROM evaluation_result WHERE \(condition) ORDER BY \(filter.order)
            LIMIT \(size) OFFSET \((min(max(page, 1), 1_000_000) - 1) * size)
            """
        ) { try RankingLine($0) }
        return Ranking(lines: lines, total: total)
    }

    /// All lines that match, one at a time: exports, the map.
    public func eachLine(
        of run: EvaluationRun, _ filter: RankingFilter = RankingFilter(), for actor: Actor, in tx: Tx,
        _ body: (RankingLine) throws -> Void
    ) throws {
        let condition = try filter.condition(run, for: actor)
        try tx.each(
            "SELECT \(RankingLine.columns) FROM evaluation_result WHERE \(condition) ORDER BY \(filter.order)"
        ) { try body(RankingLine($0)) }
    }

    /// Need and readiness of each ranked estate that matches, at their middles.
    public func eachScore(
        of run: EvaluationRun, _ filter: RankingFilter = RankingFilter(), for actor: Actor, in tx: Tx,
        _ body: (_ need: Double, _ readiness: Double) -> Void
    ) throws {
        let condition = try filter.condition(run, for: actor)
        try tx.each(
            """
            SELECT need_low, need_high, readiness_low, readiness_high FROM evaluation_result
            WHERE rank IS NOT NULL AND \(condition)
            """
        ) { row in
            func middle(_ column: Int) throws -> Double {
                ScoreRange(low: try row[column], high: try row[column + 1]).middle
            }
            try body(middle(0), middle(2))
        }
    }

    /// How many of the lines that match stand in each band, in the scheme's order.
    public func bandCounts(
        of run: EvaluationRun, _ filter: RankingFilter = RankingFilter(), for actor: Actor, in tx: Tx
    ) throws -> [String: Int] {
        let condition = try filter.condition(run, for: actor)
        var counts: [String: Int] = [:]
        try tx.each(
            """
            SELECT band, count(*) FROM evaluation_result WHERE band IS NOT NULL AND \(condition) GROUP BY band
            """
        ) { counts[try $0[0]] = try $0[1] }
        return counts
    }

    /// Estates that the map shows in one tile.
    private static let mostBands = 20_000

    /// The bands of ranked estates by where they stood when they were evaluated.
    public func bands(
        of run: EvaluationRun, longitudes: ClosedRange<Double>, latitudes: ClosedRange<Double>, for actor: Actor,
        in tx: Tx
    ) throws -> [ID<Estate>: String] {
        let scope = actor.scope(.readEvaluation)
        var bands: [ID<Estate>: String] = [:]
        try tx.each(
            """
            SELECT estate, band FROM evaluation_result WHERE run = \(run.id) AND band IS NOT NULL
                AND longitude BETWEEN \(longitudes.lowerBound) AND \(longitudes.upperBound)
                AND latitude BETWEEN \(latitudes.lowerBound) AND \(latitudes.upperBound)
                AND \(scope, contains: "place") LIMIT \(literal: Self.mostBands)
            """
        ) { bands[try $0[0]] = try $0[1] }
        return bands
    }

    /// One estate's line, where the run has it and the actor may read it.
    public func line(
        ifAny estate: ID<Estate>, in run: EvaluationRun, for actor: Actor, in tx: Tx
    ) throws -> RankingLine? {
        let line = try row(of: estate, in: run, tx)
        return line.flatMap { actor.may(.readEvaluation, at: $0.place) ? $0 : nil }
    }

    private func row(of estate: ID<Estate>, in run: EvaluationRun, _ tx: Tx) throws -> RankingLine? {
        try tx.first(
            """
            SELECT \(RankingLine.columns) FROM evaluation_result WHERE run = \(run.id) AND estate = \(estate)
            """
        ).map { try RankingLine($0) }
    }

    /// One estate's line.
    /// - Throws: `.notFound` when the run has not this estate, `.forbidden` outside the actor's places.
    public func line(
        of estate: ID<Estate>, in run: EvaluationRun, for actor: Actor, in tx: Tx
    ) throws -> RankingLine {
        guard let line = try row(of: estate, in: run, tx) else {
            throw Refusal(
                .notFound, "evaluation.estate", zh: "这次评价里没有该小区；它可能是之后才登记的。",
                en: "This evaluation has no such estate; it may have been registered later.")
        }
        try actor.require(.readEvaluation, at: line.place)
        return line
    }

    /// Several estates side by side, in the order given.
    public func comparison(
        of estates: [ID<Estate>], in run: EvaluationRun, for actor: Actor, in tx: Tx
    ) throws -> EstateComparison {
        guard (1...EvaluationLimits.compared).contains(estates.count), Set(estates).count == estates.count else {
            throw Refusal(
                "evaluation.compared", zh: "请选择 1 到 \(EvaluationLimits.compared) 个不同的小区来比较。",
                en: "Choose 1 to \(EvaluationLimits.compared) different estates to compare.", field: "estates")
        }
        return EstateComparison(
            run: run, scheme: try scheme(of: run, in: tx),
            lines: try estates.map { try line(of: $0, in: run, for: actor, in: tx) })
    }

    /// The ranked estates × need aspects, for other methods and weights; nil where none is ranked. Lines outside the
    /// actor's places carry values and no names.
    public func matrix(of run: EvaluationRun, for actor: Actor, in tx: Tx) throws -> EvaluationMatrix? {
        let scope = actor.scope(.readEvaluation)
        let scheme = try scheme(of: run, in: tx)
        let columns = Reckoning.columns(scheme, .need)
        let lines = try rankedLines(of: run, in: tx)
        guard !lines.isEmpty else { return nil }
        return EvaluationMatrix(
            run: run, scheme: scheme, aspects: columns.map { scheme.aspects[$0] },
            lines: lines.map { scope.contains($0.place) ? $0 : nil },
            table: try ValueTable(
                rows: lines.count, columns: columns.count,
                low: columns.flatMap { column in lines.map { $0.aspects[column].low } },
                high: columns.flatMap { column in lines.map { $0.aspects[column].high } }),
            weights: try Reckoning.weights(scheme, .need))
    }

    /// Of all places, in the order of the snapshot.
    func rankedLines(of run: EvaluationRun, in tx: Tx) throws -> [RankingLine] {
        try tx.map(
            """
            SELECT \(RankingLine.columns) FROM evaluation_result WHERE run = \(run.id) AND rank IS NOT NULL
            ORDER BY position
            """
        ) { try RankingLine($0) }
    }
}

extension RankingFilter {
    fileprivate func condition(_ run: EvaluationRun, for actor: Actor) throws -> SQL {
        try actor.require(.readEvaluation)
        let scope = actor.scope(.readEvaluation)
        var conditions: [SQL] = [
            "run = \(run.id)", "\(place.map { scope.narrowed(to: $0) } ?? scope, contains: "place")",
        ]
        for word in text.split(whereSeparator: \.isWhitespace).prefix(5) {
            conditions.append("search_key LIKE \(SQL.containing(NameKey.fold(String(word)))) ESCAPE '\\'")
        }
        if !bands.isEmpty { conditions.append("band IN \(list: bands.sorted())") }
        if let gate { conditions.append("gate = \(gate.rawValue)") }
        if let isFlagged { conditions.append(isFlagged ? "flag IS NOT NULL" : "flag IS NULL") }
        if onlyOpen { conditions.append("best_rank <= \(run.first) AND worst_rank > \(run.first)") }
        return SQL.all(conditions)
    }

    /// Always ends by number, which no two have alike.
    fileprivate var order: SQL {
        let direction: SQL = descending ? " DESC" : ""
        // Flagged ones have no rank and come last either way.
        return switch sort {
        case .rank: "CASE WHEN rank IS NULL THEN 1 ELSE 0 END, rank\(direction), number"
        case .name: "name\(direction), number"
        case .place: "place\(direction), rank, number"
        case .need: "need\(direction), number"
        case .readiness: "readiness_low + readiness_high\(direction), number"
        case .certainty: "need_high - need_low\(direction), number"
        case .firstShare: "coalesce(first_share, -1)\(direction), number"
        }
    }
}

extension RankingLine {
    static let columns: SQL = """
        run, estate, number, name, place, stage, longitude, latitude, households, rank, best_rank, worst_rank, band, \
        best_band, worst_band, need_low, need_high, readiness_low, readiness_high, gate, first_share, function_share, \
        known, flag, aspects
        """

    init(_ row: Row) throws {
        let longitude: Double? = try row[6]
        let latitude: Double? = try row[7]
        let ends = Doubles.numbers(try row[24])
        self.init(
            run: try row[0], estate: try row[1], number: try row[2], name: try row[3], place: try row[4],
            stage: try row[5],
            location: longitude.flatMap { longitude in
                latitude.map { Coordinate(longitude: longitude, latitude: $0) }
            },
            households: try row[8], rank: try row[9], bestRank: try row[10], worstRank: try row[11], band: try row[12],
            bestBand: try row[13], worstBand: try row[14], need: ScoreRange(low: try row[15], high: try row[16]),
            readiness: ScoreRange(low: try row[17], high: try row[18]), gate: Gate(rawValue: try row[19]) ?? .unknown,
            firstShare: try row[20], functionShare: try row[21], known: try row[22],
            flag: (try row[23] as String?).flatMap { Checklist.Kind(rawValue: $0) },
            aspects: stride(from: 0, to: ends.count, by: 2).map { ScoreRange(low: ends[$0], high: ends[$0 + 1]) })
    }
}
