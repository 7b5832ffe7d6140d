import Components
import Evaluation
import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Registry
import Store

/// A draft of the scheme: weights in fields, everything else in its document; tried beside the scheme in force.
struct DraftPage {
    let draft: SchemeDraft
    let survey: SurveyForm
    let author: String
    let csrf: String
    let attempt: Attempt?
    /// What the draft changes of the scheme in force.
    private let changes: Html

    /// What was sent and refused.
    struct Attempt {
        /// Percentages by the aspect's code.
        var weights: [String: String] = [:]
        var document: String?
        var refusals: [Refusal] = []
        /// What differs from the draft as somebody else has left it meanwhile.
        var conflict: Html = ""
    }

    init(_ visit: Visit, attempt: Attempt? = nil, in tx: Tx) throws {
        let draft = try visit.hall.evaluations.draft(try visit.id("draft"), in: tx)
        self.draft = draft
        author = try AuthorNames([draft.person], visit, in: tx).name(draft.person, draft.by)(visit.language)
        survey = try visit.hall.register.form(.estate, in: tx)
        csrf = visit.csrf
        self.attempt = attempt
        let current = try visit.hall.evaluations.scheme(.current, in: tx).scheme
        changes = SchemeDifference(current, draft.scheme, survey, visit.language).html
    }

