public import Kernel
import Registry
public import Store

extension Evaluations {
    /// The runs of the places that the actor may read in, or that its places lie in, the latest first.
    public func runs(for actor: Actor, in tx: Tx) throws -> [EvaluationRun] {
        try actor.require(.readEvaluation)
        let runs = try tx.map(
            """
            SELECT \(EvaluationRun.columns) FROM evaluation_run ORDER BY at DESC, id DESC LIMIT \(EvaluationLimits.runs)
            """
        ) { try EvaluationRun($0) }
        return runs.filter { $0.isOpen(to: actor) }
    }

    /// The latest run of an issued scheme over the whole city; nil when there is none yet.
    public func latestRun(for actor: Actor, in tx: Tx) throws -> EvaluationRun? {
        try actor.require(.readEvaluation)
        let city = try register.city(in: tx).code
        return try tx.first(
            """
            SELECT \(EvaluationRun.columns) FROM evaluation_run
            WHERE scheme_version IS NOT NULL AND place = \(city) ORDER BY at DESC, id DESC LIMIT 1
            """
        ).map { try EvaluationRun($0) }
    }

    /// One run.
    /// - Throws: a refusal of kind `.notFound` when there is none, `.forbidden` where the actor reads nothing of it.
    public func run(_ id: ID<EvaluationRun>, for actor: Actor, in tx: Tx) throws -> EvaluationRun {
        try actor.require(.readEvaluation)
        let row = try tx.first("SELECT \(EvaluationRun.columns) FROM evaluation_run WHERE id = \(id)")
        guard let run = try row.map({ try EvaluationRun($0) }) else {
            throw Refusal(
                .notFound, "evaluation.none", zh: "没有这次评价；请从评价列表中选择。",
                en: "There is no such evaluation; choose one of the list.")
        }
        if !run.isOpen(to: actor) { try actor.require(.readEvaluation, at: run.place) }
        return run
    }

    /// The districts of a run, by code: sums and medians, which tell of no single estate.
    public func districts(of run: EvaluationRun, for actor: Actor, in tx: Tx) throws -> [DistrictStanding] {
        try actor.require(.readEvaluation)
        return try tx.map(
            "SELECT \(DistrictStanding.columns) FROM evaluation_district WHERE run = \(run.id) ORDER BY place"
        ) { try DistrictStanding($0) }
    }

    /// The estates as they were frozen, one at a time, in the order of the snapshot.
    func eachFrozen(of run: EvaluationRun, in tx: Tx, _ body: (FrozenEstate) throws -> Void) throws {
        try tx.each("SELECT rows FROM evaluation_snapshot WHERE run = \(run.id) ORDER BY chunk") { row in
            for estate in try Snapshot.estates(in: row[0]) { try body(estate) }
        }
    }

    func frozen(at position: Int, of run: EvaluationRun, in tx: Tx) throws -> FrozenEstate {
        let (chunk, place) = position.quotientAndRemainder(dividingBy: Snapshot.chunk)
        let rows: String? = try tx.value(
            "SELECT rows FROM evaluation_snapshot WHERE run = \(run.id) AND chunk = \(chunk)")
        let estates = try Snapshot.estates(in: rows ?? "")
        guard estates.indices.contains(place) else { throw Snapshot.damaged }
        return estates[place]
    }

    /// The keys of the frozen facts, in their order.
    func keys(of run: EvaluationRun, in tx: Tx) throws -> [String] {
        let header: String? = try tx.value("SELECT facts FROM evaluation_run WHERE id = \(run.id)")
        return try JSON(parsing: header ?? "[]").elements.compactMap(\.string)
    }
}

extension EvaluationRun {
    static let columns: SQL = """
        id, place, scheme_version, title_zh, title_en, scheme, is_default, as_of, estates, ranked, first, \
        snapshot_digest, result_digest, at, by_label, program, generated
        """

    init(_ row: Row) throws {
        self.init(
            id: try row[0], place: try row[1], schemeVersion: try row[2],
            schemeTitle: Phrase(zh: try row[3], en: try row[4]), schemeDigest: try row[5],
            isDefaultScheme: try row[6], asOf: try row[7], estates: try row[8], ranked: try row[9],
            flagged: try row[8] - row[9], first: try row[10], snapshotDigest: try row[11], resultDigest: try row[12],
            at: try row[13], by: try row[14], program: try row[15], isGenerated: try row[16])
    }

    /// Some of its estates lie where the actor may read.
    func isOpen(to actor: Actor) -> Bool { !actor.scope(.readEvaluation).narrowed(to: place).isEmpty }
}

extension DistrictStanding {
    static let columns: SQL =
        "place, estates, ranked, among_first, mean_need, mean_readiness, medians, ready"

    init(_ row: Row) throws {
        self.init(
            place: try row[0], estates: try row[1], ranked: try row[2], amongFirst: try row[3], meanNeed: try row[4],
            meanReadiness: try row[5], medians: Doubles.numbers(try row[6]), ready: try row[7])
    }
}
