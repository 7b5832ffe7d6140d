import Common
import Components
import Evaluation
import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Registry
import Store

/// Asking for an evaluation, and proving one again.
enum NewRunPage {
    static func answer(_ visit: Visit, refusals: [Refusal] = [], in tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let evaluations = visit.hall.evaluations
        let schemes = try evaluations.schemes(for: visit.actor, in: tx)
        let drafts = visit.actor.may(.editEvaluation) ? try evaluations.drafts(for: visit.actor, in: tx) : []
        let choices =
            schemes.map {
                Choice(
                    String($0.version),
                    t("第 \($0.version) 版 \($0.scheme.title.zh)", "Version \($0.version): \($0.scheme.title.en)"))
            }
            + drafts.map {
                Choice($0.id.description, t("草稿试算：\($0.scheme.title.zh)", "Trial of a draft: \($0.scheme.title.en)"))
            }
        let title = t("现在评价", "Evaluate now")
        func error(_ field: String) -> String? { refusals.first { $0.field == field }?.message(t) }
        let body = form(
            action: "/evaluation/new", csrf: visit.csrf,
            field(
                t,
                FormField(
                    "scheme", t("评价方案", "Scheme"),
                    .select(choices, selected: choices.isEmpty ? "" : String(schemes[0].version)),
                    error: error("scheme"), required: true))
                + field(
                    t,
                    FormField(
                        "asOf", t("截至", "As of"),
                        .date(visit.query.text("asOf").isEmpty ? visit.dataDay.description : visit.query.text("asOf")),
                        help: t("房龄算到这一天；之后才查明的数据不算。", "Ages count to this day; facts found out later do not count."),
                        error: error("asOf"), required: true))
                + formActions([submitButton(t("开始评价", "Evaluate"), .primary)]))
        let note = t(
            "评价在后台进行，可以离开本页；当时的数据和方案会一并保存，任何时候都能重算核对。",
            "It is done in the background and you may leave; facts and scheme are kept with it, so that it can be computed again at any time."
        )
        return visit.page(
            title, layout: .narrow, status: refusals.first?.kind.status ?? .ok,
            stack([
                breadcrumbs(t, [Crumb(t("评价", "Evaluation"), "/evaluation"), Crumb(title)]),
                pageHead(title, note: "\(note)"), errorSummary(t, refusals), card(body),
            ]))
    }

    static func ask(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let evaluations = visit.hall.evaluations
        let (scheme, typed) = (form.text("scheme"), form.text("asOf"))
        do {
            let job = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                guard let day = Day(typed) else {
                    throw Refusal(
                        "evaluation.day", zh: "日期“\(typed)”无法识别；请写成 2026-06-30。",
                        en: "The day “\(typed)” cannot be read; write 2026-06-30.", field: "asOf")
                }
                let choice: EvaluationOrder.Choice =
                    ID<SchemeDraft>(scheme).map { .draft($0) } ?? Int(scheme).map { .version($0) } ?? .current
                return try evaluations.ask(EvaluationOrder(scheme: choice, asOf: day), in: deed)
            }
            return .see("/jobs/\(job)")
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in try answer(visit, refusals: refusals, in: tx) }
        }
    }

    /// Computed again from what is stored, and compared bit for bit.
    static func replay(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let found = try visit.hall.evaluations.replay(try visit.id(), for: visit.actor, in: tx)
        let title = t("重算核对", "Computed again")
        let result =
            found.isEqual
            ? notice(
                .jade, title: t("完全一致", "Equal, bit for bit"),
                """
                \(t(
                    "\(grouped(found.estates)) 个小区的结果与保存的逐位相同。",
                    "The results of \(grouped(found.estates)) estates are the stored ones."))
                """
            )
            : notice(.cinnabar, title: t("不一致", "Not equal"), "\(found.difference?(t) ?? "")")
        let lines = [
            ValueLine(t("保存的结果摘要", "Digest as stored"), code(found.run.resultDigest)),
            ValueLine(t("重算的结果摘要", "Digest as computed"), code(found.resultDigest)),
            ValueLine(t("数据摘要", "Digest of the facts"), code(found.run.snapshotDigest)),
            ValueLine(t("方案摘要", "Digest of the scheme"), code(found.run.schemeDigest)),
            ValueLine(t("计算程序", "Computed by"), "Yiju \(found.run.program)"),
        ]
        return visit.page(
            title, layout: .narrow,
            stack([
                breadcrumbs(t, [Crumb(t("评价", "Evaluation"), found.run.link), Crumb(title)]), pageHead(title), result,
                card(valueList(lines)),
            ]))
    }
}

