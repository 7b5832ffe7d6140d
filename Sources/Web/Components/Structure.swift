public import Html
public import Kernel

/// What a page begins with: what it is, as of when, and the one thing to do.
public func pageHead(_ title: String, pills: [Html] = [], note: Html = "", actions: [Html] = []) -> Html {
    let aside: Html = actions.isEmpty ? "" : "<div class=\"actions no-print\">\(actions)</div>"
    let line: Html = note.isEmpty ? "" : "<p class=\"note\">\(note)</p>"
    return """
        <div class="page-head"><div class="page-title"><h1>\(title)</h1>\(Html.joined(pills, by: " "))</div>\(line)\(aside)</div>
        """
}

/// One step of the way to a page; the page itself has no link.
public struct Crumb: Sendable {
    let title: String
    let link: Link?

    public init(_ title: String, _ link: Link? = nil) {
        self.title = title
        self.link = link
    }
}

/// Where this page lies: city, district, subdistrict. The last crumb is the page itself.
public func breadcrumbs(_ t: Language, _ crumbs: [Crumb]) -> Html {
    let items = Html.each(crumbs) { crumb in
        guard let link = crumb.link else { return "<li><span aria-current=\"page\">\(crumb.title)</span></li>" }
        return "<li><a href=\"\(url: link)\">\(crumb.title)</a></li>"
    }
    return "<nav class=\"crumbs no-print\" aria-label=\"\(t("所在位置", "Where you are"))\"><ol>\(items)</ol></nav>"
}

/// A section of the page under its title; `more` leads to the whole of it.
public func card(_ title: String, note: Html = "", more: LinkText? = nil, id: String? = nil, _ body: Html) -> Html {
    let aside: Html = note.isEmpty ? "" : "<span class=\"note\">\(note)</span>"
    let link: Html = more.map { "<a class=\"more\" href=\"\(url: $0.link)\">\($0.title)</a>" } ?? ""
    return """
        <section class="card"\(attribute: "id", id)><header><h2>\(title)</h2>\(aside)\(link)</header>\(body)</section>
        """
}

/// A card without a title.
public func card(_ body: Html, id: String? = nil) -> Html {
    "<div class=\"card\"\(attribute: "id", id)>\(body)</div>"
}

/// How parts stand beside each other where there is room.
public enum GridShape: Sendable {
    /// As many columns as fit, all alike.
    case equal
    case halves, thirds
    /// Two columns, the left one wider.
    case wideLeft
    /// Figure tiles in one row.
    case figures

    var css: Html {
        switch self {
        case .equal: "equal"
        case .halves: "halves"
        case .thirds: "thirds"
        case .wideLeft: "wide-left"
        case .figures: "figures"
        }
    }
}

/// Cards side by side, below each other where there is no room.
public func grid(_ cells: [Html], _ shape: GridShape = .equal) -> Html {
    "<div class=\"grid \(shape.css)\">\(cells)</div>"
}

/// Parts below each other at the distance of cards.
public func stack(_ parts: [Html]) -> Html { "<div class=\"stack\">\(parts)</div>" }

/// One figure with its unit; the figure opens its source.
public func figureTile(
    _ t: Language, label: String, value: String, unit: String = "", note: Html = "", source: Link? = nil,
    tone: Tone = .neutral
) -> Html {
    let number: Html = "<span class=\"number\">\(value)</span><span class=\"unit\"> \(unit)</span>"
    let figure: Html =
        source.map { "<a href=\"\(url: $0)\" title=\"\(t("打开来源", "Open the source"))\">\(number)</a>" } ?? number
    let below: Html = note.isEmpty ? "" : "<p class=\"note\">\(note)</p>"
    return """
        <div class="card figure \(tone.css)"><h2 class="label">\(label)</h2><p class="value">\(figure)</p>\(below)</div>
        """
}

/// One view among several of the same thing, with how many lines it has where that is known.
public struct Tab: Sendable {
    let title: String
    let link: Link
    let isCurrent: Bool
    let count: Int?

    public init(_ title: String, _ link: Link, isCurrent: Bool = false, count: Int? = nil) {
        self.title = title
        self.link = link
        self.isCurrent = isCurrent
        self.count = count
    }
}

/// Views of one subject; each is an address of its own.
public func tabs(_ label: String, _ tabs: [Tab]) -> Html {
    let items = Html.each(tabs) { tab in
        let count: Html = tab.count.map { " <span class=\"count\">\(grouped($0))</span>" } ?? ""
        let current = tab.isCurrent ? "page" : nil
        return "<li><a href=\"\(url: tab.link)\"\(attribute: "aria-current", current)>\(tab.title)\(count)</a></li>"
    }
    return "<nav class=\"tabs no-print\" aria-label=\"\(label)\"><ul>\(items)</ul></nav>"
}

/// A sentence that must be seen before the rest. Cinnabar ones interrupt a screen reader, others wait.
public func notice(_ tone: Tone, title: String? = nil, _ body: Html, actions: [Html] = []) -> Html {
    let head: Html = title.map { "<p class=\"notice-title\">\($0)</p>" } ?? ""
    let foot: Html = actions.isEmpty ? "" : "<div class=\"actions\">\(actions)</div>"
    let role: Html = tone == .cinnabar ? "alert" : "status"
    return """
        <div class="notice \(tone.css)" role="\(role)">\(noticeIcon(tone))<div>\(head)<div>\(body)</div>\(foot)</div></div>
        """
}

/// What will be here, and the first step towards it.
public func emptyState(_ title: String, _ body: Html, action: Html = "") -> Html {
    let step: Html = action.isEmpty ? "" : "<p class=\"actions\">\(action)</p>"
    return "<div class=\"empty\">\(emptyIcon)<h3>\(title)</h3><p>\(body)</p>\(step)</div>"
}

/// Detail that opens on demand and needs no script.
public func disclosure(_ summary: String, open: Bool = false, _ body: Html) -> Html {
    "<details class=\"disclosure\"\(flag: "open", open)><summary>\(summary)</summary><div>\(body)</div></details>"
}
