public import Html
public import Kernel

/// Light or dark; the raw value is what the cookie keeps.
public enum Theme: String, Sendable, CaseIterable {
    /// As the reader's device has it.
    case system
    case light, dark
}

/// Elder mode: everything larger, one thing at a time.
public enum Mode: String, Sendable, CaseIterable {
    case standard, elder
}

/// How a page uses the width of the window.
public enum Layout: String, Sendable {
    case standard
    /// One column for reading and forms.
    case narrow
    /// The map fills what the top bar leaves.
    case map
    /// No top bar: signing in.
    case bare
    /// The survey on a phone: no top bar either, since the page stays on the device and is nobody's own.
    case field
    /// A screen on the wall, read from afar: no top bar, everything in sight at once.
    case wall
}

/// A place in the top bar.
public struct NavItem: Sendable {
    let title: String
    let link: Link
    let isCurrent: Bool

    public init(_ title: String, _ link: Link, isCurrent: Bool = false) {
        self.title = title
        self.link = link
        self.isCurrent = isCurrent
    }
}

/// Who reads, in which post: "周敏", "雨花区 区县干部".
public struct Viewer: Sendable {
    let name: String
    let post: String
    let account: Link

    public init(name: String, post: String, account: Link) {
        self.name = name
        self.post = post
        self.account = account
    }
}

/// A script beside our own, loaded only by the pages that use it.
public enum Asset: Sendable, Hashable {
    /// MapLibre GL JS, its style, and our map script.
    case map
    /// The survey in the field: installable, with its own style and scripts.
    case field
    /// A script of `Public/` by its file name.
    case script(String)
    /// A style sheet of `Public/` by its file name.
    case style(String)
}

/// A whole page: what surrounds it and what it shows. All of it plain values, in the reader's language.
public struct Page: Sendable {
    public var language: Language
    public var theme: Theme
    public var mode: Mode
    public var layout: Layout
    /// Of the document; the page's own heading is in `body`.
    public var title: String
    /// This page's own address, where the language and theme switches come back to.
    public var path: Link
    public var nav: [NavItem]
    /// Nil when nobody is signed in.
    public var viewer: Viewer?
    public var isDemo: Bool
    public var csrf: String
    /// Whose installation this is: "长沙市老旧小区改造".
    public var place: String
    /// Where the search box of the top bar leads (GET, `q`); nil for none.
    public var searchAction: Link?
    public var searchText: String
    public var assets: [Asset]
    /// Changes with the assets, so that browsers may keep them.
    public var assetVersion: String
    /// Printed below the page: "来源:宜居登记库 · 截至 2026 年 6 月 30 日".
    public var source: String?
    public var body: Html

    public init(language: Language, title: String, path: Link, csrf: String = "", body: Html = "") {
        self.language = language
        self.theme = .system
        self.mode = .standard
        self.layout = .standard
        self.title = title
        self.path = path
        self.nav = []
        self.viewer = nil
        self.isDemo = false
        self.csrf = csrf
        self.place = language("老旧小区改造", "Residential renewal")
        self.searchAction = nil
        self.searchText = ""
        self.assets = []
        self.assetVersion = "1"
        self.source = nil
        self.body = body
    }
}
