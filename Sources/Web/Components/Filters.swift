public import Html
public import Kernel

/// One of several values to choose from.
public struct Choice: Sendable, Hashable {
    let value: String
    let title: String
    let help: String?

    public init(_ value: String, _ title: String, help: String? = nil) {
        self.value = value
        self.title = title
        self.help = help
    }
}

/// The filters above a list: a GET form, so that a filtered list is an address that can be kept and sent. With the
/// script it is sent as soon as a choice is made. `keep` are parameters that stay as they are, such as the sort.
public func filterBar(
    _ t: Language, action: Link, keep: [(String, String)] = [], _ fields: [Html], clear: Link? = nil, found: Html = ""
) -> Html {
    let kept = Html.each(keep) { name, value in hiddenField(name, value) }
    let reset: Html = clear.map { "<a class=\"button plain\" href=\"\(url: $0)\">\(t("清除", "Clear"))</a>" } ?? ""
    let result: Html = found.isEmpty ? "" : "<p class=\"found\" role=\"status\">\(found)</p>"
    return """
        <form class="filters no-print" method="get" action="\(url: action)" aria-label="\(t("筛选列表", "Filter the list"))" \
        data-auto-submit>\(kept)\(fields)\
        <div class="filter-actions"><button class="button quiet" type="submit">\(t("筛选", "Filter"))</button>\(reset)</div>\
        \(result)</form>
        """
}

/// A text box among the filters.
public func filterSearch(label: String, name: String, value: String, placeholder: String = "") -> Html {
    """
    <label class="filter grow"><span>\(label)</span><input type="search" name="\(name)" value="\(value)" maxlength="200" \
    placeholder="\(placeholder)" autocomplete="off"></label>
    """
}

/// A choice among the filters; the first one, with the empty value, is usually "all".
public func filterSelect(label: String, name: String, options: [Choice], selected: String) -> Html {
    let items = choiceItems(options, selected: selected)
    return "<label class=\"filter\"><span>\(label)</span><select name=\"\(name)\">\(items)</select></label>"
}

func choiceItems(_ options: [Choice], selected: String) -> Html {
    Html.each(options) { option in
        """
        <option value="\(option.value)"\(flag: "selected", option.value == selected)>\(option.title)</option>
        """
    }
}

/// What narrows a list, each with the way to take it off again: for conditions that came by a link as much as for those
/// of the controls.
public func filterChips(_ t: Language, _ chips: [LinkText]) -> Html {
    guard !chips.isEmpty else { return "" }
    let items = Html.each(chips) { chip in
        let label = t("去掉条件：\(chip.title)", "Take off: \(chip.title)")
        return """
            <li><a class="chip" href="\(url: chip.link)" aria-label="\(label)">\(chip.title)\
            <span class="no-print" aria-hidden="true"> ×</span></a></li>
            """
    }
    return "<ul class=\"chips\" aria-label=\"\(t("筛选条件", "Conditions"))\">\(items)</ul>"
}
