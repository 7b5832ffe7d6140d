import Components
import Html
import Kernel
import Testing

/// What the map's script finds in the page, and what is there without it.
@Suite("The map's page")
struct MapShellTests {
    private static let source = MapSource(
        tiles: Link("/tiles/{z}/{x}/{y}.mvt", ["q": "公交 \"一村\""]), years: 2018...2026,
        names: [.init("开福\"区", Coordinate(longitude: 112.98, latitude: 28.25))],
        frame: MapFrame(west: 112.5, south: 28, east: 113.5, north: 28.5))

    private static func shell(csrf: String? = nil, basemap: Basemap? = nil) -> String {
        let totals = MapTotals(
            estates: 1450, buildings: 8200, households: 251_234, area: Area(hundredthsM2: 2_016_123_400))
        return mapShell(
            .zh, title: "一张图",
            MapShell(
                source: source, totalsLink: "/map/totals.json?q=a", legend: [LegendEntry(.works, "施工中", count: 35)],
                totals: totals, list: "/estates?q=a", basemap: basemap, csrf: csrf, events: "/events")
        ).string
    }

    @Test("The template of the tiles keeps its braces and carries the filters")
    func tiles() {
        let html = Self.shell()
        #expect(html.contains(" data-tiles=\"/tiles/{z}/{x}/{y}.mvt?q=%E5%85%AC%E4%BA%A4%20%22%E4%B8%80%E6%9D%91%22\""))
        #expect(html.contains(" data-frame=\"112.5,28.0,113.5,28.5\""))
        #expect(html.contains(" data-events=\"/events\""))
    }

    @Test("Names stand as JSON in an attribute, whatever marks they hold")
    func names() {
        #expect(Self.shell().contains(" data-names=\"[[&quot;开福\\&quot;区&quot;,112.98,28.25]]\""))
    }

    @Test("Without the script the page tells the totals, the legend and the list")
    func plain() {
        let html = Self.shell()
        for part in ["1,450\u{A0}个小区", "8,200\u{A0}栋", "251,234\u{A0}户", "2,016\u{A0}万\u{A0}m²", "<b>35</b>"] {
            #expect(html.contains(part), "\(part)")
        }
        #expect(html.contains("<a href=\"/estates?q=a\" data-map-list>"))
    }

    @Test("The years are one labelled range from the first to the last")
    func years() {
        let html = Self.shell()
        #expect(html.contains("<label class=\"hidden\" for=\"map-year\">"))
        #expect(html.contains("<input type=\"range\" id=\"map-year\" min=\"2018\" max=\"2026\" value=\"2026\""))
        for year in 2018...2026 { #expect(html.contains("<span>\(year)</span>")) }
    }

    @Test("Only who may draw gets the tools, and the token that goes with what is drawn")
    func drawing() {
        #expect(!Self.shell().contains("data-map-draw") && !Self.shell().contains("data-csrf"))
        let html = Self.shell(csrf: "secret")
        #expect(html.contains("data-map-draw") && html.contains(" data-csrf=\"secret\""))
        for tool in ["undo", "redo", "remove", "clear", "save", "cancel"] {
            #expect(html.contains("type=\"button\" data-draw=\"\(tool)\""), "\(tool)")
        }
    }

    @Test("A base map is off until asked for, and its approval number stands beside it")
    func basemap() {
        #expect(!Self.shell().contains("basemap"))
        let tianditu = Basemap(
            templates: [
                "https://t0.tianditu.gov.cn/vec_w/wmts?x={x}&y={y}&z={z}&tk=1",
                "https://t1.tianditu.gov.cn/cva_w/{z}/{x}/{y}",
            ], attribution: "天地图", approval: "GS（2024）0650号")
        let html = Self.shell(basemap: tianditu)
        #expect(html.contains("data-map-layer=\"basemap\" disabled"), "not checked")
        #expect(html.contains("data-map-credit hidden>天地图 · GS（2024）0650号</p>"))
        #expect(html.contains("z={z}&amp;tk=1 https://t1.tianditu.gov.cn/cva_w/{z}/{x}/{y}\""))
        #expect(tianditu.origins == ["https://t0.tianditu.gov.cn", "https://t1.tianditu.gov.cn"])
    }

    @Test("A frame around places holds them all with room to spare; around none there is none")
    func frames() {
        #expect(MapFrame(around: []) == nil)
        let places = [
            Coordinate(longitude: 113, latitude: 28.25), Coordinate(longitude: 112.5, latitude: 28.5),
        ]
        #expect(MapFrame(around: places) == MapFrame(west: 112.497, south: 28.248, east: 113.003, north: 28.502))
    }

    @Test("The card of a page has the map alone: no panel, no tools")
    func card() {
        let html = mapCard(
            .en, title: "Map", more: LinkText("Full map", "/map"), Self.source,
            legend: [LegendEntry(.works, "In works", count: 35)], list: "/estates"
        ).string
        #expect(html.contains(" data-map ") && html.contains("data-stage=\"works\""))
        for part in ["map-panel", "map-years", "map-draw", "data-totals"] { #expect(!html.contains(part), "\(part)") }
    }
}
