import Identity
public import Kernel
public import Store

/// What pages ask of weighting sessions.
public enum WeightingQueries {
    /// The sessions that the actor leads, may read, or is invited to, the newest first.
    /// - Parameter limit: 1 to 200.
    public static func sessions(for actor: Actor, limit: Int = 50, in tx: Tx) throws -> [WeightingSession] {
        let scope = Scope(
            actor.scope(.editEvaluation).places + actor.scope(.readEvaluation).places + actor.scope(.readRecord).places)
        let invited: SQL = "id IN (SELECT session FROM weighting_expert WHERE person = \(actor.person))"
        return try tx.map(
            """
            SELECT \(WeightingSession.columns) FROM weighting_session WHERE \(scope, contains: "place") OR \(invited)
            ORDER BY number DESC LIMIT \(min(max(limit, 1), 200))
            """
        ) { try WeightingSession($0) }
    }

    /// - Throws: `Refusal` `weighting.none`, also where the actor may not see it.
    public static func session(
        _ id: ID<WeightingSession>, for actor: Actor, in tx: Tx
    ) throws -> WeightingSession {
        let row = try tx.first("SELECT \(WeightingSession.columns) FROM weighting_session WHERE id = \(id)")
        if let session = try row.map({ try WeightingSession($0) }) {
            let reads: [Right] = [.editEvaluation, .readEvaluation, .readRecord]
            if reads.contains(where: { actor.may($0, at: session.place) }) { return session }
            if let person = actor.person, try !experts(of: session, only: person, in: tx).isEmpty { return session }
        }
        throw Refusal(
            .notFound, "weighting.none", zh: "没有这次赋权会议，或您没有受邀；请从列表中重新打开。",
            en: "There is no such weighting session, or you are not invited; open it from the list.")
    }

    /// The experts with their newest judgements: all for who leads the session or reads the record, else one's own.
    public static func experts(
        of session: WeightingSession, for actor: Actor, in tx: Tx
    ) throws -> [WeightingExpert] {
        if actor.may(.editEvaluation, at: session.place) || actor.may(.readRecord, at: session.place) {
            return try experts(of: session, in: tx)
        }
        guard let person = actor.person else { return [] }
        return try experts(of: session, only: person, in: tx)
    }

    /// Everything one expert said, the newest first, for whom `experts` tells it to.
    public static func versions(
        of person: ID<PersonTag>, in session: WeightingSession, for actor: Actor, in tx: Tx
    ) throws -> [StoredJudgement] {
        guard try experts(of: session, for: actor, in: tx).contains(where: { $0.person == person }) else { return [] }
        return try tx.map(
            """
            SELECT person, version, judgement, said_at FROM weighting_judgement
            WHERE session = \(session.id) AND person = \(person) ORDER BY version DESC
            LIMIT \(Weighting.mostVersions)
            """
        ) { try StoredJudgement($0, from: 0) }
    }

    static func experts(
        of session: WeightingSession, only person: ID<PersonTag>? = nil, in tx: Tx
    ) throws -> [WeightingExpert] {
        let wanted: SQL = if let person { " AND e.person = \(person)" } else { "" }
        return try tx.map(
            """
            SELECT e.person, e.invited_at, j.person, j.version, j.judgement, j.said_at FROM weighting_expert e
            LEFT JOIN weighting_judgement j ON j.session = e.session AND j.person = e.person AND j.version =
                (SELECT max(l.version) FROM weighting_judgement l WHERE l.session = e.session AND l.person = e.person)
            WHERE e.session = \(session.id)\(wanted) ORDER BY e.invited_at, e.person
            """
        ) { row in
            let version: Int? = try row[3]
            return WeightingExpert(
                person: try row[0], invitedAt: try row[1],
                judgement: version == nil ? nil : try StoredJudgement(row, from: 2))
        }
    }
}

extension StoredJudgement {
    fileprivate init(_ row: Row, from first: Int) throws {
        person = try row[first]
        version = try row[first + 1]
        judgement = Judgement(try JSON(parsing: try row[first + 2] as String))
        saidAt = try row[first + 3]
    }
}
