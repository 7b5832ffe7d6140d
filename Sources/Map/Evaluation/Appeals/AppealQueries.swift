public import Kernel
public import Registry
public import Store

/// Which appeals to list; nil is all.
public struct AppealFilter: Sendable, Hashable {
    public var state: Appeal.State?
    public var run: ID<EvaluationRun>?
    public var estate: ID<Estate>?
    public var within: PlaceCode?

    public init(
        state: Appeal.State? = nil, run: ID<EvaluationRun>? = nil, estate: ID<Estate>? = nil, within: PlaceCode? = nil
    ) {
        (self.state, self.run, self.estate, self.within) = (state, run, estate, within)
    }
}

extension Evaluations {
    /// The newest first. Whoever may read estates at a place reads the appeals there.
    /// - Parameter limit: 1 to 200.
    public func appeals(
        _ filter: AppealFilter = AppealFilter(), for actor: Actor, limit: Int = 50, in tx: Tx
    ) throws -> [Appeal] {
        try actor.require(.readEstates)
        let scope = actor.scope(.readEstates)
        let places = filter.within.map { scope.narrowed(to: $0) } ?? scope
        var conditions: [SQL] = ["\(places, contains: "place")"]
        if let state = filter.state { conditions.append("state = \(state)") }
        if let run = filter.run { conditions.append("run = \(run)") }
        if let estate = filter.estate { conditions.append("estate = \(estate)") }
        return try tx.map(
            """
            SELECT \(Appeal.columns) FROM appeal WHERE \(SQL.all(conditions)) ORDER BY number DESC
            LIMIT \(min(max(limit, 1), 200))
            """
        ) { try Appeal($0) }
    }

    /// - Throws: `Refusal` `appeal.none`; `right.missing` outside the actor's places.
    public func appeal(_ id: ID<Appeal>, for actor: Actor, in tx: Tx) throws -> Appeal {
        guard let row = try tx.first("SELECT \(Appeal.columns) FROM appeal WHERE id = \(id)") else {
            throw Refusal(
                .notFound, "appeal.none", zh: "没有这项申诉；请从列表中重新打开。",
                en: "There is no such appeal; open it from the list.")
        }
        let appeal = try Appeal(row)
        try actor.require(.readEstates, at: appeal.place)
        return appeal
    }

    /// Where the estate stood in the run that was contested and where it stands since the appeal was decided.
    /// - Returns: nil for whom that evaluation is not open there: the estate may have stood in another place then.
    public func effect(of appeal: Appeal, for actor: Actor, in tx: Tx) throws -> AppealEffect? {
        let (before, contested): (RankingLine, EvaluationRun)
        do {
            contested = try run(appeal.run, for: actor, in: tx)
            before = try line(of: appeal.estate, in: contested, for: actor, in: tx)
        } catch is Refusal {
            return nil
        }
        guard let decidedAt = appeal.decidedAt else { return AppealEffect(appeal: appeal, before: before, after: nil) }
        let after = try tx.first(
            """
            SELECT \(RankingLine.columns) FROM evaluation_result WHERE estate = \(appeal.estate) AND run =
                (SELECT id FROM evaluation_run WHERE at > \(decidedAt) AND place = \(contested.place)
                    AND scheme_version IS NOT NULL ORDER BY at, id LIMIT 1)
            """
        ).map { try RankingLine($0) }
        return AppealEffect(appeal: appeal, before: before, after: after)
    }
}
