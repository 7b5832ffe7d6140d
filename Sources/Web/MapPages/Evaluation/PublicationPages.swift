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

/// Results that anybody may read, and their publishing by who may.
enum PublicationPages {
    /// Rows of a page; the whole document is there to download.
    private static let size = 100

    /// Exactly what would become public.
    static func preview(_ visit: Visit, refusals: [Refusal] = [], in tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let run = try visit.run(in: tx)
        let document = try visit.hall.evaluations.document(of: run, for: visit.actor, in: tx)
        let title = t("公布结果", "Publish the result")
        let asked = visit.query.text("title")
        let proposal = asked.isEmpty ? "\(document.placeName.zh)综合评价结果（\(document.asOf)）" : asked
        let body = form(
            action: "/evaluation/runs/\(run.id)/publish", csrf: visit.csrf,
            field(
                t,
                FormField(
                    "title", t("公布标题", "Title"), .text(proposal, limit: Publishing.longestTitle),
                    error: refusals.first { $0.field == "title" }?.message(t), required: true))
                + formActions([submitButton(t("公布", "Publish"))]))
        let note = t(
            "公布后任何人都能阅读；内容不可更改，带摘要和签名。如有错误只能撤回并说明原因。",
            "Anybody may then read it; it cannot be changed, and carries its digest and signature. A mistake can only be withdrawn with a reason."
        )
        return visit.page(
            title, status: refusals.first?.kind.status ?? .ok,
            stack([
                breadcrumbs(t, [Crumb(t("评价", "Evaluation"), run.link), Crumb(title)]),
                pageHead(title, note: "\(note)"), errorSummary(t, refusals), card(body),
                card(
                    t("将公布的内容", "What becomes public"),
                    note: "\(t("共 \(grouped(document.rows.count)) 个小区", "\(grouped(document.rows.count)) estates"))",
                    rows(document, page: 1, t)),
            ]))
    }

    static func publish(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let run: ID<EvaluationRun> = try visit.id()
        let hall = visit.hall
        do {
            let id = try await hall.evaluations.publish(
                run, title: form.text("title"), as: visit.actor, vault: hall.vault, files: hall.files,
                clock: hall.clock,
                in: hall.database)
            return .see("/public/evaluations/\(id)")
        } catch {
            let refusals = try mendable(error)
            return try await hall.database.read { tx in try preview(visit, refusals: refusals, in: tx) }
        }
    }

    static func list(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let all = try PublicationQueries.publications(at: visit.hall.city.code, in: tx)
        let rows = all.map { publication in
            TableRow(
                [
                    "\(publication.title)", time(t, publication.publishedAt), "\(grouped(publication.estates))",
                    publication.withdrawnAt == nil
                        ? pill(t("有效", "stands"), .jade) : pill(t("已撤回", "withdrawn"), .cinnabar),
                ], link: "/public/evaluations/\(publication.id)")
        }
        let title = t("公布的评价结果", "Published evaluations")
        let list =
            rows.isEmpty
            ? emptyState(t("还没有公布过结果", "Nothing has been published yet"), "")
            : table(
                t,
                DataTable(
                    caption: title,
                    columns: [
                        TableColumn(t("标题", "Title"), .heading), TableColumn(t("公布于", "Published")),
                        TableColumn(t("小区", "Estates"), .number), TableColumn(t("状态", "State")),
                    ], rows: rows))
        return visit.page(title, stack([pageHead(title), card(t("列表", "List"), list)]))
    }

    static func one(_ visit: Visit, refusals: [Refusal] = []) async throws -> Frame.Answer {
        let t = visit.language
        let (publication, bytes) = try await found(visit)
        let document = try PublishedDocument(bytes: bytes)
        let page = shownPage(visit.query.page, of: document.rows.count, size: size)
        let base: Link = "/public/evaluations/\(publication.id)"
        var parts: [Html] = [
            breadcrumbs(
                t, [Crumb(t("公布的评价结果", "Published evaluations"), "/public/evaluations"), Crumb(publication.title)]),
            pageHead(
                publication.title, pills: document.isGenerated ? [demoPill(t)] : [],
                note: """
                    \(document.placeName(t)) · \(document.scheme.title(t)) \
                    \(t("第 \(document.scheme.version) 版", "version \(document.scheme.version)")) · \
                    \(t("截至 ", "as of "))\(time(t, document.asOf))
                    """,
                actions: [
                    linkButton(
                        t("下载签名文件", "Download the signed file"), "/public/evaluations/\(publication.id)/document.json"),
                    printButton(t),
                ]), errorSummary(t, refusals),
        ]
        if let at = publication.withdrawnAt {
            parts.append(
                notice(
                    .cinnabar, title: t("已撤回，不再有效", "Withdrawn; it no longer stands"),
                    "\(time(t, at))：\(publication.reason ?? "")"))
        }
        parts.append(
            card(
                rows(document, page: page, t)
                    + pager(t, page: page, size: size, total: document.rows.count, base: base)))
        parts.append(proof(publication, t))
        if publication.withdrawnAt == nil, visit.actor.may(.publishEvaluation, at: publication.place) {
            parts.append(withdrawal(publication, visit))
        }
        return visit.page(
            publication.title, source: t("SHA-256：", "SHA-256: ") + publication.digest.hex.prefix(16) + "…",
            status: refusals.first?.kind.status ?? .ok, stack(parts))
    }

