import Html
import Kernel

/// How a question is answered. Values are what was typed, kept as text, so that nothing typed is lost when it is wrong.
public enum Control: Sendable {
    case text(String, TextKind = .plain, placeholder: String = "", limit: Int? = nil)
    /// `new` when a password is chosen rather than given.
    case password(new: Bool = false)
    case number(String, unit: String = "", min: String? = nil, max: String? = nil, step: String? = nil)
    case year(String)
    /// "2026-06-30".
    case date(String)
    case area(String, rows: Int = 4, limit: Int? = nil)
    /// `empty` is the title of the first item, whose value is empty.
    case select([Choice], selected: String, empty: String? = nil)
    case radios([Choice], selected: String)
    case checkboxes([Choice], selected: Set<String>)
    /// One yes or no; sends "1" when on.
    case checkbox(isOn: Bool)
    /// `accept` as in HTML: ".xlsx,.csv"; `camera` opens the camera of a device that has one.
    case file(accept: String, multiple: Bool = false, camera: Bool = false)
    /// Six digits that are valid once.
    case oneTimeCode

    public enum TextKind: Sendable {
        case plain, email, telephone, search, url, username, code
    }

    enum Labelling {
        /// A label points to the control.
        case label
        /// Several controls under one legend.
        case group
        /// The control carries its label.
        case own
    }

    var labelling: Labelling {
        switch self {
        case .radios, .checkboxes: .group
        case .checkbox, .file: .own
        default: .label
        }
    }
}

func controlHtml(_ t: Language, _ field: FormField) -> Html {
    let common = commonAttributes(field)
    switch field.control {
    case .text(let value, let kind, let placeholder, let limit):
        let hint = placeholder.isEmpty ? nil : placeholder
        return """
            <input\(kind.attributes) value="\(value)"\(attribute: "placeholder", hint) maxlength="\(limit ?? 500)"\(common)>
            """
    case .password(let new):
        let purpose: Html = new ? "new-password" : "current-password"
        return "<input type=\"password\" autocomplete=\"\(purpose)\" maxlength=\"200\"\(common)>"
    case .number(let value, let unit, let min, let max, let step):
        // Text with a numeric keyboard: a number input silently drops what it cannot read, such as "约320".
        let limits: Html = "\(attribute: "data-min", min)\(attribute: "data-max", max)\(attribute: "data-step", step)"
        let input: Html = """
            <input class="n" type="text" inputmode="decimal" value="\(value)" maxlength="40" autocomplete="off"\(limits)\(common)>
            """
        return unit.isEmpty ? input : "<span class=\"suffixed\">\(input)<span class=\"suffix\">\(unit)</span></span>"
    case .year(let value):
        return """
            <input class="n year" type="text" inputmode="numeric" value="\(value)" maxlength="20" autocomplete="off"\(common)>
            """
    case .date(let value): return "<input type=\"date\" value=\"\(value)\"\(common)>"
    case .area(let value, let rows, let limit):
        // HTML drops a line break right after the tag; this one is dropped instead of the reader's.
        return "<textarea rows=\"\(rows)\" maxlength=\"\(limit ?? 10_000)\"\(common)>\n\(value)</textarea>"
    case .select(let options, let selected, let empty):
        let first: Html = empty.map { "<option value=\"\">\($0)</option>" } ?? ""
        return "<select\(common)>\(first)\(choiceItems(options, selected: selected))</select>"
    case .radios(let options, let selected):
        return choiceList(field, "radio", options) { $0 == selected }
    case .checkboxes(let options, let selected):
        return choiceList(field, "checkbox", options) { selected.contains($0) }
    case .checkbox(let isOn):
        return """
            <label class="choice"><input type="checkbox" value="1"\(flag: "checked", isOn)\(common)><span>\(field.label)</span></label>
            """
    case .file(let accept, _, camera: true):
        return """
            <div class="camera"><label for="\(field.id)">\(field.label)</label>\
            <input type="file" accept="\(accept)" capture="environment"\(common)></div>
            """
    case .file(let accept, let multiple, _):
        return fileDrop(t, field, accept, multiple, common)
    case .oneTimeCode:
        return """
            <input class="once" type="text" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]*" maxlength="6"\(common)>
            """
    }
}

private func commonAttributes(_ field: FormField) -> Html {
    let wrong = field.error == nil ? nil : "true"
    return """
         id="\(field.id)" name="\(field.name)"\(flag: "required", field.required)\(attribute: "aria-invalid", wrong)\
        \(attribute: "aria-describedby", field.described)
        """
}

private func choiceList(
    _ field: FormField, _ type: String, _ options: [Choice], isOn: (String) -> Bool
) -> Html {
    Html.each(options) { option in
        let help: Html = option.help.map { "<small>\($0)</small>" } ?? ""
        return """
            <label class="choice"><input type="\(type)" name="\(field.name)" value="\(option.value)"\
            \(flag: "checked", isOn(option.value))><span>\(option.title)\(help)</span></label>
            """
    }
}

private func fileDrop(_ t: Language, _ field: FormField, _ accept: String, _ multiple: Bool, _ common: Html) -> Html {
    """
    <div class="drop" data-drop><label for="\(field.id)">\(field.label)</label>\
    <input type="file" accept="\(accept)"\(flag: "multiple", multiple)\(common)>\
    <p class="help">\(t("把文件拖到这里，或点选文件", "Drop a file here, or choose one")) · \(fileKinds(accept))</p>\
    <output data-drop-name></output></div>
    """
}

/// As people call them: "JPEG, PNG" for "image/jpeg,image/png"; endings stay as they are.
private func fileKinds(_ accept: String) -> String {
    accept.split(separator: ",").map { kind in
        kind.firstIndex(of: "/").map { kind[kind.index(after: $0)...].uppercased() } ?? String(kind)
    }.joined(separator: ", ")
}

extension Control.TextKind {
    var attributes: Html {
        switch self {
        case .plain: " type=\"text\" autocomplete=\"off\""
        case .email: " type=\"email\" autocomplete=\"email\" spellcheck=\"false\""
        case .telephone: " type=\"tel\" autocomplete=\"tel\""
        case .search: " type=\"search\" autocomplete=\"off\""
        case .url: " type=\"url\" autocomplete=\"url\" spellcheck=\"false\""
        case .username: " type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\""
        case .code: " class=\"code\" type=\"text\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\""
        }
    }
}
