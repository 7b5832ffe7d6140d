public import Html
public import Kernel

/// How much a button asks for: one primary on a page, the others quieter.
public enum ButtonStyle: Sendable {
    /// The one thing to do on a page.
    case primary
    case quiet
    /// Takes something away.
    case danger
    /// A button that looks like a link.
    case plain

    var css: Html {
        switch self {
        case .primary: "primary"
        case .quiet: "quiet"
        case .danger: "danger"
        case .plain: "plain"
        }
    }
}

/// Goes somewhere and changes nothing; what changes something is a `submitButton`.
public func linkButton(_ title: String, _ link: Link, _ style: ButtonStyle = .quiet) -> Html {
    "<a class=\"button \(style.css)\" href=\"\(url: link)\">\(title)</a>"
}

/// Sends the form it stands in. `name` and `value` tell which of several buttons was pressed.
public func submitButton(
    _ title: String, _ style: ButtonStyle = .primary, name: String? = nil, value: String? = nil
) -> Html {
    """
    <button class="button \(style.css)" type="submit"\(attribute: "name", name)\(attribute: "value", value)>\(title)</button>
    """
}

/// Hidden until the script is there, which it needs.
public func printButton(_ t: Language) -> Html {
    "<button class=\"button quiet\" type=\"button\" data-print hidden>\(t("打印", "Print"))</button>"
}

/// Something to be taken along, once: selectable in its field without a script, with a button to copy it where there
/// is one.
public func takeaway(_ t: Language, _ name: String, _ label: String, _ value: String) -> Html {
    """
    <div class="field"><label for="f-\(name)">\(label)</label>\
    <input class="code" type="text" id="f-\(name)" value="\(value)" readonly autocomplete="off" spellcheck="false">\
    <p>\(copyButton(t, value))</p></div>
    """
}

/// Copies `text` to the clipboard. Hidden until the script is there.
public func copyButton(_ t: Language, _ text: String) -> Html {
    """
    <button class="button plain copy" type="button" data-copy="\(text)" data-done="\(t("已复制", "Copied"))" hidden>\
    \(t("复制", "Copy"))</button>
    """
}
