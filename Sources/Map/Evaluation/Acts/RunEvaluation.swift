public import Identity
public import Kernel
import Registry
public import Store

extension Evaluations {
    /// The second half: stores all of an evaluation, which then never changes. One transaction, so that an interrupted
    /// one leaves nothing behind.
    /// - Parameter id: of the run; a fresh one when nil.
    public func keep(
        _ computed: ComputedRun, id: ID<EvaluationRun>? = nil, in deed: Deed
    ) throws -> ID<EvaluationRun> {
        let (facts, reckoning) = (computed.facts, computed.reckoning)
        try deed.actor.require(.runEvaluation, at: facts.place)
        let (id, digest) = (id ?? ID(at: deed.now), facts.scheme.digest)
        try deed.tx.run(
            """
            INSERT INTO evaluation_document (digest, document) VALUES (\(digest), \(facts.scheme.document))
            ON CONFLICT (digest) DO NOTHING
            """)
        try keepHead(computed, id, digest, in: deed)
        try deed.tx.insert(
            into: "evaluation_snapshot", columns: ["run", "chunk", "rows"],
            rows: facts.chunks.enumerated().map { [id.sqlValue, $0.offset.sqlValue, .text($0.element)] })
        try keepDistricts(reckoning.districts, id, in: deed.tx)
        var rows = reckoning.standings.makeIterator()
        try deed.tx.insert(into: "evaluation_result", columns: Standing.columns) { rows.next()?.row(id) }
        try deed.record(
            "evaluation.run", on: Subject("evaluation", id), at: facts.place,
            after: JSON.object([
                "scheme": .string(digest), "version": facts.version.map { .integer(Int64($0)) } ?? .null,
                "asOf": .string(facts.asOf.description), "estates": .integer(Int64(computed.count)),
                "ranked": .integer(Int64(reckoning.ranked)), "facts": .string(facts.digest),
                "results": .string(reckoning.digest),
            ]).text)
        return id
    }

    private func keepHead(_ computed: ComputedRun, _ id: ID<EvaluationRun>, _ digest: String, in deed: Deed) throws {
        let (facts, reckoning) = (computed.facts, computed.reckoning)
        try deed.tx.run(
            """
            INSERT INTO evaluation_run (id, place, scheme_version, title_zh, title_en, scheme, is_default, as_of,
                estates, ranked, first, facts, snapshot_digest, result_digest, at, by_person, by_label, program,
                generated)
            VALUES (\(id), \(facts.place), \(facts.version), \(facts.scheme.title.zh), \(facts.scheme.title.en),
                \(digest), \(facts.scheme.isDefault), \(facts.asOf), \(computed.count), \(reckoning.ranked),
                \(reckoning.first), \(facts.header), \(facts.digest), \(reckoning.digest), \(deed.now),
                \(deed.actor.person), \(deed.authorLabel), \(Build.version), \(facts.isGenerated))
            """)
    }

    private func keepDistricts(_ districts: [DistrictStanding], _ id: ID<EvaluationRun>, in tx: Tx) throws {
        try tx.insert(
            into: "evaluation_district",
            columns: [
                "run", "place", "estates", "ranked", "among_first", "ready", "mean_need", "mean_readiness", "medians",
            ],
            rows: districts.map {
                [
                    id.sqlValue, $0.place.sqlValue, $0.estates.sqlValue, $0.ranked.sqlValue, $0.amongFirst.sqlValue,
                    $0.ready.sqlValue, .real($0.meanNeed), .real($0.meanReadiness), .bytes(Doubles.bytes($0.medians)),
                ]
            })
    }

    /// A whole evaluation: reads, computes beside the database, and stores.
    /// - Returns: the run's id.
    public func evaluate(
        _ order: EvaluationOrder = EvaluationOrder(), id: ID<EvaluationRun>? = nil, as actor: Actor, clock: any Clock,
        in database: Database
    ) async throws -> ID<EvaluationRun> {
        let facts = try await database.read { tx in
            try self.freeze(order, today: clock.now.dayInChina, for: actor, in: tx)
        }
        let computed = try facts.computed()
        return try await database.writeAlone { tx in
            try self.keep(computed, id: id, in: Deed(actor: actor, now: clock.now, tx: tx))
        }
    }
}