    /// What an editor wanted beside what somebody else has stored meanwhile; saving again stores the editor's.
    static func conflict(_ draft: SchemeDraft, _ typed: String, _ visit: Visit, in tx: Tx) throws -> Html {
        let t = visit.language
        let survey = try visit.hall.register.form(.estate, in: tx)
        guard let wanted = try? visit.hall.evaluations.read(typed, in: tx) else { return "" }
        return card(
            t("他人已存的与您填写的", "As stored by somebody else, and as you typed it"),
            paragraph(
                t(
                    "核对后再次保存，即以您填写的为准；没有列出的已经相同。",
                    "Compare, then save again to store yours; what is not listed is equal already."))
                + SchemeDifference(draft.scheme, wanted, survey, t).html)
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("方案草稿", "Draft scheme"), assets: [.style("evaluation.css")],
            status: attempt?.refusals.first?.kind.status ?? .ok, view(t))
    }

    private var seen: [(String, String)] { [("seen", String(draft.edits))] }

    private func view(_ t: Language) -> Html {
        let title = t("方案草稿", "Draft scheme")
        let issue = form(
            action: "/evaluation/drafts/\(draft.id)/issue", csrf: csrf, hidden: seen,
            submitButton(t("启用为新版本", "Issue as the next version"), .primary))
        let discard = form(
            action: "/evaluation/drafts/\(draft.id)/discard", csrf: csrf,
            submitButton(t("删去草稿", "Discard"), .danger))
        return stack([
            breadcrumbs(
                t,
                [
                    Crumb(t("评价", "Evaluation"), "/evaluation"), Crumb(t("评价方案", "Scheme"), "/evaluation/scheme"),
                    Crumb(title),
                ]),
            pageHead(
                title,
                note: """
                    \(draft.scheme.title(t)) · \(t("最后由 ", "last edited by "))\(author) · \(time(t, draft.at))
                    """,
                actions: [
                    linkButton(t("试算：谁会变化", "Try it: who moves"), "/evaluation/drafts/\(draft.id)/simulation"), discard,
                    issue,
                ]), errors(t), attempt?.conflict ?? "",
            card(t("与现行方案的不同", "What it changes of the scheme in force"), changes), weights(t), partsCard(t),
            document(t), SchemeViews.indicators(draft.scheme, survey, t),
        ])
    }

    /// A mistake in the document names its place there; only weights have fields of their own.
    private func errors(_ t: Language) -> Html {
        errorSummary(
            t,
            (attempt?.refusals ?? []).map { refusal in
                let field = refusal.field.flatMap { $0 == "by" || $0.hasPrefix("w-") ? $0 : nil }
                return FieldError(field: field, message: refusal.message(t))
            })
    }

    private func weights(_ t: Language) -> Html {
        let sets = Aspect.Purpose.allCases.map { purpose in
            let fields = draft.scheme.aspects(for: purpose).map { aspect in
                let typed = attempt?.weights[aspect.code] ?? short(aspect.weight * 100, places: 3)
                return field(
                    t,
                    FormField(
                        "w-\(aspect.code)", "\(aspect.number) \(aspect.name(t))",
                        .number(typed, unit: "%", min: "0", max: "100", step: "any")))
            }
            return fieldset(
                purpose.name(t), help: t("各项之和须为 100 %。", "They must sum to 100 %."), Html.joined(fields))
        }
        let person = field(
            t,
            FormField(
                "by", t("由谁设定", "Set by"), .text(attempt?.weights["by"] ?? "", limit: 100),
                help: t("写在改动过的权重旁，例如：2026 年第 2 次赋权会议", "Stands beside each weight that changes"), required: true))
        return card(
            t("权重", "Weights"),
            form(
                action: "/evaluation/drafts/\(draft.id)/weights", csrf: csrf, guardsChanges: true, hidden: seen,
                Html.joined(sets) + person + formActions([submitButton(t("保存权重", "Save the weights"))])))
    }

    private func partsCard(_ t: Language) -> Html {
        let base: Link = "/evaluation/drafts/\(draft.id)/rules"
        let rows = draft.scheme.aspects.map { aspect in
            TableRow(
                [
                    "\(aspect.number)", "\(aspect.name(t))", "\(grouped(aspect.indicators.count))",
                    "\(draft.scheme.group(aspect.group)?.name(t) ?? aspect.group)",
                ], link: "/evaluation/drafts/\(draft.id)/aspects/\(aspect.code)")
        }
        let list = table(
            t,
            DataTable(
                caption: t("各方面的标尺", "Scales by aspect"),
                columns: [
                    TableColumn(t("序号", "No."), .number), TableColumn(t("方面", "Aspect"), .heading),
                    TableColumn(t("指标", "Indicators"), .number), TableColumn(t("分组", "Group")),
                ], rows: rows))
        return card(
            t("标尺、等级与条件", "Scales, bands and conditions"),
            more: LinkText(t("修改等级、条件与稳健性", "Edit bands, conditions, robustness"), base), list)
    }

    private func document(_ t: Language) -> Html {
        let text = attempt?.document ?? draft.scheme.document
        let body = form(
            action: "/evaluation/drafts/\(draft.id)/document", csrf: csrf, guardsChanges: true, hidden: seen,
            field(
                t,
                FormField(
                    "document", t("方案文件（JSON）", "The scheme's document (JSON)"),
                    .area(text, rows: 18, limit: EvaluationLimits.documentBytes),
                    help: t(
                        "增减方面、指标和分组在这里改；保存时检查全部内容，有误会逐处列出。",
                        "Aspects, indicators and groups are added and taken away here; saving checks all of it and names every mistake."
                    )))
                + formActions([submitButton(t("保存文件", "Save the document"))]))
        return card(
            disclosure(t("整份文件", "The whole document"), open: attempt?.document != nil, body))
    }

    /// Who would move if the draft were in force.
    static func simulation(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let evaluations = visit.hall.evaluations
        let id: ID<SchemeDraft> = try visit.id("draft")
        let draft = try evaluations.draft(id, in: tx)
        let title = t("试算：谁会变化", "Who would move")
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(t("评价方案", "Scheme"), "/evaluation/scheme"), Crumb(t("草稿", "Draft"), "/evaluation/drafts/\(id)"),
                Crumb(title),
            ])
        guard let run = try evaluations.latestRun(for: visit.actor, in: tx) else {
            let empty = emptyState(
                t("还没有可比的评价", "There is no evaluation to compare with"), "",
                action: linkButton(t("现在评价", "Evaluate now"), "/evaluation/new", .primary))
            return visit.page(title, stack([crumbs, pageHead(title), card(t("结果", "Result"), empty)]))
        }
        let found = try evaluations.simulation(of: draft.scheme, beside: run, for: visit.actor, in: tx)
        let note: Html = """
            \(t("草稿用在 ", "The draft on the facts of "))<a href="\(url: run.link)">\(EvaluationWords.scheme(run, t))</a>\
            \(t(" 的数据上；什么都没有保存。", "; nothing was stored."))
            """
        return visit.page(
            title,
            stack([crumbs, pageHead(title, note: note, actions: [printButton(t)]), RunsBesidePage.view(found, run, t)]))
    }
}

