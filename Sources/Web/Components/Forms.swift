public import Html
public import Kernel

/// The name of the hidden field that carries a session's token against forged requests.
public let csrfFieldName = "csrf"

/// A form that changes something: always POST, always with the token.
/// - Parameters:
///   - guardsChanges: Warn before leaving with unsent changes.
///   - hidden: Values to be sent back as they are, such as the version that was edited.
public func form(
    action: Link, csrf: String, id: String? = nil, hasFiles: Bool = false, guardsChanges: Bool = false,
    hidden: [(String, String)] = [], _ body: Html
) -> Html {
    let encoding = hasFiles ? "multipart/form-data" : nil
    let kept = Html.each(hidden) { name, value in hiddenField(name, value) }
    return """
        <form method="post" action="\(url: action)"\(attribute: "id", id)\(attribute: "enctype", encoding)\
        \(flag: "data-guard", guardsChanges) novalidate>\(hiddenField(csrfFieldName, csrf))\(kept)\(body)</form>
        """
}

/// What a form carries along unseen; a reader can change it all the same, so the act checks it.
public func hiddenField(_ name: String, _ value: String) -> Html {
    "<input type=\"hidden\" name=\"\(name)\" value=\"\(value)\">"
}

/// The buttons at the end of a form.
public func formActions(_ buttons: [Html]) -> Html { "<div class=\"form-actions\">\(buttons)</div>" }

/// Fields that belong together under one question.
public func fieldset(_ legend: String, help: String? = nil, _ body: Html) -> Html {
    let hint: Html = help.map { "<p class=\"help\">\($0)</p>" } ?? ""
    return "<fieldset><legend>\(legend)</legend>\(hint)<div class=\"fields\">\(body)</div></fieldset>"
}

/// A question of a form: its label, its control, help below, and what is wrong with the answer.
public struct FormField: Sendable {
    let name: String
    let label: String
    let control: Control
    let help: String?
    let error: String?
    let required: Bool
    let note: Html

    public init(
        _ name: String, _ label: String, _ control: Control, help: String? = nil, error: String? = nil,
        required: Bool = false, note: Html = ""
    ) {
        self.name = name
        self.label = label
        self.control = control
        self.help = help
        self.error = error
        self.required = required
        self.note = note
    }

    /// The control's id, which the error summary links to.
    var id: String { "f-\(name)" }

    /// The ids of what is read after the label.
    var described: String? {
        let ids = [error == nil ? nil : "\(id)-error", help == nil ? nil : "\(id)-help"].compactMap { $0 }
        return ids.isEmpty ? nil : ids.joined(separator: " ")
    }
}

/// The control with its label, help and error, tied together for screen readers.
public func field(_ t: Language, _ field: FormField) -> Html {
    let mark: Html = field.required ? " <span class=\"required\">\(t("必填", "required"))</span>" : ""
    let help: Html = field.help.map { "<p class=\"help\" id=\"\(field.id)-help\">\($0)</p>" } ?? ""
    let error: Html = field.error.map { "<p class=\"error\" id=\"\(field.id)-error\">\($0)</p>" } ?? ""
    let state: Html = field.error == nil ? "" : " wrong"
    let note: Html = field.note.isEmpty ? "" : "<p class=\"field-note\">\(field.note)</p>"
    let written = controlHtml(t, field)
    switch field.control.labelling {
    case .label:
        return """
            <div class="field\(state)"><label for="\(field.id)">\(field.label)\(mark)</label>\(written)\(error)\(help)\(note)</div>
            """
    case .group:
        return """
            <fieldset class="field choices\(state)" id="\(field.id)" tabindex="-1"\
            \(attribute: "aria-describedby", field.described)>\
            <legend>\(field.label)\(mark)</legend>\(written)\(error)\(help)\(note)</fieldset>
            """
    case .own:
        return "<div class=\"field\(state)\">\(written)\(error)\(help)\(note)</div>"
    }
}

/// One thing wrong with a form.
public struct FieldError: Sendable {
    let field: String?
    let message: String

    public init(field: String?, message: String) {
        self.field = field
        self.message = message
    }
}

/// All that is wrong, above the form, each leading to its field. Nothing when nothing is wrong.
public func errorSummary(_ t: Language, _ errors: [FieldError]) -> Html {
    if errors.isEmpty { return "" }
    let title = t("有 \(errors.count) 处需要改正", errors.count == 1 ? "One thing to mend" : "\(errors.count) things to mend")
    let items = Html.each(errors) { error in
        guard let field = error.field else { return "<li>\(error.message)</li>" }
        let target = Link("").fragment("f-\(field)")
        return "<li><a href=\"\(url: target)\">\(error.message)</a></li>"
    }
    return """
        <div class="notice cinnabar" role="alert" tabindex="-1" data-focus>\(noticeIcon(.cinnabar))<div>\
        <h2 class="notice-title">\(title)</h2><ul class="errors">\(items)</ul></div></div>
        """
}

public func errorSummary(_ t: Language, _ refusals: [Refusal]) -> Html {
    errorSummary(t, refusals.map { FieldError(field: $0.field, message: $0.message(t)) })
}
