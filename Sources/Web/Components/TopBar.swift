import Html
import Kernel

/// The top bar is the article: its chapters, the search, who I am. On a phone and in elder mode all of it folds into a
/// menu, which opens without a script; the style sheet shows one of the two.
func topBar(_ page: Page) -> Html {
    let t = page.language
    let demo: Html = page.isDemo ? demoPill(t) : ""
    return """
        <header class="top no-print">\(brand(page))\
        <nav class="chapters" aria-label="\(t("主导航", "Main"))"><ul>\(Html.each(page.nav) { chapter($0) })</ul></nav>\
        <div class="top-right">\(demo)\(search(page))\(person(page))</div>\
        <details class="menu"><summary aria-label="\(t("菜单", "Menu"))">\(menuIcon)<span>\(t("菜单", "Menu"))</span></summary>\
        <div class="menu-sheet">\(search(page, inMenu: true))\
        <nav aria-label="\(t("菜单", "Menu"))"><ul>\(Html.each(page.nav) { chapter($0) })</ul></nav>\
        \(menuPerson(page))<p class="switches">\(switches(page))</p></div></details></header>\(printHead(page))
        """
}

/// Signing in has no chapters yet, but a language.
func bareBar(_ page: Page) -> Html {
    let t = page.language
    let demo: Html = page.isDemo ? demoPill(t) : ""
    return """
        <header class="top bare no-print">\(brand(page))<div class="top-right">\(demo)\(languageSwitch(page))</div></header>
        """
}

private func brand(_ page: Page) -> Html {
    """
    <a class="brand" href="/">\(brandIcon)<b>\(page.language("宜居", "Yiju"))</b> <span class="place">\(page.place)</span></a>
    """
}

private func chapter(_ item: NavItem) -> Html {
    let current = item.isCurrent ? "page" : nil
    return "<li><a href=\"\(url: item.link)\"\(attribute: "aria-current", current)>\(item.title)</a></li>"
}

private func search(_ page: Page, inMenu: Bool = false) -> Html {
    guard let action = page.searchAction else { return "" }
    let label = page.language("搜索小区", "Search estates")
    let key: Html = inMenu ? "" : "<kbd aria-hidden=\"true\">/</kbd>"
    return """
        <form class="search" method="get" action="\(url: action)" role="search" aria-label="\(inMenu ? label + " · " : label)">\
        \(searchIcon)<input type="search" name="q" value="\(page.searchText)" placeholder="\(label)" aria-label="\(label)" \
        maxlength="200" autocomplete="off"\(flag: "data-search", !inMenu)>\(key)</form>
        """
}

private func person(_ page: Page) -> Html {
    let t = page.language
    guard let viewer = page.viewer else {
        return "<a class=\"button quiet sign-in\" href=\"/sign-in\">\(t("登录", "Sign in"))</a>"
    }
    return """
        <details class="me"><summary><span class="avatar" aria-hidden="true">\(String(viewer.name.prefix(1)))</span>\
        <span class="me-name">\(viewer.name)<span class="me-post"> · \(viewer.post)</span></span></summary><div class="me-sheet">\
        <p><b>\(viewer.name)</b><br>\(viewer.post)</p>\(accountLinks(page, viewer))<hr><p class="switches">\(switches(page))</p>\
        </div></details>
        """
}

private func menuPerson(_ page: Page) -> Html {
    guard let viewer = page.viewer else {
        return "<p><a class=\"button quiet\" href=\"/sign-in\">\(page.language("登录", "Sign in"))</a></p>"
    }
    return "<div class=\"menu-me\"><p><b>\(viewer.name)</b> · \(viewer.post)</p>\(accountLinks(page, viewer))</div>"
}

private func accountLinks(_ page: Page, _ viewer: Viewer) -> Html {
    let t = page.language
    return """
        <p><a href="\(url: viewer.account)">\(t("我的账号", "My account"))</a></p>\
        <form method="post" action="/sign-out">\(hiddenField(csrfFieldName, page.csrf))\
        <button class="button quiet" type="submit">\(t("退出登录", "Sign out"))</button></form>
        """
}

/// Language, theme and elder mode as plain links, which come back to this page; and the help.
func switches(_ page: Page) -> Html {
    let t = page.language
    let (next, title) = nextTheme(page)
    let elder = page.mode == .elder
    let mode = preference(page, "mode", elder ? Mode.standard.rawValue : Mode.elder.rawValue)
    return """
        \(languageSwitch(page))<a href="\(url: preference(page, "theme", next.rawValue))" data-theme-switch \
        data-light="\(t("浅色", "Light"))" data-dark="\(t("深色", "Dark"))">\(themeIcon)<span>\(title)</span></a>\
        <a href="\(url: mode)">\(elder ? t("标准版", "Standard size") : t("长辈版", "Large type"))</a>\
        <a href="/help">\(t("帮助", "Help"))</a>
        """
}

private func languageSwitch(_ page: Page) -> Html {
    let other: Language = page.language == .zh ? .en : .zh
    return """
        <a href="\(url: preference(page, "language", other.rawValue))" lang="\(other.tag)" hreflang="\(other.tag)">\
        \(other("中文", "English"))</a>
        """
}

private func preference(_ page: Page, _ name: String, _ value: String) -> Link {
    Link("/preferences").with(name, value).with("back", page.path.text)
}

private func nextTheme(_ page: Page) -> (Theme, String) {
    page.theme == .dark ? (.light, page.language("浅色", "Light")) : (.dark, page.language("深色", "Dark"))
}

/// On paper, the top bar is one line.
private func printHead(_ page: Page) -> Html {
    """
    <p class="print-head" aria-hidden="true"><b>\(page.language("宜居", "Yiju"))</b> <span>\(page.place)</span></p>
    """
}
