import Components
import Evaluation
import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Registry
import Store

/// One weighting session: an expert's own judgement with its consistency, the group's outcome, the experts.
struct SessionPage {
    let session: WeightingSession
    let experts: [WeightingExpert]
    let names: PersonNames
    let own: WeightingExpert?
    /// What is on the form: the expert's saved judgement, or the choices in the address that are tried unsaved.
    let said: Judgement?
    let weighed: Result<WeighedJudgement?, Refusal>
    let outcome: Result<WeightingOutcome, Refusal>?
    let invitable: [Choice]
    let leads: Bool
    let csrf: String
    let refusals: [Refusal]

    init(_ visit: Visit, refusals: [Refusal] = [], in tx: Tx) throws {
        let actor = visit.actor
        let session = try WeightingQueries.session(try visit.id("session"), for: actor, in: tx)
        let experts = try WeightingQueries.experts(of: session, for: actor, in: tx)
        let own = actor.person.flatMap { person in experts.first { $0.person == person } }
        (self.session, self.experts, self.own) = (session, experts, own)
        let isTried = visit.query.text("try") == "1" && own != nil
        said = isTried ? Self.judgement(visit.query, session) : own?.judgement?.judgement
        weighed = Self.weighed(said, items: session.items.count)
        leads = actor.may(.editEvaluation, at: session.place)
        names = try PersonNames(of: Set(experts.map(\.person)), reader: actor, vault: visit.hall.vault, tx: tx)
        outcome = leads && session.isOpen ? Self.outcome(session, experts) : nil
        invitable = leads && session.isOpen ? try Self.people(visit, besides: Set(experts.map(\.person)), tx) : []
        csrf = visit.csrf
        self.refusals = refusals
    }

    /// A judgement may contradict its own ends: that is told, and is no failure of the page.
    private static func weighed(_ said: Judgement?, items count: Int) -> Result<WeighedJudgement?, Refusal> {
        do {
            return .success(try said.flatMap { try WeighedJudgement($0, items: count) })
        } catch {
            return (error as? Refusal).map { .failure($0) } ?? .success(nil)
        }
    }

    private static func outcome(
        _ session: WeightingSession, _ experts: [WeightingExpert]
    ) -> Result<WeightingOutcome, Refusal>? {
        do {
            return .success(try Weighting.outcome(of: session, experts, .priorities))
        } catch {
            return (error as? Refusal).map { .failure($0) }
        }
    }