/// Beginning, editing, issuing and discarding drafts.
enum DraftActs {
    static func begin(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let evaluations = visit.hall.evaluations
        let id = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try evaluations.draftScheme(in: deed)
        }
        return .see("/evaluation/drafts/\(id)")
    }

    static func weights(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let by = form.text("by")
        var typed = ["by": by]
        for (name, value) in form.fields where name.hasPrefix("w-") { typed[String(name.dropFirst(2))] = value }
        let sent = typed
        return try await edit(visit, form, DraftPage.Attempt(weights: sent)) { scheme in
            var scheme = scheme
            var refusals: [Refusal] = []
            if by.isEmpty {
                refusals.append(
                    Refusal("scheme.by", zh: "请写明权重由谁设定。", en: "Say who set the weights.", field: "by"))
            }
            for index in scheme.aspects.indices {
                let aspect = scheme.aspects[index]
                guard let text = sent[aspect.code] else { continue }
                guard let percent = Double(text), percent.isFinite, (0...100).contains(percent) else {
                    refusals.append(
                        Refusal(
                            "scheme.weight", zh: "“\(aspect.name.zh)”的权重须为 0 到 100 之间的数。",
                            en: "The weight of “\(aspect.name.en)” must be a number from 0 to 100.",
                            field: "w-\(aspect.code)"))
                    continue
                }
                if abs(percent / 100 - aspect.weight) > 0.000_01 {
                    scheme.aspects[index].weight = percent / 100
                    scheme.aspects[index].weightBy = by
                }
            }
            try Refusals.throwIfAny(refusals)
            return scheme.document
        }
    }

    static func document(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let document = form["document"] ?? ""
        return try await edit(visit, form, DraftPage.Attempt(document: document)) { _ in document }
    }

    private static func edit(
        _ visit: Visit, _ form: FormData, _ attempt: DraftPage.Attempt,
        _ change: @escaping @Sendable (Scheme) throws -> String
    ) async throws -> Frame.Answer {
        let id: ID<SchemeDraft> = try visit.id("draft")
        let (evaluations, seen) = (visit.hall.evaluations, form.number("seen") ?? 0)
        do {
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                let draft = try evaluations.draft(id, in: deed.tx)
                try evaluations.editDraft(id, change(draft.scheme), seen: seen, in: deed)
            }
            return .see("/evaluation/drafts/\(id)")
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                var kept = attempt
                kept.refusals = refusals
                if refusals.contains(where: { $0.code == "scheme.seen" }) {
                    let draft = try evaluations.draft(id, in: tx)
                    if let typed = try? change(draft.scheme) {
                        kept.conflict = try DraftPage.conflict(draft, typed, visit, in: tx)
                    }
                }
                return try DraftPage(visit, attempt: kept, in: tx).answer(visit)
            }
        }
    }

    static func issue(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id: ID<SchemeDraft> = try visit.id("draft")
        let (evaluations, seen) = (visit.hall.evaluations, form.number("seen") ?? 0)
        do {
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                _ = try evaluations.issueDraft(id, seen: seen, in: deed)
            }
            return .see("/evaluation/scheme")
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                try DraftPage(visit, attempt: DraftPage.Attempt(refusals: refusals), in: tx).answer(visit)
            }
        }
    }

    static func discard(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id: ID<SchemeDraft> = try visit.id("draft")
        let evaluations = visit.hall.evaluations
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try evaluations.discardDraft(id, in: deed)
        }
        return .see("/evaluation/scheme")
    }
}
