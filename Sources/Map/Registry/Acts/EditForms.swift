public import Identity
import Kernel
import Store

extension Register {
    /// Puts a new version of a survey form into force. Questions are only added or reworded: a key once used keeps its
    /// place, so that what was recorded stays readable and completeness comparable.
    /// - Parameter definition: the form's JSON, as shipped in `Resources/forms`.
    public func publishForm(_ definition: String, in deed: Deed) throws -> SurveyForm {
        let city = try city(in: deed.tx)
        try deed.actor.require(.editForms, at: city.code)
        guard definition.utf8.count <= 1_000_000 else {
            throw Refusal(.tooLarge, "form.large", zh: "调查表定义超过 1 MB。", en: "The form's definition is over 1 MB.")
        }
        let form = try SurveyForm.decode(Array(definition.utf8), file: "form.json")
        let current = try self.form(form.subject, in: deed.tx)
        guard form.version == current.version + 1 else {
            throw Refusal(
                .conflict, "form.version", zh: "新版本号应为 \(current.version + 1)，文件里是 \(form.version)。",
                en: "The next version is \(current.version + 1); the file says \(form.version).", field: "version")
        }
        let kept = form.questions.prefix(current.questions.count).map(\.key)
        guard kept == current.questions.map(\.key), form.questions.count <= 126 else {
            throw Refusal(
                "form.order", zh: "已有题目须保留原有的键和顺序，新题目加在末尾，总数不超过 126。",
                en: "Existing questions keep their keys and order; new ones follow at the end, 126 in all at most.",
                field: "questions")
        }
        try deed.tx.run(
            """
            INSERT INTO survey_form (subject, version, day, source, definition)
            VALUES (\(form.subject.rawValue), \(form.version), \(form.date), \(form.source), \(definition))
            """)
        let added = form.questions.dropFirst(current.questions.count).map { JSON.string($0.key) }
        try deed.record(
            "form.publish", on: Subject("form", "\(form.subject.rawValue)-\(form.version)"), at: city.code,
            before: JSON.object(["version": .integer(Int64(current.version))]).text,
            after: JSON.object(["version": .integer(Int64(form.version)), "added": .array(Array(added))]).text)
        return form
    }
}
