import Components
import Foundation
import Html
import Kernel
import Testing

/// Whole pages, read by an HTML5 parser that is not ours, since the compiler does not check tags.
@Suite("Documents")
struct DocumentTests {
    /// Every layout, language, theme and mode of a page that holds every component.
    static let pages: [(name: String, html: Html)] = Language.allCases.flatMap { t in
        [Layout.standard, .narrow, .map, .bare].flatMap { layout in
            [(Theme.system, Mode.standard), (.dark, .elder)].map { theme, mode in
                ("\(t) \(layout) \(theme) \(mode)", page(sample(t, layout, theme, mode)))
            }
        }
    }

    private static func sample(_ t: Language, _ layout: Layout, _ theme: Theme, _ mode: Mode) -> Page {
        var sample = Page(language: t, title: "<总览> & \"一张图\"", path: "/components?a=1&b=2", csrf: "token")
        sample.layout = layout
        sample.theme = theme
        sample.mode = mode
        sample.nav = [NavItem(t("总览", "Overview"), "/", isCurrent: true), NavItem(t("一张图", "Map"), "/map")]
        sample.viewer = layout == .narrow ? nil : Viewer(name: "周敏", post: "市局", account: "/account")
        sample.isDemo = true
        sample.searchAction = "/estates"
        sample.source = t("来源:登记库", "Source: register")
        let legend = StageLook.allCases.map { LegendEntry($0, $0.name(t), count: 3) }
        let names = [MapSource.Name("<开福>", Coordinate(longitude: 112.98, latitude: 28.25))]
        let source = MapSource(tiles: "/tiles/{z}/{x}/{y}.mvt?q=a", years: 2018...2026, names: names, frame: nil)
        let totals = MapTotals(estates: 3, buildings: 9, households: 300, area: Area(hundredthsM2: 2_400_000))
        let basemap = Basemap(templates: ["https://a.example/{z}/{x}/{y}?a=1&b=2"], attribution: "<a>", approval: "GS")
        let shell = MapShell(
            source: source, totalsLink: "/totals", legend: legend, totals: totals, notes: "<p>note</p>",
            list: "/estates?a=1&b=2", basemap: basemap, csrf: "token", project: LinkText("<p>", "/projects/1"))
        let card = mapCard(
            t, title: "map", more: LinkText("list", "/estates"), source, legend: legend, list: "/estates")
        sample.body = layout == .map ? mapShell(t, title: "map", shell) : componentsGallery(t, csrf: "token") + card
        return sample
    }

    @Test("No page holds style or script of its own: the content security policy would refuse it")
    func nothingInline() throws {
        let inline = try Regex("<style|<script>|\\sstyle=|\\son[a-z]+=|javascript:")
        for (name, html) in Self.pages { #expect(html.string.firstMatch(of: inline) == nil, "\(name)") }
    }

    @Test("No markup was escaped by mistake, and no value of Swift's shows")
    func nothingEscapedTwice() {
        for (name, html) in Self.pages {
            for wrong in ["&lt;/", "&amp;lt;", "&amp;amp;", "Optional(", "Html("] {
                #expect(!html.string.contains(wrong), "\(name): \(wrong)")
            }
        }
    }

    @Test("Ids are unique, and what points to an id finds it")
    func ids() throws {
        for (name, html) in Self.pages {
            let ids = values(of: "id", in: html.string)
            #expect(Set(ids).count == ids.count, "\(name): \(ids)")
            let targets =
                values(of: "for", in: html.string)
                + values(of: "aria-describedby", in: html.string).flatMap { $0.split(separator: " ").map(String.init) }
            for target in targets { #expect(ids.contains(target), "\(name): nothing has the id \(target)") }
        }
    }

    private func values(of attribute: String, in html: String) -> [String] {
        html.components(separatedBy: " \(attribute)=\"").dropFirst().compactMap {
            $0.split(separator: "\"").first.map(String.init)
        }
    }

    @Test("Both languages are complete: an English page has Chinese only where data or the language switch is")
    func english() {
        let navigation = page(Page(language: .en, title: "Overview", path: "/")).string
        let han = navigation.unicodeScalars.filter { (0x4E00...0x9FFF).contains($0.value) }
        #expect(String(String.UnicodeScalarView(han)) == "中文中文", "\(String(String.UnicodeScalarView(han)))")
    }

    @Test(
        "An HTML5 parser finds no error in any page",
        .enabled(
            if: parser != nil, "html5lib is missing: run scripts/setup, or set YIJU_PYTHON to a Python that has it"))
    func html5() throws {
        let python = try #require(parser)
        let folder = FileManager.default.temporaryDirectory.appending(path: "yiju-html-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (index, page) in Self.pages.enumerated() {
            try Data(page.html.bytes).write(to: folder.appending(path: "\(index).html"))
        }
        let (status, output) = try run(python, ["-c", judge, folder.path])
        #expect(status == 0, "\(output)")
        #expect(output.contains("\(Self.pages.count) pages"))
        // The judge itself is judged: a stray end tag must be found.
        try Data("<!DOCTYPE html><html><head><title>x</title></head><body><p></b></p></body></html>".utf8)
            .write(to: folder.appending(path: "broken.html"))
        #expect(try run(python, ["-c", judge, folder.path]).status == 1)
    }
}

/// Parses every file of a folder; every error the parser sees counts.
private let judge = """
    import glob, sys, html5lib
    wrong = 0
    files = sorted(glob.glob(sys.argv[1] + '/*.html'))
    for name in files:
        text = open(name, 'rb').read()
        parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder('etree'))
        parser.parse(text, transport_encoding='utf-8')
        for position, code, values in parser.errors:
            wrong += 1
            line = text.decode().split('\\n')[position[0] - 1]
            print(name, position, code, values, line[max(0, position[1] - 80):position[1] + 20])
    print(len(files), 'pages')
    sys.exit(1 if wrong else 0)
    """

/// A Python that has html5lib, if there is one.
private let parser: String? = {
    let here = FileManager.default.currentDirectoryPath
    let named = ProcessInfo.processInfo.environment["YIJU_PYTHON"]
    return [named, here + "/.assets/python/bin/python", "/usr/bin/python3"].compactMap { $0 }.first { python in
        FileManager.default.isExecutableFile(atPath: python)
            && (try? run(python, ["-c", "import html5lib"]).status) == 0
    }
}()

private func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
}
