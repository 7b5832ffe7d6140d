public import Html
import Kernel

/// The whole document.
public func page(_ page: Page) -> Html {
    let t = page.language
    let theme = page.theme == .system ? nil : page.theme.rawValue
    let mode = page.mode == .standard ? nil : page.mode.rawValue
    let bar: Html =
        switch page.layout {
        case .bare, .field: bareBar(page)
        case .wall: ""
        case .standard, .narrow, .map: topBar(page)
        }
    return """
        <!DOCTYPE html>
        <html lang="\(t.tag)"\(attribute: "data-theme", theme)\(attribute: "data-mode", mode)>\
        \(documentHead(page))<body class="layout-\(page.layout.rawValue)">\
        <a class="skip" href="#main">\(t("跳到正文", "Skip to the content"))</a>\(bar)\
        <main id="main" tabindex="-1">\(page.body)</main>\(footer(page))</body></html>
        """
}

private func documentHead(_ page: Page) -> Html {
    let t = page.language
    let assets = page.layout == .map && !page.assets.contains(.map) ? page.assets + [.map] : page.assets
    let version = page.assetVersion
    let scheme: Html =
        switch page.theme {
        case .system: "light dark"
        case .light: "light"
        case .dark: "dark"
        }
    return """
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">\
        <title>\(page.title) · \(t("宜居", "Yiju"))</title><meta name="color-scheme" content="\(scheme)">\
        <meta name="format-detection" content="telephone=no">\
        <link rel="icon" type="image/svg+xml" href="\(url: asset("/assets/icon.svg", version))">\
        <link rel="apple-touch-icon" href="\(url: asset("/assets/touch-icon.png", version))">\
        \(Html.each(styles) { styleTag($0, version) })\(Html.each(assets) { $0.styles(version) })\
        <link rel="stylesheet" media="print" href="\(url: asset("/assets/print.css", version))">\
        \(scriptTag("/assets/yiju.js", version))\(Html.each(assets) { $0.scripts(version) })</head>
        """
}

private let styles: [Link] = [
    "/assets/yiju.css", "/assets/frame.css", "/assets/components.css", "/assets/lists.css", "/assets/tables.css",
    "/assets/forms.css", "/assets/charts.css",
]

/// In the order in which one needs the other.
private let fieldScripts: [Link] = [
    "/assets/field-store.js", "/assets/field-sending.js", "/assets/field-form.js", "/assets/field.js",
]

/// The last one begins; the others lay out what it uses.
private let mapScripts: [Link] = [
    "/assets/maplibre-gl.js", "/assets/map-style.js", "/assets/map-card.js", "/assets/map-panel.js",
    "/assets/map-filter.js", "/assets/map-photos.js", "/assets/map-shape.js", "/assets/map-draw.js", "/assets/map.js",
]

private let mapStyles: [Link] = ["/assets/maplibre-gl.css", "/assets/map.css", "/assets/map-panel.css"]

private func asset(_ path: Link, _ version: String) -> Link { path.with("v", version) }

private func scriptTag(_ path: Link, _ version: String) -> Html {
    "<script src=\"\(url: asset(path, version))\" defer></script>"
}

private func styleTag(_ path: Link, _ version: String) -> Html {
    "<link rel=\"stylesheet\" href=\"\(url: asset(path, version))\">"
}

extension Asset {
    fileprivate func scripts(_ version: String) -> Html {
        switch self {
        case .map: Html.each(mapScripts) { scriptTag($0, version) }
        case .field: Html.each(fieldScripts) { scriptTag($0, version) }
        case .script(let name): scriptTag("/assets/\(name)", version)
        case .style: ""
        }
    }

    fileprivate func styles(_ version: String) -> Html {
        switch self {
        case .map: Html.each(mapStyles) { styleTag($0, version) }
        case .field: "<link rel=\"manifest\" href=\"/field/manifest.json\">" + styleTag("/assets/field.css", version)
        case .script: ""
        case .style(let name): styleTag("/assets/\(name)", version)
        }
    }
}

/// What is read at the end of a page, on paper too.
private func footer(_ page: Page) -> Html {
    let t = page.language
    let source: Html = page.source.map { "<p class=\"source-line\">\($0)</p>" } ?? ""
    let warning = t("演示数据：全部小区与数字均为生成，并非真实。", "Demo data: every estate and figure is generated, none is real.")
    let demo: Html = page.isDemo ? "<p class=\"demo-line\">\(warning)</p>" : ""
    return """
        <footer class="foot">\(source)\(demo)<p class="switches no-print">\(switches(page))</p>\
        <p class="brand-line">\(t("宜居 · ", "Yiju · "))\(page.place)</p></footer>
        """
}
