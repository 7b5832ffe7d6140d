import Components
import Evaluation
import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Registry
import Store

extension ReportPage {
    /// Facts of this run that the officer may contest, and what became of those contested before.
    func appealCard(_ t: Language) -> Html {
        var parts = appeals.map { AppealViews.summary($0.appeal, $0.effect, survey, t) }
        if mayCorrect { parts.append(appealForm(t)) }
        guard !parts.isEmpty else { return "" }
        return card(t("对数据的申诉", "Appeals"), stack(parts))
    }

    private func appealForm(_ t: Language) -> Html {
        let keys = why.indicators.joined().flatMap { $0.indicator.measure.facts }
        var seen: Set<String> = []
        let choices = keys.filter { seen.insert($0).inserted }.compactMap { key in
            survey.question(key).map { Choice(key, $0.label(t)) }
        }
        func error(_ field: String) -> String? { attempt?.refusals.first { $0.field == field }?.message(t) }
        let fields: [Html] = [
            field(
                t,
                FormField(
                    "fact", t("哪一项数据不对", "Which fact is wrong"),
                    .select(choices, selected: attempt?.fact ?? "", empty: t("请选择", "choose")), error: error("fact"),
                    required: true)),
            field(
                t,
                FormField(
                    "claimed", t("应为", "It should be"), .text(attempt?.claimed ?? "", limit: 200),
                    help: t("与摸底表同样写法，例如：较差、12、是", "As the survey form has it: a choice, 12, yes"),
                    error: error("claimed"),
                    required: true)),
            field(
                t,
                FormField(
                    "reason", t("理由与依据", "Reason and evidence"),
                    .area(attempt?.reason ?? "", rows: 3, limit: AppealLimits.reason), error: error("reason"),
                    required: true)),
        ]
        let open = attempt != nil
        let action: Link = "/evaluation/runs/\(why.run.id)/estates/\(line.estate)"
        return disclosure(
            t("申诉：这次评价用错了数据", "Appeal: a fact used here is wrong"), open: open,
            errorSummary(t, attempt?.refusals ?? [])
                + form(
                    action: action, csrf: csrf,
                    Html.joined(fields) + formActions([submitButton(t("提交申诉", "Appeal"))])))
    }

    private var line: RankingLine { why.line }
}

/// How appeals are told.
enum AppealViews {
    static func summary(_ appeal: Appeal, _ effect: AppealEffect?, _ survey: SurveyForm, _ t: Language) -> Html {
        let lines = [
            ValueLine(t("数据", "Fact"), "\(survey.label(appeal.fact)?(t) ?? appeal.fact)"),
            ValueLine(t("评价所用", "As used"), value(appeal.stated, appeal.fact, survey, t)),
            ValueLine(t("申诉主张", "As claimed"), value(appeal.claimed, appeal.fact, survey, t)),
            ValueLine(t("理由", "Reason"), "\(appeal.reason)"), ValueLine(t("提出于", "Made"), time(t, appeal.madeAt)),
        ]
        var more: [ValueLine] = []
        if let decision = appeal.decision { more.append(ValueLine(t("处理理由", "Decision"), "\(decision)")) }
        if let effect, let after = effect.after {
            more.append(
                ValueLine(
                    t("结果变化", "Effect"),
                    """
                    \(EvaluationWords.points(effect.before.need.middle)) → \(EvaluationWords.points(after.need.middle)) · \
                    \(EvaluationWords.ranks(t, effect.before)) → \(EvaluationWords.ranks(t, after))
                    """))
        } else if appeal.state == .upheld {
            more.append(ValueLine(t("结果变化", "Effect"), "\(t("下一次评价会体现", "shown by the next evaluation"))"))
        }
        let title = t("申诉 \(appeal.number)", "Appeal \(appeal.number)")
        return "<section><h3>\(title) \(state(appeal.state, t))</h3>\(valueList(lines + more))</section>"
    }

    static func state(_ state: Appeal.State, _ t: Language) -> Html {
        switch state {
        case .open: pill(state.name(t), .amber)
        case .upheld: pill(state.name(t), .jade)
        case .dismissed: pill(state.name(t), .neutral)
        }
    }

    private static func value(_ json: JSON, _ key: String, _ survey: SurveyForm, _ t: Language) -> Html {
        let value = FactValue(json: json)
        guard value.isKnown, let question = survey.question(key) else { return unknown(t) }
        return "\(question.shown(value, t))"
    }
}