    private static func rows(_ document: PublishedDocument, page: Int, _ t: Language) -> Html {
        let lines = document.rows.dropFirst((page - 1) * size).prefix(size).map { row in
            let ranks =
                row.best.flatMap { best in
                    row.worst.map { best == $0 ? grouped(best) : "\(grouped(best))–\(grouped($0))" }
                } ?? t("不排名", "not ranked")
            return TableRow([
                "\(row.band ?? "—")", "\(row.name) \(code(row.number))", "\(ranks)",
                "\(EvaluationWords.points(row.need))",
                "\(EvaluationWords.points(row.low))–\(EvaluationWords.points(row.high))",
                "\(row.reasons.map { $0(t) }.joined(separator: t("；", "; ")))",
            ])
        }
        return table(
            t,
            DataTable(
                caption: t("评价结果", "Result"),
                columns: [
                    TableColumn(t("等级", "Band")), TableColumn(t("小区", "Estate"), .heading),
                    TableColumn(t("名次范围", "Ranks"), .number), TableColumn(t("需求分", "Need"), .number),
                    TableColumn(t("可能范围", "Range"), .number), TableColumn(t("主要原因", "Mostly because of")),
                ], rows: Array(lines)))
    }

    private static func proof(_ publication: Publication, _ t: Language) -> Html {
        let how = t(
            "下载的文件逐字节就是公布的内容：它的 SHA-256 应与下列摘要相同，签名由市里保存操作记录的同一把密钥作出。",
            "The downloaded file is what was published, byte for byte: its SHA-256 is the digest below, "
                + "and it is signed with the key that seals the city's record."
        )
        return card(
            t("怎样核对", "How to check it"),
            paragraph(how)
                + valueList([
                    ValueLine("SHA-256", code(publication.digest.hex)),
                    ValueLine(t("公布于", "Published"), time(t, publication.publishedAt)),
                    ValueLine(t("密钥", "Key"), code(publication.signature.keyID)),
                    ValueLine(t("签名", "Signature"), code(hexadecimal(publication.signature.signature))),
                ]))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String(UInt16($0) | 0x100, radix: 16).dropFirst() }.joined()
    }

    private static func withdrawal(_ publication: Publication, _ visit: Visit) -> Html {
        let t = visit.language
        let body = form(
            action: "/public/evaluations/\(publication.id)/withdraw", csrf: visit.csrf,
            field(
                t,
                FormField(
                    "reason", t("撤回原因", "Reason"), .area("", rows: 3, limit: Publishing.longestReason), required: true))
                + formActions([submitButton(t("撤回", "Withdraw"), .danger)]))
        return card(disclosure(t("撤回这次公布", "Withdraw this publication"), body))
    }

    static func withdraw(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id: ID<Publication> = try visit.id("publication")
        do {
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                try Publishing.withdraw(id, reason: form.text("reason"), in: deed)
            }
            return .see("/public/evaluations/\(id)")
        } catch {
            return try await one(visit, refusals: try mendable(error))
        }
    }

    static func document(_ visit: Visit) async throws -> Frame.Answer {
        let (publication, bytes) = try await found(visit)
        return .download(
            .bytes(bytes), name: "evaluation-\(publication.place)-\(publication.digest.hex.prefix(12)).json",
            type: "application/json")
    }

    private static func found(_ visit: Visit) async throws -> (Publication, [UInt8]) {
        let id: ID<Publication> = try visit.id("publication")
        let publication = try await visit.hall.database.read { try PublicationQueries.publication(id, in: $0) }
        let key = visit.hall.vault.recordKeys.verifying
        return (publication, try await Publishing.document(of: publication, files: visit.hall.files, key: key))
    }
}
