import Kernel
import Store

/// The years that follow from a project's dated steps: when it came into a programme, when its works were accepted. A
/// project that is moved back has neither any more, so that lists and figures cannot contradict its stage.
struct ProjectYears: Hashable {
    let planned: Int?
    let finished: Int?

    /// - Parameter stated: the programme's year where people named it; else it is that of the step.
    init(after steps: [ProjectStep], stages: [Stage], stated: Int?) {
        let byCode = Dictionary(stages.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        // A project left out and taken up again goes on where it was.
        let lived = steps.compactMap { step in byCode[step.stage].map { (stage: $0, day: step.day) } }
            .filter { $0.stage.isRunning }
        func since(_ holds: (Stage) -> Bool) -> Day? { lived.reversed().prefix { holds($0.stage) }.last?.day }
        planned = since(\.isProgrammed).map { stated ?? $0.year }
        finished = since(\.isFinished)?.year
    }
}

extension Register {
    func years(after steps: [ProjectStep], stated: Int?, in tx: Tx) throws -> ProjectYears {
        ProjectYears(after: steps, stages: try stageList(in: tx), stated: stated)
    }

    /// The years of a project whose programme somebody names.
    /// - Throws: a refusal when the project stands in no programme.
    func years(after steps: [ProjectStep], named year: Int?, in tx: Tx) throws -> ProjectYears {
        let years = try years(after: steps, stated: year, in: tx)
        guard year == nil || years.planned != nil else {
            throw Refusal(
                "project.year.early", zh: "项目还没有列入计划；请把阶段推进到“列入计划”，或将计划年度留空。",
                en: "The project is in no programme yet; move it to a programmed stage, or leave the year empty.",
                field: "plannedYear")
        }
        return years
    }

    /// A stage that projects may be moved to.
    func usableStage(_ code: String, in tx: Tx) throws -> Stage {
        guard let stage = try stageList(in: tx).first(where: { $0.code == code }), !stage.isRetired else {
            throw Refusal(
                "project.stage.unknown", zh: "没有可用的阶段“\(code)”；请从列表中选择。",
                en: "There is no stage “\(code)” in use; choose one of the list.", field: "stage")
        }
        return stage
    }
}
