import Components
import Evaluation
import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Registry
import Store

/// Weighting sessions, and the totals of residents' surveys beside them.
enum WeightingPages {
    /// What was sent and refused.
    struct Attempt {
        let form: FormData
        let refusals: [Refusal]
    }

    static func list(_ visit: Visit, attempt: Attempt? = nil, in tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let mayEdit = visit.actor.may(.editEvaluation)
        let sessions = try WeightingQueries.sessions(for: visit.actor, in: tx)
        let residents =
            visit.actor.may(.readEvaluation) ? try WeightingQueries.residents(for: visit.actor, in: tx) : []
        let scheme = try visit.hall.evaluations.scheme(.current, in: tx).scheme
        let title = t("赋权会议", "Weighting sessions")
        var parts: [Html] = [
            breadcrumbs(
                t,
                [
                    Crumb(t("评价", "Evaluation"), "/evaluation"), Crumb(t("评价方案", "Scheme"), "/evaluation/scheme"),
                    Crumb(title),
                ]),
            pageHead(
                title,
                note: """
                    \(t(
                        "专家逐对比较或选出最重要、最次要的方面；居民问卷的权重放在旁边，两者常常不同，都要看见。",
                        "Experts compare in pairs, or choose the best and the worst; residents' weights stand beside "
                            + "them, since the two often differ."
                    ))
                    """), errorSummary(t, attempt?.refusals ?? []), sessionsCard(sessions, t),
        ]
        if visit.actor.may(.readEvaluation) {
            parts.append(residentsCard(residents, visit))
            if !residents.isEmpty, sessions.contains(where: { $0.outcome != nil }) {
                parts.append(linkButton(t("专家与居民的排名并排看", "Both rankings side by side"), "/evaluation/weighting/beside"))
            }
        }
        if mayEdit {
            parts.append(grid([openForm(scheme, attempt, visit), residentsForm(scheme, attempt, visit)]))
        }
        return visit.page(title, status: attempt?.refusals.first?.kind.status ?? .ok, stack(parts))
    }

    private static func sessionsCard(_ sessions: [WeightingSession], _ t: Language) -> Html {
        let rows = sessions.map { session in
            TableRow(
                [
                    "\(t("第 \(session.number) 次", "No. \(session.number)"))", "\(session.title)",
                    "\(session.method.name(t))", "\(grouped(session.items.count))", time(t, session.openedAt),
                    session.isOpen ? pill(t("进行中", "open"), .amber) : pill(t("已结束", "closed"), .neutral),
                    "\(session.outcome?.provenance(t) ?? "")",
                ], link: "/evaluation/weighting/\(session.id)")
        }
        let list =
            rows.isEmpty
            ? emptyState(t("还没有赋权会议", "No weighting sessions yet"), "")
            : table(
                t,
                DataTable(
                    caption: t("赋权会议", "Weighting sessions"),
                    columns: [
                        TableColumn(t("次数", "No.")), TableColumn(t("名称", "Title"), .heading),
                        TableColumn(t("方法", "Method")), TableColumn(t("项目", "Items"), .number),
                        TableColumn(t("召开于", "Opened")), TableColumn(t("状态", "State")),
                        TableColumn(t("结果", "Outcome")),
                    ], rows: rows))
        return card(t("专家", "Experts"), list)
    }

    private static func residentsCard(_ all: [ResidentWeights], _ visit: Visit) -> Html {
        let t = visit.language
        guard !all.isEmpty else {
            return card(t("居民", "Residents"), emptyState(t("还没有居民问卷", "No surveys of residents yet"), ""))
        }
        let mayEdit = visit.actor.may(.editEvaluation)
        let cards = all.prefix(5).map { residents in
            let bars = zip(residents.totals.items, residents.totals.weights).map { item, weight in
                Bar(item.name(t), value: weight, text: percent(weight, 1) + "\u{A0}%", tone: .indigo)
            }
            let take: Html =
                mayEdit
                ? form(
                    action: "/evaluation/weighting/residents/\(residents.id)/take", csrf: visit.csrf,
                    submitButton(t("用这些权重起草方案", "Draft a scheme with these"), .quiet)) : ""
            return card(
                residents.totals.source,
                note: "\(residents.provenance(t)) · \(residents.totals.rule.sentence(t))",
                barChart(t, title: t("居民的权重", "Residents' weights"), bars) + take)
        }
        return grid(Array(cards))
    }

