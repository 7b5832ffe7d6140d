import Components
import Foundation
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// The survey form in force, readable: what is asked, in which unit, with which answers. New versions are uploaded
/// here.
struct FormsPage {
    let survey: SurveyForm
    let mayEdit: Bool
    let csrf: String
    var refusals: [Refusal] = []

    /// Forms are small; what is larger is something else.
    private static let fileLimit = 1 << 20

    static let routes: [Route] = [
        .page("/forms", .right(.readEstates)) { visit, tx in
            let subject = visit.query["subject"].flatMap { SurveySubject(rawValue: $0) } ?? .estate
            return try FormsPage(visit, subject, in: tx).answer(visit)
        },
        .page("/forms/{subject}.json", .right(.readEstates)) { visit, tx in
            guard let subject = visit.parameters["subject"].flatMap({ SurveySubject(rawValue: $0) }) else {
                throw Visit.notFound
            }
            let survey = try visit.hall.register.form(subject, in: tx)
            return .download(
                .bytes(try definition(survey)), name: "\(survey.form)-v\(survey.version).json", type: "application/json"
            )
        },
        .upload("/forms", .right(.editForms)) { visit, upload in try await publish(visit, upload) },
    ]

    init(_ visit: Visit, _ subject: SurveySubject, in tx: Tx) throws {
        survey = try visit.hall.register.form(subject, in: tx)
        mayEdit = visit.actor.may(.editForms)
        csrf = visit.csrf
    }

    /// As shipped forms are written: to be edited and brought back.
    private static func definition(_ survey: SurveyForm) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(survey))
    }

    private static func publish(_ visit: Visit, _ upload: Upload) async throws -> Frame.Answer {
        let hall = visit.hall
        do {
            guard let file = upload.files["file"], file.size > 0 else {
                throw Refusal("form.file", zh: "请选择调查表文件（.json）。", en: "Choose the form's file (.json).", field: "file")
            }
            guard file.size <= fileLimit, let text = String(validating: try Scratch.contents(file.path), as: UTF8.self)
            else {
                throw Refusal(
                    "form.file.text", zh: "文件应为 UTF-8 的 JSON，至多 1 MB。",
                    en: "The file must be JSON in UTF-8, 1 MB at most.",
                    field: "file")
            }
            let survey = try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
                try hall.register.publishForm(text, in: deed)
            }
            return .see(Link("/forms", ["subject": survey.subject.rawValue]))
        } catch {
            guard let refusals = error.refusals else { throw error }
            let subject = SurveySubject(rawValue: upload.form.text("subject")) ?? .estate
            return try await hall.database.read { tx in
                var page = try FormsPage(visit, subject, in: tx)
                page.refusals = refusals
                return page.answer(visit)
            }
        }
    }
}
