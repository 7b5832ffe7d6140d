import Components
import Evaluation
import Foundation
import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Store

/// A draft from a file: the whole document at once, refused with everything that is wrong in it.
enum SchemeFilePage {
    /// What comes with a form besides its file.
    static let limit = EvaluationLimits.documentBytes + 64 * 1024

    static func card(_ csrf: String, _ t: Language) -> Html {
        Components.card(disclosure(t("从文件起草", "Draft from a file"), form(csrf, error: nil, t)))
    }

    private static func form(_ csrf: String, error: String?, _ t: Language) -> Html {
        Components.form(
            action: "/evaluation/drafts/upload", csrf: csrf, hasFiles: true,
            field(
                t,
                FormField(
                    "file", t("方案文件", "The scheme's file"), .file(accept: ".json"),
                    help: t(
                        "“下载 JSON”得到的文件，改好后从这里上传；有误会逐处列出。",
                        "The file that “Download JSON” gives, edited; every mistake is named by its place."),
                    error: error, required: true))
                + formActions([submitButton(t("上传起草", "Upload"), .quiet)]))
    }

    static func upload(_ visit: Visit, _ upload: Upload) async throws -> Frame.Answer {
        let evaluations = visit.hall.evaluations
        do {
            let document = try read(upload.files["file"])
            let id = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                try evaluations.draftScheme(document, in: deed)
            }
            return .see("/evaluation/drafts/\(id)")
        } catch {
            return refused(visit, try mendable(error))
        }
    }

    private static func read(_ file: Upload.File?) throws -> String {
        guard let file, let data = FileManager.default.contents(atPath: file.path), !data.isEmpty else {
            throw Refusal(
                "scheme.upload", zh: "请选择方案的 JSON 文件。", en: "Choose the scheme's JSON file.", field: "file")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Refusal(
                "scheme.upload", zh: "文件不是 UTF-8 文本；请另存为 UTF-8 编码的 JSON。",
                en: "The file is no UTF-8 text; save it as JSON in UTF-8.", field: "file")
        }
        return text
    }

    private static func refused(_ visit: Visit, _ refusals: [Refusal]) -> Frame.Answer {
        let t = visit.language
        let title = t("从文件起草", "Draft from a file")
        // Places within the file have no field here.
        let errors = refusals.map { FieldError(field: $0.field == "file" ? "file" : nil, message: $0.message(t)) }
        let own = refusals.first { $0.field == "file" }?.message(t)
        return visit.page(
            title, layout: .narrow, status: refusals.first?.kind.status ?? .unprocessableContent,
            stack([
                breadcrumbs(t, [Crumb(t("评价方案", "Scheme"), "/evaluation/scheme"), Crumb(title)]), pageHead(title),
                errorSummary(t, errors), Components.card(form(visit.csrf, error: own, t)),
            ]))
    }
}
