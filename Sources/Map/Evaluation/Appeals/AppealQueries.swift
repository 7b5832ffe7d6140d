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

/// What pages ask of appeals. Whoever may read estates at a place reads the appeals there.
public enum AppealQueries {
    /// The newest first.
    /// - Parameter limit: 1 to 200.
    public static func appeals(
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
    public static func appeal(_ id: ID<Appeal>, for actor: Actor, in tx: Tx) throws -> Appeal {
        guard let row = try tx.first("SELECT \(Appeal.columns) FROM appeal WHERE id = \(id)") else {
            throw Refusal(
                .notFound, "appeal.none", zh: "没有这项申诉；请从列表中重新打开。",
                en: "There is no such appeal; open it from the list.")
        }
        let appeal = try Appeal(row)
        try actor.require(.readEstates, at: appeal.place)
        return appeal
    }
}
