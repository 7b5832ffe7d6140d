import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// The stages of a project's life in their order, and how many projects stand at each.
struct StagesPage {
    let stages: [Stage]
    let standing: [String: Int]
    let mayEdit: Bool
    let csrf: String
    var typed = FormData()
    var refusals: [Refusal] = []

    static let routes: [Route] = [
        .page("/stages", .right(.readEstates)) { visit, tx in try StagesPage(visit, in: tx).answer(visit) },
        .act("/stages", .right(.editStages)) { visit, form in
            let register = visit.hall.register
            let name = Phrase(zh: form.text("zh"), en: form.text("en"))
            do {
                guard let tone = Stage.Tone(rawValue: form.text("tone")) else {
                    throw Refusal(
                        "stage.tone", zh: "请选择所属环节。", en: "Choose the part of life it belongs to.", field: "tone")
                }
                try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                    try register.addStage(
                        form.text("code"), name: name, tone: tone, after: form.text("previous"), in: deed)
                }
                return .see("/stages")
            } catch {
                guard let refusals = error.refusals else { throw error }
                return try await visit.hall.database.read { tx in
                    var page = try StagesPage(visit, in: tx)
                    page.typed = form
                    page.refusals = refusals
                    return page.answer(visit)
                }
            }
        },
        .page("/stages/{stage}", .right(.editStages)) { visit, tx in try StageEditPage(visit, in: tx).answer(visit) },
        .act("/stages/{stage}", .right(.editStages)) { visit, form in
            let name = Phrase(zh: form.text("zh"), en: form.text("en"))
            return try await StageEditPage.act(visit, form) { register, code, deed in
                _ = try register.editStage(code, name: name, after: form.text("previous"), in: deed)
            }
        },
        .act("/stages/{stage}/retire", .right(.editStages)) { visit, form in
            let isRetired = form.text("retired") == "1"
            return try await StageEditPage.act(visit, form) { register, code, deed in
                try register.retireStage(code, isRetired, in: deed)
            }
        },
        // Where a refused form leaves the browser: a change of language there comes back to the stage.
        .look("/stages/{stage}/retire", .right(.editStages)) { visit in
            .see(StagesPage.link(visit.parameters["stage"] ?? ""))
        },
    ]

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        stages = try register.stageList(in: tx)
        standing = try register.projectsByStage(for: visit.actor, in: tx)
        mayEdit = visit.actor.may(.editStages, at: visit.hall.city.code)
        csrf = visit.csrf
    }

    static func link(_ code: String) -> Link { "/stages/\(code)" }
}

/// The form that renames a stage, moves it or takes it out of use.
struct StageEditPage {
    let stage: Stage
    /// All of the list, in order.
    let stages: [Stage]
    let csrf: String
    var typed: FormData?
    var refusals: [Refusal] = []

    init(_ visit: Visit, in tx: Tx) throws {
        stages = try visit.hall.register.stageList(in: tx)
        guard let stage = stages.first(where: { $0.code == visit.parameters["stage"] }) else { throw Visit.notFound }
        try visit.actor.require(.editStages, at: visit.hall.city.code)
        self.stage = stage
        csrf = visit.csrf
    }

    static func act(
        _ visit: Visit, _ form: FormData, _ body: @escaping @Sendable (Register, String, Deed) throws -> Void
    ) async throws -> Frame.Answer {
        let (register, code) = (visit.hall.register, visit.parameters["stage"] ?? "")
        do {
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                try body(register, code, deed)
            }
            return .see("/stages")
        } catch {
            guard let refusals = error.refusals, refusals.allSatisfy({ $0.kind == .invalid || $0.kind == .conflict })
            else { throw error }
            return try await visit.hall.database.read { tx in
                var page = try StageEditPage(visit, in: tx)
                page.typed = form
                page.refusals = refusals
                return page.answer(visit)
            }
        }
    }
}
