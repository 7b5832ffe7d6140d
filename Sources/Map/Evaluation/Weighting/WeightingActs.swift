public import Identity
public import Kernel
import Store

/// A session as an officer opens it.
public struct WeightingDraft: Sendable {
    public var place: PlaceCode
    public var schemeVersion: Int
    public var subject: WeightingSubject
    public var title: String
    public var method: WeightingMethod
    public var items: [WeightItem]

    /// - Parameter scheme: the one in force, or whichever the items are to be taken from.
    public init(
        place: PlaceCode, scheme: Scheme, subject: WeightingSubject, title: String, method: WeightingMethod
    ) {
        (self.place, schemeVersion, self.subject) = (place, scheme.version, subject)
        (self.title, self.method, items) = (title, method, subject.items(in: scheme))
    }
}

/// What people do in weighting sessions.
public enum Weighting {
    /// Characters of a title.
    public static let longestTitle = 100
    public static let mostExperts = 50
    /// Versions of one expert's judgement in a session: each click on a page may be one.
    static let mostVersions = 2_000
    /// Saaty's bound: above it comparisons contradict each other too much to be used unseen.
    public static let tolerance = 0.10

    /// Opens a session.
    /// - Throws: `Refusals` by field; `right.missing` without the right to edit evaluations there.
    public static func open(_ draft: WeightingDraft, in deed: Deed) throws -> ID<WeightingSession> {
        try deed.actor.require(.editEvaluation, at: draft.place)
        try Refusals.throwIfAny(refusals(of: draft))
        let id = ID<WeightingSession>(at: deed.now)
        let number: Int = try deed.tx.value("SELECT coalesce(max(number), 0) + 1 FROM weighting_session") ?? 1
        try deed.tx.run(
            """
            INSERT INTO weighting_session (id, number, place, scheme_version, level, purpose, scheme_group, title,
                method, items, opened_at, opened_by)
            VALUES (\(id), \(number), \(draft.place), \(draft.schemeVersion), \(draft.subject.level),
                \(draft.subject.purpose.rawValue), \(draft.subject.group), \(draft.title), \(draft.method),
                \(JSON.array(draft.items.map(\.json)).text), \(deed.now), \(deed.actor.person))
            """)
        let told = JSON.object([
            "title": .string(draft.title), "method": .string(draft.method.rawValue),
            "scheme": .integer(Int64(draft.schemeVersion)), "weighed": .string(draft.subject.level.rawValue),
            "purpose": .string(draft.subject.purpose.rawValue),
            "group": draft.subject.group.map { .string($0) } ?? .null,
            "items": .array(draft.items.map { .string($0.code) }),
        ])
        try deed.record("weighting.open", on: Subject("weighting", id), at: draft.place, after: told.text)
        return id
    }

    /// Asks a person to judge. Who was asked before stays asked.
    /// - Throws: `Refusal` `weighting.closed`, `weighting.person`, `weighting.experts` above the limit.
    public static func invite(_ person: ID<PersonTag>, to session: ID<WeightingSession>, in deed: Deed) throws {
        let session = try openSession(session, in: deed)
        try deed.actor.require(.editEvaluation, at: session.place)
        let tx = deed.tx
        let isThere: Int? = try tx.value("SELECT 1 FROM person WHERE id = \(person) AND disabled_at IS NULL")
        guard isThere != nil else { throw noPerson }
        let invited: [ID<PersonTag>] = try tx.map(
            "SELECT person FROM weighting_expert WHERE session = \(session.id)"
        ) { try $0[0] }
        guard !invited.contains(person) else { return }
        guard invited.count < mostExperts else { throw tooManyExperts }
        try tx.run(
            """
            INSERT INTO weighting_expert (session, person, invited_at, invited_by)
            VALUES (\(session.id), \(person), \(deed.now), \(deed.actor.person))
            """)
        try deed.record(
            "weighting.invite", on: Subject("weighting", session.id), at: session.place,
            after: JSON.object(["person": .string(person.description)]).text)
    }

