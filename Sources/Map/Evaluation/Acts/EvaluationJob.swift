public import Common
public import Identity
public import Kernel
import Registry
import Store

extension Evaluations {
    private static let job = "evaluation.run"

    /// Asks for an evaluation, which some node makes soon: see `Job`. Its result is called by the run's id.
    /// - Throws: a refusal without `evaluation.run` there, for a scheme or a day that is none, and as `Job.ask`.
    public func ask(_ order: EvaluationOrder, in deed: Deed) throws -> ID<Job> {
        let place = try order.place ?? register.city(in: deed.tx).code
        try deed.actor.require(.runEvaluation, at: place)
        // A wrong order is refused to whoever asks, not later to the job.
        _ = try scheme(order.scheme, in: deed.tx)
        let asOf = order.asOf ?? deed.today
        try Self.refuseFuture(asOf, today: deed.today)
        let fixed = EvaluationOrder(scheme: order.scheme, place: place, asOf: asOf)
        return try Job.ask(
            Self.job, on: Subject("place", place.digits), at: place, input: fixed.json, in: deed)
    }

    /// What a node does for it.
    public var jobKind: JobKind {
        JobKind(Self.job, title: Phrase(zh: "综合评价", en: "comprehensive evaluation")) { context in
            let order = try EvaluationOrder(json: JSON(parsing: context.job.input))
            let reading = Phrase(zh: "读取并固定小区事实", en: "Freezing the facts of the estates")
            let facts = try await context.database.read { tx in
                let within = Scope([context.job.place])
                let total: Int =
                    try tx.value("SELECT count(*) FROM estate WHERE \(within, contains: "place")") ?? 0
                // The asker's right was checked at the asking, and is again when the result is stored.
                return try self.freeze(
                    order, today: context.job.askedAt.dayInChina, for: .system(requestID: "job"), in: tx
                ) { done in
                    try context.checkCancelled()
                    context.report(done, of: total, reading)
                }
            }
            let computed = try await context.compute {
                context.report(facts.count, of: facts.count, Phrase(zh: "计算得分与名次", en: "Reckoning scores and ranks"))
                return try facts.computed()
            }
            let (count, ranked) = (computed.count, computed.ranked)
            let done = Phrase(
                zh: "已评价 \(count) 个小区，其中排名 \(ranked) 个", en: "Evaluated \(count) estates and ranked \(ranked)")
            return JobOutcome(done) { deed in try self.keep(computed, in: deed).description }
        }
    }

    static func refuseFuture(_ day: Day, today: Day) throws {
        guard day > today else { return }
        throw Refusal(
            "evaluation.day", zh: "评价日期 \(day) 在将来；请改为今天或以前的日期。",
            en: "The day \(day) lies in the future; give today or an earlier one.", field: "asOf")
    }
}

extension EvaluationOrder {
    /// For the job's input: `{"version":2,"place":"4301","asOf":"2026-06-30"}`.
    fileprivate var json: JSON {
        let chosen: JSON =
            switch scheme {
            case .current: .object([])
            case .version(let version): .object(["version": .integer(Int64(version))])
            case .draft(let id): .object(["draft": .string(id.description)])
            }
        let place = self.place.map { [JSON.Member("place", .string($0.digits))] } ?? []
        let day = asOf.map { [JSON.Member("asOf", .string($0.description))] } ?? []
        return .object(chosen.members + place + day)
    }

    fileprivate init(json: JSON) {
        self.init(
            place: json["place"]?.string.flatMap { PlaceCode($0) }, asOf: json["asOf"]?.string.flatMap { Day($0) })
        if let version = json["version"]?.integer { scheme = .version(Int(version)) }
        if let draft = json["draft"]?.string.flatMap({ ID<SchemeDraft>($0) }) { scheme = .draft(draft) }
    }
}