    private static func people(_ visit: Visit, besides known: Set<ID<PersonTag>>, _ tx: Tx) throws -> [Choice] {
        guard visit.actor.may(.readPeople) else { return [] }
        return try PersonQueries.list(reader: visit.actor, limit: 200, vault: visit.hall.vault, tx: tx)
            .filter { !known.contains($0.id) && !$0.isDisabled }.map { Choice($0.id.description, $0.name) }
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            session.title, assets: [.script("judging.js")], status: refusals.first?.kind.status ?? .ok, view(t))
    }

    // MARK: the form

    /// What was chosen on the page; pairs without an answer are left for later.
    static func judgement(_ form: FormData, _ session: WeightingSession) -> Judgement {
        let count = session.items.count
        switch session.method {
        case .pairwise:
            var pairs: [Judgement.Comparison] = []
            for first in 0..<count {
                for second in first + 1..<max(first + 1, count) {
                    if let scale = form.number("p-\(first)-\(second)") { pairs.append(.init(first, second, scale)) }
                }
            }
            return .pairwise(pairs)
        case .bestWorst:
            let (best, worst) = (form.number("best") ?? -1, form.number("worst") ?? -1)
            var over = (0..<count).map { form.number("b-\($0)") }
            var under = (0..<count).map { form.number("o-\($0)") }
            if over.indices.contains(best), under.indices.contains(worst), best != worst {
                over[best] = 1
                under[worst] = 1
                under[best] = over[worst]
            }
            return .bestWorst(.init(best: best, worst: worst, bestToOthers: over, othersToWorst: under))
        }
    }

    private func view(_ t: Language) -> Html {
        let state = session.isOpen ? pill(t("进行中", "open"), .amber) : pill(t("已结束", "closed"), .neutral)
        var parts: [Html] = [
            breadcrumbs(
                t,
                [
                    Crumb(t("评价", "Evaluation"), "/evaluation"),
                    Crumb(t("赋权会议", "Weighting sessions"), "/evaluation/weighting"), Crumb(session.title),
                ]),
            pageHead(
                session.title, pills: [state],
                note: """
                    \(t("第 \(session.number) 次", "No. \(session.number)")) · \(session.method.name(t)) · \
                    \(time(t, session.openedAt))
                    """), errorSummary(t, refusals),
        ]
        if let outcome = session.outcome { parts.append(outcomeCard(outcome, t)) }
        if let own { parts.append(ownCard(own, t)) }
        if leads {
            parts.append(expertsCard(t))
            if session.isOpen { parts.append(closeCard(t)) }
        }
        return stack(parts)
    }

    private func outcomeCard(_ outcome: WeightingOutcome, _ t: Language) -> Html {
        let take: Html =
            leads
            ? form(
                action: "/evaluation/weighting/\(session.id)/take", csrf: csrf,
                submitButton(t("用这些权重起草方案", "Draft a scheme with these"))) : ""
        return card(
            t("结果", "Outcome"), note: "\(outcome.provenance(t))",
            weights(outcome.weights, t("权重", "Weights"), t) + take)
    }

    private func weights(_ weights: [Double], _ title: String, _ t: Language) -> Html {
        barChart(
            t, title: title,
            zip(session.items, weights).map { item, weight in
                Bar(item.name(t), value: weight, text: percent(weight, 1) + "\u{A0}%")
            })
    }

    // MARK: one's own judgement

    private func ownCard(_ own: WeightingExpert, _ t: Language) -> Html {
        var parts: [Html] = ["<div data-judging aria-live=\"polite\">\(stack(standing(t)))</div>"]
        if session.isOpen {
            parts.append(
                form(
                    action: "/evaluation/weighting/\(session.id)/judge", csrf: csrf, id: "judgement",
                    guardsChanges: true,
                    (session.method == .pairwise ? pairs(said, t) : bestWorst(said, t))
                        + formActions([submitButton(t("保存判断", "Save my judgement"))])))
        }
        return card(t("我的判断", "My judgement"), stack(parts))
    }

    /// How far the judgement is and how consistent: what the script asks for anew after each choice.
    private func standing(_ t: Language) -> [Html] {
        let progress = (said ?? Self.judgement(FormData(), session)).progress(items: session.items.count)
        let bar = progressBar(
            t("已判断", "Judged"), value: Double(progress.said), of: Double(max(1, progress.of)),
            text: "\(progress.said) / \(progress.of)")
        return switch weighed {
        case .success(let weighed?): [bar, consistency(weighed, t)]
        case .success(nil): [bar]
        case .failure(let refusal): [bar, notice(.amber, "\(refusal.message(t))")]
        }
    }

    private func consistency(_ weighed: WeighedJudgement, _ t: Language) -> Html {
        let ratio = decimal(weighed.consistency, 3)
        let title =
            weighed.isConsistent
            ? t("一致性比率 \(ratio)，可以采用", "Consistency ratio \(ratio): it can be used")
            : t(
                "一致性比率 \(ratio)，超过 0.10：有的判断互相矛盾",
                "Consistency ratio \(ratio), above 0.10: some judgements contradict others")
        let hint: Html =
            weighed.misfit.map { misfit in
                let (first, second) = (session.items[misfit.first].name(t), session.items[misfit.second].name(t))
                return """
                    \(t(
                        "最不一致的一对：“\(first)”与“\(second)”，您判断为 \(decimal(misfit.judged, 2)) 倍，其余判断合起来是 \(decimal(misfit.fitting, 2)) 倍。",
                        "The pair that fits least: “\(first)” and “\(second)”: you said \(decimal(misfit.judged, 2)) "
                            + "times, all others say \(decimal(misfit.fitting, 2)) times."
                    ))
                    """
            } ?? ""
        return notice(weighed.isConsistent ? .jade : .amber, title: title, hint)
            + weights(weighed.weights, t("我的权重", "My weights"), t)
    }

    private func pairs(_ said: Judgement?, _ t: Language) -> Html {
        var known: [String: Int] = [:]
        if case .pairwise(let pairs)? = said {
            for pair in pairs { known["p-\(pair.first)-\(pair.second)"] = pair.scale }
        }
        let count = session.items.count
        var fields: [Html] = []
        for first in 0..<count {
            for second in first + 1..<max(first + 1, count) {
                let (one, other) = (session.items[first].name(t), session.items[second].name(t))
                let name = "p-\(first)-\(second)"
                fields.append(
                    field(
                        t,
                        FormField(
                            name, t("\(one) 与 \(other)", "\(one) or \(other)"),
                            .select(
                                Self.scale(one, other, t), selected: known[name].map { String($0) } ?? "",
                                empty: t("尚未判断", "not judged yet")))))
            }
        }
        return fieldset(
            t("哪一个更重要，重要多少", "Which counts more, and how much"),
            help: t("1 同样重要，3 略重要，5 明显重要，7 很重要，9 极重要。", "1 equal, 3 somewhat, 5 clearly, 7 strongly, 9 extremely."),
            Html.joined(fields))
    }

    private static func scale(_ one: String, _ other: String, _ t: Language) -> [Choice] {
        let first = (2...9).reversed().map { Choice(String($0), t("\(one) 重要 \($0) 倍", "\(one), \($0) times")) }
        let second = (2...9).map { Choice(String(-$0), t("\(other) 重要 \($0) 倍", "\(other), \($0) times")) }
        return first + [Choice("1", t("同样重要", "equal"))] + second
    }

    private func bestWorst(_ said: Judgement?, _ t: Language) -> Html {
        let known: Judgement.BestWorstJudgement? = if case .bestWorst(let known)? = said { known } else { nil }
        let items = session.items.enumerated().map { Choice(String($0), $1.name(t)) }
        let numbers = (1...9).map { Choice(String($0), String($0)) }
        func compared(_ prefix: String, _ values: [Int?]?) -> [Html] {
            session.items.indices.map { index in
                let value = values.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                return field(
                    t,
                    FormField(
                        "\(prefix)-\(index)", session.items[index].name(t),
                        .select(numbers, selected: value.map { String($0) } ?? "", empty: "—")))
            }
        }
        return Html.joined([
            field(
                t,
                FormField(
                    "best", t("最重要的", "The most important"),
                    .select(items, selected: known.map { String($0.best) } ?? "", empty: t("请选择", "choose")),
                    required: true)),
            field(
                t,
                FormField(
                    "worst", t("最次要的", "The least important"),
                    .select(items, selected: known.map { String($0.worst) } ?? "", empty: t("请选择", "choose")),
                    required: true)),
            fieldset(
                t("最重要的是各项的几倍（1–9）", "How many times as much the best counts as each (1–9)"),
                Html.joined(compared("b", known?.bestToOthers))),
            fieldset(
                t("各项是最次要的几倍（1–9）", "How many times as much each counts as the worst (1–9)"),
                Html.joined(compared("o", known?.othersToWorst))),
        ])
    }

    // MARK: leading

    private func expertsCard(_ t: Language) -> Html {
        let rows = experts.map { expert in
            let said = expert.judgement?.judgement
            let progress = said?.progress(items: session.items.count)
            let weighed = said.flatMap { try? WeighedJudgement($0, items: session.items.count) }
            return TableRow([
                "\(ActorWords.person(names.name(expert.person, at: session.place))(t))", time(t, expert.invitedAt),
                "\(progress.map { "\($0.said) / \($0.of)" } ?? "—")",
                "\(weighed.map { decimal($0.consistency, 3) } ?? "—")",
                weighed.map {
                    $0.isConsistent ? pill(t("可采用", "usable"), .jade) : pill(t("不一致", "inconsistent"), .amber)
                }
                    ?? pill(t("未完成", "incomplete"), .neutral),
            ])
        }
        let list =
            rows.isEmpty
            ? emptyState(t("还没有邀请专家", "No experts yet"), "")
            : table(
                t,
                DataTable(
                    caption: t("专家", "Experts"),
                    columns: [
                        TableColumn(t("专家", "Expert"), .heading), TableColumn(t("邀请于", "Invited")),
                        TableColumn(t("已判断", "Judged"), .number), TableColumn("CR", .number),
                        TableColumn(t("状态", "State")),
                    ], rows: rows))
        let invite: Html =
            invitable.isEmpty
            ? ""
            : form(
                action: "/evaluation/weighting/\(session.id)/invite", csrf: csrf,
                field(
                    t,
                    FormField(
                        "person", t("邀请", "Invite"), .select(invitable, selected: "", empty: t("请选择", "choose")),
                        required: true)) + formActions([submitButton(t("邀请", "Invite"), .quiet)]))
        return card(t("专家", "Experts"), list + invite)
    }

    private func closeCard(_ t: Language) -> Html {
        let now: Html =
            switch outcome {
            case .success(let outcome)?:
                "<p>\(outcome.provenance(t))</p>" + weights(outcome.weights, t("如现在结束", "If closed now"), t)
            case .failure(let refusal)?: paragraph(refusal.message(t))
            case nil: ""
            }
        let all = session.method == .pairwise ? WeightingAggregation.allCases : [.priorities]
        let body = form(
            action: "/evaluation/weighting/\(session.id)/close", csrf: csrf,
            field(
                t,
                FormField(
                    "aggregation", t("怎样合并", "How they are combined"),
                    .select(all.map { Choice($0.rawValue, $0.name(t)) }, selected: "")))
                + field(
                    t, FormField("accept", t("不一致的判断也算", "Count inconsistent judgements too"), .checkbox(isOn: false)))
                + formActions([submitButton(t("结束会议，得出权重", "Close and make the weights"))]))
        return card(t("结束", "Close"), now + body)
    }
}