    private static func openForm(_ scheme: Scheme, _ attempt: Attempt?, _ visit: Visit) -> Html {
        let t = visit.language
        func typed(_ name: String) -> String { attempt?.form.text(name) ?? "" }
        func error(_ name: String) -> String? { attempt?.refusals.first { $0.field == name }?.message(t) }
        let body = form(
            action: "/evaluation/weighting", csrf: visit.csrf,
            Html.joined([
                field(
                    t,
                    FormField(
                        "title", t("名称", "Title"), .text(typed("title"), limit: Weighting.longestTitle),
                        error: error("title"), required: true)),
                field(
                    t,
                    FormField(
                        "subject", t("比较什么", "What is weighed"),
                        .select(Self.subjects(scheme, t), selected: typed("subject")), error: error("items"))),
                field(
                    t,
                    FormField(
                        "method", t("方法", "Method"),
                        .radios(
                            WeightingMethod.allCases.map { Choice($0.rawValue, $0.name(t)) },
                            selected: typed("method").isEmpty ? WeightingMethod.pairwise.rawValue : typed("method")),
                        error: error("method"))),
                formActions([submitButton(t("召开", "Open the session"))]),
            ]))
        return card(t("召开赋权会议", "Open a session"), body)
    }

    private static func residentsForm(_ scheme: Scheme, _ attempt: Attempt?, _ visit: Visit) -> Html {
        let t = visit.language
        func typed(_ name: String) -> String { attempt?.form.text(name) ?? "" }
        func error(_ name: String) -> String? { attempt?.refusals.first { $0.field == name }?.message(t) }
        let example = scheme.aspects(for: .need).prefix(2).map { "\($0.name(t)) 120" }.joined(separator: "\n")
        let body = form(
            action: "/evaluation/weighting/residents", csrf: visit.csrf,
            Html.joined([
                field(
                    t,
                    FormField(
                        "source", t("哪次问卷", "Which survey"), .text(typed("source"), limit: 100), error: error("source"),
                        required: true)),
                field(
                    t,
                    FormField(
                        "asked", t("问的是什么", "What was asked"),
                        .select(Self.subjects(scheme, t), selected: typed("asked")))),
                field(t, FormField("day", t("日期", "Day"), .date(typed("day")), error: error("day"), required: true)),
                field(
                    t,
                    FormField(
                        "rule", t("怎样折算", "How it is turned into weights"),
                        .select(
                            ResidentRule.allCases.map { Choice($0.rawValue, "\($0.name(t))：\($0.sentence(t))") },
                            selected: typed("rule")))),
                field(
                    t,
                    FormField(
                        "respondents", t("回答人数", "People who answered"), .number(typed("respondents"), min: "1"),
                        error: error("respondents"), required: true)),
                field(
                    t,
                    FormField(
                        "totals", t("各项合计", "Totals"), .area(attempt?.form["totals"] ?? "", rows: 8, limit: 20_000),
                        help: t(
                            "每项一行：名称和合计，只录合计，不录姓名。例如：\(example)",
                            "A line an item: its name and total; totals only, no names. For example: \(example)"),
                        error: error("totals"), required: true)),
                formActions([submitButton(t("录入", "Enter"))]),
            ]))
        return card(t("录入居民问卷合计", "Enter a survey's totals"), body)
    }

    /// "aspects:need", "aspects:need:house", "groups:need".
    static func subjects(_ scheme: Scheme, _ t: Language) -> [Choice] {
        var choices = [
            Choice("groups:need", t("需求的各组", "the groups of need")),
            Choice("aspects:readiness", t("准备度的各方面", "the aspects of readiness")),
            Choice("aspects:need", t("需求的全部方面（只能用最优最劣法）", "all aspects of need (best-worst only)")),
        ]
        for group in scheme.groups where scheme.aspects(for: .need).count(where: { $0.group == group.code }) > 1 {
            choices.append(
                Choice("aspects:need:\(group.code)", t("“\(group.name.zh)”组内的方面", "aspects of “\(group.name.en)”")))
        }
        return choices
    }

    static func subject(_ text: String) -> WeightingSubject {
        let parts = text.split(separator: ":").map(String.init)
        let purpose = parts.count > 1 ? Aspect.Purpose(rawValue: parts[1]) ?? .need : .need
        if parts.first == "groups" { return .groups(purpose) }
        return .aspects(purpose, group: parts.count > 2 ? parts[2] : nil)
    }
}

