import Components
import Evaluation
import Frame
import HTTPTypes
import Html
import Kernel
import Registry
import Store

/// One appeal: what is contested, the photos of the estate as evidence, and its decision by who may.
struct AppealPage {
    private let appeal: Appeal
    private let effect: AppealEffect?
    private let survey: SurveyForm
    private let photos: [PhotoTile]
    private let name: String
    private let mayDecide: Bool
    private let csrf: String

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer { try answer(visit, Attempt(), tx) }

    /// A decision as it was sent, when it was refused.
    struct Attempt {
        var decision = ""
        var refusals: [Refusal] = []
    }

    static func answer(_ visit: Visit, _ attempt: Attempt, _ tx: Tx) throws -> Frame.Answer {
        let page = try AppealPage(visit, in: tx)
        return visit.page(
            page.title(visit.language), status: attempt.refusals.first?.kind.status ?? .ok,
            page.view(attempt, visit.language))
    }

    private init(_ visit: Visit, in tx: Tx) throws {
        let (evaluations, register) = (visit.hall.evaluations, visit.hall.register)
        appeal = try evaluations.appeal(visit.id("appeal"), for: visit.actor, in: tx)
        survey = try register.form(.estate, in: tx)
        effect = try evaluations.effect(of: appeal, for: visit.actor, in: tx)
        name = effect?.before.name ?? visit.language("小区", "Estate")
        let words = try PhotoWords(register, [], in: tx)
        photos = try register.photos(of: appeal.estate, in: tx).prefix(8).map { words.tile($0, visit.language) }
        mayDecide = appeal.state == .open && visit.actor.may(.editEvaluation, at: appeal.place)
        csrf = visit.csrf
    }

    private func title(_ t: Language) -> String {
        t("申诉 \(appeal.number)：\(name)", "Appeal \(appeal.number): \(name)")
    }

    private func view(_ attempt: Attempt, _ t: Language) -> Html {
        let crumbs = [
            Crumb(t("评价", "Evaluation"), "/evaluation"), Crumb(t("申诉", "Appeals"), "/evaluation/appeals"),
            Crumb(title(t)),
        ]
        var actions = [linkButton(t("小区档案", "The estate"), "/estates/\(appeal.estate)"), printButton(t)]
        if effect != nil {
            let why: Link = "/evaluation/runs/\(appeal.run)/estates/\(appeal.estate)"
            actions.insert(linkButton(t("评价说明", "Why"), why), at: 0)
        }
        var parts: [Html] = [
            breadcrumbs(t, crumbs), pageHead(title(t), actions: actions), errorSummary(t, attempt.refusals),
            card(t("申诉的内容", "What is contested"), AppealViews.summary(appeal, effect, survey, t)),
        ]
        if mayDecide { parts.append(card(t("判定", "Decision"), decision(attempt, t))) }
        if !photos.isEmpty { parts.append(card(t("现场照片", "Photos"), photoGrid(photos))) }
        return stack(parts)
    }

    private func decision(_ attempt: Attempt, _ t: Language) -> Html {
        let reason = field(
            t,
            FormField(
                "decision", t("处理理由", "Reason for the decision"),
                .area(attempt.decision, rows: 3, limit: AppealLimits.reason),
                help: t("成立前须先在小区档案里更正该数据。", "To uphold it, correct the fact in the register first."),
                error: attempt.refusals.first { $0.field == "decision" }?.message(t), required: true))
        func verdict(_ verdict: Appeal.State, _ title: String) -> Html {
            submitButton(title, name: "verdict", value: verdict.rawValue)
        }
        return form(
            action: "/evaluation/appeals/\(appeal.id)", csrf: csrf,
            reason
                + formActions([
                    verdict(.upheld, t("判定成立", "Uphold")), verdict(.dismissed, t("判定不成立", "Dismiss")),
                ]))
    }
}