/// All appeals within the reader's places, and their decision by who may.
enum AppealsPage {
    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let state = Appeal.State(rawValue: visit.query.text("state"))
        let (evaluations, register) = (visit.hall.evaluations, visit.hall.register)
        let all =
            visit.actor.may(.readEstates)
            ? try evaluations.appeals(AppealFilter(state: state), for: visit.actor, limit: 200, in: tx) : []
        let survey = try register.form(.estate, in: tx)
        let cards = try all.map { appeal in
            let effect = try evaluations.effect(of: appeal, for: visit.actor, in: tx)
            let mayDecide = appeal.state == .open && visit.actor.may(.editEvaluation, at: appeal.place)
            return card(
                effect?.before.name ?? t("小区", "Estate"),
                more: LinkText(mayDecide ? t("判定", "Decide") : t("查看", "Open"), "/evaluation/appeals/\(appeal.id)"),
                AppealViews.summary(appeal, effect, survey, t))
        }
        let title = t("对数据的申诉", "Appeals")
        let states: [Appeal.State?] = [nil] + Appeal.State.allCases
        let switches = tabs(
            t("状态", "State"),
            states.map { item in
                Tab(
                    item?.name(t) ?? t("全部", "All"),
                    Link("/evaluation/appeals", ["state": item?.rawValue]),
                    isCurrent: item == state)
            })
        let empty = card(
            t("列表", "List"),
            emptyState(
                t("没有申诉", "No appeals"),
                """
                \(t(
                    "区县在小区的评价说明里提出申诉，查实更正后，下一次评价会体现变化。",
                    "Districts appeal from an estate's report; once the fact is corrected, the next evaluation shows the change."))
                """
            ))
        return visit.page(
            title,
            stack(
                [
                    breadcrumbs(t, [Crumb(t("评价", "Evaluation"), "/evaluation"), Crumb(title)]), pageHead(title),
                    switches,
                ] + (cards.isEmpty ? [empty] : cards)))
    }
}

/// Making and deciding appeals.
enum AppealActs {
    static func make(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let (run, estate): (ID<EvaluationRun>, ID<Estate>) = (try visit.id(), try visit.id("estate"))
        let evaluations = visit.hall.evaluations
        let (fact, claimed, reason) = (form.text("fact"), form.text("claimed"), form.text("reason"))
        do {
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                let value = try read(claimed, of: fact, evaluations.register.form(.estate, in: deed.tx))
                let line = try evaluations.run(run, for: deed.actor, in: deed.tx)
                let scheme = try evaluations.scheme(of: line, in: deed.tx)
                let aspect = scheme.aspects.first { aspect in
                    aspect.indicators.contains { $0.measure.facts.contains(fact) }
                }
                let draft = AppealDraft(
                    run: run, estate: estate, aspect: aspect?.code ?? "", fact: fact, claimed: value, reason: reason)
                _ = try evaluations.appeal(draft, in: deed)
            }
            return .see("/evaluation/runs/\(run)/estates/\(estate)")
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                let attempt = AppealAttempt(fact: fact, claimed: claimed, reason: reason, refusals: refusals)
                return try ReportPage(visit, attempt: attempt, in: tx).answer(visit, status: refusals[0].kind.status)
            }
        }
    }

    /// What was typed, as the survey form reads it.
    private static func read(_ text: String, of key: String, _ survey: SurveyForm) throws -> FactValue {
        guard let question = survey.question(key) else {
            throw Refusal(
                "appeal.fact", zh: "请选择是哪一项数据。", en: "Choose which fact is wrong.", field: "fact")
        }
        guard let value = try? question.read(text).value, value.isKnown else {
            throw Refusal(
                "appeal.claimed", zh: "“\(text)”不是“\(question.zh)”的答案；请按摸底表的写法填写。",
                en: "“\(text)” does not answer “\(question.en)”; write it as on the survey form.", field: "claimed")
        }
        return value
    }

    static func decide(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id: ID<Appeal> = try visit.id("appeal")
        let (evaluations, decision) = (visit.hall.evaluations, form.text("decision"))
        let verdict = Appeal.State(rawValue: form.text("verdict"))
        do {
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                switch verdict {
                case .upheld: try evaluations.upholdAppeal(id, decision: decision, in: deed)
                case .dismissed: try evaluations.dismissAppeal(id, decision: decision, in: deed)
                case .open, nil:
                    throw Refusal("appeal.verdict", zh: "请选择成立或不成立。", en: "Choose to uphold or to dismiss.")
                }
            }
            return .see("/evaluation/appeals/\(id)")
        } catch {
            let attempt = AppealPage.Attempt(decision: decision, refusals: try mendable(error))
            return try await visit.hall.database.read { tx in try AppealPage.answer(visit, attempt, tx) }
        }
    }
}