/// What people do with weighting sessions.
enum WeightingActs {
    static func open(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let evaluations = visit.hall.evaluations
        let place = visit.hall.city.code
        do {
            let id = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                let scheme = try evaluations.scheme(.current, in: deed.tx).scheme
                return try Weighting.open(
                    WeightingDraft(
                        place: place, scheme: scheme, subject: WeightingPages.subject(form.text("subject")),
                        title: form.text("title"),
                        method: WeightingMethod(rawValue: form.text("method")) ?? .pairwise), in: deed)
            }
            return .see("/evaluation/weighting/\(id)")
        } catch {
            return try await again(visit, form, error)
        }
    }

    static func residents(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let evaluations = visit.hall.evaluations
        let place = visit.hall.city.code
        do {
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                let scheme = try evaluations.scheme(.current, in: deed.tx).scheme
                let subject = WeightingPages.subject(form.text("asked"))
                guard let day = Day(form.text("day")) else {
                    throw Refusal(
                        "residents.day", zh: "日期须写成 2026-06-30。", en: "Write the day as 2026-06-30.", field: "day")
                }
                let totals = try ResidentTotals.read(form["totals"] ?? "", items: subject.items(in: scheme))
                _ = try Weighting.enter(
                    ResidentTotals(
                        place: place, scheme: scheme, subject: subject, source: form.text("source"), day: day,
                        rule: ResidentRule(rawValue: form.text("rule")) ?? .chosen,
                        respondents: form.number("respondents") ?? 0, totals: totals), in: deed)
            }
            return .see("/evaluation/weighting")
        } catch {
            return try await again(visit, form, error)
        }
    }

    private static func again(_ visit: Visit, _ form: FormData, _ error: any Error) async throws -> Frame.Answer {
        let attempt = WeightingPages.Attempt(form: form, refusals: try mendable(error))
        return try await visit.hall.database.read { tx in
            try WeightingPages.list(visit, attempt: attempt, in: tx)
        }
    }

    static func takeResidents(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id: ID<ResidentWeights> = try visit.id("residents")
        return try await take(visit) { scheme, deed in
            guard
                let residents = try WeightingQueries.residents(for: deed.actor, in: deed.tx).first(where: {
                    $0.id == id
                })
            else { throw Visit.notFound }
            return try scheme.taking(residents)
        }
    }

    static func take(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id: ID<WeightingSession> = try visit.id("session")
        return try await take(visit) { scheme, deed in
            try scheme.taking(WeightingQueries.session(id, for: deed.actor, in: deed.tx))
        }
    }

    private static func take(
        _ visit: Visit, _ change: @escaping @Sendable (Scheme, Deed) throws -> Scheme
    ) async throws -> Frame.Answer {
        let evaluations = visit.hall.evaluations
        let id = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            let scheme = try change(evaluations.scheme(.current, in: deed.tx).scheme, deed)
            return try evaluations.draftScheme(scheme.document, in: deed)
        }
        return .see("/evaluation/drafts/\(id)")
    }

    static func invite(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id: ID<WeightingSession> = try visit.id("session")
        return try await session(visit, id) { deed in
            guard let person = ID<PersonTag>(form.text("person")) else {
                throw Refusal("weighting.person", zh: "请选择一位专家。", en: "Choose an expert.", field: "person")
            }
            try Weighting.invite(person, to: id, in: deed)
        }
    }

    static func close(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id: ID<WeightingSession> = try visit.id("session")
        return try await session(visit, id) { deed in
            let aggregation = WeightingAggregation(rawValue: form.text("aggregation")) ?? .priorities
            try Weighting.close(id, aggregation, acceptsInconsistent: form.text("accept") == "1", in: deed)
        }
    }

    static func judge(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id: ID<WeightingSession> = try visit.id("session")
        return try await session(visit, id) { deed in
            let session = try WeightingQueries.session(id, for: deed.actor, in: deed.tx)
            try Weighting.judge(SessionPage.judgement(form, session), in: id, by: deed)
        }
    }

    private static func session(
        _ visit: Visit, _ id: ID<WeightingSession>, _ act: @escaping @Sendable (Deed) throws -> Void
    ) async throws -> Frame.Answer {
        do {
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { try act($0) }
            return .see("/evaluation/weighting/\(id)")
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                try SessionPage(visit, refusals: refusals, in: tx).answer(visit)
            }
        }
    }
}