/// Long work with its progress.
enum JobPages {
    static func list(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let jobs = try JobQueries.mine(visit.actor, in: tx)
        let rows = jobs.map { job in
            TableRow(
                [title(job, visit), state(job.state, t), "\(job.sentence(t))", time(t, job.askedAt)],
                link: "/jobs/\(job.id)")
        }
        let list =
            rows.isEmpty
            ? emptyState(
                t("没有后台任务", "No jobs"), "\(t("评价等耗时的工作会列在这里。", "Evaluations and other long work appear here."))")
            : table(
                t,
                DataTable(
                    caption: t("我的任务", "My jobs"),
                    columns: [
                        TableColumn(t("任务", "Job"), .heading), TableColumn(t("状态", "State")),
                        TableColumn(t("进展", "Progress")), TableColumn(t("发起于", "Asked")),
                    ], rows: rows))
        let name = t("我的任务", "My jobs")
        return visit.page(name, stack([pageHead(name), card(t("列表", "List"), list)]))
    }

    static func one(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let job = try JobQueries.job(try visit.id("job"), for: visit.actor, in: tx)
        let name = t("任务", "Job")
        var parts: [Html] = [
            "<p>\(state(job.state, t)) \(job.sentence(t))</p>",
            progressBar(
                t("进展", "Progress"), value: job.state == .done ? 1 : job.fraction ?? 0,
                text: percent(job.state == .done ? 1 : job.fraction ?? 0, 0) + "\u{A0}%",
                tone: job.state == .failed || job.state == .refused ? .cinnabar : .jade),
            valueList(
                [ValueLine(t("发起于", "Asked"), time(t, job.askedAt))]
                    + [(t("开始于", "Begun"), job.startedAt), (t("结束于", "Ended"), job.endedAt)].compactMap { label, at in
                        at.map { ValueLine(label, time(t, $0)) }
                    }),
        ]
        if let result = job.result.flatMap({ ID<EvaluationRun>($0) }), job.state == .done {
            parts.append(linkButton(t("查看结果", "See the result"), "/evaluation/runs/\(result)", .primary))
        }
        if !job.state.isOver, job.mayCancel(visit.actor) {
            parts.append(
                form(
                    action: "/jobs/\(job.id)/cancel", csrf: visit.csrf,
                    submitButton(job.isCancelAsked ? t("正在取消", "Being cancelled") : t("取消", "Cancel"))))
        }
        // Looked at again every second while it goes on; without the script by reloading.
        let follow: Html =
            job.state.isOver
            ? "" : "<p class=\"no-print\" data-follow=\"1000\">\(t("页面会自动更新。", "This page updates itself."))</p>"
        return visit.page(
            name, layout: .narrow,
            stack([
                breadcrumbs(t, [Crumb(t("我的任务", "My jobs"), "/jobs"), Crumb(name)]),
                pageHead("\(titleText(job, visit))"), card(stack(parts) + follow),
            ]))
    }

    static func cancel(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id: ID<Job> = try visit.id("job")
        _ = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try Job.cancel(id, in: deed)
        }
        return .see("/jobs/\(id)")
    }

    private static func titleText(_ job: Job, _ visit: Visit) -> String {
        let kind = visit.hall.evaluations.jobKind
        return kind.name == job.kind ? kind.title(visit.language) : job.kind
    }

    private static func title(_ job: Job, _ visit: Visit) -> Html { "\(titleText(job, visit))" }

    private static func state(_ state: Job.State, _ t: Language) -> Html {
        switch state {
        case .waiting: pill(state.name(t), .neutral)
        case .running: pill(state.name(t), .indigo)
        case .done: pill(state.name(t), .jade)
        case .refused, .failed: pill(state.name(t), .cinnabar)
        case .cancelled: pill(state.name(t), .amber)
        }
    }
}