    /// Keeps what an expert says, complete or not, as the next version. The same words again are no new version.
    /// - Returns: the version, and what the judgement comes to once it is complete.
    /// - Throws: `Refusal` `weighting.closed`, `weighting.notInvited` for anybody's judgement but one's own,
    ///   `weighting.judgement`, `weighting.scale`, `weighting.ends`.
    @discardableResult
    public static func judge(
        _ judgement: Judgement, in id: ID<WeightingSession>, by deed: Deed
    ) throws -> (version: Int, weighed: WeighedJudgement?) {
        let session = try openSession(id, in: deed)
        guard let person = deed.actor.person,
            let expert = try WeightingQueries.experts(of: session, only: person, in: deed.tx).first
        else { throw notInvited }
        guard judgement.method == session.method else { throw otherMethod(session.method) }
        try judgement.check(items: session.items.count)
        let weighed = try WeighedJudgement(judgement, items: session.items.count)
        let last = expert.judgement?.version ?? 0
        if expert.judgement?.judgement == judgement { return (last, weighed) }
        guard last < mostVersions else { throw tooManyVersions }
        try deed.tx.run(
            """
            INSERT INTO weighting_judgement (session, person, version, judgement, said_at)
            VALUES (\(session.id), \(person), \(last + 1), \(judgement.json.text), \(deed.now))
            """)
        let told = JSON.object([
            "version": .integer(Int64(last + 1)), "judgement": judgement.json,
            "consistency": weighed.map { .number($0.consistency) } ?? .null,
        ])
        try deed.record(
            "weighting.judge", on: Subject("weighting", session.id), at: session.place, after: told.text)
        return (last + 1, weighed)
    }

    /// Closes a session and makes the group's weights of the complete judgements.
    /// - Parameter acceptsInconsistent: counts judgements whose consistency ratio is above `tolerance` too.
    /// - Throws: `Refusal` `weighting.closed`, `weighting.nobody` when no judgement counts, `weighting.aggregation`.
    @discardableResult
    public static func close(
        _ id: ID<WeightingSession>, _ aggregation: WeightingAggregation, acceptsInconsistent: Bool = false,
        in deed: Deed
    ) throws -> WeightingOutcome {
        let session = try openSession(id, in: deed)
        try deed.actor.require(.editEvaluation, at: session.place)
        let experts = try WeightingQueries.experts(of: session, in: deed.tx)
        let outcome = try outcome(of: session, experts, aggregation, acceptsInconsistent: acceptsInconsistent)
        try deed.tx.run(
            """
            UPDATE weighting_session SET closed_at = \(deed.now), closed_by = \(deed.actor.person),
                outcome = \(outcome.json.text) WHERE id = \(session.id)
            """)
        try deed.record(
            "weighting.close", on: Subject("weighting", session.id), at: session.place, after: outcome.json.text)
        return outcome
    }

    /// What closing now would come to; a page shows it beforehand.
    /// - Throws: as `close`.
    public static func outcome(
        of session: WeightingSession, _ experts: [WeightingExpert], _ aggregation: WeightingAggregation,
        acceptsInconsistent: Bool = false
    ) throws -> WeightingOutcome {
        guard aggregation == .priorities || session.method == .pairwise else { throw onlyPriorities }
        let count = session.items.count
        let counted = try experts.compactMap { expert -> (Judgement, WeighedJudgement)? in
            guard let said = expert.judgement?.judgement, let weighed = try WeighedJudgement(said, items: count),
                acceptsInconsistent || weighed.isConsistent
            else { return nil }
            return (said, weighed)
        }
        guard !counted.isEmpty else { throw nobody }
        let group =
            switch aggregation {
            case .judgements: try WeighedJudgement(combining: counted.map(\.0), items: count)
            case .priorities: try WeighedJudgement(averaging: counted.map(\.1))
            }
        return WeightingOutcome(
            session: session.number, weights: group.weights, aggregation: aggregation, experts: counted.count,
            leftOut: experts.count - counted.count, consistency: group.consistency)
    }

    private static func openSession(_ id: ID<WeightingSession>, in deed: Deed) throws -> WeightingSession {
        let session = try WeightingQueries.session(id, for: deed.actor, in: deed.tx)
        guard session.isOpen else {
            throw Refusal(
                .conflict, "weighting.closed", zh: "这次赋权会议已结束；需要更改时请另开一次。",
                en: "This weighting session is closed; open another one to change the weights.")
        }
        return session
    }
}

extension WeightingOutcome {
    var json: JSON {
        .object([
            "weights": .array(weights.map { .number($0) }), "aggregation": .string(aggregation.rawValue),
            "experts": .integer(Int64(experts)), "leftOut": .integer(Int64(leftOut)),
            "consistency": .number(consistency),
        ])
    }

    init(number: Int, _ json: JSON) {
        session = number
        weights = (json["weights"]?.elements ?? []).map { $0.double ?? 0 }
        aggregation = json["aggregation"]?.string.flatMap { WeightingAggregation(rawValue: $0) } ?? .priorities
        experts = Int(json["experts"]?.integer ?? 0)
        leftOut = Int(json["leftOut"]?.integer ?? 0)
        consistency = json["consistency"]?.double ?? 0
    }
}
