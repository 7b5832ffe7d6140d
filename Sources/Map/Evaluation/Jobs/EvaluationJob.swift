public import Common
public import Identity
public import Kernel
import Registry
import Store

extension Evaluations {
    private static let runJob = "evaluation.run"

    /// The long work of this room, for the node that does it.
    public var jobKinds: [JobKind] {
        [JobKind(Self.runJob, title: Phrase(zh: "综合评价", en: "evaluation")) { try await self.evaluate($0) }]
    }

    /// Asks for an evaluation, which some node makes soon; the job's result is the run's id.
    /// - Throws: `Refusal` `right.missing` without the right to run evaluations there; as `Job.ask`.
    public func askForRun(_ order: EvaluationOrder = EvaluationOrder(), in deed: Deed) throws -> ID<Job> {
        let place = try order.place ?? register.city(in: deed.tx).code
        try deed.actor.require(.runEvaluation, at: place)
        // A draft that is gone is told now, not when its turn comes.
        _ = try scheme(order.scheme, in: deed.tx)
        return try Job.ask(Self.runJob, on: Subject("place", place), at: place, input: order.json, in: deed)
    }

    private func evaluate(_ context: JobContext) async throws -> JobOutcome {
        let order = EvaluationOrder(try JSON(parsing: context.job.input))
        context.report(0, of: 3, Phrase(zh: "正在读取各小区的数据", en: "reading the estates' facts"))
        let facts = try await context.database.read { tx in
            let asker = try context.asker(in: tx)
            return try self.freeze(order, today: context.job.askedAt.dayInChina, for: asker, in: tx)
        }
        let count = facts.count
        context.report(1, of: 3, Phrase(zh: "正在评价 \(count) 个小区", en: "evaluating \(count) estates"))
        let computed = try await context.compute { try facts.computed() }
        context.report(2, of: 3, Phrase(zh: "正在保存结果", en: "storing the result"))
        return JobOutcome(Phrase(zh: "已评价 \(count) 个小区", en: "\(count) estates evaluated")) { deed in
            try self.keep(computed, in: deed).description
        }
    }
}

extension EvaluationOrder {
    /// As a job keeps it.
    var json: JSON {
        var members: [JSON.Member] = []
        switch scheme {
        case .current: break
        case .version(let version): members.append(JSON.Member("version", .integer(Int64(version))))
        case .draft(let id): members.append(JSON.Member("draft", .string(id.description)))
        }
        if let place { members.append(JSON.Member("place", .string(place.digits))) }
        if let asOf { members.append(JSON.Member("asOf", .string(asOf.description))) }
        return .object(members)
    }

    init(_ json: JSON) {
        self.init(
            place: json["place"]?.string.flatMap { PlaceCode($0) }, asOf: json["asOf"]?.string.flatMap { Day($0) })
        if let version = json["version"]?.integer { scheme = .version(Int(version)) }
        if let draft = json["draft"]?.string.flatMap({ ID<SchemeDraft>($0) }) { scheme = .draft(draft) }
    }
}
