import Components
import Foundation
import Html
import Kernel
import Testing

/// Promises of single components that hold whatever their values are.
@Suite("Components")
struct ComponentTests {
    static let hostile = "\"><script>alert(1)</script>"

    @Test("A table's row has one link, in its heading; numbers stand right; the sort link turns round")
    func tables() {
        let columns = [
            TableColumn("小区", .heading, sort: "name"), TableColumn("户数", .number, sort: "households"),
            TableColumn("阶段"),
        ]
        let row = TableRow(["公交小区", "364", "施工中"], link: "/estates/1")
        let sort = TableSort(parameter: "-households")
        let html = table(
            .zh,
            DataTable(
                caption: "小区", columns: columns, rows: [row], totals: ["合计", "364", ""], sort: sort,
                base: Link("/estates", ["q": "公交", "page": "3"]))
        ).string
        #expect(html.contains("<th scope=\"row\"><a href=\"/estates/1\" data-row-link>公交小区</a></th>"))
        #expect(html.contains("<td class=\"n\" data-label=\"户数\">364</td>"))
        #expect(
            html.contains(
                "aria-sort=\"descending\"><a class=\"sort\" href=\"/estates?q=%E5%85%AC%E4%BA%A4&amp;sort=households\">"
            ))
        #expect(html.contains("<tfoot><tr><th scope=\"row\">合计</th>"))
        #expect(!html.contains("page=3"), "another order begins at the first page")
        #expect(html.components(separatedBy: "aria-sort").count == 2, "one column orders the list")
    }

    @Test("What is to be taken along stands in a field of its own that can be selected and not changed")
    func takesAway() {
        let html = takeaway(.en, "token", "New token", Self.hostile).string
        #expect(html.contains("<label for=\"f-token\">New token</label><input ") && html.contains(" readonly "))
        #expect(html.contains("data-copy=") && !html.contains("<script>"))
    }

    @Test(
        "The pager tells where one is and never leads beyond the ends",
        arguments: [(-3, 1), (1, 1), (15, 15), (99, 29)])
    func pages(asked: Int, shown: Int) {
        let html = pager(.en, page: asked, size: 50, total: 1450, base: "/estates?q=a").string
        #expect(html.contains("aria-label=\"Page \(shown)\" aria-current=\"page\""))
        #expect(!html.contains("page=0\"") && !html.contains("page=30\""))
        #expect(html.contains("rel=\"prev\"") == (shown > 1))
        #expect(html.contains("rel=\"next\"") == (shown < 29))
    }

    @Test("An empty list has a pager that says so, without links")
    func emptyPager() {
        #expect(!pager(.zh, page: 1, size: 50, total: 0, base: "/estates").string.contains("href"))
    }

    @Test("What is not known is said in a word, with the way to fill it")
    func unknowns() {
        let html = factList(.zh, [FactLine("充电设施", nil, fill: "/estates/1/edit"), FactLine("户数", "0", unit: "户")])
            .string
        #expect(html.contains("未知</span> <a class=\"fill\" href=\"/estates/1/edit\">"))
        #expect(html.contains("0 <span class=\"unit\">户</span>"), "zero is a value")
    }

    @Test("A change is a sentence in both languages, unknown on either side included")
    func changes() {
        #expect(changed(.zh, field: "户数", from: "361", to: "364").string == "把「户数」由 <del>361</del> 改为 <ins>364</ins>")
        #expect(changed(.en, field: "gas", from: nil, to: "<b>").string == "filled in “gas”: <ins>&lt;b&gt;</ins>")
        #expect(changed(.en, field: "gas", from: "yes", to: nil).string.hasSuffix("to unknown"))
    }

    @Test("Every form that changes something carries the token, once")
    func tokens() {
        let html = form(action: "/estates/1", csrf: "tok\"en", hidden: [("version", "4")], submitButton("保存")).string
        #expect(html.hasPrefix("<form method=\"post\" action=\"/estates/1\""))
        #expect(html.components(separatedBy: "name=\"csrf\" value=\"tok&quot;en\"").count == 2)
        #expect(html.contains("name=\"version\" value=\"4\""))
    }

    @Test("An error is at its field and on top, joined by an id; what was typed stays")
    func errors() {
        let refusal = Refusal(.invalid, "estate.year.future", zh: "不能晚于今年", en: "not in the future", field: "year")
        let typed = "3020年"
        let question = FormField("year", "Year", .year(typed), help: "a range will do", error: refusal.message(.en))
        let html = field(.en, question).string
        #expect(html.contains("value=\"3020年\""))
        #expect(html.contains("aria-invalid=\"true\" aria-describedby=\"f-year-error f-year-help\""))
        #expect(html.contains("id=\"f-year-error\">not in the future"))
        #expect(errorSummary(.en, [refusal]).string.contains("<a href=\"#f-year\">not in the future</a>"))
        #expect(errorSummary(.en, [Refusal]()).isEmpty)
    }

    @Test("A text that begins with a line break keeps it")
    func lineBreaks() {
        #expect(field(.zh, FormField("basis", "依据", .area("\n一"))).string.contains(">\n\n一</textarea>"))
    }

    @Test(
        "No bar is longer than its track, whatever the numbers",
        arguments: [-1, 0, 0.5, 1, 7, .nan, .infinity] as [Double])
    func bars(value: Double) {
        let html = progressBar("进度", value: value, text: "x").string
        #expect(["0", "500", "1000"].contains { html.contains("max=\"1000\" value=\"\($0)\"") }, "\(html)")
        let charts =
            barChart(.zh, title: "a", [Bar("x", value: value, text: "x"), Bar("y", value: 2, text: "y")]).string
            + differenceChart(.zh, title: "a", [Bar("x", value: value, text: "x")]).string
            + shareBar(.zh, title: "a", [Share("x", value: value, text: "x")]).string
            + rangeBar(.zh, title: "a", low: value, best: 2, high: 3, of: 9, text: "x").string
        #expect(!charts.contains("width=\"-"))
    }

    @Test("The switches come back to the page with its filters, and nowhere else")
    func switches() {
        var sample = Page(language: .zh, title: "小区", path: Link("/estates", ["q": "a&b"]))
        sample.viewer = Viewer(name: Self.hostile, post: Self.hostile, account: "/account")
        sample.searchAction = "/estates"
        sample.searchText = Self.hostile
        let html = page(sample).string
        #expect(html.contains("/preferences?language=en&amp;back=%2Festates%3Fq%3Da%2526b"))
        #expect(!html.contains("<script>"))
    }

    @Test("The bar says which chapter one reads, and searches what it says it searches")
    func chapters() {
        var sample = Page(language: .zh, title: "总览", path: "/")
        sample.nav = [NavItem("总览", "/", isCurrent: true), NavItem("小区", "/estates")]
        sample.searchAction = "/estates"
        let html = page(sample).string
        #expect(html.contains("<a href=\"/\" aria-current=\"page\">总览</a>"))
        #expect(html.contains("<a href=\"/estates\">小区</a>"))
        #expect(html.contains("placeholder=\"搜索小区\""))
    }
}
