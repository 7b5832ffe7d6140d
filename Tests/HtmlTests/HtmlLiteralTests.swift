import Html
import Kernel
import Testing

/// What comes from outside stays text: wherever it is put, a browser sees the same characters and no markup.
@Suite("Html literal")
struct HtmlLiteralTests {
    @Test("Text is escaped between tags and inside quoted values")
    func escaping() {
        let name = "<script>alert('1 & \"2\"')</script>"
        let html: Html = "<p title=\"\(name)\">\(name)</p>"
        let safe = "&lt;script&gt;alert(&#39;1 &amp; &quot;2&quot;&#39;)&lt;/script&gt;"
        #expect(html.string == "<p title=\"\(safe)\">\(safe)</p>")
    }

    @Test("Chinese, emoji and line breaks pass unchanged; controls, which HTML forbids, become U+FFFD")
    func characters() {
        let html: Html = "\("公交小区 🏘\n第 2 行\u{0}\u{1B}\u{7F}")"
        #expect(html.string == "公交小区 🏘\n第 2 行\u{FFFD}\u{FFFD}\u{FFFD}")
    }

    @Test("A value without quotes cannot end early")
    func unquoted() {
        let html: Html = "<input value=\("a onfocus=alert(1)")>"
        #expect(html.string == "<input value=a&#32;onfocus&#61;alert(1)>")
    }

    @Test("Pieces are spliced as they are; nil and empty leave nothing")
    func splicing() {
        let cell: Html = "<b>\("<")</b>"
        let none: Html? = nil
        let html: Html = "<p>\(cell)\(none)\([cell, cell])\(Html.empty)</p>"
        #expect(html.string == "<p><b>&lt;</b><b>&lt;</b><b>&lt;</b></p>")
    }

    @Test("Numbers, ids and places are written as they read", arguments: [0, 7, 10, -1, -250_000, .max, .min])
    func numbers(number: Int) {
        let html: Html = "\(number)|\(Int64(number))"
        #expect(html.string == "\(number)|\(number)")
        let id = ID<PersonTag>(high: 0x0190_A3C1_0000_7000, low: 0x8000_0000_0000_0001)
        let place: Html = "\(id) \(PlaceCode.country)"
        #expect(place.string == "\(id) ")
    }

    @Test("Attributes are there or not")
    func attributes() {
        let absent: String? = nil
        let html: Html = """
            <input\(flag: "checked", true)\(flag: "hidden", false)\(attribute: "id", "a\"b")\(attribute: "name", absent)\
            \(attribute: "rows", 4 as Int?)\(attribute: "href", Link("/a", ["q": "&"]))>
            """
        #expect(html.string == "<input checked id=\"a&quot;b\" rows=\"4\" href=\"/a?q=%26\">")
    }

    @Test("A piece for every item, pieces with a separator")
    func joining() {
        #expect(Html.each([1, 2, 3]) { "<li>\($0)</li>" }.string == "<li>1</li><li>2</li><li>3</li>")
        #expect(Html.joined(["a", "b", "c"], by: " · ").string == "a · b · c")
        #expect(Html.joined([]).isEmpty)
        #expect(("a" + "b" as Html).string == "ab")
    }

    /// What browsers have been known to run, or to follow off the site.
    static let hostile = [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "\tjava\nscript:alert(1)",
        "\u{1}javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "//evil.example",
        "/\\evil.example", "blob:x", "javascript&colon;alert(1)",
    ]

    @Test("Text in the place of an address is dropped unless it stays on the web", arguments: hostile)
    func addresses(text: String) {
        let fragment: Html = "\(text)"
        let pages: [Html] = [
            "<a href=\"\(text)\">", "<a HREF=\"\(text)\">", "<img src=\"\(text)\">", "<form action=\"\(text)\">",
            "<button formaction=\"\(text)\">", "<a href=\"\(fragment)\">",
        ]
        for page in pages { #expect(page.string.hasSuffix("=\"\">"), "\(page)") }
        let bare: Html = "<a href=\(text)>"
        #expect(bare.string == "<a href=>")
        #expect(Link(local: text) == nil)
        #expect(Link(web: text) == nil)
    }

    @Test("A good address passes", arguments: ["/estates/1", "#f-name", "?page=2", "https://example.cn/a"])
    func goodAddresses(text: String) {
        let html: Html = "<a href=\"\(text)\">"
        #expect(html.string == "<a href=\"\(text)\">")
    }

    @Test("Text never becomes code or style")
    func code() {
        let text = "alert(1)"
        let pages: [Html] = [
            "<b onclick=\"\(text)\">", "<b ONLOAD=\"\(text)\">", "<b style=\"\(text)\">", "<iframe srcdoc=\"\(text)\">",
        ]
        for page in pages { #expect(page.string.hasSuffix("=\"\">"), "\(page)") }
    }

    @Test("An attribute that only resembles an address is left alone")
    func otherAttributes() {
        let html: Html = "<a data-copy=\"\("x:y")\" title=\"\("javascript: a talk")\">"
        #expect(html.string == "<a data-copy=\"x:y\" title=\"javascript: a talk\">")
    }
}
